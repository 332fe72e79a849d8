"""What a Kubernetes job needs to know; a part of `components/kubernetes_job.py`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import ArgumentError, require
from components.kubernetes_container import ContainerArgs
from components.kubernetes_environment import require_environment
from components.kubernetes_labels import require_dns_label, require_label_value
from components.kubernetes_network_policy import NetworkReach
from components.policy import Statement
from components.secret_reference import SecretReference

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class KubernetesJobArgs:
    """What a Kubernetes job needs to know.

    Source of the limits: Kubernetes API reference, JobSpec.
    """

    cluster_name: pulumi.Input[str]
    """Cluster that runs it. Source: EksCluster.cluster_name."""
    account_id: pulumi.Input[str]
    """Account of the cluster, twelve digits."""
    region: str
    """Region of the cluster and of its secrets, for example `us-east-1`."""
    namespace: pulumi.Input[str]
    """Namespace of all that it builds. Source: KubernetesNamespace.namespace."""
    app: str
    """Label `app` of its pods, and the name of all that belongs to it, by which people find it:
    `kubectl get pods --selector app=...`. No other app of the namespace may have it."""
    service: str
    """The service that it prepares, for the label `app.kubernetes.io/name`."""
    part_of: str
    """The system, for the label `app.kubernetes.io/part-of`."""
    version: str | None = None
    """Version of the image, for the label `version`; none by default."""
    container: ContainerArgs
    """What runs. Its command must stand being run again: after a failure, when its node is lost,
    and after a success when any argument here changes."""
    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Environment variables that anybody with access to the cluster may see; none by default."""
    secrets: Mapping[str, SecretReference] = field(default_factory=dict[str, SecretReference])
    """Environment variables from secrets whose text Pulumi knows (`document`); none by default."""
    secret_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """Key in the Secret by variable; by default the variable's own name."""
    fetched_secrets: Mapping[str, SecretReference] = field(
        default_factory=dict[str, SecretReference]
    )
    """Environment variables from secrets that AWS alone knows, such as the master user's, which RDS
    changes every week: read when the pod starts. None by default. The image needs a shell, and an
    entrypoint, if any, that runs what it is given, as that of postgres does."""
    tools_image: pulumi.Input[str] | None = None
    """Image with Python 3 and boto3 that reads `fetched_secrets`, such as
    `public.ecr.aws/lambda/python:3.13`; needed with them only."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Key of those secrets; needed with them only. Source: EncryptionKey.key_arn."""
    permissions: Sequence[Statement] = ()
    """What it may do in AWS besides reading `fetched_secrets`; nothing by default."""
    reaches: Mapping[str, NetworkReach] = field(default_factory=dict[str, NetworkReach])
    """What it connects to besides HTTPS, by a short name; nothing by default."""
    image_pull_secret: pulumi.Input[str] | None = None
    """Secret of a private registry; none by default. Source:
    KubernetesNamespace.image_pull_secret."""
    timeout_seconds: int = 600
    """Seconds after which it is stopped and the deploy fails, all tries and the time until a node
    is there included, 60 to 86400; 600 by default."""
    after: Sequence[pulumi.Resource] = ()
    """What must be there before it runs, besides what its arguments come from: the namespace with
    its ways to the data stores, and the job whose work it builds on; nothing by default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags of what is built in AWS, besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require_dns_label(self, "app")
        # The suffix `-netpol` is the longest.
        require(self, "app", len(self.app) <= 56, "use 56 characters or less")
        require_label_value(self, "service")
        require_label_value(self, "part_of")
        require_label_value(self, "version", optional=True)
        require(
            self,
            "timeout_seconds",
            60 <= self.timeout_seconds <= 86400,
            "use 60 to 86400 (seconds)",
        )
        require_environment(self)
        self._require_fetched()

    def _require_fetched(self) -> None:
        fetched = self.fetched_secrets
        wrong = sorted(name for name in fetched if not _VARIABLE.fullmatch(name))
        if wrong:
            remedy = "use letters, digits and underscores, which a shell takes for a variable"
            raise ArgumentError("KubernetesJob", "fetched_secrets", wrong, remedy)
        twice = sorted(set(fetched) & (set(self.environment) | set(self.secrets)))
        if twice:
            remedy = "a variable has one value: leave these out of environment and secrets"
            raise ArgumentError("KubernetesJob", "fetched_secrets", twice, remedy)
        if not fetched:
            return
        for name in ("tools_image", "kms_key_arn"):
            require(self, name, getattr(self, name) is not None, "give it with fetched_secrets")
        require(
            self,
            "container",
            bool(self.container.command),
            "give it a command: an image's own cannot be found out to put the secrets before it",
        )
