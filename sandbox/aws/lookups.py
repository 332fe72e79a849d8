"""The provider's functions that look up what an account has already."""

from typing import Any

from sandbox.aws.account import Account
from sandbox.errors import SandboxError
from sandbox.provider import Plain

# By default ACM lists no others. Source: its API reference, ListCertificates.
_LISTED_KEY_TYPES = ["RSA_1024", "RSA_2048"]
_ROUTE_TARGETS = {
    "GatewayId": "gatewayId",
    "NatGatewayId": "natGatewayId",
    "TransitGatewayId": "transitGatewayId",
    "NetworkInterfaceId": "networkInterfaceId",
    "VpcPeeringConnectionId": "vpcPeeringConnectionId",
}


def vpc(account: Account, arguments: Plain) -> Plain:
    """A VPC by its id."""
    vpc_id, ec2 = arguments["id"], account.clients.client("ec2")
    [found] = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    [main] = ec2.describe_route_tables(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc_id]},
            {"Name": "association.main", "Values": ["true"]},
        ]
    )["RouteTables"]

    def is_on(attribute: str) -> bool:
        answer = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)
        return answer[f"{attribute[0].upper()}{attribute[1:]}"]["Value"]

    return {
        "id": vpc_id,
        "arn": _arn(account, "ec2", f"vpc/{vpc_id}"),
        "cidrBlock": found["CidrBlock"],
        "default": found["IsDefault"],
        "state": found["State"],
        "ownerId": account.account_id,
        "mainRouteTableId": main["RouteTableId"],
        "enableDnsSupport": is_on("enableDnsSupport"),
        "enableDnsHostnames": is_on("enableDnsHostnames"),
        "tags": _tags(found),
        "region": account.region,
    }


def subnet(account: Account, arguments: Plain) -> Plain:
    """A subnet by its id."""
    ec2 = account.clients.client("ec2")
    [found] = ec2.describe_subnets(SubnetIds=[arguments["id"]])["Subnets"]
    return {
        "id": found["SubnetId"],
        "arn": found["SubnetArn"],
        "vpcId": found["VpcId"],
        "cidrBlock": found["CidrBlock"],
        "availabilityZone": found["AvailabilityZone"],
        "availabilityZoneId": found["AvailabilityZoneId"],
        "availableIpAddressCount": found["AvailableIpAddressCount"],
        "mapPublicIpOnLaunch": found["MapPublicIpOnLaunch"],
        "state": found["State"],
        "ownerId": account.account_id,
        "tags": _tags(found),
        "region": account.region,
    }


def route_tables(account: Account, arguments: Plain) -> Plain:
    """The ids of a VPC's route tables; none if there is no such VPC."""
    found = account.clients.client("ec2").describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [arguments["vpcId"]]}]
    )["RouteTables"]
    return {
        "id": account.region,
        "ids": [each["RouteTableId"] for each in found],
        "vpcId": arguments["vpcId"],
        "region": account.region,
    }


def route_table(account: Account, arguments: Plain) -> Plain:
    """A route table by its id, without the route inside of the VPC, which all have."""
    ec2, table_id = account.clients.client("ec2"), arguments["routeTableId"]
    [found] = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    return {
        "id": table_id,
        "routeTableId": table_id,
        "arn": _arn(account, "ec2", f"route-table/{table_id}"),
        "vpcId": found["VpcId"],
        "ownerId": account.account_id,
        "routes": [_route(each) for each in found["Routes"] if each.get("GatewayId") != "local"],
        "associations": [
            {
                "routeTableAssociationId": each["RouteTableAssociationId"],
                "routeTableId": table_id,
                "subnetId": each.get("SubnetId", ""),
                "gatewayId": each.get("GatewayId", ""),
                "main": each["Main"],
            }
            for each in found["Associations"]
        ],
        "tags": _tags(found),
        "region": account.region,
    }


def hosted_zone(account: Account, arguments: Plain) -> Plain:
    """A hosted zone by its id, or by its name and whether it is private."""
    route53 = account.clients.client("route53")
    if "zoneId" in arguments:
        return _zone(route53.get_hosted_zone(Id=arguments["zoneId"])["HostedZone"])
    name = arguments["name"].rstrip(".") + "."
    private = bool(arguments.get("privateZone", False))
    found = [
        zone
        for zone in route53.list_hosted_zones()["HostedZones"]
        if zone["Name"] == name and zone["Config"]["PrivateZone"] is private
    ]
    if len(found) != 1:
        many = "no" if not found else "more than one"
        kind = "private" if private else "public"
        raise SandboxError(f"{many} {kind} hosted zone {name} exists")
    return _zone(found[0])


