"""The secrets that a task definition names: they exist, hold what is asked for, and are readable.

A task that cannot read one of them never starts, and ECS says so only in its events. Values are
read to see which keys they hold; no value is kept, returned or printed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from tools.doctor import roles
from tools.doctor.account import Account, Refused
from tools.doctor.finding import Difference, listed
from tools.doctor.permissions import Decision
from tools.doctor.subjects import FargateServiceSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A `valueFrom`: `<secret ARN>[:<JSON key>:<version stage>:<version id>]`."""

    variable: str
    secret_arn: str
    json_key: str | None
    version_id: str | None


def presence(subject: FargateServiceSubject) -> Iterator[Difference]:
    """Every secret exists, has a value, and has the JSON key that is asked for."""
    for entry in subject.container().get("secrets", []):
        reference = _parse(entry["name"], entry["valueFrom"])
        if reference is None:
            yield Difference(
                f"a Secrets Manager ARN for {entry['name']}", entry["valueFrom"], subject.redeploy
            )
            continue
        yield from _value(subject, reference)


def access(subject: FargateServiceSubject) -> Iterator[Difference]:
    """The execution role may read every secret, and decrypt it with the secret's key."""
    entries = subject.container().get("secrets", [])
    if not entries:
        return
    role = subject.task_definition().get("executionRoleArn")
    if role is None:
        yield Difference("an execution role (trap 34)", "none", subject.redeploy)
        return
    references = [_parse(entry["name"], entry["valueFrom"]) for entry in entries]
    for arn in sorted({reference.secret_arn for reference in references if reference}):
        yield from _access(subject, role, arn)


def _value(subject: FargateServiceSubject, reference: Reference) -> Iterator[Difference]:
    which = f"secret {reference.secret_arn} of {reference.variable}"
    version = {"VersionId": reference.version_id} if reference.version_id else {}
    try:
        answer = subject.account.read(
            "secretsmanager", "get_secret_value", SecretId=reference.secret_arn, **version
        )
    except Refused as refusal:
        if refusal.denied:
            raise
        yield Difference(which, f"{refusal.code}: {refusal.message}", subject.redeploy)
        return
    if "AWSCURRENT" not in answer.get("VersionStages", ["AWSCURRENT"]):
        yield Difference(
            f"{which} at its current version",
            f"version {reference.version_id}, which a newer one has replaced",
            f"{subject.redeploy}, so that new tasks get the new value",
        )
    if reference.json_key is None:
        return
    keys = _keys(answer.get("SecretString", ""))
    if reference.json_key not in keys:
        yield Difference(
            f"JSON key {reference.json_key} in {which}", f"keys {listed(keys)}", subject.redeploy
        )


def _access(subject: FargateServiceSubject, role: str, arn: str) -> Iterator[Difference]:
    account = subject.account
    try:
        details = account.read("secretsmanager", "describe_secret", SecretId=arn)
    except Refused as refusal:
        if refusal.missing:
            return  # The check above has said so already.
        raise
    decision = roles.may_read_secret(account, role, arn)
    if decision is not Decision.ALLOWED:
        yield Difference(
            f"{role} to be allowed secretsmanager:GetSecretValue on {arn}",
            decision.value,
            subject.redeploy,
        )
    key = details.get("KmsKeyId")
    # AWS's own key for secrets opens for everyone who may read the secret.
    if key is None or key == "alias/aws/secretsmanager":
        return
    yield from _key(account, subject, role, arn, key)


def _key(
    account: Account, subject: FargateServiceSubject, role: str, arn: str, key: str
) -> Iterator[Difference]:
    metadata = account.read("kms", "describe_key", KeyId=key)["KeyMetadata"]
    if metadata["KeyState"] != "Enabled":
        yield Difference(
            f"key {metadata['Arn']} of secret {arn} Enabled",
            metadata["KeyState"],
            "cancel the key's deletion or enable it, before its data is lost",
        )
    decision = roles.may_decrypt(account, role, metadata["Arn"], arn)
    if decision is not Decision.ALLOWED:
        yield Difference(
            f"{role} to be allowed kms:Decrypt on {metadata['Arn']}, the key of secret {arn}",
            decision.value,
            subject.redeploy,
        )


def _parse(variable: str, value_from: str) -> Reference | None:
    parts = value_from.split(":")
    if len(parts) < 7 or parts[2] != "secretsmanager":
        return None
    json_key, _stage, version_id = (*parts[7:], "", "", "")[:3]
    return Reference(
        variable=variable,
        secret_arn=":".join(parts[:7]),
        json_key=json_key or None,
        version_id=version_id or None,
    )


def _keys(text: str) -> set[str]:
    try:
        value = json.loads(text)
    except ValueError:
        return set()
    return set(cast("dict[str, object]", value)) if isinstance(value, dict) else set()
