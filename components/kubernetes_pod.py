"""What a pod runs, as Kubernetes reads it; a part of all that runs in a cluster.

Every pod meets the restricted pod security standard, which its namespace enforces.
Source: kubernetes.io/docs/concepts/security/pod-security-standards
"""

import re
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_kubernetes as kubernetes

from components.kubernetes_container import ContainerArgs, ProbeArgs
from components.kubernetes_environment import CHECKSUM_ANNOTATION, EnvironmentSource

DEFAULT_USER = "1000"
ZONE_LABEL = "topology.kubernetes.io/zone"
HOST_LABEL = "kubernetes.io/hostname"


def pod_template(
    *,
    app: str,
    labels: Mapping[str, str],
    container: ContainerArgs,
    environment: EnvironmentSource | None,
    service_account_name: pulumi.Input[str],
    termination_grace_period_seconds: int,
    image_pull_secret: pulumi.Input[str] | None,
    system_controls: Mapping[str, str],
    annotations: Mapping[str, pulumi.Input[str]],
    restart_policy: str | None = None,
    init_containers: Sequence["kubernetes.core.v1.ContainerArgs"] = (),
    volumes: Sequence["kubernetes.core.v1.VolumeArgs"] = (),
    volume_mounts: Sequence["kubernetes.core.v1.VolumeMountArgs"] = (),
    spread: bool = False,
) -> "kubernetes.core.v1.PodTemplateSpecArgs":
    """Writes the template of a pod with one container.

    What is created from it waits for `environment.objects` by `depends_on`: the template names
    them only.

    Args:
        app: Label `app` of the pods, by which they are spread.
        labels: All labels of the pods.
        container: What runs.
        environment: Its variables, None for none.
        service_account_name: Account of the pod, to which Pod Identity gives a role.
        termination_grace_period_seconds: Seconds between the end's announcement and SIGKILL, those
            before SIGTERM included.
        image_pull_secret: Secret with the registry's credentials, None for ECR and public ones.
        system_controls: Kernel parameters out of `planning.sysctls.SAFE_SYSCTLS`.
        annotations: Annotations besides the checksum of the environment.
        restart_policy: `Never` or `OnFailure` for a Job; a Deployment's own when None.
        init_containers: What runs before, written by `pod_container`.
        volumes: Volumes besides the container's scratch directories.
        volume_mounts: Where the container sees them.
        spread: Whether pods are kept apart in zones and on hosts, as far as there is room.
    """
    checksum = {} if environment is None else {CHECKSUM_ANNOTATION: environment.checksum}
    user, _, group = (container.user or DEFAULT_USER).partition(":")
    return kubernetes.core.v1.PodTemplateSpecArgs(
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            labels=labels, annotations={**annotations, **checksum} or None
        ),
        spec=kubernetes.core.v1.PodSpecArgs(
            service_account_name=service_account_name,
            # Nothing here asks the cluster's API. Pod Identity brings a token of its own.
            automount_service_account_token=False,
            # A variable for each Service of the namespace would collide with the application's.
            enable_service_links=False,
            termination_grace_period_seconds=termination_grace_period_seconds,
            restart_policy=restart_policy,
            image_pull_secrets=[kubernetes.core.v1.LocalObjectReferenceArgs(name=image_pull_secret)]
            if image_pull_secret is not None
            else None,
            security_context=kubernetes.core.v1.PodSecurityContextArgs(
                run_as_non_root=True,
                run_as_user=int(user),
                run_as_group=int(group or user),
                # Volumes belong to this group, so that the user can write to them.
                fs_group=int(group or user),
                seccomp_profile=kubernetes.core.v1.SeccompProfileArgs(type="RuntimeDefault"),
                sysctls=[
                    kubernetes.core.v1.SysctlArgs(name=name, value=system_controls[name])
                    for name in sorted(system_controls)
                ]
                or None,
            ),
            topology_spread_constraints=_spread(app) if spread else None,
            init_containers=list(init_containers) or None,
            containers=[
                pod_container(container, environment=environment, volume_mounts=volume_mounts)
            ],
            volumes=[*scratch_volumes(container), *volumes] or None,
        ),
    )


def pod_container(
    container: ContainerArgs,
    *,
    environment: EnvironmentSource | None = None,
    variables: Mapping[str, pulumi.Input[str]] | None = None,
    volume_mounts: Sequence["kubernetes.core.v1.VolumeMountArgs"] = (),
) -> "kubernetes.core.v1.ContainerArgs":
    """Writes one container of a pod.

    Args:
        container: What runs.
        environment: Its variables from ConfigMap and Secret, None for none.
        variables: Plain variables that stand in the container itself.
        volume_mounts: Where it sees the pod's volumes, besides its scratch directories, whose
            volumes are `scratch_volumes`.
    """
    port = container.port
    return kubernetes.core.v1.ContainerArgs(
        name=container.name,
        image=container.image,
        image_pull_policy=container.image_pull_policy,
        # The same words mean other things: `args` is what ECS and Docker call the command.
        command=_literal(container.entrypoint) or None,
        args=_literal(container.command) or None,
        ports=None
        if port is None
        else [
            kubernetes.core.v1.ContainerPortArgs(
                name=container.port_name, container_port=port, protocol="TCP"
            )
        ],
        env_from=_config_map(environment),
        env=[*_secret_variables(environment), *_plain_variables(variables or {})] or None,
        resources=kubernetes.core.v1.ResourceRequirementsArgs(
            requests={"cpu": container.cpu_request, "memory": container.memory_request},
            limits={"cpu": container.cpu_limit, "memory": container.memory_limit},
        ),
        startup_probe=_probe(container.startup_probe, port),
        readiness_probe=_probe(container.readiness_probe, port),
        liveness_probe=_probe(container.liveness_probe, port),
        lifecycle=_pre_stop(container.pre_stop_seconds),
        security_context=kubernetes.core.v1.SecurityContextArgs(
            allow_privilege_escalation=False,
            capabilities=kubernetes.core.v1.CapabilitiesArgs(drop=["ALL"]),
            read_only_root_filesystem=True if container.scratch else None,
        ),
        volume_mounts=[
            *(
                kubernetes.core.v1.VolumeMountArgs(name=name, mount_path=path)
                for name, path in _scratch(container).items()
            ),
            *volume_mounts,
        ]
        or None,
    )


