"""Questions about what an account has already, answered while the program runs.

An invoke that waits gives values and not outputs: what it finds can stop the program before the
first resource is registered, in a preview as in a deploy.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pulumi
import pulumi_aws as aws

from model.problems import Place, Problem, shown
from stacks.providers import Clouds

Answer = TypeVar("Answer")

# The engine and the bridge each put their own words before those of AWS.
_PREAMBLE = re.compile(
    r"invoke of \S+ failed: (?:invocation of \S+ returned an error: )?(?:invoking \S+: )?"
    r"(?:\d+ errors? occurred:\s*\* )?"
)
_LONGEST_REASON = 160
_KEY_TYPES = (
    *("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"),
    *("EC_prime256v1", "EC_secp384r1", "EC_secp521r1"),
)
"""All of them: without a list ACM shows RSA keys of up to 2048 bits only."""
_NOT_ISSUED = (
    *("PENDING_VALIDATION", "VALIDATION_TIMED_OUT", "INACTIVE"),
    *("EXPIRED", "REVOKED", "FAILED"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """AWS has no such thing, or does not show it."""

    reason: str
    """AWS's own words."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of looking."""

    problems: list[Problem] = field(default_factory=list[Problem])
    """What stops the deploy."""
    warnings: list[Problem] = field(default_factory=list[Problem])
    """What is unwise, or could not be seen."""


class Lookups:
    """Asks AWS with the explicit provider."""

    def __init__(self, clouds: Clouds) -> None:
        self._options = pulumi.InvokeOptions(provider=clouds.aws)

    def vpc(self, vpc_id: str) -> "aws.ec2.GetVpcResult | Refusal":
        """A VPC."""
        return _answer(lambda: aws.ec2.get_vpc(id=vpc_id, opts=self._options))

    def subnet(self, subnet_id: str) -> "aws.ec2.GetSubnetResult | Refusal":
        """A subnet."""
        return _answer(lambda: aws.ec2.get_subnet(id=subnet_id, opts=self._options))

    def route_tables(self, vpc_id: str) -> "Sequence[aws.ec2.GetRouteTableResult] | Refusal":
        """All route tables of a VPC."""

        # By subnet one cannot ask: a subnet without a table of its own would be an error.
        def tables() -> "Sequence[aws.ec2.GetRouteTableResult]":
            ids = aws.ec2.get_route_tables(vpc_id=vpc_id, opts=self._options).ids
            return [
                aws.ec2.get_route_table(route_table_id=each, opts=self._options) for each in ids
            ]

        return _answer(tables)

    def zone(self, zone_id: str) -> "aws.route53.GetZoneResult | Refusal":
        """A hosted zone."""
        return _answer(lambda: aws.route53.get_zone(zone_id=zone_id, opts=self._options))

    def certificate(
        self, name: str, *, issued: bool, newest: bool
    ) -> "aws.acm.GetCertificateResult | Refusal":
        """The newest, or else the only, certificate whose first name this is."""
        return _answer(
            lambda: aws.acm.get_certificate(
                domain=name,
                statuses=["ISSUED"] if issued else [*_NOT_ISSUED],
                key_types=[*_KEY_TYPES],
                most_recent=newest,
                opts=self._options,
            )
        )

    def key(self, key_arn: str) -> "aws.kms.GetKeyResult | Refusal":
        """A KMS key."""
        return _answer(lambda: aws.kms.get_key(key_id=key_arn, opts=self._options))

    def secret(self, secret_arn: str) -> "aws.secretsmanager.GetSecretResult | Refusal":
        """A secret; its value is not read."""
        return _answer(lambda: aws.secretsmanager.get_secret(arn=secret_arn, opts=self._options))


def elsewhere(place: Place, arn: str, region: str) -> Problem | None:
    """The problem of an ARN that is of another region; None if it is of this one."""
    actual = arn.split(":")[3]
    if actual == region:
        return None
    return place.problem(
        shown(arn),
        f"is in {actual}, but the environment is in {region}",
        f"copy the ARN of one in {region}",
    )


def _answer(question: Callable[[], Answer]) -> Answer | Refusal:
    try:
        return question()
    except pulumi.RunError:  # the engine is shutting down
        raise
    except Exception as error:  # the SDK raises nothing more precise
        text = _PREAMBLE.sub("", " ".join(str(error).split()), count=1)
        cut = text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 3]}..."
        return Refusal(cut)
