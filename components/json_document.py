"""JSON texts that AWS and containers read: policies, container definitions, dashboards, secrets."""

import json
from collections.abc import Sequence
from typing import Any, cast

import pulumi


def json_document(value: object, *, sort_keys: bool = False) -> pulumi.Input[str]:
    """Renders a document of plain values with outputs among them.

    `pulumi.Output.json_dumps` renders the same text and makes outputs of every leaf, list and
    mapping on the way: with five systems they were 8,000 of 28,000, and the SDK looks at all of
    them again and again until the last is ready (docs/performance.md). Here only the parts that
    nobody knows yet are waited for.

    Args:
        value: The document; outputs may stand anywhere but as a key.
        sort_keys: Whether keys come in the order of the alphabet, for a text that is compared.

    Returns:
        The text at once when all of it is known, else an Output of it, secret if a part of it is:
        an Output costs time and hides the text from a reader of the preview.

    Raises:
        TypeError: A key is no text, or a value neither plain nor an output.
    """
    awaited: dict[int, pulumi.Output[Any]] = {}

    def set_aside(part: object) -> None:
        if not isinstance(part, pulumi.Output):
            raise TypeError(f"a {type(part).__name__} has no form in JSON")
        output = cast("pulumi.Output[Any]", part)
        awaited[id(output)] = output

    text = json.dumps(value, default=set_aside, sort_keys=sort_keys)
    if not awaited:
        return text

    def fill_in(known: Sequence[object]) -> str:
        parts = dict(zip(awaited, known, strict=True))
        return json.dumps(value, default=lambda part: parts[id(part)], sort_keys=sort_keys)

    return pulumi.Output.all(*awaited.values()).apply(fill_in)
