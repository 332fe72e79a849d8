"""Questions to AWS that programs ask: the provider's functions."""

from collections.abc import Callable, Mapping

from sandbox.aws.kind import Account
from sandbox.errors import SandboxError
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


def _hosted_zone(account: Account, arguments: Plain) -> Plain:
    name = arguments["name"].rstrip(".") + "."
    private = bool(arguments.get("privateZone", False))
    zones = account.clients.client("route53").list_hosted_zones()["HostedZones"]
    for zone in zones:
        if zone["Name"] == name and zone["Config"]["PrivateZone"] is private:
            zone_id = zone["Id"].rpartition("/")[2]
            return {
                "id": zone_id,
                "zoneId": zone_id,
                "name": name.rstrip("."),
                "arn": f"arn:aws:route53:::hostedzone/{zone_id}",
                "privateZone": private,
            }
    raise SandboxError(f"no {'private' if private else 'public'} hosted zone {name} exists")


FUNCTIONS: Mapping[str, Callable[[Account, Plain], Plain]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:route53/getZone:getZone": _hosted_zone,
}
