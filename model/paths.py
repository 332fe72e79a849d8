"""Paths of requests: which of them lie below which."""


def below(path: str, beginning: str) -> bool:
    """Whether a path is another one, or below it: `/api/users` is below `/api`, `/apis` is not."""
    return path == beginning or path.startswith(f"{beginning.rstrip('/')}/")
