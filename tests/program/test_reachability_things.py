"""That test_reachability.py can fail: whom buckets, secrets, roles and keys let in is found."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.changed_graph import Change, changed, found, missing, stated, too_much
from tests.support.reachability import matrix
from tools.recording.recorder import Recording, Resource

POLICY, ROLE, KEY = "RolePolicy", "aws:iam/role:Role", "aws:kms/key:Key"
READS = "as execution role may secretsmanager:GetSecretValue"
FILES, OBJECTS = "nx-file-service", "bucket nx-objects"


def edited(type_: str, name: str, **inputs: Any) -> Change:
    return lambda graph: changed(graph, type_, name, inputs)


def with_it(resource: Resource) -> Change:
    return lambda graph: Recording([*graph.resources, resource])


def test_finds_who_a_bucket_lets_in(production: Recording) -> None:
    bucket = production.one("aws:s3/bucket:Bucket", "empacts-assets-bucket").outputs["arn"]
    objects = {"Action": "s3:GetObject", "Resource": f"{bucket}/*"}

    def says(principal: object, **more: object) -> list[str]:
        def change(graph: Recording) -> Recording:
            statement = {**objects, "Principal": principal, **more}
            return stated(graph, "BucketPolicy", "empacts-cdn-bucket-policy", statement)

        return found(production, change)

    nessen = production.one(ROLE, "nessen-runtime-task").outputs["arn"]
    assets, may = "bucket empacts-assets", "as task role may s3:GetObject"
    assert says({"AWS": [nessen]}) == too_much("nessen-runtime", may, assets)
    everybody = says("*")
    assert {*too_much("nessen-runtime", may, assets), *too_much(FILES, may, assets)} < {*everybody}
    assert says({"Service": "ecs-tasks.amazonaws.com"}) == []
    # It leaves to IAM who of the account comes in, and IAM lets nobody in.
    assert says({"AWS": "arn:aws:iam::111122223333:root"}) == []
    assert says("*", Effect="Deny") == []


def test_finds_who_a_secret_lets_in(production: Recording) -> None:
    secret = production.one("aws:secretsmanager/secret:Secret", "nx-cache-secret")
    nessen = production.one(ROLE, "nessen-runtime-execution").outputs["arn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": nessen},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    policy = replace(
        secret,
        type="aws:secretsmanager/secretPolicy:SecretPolicy",
        inputs={"secretArn": secret.outputs["arn"], "policy": document},
    )
    expected = too_much("nessen-runtime", READS, "secret nx-cache")
    assert found(production, with_it(policy)) == expected
    assert found(production, edited(secret.type, secret.name, policy=document)) == expected


def test_finds_who_may_take_a_role(production: Recording) -> None:
    nessen = production.one(ROLE, "nessen-runtime-task").outputs["arn"]

    def trusts(principal: str) -> Change:
        statement = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"AWS": principal},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        return edited(ROLE, "nx-file-service-task", assumeRolePolicy=document)

    def asks(graph: Recording) -> Recording:
        statement = {"Action": "sts:AssumeRole", "Resource": "*"}
        return stated(graph, POLICY, "rest-api-api-task", statement)

    may = "as task role may sts:AssumeRole"
    role = "role nx-file-service-task"
    assert found(production, trusts(nessen)) == too_much("nessen-runtime", may, role)
    assert found(production, trusts("111122223333")) == []
    assert found(production, trusts("111122223333"), asks) == too_much("rest-api-api", may, role)


def test_finds_a_key_that_shuts_everybody_out(production: Recording) -> None:
    lines = found(production, edited(KEY, "platform-key-key", policy='{"Statement": []}'))
    readers = [line for line in lines if line.startswith("missing")]
    assert {*missing("aegisx-api", READS, "secret aegisx-database")} < {*readers}
    assert {*missing(FILES, "as task role may s3:GetObject", OBJECTS)} < {*readers}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (edited(ROLE, "nessen-runtime-task", managedPolicyArns=["a"]), "nothing here reads"),
        (edited(ROLE, "nessen-runtime-task", inlinePolicies=["a"]), "nothing here reads"),
        (
            edited(
                "BucketPolicy",
                "nx-objects-policy",
                policy='{"Statement": {"Effect": "Allow", "NotPrincipal": "*", "Action": "*"}}',
            ),
            "nothing here knows .'NotPrincipal'. of a policy",
        ),
    ],
)
def test_refuses_what_it_does_not_read(production: Recording, change: Change, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        matrix(change(production))


def test_refuses_a_kind_of_policy_that_it_does_not_know(production: Recording) -> None:
    policy = production.one(POLICY, "nx-file-service-task")
    other = replace(policy, type="aws:iam/groupPolicy:GroupPolicy")
    with pytest.raises(AssertionError, match="nothing here reads aws:iam/groupPolicy"):
        matrix(with_it(other)(production))


def test_refuses_a_task_that_something_else_runs(production: Recording) -> None:
    task = production.one("TaskDefinition", "nx-migration-task")
    other = replace(
        task, parent="urn::nx-nightly", outputs={**task.outputs, "arn": "arn:of:nightly"}
    )
    with pytest.raises(AssertionError, match=r"nothing here knows what runs .*nightly"):
        matrix(with_it(other)(production))
