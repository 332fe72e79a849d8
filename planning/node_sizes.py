"""How much a node can have at most, from the name of its EC2 instance type.

Source: Amazon EC2 instance types guide, the tables "Performance specifications": whatever the
family and its generation, a size has so many processors or fewer, with two exceptions.
"""

import re

LARGEST_PROCESSORS = 384
LARGEST_MEMORY_GIB = 3072
"""Of what EKS Auto Mode chooses among, the families c, m and r, the largest: r8i.96xlarge. Source:
EKS user guide, "Create a Node Pool for EKS Auto Mode"."""

_XLARGE_PROCESSORS = 4
_SMALL = {"nano": 2, "micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": _XLARGE_PROCESSORS}
_EXCEPTIONS = {"c4.8xlarge": 36, "d2.8xlarge": 36}
_MULTIPLE = re.compile(r"(?P<times>\d+)xlarge|metal-(?P<metal>\d+)xl")
_GIB_PER_PROCESSOR = {"c": 2, "m": 4, "r": 8, "t": 4}
"""The most of a family, whatever the generation; c5n, with 2.7, is left out."""


def most_processors(instance_type: str) -> int | None:
    """Processors that a type has at most; None for a size that does not tell, such as metal.

    Args:
        instance_type: A type, for example `m7i.large`.
    """
    if instance_type in _EXCEPTIONS:
        return _EXCEPTIONS[instance_type]
    size = instance_type.partition(".")[2]
    found = _MULTIPLE.fullmatch(size)
    if found is None:
        return _SMALL.get(size)
    return int(found["times"] or found["metal"]) * _XLARGE_PROCESSORS


def most_memory_gib(instance_type: str) -> int | None:
    """Memory that a type has at most; None for a family in which that differs.

    Args:
        instance_type: A type, for example `m7i.large`.
    """
    processors = most_processors(instance_type)
    family = re.match(r"(?!c5n\.)[a-z]+", instance_type)
    each = _GIB_PER_PROCESSOR.get(family[0]) if family is not None else None
    return processors * each if processors is not None and each is not None else None
