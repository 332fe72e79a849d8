"""The variables of a service's pods, with one thing broken at a time."""

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks import objects
from tests.unit.doctor.eks.cluster import Cluster, Manifest

ENVIRONMENT, REFERENCES = "shop/api: environment", "shop/api: references"


@pytest.mark.acceptance("trap-3")
def test_values_that_differ(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def edit(config_map: Manifest) -> None:
        config_map["data"] = {"NODE_ENV": "development"}

    cluster.change("ConfigMap", "api-config", edit)

    promised = "every promised variable in the container's environment"
    assert failures() == [
        (ENVIRONMENT, f"expected {promised}, found no DB_HOST; {RESTORE}"),
        (
            ENVIRONMENT,
            "expected environment variable NODE_ENV production, found development; " + RESTORE,
        ),
        (
            ENVIRONMENT,
            f"expected environment variable LOG_LEVEL debug, found nothing; {RESTORE}",
        ),
    ]


def test_a_config_map_that_is_gone(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.delete("ConfigMap", "api-config")

    found = failures()
    assert [check for check, _ in found] == [*[ENVIRONMENT] * 3, REFERENCES]
    assert found[-1] == (
        REFERENCES,
        f"expected ConfigMap api-config in namespace shop for all variables, found nothing; "
        f"{RESTORE}",
    )


def test_a_key_that_is_gone(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def rename(secret: Manifest) -> None:
        secret["stringData"]["API_KEY"] = secret["stringData"].pop("api-key")

    cluster.change("Secret", "api-secrets", rename)

    assert failures() == [
        (
            ENVIRONMENT,
            "expected every promised variable in the container's environment, found no API_KEY; "
            f"{RESTORE}",
        ),
        (
            REFERENCES,
            "expected key api-key in Secret api-secrets for API_KEY, found keys API_KEY, "
            f"DB_PASSWORD, REDIS_PASSWORD; {RESTORE}",
        ),
    ]


def test_a_secret_that_is_gone(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.delete("Secret", "worker-secrets")

    assert failures() == [
        (
            "shop/worker: environment",
            "expected every promised variable in the container's environment, found no "
            f"DATABASE_URL; {RESTORE}",
        ),
        (
            "shop/worker: references",
            "expected Secret worker-secrets in namespace shop for DATABASE_URL, found nothing; "
            f"{RESTORE}",
        ),
    ]


def test_a_secret_that_everybody_can_read(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def write_out(config_map: Manifest) -> None:
        config_map["data"]["REDIS_PASSWORD"] = "hidden-2"

    def take_it(deployment: Manifest) -> None:
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        container["env"] = [each for each in container["env"] if each["name"] != "REDIS_PASSWORD"]
        container["env"].append({"name": "API_KEY_2", "value": "harmless"})

    cluster.change("ConfigMap", "api-config", write_out)
    cluster.change("Deployment", "shop-api", take_it)

    assert failures() == [
        (
            "shop/api: secrecy",
            f"expected REDIS_PASSWORD from a Secret, found a value that everybody can read; "
            f"{RESTORE}",
        )
    ]


def test_a_password_in_the_deployment(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def write_out(deployment: Manifest) -> None:
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        container["env"][0] = {"name": "DB_PASSWORD", "value": "hidden-1"}

    cluster.change("Deployment", "shop-api", write_out)

    assert failures() == [
        (
            "shop/api: secrecy",
            f"expected DB_PASSWORD from a Secret, found a value that everybody can read; {RESTORE}",
        )
    ]


def test_other_sources_of_variables(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    """Whoever changes a Deployment may write it otherwise and mean the same."""

    def edit(deployment: Manifest) -> None:
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        container["envFrom"] = [
            {"configMapRef": {"name": "prefixed"}, "prefix": "DB_"},
            {"secretRef": {"name": "api-secrets"}},
        ]
        container["env"] = [
            _from_config_map("NODE_ENV", "api-config"),
            _from_config_map("LOG_LEVEL", "api-config"),
            _from_config_map("MAYBE", "nowhere") | {"name": "MAYBE"},
            {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        ]
        container["env"][2]["valueFrom"]["configMapKeyRef"]["optional"] = True

    def add_key(secret: Manifest) -> None:
        secret["stringData"]["API_KEY"] = "hidden-3"

    cluster.create(objects.config_map("prefixed", {"HOST": "db.example"}))
    cluster.change("Secret", "api-secrets", add_key)
    cluster.change("Deployment", "shop-api", edit)

    assert failures() == []


@pytest.mark.acceptance("trap-37")
def test_credentials_of_a_registry(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    document = {".dockerconfigjson": '{"auths": {"ghcr.io": {"auth": "aGlkZGVuOmhpZGRlbg=="}}}'}
    cluster.create(
        objects.secret("registry", document, "kubernetes.io/dockerconfigjson"),
        objects.secret("other", {"password": "hidden-5"}),
    )

    def pull_with(*names: str) -> None:
        def edit(deployment: Manifest) -> None:
            pod = deployment["spec"]["template"]["spec"]
            pod["imagePullSecrets"] = [{"name": name} for name in names]

        cluster.alter("Deployment", "shop-api", edit)

    pull_with("registry")
    assert failures() == []
    pull_with("other", "gone")
    assert failures() == [
        (
            REFERENCES,
            "expected type of Secret other kubernetes.io/dockerconfigjson, found Opaque; "
            f"{RESTORE}",
        ),
        (
            REFERENCES,
            f"expected Secret gone in namespace shop for the registry, found nothing; {RESTORE}",
        ),
    ]


def _from_config_map(variable: str, name: str) -> Manifest:
    reference = {"name": name, "key": variable}
    return {"name": variable, "valueFrom": {"configMapKeyRef": reference}}
