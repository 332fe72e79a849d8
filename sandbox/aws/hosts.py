"""Hosts of the edge, and their certificates: Route 53, ACM."""

from sandbox.aws.common import by_id, each_of, given, nothing
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.provider import Plain


def _alias(alias: Plain) -> Plain:
    names = {"zoneId": "hostedZoneId", "name": "dNSName"}
    return {names.get(key, key): value for key, value in alias.items()}


def _record(inputs: Plain) -> Plain:
    record: Plain = {"name": inputs["name"], "type": inputs["type"]}
    if "ttl" in inputs:
        record["tTL"] = inputs["ttl"]
    if "records" in inputs:
        record["resourceRecords"] = each_of(inputs["records"], lambda each: {"value": each})
    if "aliases" in inputs:
        record["aliasTarget"] = each_of(inputs["aliases"], _alias)
    change = {"action": "UPSERT", "resourceRecordSet": record}
    return {"hostedZoneId": inputs["zoneId"], "changeBatch": {"changes": [change]}}


def _find_record(resource: Resource) -> list[Plain]:
    sets = resource.call("ListResourceRecordSets", HostedZoneId=resource.get("zoneId"))
    wanted = (resource.get("name").rstrip(".") + ".", resource.get("type"))
    return [each for each in sets["ResourceRecordSets"] if (each["Name"], each["Type"]) == wanted]


def _delete_record(resource: Resource) -> None:
    for each in _find_record(resource):
        changes = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": each}]}
        resource.call(
            "ChangeResourceRecordSets", HostedZoneId=resource.get("zoneId"), ChangeBatch=changes
        )


def _validation_options(resource: Resource) -> list[Plain]:
    return [
        {
            "domainName": option["DomainName"],
            "resourceRecordName": option["ResourceRecord"]["Name"],
            "resourceRecordType": option["ResourceRecord"]["Type"],
            "resourceRecordValue": option["ResourceRecord"]["Value"],
        }
        for option in resource.record.get("DomainValidationOptions", [])
        if "ResourceRecord" in option
    ]


KINDS = {
    "aws:acm/certificate:Certificate": AwsKind(
        service="acm",
        create=Call(
            operation="RequestCertificate",
            # An empty list says the same as none, and AWS refuses it.
            arrange=lambda inputs: {key: value for key, value in inputs.items() if value != []},
        ),
        id="CertificateArn",
        find=lambda resource: resource.call("DescribeCertificate", CertificateArn=resource.id)[
            "Certificate"
        ],
        find_after_create=True,
        outputs={
            "arn": "CertificateArn",
            "status": "Status",
            "domainValidationOptions": _validation_options,
        },
        delete=by_id("DeleteCertificate", "CertificateArn"),
    ),
    "aws:acm/certificateValidation:CertificateValidation": AwsKind(
        service="acm",
        create=Call(operation="DescribeCertificate", takes=["certificateArn"]),
        own=["validationRecordFqdns"],
        id=given("certificateArn"),
        find=lambda resource: resource.call("DescribeCertificate", CertificateArn=resource.id),
        delete=nothing,
        tagged=None,
    ),
    "aws:route53/record:Record": AwsKind(
        service="route53",
        create=Call(operation="ChangeResourceRecordSets", arrange=_record),
        own=["allowOverwrite"],
        id=lambda resource: "_".join(resource.get(key) for key in ("zoneId", "name", "type")),
        find=_find_record,
        outputs={"fqdn": lambda resource: resource.get("name").rstrip(".")},
        delete=_delete_record,
        tagged=None,
    ),
}
