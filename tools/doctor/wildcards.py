"""Wildcards as AWS writes them in policies and listener rules: `*` and `?`, nothing else."""

import re


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the pattern covers the whole text.

    `fnmatch` would give brackets a meaning that they do not have at AWS.
    """
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.fullmatch(expression, text, flags) is not None
