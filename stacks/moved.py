"""Resources that earlier versions had under another component, so that an update takes them over.

To be dropped when no stack of that time is left.
"""

from collections.abc import Callable

import pulumi

Transformation = Callable[
    [pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None
]


def into_route(service: str) -> Transformation:
    """Gives the children of a route the names that they had as children of the FargateService.

    Otherwise an update would make new rules beside the old ones, which AWS refuses: no two rules
    of a listener share a priority.

    Args:
        service: Name of the FargateService, `<system>-<service>`; its route is called the same
            with `-route`.
    """
    parent = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}"
    parent += f"::slipway:index:FargateService::{service}"

    def transform(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        if not args.name.startswith(f"{service}-route-"):
            return None
        name = f"{service}-{args.name.removeprefix(f'{service}-route-')}"
        former = pulumi.ResourceOptions(aliases=[pulumi.Alias(name=name, parent=parent)])
        return pulumi.ResourceTransformationResult(
            args.props, pulumi.ResourceOptions.merge(args.opts, former)
        )

    return transform
