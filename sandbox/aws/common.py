"""Short forms that several services share."""

from collections.abc import Callable
from typing import Any

from sandbox.aws.kind import Made, Resource
from sandbox.provider import UNKNOWN, is_list


def by_id(operation: str, argument: str, service: str = "") -> Made:
    """Calls an operation with the resource's id."""
    return lambda resource: resource.call(operation, service, **{argument: resource.id})


def by_ids(operation: str, argument: str, result: str) -> Made:
    """Describes by a list that holds the resource's id."""
    return lambda resource: resource.call(operation, **{argument: [resource.id]})[result]


def with_id(argument: str) -> Callable[[Resource], dict[str, Any]]:
    """An argument that holds the resource's id."""
    return lambda resource: {argument: resource.id}


def given(key: str) -> Made:
    """An input as it is."""
    return lambda resource: resource.get(key)


def each_of(items: Any, change: Callable[[Any], Any]) -> Any:
    """Changes each item of a list; what is not known yet, the whole list or an item, stays so."""
    if not is_list(items):
        return items
    return [item if item is UNKNOWN else change(item) for item in items]


def all_tags(resource: Resource) -> dict[str, str]:
    """The resource's tags on top of the provider's default ones."""
    return {**resource.account.default_tags, **resource.get("tags", {})}


def nothing(resource: Resource) -> None:
    """For what AWS deletes together with its owner."""
    del resource
