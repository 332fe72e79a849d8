"""StatusCanary: exact inputs, each branch, and refused arguments."""

import base64
import hashlib
import io
import json
import zipfile
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.status_canary import SCRIPT, StatusCanary, StatusCanaryArgs
from components.status_metric import StatusMetric
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
DIGEST = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:12]


def args(**changes: Any) -> StatusCanaryArgs:
    return StatusCanaryArgs(
        **{
            "url": "https://api.example.com/api/status",
            "namespace": "Shop",
            "metrics": {
                "status": StatusMetric(
                    field="data.status", values={"healthy": 1, "degraded": 0.5}, otherwise=-1
                ),
                "memory": StatusMetric(field="data.memory.percentage"),
            },
            "artifact_bucket_name": "artifacts-1",
            "artifact_bucket_arn": "arn:aws:s3:::artifacts-1",
            "kms_key_arn": KEY,
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        shop = args(dimensions={"System": "shop"}, tags={"team": "platform"})
        StatusCanary("shop", shop, options)
        rare = args(
            interval_seconds=300,
            artifact_prefix="own",
            artifact_retention_days=1,
            runtime_version="syn-nodejs-puppeteer-99.0",
            log_retention_days=7,
        )
        StatusCanary("rare", rare, options)

    return record_component(build)


@pytest.mark.acceptance("A15", "trap-33")
def test_builds_a_canary_that_runs_every_minute(recording: Recording) -> None:
    canary = recording.one("Canary", "shop-canary")
    inputs = dict(canary.inputs)
    variables = inputs.pop("runConfig")
    assert inputs == {
        "runtimeVersion": "syn-nodejs-puppeteer-17.0",
        "handler": "status-canary.handler",
        "s3Bucket": "artifacts-1",
        "s3Key": f"canaries/shop/script/{DIGEST}.zip",
        "artifactS3Location": "s3://artifacts-1/canaries/shop/runs/",
        "artifactConfig": {"s3Encryption": {"encryptionMode": "SSE_KMS", "kmsKeyArn": KEY}},
        "executionRoleArn": recording.one("Role", "shop-canary").outputs["arn"],
        "schedule": {"expression": "rate(1 minute)"},
        "successRetentionPeriod": 7,
        "failureRetentionPeriod": 7,
        "startCanary": True,
        "deleteLambda": True,
        "tags": {"team": "platform", "Name": "shop-canary"},
    }
    assert variables["timeoutInSeconds"] == 45
    environment = dict(variables["environmentVariables"])
    assert json.loads(environment.pop("METRICS")) == {
        "status": {
            "field": "data.status",
            "values": {"healthy": 1, "degraded": 0.5},
            "otherwise": -1,
        },
        "memory": {"field": "data.memory.percentage"},
    }
    assert json.loads(environment.pop("METRIC_DIMENSIONS")) == {"System": "shop"}
    assert environment == {
        "STATUS_URL": "https://api.example.com/api/status",
        "METRIC_NAMESPACE": "Shop",
    }
    assert recording.one("RolePolicy", "shop-canary").urn in canary.dependencies


def test_takes_other_settings(recording: Recording) -> None:
    inputs = recording.one("Canary", "rare-canary").inputs
    assert inputs["schedule"] == {"expression": "rate(5 minutes)"}
    assert inputs["artifactS3Location"] == "s3://artifacts-1/own/runs/"
    assert inputs["runtimeVersion"] == "syn-nodejs-puppeteer-99.0"
    assert inputs["failureRetentionPeriod"] == 1
    assert recording.one("LogGroup", "rare-logs").inputs["retentionInDays"] == 7


def test_uploads_the_script_in_the_layout_of_synthetics(recording: Recording) -> None:
    script = recording.one("BucketObjectv2", "shop-script").inputs
    assert script["bucket"] == "artifacts-1"
    assert script["key"] == f"canaries/shop/script/{DIGEST}.zip"
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(script["contentBase64"]))) as archive:
        assert archive.namelist() == ["nodejs/node_modules/status-canary.js"]
        assert archive.read(archive.namelist()[0]) == SCRIPT.read_bytes()


def test_keeps_the_log_of_the_function_behind_it(recording: Recording) -> None:
    function = recording.one("Canary", "shop-canary").outputs["engineArn"].split(":")[6]
    assert recording.one("LogGroup", "shop-logs").inputs == {
        "name": f"/aws/lambda/{function}",
        "retentionInDays": 30,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": "shop-logs"},
    }


def test_may_do_only_what_it_needs(recording: Recording) -> None:
    role = recording.one("Role", "shop-canary").inputs
    assert json.loads(role["assumeRolePolicy"])["Statement"][0]["Principal"] == {
        "Service": "lambda.amazonaws.com"
    }
    policy = recording.one("RolePolicy", "shop-canary").inputs
    statements = json.loads(policy["policy"])["Statement"]
    assert {each["Effect"] for each in statements} == {"Allow"}
    assert {each["Sid"]: (each["Action"], each["Resource"]) for each in statements} == {
        "WriteArtifacts": ("s3:PutObject", "arn:aws:s3:::artifacts-1/canaries/shop/runs/*"),
        "FindBucket": ("s3:GetBucketLocation", "arn:aws:s3:::artifacts-1"),
        "ListBuckets": ("s3:ListAllMyBuckets", "*"),
        "EncryptArtifacts": (["kms:Decrypt", "kms:GenerateDataKey"], KEY),
        # No logs:CreateLogGroup: a group made by Lambda would be kept for ever.
        "WriteOwnLog": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            "arn:aws:logs:*:*:log-group:/aws/lambda/cwsyn-*shop*",
        ),
        "WriteMetrics": ("cloudwatch:PutMetricData", "*"),
    }
    assert {each["Sid"]: each["Condition"] for each in statements if "Condition" in each} == {
        "EncryptArtifacts": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
        "WriteMetrics": {
            "StringEquals": {"cloudwatch:namespace": ["Shop", "CloudWatchSynthetics"]}
        },
    }


def test_gives_its_name_and_namespace(recording: Recording) -> None:
    assert recording.outputs_of("shop") == {
        "canary_name": recording.one("Canary", "shop-canary").outputs["name"],
        "metric_namespace": "Shop",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"namespace": "AWS/Shop"},
            "namespace='AWS/Shop' is not allowed; use a name of your own: AWS/ belongs to AWS",
        ),
        (
            {"namespace": ""},
            "namespace='' is not allowed; use a name of your own: AWS/ belongs to AWS",
        ),
        ({"metrics": {}}, "metrics={} is not allowed; name one or more metrics"),
        (
            {"interval_seconds": 90},
            "interval_seconds=90 is not allowed; use 60 to 3600 in steps of 60 (seconds)",
        ),
        (
            {"interval_seconds": 3660},
            "interval_seconds=3660 is not allowed; use 60 to 3600 in steps of 60 (seconds)",
        ),
        (
            {"artifact_retention_days": 456},
            "artifact_retention_days=456 is not allowed; use 1 to 455 (days)",
        ),
        (
            {"log_retention_days": 31},
            "log_retention_days=31 is not allowed; use one of 1, 3, 5, 7, 14, 30, 60, 90, 120, "
            "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)",
        ),
    ],
)
def test_fails_when_synthetics_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"StatusCanary: {message}"
