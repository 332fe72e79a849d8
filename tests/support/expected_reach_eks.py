"""Who may reach what on EKS by the description alone: what `expected_reach` says, where it differs.

It differs in more than words in one place. All pods of a cluster have one security group, and a
NetworkPolicy knows stores by the addresses of their subnets only: a pod that is bound to a database
can connect to every database of the environment. It has the password of its own.
"""

from collections.abc import Iterable, Iterator

from model.description import Description
from model.service import Service
from tests.support import expected_reach
from tests.support.expected_reach import PORTS, Cell
from tests.support.pods import OUTSIDE
from tests.support.reachability import ADDRESSES, Matrix

AGENT = "169.254.170.23/32"
"""Where EKS Pod Identity gives credentials, on each node."""
RUNNER = "platform-task-runner-function"
MANAGED = {
    "platform-eks-control-plane": (
        *("AmazonEKSBlockStoragePolicy", "AmazonEKSClusterPolicy", "AmazonEKSComputePolicy"),
        *("AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy"),
    ),
    "platform-eks-node": (
        *("AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodeMinimalPolicy"),
    ),
}
"""What EKS Auto Mode asks for. Source: EKS user guide, "Create an EKS Auto Mode Cluster"."""


def matrix(description: Description) -> Matrix:
    """All that may be reached, and nothing else may."""
    cells = {
        cell
        for each in expected_reach.matrix(description)
        for cell in _translated(description, each)
    }
    cells |= {*_clusters_own(description), *_told_by_status_pages(description)}
    cells |= {*_scraped(description)}
    for who in pods(description):
        # Names, AWS's own APIs and those of others.
        cells |= {(who, ADDRESSES, how) for how in _at(("tcp", 53), ("udp", 53), ("tcp", 443))}
    for who, _, how in {*cells}:
        if how.startswith("as pod role"):
            cells.add((who, AGENT, "connects on tcp 80"))
    return frozenset(cells)


def pods(description: Description) -> frozenset[str]:
    """All that runs as pods."""
    return expected_reach.tasks(description) | {*_exporters(description)}


def things(description: Description) -> frozenset[str]:
    """All that systems keep, who answers, and what the platform keeps for them."""
    # It listens only if somebody scrapes it: otherwise it comes by the clock and goes.
    listening = _exporters(description) if _scrapers(description) else []
    return expected_reach.things(description) | {f"service {name}" for name in listening}


def _translated(description: Description, cell: Cell) -> Iterator[Cell]:
    """What a cell of Fargate's matrix becomes."""
    who, what, how = cell
    kind = what.partition(" ")[0]
    if who == RUNNER or who.endswith("-status-canary") or (what == ADDRESSES and "443" in how):
        return
    if how.startswith("as execution role"):
        # The cluster keeps a copy of what the application is told; RDS's own secret it has not.
        if what.startswith("master "):
            yield (who, what, how.replace("execution", "pod"))
    elif what.startswith("master "):
        return
    elif how.startswith("as task role"):
        yield (who, what, how.replace("task", "pod"))
    elif kind in PORTS and how == f"connects on tcp {PORTS[kind]}":
        for each in _stores(description, kind):
            yield (who, each, how)
        for zone in description.environment.network.availability_zones:
            yield (who, f"platform-network-isolated-{zone}", how)
    else:
        yield cell


def _clusters_own(description: Description) -> Iterator[Cell]:
    policies = {
        who: ["arn:aws:iam::aws:policy/" + each for each in MANAGED[who]] for who in MANAGED
    }
    if description.environment.eks.container_insights:
        policies["platform-eks-insights"] = ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"]
    for who, arns in policies.items():
        for arn in arns:
            yield (who, arn, "has AWS's policy")
    # No policy is about its pods: whoever may make any reaches the stores, without a password.
    for who in [OUTSIDE, *_scrapers(description)]:
        yield (who, ADDRESSES, "connects on every port")
        for kind, port in PORTS.items():
            for each in _stores(description, kind):
                yield (who, each, f"connects on tcp {port}")


def _told_by_status_pages(description: Description) -> Iterator[Cell]:
    for who in _exporters(description):
        # What it may do is no thing of a system's: to put metrics.
        yield (who, AGENT, "connects on tcp 80")


def _scraped(description: Description) -> Iterator[Cell]:
    for scraper in _scrapers(description):
        for name, system in description.systems.items():
            for service_name, service in system.services.items():
                if _has_metrics(service):
                    how = f"connects on tcp {service.port}"
                    yield (scraper, f"service {name}-{service_name}", how)
        for who in _exporters(description):
            yield (scraper, f"service {who}", "connects on tcp 9101")


def _has_metrics(service: Service) -> bool:
    return service.metrics is not None and service.metrics.enabled


def _scrapers(description: Description) -> list[str]:
    eks = description.environment.eks
    return [f"pods of {eks.scrape_namespace}"] if eks.prometheus_operator else []


def _exporters(description: Description) -> list[str]:
    return [f"{name}-status" for name, each in description.systems.items() if each.status_exporter]


def _stores(description: Description, kind: str) -> list[str]:
    names = expected_reach.things(description)
    return [each for each in names if each.startswith(f"{kind} ")]


def _at(*ports: tuple[str, int]) -> Iterable[str]:
    return (f"connects on {protocol} {port}" for protocol, port in ports)
