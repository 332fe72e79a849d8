"""KubernetesJob: exact inputs, each branch, and refused arguments. Trap IDs are named."""

import json
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.kubernetes_job import KubernetesJob, KubernetesJobArgs
from components.kubernetes_job_secrets import SCRIPT
from components.kubernetes_network_policy import NetworkReach
from components.policy import Statement
from components.secret_reference import SecretReference
from tests.unit.components.kubernetes_cases import ACCOUNT, container, record_in_cluster, secret
from tools.recording.recorder import Recording

KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
MASTER = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:rds!db-1-AbCdEf"
TOOLS = "public.ecr.aws/lambda/python:3.13"
LABELS = {
    "app": "shop-bootstrap",
    "app.kubernetes.io/name": "api",
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/managed-by": "pulumi",
}
COMMAND = ["psql", "--quiet"]
LOST_NODE = {
    "action": "Ignore",
    "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
}
SAFE = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def args(**changes: Any) -> KubernetesJobArgs:
    return KubernetesJobArgs(
        **{
            "cluster_name": "apps",
            "account_id": ACCOUNT,
            "region": "us-east-1",
            "namespace": "shop",
            "app": "shop-bootstrap",
            "service": "api",
            "part_of": "shop",
            "container": container(command=COMMAND),
        }
        | changes
    )


