"""What Kubernetes refuses about labels of namespaces, data, secrets and Prometheus' rules."""

import pytest

from sandbox.provider import UNKNOWN
from tests.support.kubernetes import changed, manifest

MIB = 1024 * 1024
KEY = "use 1 to 253 letters, digits, '-', '_' and '.', and not '.' or '..' at the beginning"
LEVELS = "use one of privileged, baseline, restricted"
MODES = "enforce, enforce-version, audit, audit-version, warn, warn-version"
EXPR = "spec.groups[0].rules[0].expr: is no expression of PromQL"
DOCKER = "kubernetes.io/dockerconfigjson"


def security(label, value):
    return {f"pod-security.kubernetes.io/{label}": value}


def of_type(type_, **data):
    return manifest("Secret", type=type_, stringData=data)


# kind, path of the changed field, its new value, and what is refused
REFUSED = [
    # pod security
    *(
        (
            "Namespace",
            "metadata.labels",
            security(mode, "restricte"),
            f'metadata.labels[pod-security.kubernetes.io/{mode}]: "restricte" is refused; {LEVELS}',
        )
        for mode in ("enforce", "audit", "warn")
    ),
    *(
        (
            "Namespace",
            "metadata.labels",
            security("enforce-version", version),
            f'metadata.labels[pod-security.kubernetes.io/enforce-version]: "{version}" is refused; '
            "use latest or a version such as v1.34",
        )
        for version in ("1.34", "v1.34.0", "v1.034", "newest", "v2.0")
    ),
    *(
        (
            "Namespace",
            "metadata.labels",
            security(label, "restricted"),
            f"metadata.labels[pod-security.kubernetes.io/{label}]: is no label of pod security; "
            f"after '/' use one of {MODES}",
        )
        for label in ("enforced", "enforce-versions", "version")
    ),
    # ConfigMaps
    (
        "ConfigMap",
        "binaryData",
        {"a": "not base64!"},
        "binaryData.a: is not base64; data takes text",
    ),
    ("ConfigMap", "binaryData", {"PORT": "YQ=="}, "binaryData.PORT: is a key of data, too"),
    *(
        ("ConfigMap", "data", {key: "a"}, f"{path}: the key is refused; {KEY}")
        for key, path in (
            *((".", "data[.]"), ("..", "data[..]"), ("..a", "data[..a]")),
            *(("a" * 254, f"data.{'a' * 254}"), ("a b", "data.a b")),
        )
    ),
    (
        "ConfigMap",
        "data",
        {"a": "a" * MIB, "b": "b"},
        "data: 1048577 bytes are refused; use at most 1048576 bytes together",
    ),
    (
        "ConfigMap",
        "binaryData",
        {"a": "YWFh" * (MIB // 3 + 1)},
        "data: 1048582 bytes are refused; use at most 1048576 bytes together",
    ),
    # Secrets
    (
        "Secret",
        "type",
        "kubernetes.io/dockerconfigjsn",
        'type: "kubernetes.io/dockerconfigjsn" is refused; use Opaque, a type of Kubernetes such '
        "as kubernetes.io/tls, or one of your own such as example.com/type",
    ),
    *(
        (
            "Secret",
            "type",
            f"kubernetes.io/{type_}",
            f"stringData[{key}]: is missing: the type is kubernetes.io/{type_}"
            if "." in key
            else f"stringData.{key}: is missing: the type is kubernetes.io/{type_}",
        )
        for type_, key in (
            ("dockercfg", ".dockercfg"),
            ("basic-auth", "password"),
            ("ssh-auth", "ssh-privatekey"),
        )
    ),
    (
        "Secret",
        "type",
        "kubernetes.io/service-account-token",
        "metadata.annotations[kubernetes.io/service-account.name]: is missing: the type is "
        "kubernetes.io/service-account-token",
    ),
    # Prometheus
    *(
        ("PrometheusRule", "spec.groups.0.rules.0.expr", expression, f"{EXPR}: {reason}")
        for expression, reason in (
            ("sum(rate(up[5m])", "( is not closed"),
            ("sum(up))", ") closes nothing"),
            ("up[5m}", "} closes nothing"),
            ('up{job="shop}', '" is not closed'),
            (" ", "it is empty"),
        )
    ),
    (
        "PrometheusRule",
        "spec.groups.0.rules.0.labels",
        {"run-book": "a"},
        "spec.groups[0].rules[0].labels.run-book: the key is refused; use letters, digits and "
        "'_', no digit first",
    ),
]


@pytest.mark.parametrize(
    ("kind", "path", "new", "failure"), REFUSED, ids=[f"{c[0]}-{c[3][:60]}" for c in REFUSED]
)
def test_refuses(cluster, kind, path, new, failure):
    assert cluster.failures(changed(manifest(kind), path, new)) == [failure]


def test_a_certificate_has_a_key(cluster):
    whole = {"tls.crt": "a", "tls.key": "b"}
    assert cluster.failures(of_type("kubernetes.io/tls", **whole)) == []
    for key in whole:
        rest = {name: item for name, item in whole.items() if name != key}
        assert cluster.failures(of_type("kubernetes.io/tls", **rest)) == [
            f"stringData[{key}]: is missing: the type is kubernetes.io/tls"
        ]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"auths": []}'])
def test_a_registrys_credentials_are_json(cluster, content):
    assert cluster.failures(of_type(DOCKER, **{".dockerconfigjson": content})) == [
        'stringData[.dockerconfigjson]: is no JSON of the form {"auths": {"<host>": {...}}}'
    ]


ACCEPTED = [
    ("Namespace", "metadata.labels", security("enforce-version", "latest")),
    ("Namespace", "metadata.labels", security("audit-version", "v1.0")),
    ("Namespace", "metadata.labels", security("warn", UNKNOWN)),
    ("ConfigMap", "data", {"a": "a" * MIB}),
    ("ConfigMap", "data", {".a": "b", "a..b": "c", "a" * 253: "d"}),
    ("ConfigMap", "binaryData", {"a": "YWFh\nYQ==\n"}),
    ("ConfigMap", "binaryData", {"a": UNKNOWN}),
    ("Secret", "type", "example.com/type"),
    ("PrometheusRule", "spec.groups.0.rules.0.expr", """sum(up{a="(", b='["\\'', c=`)`}) # :("""),
    ("PrometheusRule", "spec.groups.0.rules.0.expr", UNKNOWN),
]


@pytest.mark.parametrize(
    ("kind", "path", "new"), ACCEPTED, ids=[f"{c[0]}-{c[1]}-{c[2]}"[:90] for c in ACCEPTED]
)
def test_accepts(cluster, kind, path, new):
    assert cluster.failures(changed(manifest(kind), path, new)) == []


def test_what_is_not_known_yet_of_a_typed_secret_passes(cluster):
    assert cluster.failures(of_type(DOCKER, **{".dockerconfigjson": UNKNOWN})) == []
    assert cluster.failures({**of_type(DOCKER), "stringData": UNKNOWN}) == []
