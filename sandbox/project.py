"""The project and stack files as Pulumi's engine reads them before it starts the program."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import yaml

from sandbox.errors import SandboxError

if TYPE_CHECKING:
    from sandbox.display import Display


@dataclass(frozen=True, kw_only=True)
class Project:
    """A Pulumi project with one of its stacks."""

    root: Path
    """Folder of `Pulumi.yaml` and `__main__.py`."""
    name: str
    """The project's name: the namespace of configuration keys that have none."""
    stack: str
    """The stack's name."""
    config: Mapping[str, str]
    """Full key to value; what is structured in the file is JSON text, as the program gets it."""
    secrets: frozenset[str]
    """The keys whose values are secret."""
    unset: tuple[str, ...] = ()
    """Those among them that the stack file does not hold: the program gets placeholders."""

    @property
    def program(self) -> Path:
        """The file that is run."""
        return self.root / "__main__.py"


def load(root: Path, stack: str, overrides: Mapping[str, str] | None = None) -> Project:
    """Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml`.

    A `secure:` value is encrypted for the team's own key, which the sandbox does not have: the
    program gets the placeholder of `placeholder` instead, marked secret. So it does for a secret
    that a system takes as provided and nobody has set yet; `unset` tells which, for on AWS the
    deploy would stop there.

    Args:
        root: The project's folder.
        stack: The stack's name.
        overrides: Full keys whose values replace the file's, for this run only.

    Returns:
        The project with the configuration that the program gets.

    Raises:
        SandboxError: A file is missing or is not what Pulumi reads.
    """
    root = root.resolve()
    project = _read(root / "Pulumi.yaml", "no Pulumi project here")
    name = project.get("name")
    if not isinstance(name, str):
        raise SandboxError("Pulumi.yaml, name: is missing; write the project's name")
    known = ", ".join(sorted(_stacks(root))) or "none"
    path = stack_file(root, stack)
    settings = _read(path, f"there is no stack '{stack}'; the stacks here are: {known}")
    config: dict[str, str] = {}
    secrets: set[str] = set()
    for key, schema in _mapping(project.get("config")).items():
        default = _mapping(schema).get("default")
        if default is not None:
            config[_full(name, key)] = _text(default)
    for key, value in _mapping(settings.get("config")).items():
        full = _full(name, key)
        if _is_secure(value):
            secrets.add(full)
            config[full] = placeholder(full)
        else:
            config[full] = _text(value)
    config.update(overrides or {})
    unset = _unset(root, config) if f"{name}:systems" in config else ()
    config.update({key: placeholder(key) for key in unset})
    return Project(
        root=root,
        name=name,
        stack=stack,
        config=config,
        secrets=frozenset({*secrets, *unset}),
        unset=unset,
    )


def tell_unset(project: Project, display: "Display") -> None:
    """Says which secrets have placeholders, and how they are set for a deploy to AWS."""
    if not project.unset:
        return
    display.show(
        f"{len(project.unset)} provided secrets are not in Pulumi.{project.stack}.yaml; "
        "the sandbox uses placeholders. Before a deploy to AWS:"
    )
    for key in project.unset:
        display.show(f"  pulumi config set --secret {key} --stack {project.stack}")


def region(project: Project) -> str:
    """Returns the region that the stack is deployed to, `us-east-1` if it names none."""
    return project.config.get("aws:region", "us-east-1")


def hosted_zone(project: Project) -> str | None:
    """Returns the public hosted zone that the account must have before a deploy.

    Args:
        project: The project; the zone stands under `domain`, `hostedZone` of its stack file.

    Returns:
        The zone's name, or None if the stack names none.
    """
    domain: object = json.loads(project.config.get(f"{project.name}:domain", "null"))
    name = _mapping(domain).get("hostedZone")
    return name if isinstance(name, str) else None


def role_names(project: Project) -> list[str]:
    """Returns the IAM roles that the account must have before a deploy.

    Args:
        project: The project; the roles that administer the cluster stand under `eks` of its stack
            file.

    Returns:
        Their names; none if the stack names none.
    """
    eks = _mapping(json.loads(project.config.get(f"{project.name}:eks", "null")))
    names = (eks.get(key) for key in ("deployRoleName", "breakGlassRoleName"))
    return [name for name in dict.fromkeys(names) if isinstance(name, str)]


def stack_file(root: Path, stack: str) -> Path:
    """Returns the path of a stack's file."""
    return root / f"Pulumi.{stack}.yaml"


def placeholder(key: str) -> str:
    """Returns what stands for an encrypted value: recognisable, and unlike any other key's."""
    return f"sandbox-value-of-{key.replace(':', '.')}"


def _unset(root: Path, config: Mapping[str, str]) -> tuple[str, ...]:
    # A project without systems needs no model, and the import takes its time.
    from model.load import unset_secrets  # noqa: PLC0415

    return unset_secrets(root, config)


def _stacks(root: Path) -> list[str]:
    return [path.name.split(".", 1)[1].removesuffix(".yaml") for path in root.glob("Pulumi.*.yaml")]


def _read(path: Path, missing: str) -> dict[str, object]:
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SandboxError(f"{path.name} is missing: {missing}") from None
    except yaml.YAMLError as error:
        raise SandboxError(f"{path.name} is not YAML: {error}") from None
    return _mapping(content)


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _full(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _is_secure(value: object) -> bool:
    return set(_mapping(value)) == {"secure"}


def _text(value: object) -> str:
    # As the engine writes them (checked with the CLI): text as it is, everything else as JSON.
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
