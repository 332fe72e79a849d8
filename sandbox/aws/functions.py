"""Questions to AWS that programs ask: the provider's functions."""

from collections.abc import Callable, Mapping

from sandbox.aws import lookups
from sandbox.aws.account import Account
from sandbox.provider import Plain


def _identity(account: Account, arguments: Plain) -> Plain:
    del arguments
    identity = account.clients.client("sts").get_caller_identity()
    return {
        "id": identity["Account"],
        "accountId": identity["Account"],
        "arn": identity["Arn"],
        "userId": identity["UserId"],
    }


def _region(account: Account, arguments: Plain) -> Plain:
    del arguments
    return {"id": account.region, "region": account.region, "name": account.region}


def _partition(account: Account, arguments: Plain) -> Plain:
    del account, arguments
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com"}


def _zones(account: Account, arguments: Plain) -> Plain:
    del arguments
    found = account.clients.client("ec2").describe_availability_zones()["AvailabilityZones"]
    return {
        "id": account.region,
        "names": [each["ZoneName"] for each in found],
        "zoneIds": [each["ZoneId"] for each in found],
    }


FUNCTIONS: Mapping[str, Callable[[Account, Plain], Plain]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:acm/getCertificate:getCertificate": lookups.certificate,
    "aws:ec2/getRouteTable:getRouteTable": lookups.route_table,
    "aws:ec2/getRouteTables:getRouteTables": lookups.route_tables,
    "aws:ec2/getSubnet:getSubnet": lookups.subnet,
    "aws:ec2/getVpc:getVpc": lookups.vpc,
    "aws:kms/getKey:getKey": lookups.key,
    "aws:route53/getZone:getZone": lookups.hosted_zone,
    "aws:secretsmanager/getSecret:getSecret": lookups.secret,
    "aws:secretsmanager/getSecretVersion:getSecretVersion": lookups.secret_version,
}
