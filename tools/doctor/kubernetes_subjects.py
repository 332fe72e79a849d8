"""What a check of the runtime eks looks at; see `subjects`."""

from dataclasses import dataclass
from typing import Any

from model.eks import Eks
from planning.kubernetes import KubernetesPlan
from tools.doctor import kubernetes_api
from tools.doctor.kubernetes_api import Cluster, Kind, Object
from tools.doctor.outputs import KubernetesServiceOutputs, KubernetesSystemOutputs
from tools.doctor.subjects import PlatformSubject, ServiceSubject, SystemSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSubject(PlatformSubject):
    """The EKS cluster that the systems share."""

    cluster: Cluster

    @property
    def label(self) -> str:
        """Name in the report."""
        return "cluster"

    @property
    def wanted(self) -> Eks:
        """What the stack file says of it."""
        return self.description.environment.eks


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceSubject(SystemSubject):
    """What all objects of a system in a cluster share."""

    outputs: KubernetesSystemOutputs
    cluster: Cluster

    @property
    def label(self) -> str:
        """Name in the report."""
        return f"{self.name}/namespace"

    @property
    def namespace(self) -> str:
        """The namespace that was deployed."""
        return next(iter(self.outputs.services.values())).namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesServiceSubject(ServiceSubject):
    """One service on EKS."""

    plan: KubernetesPlan
    deployed: KubernetesServiceOutputs
    cluster: Cluster

    @property
    def fewest(self) -> int:
        """How many pods run at least."""
        return self.plan.minimum_replicas

    @property
    def diary(self) -> str:
        """Where it tells why it is not well, as an imperative."""
        deployed = self.deployed
        return (
            f"look at its pods with `kubectl -n {deployed.namespace} describe pods "
            f"-l app={deployed.deployment_name}`"
        )

    def role_arn(self) -> str | None:
        """Reads the role that Pod Identity gives to the account of the pods."""
        account = self.pod().get("serviceAccountName", "default")
        answer = self.account.read(
            "eks",
            "list_pod_identity_associations",
            clusterName=self.cluster.name,
            namespace=self.deployed.namespace,
            serviceAccount=account,
        )
        for each in answer["associations"]:
            association = self.account.read(
                "eks",
                "describe_pod_identity_association",
                clusterName=self.cluster.name,
                associationId=each["associationId"],
            )
            return association["association"]["roleArn"]
        return None

    def object(self, kind: Kind, name: str) -> Object:
        """Reads an object in the namespace of the service."""
        return self.cluster.object(kind, name, self.deployed.namespace)

    def objects(self, kind: Kind) -> list[Object]:
        """Reads all objects of a kind in the namespace of the service."""
        return self.cluster.objects(kind, self.deployed.namespace)

    def deployment(self) -> Object:
        """Reads the Deployment."""
        return self.object(kubernetes_api.DEPLOYMENT, self.deployed.deployment_name)

    def labels(self) -> dict[str, str]:
        """Reads the labels of its pods."""
        return self.deployment()["spec"]["template"]["metadata"].get("labels", {})

    def pod(self) -> dict[str, Any]:
        """Reads how its pods are made: the spec of the Deployment's template."""
        return self.deployment()["spec"]["template"]["spec"]

    def container(self) -> dict[str, Any]:
        """Reads the service's own container, which is the first one."""
        return self.pod()["containers"][0]
