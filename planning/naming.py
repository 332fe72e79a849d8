"""Names that fit AWS's limits."""

import hashlib

_DIGEST = 6


def fit_name(name: str, limit: int) -> str:
    """Shortens a name to a limit, so that different names stay different.

    Args:
        name: The name that one would like.
        limit: Greatest length in characters, 8 or more.

    Returns:
        The name itself if it fits, otherwise its beginning and six hexadecimal digits of a hash
        over all of it: the same name always gives the same result.

    Raises:
        ValueError: The limit leaves no room for a name.
    """
    if limit < _DIGEST + 2:
        raise ValueError(f"use a limit of {_DIGEST + 2} or more")
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: limit - _DIGEST - 1].rstrip('-')}-{digest}"
