"""All types of resource that the sandbox makes, by Pulumi's token."""

from collections.abc import Mapping

from sandbox.aws import compute, data, ec2, edge, firewall, logs, security, storage
from sandbox.aws.kind import AwsKind

KINDS: Mapping[str, AwsKind] = {
    **ec2.KINDS,
    **security.KINDS,
    **storage.KINDS,
    **logs.KINDS,
    **data.KINDS,
    **edge.KINDS,
    **firewall.KINDS,
    **compute.KINDS,
}
