"""Kubernetes quantities: `250m` of a processor, `512Mi` of memory.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re

_CPU = re.compile(r"(\d{1,12})m|(\d{1,6}(?:\.\d{1,3})?)")
_MEMORY = re.compile(r"(\d{1,12})(Mi|Gi)")


class QuantityError(ValueError):
    """A text is no quantity."""


def parse_cpu(text: str) -> int:
    """Reads a processor quantity.

    Args:
        text: Thousandths (`250m`) or whole processors (`1`, `0.5`).

    Returns:
        Millicores, thousandths of a processor.

    Raises:
        QuantityError: It is neither, or zero.
    """
    match = _CPU.fullmatch(text)
    if match is None:
        raise QuantityError(text)
    millicores = int(match[1]) if match[1] else round(float(match[2]) * 1000)
    if millicores == 0:
        raise QuantityError(text)
    return millicores


def format_cpu(millicores: int) -> str:
    """Writes millicores as Kubernetes reads them: `250m`, and `1` for 1000."""
    return f"{millicores}m" if millicores % 1000 else str(millicores // 1000)


def parse_memory(text: str) -> int:
    """Reads a memory quantity.

    Args:
        text: Mebibytes (`512Mi`) or gibibytes (`1Gi`). Kubernetes' other units are refused: bytes
            are never meant, and `M` and `G` are 5 and 7 % less than whoever writes them thinks.

    Returns:
        MiB.

    Raises:
        QuantityError: It is neither, or zero.
    """
    match = _MEMORY.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise QuantityError(text)
    return int(match[1]) * (1024 if match[2] == "Gi" else 1)


def format_memory(mebibytes: int) -> str:
    """Writes MiB as Kubernetes reads them: `512Mi`, and `1Gi` for 1024."""
    return f"{mebibytes}Mi" if mebibytes % 1024 else f"{mebibytes // 1024}Gi"
