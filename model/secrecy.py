"""What looks like a secret, by name or by itself, and so may stand in no file and no message."""

import re

_LAST_WORDS = (
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "APIKEY",
    "DSN",
    "CREDENTIALS",
)
_HARMLESS_KEYS = frozenset({"PUBLIC", "CACHE", "PARTITION", "SORT", "ROUTING", "PRIMARY"})
_SWITCHES = frozenset({"", "true", "false"})
_VALUES = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s/@]*:[^\s/@]+@"  # a URL with a password
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"  # an AWS access key
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."  # a JSON web token
    r"|\bgh[oprsu]_\w{30,}|\bgithub_pat_\w{20,}"
    r"|\bxox[abprs]-[\w-]{10,}|\b[rs]k_live_\w{10,}",
    re.IGNORECASE,
)


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret: `DB_PASSWORD`, `API_KEY`, `SENTRY_DSN`.

    The last word decides: `ENABLE_API_KEY_DEMO` is a switch and `TOKEN_LIFETIME` a duration.
    """
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).upper().split("_")
    if words[-1] == "KEY":
        return len(words) > 1 and words[-2] not in _HARMLESS_KEYS
    return words[-1].endswith(_LAST_WORDS)


def is_secret_value(value: str) -> bool:
    """Whether a text is a secret whatever its name: a key, a token, a URL with a password."""
    return _VALUES.search(value) is not None


def is_secret(name: str, value: str) -> bool:
    """Whether a variable's value must not stand in a file; `true` and `false` are never secret."""
    return value.lower() not in _SWITCHES and (is_secret_name(name) or is_secret_value(value))
