"""What the account has already and is used in place of being built (`slipway:existing`).

A VPC that is given is used as it is. What a network of Slipway's own has besides its subnets is
not added to it: no flow logs, no closed default security group, no endpoint for S3, no interface
endpoints and no NAT gateways.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from model.description import Description
from model.environment import Environment, ExistingVpc
from model.problems import DescriptionError, Place, Problem, shown
from stacks import existing_certificate, existing_network
from stacks.lookups import Findings, Lookups, Refusal, elsewhere
from stacks.providers import Clouds


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedNetwork:
    """What workloads and data stores need to know of a network, whoever built it."""

    vpc_id: pulumi.Input[str]
    """The VPC."""
    public_subnet_ids: Sequence[pulumi.Input[str]]
    """For load balancers; each in another zone."""
    private_subnet_ids: Sequence[pulumi.Input[str]]
    """For workloads."""
    isolated_subnet_ids: Sequence[pulumi.Input[str]]
    """For data stores."""
    public_cidr_blocks: Sequence[pulumi.Input[str]]
    """Ranges of the public ones, from which the load balancer comes; network policies need them."""
    isolated_cidr_blocks: Sequence[pulumi.Input[str]]
    """Ranges of the isolated ones, where data stores are; network policies need them."""


def network(environment: Environment, vpc: ExistingVpc, clouds: Clouds) -> SharedNetwork:
    """The VPC that the account has, as `check` has found it fit."""
    # Only policies of Kubernetes speak of addresses; Fargate's security groups name each other.
    asked = "eks" in environment.runtimes
    options = pulumi.InvokeOutputOptions(provider=clouds.aws)

    def ranges(subnet_ids: Sequence[str]) -> list[pulumi.Output[str]]:
        return [aws.ec2.get_subnet_output(id=each, opts=options).cidr_block for each in subnet_ids]

    return SharedNetwork(
        vpc_id=vpc.id,
        public_subnet_ids=vpc.public_subnet_ids,
        private_subnet_ids=vpc.private_subnet_ids,
        isolated_subnet_ids=vpc.isolated_subnet_ids,
        public_cidr_blocks=ranges(vpc.public_subnet_ids) if asked else (),
        isolated_cidr_blocks=ranges(vpc.isolated_subnet_ids) if asked else (),
    )


def check(description: Description, clouds: Clouds) -> None:
    """Looks at everything that exists already and whether it fits.

    Only what is given is looked up; a stack that builds everything asks nothing. What is unwise is
    logged as a warning.

    Args:
        description: Says what exists, and what is to be deployed with it.
        clouds: The providers that ask.

    Raises:
        pulumi.RunError: Something does not fit. The text lists all problems with place, value,
            reason and remedy; nothing has been created.
    """
    lookups, findings = Lookups(clouds), Findings()
    existing_network.check(description, lookups, findings)
    findings.problems.extend(_zone(description, lookups))
    existing_certificate.check(description, lookups, findings)
    findings.problems.extend(_key(description, lookups))
    findings.problems.extend(_registry_secret(description, lookups))
    if findings.problems:
        raise pulumi.RunError(str(DescriptionError(findings.problems)))
    for warning in findings.warnings:
        pulumi.log.warn(str(warning))


def _place(description: Description) -> Place:
    return Place(description.stack_file, "slipway:existing")


def _zone(description: Description, lookups: Lookups) -> Iterator[Problem]:
    zone_id = description.environment.existing.hosted_zone_id
    if zone_id is None:
        return
    place, wanted = _place(description).key("hostedZoneId"), description.environment.domain
    zone = lookups.zone(zone_id)
    if isinstance(zone, Refusal):
        yield place.problem(
            shown(zone_id),
            f"was not found: {zone.reason}",
            "copy the identifier of a public hosted zone of this account, Z...",
        )
        return
    name = zone.name.rstrip(".")
    if zone.private_zone:
        yield place.problem(
            shown(zone_id),
            "is a private zone, in which nobody on the Internet finds the hosts",
            "copy the identifier of the public zone",
        )
    if name != wanted.hosted_zone:
        yield place.problem(
            shown(zone_id),
            f"is the zone {name}, but slipway:domain.hostedZone is {wanted.hosted_zone}",
            "name the same zone in both",
        )


def _key(description: Description, lookups: Lookups) -> Iterator[Problem]:
    arn = description.environment.existing.key_arn
    if arn is None:
        return
    region, place = description.environment.region, _place(description).key("keyArn")
    if (problem := elsewhere(place, arn, region)) is not None:
        yield problem
        return
    key = lookups.key(arn)
    if isinstance(key, Refusal):
        yield place.problem(
            shown(arn), f"was not found: {key.reason}", f"copy the ARN of a key in {region}"
        )
        return
    if not key.enabled:
        yield place.problem(
            shown(arn),
            f"cannot be used, its state is {key.key_state}",
            "enable it (aws kms enable-key), or cancel its deletion first",
        )
    if (key.key_spec, key.key_usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        yield place.problem(
            shown(arn),
            f"is of the kind {key.key_spec} for {key.key_usage}, which no data store takes",
            "create a symmetric key to encrypt and decrypt",
        )
    if key.key_manager != "CUSTOMER":
        yield place.problem(
            shown(arn),
            "is managed by AWS, so that nobody can let CloudWatch use it",
            "create a key of the account's own",
        )


def _registry_secret(description: Description, lookups: Lookups) -> Iterator[Problem]:
    arn = description.environment.existing.registry_secret_arn
    if arn is None:
        return
    region, place = description.environment.region, _place(description).key("registrySecretArn")
    if (problem := elsewhere(place, arn, region)) is not None:
        yield problem
        return
    secret = lookups.secret(arn)
    if isinstance(secret, Refusal):
        yield place.problem(
            shown(arn), f"was not found: {secret.reason}", f"copy the ARN of a secret in {region}"
        )
