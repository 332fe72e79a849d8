"""Fits names to AWS's length limits."""

import hashlib

_HASH_LENGTH = 6


def fit_name(name: str, limit: int) -> str:
    """Shortens a name that is too long, the same way every time.

    Args:
        name: The name that is wanted.
        limit: Most characters that it may have, 8 or more.

    Returns:
        The name itself if it fits; otherwise its beginning and a hash of the whole, so that two
        long names with the same beginning stay apart.

    Raises:
        ValueError: The limit leaves no room for the hash.
    """
    if limit < _HASH_LENGTH + 2:
        raise ValueError(f"limit {limit} leaves no room; use 8 or more (characters)")
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: limit - _HASH_LENGTH - 1].rstrip('-')}-{digest}"
