"""Identities, keys and secrets: IAM, KMS, Secrets Manager."""

from typing import Any

from sandbox.aws.common import by_id, given, nothing
from sandbox.aws.kind import AwsKind, Call, Made, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import json_text, within

_NAMING = Naming(
    property="name", limit=64, pattern=r"[\w+=,.@-]+", words="letters, digits and +=,.@_-"
)
_POLICY_NAMING = Naming(
    property="name", limit=128, pattern=r"[\w+=,.@-]+", words="letters, digits and +=,.@_-"
)


def _inline_policy(owner: str, longest: int) -> AwsKind:
    """The policy that stands in a role or a user.

    Args:
        owner: `Role` or `User`.
        longest: Characters that AWS allows it, white space not counted.
    """
    key = owner.lower()

    def call(verb: str) -> Made:
        def made(resource: Resource) -> Any:
            name, policy = resource.id.split(":")
            return resource.call(
                f"{verb}{owner}Policy", **{f"{owner}Name": name, "PolicyName": policy}
            )

        return made

    return AwsKind(
        service="iam",
        create=Call(
            operation=f"Put{owner}Policy",
            names={key: f"{owner}Name", "name": "PolicyName", "policy": "PolicyDocument"},
        ),
        id=lambda resource: f"{resource.get(key)}:{resource.get('name')}",
        find=call("Get"),
        delete=call("Delete"),
        naming=_POLICY_NAMING,
        rules=[json_text("policy", longest=longest, spaces=False)],
        tagged=None,
    )


def _find_access_key(resource: Resource) -> Any:
    # Only the creating call tells the secret half; a later look keeps the one in the state.
    keys = resource.call("ListAccessKeys", UserName=resource.get("user"))["AccessKeyMetadata"]
    return [each for each in keys if each["AccessKeyId"] == resource.id]


def _delete_access_key(resource: Resource) -> None:
    resource.call("DeleteAccessKey", UserName=resource.get("user"), AccessKeyId=resource.id)


def _detach(resource: Resource) -> None:
    resource.call(
        "DetachRolePolicy",
        RoleName=resource.get("role"),
        PolicyArn=resource.get("policyArn"),
    )


def _find_key(resource: Resource) -> Any:
    key = resource.call("DescribeKey", KeyId=resource.id)["KeyMetadata"]
    # A key cannot be deleted at once; one that waits for it is as good as gone.
    return None if key["KeyState"] == "PendingDeletion" else key


def _secret_recovery(resource: Resource) -> None:
    # The sandbox's account is thrown away, so nothing waits for a recovery that nobody will ask.
    resource.call("DeleteSecret", SecretId=resource.id, ForceDeleteWithoutRecovery=True)


KINDS = {
    "aws:iam/role:Role": AwsKind(
        service="iam",
        create=Call(
            operation="CreateRole",
            names={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
        ),
        record="Role",
        id="RoleName",
        find=lambda resource: resource.call("GetRole", RoleName=resource.id)["Role"],
        outputs={"arn": "Arn", "uniqueId": "RoleId"},
        delete=by_id("DeleteRole", "RoleName"),
        naming=_NAMING,
        rules=[json_text("assumeRolePolicy", longest=2048)],
    ),
    "aws:iam/rolePolicy:RolePolicy": _inline_policy("Role", 10240),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": AwsKind(
        service="iam",
        create=Call(operation="AttachRolePolicy", names={"role": "RoleName"}),
        id=lambda resource: f"{resource.get('role')}/{resource.get('policyArn')}",
        find=lambda resource: [
            each
            for each in resource.call("ListAttachedRolePolicies", RoleName=resource.get("role"))[
                "AttachedPolicies"
            ]
            if each["PolicyArn"] == resource.get("policyArn")
        ],
        delete=_detach,
        tagged=None,
    ),
    "aws:iam/user:User": AwsKind(
        service="iam",
        create=Call(operation="CreateUser", names={"name": "UserName"}),
        record="User",
        id="UserName",
        find=lambda resource: resource.call("GetUser", UserName=resource.id)["User"],
        outputs={"arn": "Arn", "uniqueId": "UserId"},
        delete=by_id("DeleteUser", "UserName"),
        naming=_NAMING,
    ),
    "aws:iam/userPolicy:UserPolicy": _inline_policy("User", 2048),
    "aws:iam/accessKey:AccessKey": AwsKind(
        service="iam",
        create=Call(operation="CreateAccessKey", names={"user": "UserName"}),
        record="AccessKey",
        id="AccessKeyId",
        find=_find_access_key,
        outputs={"secret": "SecretAccessKey", "status": "Status"},
        delete=_delete_access_key,
        tagged=None,
    ),
    "aws:kms/key:Key": AwsKind(
        service="kms",
        create=Call(operation="CreateKey"),
        then=[
            Call(
                operation="EnableKeyRotation",
                adds=lambda resource: {"KeyId": resource.id},
                when=lambda inputs: inputs.get("enableKeyRotation") is True,
            )
        ],
        own=["deletionWindowInDays", "enableKeyRotation"],
        record="KeyMetadata",
        id="KeyId",
        find=_find_key,
        outputs={"arn": "Arn", "keyId": "KeyId"},
        delete=lambda resource: resource.call(
            "ScheduleKeyDeletion",
            KeyId=resource.id,
            PendingWindowInDays=resource.get("deletionWindowInDays", 30),
        ),
        rules=[json_text("policy", longest=32768), within("deletionWindowInDays", 7, 30, "days")],
    ),
    "aws:kms/alias:Alias": AwsKind(
        service="kms",
        create=Call(operation="CreateAlias", names={"name": "AliasName"}),
        id=given("name"),
        find=lambda resource: [
            each
            for each in resource.call("ListAliases")["Aliases"]
            if each["AliasName"] == resource.id
        ],
        outputs={"arn": lambda resource: resource.arn(resource.id)},
        delete=by_id("DeleteAlias", "AliasName"),
        naming=Naming(
            property="name",
            limit=256,
            pattern=r"alias/(?!aws/)[\w/-]+",
            words="alias/ and letters, digits, / _ and -",
            automatic=False,
        ),
        tagged=None,
    ),
    "aws:secretsmanager/secret:Secret": AwsKind(
        service="secretsmanager",
        create=Call(operation="CreateSecret"),
        own=["recoveryWindowInDays", "forceOverwriteReplicaSecret"],
        id="ARN",
        find=lambda resource: resource.call("DescribeSecret", SecretId=resource.id),
        outputs={"arn": "ARN"},
        delete=_secret_recovery,
        naming=Naming(
            property="name",
            limit=512,
            pattern=r"[\w/+=.@-]+",
            words="letters, digits and /_+=.@-",
        ),
        rules=[within("recoveryWindowInDays", 7, 30, "days", 0)],
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": AwsKind(
        service="secretsmanager",
        create=Call(operation="PutSecretValue"),
        id=lambda resource: f"{resource.get('secretId')}|{resource.record['VersionId']}",
        find=lambda resource: resource.call("DescribeSecret", SecretId=resource.get("secretId")),
        outputs={"versionId": "VersionId", "arn": "ARN", "versionStages": "VersionStages"},
        delete=nothing,
        tagged=None,
    ),
}
