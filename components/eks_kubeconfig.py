"""How kubectl and Pulumi find an EKS cluster; a part of `components/eks_cluster.py`."""

import json
from typing import Literal, TypedDict

_Cluster = TypedDict("_Cluster", {"server": str, "certificate-authority-data": str})


class _NamedCluster(TypedDict):
    name: str
    cluster: _Cluster


class _Exec(TypedDict):
    apiVersion: str
    command: str
    args: list[str]
    interactiveMode: Literal["Never"]


class _User(TypedDict):
    exec: _Exec


class _NamedUser(TypedDict):
    name: str
    user: _User


class _Context(TypedDict):
    cluster: str
    user: str


class _NamedContext(TypedDict):
    name: str
    context: _Context


_Kubeconfig = TypedDict(
    "_Kubeconfig",
    {
        "apiVersion": str,
        "kind": str,
        "clusters": list[_NamedCluster],
        "users": list[_NamedUser],
        "contexts": list[_NamedContext],
        "current-context": str,
    },
)


def kubeconfig(
    *, cluster_name: str, endpoint: str, certificate_authority_data: str, region: str
) -> str:
    """Says where the cluster is, and how whoever asks proves who they are.

    It holds no token: the aws CLI makes one for each command, from the credentials that it runs
    with, so the text is no secret and does not age.

    Source: kubernetes.io/docs/reference/access-authn-authz/authentication, "client-go credential
    plugins".

    Args:
        cluster_name: Name of the cluster.
        endpoint: Address of its API.
        certificate_authority_data: Certificate by which that API is recognised, base64.
        region: Region of the cluster.

    Returns:
        The JSON text; YAML, which kubectl expects, includes JSON.
    """
    document: _Kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": cluster_name,
                "cluster": {
                    "server": endpoint,
                    "certificate-authority-data": certificate_authority_data,
                },
            }
        ],
        "users": [
            {
                "name": cluster_name,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1",
                        "command": "aws",
                        "args": [
                            *("eks", "get-token", "--output", "json"),
                            *("--cluster-name", cluster_name, "--region", region),
                        ],
                        "interactiveMode": "Never",
                    }
                },
            }
        ],
        "contexts": [
            {"name": cluster_name, "context": {"cluster": cluster_name, "user": cluster_name}}
        ],
        "current-context": cluster_name,
    }
    return json.dumps(document)