def fetching(**changes: Any) -> KubernetesJobArgs:
    master = {
        "PGUSER": SecretReference(secret_arn=MASTER, json_key="username"),
        "PGPASSWORD": SecretReference(secret_arn=MASTER, json_key="password", version_id="v7"),
    }
    known = {"fetched_secrets": master, "tools_image": TOOLS, "kms_key_arn": KEY}
    return args(**known | changes)


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`full` fetches secrets and has all else; `bare` has nothing and runs after it."""

    def build(options: pulumi.ResourceOptions) -> None:
        full = fetching(
            version="v15.14",
            environment={"PGHOST": "database.internal"},
            secrets={"APP_PASSWORD": secret()},
            secret_keys={"APP_PASSWORD": "app-password"},
            permissions=[Statement(actions="s3:GetObject", resources="arn:aws:s3:::seed/*")],
            reaches={"database": NetworkReach(cidr_blocks=["10.0.20.0/24"], port=5432)},
            image_pull_secret="registry",
            timeout_seconds=300,
            tags={"team": "platform"},
        )
        first = KubernetesJob("full", full, options)
        bare = args(app="shop-migrate", container=container(), after=[first])
        KubernetesJob("bare", bare, options)

    return record_in_cluster(build)


def pod(recording: Recording, name: str) -> dict[str, Any]:
    return recording.one("Job", name).inputs["spec"]["template"]["spec"]


def test_runs_once_and_fails_the_deploy(recording: Recording) -> None:
    """Without a name, so that a changed one is a new one; without an end after which it is gone."""
    job = recording.one("Job", "full-job")
    spec = dict(job.inputs["spec"])
    spec.pop("template")
    assert {**job.inputs, "spec": spec} == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "namespace": "shop",
            "labels": LABELS,
            "annotations": {"pulumi.com/replaceUnready": "true"},
        },
        "spec": {
            "backoffLimit": 0,
            "activeDeadlineSeconds": 300,
            "podFailurePolicy": {
                "rules": [
                    LOST_NODE,
                    {
                        "action": "Ignore",
                        "onExitCodes": {
                            "containerName": "fetch-secrets",
                            "operator": "In",
                            "values": [75],
                        },
                    },
                ]
            },
        },
    }
    assert recording.one("Job", "bare-job").inputs["spec"]["podFailurePolicy"] == {
        "rules": [LOST_NODE]
    }


def test_pulumi_waits_longer_than_kubernetes(recording: Recording) -> None:
    assert recording.one("Job", "full-job").create_timeout == "360s"
    assert recording.one("Job", "bare-job").create_timeout == "660s"


def test_its_pod_is_restricted_and_is_not_moved(recording: Recording) -> None:
    template = dict(recording.one("Job", "full-job").inputs["spec"]["template"])
    annotations = template["metadata"]["annotations"]
    assert set(annotations) == {"karpenter.sh/do-not-disrupt", "slipway.dev/config-checksum"}
    assert annotations["karpenter.sh/do-not-disrupt"] == "true"
    assert template["metadata"]["labels"] == {**LABELS, "version": "v15.14"}
    spec = dict(template["spec"])
    spec.pop("containers")
    spec.pop("initContainers")
    assert spec == {
        "serviceAccountName": "shop-bootstrap",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 30,
        "restartPolicy": "Never",
        "imagePullSecrets": [{"name": "registry"}],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "runAsGroup": 1000,
            "fsGroup": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": [
            {"name": "fetched-secrets", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}}
        ],
    }


def test_fetches_what_aws_alone_knows_before_it_starts(recording: Recording) -> None:
    """By its own entrypoint: that of the tools image waits for Lambda events."""
    [fetch] = map(dict, pod(recording, "full-job")["initContainers"])
    variables = {each["name"]: each["value"] for each in fetch.pop("env")}
    assert json.loads(variables.pop("SECRETS")) == {
        "PGPASSWORD": {"arn": MASTER, "key": "password", "version": "v7"},
        "PGUSER": {"arn": MASTER, "key": "username", "version": None},
    }
    assert variables == {"AWS_EC2_METADATA_DISABLED": "true", "FOLDER": "/run/slipway"}
    assert fetch == {
        "name": "fetch-secrets",
        "image": TOOLS,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python3", "-c", SCRIPT.read_text(encoding="utf-8")],
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "1", "memory": "256Mi"},
        },
        "securityContext": SAFE,
        "volumeMounts": [{"name": "fetched-secrets", "mountPath": "/run/slipway"}],
    }


def test_its_container_gets_everything_it_was_given(recording: Recording) -> None:
    [main] = map(dict, pod(recording, "full-job")["containers"])
    shell = main.pop("args")
    assert (shell[:2], shell[3:]) == (["sh", "-c"], ["sh", *COMMAND])
    assert main == {
        "name": "main",
        "image": "registry/app:1.0.0",
        "imagePullPolicy": "IfNotPresent",
        "envFrom": [{"configMapRef": {"name": "shop-bootstrap"}}],
        "env": [
            {
                "name": "APP_PASSWORD",
                "valueFrom": {"secretKeyRef": {"name": "shop-bootstrap", "key": "app-password"}},
            }
        ],
        "resources": {
            "requests": {"cpu": "250m", "memory": "512Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
        "securityContext": SAFE,
        "volumeMounts": [
            {"name": "fetched-secrets", "mountPath": "/run/slipway", "readOnly": True}
        ],
    }


def test_without_fetched_secrets_nothing_is_put_before_the_command(recording: Recording) -> None:
    bare = pod(recording, "bare-job")
    assert not {"initContainers", "volumes", "imagePullSecrets"} & set(bare)
    [main] = bare["containers"]
    assert not {"command", "args", "env", "envFrom", "volumeMounts"} & set(main)


def test_reads_exactly_its_secrets(recording: Recording) -> None:
    assert json.loads(recording.one("RolePolicy", "full-pod").inputs["policy"])["Statement"] == [
        {
            "Sid": "ReadOwnSecrets",
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": [MASTER],
        },
        {
            "Sid": "DecryptSecrets",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": KEY,
            "Condition": {
                "StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}
            },
        },
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::seed/*"},
    ]
    association = recording.one("PodIdentityAssociation", "full-pod").inputs
    assert association["serviceAccount"] == "shop-bootstrap"
    assert association["tags"] == {"team": "platform", "Name": "full-pod"}


@pytest.mark.acceptance("trap-30")
def test_connects_to_what_it_reaches_and_nobody_connects_to_it(recording: Recording) -> None:
    policy = recording.one("NetworkPolicy", "full-netpol").inputs
    assert policy["metadata"] == {
        "name": "shop-bootstrap-netpol",
        "namespace": "shop",
        "labels": LABELS,
    }
    assert policy["spec"] == {
        "podSelector": {"matchLabels": {"app": "shop-bootstrap"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [],
        "egress": [
            {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]},
            {"ports": [{"port": 443, "protocol": "TCP"}]},
            {
                "to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}],
                "ports": [{"port": 80, "protocol": "TCP"}],
            },
            {
                "to": [{"ipBlock": {"cidr": "10.0.20.0/24"}}],
                "ports": [{"port": 5432, "protocol": "TCP"}],
            },
        ],
    }
    bare = recording.one("NetworkPolicy", "bare-netpol").inputs["spec"]["egress"]
    assert [each["ports"][-1]["port"] for each in bare] == [53, 443]


def test_starts_when_all_that_it_needs_is_there(recording: Recording) -> None:
    full = recording.one("KubernetesJob", "full")
    assert recording.one("Job", "full-job").dependencies >= {
        each.urn for each in recording.children_of(full) if each.name != "full-job"
    } - {recording.one("Role", "full-pod").urn}
    assert recording.one("Job", "full-job").urn in recording.one("Job", "bare-job").dependencies


def test_builds_nothing_that_was_not_asked_for(recording: Recording) -> None:
    bare = recording.one("KubernetesJob", "bare")
    assert [each.name for each in recording.children_of(bare)] == [
        "bare-account",
        "bare-netpol",
        "bare-job",
    ]
    assert recording.one("ServiceAccount", "bare-account").inputs == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": "shop-migrate",
            "namespace": "shop",
            "labels": {**LABELS, "app": "shop-migrate"},
        },
        "automountServiceAccountToken": False,
    }


def test_tells_where_its_log_is(recording: Recording) -> None:
    name = recording.one("Job", "full-job").outputs["metadata"]["name"]
    assert name.startswith("full-job-")
    assert recording.outputs_of("full") == {"job_name": name, "namespace": "shop"}


def checksum_and_secrets(**changes: Any) -> tuple[str, str]:
    """What of a job's template changes with its variables."""
    recording = record_in_cluster(
        lambda options: KubernetesJob("one", fetching(**changes), options)
    )
    template = recording.one("Job", "one-job").inputs["spec"]["template"]
    variables = template["spec"]["initContainers"][0]["env"]
    [wanted] = [each["value"] for each in variables if each["name"] == "SECRETS"]
    return template["metadata"]["annotations"]["slipway.dev/config-checksum"], wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": {"PGHOST": "other.internal"}},
        {"secrets": {"APP_PASSWORD": secret(version_id="v2")}},
        {"fetched_secrets": {"PGUSER": SecretReference(secret_arn=MASTER, version_id="v2")}},
    ],
)
def test_runs_again_when_what_it_reads_changes(changes: dict[str, Any]) -> None:
    known = {
        "environment": {"PGHOST": "database.internal"},
        "secrets": {"APP_PASSWORD": secret()},
        "fetched_secrets": {"PGUSER": SecretReference(secret_arn=MASTER, version_id="v1")},
    }
    assert checksum_and_secrets(**known) == checksum_and_secrets(**known)
    assert checksum_and_secrets(**known) != checksum_and_secrets(**known | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"app": "Shop"},
            "app='Shop' is not allowed; use 1 to 63 lower-case letters, digits and hyphens, a "
            "letter first and no hyphen last",
        ),
        (
            {"app": "a" * 57},
            f"app='{'a' * 57}' is not allowed; use 56 characters or less",
        ),
        (
            {"timeout_seconds": 59},
            "timeout_seconds=59 is not allowed; use 60 to 86400 (seconds)",
        ),
        (
            {"timeout_seconds": 86401},
            "timeout_seconds=86401 is not allowed; use 60 to 86400 (seconds)",
        ),
        (
            {"environment": {"A": "x"}, "secrets": {"A": secret()}},
            "secrets=['A'] is not allowed; a variable has one value: leave these out of "
            "environment or of secrets",
        ),
        (
            {"environment": {"PGUSER": "x"}},
            "fetched_secrets=['PGUSER'] is not allowed; a variable has one value: leave these out "
            "of environment and secrets",
        ),
        (
            {"secrets": {"PGPASSWORD": secret()}},
            "fetched_secrets=['PGPASSWORD'] is not allowed; a variable has one value: leave these "
            "out of environment and secrets",
        ),
        (
            {"fetched_secrets": {"PG-USER": SecretReference(secret_arn=MASTER)}},
            "fetched_secrets=['PG-USER'] is not allowed; use letters, digits and underscores, "
            "which a shell takes for a variable",
        ),
        (
            {"tools_image": None},
            "tools_image=None is not allowed; give it with fetched_secrets",
        ),
        (
            {"kms_key_arn": None},
            "kms_key_arn=None is not allowed; give it with fetched_secrets",
        ),
    ],
)
def test_fails_when_it_could_not_run(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        fetching(**changes)
    assert str(refused.value) == f"KubernetesJob: {message}"


def test_fails_when_there_is_no_command_to_put_secrets_before() -> None:
    with pytest.raises(ArgumentError) as refused:
        fetching(container=container())
    assert str(refused.value).endswith(
        "; give it a command: an image's own cannot be found out to put the secrets before it"
    )
