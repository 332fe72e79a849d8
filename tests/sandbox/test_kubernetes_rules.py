"""What Kubernetes refuses about one object and no schema can say."""

import pytest

from tests.support.kubernetes import changed, manifest

POD = "spec.template.spec"
MAIN = f"{POD}.containers[0]"


# kind, path of the changed field, its new value (None: gone), and what is refused
REFUSED = [
    # Deployments
    (
        "Deployment",
        "spec.template.metadata.labels",
        {"app": "other"},
        "spec.selector: does not select the labels of the pod template",
    ),
    (
        "Deployment",
        "spec.selector",
        {"matchExpressions": [{"key": "app", "operator": "In", "values": ["other"]}]},
        "spec.selector: does not select the labels of the pod template",
    ),
    (
        "Deployment",
        "spec.selector",
        {},
        "spec.selector: is empty, which selects nothing; name a label of the pods",
    ),
    (
        "Deployment",
        "spec.strategy",
        {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}},
        "spec.strategy.rollingUpdate: is for the type RollingUpdate only",
    ),
    (
        "Deployment",
        "spec.strategy",
        {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}},
        "spec.strategy.rollingUpdate: both are 0: no pod could be replaced; raise one",
    ),
    (
        "Deployment",
        f"{POD}.restartPolicy",
        "Never",
        f"{POD}.restartPolicy: a Deployment's pods restart Always",
    ),
    # pods
    (
        "Deployment",
        f"{POD}.initContainers",
        [{"name": "main", "image": "busybox"}],
        f"{MAIN}.name: main is there twice",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.readinessProbe.httpGet.port",
        "web",
        f"{MAIN}.readinessProbe.httpGet.port: the container has no port web",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.readinessProbe.exec",
        {"command": ["true"]},
        f"{MAIN}.readinessProbe: name one of exec, httpGet, tcpSocket, grpc",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.livenessProbe",
        {"tcpSocket": {"port": 8080}, "successThreshold": 2},
        f"{MAIN}.livenessProbe.successThreshold: must be 1",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.lifecycle.preStop",
        {},
        f"{MAIN}.lifecycle.preStop: name one of exec, httpGet, sleep",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.resources.requests.memory",
        "1Gi",
        f"{MAIN}.resources.requests.memory: 1Gi is more than the limit 512Mi",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.resources.requests.cpu",
        1,
        f"{MAIN}.resources.requests.cpu: 1 is more than the limit 500m",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.env",
        [{"name": "A", "value": "1", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}],
        f"{MAIN}.env[0]: has a value and valueFrom; name one of them",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.env",
        [{"name": "A", "valueFrom": {}}],
        f"{MAIN}.env[0].valueFrom: name one of configMapKeyRef, fieldRef, fileKeyRef, "
        "resourceFieldRef, secretKeyRef",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.envFrom",
        [{"prefix": "A_"}],
        f"{MAIN}.envFrom[0]: name one of configMapRef, secretRef",
    ),
    (
        "Deployment",
        f"{POD}.containers.0.volumeMounts",
        [{"name": "scratch", "mountPath": "/scratch"}],
        f"{MAIN}.volumeMounts[0].name: there is no volume scratch",
    ),
    (
        "Deployment",
        f"{POD}.securityContext.runAsUser",
        0,
        f"{MAIN}.securityContext.runAsUser: 0 is root, and runAsNonRoot is true",
    ),
    (
        "Deployment",
        f"{POD}.securityContext.sysctls",
        [{"name": "net.core.somaxconn", "value": "1024"}],
        f"{POD}.securityContext.sysctls[0].name: net.core.somaxconn is not safe: no node starts "
        "the pod; it is configuration of the node",
    ),
    # Jobs
    (
        "Job",
        f"{POD}.restartPolicy",
        None,
        f"{POD}.restartPolicy: nothing is refused for a Job; use OnFailure or Never",
    ),
    ("Job", "spec.selector", {}, "spec.selector: a Job selects its own pods; leave it out"),
    # Services
    ("Service", "spec.ports", None, "spec.ports: is missing"),
    (
        "Service",
        "spec.ports.1",
        {"port": 81},
        "spec.ports[1].name: is missing: several ports need names",
    ),
    (
        "Service",
        "spec.ports.1",
        {"port": 81, "name": "http"},
        "spec.ports: the name http is there twice",
    ),
    (
        "Service",
        "spec.ports.1",
        {"port": 80, "name": "again"},
        "spec.ports[1]: is there twice: port 80, protocol TCP",
    ),
    ("Service", "spec", {"type": "ExternalName"}, "spec.externalName: is missing"),
    # autoscalers
    (
        "HorizontalPodAutoscaler",
        "spec.maxReplicas",
        2,
        "spec.maxReplicas: 2 is less than minReplicas 3; use 3 or more",
    ),
    (
        "HorizontalPodAutoscaler",
        "spec.metrics.0.resource",
        None,
        "spec.metrics[0].resource: is missing: the metric is of type Resource",
    ),
    (
        "HorizontalPodAutoscaler",
        "spec.metrics.0.resource.target",
        {"type": "Utilization", "averageValue": "1"},
        "spec.metrics[0].resource.target.averageUtilization: is missing: the target is of type "
        "Utilization",
    ),
    # the rest
    (
        "PodDisruptionBudget",
        "spec.minAvailable",
        1,
        "spec: name one of minAvailable and maxUnavailable",
    ),
    (
        "NetworkPolicy",
        "spec.ingress.0.from.0.ipBlock.cidr",
        "10.0.0.0",
        "spec.ingress[0].from[0].ipBlock.cidr: 10.0.0.0 is no address block such as 10.0.0.0/16",
    ),
    (
        "NetworkPolicy",
        "spec.ingress.0.from.0.ipBlock.except",
        ["10.1.0.0/24"],
        "spec.ingress[0].from[0].ipBlock.except[0]: 10.1.0.0/24 is no part of 10.0.0.0/16",
    ),
    (
        "NetworkPolicy",
        "spec.ingress.0.from.0.podSelector",
        {},
        "spec.ingress[0].from[0]: names an ipBlock and pods; make two peers of them",
    ),
    (
        "NetworkPolicy",
        "spec.egress.0.to.0",
        {},
        "spec.egress[0].to[0]: is empty; name an ipBlock, pods or a namespace",
    ),
    (
        "NetworkPolicy",
        "spec.ingress.0.ports.0.endPort",
        8079,
        "spec.ingress[0].ports[0].endPort: 8079 is refused; use at least port, which must be a "
        "number",
    ),
    (
        "ConfigMap",
        "data",
        {"key": "a" * (1024 * 1024 + 1)},
        "data: 1048577 bytes are refused; use at most 1048576 bytes together",
    ),
    (
        "ConfigMap",
        "data",
        {"a/b": "c"},
        "data[a/b]: the key is refused; use 1 to 253 letters, digits, '-', '_' and '.', and not "
        "'.' or '..' at the beginning",
    ),
    (
        "Secret",
        "data",
        {"TOKEN": "not base64!"},
        "data.TOKEN: is not base64; stringData takes plain text",
    ),
    (
        "Secret",
        "type",
        "kubernetes.io/dockerconfigjson",
        "stringData[.dockerconfigjson]: is missing: the type is kubernetes.io/dockerconfigjson",
    ),
    # custom resources
    (
        "TargetGroupBinding",
        "spec.targetGroupARN",
        "shop",
        'spec.targetGroupARN: "shop" is no ARN of a target group',
    ),
    (
        "ServiceMonitor",
        "spec.endpoints.0.port",
        None,
        "spec.endpoints[0].port: is missing: name the Service's port",
    ),
    (
        "ServiceMonitor",
        "spec.endpoints.0.scrapeTimeout",
        "1m",
        "spec.endpoints[0].scrapeTimeout: 1m is more than the interval 30s",
    ),
    (
        "PrometheusRule",
        "spec.groups.0.rules.0.record",
        "up:down",
        "spec.groups[0].rules[0]: name one of alert and record",
    ),
    (
        "PrometheusRule",
        "spec.groups.1",
        {"name": "shop", "rules": []},
        "spec.groups[1]: is there twice: name shop",
    ),
]


@pytest.mark.parametrize(
    ("kind", "path", "new", "failure"), REFUSED, ids=[f"{c[0]}-{c[1]}-{c[3][:40]}" for c in REFUSED]
)
def test_refuses(cluster, kind, path, new, failure):
    assert cluster.failures(changed(manifest(kind), path, new)) == [failure]
