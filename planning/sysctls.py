"""Which kernel parameters a pod may set for itself."""

SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
"""What the kubelet calls safe since Kubernetes 1.32, and what the restricted pod security standard
lets through. Every other one is configuration of a node (trap 44): the kubelet does not start a pod
that asks for it. Source: kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster"""
