"""What has been registered in this run: resources, their URNs, and the stack's outputs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pulumi.provider.experimental.property_value import PropertyValue

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"


def make_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Builds a URN as Pulumi's engine does.

    Args:
        stack: The stack's name.
        project: The project's name.
        parent: URN of the parent, or "" for none.
        type_: Type token of the resource.
        name: Logical name of the resource.

    Returns:
        The URN. The types of the parents stand before the resource's own, the stack's type left
        out (https://www.pulumi.com/docs/iac/concepts/resources/names/#urns).
    """
    parents = parent.split("::")[2] if parent else STACK_TYPE
    qualified = type_ if parents == STACK_TYPE else f"{parents}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


@dataclass(kw_only=True, slots=True)
class Resource:
    """One resource as the program registered it and its provider answered."""

    urn: str
    """Identity within the stack."""
    type: str
    """Type token, such as `aws:ec2/vpc:Vpc`."""
    name: str
    """Logical name in the program."""
    custom: bool
    """Whether a provider made it. Components and the stack are not custom."""
    parent: str = ""
    """URN of the parent; "" for the stack itself."""
    source: str = ""
    """File and line of the program that made it; "" if the SDK could not tell."""
    provider: str = ""
    """Reference `<urn>::<id>` of the provider; "" for components."""
    inputs: dict[str, PropertyValue] = field(default_factory=dict[str, PropertyValue])
    """Inputs after the provider's check: what a second run is compared with."""
    outputs: dict[str, PropertyValue] = field(default_factory=dict[str, PropertyValue])
    """What the provider returned, secrets marked."""
    id: str = ""
    """The provider's id; "" for components."""
    dependencies: tuple[str, ...] = ()
    """URNs that `depends_on` and the inputs name."""
    property_dependencies: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    """URNs behind each input."""
    ignore_changes: tuple[str, ...] = ()
    """Inputs whose change does not count."""
    additional_secret_outputs: tuple[str, ...] = ()
    """Outputs that the program or the SDK declares secret."""
    protect: bool = False
    """Whether Pulumi refuses to delete it; the sandbox deletes it with a note."""
    retain_on_delete: bool = False
    """Whether Pulumi leaves it in the cloud; the sandbox deletes it with a note."""
    deleted_with: str = ""
    """URN of the resource whose deletion deletes this one; "" for none."""
    external: bool = False
    """Whether the program only reads it (`.get()`); such a resource is never deleted."""

    @property
    def package(self) -> str:
        """The provider package: `aws` of `aws:ec2/vpc:Vpc`, also for the provider itself."""
        if self.type.startswith(PROVIDER_PREFIX):
            return self.type.removeprefix(PROVIDER_PREFIX)
        return self.type.split(":")[0]

    @property
    def is_provider(self) -> bool:
        """Whether this resource is a provider's configuration."""
        return self.type.startswith(PROVIDER_PREFIX)

    @property
    def is_deployed(self) -> bool:
        """Whether its provider made it: no component, no provider, nothing that is only read."""
        return self.custom and not self.is_provider and not self.external

    @property
    def mocked(self) -> str:
        """What of the provider's answer is invented, and why; "" if nothing is."""
        answer = self.outputs.get("__mocked")
        return answer.value if answer is not None and isinstance(answer.value, str) else ""


class State:
    """The resources of one stack in the order in which they were made, and its outputs."""

    def __init__(self) -> None:
        self._resources: dict[str, Resource] = {}
        self.outputs: dict[str, PropertyValue] = {}
        """What the program exported."""

    def __iter__(self) -> Iterator[Resource]:
        return iter(list(self._resources.values()))

    def __len__(self) -> int:
        return len(self._resources)

    def get(self, urn: str) -> Resource | None:
        """Returns the resource with this URN, or None."""
        return self._resources.get(urn)

    def add(self, resource: Resource) -> None:
        """Records a resource under its URN; one that is known keeps its place in the order."""
        self._resources[resource.urn] = resource

    def remove(self, urn: str) -> None:
        """Forgets a resource, known or not."""
        self._resources.pop(urn, None)