def scratch_volumes(container: ContainerArgs) -> "list[kubernetes.core.v1.VolumeArgs]":
    """Writes the pod's volumes behind a container's scratch directories."""
    return [
        kubernetes.core.v1.VolumeArgs(
            name=name, empty_dir=kubernetes.core.v1.EmptyDirVolumeSourceArgs()
        )
        for name in _scratch(container)
    ]


def _scratch(container: ContainerArgs) -> dict[str, str]:
    return {
        f"{container.name}-scratch-{number}": path
        for number, path in enumerate(container.scratch, start=1)
    }


def _config_map(
    environment: EnvironmentSource | None,
) -> "list[kubernetes.core.v1.EnvFromSourceArgs] | None":
    if environment is None or environment.config_map_name is None:
        return None
    reference = kubernetes.core.v1.ConfigMapEnvSourceArgs(name=environment.config_map_name)
    return [kubernetes.core.v1.EnvFromSourceArgs(config_map_ref=reference)]


def _secret_variables(
    environment: EnvironmentSource | None,
) -> "list[kubernetes.core.v1.EnvVarArgs]":
    if environment is None or environment.secret_name is None:
        return []
    return [
        kubernetes.core.v1.EnvVarArgs(
            name=variable,
            value_from=kubernetes.core.v1.EnvVarSourceArgs(
                secret_key_ref=kubernetes.core.v1.SecretKeySelectorArgs(
                    name=environment.secret_name, key=key
                )
            ),
        )
        for variable, key in environment.secret_keys.items()
    ]


def _literal(words: Sequence[str]) -> list[str]:
    """The words as the program gets them: ECS changes nothing, and so must Kubernetes not.

    It would put a variable in place of `$(NAME)`, and of `$$` leave one, which ends a text of
    PostgreSQL's.
    """
    return [re.sub(r"\$(?=[$(])", "$$", word) for word in words]


def _plain_variables(
    variables: Mapping[str, pulumi.Input[str]],
) -> "list[kubernetes.core.v1.EnvVarArgs]":
    return [
        kubernetes.core.v1.EnvVarArgs(name=name, value=variables[name])
        for name in sorted(variables)
    ]


def _probe(probe: ProbeArgs | None, port: int | None) -> "kubernetes.core.v1.ProbeArgs | None":
    if probe is None:
        return None
    exec_ = http_get = tcp_socket = None
    if probe.command:
        exec_ = kubernetes.core.v1.ExecActionArgs(command=list(probe.command))
    elif port is not None and probe.path is not None:
        http_get = kubernetes.core.v1.HTTPGetActionArgs(path=probe.path, port=port, scheme="HTTP")
    elif port is not None:
        tcp_socket = kubernetes.core.v1.TCPSocketActionArgs(port=port)
    return kubernetes.core.v1.ProbeArgs(
        exec_=exec_,
        http_get=http_get,
        tcp_socket=tcp_socket,
        initial_delay_seconds=probe.initial_delay_seconds,
        period_seconds=probe.period_seconds,
        timeout_seconds=probe.timeout_seconds,
        failure_threshold=probe.failure_threshold,
    )


def _pre_stop(seconds: int) -> "kubernetes.core.v1.LifecycleArgs | None":
    # The kubelet's own action, since Kubernetes 1.30. A command `sleep 15` needs that program in
    # the image, and where it is missing the hook fails and SIGTERM comes at once.
    if seconds == 0:
        return None
    return kubernetes.core.v1.LifecycleArgs(
        pre_stop=kubernetes.core.v1.LifecycleHandlerArgs(
            sleep=kubernetes.core.v1.SleepActionArgs(seconds=seconds)
        )
    )


def _spread(app: str) -> "list[kubernetes.core.v1.TopologySpreadConstraintArgs]":
    return [
        kubernetes.core.v1.TopologySpreadConstraintArgs(
            max_skew=1,
            topology_key=key,
            # Rather a pod in a full zone than no pod.
            when_unsatisfiable="ScheduleAnyway",
            label_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": app}),
            # Each rollout is spread for itself: the old pods are about to go.
            match_label_keys=["pod-template-hash"],
        )
        for key in (ZONE_LABEL, HOST_LABEL)
    ]
