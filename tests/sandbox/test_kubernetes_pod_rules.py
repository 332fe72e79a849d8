"""What Kubernetes refuses about the pods of a workload: containers, volumes, security, spread."""

import pytest

from tests.support.kubernetes import changed, manifest

POD = "spec.template.spec"
MAIN = f"{POD}.containers[0]"
CONTAINER = f"{POD}.containers.0"
RESOURCE = (
    "the key is refused; use cpu, memory, ephemeral-storage, hugepages-<size>, or a resource with "
    "a DNS name and '/' before it"
)
FIELD = (
    "use metadata.name, .namespace, .uid, .labels['<key>'] or .annotations['<key>'], "
    "spec.nodeName or .serviceAccountName, status.hostIP, .hostIPs, .podIP or .podIPs"
)
IMAGE = "use [host[:port]/]path[:tag][@digest], the path in lower case"
RELATIVE = "use a path that begins without '/' and has no '..'"
SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}
SYSCTL = {"name": "net.ipv4.tcp_rmem", "value": "1"}


def field(path):
    return [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": path}}}]


# path of the changed field of a Deployment, its new value, and what is refused
REFUSED = [
    # resources
    (
        f"{CONTAINER}.resources",
        {"limits": {"foo": 1}},
        f"{MAIN}.resources.limits.foo: {RESOURCE}",
    ),
    (
        f"{CONTAINER}.resources",
        {"requests": {"cpux": 1}},
        f"{MAIN}.resources.requests.cpux: {RESOURCE}",
    ),
    # environment
    (
        f"{CONTAINER}.env",
        field("status.nothing"),
        f'{MAIN}.env[0].valueFrom.fieldRef.fieldPath: "status.nothing" is refused; {FIELD}',
    ),
    (
        f"{CONTAINER}.env",
        field("metadata.labels"),
        f"{MAIN}.env[0].valueFrom.fieldRef.fieldPath: a variable takes one of them; use "
        "metadata.labels['<key>']",
    ),
    (
        f"{CONTAINER}.env",
        [{"name": "A", "valueFrom": {"secretKeyRef": {"key": "a"}}}],
        f"{MAIN}.env[0].valueFrom.secretKeyRef.name: is missing",
    ),
    # images
    *(
        (f"{CONTAINER}.image", image, f'{MAIN}.image: "{image}" is refused; {IMAGE}')
        for image in ("UPPER/Case:!!", "api:1.0 ", "", "api:", "a//b", "api@sha256:12", "-api")
    ),
    # probes and hooks
    (
        f"{CONTAINER}.livenessProbe",
        {"exec": {}},
        f"{MAIN}.livenessProbe.exec.command: is missing",
    ),
    (
        f"{CONTAINER}.livenessProbe",
        {"exec": {"command": []}},
        f"{MAIN}.livenessProbe.exec.command: a list of 0 is refused; it breaks the schema's "
        "minItems 1",
    ),
    (
        f"{CONTAINER}.readinessProbe.terminationGracePeriodSeconds",
        5,
        f"{MAIN}.readinessProbe.terminationGracePeriodSeconds: must be left out: a readiness probe "
        "ends nothing",
    ),
    (
        f"{CONTAINER}.lifecycle.preStop",
        {"sleep": {"seconds": 31}},
        f"{MAIN}.lifecycle.preStop.sleep.seconds: 31 is more than terminationGracePeriodSeconds, "
        "which is 30",
    ),
    # security
    (
        f"{POD}.securityContext.seccompProfile",
        {"type": "Localhost"},
        f"{POD}.securityContext.seccompProfile.localhostProfile: is missing: the type is Localhost",
    ),
    (
        f"{CONTAINER}.securityContext.seccompProfile",
        {"type": "RuntimeDefault", "localhostProfile": "a.json"},
        f"{MAIN}.securityContext.seccompProfile.localhostProfile: is for the type Localhost only",
    ),
    (
        f"{CONTAINER}.securityContext.seccompProfile",
        {"type": "Localhost", "localhostProfile": "../a.json"},
        f"{MAIN}.securityContext.seccompProfile.localhostProfile: "
        f'"../a.json" is refused; {RELATIVE}',
    ),
    (
        f"{POD}.securityContext.sysctls",
        [SYSCTL, SYSCTL],
        f"{POD}.securityContext.sysctls[1].name: net.ipv4.tcp_rmem is there twice",
    ),
    # volumes
    (
        f"{POD}.volumes",
        [{"name": "a", "emptyDir": {}, "configMap": {"name": "a"}}],
        f"{POD}.volumes[0]: has configMap and emptyDir; make two volumes of them",
    ),
    (
        f"{POD}.volumes",
        [{"name": "a", "configMap": {"name": "a", "defaultMode": 755}}],
        f"{POD}.volumes[0].configMap.defaultMode: 755 is refused; use 0 to 511",
    ),
    # spread
    (
        f"{POD}.topologySpreadConstraints",
        [{**SPREAD, "matchLabelKeys": ["pod-template-hash"]}],
        f"{POD}.topologySpreadConstraints[0].matchLabelKeys: needs a labelSelector beside it",
    ),
    (
        f"{POD}.topologySpreadConstraints",
        [{**SPREAD, "matchLabelKeys": ["app"], "labelSelector": {"matchLabels": {"app": "a"}}}],
        f"{POD}.topologySpreadConstraints[0].matchLabelKeys[0]: app stands in the labelSelector, "
        "too",
    ),
    (
        f"{POD}.topologySpreadConstraints",
        [{**SPREAD, "minDomains": 2}],
        f"{POD}.topologySpreadConstraints[0].minDomains: is for whenUnsatisfiable DoNotSchedule "
        "only",
    ),
]


@pytest.mark.parametrize(
    ("path", "new", "failure"), REFUSED, ids=[f"{c[0]}-{c[2][:60]}" for c in REFUSED]
)
def test_refuses(cluster, path, new, failure):
    assert cluster.failures(changed(manifest("Deployment"), path, new)) == [failure]


DIGEST = "sha256:" + "0123456789abcdef" * 4
ACCEPTED = [
    *(
        (f"{CONTAINER}.image", image)
        for image in (
            *("busybox", "library/busybox:1.37_a-b.C", "localhost/a", "localhost:5000/a:1"),
            *(
                f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api@{DIGEST}",
                f"a__b:1@{DIGEST}",
            ),
        )
    ),
    (f"{CONTAINER}.resources", {"limits": {"nvidia.com/gpu": 1, "hugepages-2Mi": "4Mi"}}),
    (f"{CONTAINER}.env", field("metadata.labels['app']")),
    (f"{CONTAINER}.env", field("status.podIP")),
    (f"{CONTAINER}.lifecycle.preStop", {"sleep": {"seconds": 30}}),
    (f"{CONTAINER}.livenessProbe", {"tcpSocket": {"port": 1}, "terminationGracePeriodSeconds": 5}),
    (f"{CONTAINER}.securityContext.capabilities", {"drop": ["ALL"], "add": ["WHATEVER"]}),
    (f"{POD}.volumes", [{"name": "a"}, {"name": "b", "emptyDir": {}}]),
    (
        f"{POD}.topologySpreadConstraints",
        [{**SPREAD, "matchLabelKeys": ["pod-template-hash"], "labelSelector": {}}],
    ),
]


@pytest.mark.parametrize(("path", "new"), ACCEPTED, ids=[f"{c[0]}-{c[1]}"[:90] for c in ACCEPTED])
def test_accepts_the_last_that_is_good(cluster, path, new):
    assert cluster.failures(changed(manifest("Deployment"), path, new)) == []


def test_a_hook_may_sleep_as_long_as_the_pod_has(cluster):
    value = changed(manifest("Deployment"), f"{POD}.terminationGracePeriodSeconds", 60)
    value = changed(value, f"{CONTAINER}.lifecycle.preStop", {"sleep": {"seconds": 60}})
    assert cluster.failures(value) == []
