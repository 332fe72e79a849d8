"""The variables of a container as ConfigMap and Secret, and what replaces its pods."""

from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.kubernetes_service import KubernetesService
from tests.unit.components import kubernetes_cases
from tests.unit.components.kubernetes_cases import (
    CACHE,
    SHORT_SECRET,
    args,
    full,
    record_in_cluster,
    secret,
)
from tools.recording.recorder import Recording

LABELS = {
    "app": "shop-api",
    "app.kubernetes.io/name": "api",
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/managed-by": "pulumi",
}


@pytest.mark.acceptance("A10", "trap-4")
def test_keeps_plain_variables_in_a_config_map() -> None:
    config_map = kubernetes_cases.recorded().one("ConfigMap", "api-config")
    assert config_map.inputs == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "api-config", "namespace": "shop", "labels": LABELS},
        "data": {"NODE_ENV": "production", "API_PORT": "3333"},
    }


@pytest.mark.acceptance("A11", "trap-1")
def test_keeps_secret_variables_in_a_secret() -> None:
    found = kubernetes_cases.recorded().one("kubernetes:core/v1:Secret", "api-secrets")
    assert found.inputs == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "api-secrets", "namespace": "shop", "labels": LABELS},
        "type": "Opaque",
        "stringData": {"DB_PASSWORD": SHORT_SECRET, "REDIS_PASSWORD": "token-2"},
    }
    assert found.secret_inputs == {"stringData"}


@pytest.mark.acceptance("D7")
def test_names_the_keys_of_the_secret_as_others_know_them() -> None:
    recording = kubernetes_cases.recorded()
    found = recording.one("kubernetes:core/v1:Secret", "runtime-secrets").inputs
    assert found["metadata"]["name"] == "own-secrets"
    assert found["stringData"] == {"jwt-secret": "drawn"}
    main = kubernetes_cases.container_of(recording, "runtime")
    assert main["env"] == [
        {
            "name": "JWT_SECRET",
            "valueFrom": {"secretKeyRef": {"name": "own-secrets", "key": "jwt-secret"}},
        }
    ]


def checksum(**changes: Any) -> str:
    known = {"environment": {"LEVEL": "info"}, "secrets": {"PASSWORD": secret()}}
    changed = args(**known | changes)

    def build(options: pulumi.ResourceOptions) -> None:
        KubernetesService("api", changed, options)

    recording = record_in_cluster(build)
    template = recording.one("Deployment").inputs["spec"]["template"]
    return template["metadata"]["annotations"]["slipway.dev/config-checksum"]


@pytest.mark.acceptance("trap-39")
@pytest.mark.parametrize(
    "changes",
    [
        {"environment": {"LEVEL": "debug"}},
        {"environment": {"LEVEL": "info", "PORT": "80"}},
        {"secrets": {"PASSWORD": secret(version_id="v2")}},
        {"secrets": {"PASSWORD": secret(json_key="url")}},
        {"secrets": {"PASSWORD": secret(secret_arn=CACHE)}},
        {"secrets": {}},
        {"secret_keys": {"PASSWORD": "password"}},
    ],
)
def test_replaces_the_pods_with_every_change(changes: dict[str, Any]) -> None:
    assert checksum(**changes) != checksum()


def test_replaces_the_pods_when_what_is_known_later_changes() -> None:
    assert checksum(environment={"LEVEL": pulumi.Output.from_input("debug")}) != checksum()


def test_keeps_the_pods_without_a_change() -> None:
    """A new text is a new version; the text alone must not show in what anybody may read."""
    same = {"environment": {"LEVEL": pulumi.Output.from_input("info")}}
    assert checksum(**same) == checksum()
    document = '{"password": "another"}'
    assert checksum(secrets={"PASSWORD": secret(document=document)}) == checksum()


def test_creates_nothing_for_a_container_without_variables() -> None:
    def build(options: pulumi.ResourceOptions) -> None:
        KubernetesService("api", args(), options)

    recording: Recording = record_in_cluster(build)
    assert recording.of_type("ConfigMap") == []
    assert recording.of_type("Secret") == []
    assert len(recording.outputs_of("api")["config_checksum"]) == 64


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {
                "environment": {"DB_PASSWORD": "x", "PORT": "80"},
                "secrets": {"DB_PASSWORD": secret()},
            },
            "secrets=['DB_PASSWORD'] is not allowed; a variable has one value: leave these out of "
            "environment or of secrets",
        ),
        (
            {"secrets": {"DB_PASSWORD": secret(document=None), "KEY": secret()}},
            "secrets=['DB_PASSWORD'] is not allowed; give the text of these secrets: a container "
            "cannot read Secrets Manager itself",
        ),
        (
            {"secret_keys": {"JWT_SECRET": "jwt-secret"}},
            "secret_keys=['JWT_SECRET'] is not allowed; name variables of secrets only",
        ),
        *(
            (
                {"secrets": {"KEY": secret()}, "secret_keys": {"KEY": key}},
                f"secret_keys=['{key}'] is not allowed; use letters, digits, hyphens, underscores "
                "and dots, no dot alone or two first",
            )
            for key in ("a key", ".", "..", "..a")
        ),
        (
            {"secrets": {"KEY": secret(), "OTHER": secret()}, "secret_keys": {"KEY": "OTHER"}},
            "secret_keys={'KEY': 'OTHER'} is not allowed; give each variable a key of its own, or "
            "it would have another one's value",
        ),
    ],
)
def test_fails_when_a_variable_is_wrong(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"KubernetesService: {message}"


def test_tells_no_secret_in_its_own_text() -> None:
    assert SHORT_SECRET not in repr(full())
