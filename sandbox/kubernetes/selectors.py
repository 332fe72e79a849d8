"""What Kubernetes refuses about the label selectors of an object, wherever they stand in it."""

from collections.abc import Iterator

from sandbox.kubernetes.fields import mapping, numbered, text
from sandbox.kubernetes.forms import KEY, LABEL_VALUE, REASON, fits
from sandbox.kubernetes.schemas import shown
from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

Found = Iterator[Problem]
Path = tuple[str | int, ...]


def check(value: object, path: Path = ()) -> Found:
    """Finds what is wrong with the selectors of an object.

    Args:
        value: The object, or a part of it; what is UNKNOWN in it is taken for good.
        path: Where that part stands.

    Yields:
        Expressions whose operator and values do not go together, and, for custom resources whose
        schemas leave it out, labels that nothing can have.
    """
    if is_list(value):
        for place, item in enumerate(value):
            yield from check(item, (*path, place))
    if not is_map(value):
        return
    for key, item in value.items():
        yield from check(item, (*path, key))
    yield from _labels(mapping(value, "matchLabels"), (*path, "matchLabels"))
    for place, expression in numbered(value, "matchExpressions"):
        yield from _expression(expression, (*path, "matchExpressions", place))


def _labels(labels: Plain, path: Path) -> Found:
    for key, value in labels.items():
        if not fits(KEY, key):
            yield Problem(shown([*path, key]), f"the key is refused; {KEY[REASON]}")
        elif isinstance(value, str) and not fits(LABEL_VALUE, value):
            yield Problem(shown([*path, key]), f'"{value}" is refused; {LABEL_VALUE[REASON]}')


def _expression(expression: Plain, path: Path) -> Found:
    operator, values = text(expression, "operator"), expression.get("values")
    if values is UNKNOWN:
        return
    count = len(values) if is_list(values) else 0
    match operator:
        case "In" | "NotIn" if not count:  # codespell:ignore
            yield Problem(shown([*path, "values"]), f"is missing: the operator is {operator}")
        case "Exists" | "DoesNotExist" if count:
            yield Problem(shown([*path, "values"]), f"must be left out with {operator}")
        case "Gt" | "Lt" if count != 1:
            yield Problem(shown([*path, "values"]), f"must be one number with {operator}")
        case _:
            pass
