"""What Kubernetes refuses about one CronJob: its fields, its schedule, its Jobs and their pods."""

import zoneinfo

import pytest

from sandbox.kubernetes import api
from sandbox.kubernetes.store import Settings
from sandbox.provider import UNKNOWN
from tests.sandbox.test_kubernetes_cron_jobs import JOB, MAIN, POD, cron_job
from tests.support.kubernetes import Cluster, changed

DNS = (
    "use 1 to 52 lower-case letters, digits and hyphens, with a letter or digit at both ends; the "
    "names of its Jobs are 11 longer"
)
FIELDS = (
    "use the five fields minute, hour, day of the month, month, weekday, or a word such as @hourly"
)
RANGE = "or a range of these that rises, and perhaps a step such as /5"


# path of the changed field, its new value (None: gone), and what is refused
REFUSED = [
    ("metadata.name", "a" * 53, f'metadata.name: "{"a" * 53}" is refused; {DNS}'),
    ("metadata.name", "Shop", f'metadata.name: "Shop" is refused; {DNS}'),
    # the published schema
    (
        "spec.schedulee",
        "* * * * *",
        "spec.schedulee: is no field of Kubernetes 1.34; did you mean schedule?",
    ),
    (
        f"{JOB}.backofLimit",
        1,
        f"{JOB}.backofLimit: is no field of Kubernetes 1.34; did you mean backoffLimit?",
    ),
    (
        f"{POD}.containers.0.imagee",
        "busybox",
        f"{MAIN}.imagee: is no field of Kubernetes 1.34; did you mean image?",
    ),
    (
        "spec.template",
        {},
        "spec.template: is no field of Kubernetes 1.34; did you mean jobTemplate?",
    ),
    ("spec.schedule", None, "spec.schedule: is missing"),
    ("spec.schedule", 5, "spec.schedule: 5 is not of type string"),
    (
        f"{JOB}.template.metadata.labels",
        {"a": "b c"},
        f'{JOB}.template.metadata.labels.a: "b c" is refused; use at most 63 letters, digits, '
        "'-', '_' and '.', with a letter or digit at both ends",
    ),
    # single fields
    (
        "spec.concurrencyPolicy",
        "Never",
        'spec.concurrencyPolicy: "Never" is refused; use one of Allow, Forbid, Replace',
    ),
    (
        "spec.startingDeadlineSeconds",
        -1,
        "spec.startingDeadlineSeconds: -1 is refused; use 0 or more",
    ),
    (
        "spec.successfulJobsHistoryLimit",
        -1,
        "spec.successfulJobsHistoryLimit: -1 is refused; use 0 or more",
    ),
    (
        "spec.failedJobsHistoryLimit",
        -1,
        "spec.failedJobsHistoryLimit: -1 is refused; use 0 or more",
    ),
    (f"{JOB}.backoffLimit", -1, f"{JOB}.backoffLimit: -1 is refused; use 0 or more"),
    # its Jobs and their pods
    (
        f"{POD}.restartPolicy",
        "Always",
        f"{POD}.restartPolicy: Always is refused for a CronJob; use OnFailure or Never",
    ),
    (
        f"{POD}.restartPolicy",
        None,
        f"{POD}.restartPolicy: nothing is refused for a CronJob; use OnFailure or Never",
    ),
    (f"{JOB}.selector", {}, f"{JOB}.selector: a Job selects its own pods; leave it out"),
    (
        f"{JOB}.manualSelector",
        True,
        f"{JOB}.manualSelector: a Job selects its own pods; leave it out",
    ),
    (
        f"{POD}.containers.0.volumeMounts",
        [{"name": "scratch", "mountPath": "/scratch"}],
        f"{MAIN}.volumeMounts[0].name: there is no volume scratch",
    ),
    (
        f"{POD}.securityContext.runAsUser",
        0,
        f"{MAIN}.securityContext.runAsUser: 0 is root, and runAsNonRoot is true",
    ),
    (
        f"{POD}.securityContext.sysctls",
        [{"name": "net.core.somaxconn", "value": "1024"}],
        f"{POD}.securityContext.sysctls[0].name: net.core.somaxconn is not safe: no node starts "
        "the pod; it is configuration of the node",
    ),
]


@pytest.mark.parametrize(
    ("path", "new", "failure"), REFUSED, ids=[f"{c[0]}-{c[2][:40]}" for c in REFUSED]
)
def test_refuses(cluster, path, new, failure):
    assert cluster.failures(changed(cron_job(), path, new)) == [failure]


def test_accepts_the_last_that_is_good(cluster):
    value = cron_job("a" * 52)
    for key in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        value = changed(value, f"spec.{key}", 0)
    for policy in ("Allow", "Forbid", "Replace"):
        value = changed(value, "spec.concurrencyPolicy", policy)
        assert cluster.failures(changed(value, f"{POD}.restartPolicy", "OnFailure")) == []


GOOD = [
    *("* * * * *", "59 23 31 12 6", "0 0 1 1 0", "*/15 */2 * * *", "0-30/10 8-18 * * 1-5"),
    *("0,15,30-45,50/3 * ? * ?", "0 6 * jan-MAR,Dec Mon,fri", "  5   4 * * *", "05 04 * * *"),
    *("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"),
    *("@every 5m", "@every 1h30m"),
]


