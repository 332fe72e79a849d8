"""What a TLS certificate is good for: the names that it was issued for."""

import base64
from collections.abc import Iterable, Iterator

_ALTERNATIVE_NAMES = bytes.fromhex("0603551d11")
"""How DER writes the identifier of the extension (2.5.29.17). Source: RFC 5280, section 4.2.1.6."""
_OCTETS, _DNS_NAME = 0x04, 0x82


def names(pem: str) -> tuple[str, ...]:
    """Reads the names from a certificate.

    Args:
        pem: The certificate as PEM; of a chain only the first one counts.

    Returns:
        Its DNS names in lower case, such as `example.com` and `*.example.com`; browsers look at no
        others. Empty if it has none.

    Raises:
        ValueError: The text is no certificate.
    """
    body = pem.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END CERTIFICATE-----")[0]
    der = base64.b64decode("".join(body.split()), validate=True)
    if not der:
        raise ValueError("the text is no PEM certificate")
    _, _, extension = der.partition(_ALTERNATIVE_NAMES)
    # Between the identifier and the value may stand whether the extension is critical.
    for tag, value in _elements(extension):
        if tag == _OCTETS:
            [(_, listed)] = _elements(value)
            return tuple(
                name.decode("ascii").lower()
                for kind, name in _elements(listed)
                if kind == _DNS_NAME
            )
    return ()


def covers(certified: Iterable[str], host: str) -> bool:
    """Whether a certificate is good for a host.

    Args:
        certified: Its names. A wildcard stands for exactly one label (RFC 6125, section 6.4.3).
        host: The host.
    """
    wildcard = f"*.{host.partition('.')[2]}"
    return any(name in (host, wildcard) for name in certified)


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element, one after the other."""
    while der:
        tag, length, start = der[0], der[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[2:start])
        yield tag, der[start : start + length]
        der = der[start + length :]
