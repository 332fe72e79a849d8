"""Single fields that Kubernetes refuses: by its published schemas, and by limits beyond them."""

import pytest

from tests.support.kubernetes import changed, manifest

LABEL = "with a letter or digit at both ends"
DNS = f"use 1 to 63 lower-case letters, digits and hyphens, {LABEL}"
SUBDOMAIN = (
    "use 1 to 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both "
    "ends of each part"
)
NAME_1035 = "use 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last"
PORT_NAME = (
    "use 1 to 15 lower-case letters, digits and single hyphens, with a letter among them and a "
    "letter or digit at both ends"
)
PORT_OR_NAME = "use a port from 1 to 65535, or a port's name of at most 15 characters"
KEY = (
    "the key is refused; use 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at "
    "both ends; a DNS name and '/' may stand before them"
)
QUANTITY = "use a quantity such as 250m, 0.5, 512Mi or 1Gi"
COUNT = "use a whole number of 0 or more, or a percentage from 0% to 100%"
LONG = "a" * 254
POD = "spec.template.spec"
MAIN = f"{POD}.containers[0]"


# kind, path of the changed field, its new value (None: gone), and what is refused
REFUSED = [
    # the published schemas
    (
        "Deployment",
        f"{POD}.containers.0.imagePullPolcy",
        "Always",
        f"{MAIN}.imagePullPolcy: is no field of Kubernetes 1.34; did you mean imagePullPolicy?",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.livenessProbe.httpGet",
        {"port": 80, "pathh": "/"},
        f"{MAIN}.livenessProbe.httpGet.pathh: is no field of Kubernetes 1.34; did you mean path?",
    ),
    ("ConfigMap", "xyz", {}, "xyz: is no field of Kubernetes 1.34"),
    ("Deployment", "spec.selector", None, "spec.selector: is missing"),
    ("Deployment", "spec.replicas", "3", 'spec.replicas: "3" is not of type integer'),
    ("Deployment", POD, ["main"], f"{POD}: a list of 1 is not of type object"),
    # single fields
    ("Deployment", "spec.replicas", -1, "spec.replicas: -1 is refused; use 0 or more"),
    (
        "Deployment",
        f"{POD}.containers.0.imagePullPolicy",
        "Sometimes",
        f'{MAIN}.imagePullPolicy: "Sometimes" is refused; use one of Always, IfNotPresent, Never',
    ),
    ("Deployment", f"{POD}.containers.0.image", None, f"{MAIN}.image: is missing"),
    (
        "Deployment",
        f"{POD}.containers.0.ports.0.containerPort",
        65536,
        f"{MAIN}.ports[0].containerPort: 65536 is refused; use 1 to 65535",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.ports.1",
        {"containerPort": 9090, "name": "prometheus-metrics"},
        f'{MAIN}.ports[1].name: "prometheus-metrics" is refused; {PORT_NAME}',
    ),
    (
        "Deployment",
        f"{POD}.containers.0.ports.1",
        {"containerPort": 8080, "protocol": "TCP"},
        f"{MAIN}.ports[1]: is there twice: containerPort 8080, protocol TCP",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.ports.1",
        {"containerPort": 9090, "name": "http"},
        f"{MAIN}.ports: the name http is there twice",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.env",
        [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}],
        f"{MAIN}.env[1]: is there twice: name A",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.resources.requests.cpu",
        "quarter",
        f'{MAIN}.resources.requests.cpu: "quarter" is refused; {QUANTITY}',
    ),
    (
        "Deployment",
        f"{POD}.containers.0.resources.limits.memory",
        "512MB",
        f'{MAIN}.resources.limits.memory: "512MB" is refused; {QUANTITY}',
    ),
    (
        "Service",
        "spec.ports.0.targetPort",
        0,
        f"spec.ports[0].targetPort: 0 is refused; {PORT_OR_NAME}",
    ),
    (
        "PodDisruptionBudget",
        "spec.maxUnavailable",
        "some",
        f'spec.maxUnavailable: "some" is refused; {COUNT}',
    ),
    (
        "HorizontalPodAutoscaler",
        "spec.behavior.scaleDown.stabilizationWindowSeconds",
        3601,
        "spec.behavior.scaleDown.stabilizationWindowSeconds: 3601 is refused; use 0 to 3600",
    ),
    # names, labels, annotations
    (
        "Deployment",
        "metadata.name",
        "Shop_API",
        f'metadata.name: "Shop_API" is refused; {SUBDOMAIN}',
    ),
    (
        "ConfigMap",
        "metadata.name",
        "a" * 254,
        f'metadata.name: "{"a" * 254}" is refused; {SUBDOMAIN}',
    ),
    ("Namespace", "metadata.name", "a.b", f'metadata.name: "a.b" is refused; {DNS}'),
    ("Namespace", "metadata.name", "a\n", f'metadata.name: "a\\n" is refused; {DNS}'),
    ("Service", "metadata.name", "4shop", f'metadata.name: "4shop" is refused; {NAME_1035}'),
    ("Service", "metadata.name", "s" * 64, f'metadata.name: "{"s" * 64}" is refused; {NAME_1035}'),
    ("Job", "metadata.name", "j" * 64, f'metadata.name: "{"j" * 64}" is refused; {DNS}'),
    (
        "Namespace",
        "metadata.namespace",
        "shop",
        "metadata.namespace: a Namespace stands in no namespace",
    ),
    (
        "ConfigMap",
        "metadata.labels.version",
        "v1.0.0+1",
        'metadata.labels.version: "v1.0.0+1" is refused; use at most 63 letters, digits, '
        f"'-', '_' and '.', {LABEL}",
    ),
    ("ConfigMap", "metadata.labels", {"a/b/c": "d"}, f"metadata.labels[a/b/c]: {KEY}"),
    ("ConfigMap", "metadata.annotations", {"a b": "c"}, f"metadata.annotations.a b: {KEY}"),
    (
        "ConfigMap",
        "metadata.annotations",
        {"a": "b" * 256 * 1024},
        "metadata.annotations: 262145 bytes are refused; use at most 262144 bytes together",
    ),
]


@pytest.mark.parametrize(
    ("kind", "path", "new", "failure"), REFUSED, ids=[f"{c[0]}-{c[1]}-{c[3][:40]}" for c in REFUSED]
)
def test_refuses(cluster, kind, path, new, failure):
    assert cluster.failures(changed(manifest(kind), path, new)) == [failure]
