"""What a role may do, by its own policies and by those of what it wants to use."""

import json

from tools.doctor.account import Account, Refused
from tools.doctor.permissions import Decision, Policy, Request, decide


def policies_of(account: Account, role_arn: str) -> list[Policy]:
    """Reads the documents of all inline and attached policies of a role."""
    role = role_arn.rpartition("/")[2]
    inline = account.read("iam", "list_role_policies", RoleName=role)["PolicyNames"]
    documents: list[Policy] = [
        account.read("iam", "get_role_policy", RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in inline
    ]
    attached = account.read("iam", "list_attached_role_policies", RoleName=role)
    for policy in attached["AttachedPolicies"]:
        arn = policy["PolicyArn"]
        version = account.read("iam", "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = account.read("iam", "get_policy_version", PolicyArn=arn, VersionId=version)
        documents.append(answer["PolicyVersion"]["Document"])
    return documents


def may_read_secret(account: Account, role_arn: str, secret_arn: str) -> Decision:
    """Whether the role may call GetSecretValue, by its own policies and the secret's."""
    request = Request(
        action="secretsmanager:GetSecretValue",
        resource=secret_arn,
        principals=_principals(role_arn),
        context={"aws:securetransport": "true", "secretsmanager:versionstage": "AWSCURRENT"},
    )
    own = decide(policies_of(account, role_arn), request)
    resource = decide(_secret_policy(account, secret_arn), request)
    return _first_of(own, resource)


def may_use_bucket(
    account: Account, role_arn: str, action: str, resource: str, bucket_policy: list[Policy]
) -> Decision:
    """Whether the role may do that to a bucket or an object, by its own policies and the bucket's.

    Args:
        account: The account of both.
        role_arn: The role.
        action: For example `s3:PutObject`.
        resource: ARN of the bucket, or of an object in it.
        bucket_policy: The bucket's policy, if it has one.
    """
    request = Request(
        action=action,
        resource=resource,
        principals=_principals(role_arn),
        context={"aws:securetransport": "true"},
    )
    own = decide(policies_of(account, role_arn), request)
    return _first_of(own, decide(bucket_policy, request))


def may_decrypt(account: Account, role_arn: str, key_arn: str, secret_arn: str) -> Decision:
    """Whether the role may decrypt a secret with its key."""
    context = {
        "kms:viaservice": f"secretsmanager.{account.region}.amazonaws.com",
        "kms:encryptioncontext:secretarn": secret_arn,
    }
    return _may_use_key(account, role_arn, "kms:Decrypt", key_arn, context)


def may_use_bucket_key(
    account: Account, role_arn: str, action: str, key_arn: str, bucket_arn: str
) -> Decision:
    """Whether the role may use the key of a bucket through S3, for example with `kms:Decrypt`."""
    context = {
        "kms:viaservice": f"s3.{account.region}.amazonaws.com",
        "kms:encryptioncontext:aws:s3:arn": bucket_arn,
    }
    return _may_use_key(account, role_arn, action, key_arn, context)


def _may_use_key(
    account: Account, role_arn: str, action: str, key_arn: str, context: dict[str, str]
) -> Decision:
    """Whether the role may do that with a key.

    A key policy either names the role, or names the account and so leaves it to the role's own
    policies.
    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    context = {
        **context,
        "aws:securetransport": "true",
        "kms:calleraccount": _account_of(role_arn),
    }

    def request(principals: frozenset[str]) -> Request:
        return Request(action=action, resource=key_arn, principals=principals, context=context)

    policy = key_policy(account, key_arn)
    named = decide([policy], request(_principals(role_arn)))
    delegated = decide([policy], request(_account_principals(role_arn)))
    own = decide(policies_of(account, role_arn), request(frozenset()))
    if delegated is not Decision.ALLOWED and own is Decision.ALLOWED:
        own = Decision.NOT_ALLOWED
    return _first_of(named, own)


def key_policy(account: Account, key_id: str) -> Policy:
    """Reads the policy of a KMS key."""
    return json.loads(
        account.read("kms", "get_key_policy", KeyId=key_id, PolicyName="default")["Policy"]
    )


def _secret_policy(account: Account, secret_arn: str) -> list[Policy]:
    try:
        text = account.read("secretsmanager", "get_resource_policy", SecretId=secret_arn).get(
            "ResourcePolicy"
        )
    except Refused as refusal:
        # A secret without a policy is the normal case; some endpoints answer it with an error.
        if refusal.missing:
            return []
        raise
    return [json.loads(text)] if text else []


def _first_of(one: Decision, other: Decision) -> Decision:
    for decision in (Decision.DENIED, Decision.ALLOWED):
        if decision in (one, other):
            return decision
    return Decision.NOT_ALLOWED


def _principals(role_arn: str) -> frozenset[str]:
    return frozenset({role_arn})


def _account_principals(role_arn: str) -> frozenset[str]:
    account_id = _account_of(role_arn)
    return frozenset({account_id, f"arn:aws:iam::{account_id}:root"})


def _account_of(arn: str) -> str:
    return arn.split(":")[4]
