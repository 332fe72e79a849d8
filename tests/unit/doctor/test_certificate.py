"""The end of the edge's certificate, and who renews it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.doctor import Alter, Failures
from tests.unit.doctor.deployed import Deployed
from tools.doctor.certificate import NOTICE, validity

CHECK = "platform: certificate"
NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.doctor.clock.now", lambda: NOW)


def certificate(alter: Alter, **changes: Any) -> None:
    """Changes what ACM says of the certificate."""
    alter("acm", "DescribeCertificate", lambda answer: answer["Certificate"].update(changes))


def issued(arn: str) -> str:
    return (
        f"check that the CNAME records that `aws acm describe-certificate --certificate-arn {arn}` "
        "asks for answer in public DNS, because ACM renews by them"
    )


def imported(arn: str) -> str:
    return (
        "get a new one from who issued it, because ACM renews no imported certificate, and run "
        f"`aws acm import-certificate --certificate-arn {arn} --certificate "
        "fileb://certificate.pem --private-key fileb://key.pem --certificate-chain "
        "fileb://chain.pem`"
    )


def test_one_that_has_expired(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    certificate(alter, Status="EXPIRED", Type="AMAZON_ISSUED", NotAfter=NOW - timedelta(days=1))

    arn = deployed["certificate"]
    assert failures() == [
        (
            CHECK,
            f"expected certificate {arn} valid today, found valid until 2026-11-20; {issued(arn)}",
        )
    ]


def test_an_imported_one_that_ends_soon(
    deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    certificate(alter, NotAfter=NOW + timedelta(days=30))

    arn = deployed["certificate"]
    assert failures() == [
        (
            CHECK,
            f"expected certificate {arn} valid for more than 30 days, found valid until "
            f"2026-12-21; {imported(arn)}",
        )
    ]


@pytest.mark.parametrize("status", ["PENDING_AUTO_RENEWAL", "SUCCESS"])
def test_one_that_ends_soon_all_the_same(
    status: str, deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    certificate(
        alter,
        Type="AMAZON_ISSUED",
        NotAfter=NOW + timedelta(days=3),
        RenewalSummary={"RenewalStatus": status},
    )

    arn = deployed["certificate"]
    assert failures() == [
        (
            CHECK,
            f"expected certificate {arn} valid for more than 30 days, found valid until "
            f"2026-11-24; {issued(arn)}",
        )
    ]


@pytest.mark.parametrize(
    ("renewal", "found"),
    [
        ({"RenewalStatus": "PENDING_VALIDATION"}, "RenewalStatus PENDING_VALIDATION"),
        (
            {"RenewalStatus": "FAILED", "RenewalStatusReason": "CAA_ERROR"},
            "RenewalStatus FAILED (CAA_ERROR)",
        ),
    ],
)
def test_a_renewal_that_is_stuck(
    renewal: dict[str, str], found: str, deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    end = NOW + timedelta(days=40)
    certificate(alter, Type="AMAZON_ISSUED", NotAfter=end, RenewalSummary=renewal)

    arn = deployed["certificate"]
    assert failures() == [
        (
            CHECK,
            f"expected certificate {arn} renewed by ACM, found {found}, valid until 2026-12-31; "
            f"{issued(arn)}",
        )
    ]


@pytest.mark.parametrize("status", ["PENDING_AUTO_RENEWAL", "SUCCESS"])
def test_a_renewal_that_goes_on(
    status: str, deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    end = NOW + timedelta(days=31)
    certificate(alter, Type="AMAZON_ISSUED", NotAfter=end, RenewalSummary={"RenewalStatus": status})

    assert failures() == []


@given(seconds=st.integers(-(10**8), 10**8), kind=st.sampled_from(["AMAZON_ISSUED", "IMPORTED"]))
def test_the_end_alone_decides(seconds: int, kind: str) -> None:
    left = timedelta(seconds=seconds)
    details = {"CertificateArn": "arn", "Status": "ISSUED", "Type": kind, "NotAfter": NOW + left}

    said = [difference.expected for difference in validity(details)]

    if left <= timedelta(0):
        assert said == ["certificate arn valid today"]
    elif left <= NOTICE:
        assert said == ["certificate arn valid for more than 30 days"]
    else:
        assert said == []


def test_one_that_is_not_issued_yet_has_no_end() -> None:
    details = {"CertificateArn": "arn", "Status": "PENDING_VALIDATION", "Type": "AMAZON_ISSUED"}

    assert list(validity(details)) == []
