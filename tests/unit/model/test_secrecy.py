"""What counts as a secret."""

import time

import pytest

from model.secrecy import is_secret, is_secret_name, is_secret_value, may_be_shown


@pytest.mark.acceptance("trap-1")
@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD", "PGPASSWORD", "REDIS_PASSWD", "SSH_PASSPHRASE", "JWT_SECRET", "API_TOKEN",
        "API_KEY", "MAIL_APIKEY", "AWS_SECRET_ACCESS_KEY", "SENTRY_DSN", "GOOGLE_CREDENTIALS",
        "apiKey", "dbPassword", "SECRET", "TOKEN",
    ],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "ENABLE_API_KEY_DEMO", "TOKEN_LIFETIME", "PASSWORD_MIN_LENGTH", "PASSWORD_FILE", "KEY",
        "JWT_PUBLIC_KEY", "CACHE_KEY", "PARTITION_KEY", "DB_HOST", "MONKEY", "KEYBOARD",
        "LOG_LEVEL",
    ],
)  # fmt: skip
def test_names_of_what_is_none(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "postgres://app:word@db.example.com/app",
        "rediss://:word@cache.example.com:6379",
        "AKIAIOSFODNN7EXAMPLE",
        "--key=ASIAIOSFODNN7EXAMPLE",
        "-----BEGIN PRIVATE KEY-----\nMIIE",
        "-----BEGIN EC PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc",
        "ghp_" + "a" * 36,
        "github_pat_" + "a" * 22,
        "xoxb-1234567890-abc",
        "sk_live_1234567890abcdef",
    ],
)
def test_secrets_are_known_by_their_looks(value: str) -> None:
    assert is_secret_value(value)
    assert is_secret("HARMLESS", value)


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com/path@2", "postgres://db.example.com:5432/app", "api.example.com:443",
        "team@example.com", "1.0.0", "", "-----BEGIN CERTIFICATE-----", "http://a/b:c@d",
    ],
)  # fmt: skip
def test_other_values_are_none(value: str) -> None:
    assert not is_secret_value(value)


@pytest.mark.parametrize("value", ["", "true", "FALSE"])
def test_a_switch_is_no_secret_whatever_its_name(value: str) -> None:
    assert not is_secret("REQUIRE_TOKEN", value)


def test_a_number_may_be_one() -> None:
    assert is_secret("DB_PASSWORD", "1234")


@pytest.mark.parametrize(
    "value",
    [
        "--password=word", "--db-password=word", "Server=db;Password=word", "?a=b&token=word",
        "SMTP_PASSWORD=word", "postgres://app:word@db/app", "AKIAIOSFODNN7EXAMPLE",
    ],
)  # fmt: skip
def test_messages_hide_what_looks_like_a_secret_or_gives_one(value: str) -> None:
    assert not may_be_shown(value)


@pytest.mark.parametrize("value", ["database.host", "--max-old-space-size=512", "a=b", "="])
def test_messages_show_other_values_unless_their_names_are_of_secrets(value: str) -> None:
    assert may_be_shown(value)
    assert may_be_shown(value, "services", "LOG_LEVEL")
    assert not may_be_shown(value, "services", "DB_PASSWORD")


@pytest.mark.parametrize(
    "part",
    [
        "f", "0", "a1+.-", "://", "://a:", "://:", ":", "-----BEGIN ", "-----BEGIN RSA ", "eyJ-",
        ".eyJ-", "eyJaaaaaaaa.", "ghp_", "AKIA", "xoxb-", "password=", "=", "a b", "aB",
    ],
)  # fmt: skip
def test_two_megabytes_take_less_than_a_second(part: str) -> None:
    value = part * (2_000_000 // len(part))
    started = time.monotonic()

    may_be_shown(value, value)

    assert time.monotonic() - started < 1
