"""Secrets that a task definition names and its execution role reads, one thing broken at a time."""

import json

from model.description import Description
from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed, container, execution_policy, key_policy
from tests.unit.doctor.test_service import redeploy
from tools import doctor


def test_a_deleted_secret(deployed: Deployed, failures: Failures) -> None:
    deployed.client("secretsmanager").delete_secret(
        SecretId=deployed["api-secret"], ForceDeleteWithoutRecovery=True
    )

    assert failures() == [
        (
            "shop/api: secrets",
            f"expected secret {deployed['api-secret']} of API_KEY, found ResourceNotFoundException:"
            f" Secrets Manager can't find the specified secret.; {RESTORE}",
        )
    ]


def test_a_secret_without_the_key(deployed: Deployed, failures: Failures) -> None:
    deployed.client("secretsmanager").update_secret(
        SecretId=deployed["cache-secret"], SecretString=json.dumps({"token": "hidden", "port": 1})
    )

    assert failures() == [
        (
            "shop/api: secrets",
            f"expected JSON key auth_token in secret {deployed['cache-secret']} of REDIS_PASSWORD, "
            f"found keys port, token; {RESTORE}",
        )
    ]


def test_a_version_that_was_replaced(deployed: Deployed, failures: Failures) -> None:
    deployed.client("secretsmanager").update_secret(
        SecretId=deployed["database-secret"],
        SecretString=json.dumps({"password": "hidden-5", "url": "hidden-6"}),
    )

    assert failures() == [
        (
            "shop/api: secrets",
            f"expected secret {deployed['database-secret']} of DB_PASSWORD at its current version, "
            f"found version {deployed['database-version']}, which a newer one has replaced; "
            f"{RESTORE}, so that new tasks get the new value",
        )
    ]


def test_a_parameter_instead_of_a_secret(deployed: Deployed, failures: Failures) -> None:
    arn = "arn:aws:ssm:us-east-1:123456789012:parameter/key"
    secrets = [*container(deployed.ids)["secrets"][:2], {"name": "API_KEY", "valueFrom": arn}]
    redeploy(deployed, containerDefinitions=[container(deployed.ids, secrets=secrets)])

    assert failures() == [
        (
            "shop/api: secrets",
            f"expected a Secrets Manager ARN for API_KEY, found {arn}; {RESTORE}",
        )
    ]


def test_a_role_policy_without_the_secret(deployed: Deployed, failures: Failures) -> None:
    policy = json.loads(execution_policy(deployed.ids))
    policy["Statement"][0]["Resource"].remove(deployed["api-secret"])
    _write(deployed, policy)

    assert failures() == [
        (
            "shop/api: secret access",
            f"expected {deployed['role']} to be allowed secretsmanager:GetSecretValue on "
            f"{deployed['api-secret']}, found allowed by no statement; {RESTORE}",
        )
    ]


def test_an_attached_policy_that_denies(deployed: Deployed, failures: Failures) -> None:
    statement = {
        "Effect": "Deny",
        "Action": "secretsmanager:*",
        "Resource": deployed["api-secret"].replace("shop-api", "*"),
    }
    arn = deployed.client("iam").create_policy(
        PolicyName="deny",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )["Policy"]["Arn"]
    deployed.client("iam").attach_role_policy(RoleName="execution", PolicyArn=arn)

    denied = [
        (
            f"expected {deployed['role']} to be allowed secretsmanager:GetSecretValue on "
            f"{deployed['api-secret']}, found denied by a statement; {RESTORE}"
        )
    ]
    found = failures()
    assert [detail for check, detail in found if check == "shop/api: secret access"] == denied


def test_a_role_that_may_not_decrypt(deployed: Deployed, failures: Failures) -> None:
    policy = json.loads(execution_policy(deployed.ids))
    del policy["Statement"][1]
    _write(deployed, policy)

    services = {"api": ("api", "cache", "database"), "worker": ("database",)}
    assert failures() == [
        (
            f"shop/{service}: secret access",
            f"expected {deployed['role']} to be allowed kms:Decrypt on {deployed['key']}, the key "
            f"of secret {deployed[f'{secret}-secret']}, found allowed by no statement; {RESTORE}",
        )
        for service, secrets in services.items()
        for secret in secrets
    ]


def test_a_key_that_trusts_no_role(deployed: Deployed, failures: Failures) -> None:
    deployed.client("kms").put_key_policy(
        KeyId=deployed["key"], PolicyName="default", Policy=key_policy(account=False)
    )

    assert (
        "shop/worker: secret access",
        f"expected {deployed['role']} to be allowed kms:Decrypt on {deployed['key']}, the key of "
        f"secret {deployed['database-secret']}, found allowed by no statement; {RESTORE}",
    ) in failures()


def test_a_disabled_key(deployed: Deployed, failures: Failures) -> None:
    deployed.client("kms").disable_key(KeyId=deployed["key"].rpartition("/")[2])

    assert (
        "shop/worker: secret access",
        f"expected key {deployed['key']} of secret {deployed['database-secret']} Enabled, found "
        "Disabled; cancel the key's deletion or enable it, before its data is lost",
    ) in failures()


def test_no_execution_role(deployed: Deployed, failures: Failures) -> None:
    redeploy(deployed, executionRoleArn=None)

    assert failures() == [
        ("shop/api: secret access", f"expected an execution role (trap 34), found none; {RESTORE}")
    ]


def test_no_value_is_told_when_something_is_wrong(
    deployed: Deployed, description: Description
) -> None:
    deployed.client("secretsmanager").update_secret(
        SecretId=deployed["cache-secret"], SecretString="hidden-7"
    )

    assert "hidden" not in str(doctor.run(description, deployed.outputs, deployed.endpoint))


def _write(deployed: Deployed, policy: object) -> None:
    deployed.client("iam").put_role_policy(
        RoleName="execution", PolicyName="secrets", PolicyDocument=json.dumps(policy)
    )
