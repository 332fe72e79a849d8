"""The settings that all parts of a description share."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Part(BaseModel):
    """A section of a file: immutable, with no keys but its own, and nothing converted in silence.

    Keys are camelCase in the file and snake_case here. Docstrings under the fields become the
    descriptions in the JSON Schema (`model/schema.py`).
    """

    # Built when first used: what is never validated alone costs nothing at import. Docstrings are
    # not read here (use_attribute_docstrings): parsing the source for them takes longer than all
    # the rest of a deploy's validation, and only the schema wants them.
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        alias_generator=to_camel,
        defer_build=True,
    )
