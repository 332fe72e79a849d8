"""The names in a certificate, and the hosts that they are good for."""

import pytest

from planning import certificates
from tests.support.existing_account import pem

NAMES = ("Example.com", "*.example.com")


@pytest.mark.parametrize("critical", [False, True])
def test_reads_the_names(critical: bool) -> None:
    assert certificates.names(pem(NAMES, critical=critical)) == ("example.com", "*.example.com")


def test_reads_many_names() -> None:
    many = tuple(f"host-{number}.example.com" for number in range(100))
    assert certificates.names(pem(many)) == many


def test_reads_the_first_certificate_of_a_chain() -> None:
    chain = f"subject=...\n{pem(NAMES)}\n{pem(('other.example.com',))}"
    assert certificates.names(chain) == ("example.com", "*.example.com")


def test_a_certificate_may_have_no_names() -> None:
    assert certificates.names(pem(())) == ()


@pytest.mark.parametrize("text", ["", "hello", "-----BEGIN CERTIFICATE-----\n?\n"])
def test_refuses_what_is_no_certificate(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        certificates.names(text)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.com", True),
        ("shop.example.com", True),
        ("api.shop.example.com", False),
        ("example.org", False),
        ("badexample.com", False),
    ],
)
def test_a_wildcard_stands_for_one_label(host: str, expected: bool) -> None:
    assert certificates.covers(["example.com", "*.example.com"], host) is expected
