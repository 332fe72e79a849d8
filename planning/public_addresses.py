"""Which addresses somebody on the Internet can have."""

import ipaddress
from collections.abc import Mapping

NOT_PUBLIC: Mapping[ipaddress.IPv4Network, str] = {
    ipaddress.IPv4Network(block): what
    for block, what in (
        ("0.0.0.0/8", "reserved"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "of each machine's own"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
}
"""Ranges from which nobody comes over the Internet, and what they are. Those of the documentation
(RFC 5737) are left out: examples are made of them. Source: IANA, "IPv4 Special-Purpose Address
Registry"."""
