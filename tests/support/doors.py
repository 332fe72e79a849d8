"""Are the resources of two deploys the same, apart from the ids that AWS draws?"""

import json
import re
from collections.abc import Iterable, Iterator

from sandbox.masking import MASK, Json, plain, plain_map
from sandbox.state import Resource

_ENGINES_OWN = {"__internal", "version"}
# What Pulumi's engine adds to the inputs of a provider.


def by_identity(resources: Iterable[Resource]) -> dict[tuple[str, str], Resource]:
    return {(resource.type, resource.name): resource for resource in resources}


def differences(ours: Iterable[Resource], theirs: Iterable[Resource]) -> list[str]:
    """Lists how two deploys of one program differ in types, names and inputs."""
    left, right = by_identity(ours), by_identity(theirs)
    found = [f"only ours: {key}" for key in left.keys() - right.keys()]
    found += [f"only theirs: {key}" for key in right.keys() - left.keys()]
    common = sorted(left.keys() & right.keys())
    drawn = dict(pair for key in common for pair in _drawn(left[key], right[key]))
    # The longer first: an ARN holds the id of its own resource.
    names = sorted(drawn, key=len, reverse=True)

    def translated(value: Json) -> Json:
        match value:
            case str():
                for name in names:
                    if name in value:
                        value = value.replace(name, drawn[name])
                return value
            case list():
                return [translated(item) for item in value]
            case dict():
                return {key: translated(item) for key, item in value.items()}
            case _:
                return value

    for key in common:
        mine, other = _inputs(left[key]), _inputs(right[key])
        for name in sorted({*mine, *other}):
            if translated(mine.get(name)) != other.get(name):
                found.append(f"{key} {name}: {mine.get(name)} / {other.get(name)}")
    return found


def _inputs(resource: Resource) -> dict[str, Json]:
    inputs = plain_map(resource.inputs)
    return {key: _parsed(value) for key, value in inputs.items() if key not in _ENGINES_OWN}


def _parsed(value: Json) -> Json:
    # The SDK writes a provider's nested inputs as JSON, in the order in which sets come out.
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def _drawn(mine: Resource, other: Resource) -> Iterator[tuple[str, str]]:
    """Pairs of texts that stand for the same thing: ids, computed outputs and automatic names."""
    if mine.id != other.id:
        yield mine.id, other.id
    given = mine.inputs.get("namePrefix")
    prefix = str(plain(given)) if given is not None else mine.name[:8]
    for key in mine.outputs.keys() & other.outputs.keys():
        pairs = _leaves(plain(mine.outputs[key]), plain(other.outputs[key]))
        for a, b in pairs:
            automatic = a.startswith(prefix) and b.startswith(prefix)
            # An input, but drawn too: the account's hosted zone is there before the deploy.
            looked_up = all(re.fullmatch("[A-Z0-9]{20,32}", each) for each in (a, b))
            computed = key not in mine.inputs or automatic or looked_up
            if a != b and MASK not in (a, b) and computed:
                yield a, b


def _leaves(mine: Json, other: Json) -> Iterator[tuple[str, str]]:
    match mine, other:
        case str(), str():
            yield mine, other
        case list(), list():
            for a, b in zip(mine, other, strict=False):
                yield from _leaves(a, b)
        case dict(), dict():
            for key in mine.keys() & other.keys():
                yield from _leaves(mine[key], other[key])
        case _:
            pass
