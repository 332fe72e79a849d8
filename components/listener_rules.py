"""Which requests are refused and which are forwarded; a part of `components/public_route.py`."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.public_route_args import PublicRouteArgs, path_patterns


def create_rules(
    name: str,
    args: PublicRouteArgs,
    target_groups: "Mapping[str, aws.lb.TargetGroup]",
    *,
    parent: pulumi.Resource,
) -> None:
    """Creates the rules: first what is denied, then what is forwarded.

    Args:
        name: Name of the route.
        args: Host, paths, priority and weights.
        target_groups: Where requests go, by target.
        parent: The component.
    """
    forbidden = aws.lb.ListenerRuleActionArgs(
        type="fixed-response",
        fixed_response=aws.lb.ListenerRuleActionFixedResponseArgs(
            content_type="text/plain", message_body="Forbidden", status_code="403"
        ),
    )
    forward = _forward(args, target_groups)
    wanted = [("deny", patterns, forbidden) for patterns in path_patterns(args.deny_paths)]
    wanted += [("forward", patterns, forward) for patterns in path_patterns(args.paths)]

    for offset, (kind, patterns, action) in enumerate(wanted):
        number = sum(earlier == kind for earlier, _, _ in wanted[:offset]) + 1
        logical_name = f"{name}-{kind}-{number}"
        aws.lb.ListenerRule(
            logical_name,
            listener_arn=args.listener_arn,
            priority=args.first_priority + offset,
            conditions=[
                aws.lb.ListenerRuleConditionArgs(
                    host_header=aws.lb.ListenerRuleConditionHostHeaderArgs(values=[args.host])
                ),
                aws.lb.ListenerRuleConditionArgs(
                    path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=patterns)
                ),
            ],
            actions=[action],
            tags={**args.tags, "Name": logical_name},
            opts=pulumi.ResourceOptions(parent=parent),
        )


def _forward(
    args: PublicRouteArgs, target_groups: "Mapping[str, aws.lb.TargetGroup]"
) -> "aws.lb.ListenerRuleActionArgs":
    if len(target_groups) == 1:
        [only] = target_groups.values()
        return aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=only.arn)
    # Without stickiness: a new weight must reach everybody with the next request, on the way back
    # too, and the services keep no state of a user.
    return aws.lb.ListenerRuleActionArgs(
        type="forward",
        forward=aws.lb.ListenerRuleActionForwardArgs(
            target_groups=[
                aws.lb.ListenerRuleActionForwardTargetGroupArgs(
                    arn=group.arn, weight=args.targets[target].weight
                )
                for target, group in target_groups.items()
            ]
        ),
    )
