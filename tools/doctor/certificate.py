"""How long a certificate of ACM is good for, and whether anything renews it in time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tools.doctor import clock
from tools.doctor.finding import Difference

NOTICE = timedelta(days=30)
"""So long before its end a certificate is complained of. ACM begins to renew weeks before that and
moves the end when it is done, so one that is this near has not been renewed."""

_STUCK = ("FAILED", "PENDING_VALIDATION")
"""What ACM says of a renewal that does not go on without a person.
Source: ACM API reference, `RenewalSummary`."""


def validity(details: Mapping[str, Any]) -> Iterator[Difference]:
    """A certificate is valid today, will be for a while, and its renewal is not stuck.

    Args:
        details: What `acm:DescribeCertificate` says of it.
    """
    arn, end, now = details["CertificateArn"], details.get("NotAfter"), clock.now()
    renewal: Mapping[str, Any] = details.get("RenewalSummary", {})
    until = f"valid until {end:%Y-%m-%d}" if isinstance(end, datetime) else "no end"
    if details["Status"] == "EXPIRED" or (end is not None and end <= now):
        yield Difference(f"certificate {arn} valid today", until, _remedy(details))
    elif renewal.get("RenewalStatus") in _STUCK:
        reason = renewal.get("RenewalStatusReason")
        yield Difference(
            f"certificate {arn} renewed by ACM",
            f"RenewalStatus {renewal['RenewalStatus']}{f' ({reason})' if reason else ''}, {until}",
            _remedy(details),
        )
    elif end is not None and end - now <= NOTICE:
        yield Difference(
            f"certificate {arn} valid for more than {NOTICE.days} days", until, _remedy(details)
        )


def _remedy(details: Mapping[str, Any]) -> str:
    arn = details["CertificateArn"]
    if details.get("Type") == "IMPORTED":
        # Under the same ARN, so that the listener needs no change.
        return (
            "get a new one from who issued it, because ACM renews no imported certificate, and run "
            f"`aws acm import-certificate --certificate-arn {arn} --certificate "
            "fileb://certificate.pem --private-key fileb://key.pem --certificate-chain "
            "fileb://chain.pem`"
        )
    return (
        "check that the CNAME records that `aws acm describe-certificate --certificate-arn "
        f"{arn}` asks for answer in public DNS, because ACM renews by them"
    )
