"""Whether the certificate of `slipway:existing` fits; a part of `stacks/existing.py`.

ACM's data source finds a certificate by its first name and not by its ARN, and tells the other
names only inside of the certificate itself.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

import pulumi_aws as aws

from model.description import Description
from model.problems import Place, Problem, listed, shown
from planning import certificates
from stacks.lookups import Findings, Lookups, Refusal, elsewhere


def check(description: Description, lookups: Lookups, findings: Findings) -> None:
    """Finds what keeps the load balancer from using the certificate.

    Args:
        description: Says which certificate, and which hosts there are.
        lookups: Asks AWS.
        findings: Takes what is wrong.
    """
    environment = description.environment
    arn = environment.existing.certificate_arn
    if arn is None:
        return
    place = Place(description.stack_file, "slipway:existing").key("certificateArn")
    if (problem := elsewhere(place, arn, environment.region)) is not None:
        findings.problems.append(problem)
        return
    hosts = sorted({settings.host for settings in environment.systems.values()})
    first_names = _first_names(hosts, environment.domain.hosted_zone)
    issued = _with_arn(lookups, arn, first_names, issued=True)
    if issued is not None:
        findings.problems.extend(
            _uncovered(place, arn, certificates.names(issued.certificate), hosts)
        )
        return
    other = _with_arn(lookups, arn, first_names, issued=False)
    if other is not None:
        findings.problems.append(
            place.problem(
                shown(arn),
                f"cannot be used, its status is {other.status}",
                "wait until ACM has issued it, or copy the ARN of one that is issued",
            )
        )
        return
    shared = [name for name in first_names if _is_shared(lookups, name)]
    if shared:
        # A newer certificate of the same name, made for something else, must not stop a deploy.
        findings.warnings.append(
            place.problem(
                shown(arn),
                f"was not looked at, for ACM has several certificates for {listed(shared)} and "
                "shows the newest",
                f"see for yourself that it is issued for {listed(hosts)}",
            )
        )
    else:
        findings.problems.append(
            place.problem(
                shown(arn),
                f"was not found among the issued certificates for {listed(first_names, 'or')}",
                "copy the ARN of a certificate of this account whose first name is one of these",
            )
        )


def _first_names(hosts: Sequence[str], zone: str) -> list[str]:
    """Names that a certificate for these hosts is likely to begin with, each once."""
    pairs = ((host, _wildcard(host)) for host in hosts)
    return list(dict.fromkeys([*chain.from_iterable(pairs), zone, f"*.{zone}"]))


def _wildcard(host: str) -> str:
    return f"*.{host.partition('.')[2]}"


def _with_arn(
    lookups: Lookups, arn: str, first_names: Sequence[str], *, issued: bool
) -> "aws.acm.GetCertificateResult | None":
    for name in first_names:
        found = lookups.certificate(name, issued=issued, newest=True)
        if not isinstance(found, Refusal) and found.arn == arn:
            return found
    return None


def _is_shared(lookups: Lookups, name: str) -> bool:
    """Whether there are several issued certificates of this name."""
    newest = lookups.certificate(name, issued=True, newest=True)
    only = lookups.certificate(name, issued=True, newest=False)
    return not isinstance(newest, Refusal) and isinstance(only, Refusal)


def _uncovered(
    place: Place, arn: str, names: Sequence[str], hosts: Sequence[str]
) -> Iterator[Problem]:
    missing = [host for host in hosts if not certificates.covers(names, host)]
    if missing:
        yield place.problem(
            shown(arn),
            f"is issued for {listed(names)}, not for {listed(missing)}",
            f"request one for {listed(hosts)} (a wildcard stands for one label)",
        )
