"""Who reaches what in a recorded graph: by network, by IAM and by the secrets in an environment.

Rows are all that runs or acts: every task, all pods, the load balancers, every other role and
user, and whoever has just an address. Columns are what a system keeps and what would lead to it.
A kind of rule or policy that is not read here is an error, not a gap.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.support import iam, iam_graph, pods, reachable_things
from tests.support.iam import Principal
from tests.support.network_policies import ANYWHERE, SOMEWHERE, End, Policies
from tests.support.reachable_things import Thing
from tools.recording.recorder import Recording, Resource

Matrix = frozenset[tuple[str, str, str]]
"""Who, what, how."""

ADDRESSES = "whoever has an address"
"""As a row: inside or outside of the VPC, in no group. As a column: any address there is."""

_SERVICE = "aws:ecs/service:Service"
_INVOCATION = "aws:lambda/invocation:Invocation"
_RULES = {
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
}
_GROUPS = {
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
}
_UNREAD_RULES = {
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
    "aws:vpc/securityGroupRulesExclusive:SecurityGroupRulesExclusive",
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who reaches something: a row of the matrix."""

    name: str
    groups: frozenset[str] | None = frozenset()
    """Its security groups; None for who may send anything anywhere and belongs to none."""
    principals: Mapping[str, Principal]
    """As whom it acts, by the words that tell it in a report."""
    injected: frozenset[str] = frozenset()
    """ARNs of the secrets that ECS or the cluster puts into its environment."""
    end: End = SOMEWHERE
    """Where its connections come from."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of a security group."""

    group: str
    egress: bool
    protocol: str
    ports: tuple[int, int]
    peer: str | None
    """The other group; None if the rule names addresses."""

    @property
    def text(self) -> str:
        """What it opens."""
        if self.protocol == "-1":
            return "connects on every port"
        first, last = self.ports
        return f"connects on {self.protocol} {first}" + (f" to {last}" if last != first else "")

    def opens(self, port: int) -> bool:
        """Whether TCP may pass on the port."""
        return self.protocol == "-1" or (
            self.protocol in ("tcp", "6") and self.ports[0] <= port <= self.ports[1]
        )


def matrix(graph: Recording) -> Matrix:
    """All that is reached."""
    rules, things, rows = _rules(graph), reachable_things.of(graph), subjects(graph)
    policies = Policies(graph)
    found: set[tuple[str, str, str]] = set()
    for subject in rows:
        for thing in things:
            ways = _ways(subject, thing, rules, policies)
            found |= {(subject.name, thing.name, how) for how in ways}
        if subject.end.namespace is None:
            found |= {(subject.name, ADDRESSES, how) for how in _ways_out(subject, rules)}
        # EKS lets everything out of the cluster's group: their policies alone say where pods go.
        for block, how in policies.ways_out(subject.end) if subject.end.namespace else ():
            what = ADDRESSES if block == ANYWHERE else pods.place(graph, block)
            found.add((subject.name, what, how))
        found |= {
            (subject.name, arn, "has AWS's policy")
            for principal in subject.principals.values()
            for arn in principal.managed
        }
    return frozenset(found)


def differences(actual: Matrix, expected: Matrix) -> list[str]:
    """One line for each place in which two matrices differ."""
    return [
        *(f"too much: {who} | {how} | {what}" for who, what, how in sorted(actual - expected)),
        *(f"missing: {who} | {how} | {what}" for who, what, how in sorted(expected - actual)),
    ]


