"""Reads secrets from Secrets Manager into files, before the container starts that wants them.

Runs in a pod of a KubernetesJob, as an init container whose image has boto3, and knows nothing of
the project. Two environment variables tell it what to do:

  SECRETS  JSON: by name of the file the `arn`, the `key` (of the secret's JSON; null for its whole
           text) and the `version` (null for the current one)
  FOLDER   where the files go, each readable for its owner only

It ends with 75, "try again later", when the pod has no credentials, and with 1 on any other
failure. No message holds a value.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
)

TRY_AGAIN = 75
PATIENCE_SECONDS = 60  # new permissions, credentials and network policies take some seconds
PAUSE_SECONDS = 5


class FetchError(Exception):
    """A secret that is not what it should be; the text tells which and why."""


def main() -> int:
    """Reads all secrets; returns the exit code."""
    folder = Path(os.environ["FOLDER"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        for name, wanted in json.loads(os.environ["SECRETS"]).items():
            _write(folder / name, _read(wanted, deadline))
            sys.stdout.write(f"read {name} from {wanted['arn']}\n")
    except (NoCredentialsError, CredentialRetrievalError) as error:
        # EKS tells a pod about its role when it makes the pod. One that is older than what EKS
        # knows of the role stays without, so that only another pod can do better.
        sys.stderr.write(f"cannot read secrets yet: {error}\n")
        return TRY_AGAIN
    except (FetchError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"cannot read secrets: {error}\n")
        return 1
    return 0


def _read(wanted: dict[str, Any], deadline: float) -> str:
    arn, key = wanted["arn"], wanted["key"]
    text = _ask(arn, wanted["version"], deadline).get("SecretString")
    if text is None:
        raise FetchError(f"{arn} holds bytes and no text")
    if key is None:
        return text
    try:
        value = json.loads(text)[key]
    except (ValueError, KeyError, TypeError):
        # Without its cause, whose text would hold the secret.
        raise FetchError(f"{arn} is no JSON object with the key {key}") from None
    return str(value)


def _ask(arn: str, version: str | None, deadline: float) -> dict[str, Any]:
    wanted = {"SecretId": arn} | ({"VersionId": version} if version else {})
    while True:
        try:
            return _client(arn).get_secret_value(**wanted)
        except ClientError as error:
            if not _may_pass(error) or time.monotonic() >= deadline:
                raise
        except NoCredentialsError:
            raise
        except BotoCoreError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(PAUSE_SECONDS)


def _client(arn: str) -> Any:
    # In the secret's own region: EKS sets AWS_REGION in the pod, which boto3 does not read.
    region = arn.split(":")[3]
    return boto3.client("secretsmanager", region_name=region)  # pyright: ignore[reportUnknownVariableType] boto3 has no types


def _may_pass(error: Any) -> bool:
    """Whether waiting may help: a role's policy takes some seconds until it holds everywhere."""
    return error.response["Error"]["Code"] == "AccessDeniedException"


def _write(path: Path, value: str) -> None:
    # A container that is started anew in its pod finds the files of the first try.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(value)


if __name__ == "__main__":
    sys.exit(main())
