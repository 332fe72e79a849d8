"""Distributions: Amazon CloudFront."""

import uuid
from typing import Any

from sandbox.aws.common import all_tags, each_of
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.errors import SandboxError
from sandbox.provider import UNKNOWN, Plain, is_list, is_map

_CERTIFICATE_REGION = "us-east-1"
_ALIAS_ZONE = "Z2FDTNDATAQYW2"
# The hosted zone of all distributions, as Route 53's API reference has it for AliasTarget.


def _counted(items: Any) -> Any:
    """CloudFront's lists, which say how long they are."""
    return {"quantity": len(items), "items": items} if is_list(items) else items


def _origin(origin: Plain) -> Plain:
    arranged = {("id" if key == "originId" else key): value for key, value in origin.items()}
    if "customOriginConfig" not in arranged:
        arranged.setdefault("s3OriginConfig", {"originAccessIdentity": ""})
    return arranged


def _behavior(behavior: Any) -> Any:
    if not is_map(behavior):
        return behavior
    methods = _counted(behavior.get("allowedMethods", UNKNOWN))
    if is_map(methods):
        methods["cachedMethods"] = _counted(behavior.get("cachedMethods", UNKNOWN))
    rest = {key: value for key, value in behavior.items() if key != "cachedMethods"}
    return {**rest, "allowedMethods": methods}


def _restrictions(restrictions: Any) -> Any:
    geo = restrictions.get("geoRestriction") if is_map(restrictions) else None
    if not is_map(geo):
        return restrictions
    rest = {key: value for key, value in geo.items() if key != "locations"}
    return {"geoRestriction": {**rest, **_counted(geo.get("locations", []))}}


def _distribution(inputs: Plain) -> Plain:
    config: Plain = {"callerReference": str(uuid.uuid4()), "comment": "", **inputs}
    ordered = config.pop("orderedCacheBehaviors", [])
    config |= {
        "origins": _counted(each_of(inputs["origins"], _origin)),
        "defaultCacheBehavior": _behavior(inputs["defaultCacheBehavior"]),
        "cacheBehaviors": _counted(each_of(ordered, _behavior)),
        "restrictions": _restrictions(inputs["restrictions"]),
    }
    for key in ("aliases", "customErrorResponses"):
        if key in inputs:
            config[key] = _counted(inputs[key])
    return {"distributionConfig": config}


def _references(resource: Resource) -> None:
    """What CloudFront looks at elsewhere: certificate, origin access controls, other hosts."""
    aliases = resource.get("aliases", [])
    arn = resource.get("viewerCertificate").get("acmCertificateArn")
    if arn is not None:
        if arn.split(":")[3] != _CERTIFICATE_REGION:
            raise SandboxError(
                f"viewerCertificate: CloudFront takes certificates of {_CERTIFICATE_REGION} only, "
                f"not {arn}"
            )
        acm = resource.account.at(_CERTIFICATE_REGION).clients.client("acm")
        certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        status, names = certificate["Status"], certificate["SubjectAlternativeNames"]
        # A wildcard stands for one label.
        covered = all({each, f"*.{each.partition('.')[2]}"} & {*names} for each in aliases)
        if status != "ISSUED" or not covered:
            raise SandboxError(
                f"viewerCertificate: {arn} is {status} for {', '.join(names)}; CloudFront wants "
                f"an issued one for {', '.join(aliases)}"
            )
    for origin in resource.get("origins"):
        if "originAccessControlId" in origin:
            resource.call("GetOriginAccessControl", Id=origin["originAccessControlId"])
    for other in resource.call("ListDistributions")["DistributionList"].get("Items", []):
        taken = {*aliases} & {*other["Aliases"].get("Items", [])}
        if taken:
            raise SandboxError(f"aliases: {', '.join(taken)} belongs to distribution {other['Id']}")


def _tag(resource: Resource) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in all_tags(resource).items()]
    if pairs:
        resource.call("TagResource", Resource=resource.record["ARN"], Tags={"Items": pairs})


def _disable_and_delete(resource: Resource) -> None:
    """CloudFront deletes no distribution that may still be serving."""
    found = resource.call("GetDistributionConfig", Id=resource.id)
    config = {**found["DistributionConfig"], "Enabled": False}
    disabled = resource.call(
        "UpdateDistribution", Id=resource.id, IfMatch=found["ETag"], DistributionConfig=config
    )
    resource.call("DeleteDistribution", Id=resource.id, IfMatch=disabled["ETag"])


def _delete_access_control(resource: Resource) -> None:
    etag = resource.call("GetOriginAccessControl", Id=resource.id)["ETag"]
    resource.call("DeleteOriginAccessControl", Id=resource.id, IfMatch=etag)


KINDS = {
    "aws:cloudfront/distribution:Distribution": AwsKind(
        service="cloudfront",
        create=Call(operation="CreateDistribution", arrange=_distribution),
        own=["tags", "waitForDeployment", "retainOnDelete"],
        before=_references,
        after=_tag,
        record="Distribution",
        id="Id",
        find=lambda resource: resource.call("GetDistribution", Id=resource.id)["Distribution"],
        outputs={
            "arn": "ARN",
            "domainName": "DomainName",
            "hostedZoneId": lambda _resource: _ALIAS_ZONE,
            "status": "Status",
            "tagsAll": all_tags,
        },
        delete=_disable_and_delete,
        tagged=None,
    ),
    "aws:cloudfront/originAccessControl:OriginAccessControl": AwsKind(
        service="cloudfront",
        create=Call(
            operation="CreateOriginAccessControl",
            arrange=lambda inputs: {"originAccessControlConfig": inputs},
        ),
        record="OriginAccessControl",
        id="Id",
        find=lambda resource: resource.call("GetOriginAccessControl", Id=resource.id)[
            "OriginAccessControl"
        ],
        delete=_delete_access_control,
        naming=Naming(property="name", limit=64, pattern=r"[ -~]+", words="printable characters"),
        tagged=None,
    ),
}
