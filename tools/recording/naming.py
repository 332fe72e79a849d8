"""Where recorded resources are, and what the tables of their outputs are made of."""

from collections.abc import Callable, Mapping
from typing import Any

ACCOUNT = "111122223333"
REGION = "us-east-1"

Inputs = Mapping[str, Any]
Answer = Callable[[str, str, Inputs], dict[str, Any]]
"""From physical name, digest and inputs to what AWS adds."""


def region(inputs: Inputs) -> str:
    """Every resource of pulumi-aws 7 may name another region than its provider's."""
    return inputs.get("region", REGION)


def arn(inputs: Inputs, service: str, resource: str) -> str:
    """The ARN of a resource in its region."""
    return f"arn:aws:{service}:{region(inputs)}:{ACCOUNT}:{resource}"
