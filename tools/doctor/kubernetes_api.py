"""Reads from one cluster's Kubernetes API, each object at most once per run.

By urllib and not by the `kubernetes` or `requests` package: the doctor asks for a few dozen objects
by GET, urllib takes the cluster's own certificate authority from memory, and heeds HTTPS_PROXY as
boto3 and kubectl do.
"""

import base64
import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tools.doctor.account import LOOPBACK, Account, Refused
from tools.doctor.finding import Missing, Skipped, listed

Object = dict[str, Any]
"""A Kubernetes object as its API answers it."""

_TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object and where the API keeps it."""

    name: str
    """As in manifests, for example `Deployment`."""
    api: str
    """Path of its API group and version, for example `apis/apps/v1`."""
    plural: str
    """As in the path, for example `deployments`."""


NAMESPACE = Kind("Namespace", "api/v1", "namespaces")
NODE = Kind("Node", "api/v1", "nodes")
POD = Kind("Pod", "api/v1", "pods")
CONFIG_MAP = Kind("ConfigMap", "api/v1", "configmaps")
SECRET = Kind("Secret", "api/v1", "secrets")
SERVICE = Kind("Service", "api/v1", "services")
DEPLOYMENT = Kind("Deployment", "apis/apps/v1", "deployments")
JOB = Kind("Job", "apis/batch/v1", "jobs")
CRON_JOB = Kind("CronJob", "apis/batch/v1", "cronjobs")
AUTOSCALER = Kind("HorizontalPodAutoscaler", "apis/autoscaling/v2", "horizontalpodautoscalers")
DISRUPTION_BUDGET = Kind("PodDisruptionBudget", "apis/policy/v1", "poddisruptionbudgets")
NETWORK_POLICY = Kind("NetworkPolicy", "apis/networking.k8s.io/v1", "networkpolicies")
TARGET_GROUP_BINDING = Kind(
    "TargetGroupBinding", "apis/eks.amazonaws.com/v1", "targetgroupbindings"
)
SERVICE_MONITOR = Kind("ServiceMonitor", "apis/monitoring.coreos.com/v1", "servicemonitors")
PROMETHEUS_RULE = Kind("PrometheusRule", "apis/monitoring.coreos.com/v1", "prometheusrules")


class Cluster:
    """The Kubernetes API of one EKS cluster with the credentials in use."""

    def __init__(self, account: Account, name: str) -> None:
        """Opens the cluster; the first read makes the first connection.

        Args:
            account: The account that has it.
            name: Its name.
        """
        self.name = name
        self._account = account
        self._answers: dict[str, Object | Refused | Missing] = {}
        self._opener: urllib.request.OpenerDirector | None = None
        self._closed: Refused | None = None
        self._bearer: str | None = None

    def describe(self) -> dict[str, Any]:
        """Reads what EKS says of it."""
        return self._account.read("eks", "describe_cluster", name=self.name)["cluster"]

    def version(self) -> Object:
        """Reads the API server's version, which every known identity may read.

        Raises:
            Refused: The API does not answer, or not to us.
        """
        return self._remembered("version", "version of the API")

    def object(self, kind: Kind, name: str, namespace: str | None = None) -> Object:
        """Reads one object.

        Args:
            kind: Its kind.
            name: Its name.
            namespace: Its namespace; None for what has none.

        Raises:
            Missing: There is none of that name.
            Refused: The API did not answer, or not to us.
            Skipped: `version` has met the same refusal and says so.
        """
        where = f" in namespace {namespace}" if namespace else ""
        return self._read(f"{_path(kind, namespace)}/{name}", f"{kind.name} {name}{where}")

    def objects(self, kind: Kind, namespace: str | None = None) -> list[Object]:
        """Reads all objects of a kind.

        Args:
            kind: The kind.
            namespace: Where; None for what has no namespace.

        Raises:
            Missing: The cluster does not know the kind.
            Refused: The API did not answer, or not to us.
            Skipped: `version` has met the same refusal and says so.
        """
        what = f"kind {kind.name} in cluster {self.name}"
        return self._read(_path(kind, namespace), what).get("items", [])

    def _read(self, path: str, what: str) -> Object:
        if self._closed is not None:
            raise Skipped(f"the API of cluster {self.name} refuses every read, as said above")
        return self._remembered(path, what)

    def _remembered(self, path: str, what: str) -> Object:
        if path not in self._answers:
            try:
                self._answers[path] = self._get(path, what)
            except (Refused, Missing) as refusal:
                self._answers[path] = refusal
        answer = self._answers[path]
        if isinstance(answer, (Refused, Missing)):
            raise answer
        return answer

    def _get(self, path: str, what: str) -> Object:
        try:
            cluster = self.describe()
        except Refused as refusal:
            raise self._close(refusal) from None
        action = f"GET /{path}"
        endpoint = str(cluster.get("endpoint", "")).rstrip("/")
        parts = urlsplit(endpoint)
        is_trusted = parts.scheme == "https" and _authority(cluster)
        # The token opens the cluster to whoever reads it: it goes out encrypted or not at all.
        if not is_trusted and parts.hostname not in LOOPBACK:
            remedy = f"wait until cluster {self.name} is ACTIVE and run the doctor again"
            found = f"endpoint {endpoint or 'nothing'}"
            raise self._close(Refused(action, "NoEndpoint", found, remedy=remedy))
        request = urllib.request.Request(  # noqa: S310 (https, or http to this machine, see above)
            f"{endpoint}/{path}",
            headers={"Accept": "application/json", "Authorization": f"Bearer {self._token()}"},
        )
        try:
            with self._open(cluster).open(request, timeout=_TIMEOUT_SECONDS) as response:
                return _without_secrets(json.load(response))
        except urllib.error.HTTPError as error:
            raise self._refusal(error, action, what) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._close(self._unreachable(error, action, cluster)) from None

    def _refusal(self, error: urllib.error.HTTPError, action: str, what: str) -> Refused | Missing:
        with error:
            said = _message(error)
        if error.code == http.client.NOT_FOUND:
            return Missing(what)
        entries = (
            f"run the doctor as a role with an access entry of cluster {self.name}, such as those "
            "that slipway:eks names in deployRoleName and breakGlassRoleName"
        )
        if error.code == http.client.UNAUTHORIZED:
            # EKS knows an identity by its access entry and refuses all others before any right.
            return self._close(Refused(action, "Unauthorized", said, remedy=entries))
        if error.code == http.client.FORBIDDEN:
            return Refused(action, "Forbidden", said, remedy=entries)
        return Refused(action, f"status {error.code}", said)

    def _unreachable(self, error: Exception, action: str, cluster: dict[str, Any]) -> Refused:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        network = cluster.get("resourcesVpcConfig", {})
        if network.get("endpointPublicAccess", True):
            blocks = listed(network.get("publicAccessCidrs", []))
            remedy = f"run the doctor from an address that the endpoint takes ({blocks})"
        else:
            remedy = (
                "run the doctor inside of the VPC, for the endpoint is private, or name your "
                "range in slipway:eks publicAccessCidrBlocks"
            )
        return Refused(action, type(cause).__name__, str(cause), answered=False, remedy=remedy)

    def _close(self, refusal: Refused) -> Refused:
        """Remembers a refusal that every other read would meet too, each after seconds."""
        self._closed = refusal
        return refusal

    def _open(self, cluster: dict[str, Any]) -> urllib.request.OpenerDirector:
        if self._opener is None:
            handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
            if urlsplit(cluster["endpoint"]).scheme == "https":
                # Only the cluster's own authority: none that this machine trusts signs for EKS.
                context = ssl.create_default_context(cadata=_authority(cluster))
                handlers.append(urllib.request.HTTPSHandler(context=context))
            else:
                handlers.append(urllib.request.ProxyHandler({}))  # It is this machine.
            self._opener = urllib.request.build_opener(*handlers)
        return self._opener

    def _token(self) -> str:
        """Makes a token as `aws eks get-token` does, a signed request that EKS sends to STS.

        EKS takes it for 15 minutes, which is longer than a run.
        Source: https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html
        """
        if self._bearer is None:
            url = self._account.presign_identity({"x-k8s-aws-id": self.name})
            encoded = base64.urlsafe_b64encode(url.encode()).decode()
            self._bearer = "k8s-aws-v1." + encoded.rstrip("=")
        return self._bearer


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token to another host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuses, so that the redirect itself is the answer."""


def _authority(cluster: dict[str, Any]) -> str:
    encoded = cluster.get("certificateAuthority", {}).get("data", "")
    return base64.b64decode(encoded).decode()


def _path(kind: Kind, namespace: str | None) -> str:
    return (
        f"{kind.api}/namespaces/{namespace}/{kind.plural}"
        if namespace
        else (f"{kind.api}/{kind.plural}")
    )


def _without_secrets(answer: Object) -> Object:
    """Takes the values out of a Secret: which keys it has is all that a check may know."""
    if answer.get("kind") == SECRET.name:
        answer["data"] = dict.fromkeys(answer.get("data", {}), "")
    return answer


def _message(error: urllib.error.HTTPError) -> str:
    """The words of Kubernetes' `Status`, or HTTP's own."""
    try:
        return str(json.load(error)["message"])
    except (OSError, ValueError, KeyError, TypeError):
        return str(error.reason)
