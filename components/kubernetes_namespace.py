"""A namespace of a cluster: the room of one system, closed until something opens a way."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_kubernetes as kubernetes

from components.errors import require
from components.kubernetes_labels import require_dns_label, require_label_value
from components.reach import Destination, open_way_in

REGISTRY_SECRET = "registry"  # noqa: S105 (the object's name)
READINESS_GATE = "eks.amazonaws.com/pod-readiness-gate-inject"
"""The label that EKS Auto Mode looks for, as its open-source controller does for one of its own."""
_POD_SECURITY_VERSION = re.compile(r"latest|v1\.\d+")


@dataclass(frozen=True, kw_only=True, slots=True)
class RegistryCredentialsArgs:
    """How the cluster signs in to a private registry that is not ECR (trap 37)."""

    host: str
    """Host name of the registry, for example `ghcr.io`."""
    document: pulumi.Input[str] = field(repr=False)
    """JSON with `username` and `password`. Source: the text of `existing.registrySecretArn`."""

    def __post_init__(self) -> None:
        require(
            self,
            "host",
            bool(self.host) and "/" not in self.host,
            "use the host name alone, without https:// and without a path",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class KubernetesNamespaceArgs:
    """What a namespace needs to know."""

    namespace: str
    """Name of the namespace; people type it after `kubectl --namespace`. Another name replaces the
    namespace and all that is in it."""
    part_of: str
    """The system that it belongs to, for the label `app.kubernetes.io/part-of`."""
    pod_security_version: str
    """Version of the pod security standard, `v1.34`, or `latest`. The cluster's own: the standard
    then does not get stricter by an update of the cluster, which would refuse new pods."""
    cluster_security_group_id: pulumi.Input[str]
    """Group that all pods of the cluster have. Source: EksCluster.security_group_id."""
    reaches: Mapping[str, Destination] = field(default_factory=dict[str, Destination])
    """Data stores that pods connect to, by a short name; none by default."""
    waits_for_load_balancer: bool = False
    """Whether a pod is ready only once the load balancer finds it well, so that a rollout does not
    take old pods away before anybody sends to the new ones; no by default. The target groups need a
    listener's rule first: without one no pod would ever be ready."""
    registry_credentials: RegistryCredentialsArgs | None = None
    """A private registry; none by default: for ECR the nodes have permission."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags of what is built in AWS, besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require_dns_label(self, "namespace")
        require_label_value(self, "part_of")
        require(
            self,
            "pod_security_version",
            _POD_SECURITY_VERSION.fullmatch(self.pod_security_version) is not None,
            "use a minor version of Kubernetes such as v1.34, or latest",
        )


class KubernetesNamespace(pulumi.ComponentResource):
    """A namespace in which nothing connects to anything until a NetworkPolicy of its own says so.

    Pass the component itself to what waits for it (`after`): without the security group rules a
    pod cannot connect to a data store.

    Builds:
        1. The namespace, which takes only pods that meet the restricted pod security standard.
        2. The NetworkPolicy `default-deny`: no way in and none out, names and DNS included.
        3. A rule in the security group of each data store that lets the cluster's pods in. All of
           them: a pod has the group of its cluster. Which pods may connect is for NetworkPolicies.
        4. The Secret `registry` with the credentials of a private registry, if there is one.

    Not built: the cluster, and what runs NetworkPolicies (NetworkPolicyController).

    Cost: none.

    Example: `examples/kubernetes_namespace`.
    """

    namespace: pulumi.Output[str]
    """Name of the namespace, known once it is there."""
    image_pull_secret: pulumi.Output[str] | None
    """Name of the Secret by which pods pull images; None without credentials."""

    def __init__(
        self, name: str, args: KubernetesNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:KubernetesNamespace", name, {}, opts)
        labels = {
            "app.kubernetes.io/part-of": args.part_of,
            "app.kubernetes.io/managed-by": "pulumi",
        }

        namespace = self._namespace(name, args, labels)
        self.namespace = namespace.metadata.name
        self._deny_all(name, labels)
        for destination, reach in args.reaches.items():
            # The way in alone: EKS lets everything out of a cluster's group, so that a rule for
            # the way out would change nothing.
            open_way_in(
                f"{name}-into-{destination}",
                source=args.cluster_security_group_id,
                destination=reach,
                description=f"Pods of {args.namespace} to {destination}",
                tags=args.tags,
                parent=self,
            )
        self.image_pull_secret = (
            self._registry_secret(name, args.registry_credentials, labels)
            if args.registry_credentials is not None
            else None
        )
        self.register_outputs(
            {"namespace": self.namespace, "image_pull_secret": self.image_pull_secret}
        )

    def _namespace(
        self, name: str, args: KubernetesNamespaceArgs, labels: Mapping[str, str]
    ) -> "kubernetes.core.v1.Namespace":
        standard: dict[str, str] = {}
        # Refused, told to whoever creates it, and in the audit log: the last two also for a
        # Deployment, whose pods would be refused one by one and out of sight.
        for mode in ("enforce", "audit", "warn"):
            standard[f"pod-security.kubernetes.io/{mode}"] = "restricted"
            standard[f"pod-security.kubernetes.io/{mode}-version"] = args.pod_security_version
        if args.waits_for_load_balancer:
            standard[READINESS_GATE] = "enabled"
        return kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.namespace, labels={**labels, **standard}
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _deny_all(self, name: str, labels: Mapping[str, str]) -> None:
        kubernetes.networking.v1.NetworkPolicy(
            f"{name}-default-deny",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name="default-deny", namespace=self.namespace, labels=labels
            ),
            spec=kubernetes.networking.v1.NetworkPolicySpecArgs(
                # An empty selector is all pods, and a direction without a rule is closed.
                pod_selector=kubernetes.meta.v1.LabelSelectorArgs(),
                policy_types=["Ingress", "Egress"],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _registry_secret(
        self, name: str, credentials: RegistryCredentialsArgs, labels: Mapping[str, str]
    ) -> pulumi.Output[str]:
        document = pulumi.Output.secret(credentials.document)
        secret = kubernetes.core.v1.Secret(
            f"{name}-registry",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=REGISTRY_SECRET, namespace=self.namespace, labels=labels
            ),
            type="kubernetes.io/dockerconfigjson",
            string_data={
                ".dockerconfigjson": document.apply(
                    lambda text: _docker_config(credentials.host, text)
                )
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        return secret.metadata.name


def _docker_config(host: str, document: str) -> str:
    """What `docker login` would write, from the credentials as ECS reads them."""
    read = json.loads(document)
    user, password = read["username"], read["password"]
    together = base64.b64encode(f"{user}:{password}".encode()).decode()
    return json.dumps({"auths": {host: {"username": user, "password": password, "auth": together}}})
