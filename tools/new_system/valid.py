"""Whether one value is what the model's files take."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from model.fields import Refused


def why_wrong(kind: Any, value: object) -> tuple[str, str] | None:
    """Asks one of the model's types about a value.

    Args:
        kind: A type of `model.fields` or `model.aws_fields`.
        value: The value.

    Returns:
        Nothing if it is good; otherwise the reason and the remedy, in the model's words.
    """
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        refused = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(refused, Refused):
            return refused.reason, refused.remedy
        raise
    return None
