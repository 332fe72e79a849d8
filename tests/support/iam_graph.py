"""The policies of a recorded graph: of roles, users, keys, and of things with one of their own."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.support import iam
from tests.support.iam import Principal, Question, Statement
from tools.recording.recorder import Recording

_ROLE, _USER, _MANAGED = "aws:iam/role:Role", "aws:iam/user:User", "aws:iam/policy:Policy"
_INLINE = {"aws:iam/rolePolicy:RolePolicy": "role", "aws:iam/userPolicy:UserPolicy": "user"}
_ATTACHED = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "role",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "user",
}
_WITHOUT_PERMISSIONS = {
    "aws:iam/accessKey:AccessKey",
    "aws:iam/serviceLinkedRole:ServiceLinkedRole",
}


@dataclass(frozen=True, kw_only=True)
class KeyUse:
    """A key, and what KMS is told of the request when it is used for one thing."""

    arn: str
    policy: tuple[Statement, ...]
    context: tuple[tuple[str, str], ...]

    def question(self, action: str) -> Question:
        """Whether the key may be used so."""
        return Question(
            action=action, resource=self.arn, policy=self.policy, both=True, context=self.context
        )


def principals(graph: Recording) -> dict[str, Principal]:
    """Roles and users by logical name; what gives permissions in another way is an error."""
    documents = {each.outputs["arn"]: each.inputs["policy"] for each in graph.of_type(_MANAGED)}
    inline: dict[str, list[str]] = defaultdict(list)
    attached: dict[str, list[str]] = defaultdict(list)
    for each in graph.custom:
        if each.type in _INLINE:
            inline[each.inputs[_INLINE[each.type]]].append(each.inputs["policy"])
        elif each.type in _ATTACHED:
            attached[each.inputs[_ATTACHED[each.type]]].append(each.inputs["policyArn"])
        elif each.type.startswith("aws:iam/"):
            known = {_ROLE, _USER, _MANAGED} | _WITHOUT_PERMISSIONS
            assert each.type in known, f"nothing here reads {each.type} {each.name}"
    found: dict[str, Principal] = {}
    for each in [*graph.of_type(_ROLE), *graph.of_type(_USER)]:
        unread = {"inlinePolicies", "managedPolicyArns"} & {*each.inputs}
        assert not unread, f"nothing here reads {sorted(unread)} of {each.name}"
        arns = attached[each.outputs["name"]]
        texts = [
            *inline[each.outputs["name"]],
            *(documents[arn] for arn in arns if arn in documents),
        ]
        found[each.name] = Principal(
            arn=each.outputs["arn"],
            statements=tuple(statement for text in texts for statement in iam.parse(text)),
            managed=tuple(arn for arn in arns if arn not in documents),
        )
    return found


def policies(graph: Recording, type_: str, of: str) -> Callable[[str], tuple[Statement, ...]]:
    """What things say themselves of who may come in.

    Args:
        graph: The graph.
        type_: Type of the resource with the policy.
        of: Its input that names the thing.
    """
    found = {each.inputs[of]: iam.parse(each.inputs["policy"]) for each in graph.of_type(type_)}
    return lambda name: found.get(name, ())


def key_use(graph: Recording, arn: str | None, context: Mapping[str, str]) -> KeyUse | None:
    """The key of a thing; None for AWS's own, which refuses nobody who may use the thing."""
    if arn is None:
        return None
    [key] = [each for each in graph.of_type("aws:kms/key:Key") if each.outputs["arn"] == arn]
    return KeyUse(arn=arn, policy=iam.parse(key.inputs["policy"]), context=tuple(context.items()))
