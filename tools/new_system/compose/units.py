"""Compose's units: `1m30s`, `512M`, `0.5` processors.

Source: https://github.com/compose-spec/compose-spec/blob/main/spec.md, "Specifying durations" and
"Specifying byte values".
"""

import math
import re

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_BYTES = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


class UnitError(ValueError):
    """A text is no quantity."""


def seconds(text: str) -> int:
    """Reads a duration, rounded up to whole seconds.

    Args:
        text: For example `1m30s`; a number alone is seconds.

    Raises:
        UnitError: It is none.
    """
    if re.fullmatch(r"\d+", text):
        return int(text)
    if not re.fullmatch(r"(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+", text):
        raise UnitError(text)
    parts = re.findall(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)", text)
    return math.ceil(sum(float(number) * _SECONDS[unit] for number, unit in parts))


def mebibytes(text: str) -> int:
    """Reads an amount of memory, rounded up to whole MiB.

    Args:
        text: For example `512M`; compose's units are powers of 1024.

    Raises:
        UnitError: It is none.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:([bkmg])b?)?", text.strip().lower())
    if found is None or float(found[1]) == 0:
        raise UnitError(text)
    return math.ceil(float(found[1]) * _BYTES[found[2] or "b"] / 1024**2)


def millicores(text: str) -> int:
    """Reads a number of processors, in thousandths.

    Args:
        text: For example `0.5`.

    Raises:
        UnitError: It is none.
    """
    if not re.fullmatch(r"\d*\.?\d+", text) or float(text) == 0:
        raise UnitError(text)
    return max(1, round(float(text) * 1000))