@pytest.mark.parametrize("schedule", GOOD)
def test_accepts_the_schedule(cluster, schedule):
    assert cluster.failures(changed(cron_job(), "spec.schedule", schedule)) == []


BAD = [
    *((text, FIELDS) for text in ("", "hourly", "@Hourly", "@reboot", "@every", "@every 5 m")),
    *((text, FIELDS) for text in ("* * * *", "0 * * * * *", "CRON_TZ=Etc/UTC * * * * *")),
    ("60 * * * *", f'"60" is no minute; use *, 0 to 59, {RANGE}'),
    ("-1 * * * *", f'"-1" is no minute; use *, 0 to 59, {RANGE}'),
    ("*/0 * * * *", f'"*/0" is no minute; use *, 0 to 59, {RANGE}'),
    ("*/ * * * *", f'"*/" is no minute; use *, 0 to 59, {RANGE}'),
    ("1,,2 * * * *", f'"" is no minute; use *, 0 to 59, {RANGE}'),
    ("0/5/2 * * * *", f'"0/5/2" is no minute; use *, 0 to 59, {RANGE}'),
    ("*-5 * * * *", f'"*-5" is no minute; use *, 0 to 59, {RANGE}'),
    ("five * * * *", f'"five" is no minute; use *, 0 to 59, {RANGE}'),
    ("1.5 * * * *", f'"1.5" is no minute; use *, 0 to 59, {RANGE}'),
    ("\u0665 * * * *", f'"\\u0665" is no minute; use *, 0 to 59, {RANGE}'),
    (f"{'9' * 5000} * * * *", f'"{"9" * 5000}" is no minute; use *, 0 to 59, {RANGE}'),
    ("0 24 * * *", f'"24" is no hour; use *, 0 to 23, {RANGE}'),
    ("0 22-2 * * *", f'"22-2" is no hour; use *, 0 to 23, {RANGE}'),
    ("0 1-2-3 * * *", f'"1-2-3" is no hour; use *, 0 to 23, {RANGE}'),
    ("0 0 0 * *", f'"0" is no day of the month; use *, 1 to 31, {RANGE}'),
    ("0 0 1,32 * *", f'"32" is no day of the month; use *, 1 to 31, {RANGE}'),
    ("0 0 L * *", f'"L" is no day of the month; use *, 1 to 31, {RANGE}'),
    ("0 0 * 13 *", f'"13" is no month; use *, 1 to 12, {RANGE}'),
    ("0 0 * 0 *", f'"0" is no month; use *, 1 to 12, {RANGE}'),
    ("0 0 * mon *", f'"mon" is no month; use *, 1 to 12, {RANGE}'),
    ("0 0 * * 7", f'"7" is no weekday; use *, 0 to 6, {RANGE}'),
    ("0 0 * * fri-sun", f'"fri-sun" is no weekday; use *, 0 to 6, {RANGE}'),
]


@pytest.mark.parametrize(("schedule", "reason"), BAD, ids=[repr(each[0])[:20] for each in BAD])
def test_refuses_the_schedule(cluster, schedule, reason):
    told = schedule.replace("\u0665", "\\u0665")
    assert cluster.failures(changed(cron_job(), "spec.schedule", schedule)) == [
        f'spec.schedule: "{told}" is refused; {reason}'
    ]


@pytest.mark.skipif(not zoneinfo.available_timezones(), reason="no time zones on this machine")
@pytest.mark.parametrize("zone", ["Europe/Berln", "europe/berlin", "Local", "UTC+2", "Europe", ""])
def test_refuses_the_time_zone(cluster, zone):
    assert cluster.failures(changed(cron_job(), "spec.timeZone", zone)) == [
        f'spec.timeZone: "{zone}" is no time zone such as Europe/Berlin'
    ]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Etc/UTC", "America/Argentina/Ushuaia"])
def test_accepts_the_time_zone(cluster, zone):
    assert cluster.failures(changed(cron_job(), "spec.timeZone", zone)) == []


@pytest.mark.parametrize(
    "path",
    [
        *("spec", "spec.schedule", "spec.timeZone", "spec.concurrencyPolicy", "spec.suspend"),
        *("spec.jobTemplate", JOB, f"{JOB}.template", POD, f"{POD}.restartPolicy"),
        *(f"{POD}.serviceAccountName", f"{POD}.containers", f"{POD}.containers.0.image"),
    ],
)
def test_values_that_are_not_known_yet_pass_in_a_preview(cluster, path):
    assert cluster.create(changed(cron_job(), path, UNKNOWN), preview=True).id == ""


@pytest.mark.parametrize("version", ["1.25", "1.30", "1.34"])
def test_every_version_serves_it(version):
    server = api.start(lambda: Settings(version=version))
    try:
        found = Cluster(server.endpoint)
        assert found.failures(cron_job()) == []
        assert found.failures(changed(cron_job(), "spec.suspendd", True)) == [
            f"spec.suspendd: is no field of Kubernetes {version}; did you mean suspend?"
        ]
    finally:
        server.stop()
