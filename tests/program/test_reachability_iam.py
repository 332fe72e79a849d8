"""That test_reachability.py can fail: what a role may do, written into a copy, is found."""

from dataclasses import replace
from typing import Any

import pytest

from model.load import load_files
from tests.program.conftest import ROOT
from tests.support import expected_reach
from tests.support.changed_graph import Change, added, found, missing, stated, too_much
from tools.recording.recorder import Recording

POLICY, ROLE, ATTACHMENT = "RolePolicy", "aws:iam/role:Role", "RolePolicyAttachment"
READS = "as execution role may secretsmanager:GetSecretValue"
SECRETS = "arn:aws:secretsmanager:us-east-1:111122223333:secret"
RUNNER = "platform-task-runner-function"


def says(policy: str, **statement: Any) -> Change:
    return lambda graph: stated(graph, POLICY, policy, statement)


def one_more(type_: str, like: str, **inputs: Any) -> Change:
    return lambda graph: added(graph, type_, like, inputs)


FILES, REST, OBJECTS = "nx-file-service", "rest-api-api", "bucket nx-objects"


@pytest.mark.parametrize(
    ("policy", "statement", "expected"),
    [
        pytest.param(
            "nessen-runtime-execution",
            {"Action": "SecretsManager:getsecretvalue", "Resource": f"{SECRETS}:nx-cach?-secret-*"},
            too_much("nessen-runtime", READS, "secret nx-cache"),
            id="no-case-and-any-letter",
        ),
        pytest.param(
            "nessen-runtime-execution",
            {
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            [],
            id="under-a-condition-that-never-holds",
        ),
        pytest.param(
            "rest-api-api-task",
            {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::nx-objects-bucket-*/public/*"},
            too_much(REST, "as task role may s3:GetObject, without its key", OBJECTS),
            id="some-objects-without-their-key",
        ),
        pytest.param(
            "rest-api-api-task",
            {"NotAction": ["rds:Create*", "rds:M*", "rds:R*"], "Resource": "arn:aws:rds:*:db:nx-*"},
            too_much(REST, "as task role may rds:DeleteDBInstance", "database nx-database"),
            id="all-actions-but-some",
        ),
        pytest.param(
            "rest-api-api-task",
            {"Action": "backup:StartRestoreJob", "Resource": "*"},
            too_much(REST, "as task role may backup:StartRestoreJob", "recovery points"),
            id="what-was-backed-up",
        ),
        pytest.param(
            "nx-file-service-task",
            {"Effect": "Deny", "Action": "kms:*", "Resource": "*"},
            [
                *too_much(FILES, "as task role may s3:GetObject, without its key", OBJECTS),
                *too_much(FILES, "as task role may s3:PutObject, without its key", OBJECTS),
                *missing(FILES, "as task role may s3:GetObject", OBJECTS),
                *missing(FILES, "as task role may s3:PutObject", OBJECTS),
            ],
            id="no-key",
        ),
        pytest.param(
            "nx-file-service-task",
            {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"},
            missing(FILES, "as task role may s3:DeleteObject", OBJECTS),
            id="a-refusal-goes-first",
        ),
        pytest.param(
            "nx-file-service-task",
            {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::nx-*/private/*"},
            [],
            id="a-refusal-of-some-objects-leaves-others",
        ),
        pytest.param(
            "nx-file-service-task",
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
            },
            [],
            id="a-refusal-that-may-not-hold",
        ),
        pytest.param(
            "aegisx-bootstrap-runner",
            {"Action": "ecs:RunTask", "Resource": "arn:aws:ecs:*:*:task-definition/*-nessen-*"},
            too_much(RUNNER, "as role may ecs:RunTask", "task nessen-runtime"),
            id="another-task",
        ),
        pytest.param(
            "aegisx-bootstrap-runner",
            {"Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/nessen-runtime-t*"},
            too_much(RUNNER, "as role may iam:PassRole", "role nessen-runtime-task"),
            id="the-role-of-another-task",
        ),
        pytest.param(
            "aegisx-status-canary",
            {
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::platform-artifacts-*/task-runners/*",
            },
            too_much(
                "aegisx-status-canary",
                "as role may s3:PutObject",
                "object platform-task-runner-code",
            ),
            id="the-code-of-the-runner",
        ),
        pytest.param(
            "rest-api-api-task",
            {"Action": "sts:AssumeRole", "Resource": "*"},
            [],
            id="no-role-trusts-a-task",
        ),
    ],
)
def test_finds_what_a_role_may(
    production: Recording, policy: str, statement: dict[str, Any], expected: list[str]
) -> None:
    assert found(production, says(policy, **statement)) == expected


def things(kind: str) -> list[str]:
    """All things of a kind, whoever's they are."""
    known = expected_reach.things(load_files(ROOT, "production", assume_secrets=True))
    return sorted(each for each in known if each.startswith(f"{kind} "))


def test_finds_what_a_role_may_under_a_condition(production: Recording) -> None:
    masters = things("master secret")
    systems = ("aegisx", "empacts", "nx", "rest-api")
    assert {f"master secret {system}-database" for system in systems} <= {*masters}
    statement = {
        "Action": "secretsmanager:GetSecretValue",
        "Resource": [f"{SECRETS}:rds!*"],
        "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    }
    new = found(production, says("nessen-runtime-execution", **statement))
    assert new == too_much("nessen-runtime", READS, *masters)


def test_finds_all_resources_but_some(production: Recording) -> None:
    buckets = [each for each in things("bucket") if not each.startswith("bucket rest-api-")]
    assert {"bucket empacts-assets", OBJECTS, f"{OBJECTS}-copy"} < {*buckets}
    assert {"bucket platform-artifacts", "bucket platform-logs"} < {*buckets}
    statement = {"Action": "s3:DeleteObject", "NotResource": "arn:aws:s3:::rest-api-*"}
    new = found(production, says("rest-api-api-task", **statement))
    assert new == too_much(REST, "as task role may s3:DeleteObject", *buckets)


def test_finds_a_wildcard(production: Recording) -> None:
    def wildcard(action: str) -> list[str]:
        return found(production, says("nessen-runtime-execution", Action=action, Resource="*"))

    things = expected_reach.things(load_files(ROOT, "production", assume_secrets=True))
    own = {"secret nessen-jwt-secret", "secret nessen-api-key"}
    foreign = sorted({each for each in things if "secret " in each} - own)
    assert wildcard("secretsmanager:Get*") == too_much("nessen-runtime", READS, *foreign)
    reached = {line.rpartition(" | ")[2] for line in wildcard("*")}
    assert reached | own >= things
    assert reached >= {"role nx-api-gateway-task", "key platform-key-key", "task nx-migration"}


def test_finds_the_first_policy_of_a_role(production: Recording) -> None:
    role = {"role": production.one(ROLE, "nessen-runtime-task").outputs["name"]}
    new = found(production, one_more(POLICY, "nx-file-service-task", **role))
    assert len(new) == len(expected_reach.KEEP_OBJECTS)
    assert {*too_much("nessen-runtime", "as task role may s3:GetObject", OBJECTS)} < {*new}


def test_finds_attached_policies(production: Recording) -> None:
    role = production.one(ROLE, "nessen-runtime-task").outputs["name"]
    own = production.one(POLICY, "nx-file-service-task")

    def attached(arn: str) -> Change:
        return one_more(ATTACHMENT, "nx-database-monitoring", role=role, policyArn=arn)

    def of_the_account(graph: Recording) -> Recording:
        return Recording([*graph.resources, replace(own, type="aws:iam/policy:Policy")])

    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert found(production, attached(administrator)) == too_much(
        "nessen-runtime", "has AWS's policy", administrator
    )
    new = found(production, of_the_account, attached(own.outputs["arn"]))
    assert len(new) == len(expected_reach.KEEP_OBJECTS)
