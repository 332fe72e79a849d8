"""The certificate of a load balancer or a distribution, proven by DNS."""

from collections.abc import Callable, Mapping, Sequence

import pulumi
import pulumi_aws as aws


def create_certificate(
    name: str,
    hosts: Sequence[str],
    hosted_zone_id: pulumi.Input[str],
    *,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
    region: str | None = None,
) -> pulumi.Output[str]:
    """Requests a certificate, proves by DNS that the hosts are ours, and waits until it is issued.

    Args:
        name: Name of the component.
        hosts: What the certificate is for; the first one is its main name.
        hosted_zone_id: Zone in which the proof is written.
        tags: Tags besides the names.
        parent: The component.
        region: Region of whoever shows the certificate; the provider's by default.

    Returns:
        ARN of the issued certificate: what uses it waits for it.
    """
    child = pulumi.ResourceOptions(parent=parent)
    certificate = aws.acm.Certificate(
        f"{name}-certificate",
        domain_name=hosts[0],
        subject_alternative_names=list(hosts[1:]),
        validation_method="DNS",
        region=region,
        tags={**tags, "Name": f"{name}-certificate"},
        opts=child,
    )
    records = [_proof(name, certificate, host, hosted_zone_id, child) for host in hosts]
    issued = aws.acm.CertificateValidation(
        f"{name}-certificate-issued",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[record.fqdn for record in records],
        region=region,
        opts=child,
    )
    return issued.certificate_arn


def _proof(
    name: str,
    certificate: "aws.acm.Certificate",
    host: str,
    hosted_zone_id: pulumi.Input[str],
    child: pulumi.ResourceOptions,
) -> "aws.route53.Record":
    def proof(
        part: "Callable[[aws.acm.outputs.CertificateDomainValidationOption], str | None]",
    ) -> pulumi.Output[str]:
        # ACM promises no order, so the host is looked up: a new host moves no other's record.
        return certificate.domain_validation_options.apply(
            lambda options: next(
                part(option) or "" for option in options if option.domain_name == host
            )
        )

    return aws.route53.Record(
        f"{name}-certificate-proof-{host}",
        zone_id=hosted_zone_id,
        name=proof(lambda option: option.resource_record_name),
        type=proof(lambda option: option.resource_record_type),
        records=[proof(lambda option: option.resource_record_value)],
        ttl=300,
        # ACM asks for the same record whenever this account asks for the same host, so one that
        # an earlier certificate left behind is the right one.
        allow_overwrite=True,
        opts=child,
    )