def subjects(graph: Recording) -> list[Subject]:
    """The rows."""
    acting = {each.arn: (name, each) for name, each in iam_graph.principals(graph).items()}
    definitions = {each.outputs["arn"]: each for each in graph.of_type("TaskDefinition")}
    taken: set[str] = set()
    idle = {*definitions}
    rows = [Subject(name=ADDRESSES, groups=None, principals={})]
    for resource, definition, groups in _tasks(graph):
        inputs = definitions[definition].inputs
        idle.discard(definition)
        roles = {"execution role": inputs["executionRoleArn"], "task role": inputs["taskRoleArn"]}
        taken |= {*roles.values()}
        rows.append(
            Subject(
                name=reachable_things.owner(resource),
                groups=frozenset(groups),
                principals={text: acting[arn][1] for text, arn in roles.items()},
                injected=frozenset(_injected(inputs["containerDefinitions"])),
            )
        )
    assert not idle, f"nothing here knows what runs {sorted(idle)}"
    rows += [
        Subject(
            name=reachable_things.owner(each),
            groups=frozenset(each.inputs["securityGroups"]),
            principals={},
            end=pods.store_end(graph, each),
        )
        for each in graph.of_type("aws:lb/loadBalancer:LoadBalancer")
    ]
    for each in [*pods.of(graph), *pods.others(graph)]:
        principals: dict[str, Principal] = {}
        if each.role_arn is not None:
            taken.add(each.role_arn)
            principals["pod role"] = acting[each.role_arn][1]
        rows.append(
            Subject(
                name=each.name,
                groups=frozenset([each.group]),
                principals=principals,
                injected=each.injected,
                end=each.end,
            )
        )
    for function in graph.of_type("aws:lambda/function:Function"):
        assert "vpcConfig" not in function.inputs, f"{function.name} is in the VPC: give it a row"
    rows += [
        Subject(name=name, principals={"role": principal})
        for arn, (name, principal) in acting.items()
        if arn not in taken
    ]
    assert len(rows) == len({each.name for each in rows}), "two rows have one name"
    return rows


def _tasks(graph: Recording) -> Iterator[tuple[Resource, str, list[str]]]:
    """What runs as a task: the resource that starts it, the task definition, the groups."""
    for each in graph.of_type(_SERVICE):
        network = each.inputs["networkConfiguration"]
        yield each, each.inputs["taskDefinition"], network["securityGroups"]
    for each in graph.of_type(_INVOCATION):
        request = json.loads(each.inputs["input"])
        yield each, request["taskDefinition"], request["securityGroups"]


def _injected(containers: str) -> Iterator[str]:
    for container in json.loads(containers):
        for secret in container.get("secrets", []):
            # The ARN's seven parts; key, stage and version may follow.
            yield ":".join(secret["valueFrom"].split(":")[:7])


def _rules(graph: Recording) -> list[Rule]:
    rules: list[Rule] = []
    for each in graph.custom:
        inline = each.type in _GROUPS and {"ingress", "egress"} & {*each.inputs}
        assert not inline, f"{each.name} has rules of its own, which nothing here reads"
        assert each.type not in _UNREAD_RULES, f"nothing here reads {each.type} {each.name}"
        if each.type in _RULES:
            rules.append(
                Rule(
                    group=each.inputs["securityGroupId"],
                    egress=each.type.endswith("EgressRule"),
                    protocol=str(each.inputs["ipProtocol"]),
                    ports=(each.inputs.get("fromPort", 0), each.inputs.get("toPort", 65535)),
                    # A prefix list names addresses too.
                    peer=each.inputs.get("referencedSecurityGroupId"),
                )
            )
    group = pods.cluster_group(graph)
    if group is not None:
        # EKS writes these two itself. Source: EKS user guide, "View Amazon EKS security group
        # requirements for clusters".
        rules += [
            Rule(group=group, egress=egress, protocol="-1", ports=(0, 65535), peer=peer)
            for egress, peer in ((True, None), (False, group))
        ]
    return rules


def _ways(
    subject: Subject, thing: Thing, rules: Iterable[Rule], policies: Policies
) -> Iterator[str]:
    for port in thing.ports:
        by_groups = _leaves(subject, thing, port, rules) and _enters(subject, thing, port, rules)
        if by_groups and policies.pass_(subject.end, thing.end, port):
            yield f"connects on tcp {port}"
    for text, principal in subject.principals.items():
        for question in thing.questions:
            if iam.may(principal, question):
                refused = question.key is not None and not iam.may(principal, question.key)
                without = ", without its key" if refused else ""
                yield f"as {text} may {question.action}{without}"
    if thing.secret_arn in subject.injected:
        yield "has in its environment"


def _leaves(subject: Subject, thing: Thing, port: int, rules: Iterable[Rule]) -> bool:
    return subject.groups is None or any(
        rule.egress
        and rule.group in subject.groups
        and rule.opens(port)
        # All addresses that a rule names may be the thing's: that is too many, never too few.
        and (rule.peer is None or rule.peer in thing.groups)
        for rule in rules
    )


def _enters(subject: Subject, thing: Thing, port: int, rules: Iterable[Rule]) -> bool:
    return any(
        not rule.egress
        and rule.group in thing.groups
        and rule.opens(port)
        and (rule.peer is None or rule.peer in (subject.groups or ()))
        for rule in rules
    )


def _ways_out(subject: Subject, rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        if rule.egress and rule.peer is None and rule.group in (subject.groups or ()):
            yield rule.text
