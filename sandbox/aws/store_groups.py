"""Subnet and parameter groups, which RDS and ElastiCache have with the same calls."""

from collections.abc import Callable

from sandbox.aws.common import by_id
from sandbox.aws.kind import AwsKind, Call, Made
from sandbox.aws.naming import Naming
from sandbox.provider import Plain

_IDENTIFIER = r"[a-z](-?[a-z0-9])*"
_WORDS = "lower-case letters, digits and single hyphens, a letter first"


def named(property: str, limit: int) -> Naming:
    """How both services name things."""
    return Naming(property=property, limit=limit, pattern=_IDENTIFIER, words=_WORDS, lower=True)


def found(operation: str, argument: str, result: str) -> Made:
    """Describes by the resource's id."""
    return lambda resource: resource.call(operation, **{argument: resource.id})[result]


def subnet_group(service: str, prefix: str, arn: str) -> AwsKind:
    """Returns the subnet groups of a service.

    Args:
        service: boto3's name of the service.
        prefix: What it puts before the words, `DB` or `Cache`.
        arn: Its word for the ARN.
    """
    group = f"{prefix}SubnetGroup"
    return AwsKind(
        service=service,
        create=Call(
            operation=f"Create{group}",
            names={"name": f"{group}Name", "description": f"{group}Description"},
        ),
        record=group,
        id=f"{group}Name",
        find=found(f"Describe{group}s", f"{group}Name", f"{group}s"),
        outputs={"arn": arn},
        delete=by_id(f"Delete{group}", f"{group}Name"),
        naming=named("name", 255),
    )


def parameter_group(
    service: str, prefix: str, arn: str, arrange: Callable[[Plain], Plain]
) -> AwsKind:
    """Returns the parameter groups of a service; `arrange` writes the parameters in its words."""
    group = f"{prefix}ParameterGroup"
    return AwsKind(
        service=service,
        create=Call(
            operation=f"Create{group}",
            names={"name": f"{group}Name", "family": f"{group}Family"},
        ),
        then=[
            Call(
                operation=f"Modify{group}",
                takes=["parameters"],
                arrange=arrange,
                adds=lambda resource: {f"{group}Name": resource.id},
            )
        ],
        record=group,
        id=f"{group}Name",
        find=found(f"Describe{group}s", f"{group}Name", f"{group}s"),
        outputs={"arn": arn},
        delete=by_id(f"Delete{group}", f"{group}Name"),
        naming=named("name", 255),
    )
