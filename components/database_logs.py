"""An instance's identifier and the log groups named after it; a part of `components/database.py`.

RDS writes its logs to groups named after the instance, and makes those groups itself, without an
end, if they are not there first. So the identifier has to be known before the instance is.
"""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from planning.naming import fit_name

EXPORTED_LOGS = ("postgresql", "upgrade")
"""All logs that RDS for PostgreSQL can export."""
IDENTIFIER_LIMIT = 63
SUFFIX_LENGTH = 7


def create_identifier(name: str, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """Draws an identifier that no other stack, and no snapshot of a former instance, has taken."""
    suffix = random.RandomString(
        f"{name}-suffix", length=SUFFIX_LENGTH, upper=False, special=False, opts=child
    )
    prefix = fit_name(name, IDENTIFIER_LIMIT - len("-") - SUFFIX_LENGTH)
    return pulumi.Output.concat(prefix, "-", suffix.result)


def create_log_groups(
    name: str,
    identifier: pulumi.Output[str],
    *,
    retention_days: int,
    kms_key_arn: pulumi.Input[str],
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> list["aws.cloudwatch.LogGroup"]:
    """Makes a group for each exported log, with an end and a key."""
    return [
        aws.cloudwatch.LogGroup(
            f"{name}-log-{log}",
            name=pulumi.Output.concat("/aws/rds/instance/", identifier, f"/{log}"),
            retention_in_days=retention_days,
            kms_key_id=kms_key_arn,
            tags={**tags, "Name": f"{name}-log-{log}"},
            opts=child,
        )
        for log in EXPORTED_LOGS
    ]
