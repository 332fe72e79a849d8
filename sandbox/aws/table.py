"""All types of resource that the sandbox makes, by Pulumi's token."""

from collections.abc import Mapping
from dataclasses import replace

from sandbox.aws import (
    backup,
    cache,
    cdn,
    compute,
    data,
    discovery,
    ec2,
    edge,
    eks,
    firewall,
    hosts,
    logs,
    messaging,
    security,
    security_groups,
    storage,
    tasks,
)
from sandbox.aws.kind import AwsKind
from sandbox.aws.limits import LIMITS
from sandbox.aws.relations import RELATIONS

_KINDS: Mapping[str, AwsKind] = {
    **ec2.KINDS,
    **security_groups.KINDS,
    **security.KINDS,
    **storage.KINDS,
    **logs.KINDS,
    **data.KINDS,
    **cache.KINDS,
    **backup.KINDS,
    **messaging.KINDS,
    **edge.KINDS,
    **hosts.KINDS,
    **cdn.KINDS,
    **firewall.KINDS,
    **compute.KINDS,
    **tasks.KINDS,
    **discovery.KINDS,
    **eks.KINDS,
}

KINDS: Mapping[str, AwsKind] = {
    type_: replace(
        kind,
        rules=(*kind.rules, *LIMITS.get(type_, ())),
        before=RELATIONS.get(type_, kind.before),
    )
    for type_, kind in _KINDS.items()
}
"""Each with the rules that AWS has and moto lacks."""
