"""The edge: HTTPS with a current policy and certificate, the redirect, the firewall."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from tools.doctor.certificate import validity
from tools.doctor.finding import Difference, Missing, compare, listed
from tools.doctor.subjects import PlatformSubject

_MODERN = frozenset({"TLSv1.2", "TLSv1.3"})
_OTHERS = "hosts without a limit of their own"


def state(subject: PlatformSubject) -> Iterator[Difference]:
    """The load balancer is active and faces the internet."""
    answer = subject.account.read(
        "elbv2", "describe_load_balancers", LoadBalancerArns=[subject.platform.load_balancer_arn]
    )
    load_balancer = answer["LoadBalancers"][0]
    yield from compare(
        "load balancer state",
        "active",
        load_balancer["State"]["Code"],
        "wait and run the doctor again",
    )
    yield from compare("scheme", "internet-facing", load_balancer["Scheme"], subject.redeploy)


def https(subject: PlatformSubject) -> Iterator[Difference]:
    """Port 443 speaks HTTPS, with TLS 1.2 and 1.3 only (A12)."""
    listener = _listener(subject, 443)
    yield from compare("protocol of port 443", "HTTPS", listener["Protocol"], subject.redeploy)
    yield from compare(
        "listener of port 443",
        subject.platform.listener_arn,
        listener["ListenerArn"],
        subject.redeploy,
    )
    name = listener.get("SslPolicy")
    if name is None:
        return
    policy = subject.account.read("elbv2", "describe_ssl_policies", Names=[name])["SslPolicies"][0]
    outdated = sorted(set(policy["SslProtocols"]) - _MODERN)
    if outdated:
        yield Difference(
            "a TLS policy that allows TLS 1.2 and 1.3 only",
            f"{name}, which also allows {', '.join(outdated)}",
            subject.redeploy,
        )


def certificate(subject: PlatformSubject) -> Iterator[Difference]:
    """The certificate is issued, does not end soon, and covers the host of every system."""
    certificates = _listener(subject, 443).get("Certificates", [])
    if not certificates:
        yield Difference("a certificate on port 443", "none", subject.redeploy)
        return
    arn = certificates[0]["CertificateArn"]
    details = subject.account.read("acm", "describe_certificate", CertificateArn=arn)["Certificate"]
    # Of one that has expired there is more to say than its status.
    if details["Status"] != "EXPIRED":
        yield from compare(
            f"status of certificate {arn}",
            "ISSUED",
            details["Status"],
            "check that the hosted zone's name servers are the ones your registrar names, because "
            "ACM validates over public DNS",
        )
    yield from validity(details)
    covered = [details["DomainName"], *details.get("SubjectAlternativeNames", [])]
    for name, settings in subject.description.environment.systems.items():
        if not any(_covers(pattern, settings.host) for pattern in covered):
            yield Difference(
                f"a certificate for {settings.host} (host of {name})",
                f"one for {listed(set(covered))}",
                subject.redeploy,
            )


def redirect(subject: PlatformSubject) -> Iterator[Difference]:
    """Port 80 answers nothing but 301 to HTTPS (A12)."""
    action = _listener(subject, 80)["DefaultActions"][0]
    target = action.get("RedirectConfig", {})
    found = " ".join(
        str(part)
        for part in (
            action["Type"],
            target.get("Protocol"),
            target.get("Port"),
            target.get("StatusCode"),
        )
        if part is not None
    )
    yield from compare(
        "default action of port 80", "redirect HTTPS 443 HTTP_301", found, subject.redeploy
    )


def firewall(subject: PlatformSubject) -> Iterator[Difference]:
    """A web ACL guards the load balancer and limits the rate as described (A18)."""
    answer = subject.account.read(
        "wafv2", "get_web_acl_for_resource", ResourceArn=subject.platform.load_balancer_arn
    )
    web_acl = answer.get("WebACL")
    if not web_acl:
        yield Difference(
            "a WAF web ACL associated with the load balancer", "none", subject.redeploy
        )
        return
    environment = subject.description.environment
    wanted = {_OTHERS: environment.load_balancer.rate_limit} | {
        environment.systems[name].host: system.rate_limit
        for name, system in subject.description.systems.items()
        if system.rate_limit is not None
    }
    yield from compare(
        f"rate rules of web ACL {web_acl['Name']}",
        listed(
            _limit(host, limit.requests, limit.window_seconds) for host, limit in wanted.items()
        ),
        listed(_rate_limits(web_acl)),
        subject.redeploy,
    )


def _rate_limits(web_acl: dict[str, Any]) -> Iterator[str]:
    for rule in web_acl.get("Rules", []):
        rate = rule["Statement"].get("RateBasedStatement")
        if rate is not None:
            only = rate.get("ScopeDownStatement", {}).get("ByteMatchStatement")
            host = only["SearchString"].decode() if only else _OTHERS
            yield _limit(host, rate["Limit"], rate.get("EvaluationWindowSec", 300))


def _limit(host: str, requests: int, seconds: int) -> str:
    return f"{requests} requests in {seconds} s for {host}"


def _listener(subject: PlatformSubject, port: int) -> dict[str, Any]:
    answer = subject.account.read(
        "elbv2", "describe_listeners", LoadBalancerArn=subject.platform.load_balancer_arn
    )
    for listener in answer["Listeners"]:
        if listener["Port"] == port:
            return listener
    raise Missing(f"a listener on port {port} of the load balancer")


def _covers(pattern: str, host: str) -> bool:
    """A wildcard in a certificate stands for exactly one label."""
    return fnmatchcase(host, pattern) and host.count(".") == pattern.count(".")
