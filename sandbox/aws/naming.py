"""Automatic names as Pulumi's own provider draws them: `<logical name>-<7 hex digits>`.

Where the program gives a prefix, Terraform's part of the provider draws: `<prefix><26 digits>`.
"""

import hashlib
import re
from dataclasses import dataclass

from sandbox.provider import UNKNOWN, Plain, Problem

_HEX_DIGITS = 7
_AFTER_PREFIX = 26


@dataclass(frozen=True)
class Naming:
    """How resources of a type are named."""

    property: str
    """The input that holds the name."""
    limit: int
    """Characters that AWS allows."""
    pattern: str
    """What a whole name must match."""
    words: str
    """The pattern in words, as a message shows it."""
    automatic: bool = True
    """Whether the provider names the resource when the program does not."""
    lower: bool = False
    """Whether AWS keeps the name in lower case."""
    shortest: int = 1
    """Characters that AWS asks for."""
    suffix: str = ""
    """What an automatic name ends with, such as `.fifo`."""

    def named(self, logical_name: str, inputs: Plain, old_inputs: Plain, seed: bytes) -> Plain:
        """Returns the automatic name as an input, or nothing if the program gives one.

        A resource that had an automatic name keeps it.
        """
        if not self.automatic or self.property in inputs:
            return {}
        old = old_inputs.get(self.property)
        if isinstance(old, str):
            return {self.property: old}
        prefix = inputs.get(f"{self.property}Prefix")
        if prefix is UNKNOWN:
            return {}
        if prefix is None:
            name = f"{logical_name}-{seed.hex()[:_HEX_DIGITS]}{self.suffix}"
        else:
            name = f"{prefix}{hashlib.sha256(seed).hexdigest()[:_AFTER_PREFIX]}{self.suffix}"
        return {self.property: name.lower() if self.lower else name}

    def problems(self, logical_name: str, inputs: Plain) -> list[Problem]:
        """Returns what AWS would refuse about the name."""
        name = inputs.get(self.property, UNKNOWN)
        if not isinstance(name, str):
            return []
        drawn = name.lower().startswith(f"{logical_name}-".lower()) and self.automatic
        if drawn and len(name) == len(logical_name) + 1 + _HEX_DIGITS > self.limit:
            reason = (
                f"'{logical_name}-' and {_HEX_DIGITS} random characters are {len(name)} "
                f"characters; AWS allows {self.limit}; shorten the logical name or give a name"
            )
            return [Problem(self.property, reason)]
        if not self.shortest <= len(name) <= self.limit:
            reason = f"'{name}' has {len(name)} characters; AWS allows {self.shortest} to "
            return [Problem(self.property, f"{reason}{self.limit}")]
        if not re.fullmatch(self.pattern, name):
            return [Problem(self.property, f"'{name}' is refused by AWS; use {self.words}")]
        return []
