"""What a program registered, and how a test finds its way about it."""

from dataclasses import dataclass, field
from typing import Any

STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    id: str
    """Physical id; empty in a preview."""
    parent: str
    """URN of the parent."""
    custom: bool
    """False for a component."""
    inputs: dict[str, Any]
    """Wire names; secrets unwrapped, whole numbers as int."""
    secret_inputs: frozenset[str]
    """The inputs that are secret or hold a secret."""
    outputs: dict[str, Any]
    provider: str
    """`urn::id` of the explicit provider; empty if the default provider would be used."""
    dependencies: frozenset[str]
    """URNs of all that must exist before."""
    property_dependencies: dict[str, frozenset[str]]
    protect: bool
    retain_on_delete: bool
    delete_before_replace: bool
    replacement_trigger: Any
    """What makes a new one when it changes; None if nothing does."""
    ignore_changes: tuple[str, ...]
    replace_on_changes: tuple[str, ...]
    """Inputs whose change makes a new one although an update could be asked for."""
    additional_secret_outputs: frozenset[str]
    aliases: tuple[tuple[str, str], ...]
    """URN of the former parent and former name; both empty where only the type was another one."""
    create_timeout: str
    """How long Pulumi waits for its creation, `660s`; empty for the provider's own time."""


@dataclass(frozen=True, kw_only=True)
class Invoke:
    """One question to a data source."""

    token: str
    args: dict[str, Any]
    provider: str


@dataclass
class Recording:
    """What one run of a program registered, in order."""

    resources: list[Resource] = field(default_factory=list)
    invokes: list[Invoke] = field(default_factory=list)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What components and the stack gave to `register_outputs`, by URN, secrets unwrapped."""
    secret_outputs: dict[str, frozenset[str]] = field(default_factory=dict)
    """The names of those outputs that are secret, by URN."""

    @property
    def custom(self) -> list[Resource]:
        """All resources that a cloud makes: no components, no providers."""
        return [r for r in self.resources if r.custom and not r.type.startswith("pulumi:")]

    @property
    def components(self) -> list[Resource]:
        """All resources that only group others."""
        return [r for r in self.resources if not r.custom]

    @property
    def stack_outputs(self) -> dict[str, Any]:
        """What the program exported, secrets unwrapped."""
        return next(o for urn, o in self.outputs.items() if _type_of(urn) == STACK)

    def of_type(self, type_: str) -> list[Resource]:
        """All resources of a type, given as `aws:ec2/vpc:Vpc` or by its last word, `Vpc`."""
        return [r for r in self.resources if type_ in (r.type, r.type.rpartition(":")[2])]

    def one(self, type_: str, name: str | None = None) -> Resource:
        """The only resource of a type, or the one with that logical name."""
        found = [r for r in self.of_type(type_) if name in (None, r.name)]
        if len(found) != 1:
            names = [r.name for r in self.of_type(type_)]
            raise AssertionError(f"{len(found)} of {type_} {name or ''}; registered: {names}")
        return found[0]

    def outputs_of(self, component: str) -> dict[str, Any]:
        """What the component of that logical name registered as its outputs."""
        found = [o for urn, o in self.outputs.items() if urn.endswith(f"::{component}")]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} of {component}; outputs of {list(self.outputs)}")
        return found[0]

    def children_of(self, parent: Resource) -> list[Resource]:
        """The resources whose parent this is."""
        return [r for r in self.resources if r.parent == parent.urn]

    def below(self, type_token: str) -> list[Resource]:
        """The resources that a component made: those with an ancestor of the given type.

        Args:
            type_token: The component's token, such as `slipway:index:Network`.

        Returns:
            The descendants in the order of registration, the component itself left out.
        """
        inside = {each.urn for each in self.resources if each.type == type_token}
        descendants: list[Resource] = []
        for each in self.resources:
            if each.parent in inside:
                inside.add(each.urn)
                descendants.append(each)
        return descendants

    def graph(self) -> list[tuple[str, str, str]]:
        """Type, name and parent of everything: what a preview and a deploy must agree on."""
        return sorted((r.type, r.name, r.parent) for r in self.resources)


def _type_of(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]
