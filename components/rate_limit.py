"""How a rate rule tells hosts apart; a part of `components/web_firewall.py`."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pulumi_aws as aws

from components.errors import require
from planning.naming import fit_name

REQUESTS = range(10, 2_000_000_001)
WINDOWS_SECONDS = (60, 120, 300, 600)
HOST_LENGTH = 200
"""AWS WAF searches for no longer text."""

_RULE_NAME_LIMIT = 128
_HOST_PRIORITIES = range(100, 10_100)


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    """How many requests one address may send."""

    requests: int
    """Requests in a window, 10 to 2,000,000,000."""
    window_seconds: int
    """Length of the window, 60, 120, 300 or 600 s (trap 17)."""

    def __post_init__(self) -> None:
        require(
            self,
            "requests",
            self.requests in REQUESTS,
            "use 10 to 2000000000 (requests)",
        )
        require(
            self,
            "window_seconds",
            self.window_seconds in WINDOWS_SECONDS,
            "use 60, 120, 300 or 600 (seconds)",
        )


def rate_statement(
    limit: RateLimit, *, only: str | None = None, but_not: Sequence[str] = ()
) -> "aws.wafv2.WebAclRuleStatementArgs":
    """Counts the requests of an address, all of them by default.

    Args:
        limit: How many it may send.
        only: The one host that counts.
        but_not: Hosts that do not count.
    """
    scope = _host_is(only) if only else _no_host_of(but_not)
    return aws.wafv2.WebAclRuleStatementArgs(
        rate_based_statement=aws.wafv2.WebAclRuleStatementRateBasedStatementArgs(
            aggregate_key_type="IP",
            limit=limit.requests,
            evaluation_window_sec=limit.window_seconds,
            scope_down_statement=scope,
        )
    )


def host_rule_name(host: str) -> str:
    """The name of a host's rule; a host has no underscore, so no other host has it."""
    return fit_name(f"rate-limit-{host.replace('.', '_')}", _RULE_NAME_LIMIT)


def host_priorities(hosts: Iterable[str]) -> dict[str, int]:
    """Gives every host's rule a place in the order that follows from its name.

    So a host that comes or goes moves no other one's rule (of two that meet in one place, the later
    in the alphabet moves).

    Returns:
        Priorities from 100 to 10099 by host, the lowest first.
    """
    places: dict[int, str] = {}
    for host in sorted(hosts):
        digest = hashlib.sha256(host.encode()).digest()
        place = int.from_bytes(digest[:4]) % len(_HOST_PRIORITIES)
        while place in places:
            place = (place + 1) % len(_HOST_PRIORITIES)
        places[place] = host
    return {host: _HOST_PRIORITIES[place] for place, host in sorted(places.items())}


def _host_is(host: str) -> "aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs":
    scope = aws.wafv2
    return scope.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs(
        byte_match_statement=scope.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementArgs(
            search_string=host,
            positional_constraint="EXACTLY",
            field_to_match=scope.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementFieldToMatchArgs(
                single_header=scope.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementFieldToMatchSingleHeaderArgs(
                    name="host"
                )
            ),
            # A load balancer does not tell capitals from small letters in a host.
            text_transformations=[
                scope.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementTextTransformationArgs(
                    priority=0, type="LOWERCASE"
                )
            ],
        )
    )


def _no_host_of(
    hosts: Sequence[str],
) -> "aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs | None":
    if not hosts:
        return None
    scope = aws.wafv2
    matches = [_host_is(host) for host in hosts]
    # AWS WAF refuses an "or" of one statement.
    any_of_them = (
        matches[0]
        if len(matches) == 1
        else scope.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs(
            or_statement=scope.WebAclRuleStatementRateBasedStatementScopeDownStatementOrStatementArgs(
                statements=matches
            )
        )
    )
    return scope.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs(
        not_statement=scope.WebAclRuleStatementRateBasedStatementScopeDownStatementNotStatementArgs(
            statement=any_of_them
        )
    )
