"""A CronJob is created, served and written as strictly as the Job that it makes."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from sandbox.kubernetes import api, render
from sandbox.kubernetes.kinds import CRON_JOB
from sandbox.provider import MOCKED_KEY
from sandbox.state import Resource
from tests.support.kubernetes import Cluster, changed, manifest, wire

JOB = "spec.jobTemplate.spec"
POD = f"{JOB}.template.spec"
MAIN = f"{POD}.containers[0]"
PATH = "/apis/batch/v1/namespaces/shop/cronjobs"
RESTRICTED = {"name": "shop", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}


def cron_job(name="shop-report"):
    """A CronJob that Kubernetes takes."""
    return manifest("CronJob", name)


@pytest.fixture
def shop():
    """A cluster of its own, for what creates something."""
    server = api.start()
    yield Cluster(server.endpoint)
    server.stop()


DANGLING = [
    (
        f"{POD}.serviceAccountName",
        "shop",
        f"{POD}.serviceAccountName: there is no ServiceAccount shop in namespace shop",
    ),
    (
        f"{POD}.imagePullSecrets",
        [{"name": "registry"}],
        f"{POD}.imagePullSecrets[0]: there is no Secret registry in namespace shop",
    ),
    (
        f"{POD}.containers.0.envFrom",
        [{"configMapRef": {"name": "other"}}],
        f"{MAIN}.envFrom[0].configMapRef: there is no ConfigMap other in namespace shop",
    ),
    (
        f"{POD}.containers.0.env",
        [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "shop-api", "key": "TOKN"}}}],
        f"{MAIN}.env[0].valueFrom.secretKeyRef.key: Secret shop-api has no key TOKN",
    ),
    (
        f"{POD}.volumes",
        [{"name": "a", "configMap": {"name": "other"}}],
        f"{POD}.volumes[0].configMap: there is no ConfigMap other in namespace shop",
    ),
]


@pytest.mark.parametrize(("path", "new", "failure"), DANGLING, ids=[each[0] for each in DANGLING])
def test_refuses_what_names_nothing(shop, path, new, failure):
    shop.have("Namespace", "Secret")
    assert shop.refusal(changed(cron_job(), path, new)) == (
        f'Invalid: CronJob.batch "shop-report" is invalid: {failure}'
    )


def test_takes_what_names_something(shop):
    shop.have("Namespace", "ConfigMap", "ServiceAccount")
    value = changed(cron_job(), f"{POD}.serviceAccountName", "shop-api")
    source = [{"configMapRef": {"name": "shop-api"}}]
    assert shop.create(changed(value, f"{POD}.containers.0.envFrom", source)).id == (
        "shop/shop-report"
    )


FORBIDDEN = [
    (f"{POD}.hostNetwork", True, f"{POD}.hostNetwork: must be false"),
    (
        f"{POD}.containers.0.securityContext.privileged",
        True,
        f"{MAIN}.securityContext.privileged: must be false",
    ),
    (
        f"{POD}.volumes",
        [{"name": "host", "hostPath": {"path": "/etc"}}],
        f"{POD}.volumes[0]: volumes of type hostPath are forbidden",
    ),
]


@pytest.mark.parametrize(("path", "new", "failure"), FORBIDDEN, ids=[c[0] for c in FORBIDDEN])
def test_a_restricted_namespace_takes_restricted_pods_only(shop, path, new, failure):
    shop.have("Namespace", metadata=RESTRICTED)
    assert shop.refusal(changed(cron_job(), path, new)) == (
        'Forbidden: cronjobs.batch "shop-report" is forbidden: violates PodSecurity '
        f'"restricted:latest": {failure}'
    )
    shop.create(cron_job())


def test_the_path_names_the_kind_of_what_does_not_itself(shop):
    shop.have("Namespace", metadata=RESTRICTED)
    body = changed(changed(cron_job(), f"{POD}.hostPID", True), "kind", None)
    code, answer = shop.request("POST", PATH, body)
    assert (code, answer["message"]) == (
        403,
        'cronjobs.batch "shop-report" is forbidden: violates PodSecurity "restricted:latest": '
        f"{POD}.hostPID: must be false",
    )
    assert shop.request("POST", PATH, changed(body, f"{POD}.hostPID", None))[0] == 201


def served(cluster, value=None):
    cluster.have("Namespace")
    cluster.create(value or cron_job())
    return cluster.get(f"{PATH}/shop-report")


def test_it_gets_kubernetes_defaults(shop):
    found = served(shop)
    given = cron_job()["spec"]
    assert found["spec"] == {
        "schedule": "*/5 * * * *",
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
        "jobTemplate": {
            "spec": {
                "template": {
                    "spec": {
                        **given["jobTemplate"]["spec"]["template"]["spec"],
                        "terminationGracePeriodSeconds": 30,
                        "dnsPolicy": "ClusterFirst",
                        "schedulerName": "default-scheduler",
                    }
                }
            }
        },
    }


def test_what_is_given_is_no_default(shop):
    value = changed(cron_job(), "spec.concurrencyPolicy", "Forbid")
    value = changed(value, "spec.failedJobsHistoryLimit", 0)
    value = changed(value, f"{POD}.terminationGracePeriodSeconds", 5)
    spec = served(shop, value)["spec"]
    assert (spec["concurrencyPolicy"], spec["failedJobsHistoryLimit"]) == ("Forbid", 0)
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert (pod["terminationGracePeriodSeconds"], pod["restartPolicy"]) == (5, "Never")


def test_its_last_job_ran_just_now(shop):
    before = datetime.now(UTC) - timedelta(seconds=1)
    status = served(shop)["status"]
    assert status.keys() == {"lastScheduleTime", "lastSuccessfulTime"}
    for time in status.values():
        assert before <= datetime.strptime(time, "%Y-%m-%dT%H:%M:%S%z") <= datetime.now(UTC)


def test_now_is_when_it_is_looked_at(shop, monkeypatch):
    served(shop)
    for time in ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"):
        monkeypatch.setattr("sandbox.kubernetes.status.now", lambda time=time: time)
        assert shop.get(f"{PATH}/shop-report")["status"] == {
            "lastScheduleTime": time,
            "lastSuccessfulTime": time,
        }


@pytest.mark.parametrize(
    ("path", "new"), [("spec.suspend", True), (f"{POD}.containers.0.command", ["false"])]
)
def test_no_job_of_it_succeeds_if_it_is_suspended_or_its_command_is_false(shop, path, new):
    assert served(shop, changed(cron_job(), path, new))["status"].keys() == {"lastScheduleTime"}


def test_a_deploy_does_not_wait_for_it(shop):
    shop.have("Namespace")
    made = shop.create(changed(cron_job(), f"{POD}.containers.0.command", ["false"]))
    assert made.id == "shop/shop-report"
    # When its last Job ended is invented.
    assert made.outputs[MOCKED_KEY].startswith("the sandbox runs no containers")
    made.delete()
    assert made.read() is None


def test_what_selects_its_pods_finds_them(shop):
    shop.have("Namespace")
    shop.create(changed(cron_job(), f"{JOB}.template.metadata", {"labels": {"app": "report"}}))
    for name, labels in (
        ("found", {"app": "report"}),
        ("lost", {"batch.kubernetes.io/job-name": "shop-report"}),
    ):
        spec = {"podSelector": {"matchLabels": labels}}
        shop.create(manifest("NetworkPolicy", name, spec=spec))
    assert shop.unmatched() == [
        "NetworkPolicy shop/lost: spec.podSelector finds no pods: "
        "batch.kubernetes.io/job-name=shop-report"
    ]


def test_a_service_finds_the_ports_of_its_pods(shop):
    shop.have("Namespace", "Service")
    shop.create(changed(cron_job(), f"{JOB}.template.metadata", {"labels": {"app": "shop-api"}}))
    assert shop.unmatched() == []


def test_kubectl_finds_it_by_its_short_name(shop):
    listed = {each["name"]: each for each in shop.get("/apis/batch/v1")["resources"]}
    assert listed["cronjobs"] == {
        "name": "cronjobs",
        "singularName": "cronjob",
        "shortNames": ["cj"],
        "namespaced": True,
        "kind": "CronJob",
        "verbs": ["create", "delete", "get", "list"],
    }


def test_it_is_written_as_it_was_given(tmp_path):
    value = cron_job()
    given = Resource(
        urn="it",
        type=CRON_JOB.token,
        name="it",
        custom=True,
        id="shop/shop-report",
        inputs=wire(value),
    )
    assert render.write([given], tmp_path) == 1
    text = (tmp_path / "kubernetes/shop/cronjob-shop-report.yaml").read_text()
    assert yaml.safe_load(text) == value
    assert text.splitlines()[:6] == [
        "apiVersion: batch/v1",
        "kind: CronJob",
        "metadata:",
        "  name: shop-report",
        "  namespace: shop",
        "  labels:",
    ]
    assert "  schedule: '*/5 * * * *'\n" in text