def certificate(account: Account, arguments: Plain) -> Plain:
    """A certificate by its first name; the newest of several only where that is asked for."""
    acm, domain = account.clients.client("acm"), arguments["domain"]
    summaries = acm.list_certificates(
        CertificateStatuses=arguments.get("statuses", ["ISSUED"]),
        Includes={"keyTypes": arguments.get("keyTypes", _LISTED_KEY_TYPES)},
    )["CertificateSummaryList"]
    found = [
        acm.describe_certificate(CertificateArn=each["CertificateArn"])["Certificate"]
        for each in summaries
        if each["DomainName"] == domain
    ]
    if not found:
        raise SandboxError(f"no ACM Certificate matching domain ({domain})")
    if len(found) > 1 and not arguments.get("mostRecent", False):
        raise SandboxError(f"multiple ACM Certificates matching domain ({domain})")
    if len({each["Status"] for each in found}) > 1:
        raise SandboxError("most_recent filtering on different statuses is not supported")
    newest = max(found, key=lambda each: each.get("NotBefore", each.get("CreatedAt")))
    arn = newest["CertificateArn"]
    is_issued = newest["Status"] == "ISSUED"
    return {
        "id": arn,
        "arn": arn,
        "domain": domain,
        "status": newest["Status"],
        "certificate": acm.get_certificate(CertificateArn=arn)["Certificate"] if is_issued else "",
        "tags": {},
        "region": account.region,
    }


def key(account: Account, arguments: Plain) -> Plain:
    """A KMS key by its ARN or id."""
    kms = account.clients.client("kms")
    found = kms.describe_key(KeyId=arguments["keyId"])["KeyMetadata"]
    return {
        "id": found["KeyId"],
        "keyId": arguments["keyId"],
        "arn": found["Arn"],
        "awsAccountId": found["AWSAccountId"],
        "description": found.get("Description", ""),
        "enabled": found["Enabled"],
        "keyManager": found["KeyManager"],
        "keySpec": found["KeySpec"],
        "keyState": found["KeyState"],
        # moto leaves out what was not asked for; these are AWS's defaults.
        "keyUsage": found.get("KeyUsage", "ENCRYPT_DECRYPT"),
        "multiRegion": found.get("MultiRegion", False),
        "origin": found["Origin"],
        "region": account.region,
    }


def secret(account: Account, arguments: Plain) -> Plain:
    """A secret by its ARN, without its value."""
    secrets = account.clients.client("secretsmanager")
    found = secrets.describe_secret(SecretId=arguments["arn"])
    return {
        "id": found["ARN"],
        "arn": found["ARN"],
        "name": found["Name"],
        "description": found.get("Description", ""),
        "kmsKeyId": found.get("KmsKeyId", ""),
        "tags": _tags(found),
        "region": account.region,
    }


def secret_version(account: Account, arguments: Plain) -> Plain:
    """A version of a secret with its value: the current one unless another is named."""
    asked = {
        name: arguments[key]
        for key, name in (
            ("secretId", "SecretId"),
            ("versionId", "VersionId"),
            ("versionStage", "VersionStage"),
        )
        if key in arguments
    }
    found = account.clients.client("secretsmanager").get_secret_value(**asked)
    return {
        "id": f"{arguments['secretId']}|{found['VersionId']}",
        "arn": found["ARN"],
        "createdDate": found["CreatedDate"].isoformat(),
        "secretBinary": "",
        "secretId": arguments["secretId"],
        "secretString": found["SecretString"],
        "versionId": found["VersionId"],
        "versionStages": found["VersionStages"],
        "region": account.region,
    }


def _zone(found: dict[str, Any]) -> Plain:
    zone_id = found["Id"].rpartition("/")[2]
    return {
        "id": zone_id,
        "zoneId": zone_id,
        "name": found["Name"].rstrip("."),
        "arn": f"arn:aws:route53:::hostedzone/{zone_id}",
        "privateZone": found["Config"]["PrivateZone"],
    }


def _route(found: dict[str, Any]) -> Plain:
    # The provider leaves nothing out: what a route has not is an empty text.
    targets = {ours: found.get(theirs, "") for theirs, ours in _ROUTE_TARGETS.items()}
    blocks = {
        "cidrBlock": found.get("DestinationCidrBlock", ""),
        "ipv6CidrBlock": found.get("DestinationIpv6CidrBlock", ""),
    }
    return {**blocks, **targets}


def _arn(account: Account, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{account.region}:{account.account_id}:{resource}"


def _tags(found: dict[str, Any]) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in found.get("Tags", [])}
