"""Who can reach what: routes of subnets, rules of security groups."""

from collections.abc import Iterable, Iterator
from typing import Any

from tools.doctor.account import Account
from tools.doctor.finding import Difference, listed
from tools.doctor.subjects import PlatformSubject

_ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})


def exposure(subject: PlatformSubject) -> Iterator[Difference]:
    """Nothing in the VPC is open to the world but the load balancer's ports 80 and 443."""
    answer = subject.account.read(
        "elbv2", "describe_load_balancers", LoadBalancerArns=[subject.platform.load_balancer_arn]
    )
    edge = set(answer["LoadBalancers"][0].get("SecurityGroups", []))
    groups = subject.account.read("ec2", "describe_security_groups", Filters=_in_vpc(subject))
    for group in groups["SecurityGroups"]:
        for rule in group["IpPermissions"]:
            if not _sources(rule) & _ANYWHERE:
                continue
            ports = _ports(rule)
            if group["GroupId"] in edge and ports in {"80", "443"}:
                continue
            yield Difference(
                "nothing open to the internet but ports 80 and 443 of the load balancer",
                f"security group {group['GroupId']} ({group['GroupName']}) open on port {ports}",
                f"remove that rule; if Pulumi made it, {subject.redeploy}",
            )


def public_subnets(subject: PlatformSubject) -> frozenset[str]:
    """Gives the VPC's subnets with a route to an internet gateway."""
    return _subnets_with(subject, ("igw-",))


def connected_subnets(subject: PlatformSubject) -> frozenset[str]:
    """Gives the VPC's subnets with any route out of the VPC, endpoints of AWS services aside."""
    return _subnets_with(subject, ("igw-", "nat-", "eigw-", "tgw-", "pcx-", "vgw-"))


def isolation(subject: PlatformSubject, what: str, subnets: Iterable[str]) -> Iterator[Difference]:
    """Yields a difference when a data store's subnets have a route out of the VPC."""
    connected = connected_subnets(subject) & set(subnets)
    if connected:
        yield Difference(
            f"{what} in subnets without a route out of the VPC",
            f"one in {listed(connected)}",
            subject.redeploy,
        )


def reachability(
    subject: PlatformSubject, group_id: str, port: int, clients: frozenset[str]
) -> Iterator[Difference]:
    """Yields a difference for whoever may connect and should not, and the other way round.

    Args:
        subject: Gives the account.
        group_id: Security group of the data store.
        port: The only port that may be open.
        clients: Security groups of the services whose bindings name the store.
    """
    allowed: set[str] = set()
    for rule in _ingress_rules(subject.account, group_id):
        source = rule.get("ReferencedGroupInfo", {}).get("GroupId")
        remedy = (
            f"remove rule {rule['SecurityGroupRuleId']} of {group_id}, or let the service bind it"
        )
        if source is None:
            found = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId")
            yield Difference("access by security groups only", f"access from {found}", remedy)
            continue
        allowed.add(source)
        ports = _ports(rule)
        if ports != str(port):
            yield Difference(f"access to port {port} only", f"{source} on port {ports}", remedy)
    for group in sorted(allowed - clients):
        yield Difference(
            f"access from {listed(clients)} only",
            f"access from {group}",
            f"remove it from {group_id}, or let the service bind it",
        )
    for group in sorted(clients - allowed):
        yield Difference(
            f"access from {group}, whose service binds it",
            "no rule for it",
            subject.redeploy,
        )


def _ingress_rules(account: Account, group_id: str) -> list[dict[str, Any]]:
    answer = account.read(
        "ec2",
        "describe_security_group_rules",
        Filters=[{"Name": "group-id", "Values": [group_id]}],
    )
    return [rule for rule in answer["SecurityGroupRules"] if not rule["IsEgress"]]


def _subnets_with(subject: PlatformSubject, gateways: tuple[str, ...]) -> frozenset[str]:
    answer = subject.account.read("ec2", "describe_route_tables", Filters=_in_vpc(subject))
    every = subject.account.read("ec2", "describe_subnets", Filters=_in_vpc(subject))["Subnets"]
    leading: set[str] = set()
    explicit: set[str] = set()
    main_leads = False
    for table in answer["RouteTables"]:
        leads = any(_target(route).startswith(gateways) for route in table["Routes"])
        for association in table["Associations"]:
            if association.get("Main"):
                main_leads = main_leads or leads
            elif subnet := association.get("SubnetId"):
                explicit.add(subnet)
                if leads:
                    leading.add(subnet)
    if main_leads:
        # A subnet without a table of its own follows the VPC's main table.
        leading |= {subnet["SubnetId"] for subnet in every} - explicit
    return frozenset(leading)


def _target(route: dict[str, Any]) -> str:
    names = (
        "GatewayId",
        "NatGatewayId",
        "EgressOnlyInternetGatewayId",
        "TransitGatewayId",
        "VpcPeeringConnectionId",
    )
    return next((route[name] for name in names if route.get(name)), "")


def _in_vpc(subject: PlatformSubject) -> list[dict[str, Any]]:
    return [{"Name": "vpc-id", "Values": [subject.platform.vpc_id]}]


def _sources(rule: dict[str, Any]) -> set[str]:
    return {entry["CidrIp"] for entry in rule.get("IpRanges", [])} | {
        entry["CidrIpv6"] for entry in rule.get("Ipv6Ranges", [])
    }


def _ports(rule: dict[str, Any]) -> str:
    if rule.get("IpProtocol") == "-1":
        return "any"
    low, high = rule.get("FromPort"), rule.get("ToPort")
    return str(low) if low == high else f"{low}-{high}"
