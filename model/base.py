"""What all models of the description share: strict, frozen, camelCase in files."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel


class Strict(BaseModel):
    """A part of the description: unknown keys are refused, values are not converted."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        use_attribute_docstrings=True,
        # Messages must not repeat values: a secret may stand where it does not belong.
        hide_input_in_errors=True,
    )


# Names become parts of AWS names, some of which end at 32 characters.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$")]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
HttpPath = Annotated[str, StringConstraints(pattern=r"^/[^\s?#*]*$", max_length=128)]
PathPattern = Annotated[str, StringConstraints(pattern=r"^/[^\s#]*$", max_length=128)]
HostName = Annotated[
    str,
    StringConstraints(
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", max_length=253
    ),
]
Percent = Annotated[int, Field(ge=1, le=100)]
