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
_LONGEST_NAME = 64
# A value may have megabytes: each pattern begins with its own letters, and what follows them stops
# where they can begin again, so that no text is gone over twice. Texts are compared in lower case.
_VALUES = tuple(
    re.compile(pattern)
    for pattern in (
        r"://[^\s/@:]*:[^\s/@]+@",  # a URL with a password
        r"a[ks]ia(?<=\ba[ks]ia)[0-9a-z]{16}\b",  # an AWS access key
        r"-----begin [a-z ]*private key-----",
        r"\.eyj(?<=[\w-]{11}\.eyj)[\w-]{8,}\.",  # a JSON web token, from its first dot
        r"gh[oprsu]_(?<=\bgh[oprsu]_)\w{30}",
        r"github_pat_(?<=\bgithub_pat_)\w{20}",
        r"xox[abprs]-(?<=\bxox[abprs]-)[\w-]{10}",
        r"[rs]k_live_(?<=\b[rs]k_live_)\w{10}",
    )
)


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret: `DB_PASSWORD`, `API_KEY`, `SENTRY_DSN`.

    The last word decides: `ENABLE_API_KEY_DEMO` is a switch and `TOKEN_LIFETIME` a duration.
    """
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name[-_LONGEST_NAME:]).upper().split("_")
    if words[-1] == "KEY":
        return len(words) > 1 and words[-2] not in _HARMLESS_KEYS
    return words[-1].endswith(_LAST_WORDS)


def is_secret_value(value: str) -> bool:
    """Whether a text is a secret whatever its name: a key, a token, a URL with a password."""
    lowered = value.lower()
    return any(pattern.search(lowered) is not None for pattern in _VALUES)


def may_be_shown(value: str, *names: str) -> bool:
    """Whether a message may repeat a text; it hides more than files refuse.

    Args:
        value: The text. One that gives a value to the name of a secret is hidden too, such as
            `--password=word` and `Server=db;Password=word`.
        names: The keys under which it stands.
    """
    # More than that many no message has room for.
    before = (part[-_LONGEST_NAME:] for part in value.split("=", _LONGEST_NAME)[:-1])
    assigned = (re.split(r"[^\w-]", part)[-1].replace("-", "_") for part in before)
    return not is_secret_value(value) and not any(map(is_secret_name, (*names, *assigned)))


def is_secret(name: str, value: str) -> bool:
    """Whether a variable's value must not stand in a file; `true` and `false` are never secret."""
    return value.lower() not in _SWITCHES and (is_secret_name(name) or is_secret_value(value))
