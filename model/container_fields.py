"""What stands in a container: variables, keys of a Secret, paths and users."""

from typing import Annotated

from pydantic import AfterValidator

from model.fields import Refused, Text

VariableName = Annotated[
    str,
    Text(
        r"[\s\S]{0,253}",
        "is longer than a key of a ConfigMap may be",
        "write up to 253 letters, digits and underscores",
        "LOG_LEVEL",
    ),
    Text(
        r"[A-Za-z_][A-Za-z0-9_]{0,252}",
        "is no name of an environment variable",
        "write letters, digits and underscores, no digit first",
        "LOG_LEVEL",
    ),
]

LONGEST_VARIABLE = 100_000
"""Bytes of an environment variable. Linux takes 128 KiB for one, its name included. Source:
execve(2), MAX_ARG_STRLEN."""


def _variable(value: str) -> str:
    size = len(value.encode())
    if "\0" in value:
        raise Refused("has a zero byte, where a process finds its end", "write it without")
    if size > LONGEST_VARIABLE:
        raise Refused(
            f"has {size} bytes, and with its name Linux starts no process that has 128 KiB in one "
            "variable",
            f"write up to {LONGEST_VARIABLE} bytes, and put longer texts into a file of the image",
        )
    return value


VariableValue = Annotated[str, AfterValidator(_variable)]
"""Value of an environment variable."""

SecretKey = Annotated[
    str,
    Text(
        r"(?!\.$|\.\.)[\s\S]*",
        "is kept by Kubernetes for folders of its own",
        "write a key that is no dot alone and does not begin with two dots",
        "jwt-secret",
    ),
    Text(
        r"(?!\.$|\.\.)[A-Za-z0-9._-]{1,253}",
        "is no key of a Secret",
        "write letters, digits and _.-",
        "jwt-secret",
    ),
]

_DIRECT = r"(?!.*//|.*/\.\.?(?:/|$)|.+/$)"
"""Ahead of a path of which there is no other spelling."""

AbsolutePath = Annotated[
    str,
    Text(
        rf"{_DIRECT}[\s\S]*",
        "is a roundabout path",
        "write it without //, without . and .. as folders, and without a slash at the end",
        "/tmp/heartbeat",  # noqa: S108 (an example of what a container may write to)
    ),
    Text(
        rf"{_DIRECT}/[A-Za-z0-9_./-]{{1,254}}",
        "is no absolute path of a file",
        "write letters, digits and _./- after a slash",
        "/tmp/heartbeat",  # noqa: S108 (an example of what a container may write to)
    ),
]

LAST_USER = 2**31 - 1


def _user(value: str) -> str:
    if any(str(int(number)) != number or int(number) > LAST_USER for number in value.split(":")):
        raise Refused(
            "is no user that a container can have",
            f"write numbers of up to {LAST_USER}, without zeros before them",
        )
    return value


UserId = Annotated[
    str,
    Text(
        r"\d{1,10}(?::\d{1,10})?",
        "is no user",
        "write the number of a user, and of a group after a colon",
        "1001:1001",
    ),
    AfterValidator(_user),
]
"""A user, and its group if it has another number: 0 to 2147483647 each. Source: Kubernetes API
reference, SecurityContext; of runc `uids and gids must be in range`."""
