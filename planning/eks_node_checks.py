"""What the nodes of the EKS cluster are, and which add-ons run on them."""

from collections.abc import Iterator

from model.eks import Eks, NodeGroup
from model.problems import Place, Problem, known_names, shown
from planning.eks_addons import addon_names
from planning.instance_types import is_graviton, why_no_node


def problems(eks: Eks, place: Place) -> Iterator[Problem]:
    """What cannot be a node, and add-ons that there are not.

    Args:
        eks: The section.
        place: Where it stands.
    """
    if eks.node_group is not None:
        yield from _group(eks.node_group, place.key("nodeGroup"))
    yield from _addons(eks, place.key("addonVersions"))


def _group(group: NodeGroup, place: Place) -> Iterator[Problem]:
    for index, name in enumerate(group.instance_types):
        reason = why_no_node(name)
        # Fargate runs the same images, for x86_64.
        if reason is None and is_graviton(name):
            reason = "has a Graviton processor (arm64), and images are built for x86_64"
        if reason is not None:
            yield place.keys("instanceTypes", index).problem(
                shown(name),
                reason,
                "write a type with a processor of Intel or AMD alone, for example m7i.large",
            )
    if group.min_nodes > group.max_nodes:
        yield place.key("minNodes").problem(
            str(group.min_nodes),
            f"is above maxNodes {group.max_nodes}",
            f"write 1 to {group.max_nodes} (nodes), or raise maxNodes",
        )


def _addons(eks: Eks, place: Place) -> Iterator[Problem]:
    installed = addon_names(
        node_group=eks.node_group is not None, container_insights=eks.container_insights
    )
    for name in eks.addon_versions:
        if name not in installed:
            yield place.key(name).problem(
                "",
                "is no add-on that this cluster gets",
                known_names(name, installed, "add-ons"),
            )
