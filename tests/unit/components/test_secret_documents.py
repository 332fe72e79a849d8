"""The text of a secret, for runtimes without Secrets Manager: what it holds and who sees it."""

import json
from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pytest

from components.access_key import AccessKey, AccessKeyArgs
from components.cache import Cache, CacheArgs
from components.database import Database
from components.errors import ArgumentError
from components.policy import Statement
from components.queue import Queue, QueueArgs, QueueDeployment
from components.secret import Secret, SecretArgs
from components.secret_reference import SecretReference
from tests.unit.components import database_cases
from tests.unit.components.database_cases import KEY
from tools.recording.recorder import Recording, record, record_component

ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"
SUBNETS = ["subnet-1", "subnet-2"]

Owner = Secret | Database | Cache | Queue | AccessKey


def database(options: pulumi.ResourceOptions) -> Database:
    return Database("it", database_cases.args(), options)


def cache(options: pulumi.ResourceOptions) -> Cache:
    args = CacheArgs(
        vpc_id="vpc-1",
        subnet_ids=SUBNETS,
        engine_version="7",
        node_type="cache.m7g.large",
        kms_key_arn=KEY,
    )
    return Cache("it", args, options)


def queue(options: pulumi.ResourceOptions) -> Queue:
    args = QueueArgs(
        vpc_id="vpc-1",
        subnet_ids=SUBNETS,
        engine_version="4.2",
        instance_type="mq.m7g.medium",
        deployment=QueueDeployment.SINGLE_INSTANCE,
        user_name="jobs",
        kms_key_arn=KEY,
    )
    return Queue("it", args, options)


def access_key(options: pulumi.ResourceOptions) -> AccessKey:
    read = Statement(actions="s3:GetObject", resources="arn:aws:s3:::reports/*")
    return AccessKey("it", AccessKeyArgs(permissions=[read], kms_key_arn=KEY), options)


def drawn(options: pulumi.ResourceOptions) -> Secret:
    return Secret("it", SecretArgs(description="", kms_key_arn=KEY), options)


def given(options: pulumi.ResourceOptions) -> Secret:
    args = SecretArgs(description="", kms_key_arn=KEY, value="of-the-partner")
    return Secret("it", args, options)


def read(build: Callable[[pulumi.ResourceOptions], Owner]) -> Recording:
    """Builds a component and a reader of its text."""

    def program(options: pulumi.ResourceOptions) -> None:
        document = build(options).secret_document
        [cloud, *_] = options.providers or []
        aws.secretsmanager.SecretVersion(
            "reader",
            secret_id=ARN,
            secret_string=document,
            opts=pulumi.ResourceOptions(provider=cloud),
        )
        pulumi.export("document", document)

    return record_component(program)


@pytest.mark.parametrize(
    ("build", "version"),
    [
        (database, "it-secret-version"),
        (cache, "it-secret-version"),
        (queue, "it-secret-version"),
        (access_key, "it-secret-version"),
        (drawn, "it-version"),
        (given, "it-version"),
    ],
)
def test_is_what_secrets_manager_keeps_and_stays_secret(
    build: Callable[[pulumi.ResourceOptions], Owner], version: str
) -> None:
    recording = read(build)
    kept = recording.one("SecretVersion", version).inputs["secretString"]
    assert kept
    assert recording.stack_outputs == {"document": kept}
    [stack] = [urn for urn in recording.outputs if urn.split("::")[2] == "pulumi:pulumi:Stack"]
    assert recording.secret_outputs[stack] == {"document"}


def test_who_reads_an_access_key_finds_it_allowed_to_do_its_work() -> None:
    recording = read(access_key)
    version = recording.one("SecretVersion", "it-secret-version")
    assert version.urn in recording.one("SecretVersion", "reader").dependencies
    assert recording.one("UserPolicy", "it-policy").urn in version.dependencies


@pytest.mark.parametrize(
    ("document", "key", "value"),
    [
        ("whole text", None, "whole text"),
        (json.dumps({"password": "p'\"1", "port": 5432}), "password", "p'\"1"),
        (json.dumps({"password": "p", "port": 5432}), "port", "5432"),
    ],
)
def test_a_reference_with_the_text_knows_its_value(
    document: str, key: str | None, value: str
) -> None:
    def program() -> None:
        reference = SecretReference(secret_arn=ARN, json_key=key, document=document)
        assert document not in repr(reference)
        pulumi.export("value", reference.plain)

    recording = record(program)
    assert recording.stack_outputs == {"value": value}
    assert list(recording.secret_outputs.values()) == [{"value"}]


def test_fails_when_only_aws_knows_the_text() -> None:
    with pytest.raises(ArgumentError) as refused:
        _ = SecretReference(secret_arn=ARN, json_key="password").plain
    assert str(refused.value) == (
        "SecretReference: document=None is not allowed; pass the text of the secret: "
        "Kubernetes cannot read Secrets Manager itself"
    )
