"""The pages of docs/components/, from each component's source and from running its example."""

from collections.abc import Mapping
from pathlib import Path

from tools.gendocs.markdown import GENERATED, code, page, prose, table
from tools.gendocs.sources import Class, Field, reachable, read_classes
from tools.recording.recorder import Resource, record_file

HEADER = ("Name", "Type", "Default", "Meaning")


def pages(root: Path) -> dict[Path, str]:
    """The text of every component page and of their index, by path below the root.

    Args:
        root: The project's folder.

    Raises:
        LookupError: A component has no example.
    """
    classes = read_classes(root / "components")
    components = [found for found in classes.values() if found.kind == "component"]
    written = {_path(found): _page(root, found, classes) for found in components}
    written[Path("docs/components/README.md")] = _index(components)
    return written


def undocumented(root: Path) -> list[str]:
    """Every public class and field of the component library without a docstring."""
    found = read_classes(root / "components").values()
    return [
        item.replace(f"{root}/", "", 1) for documented in found for item in documented.undocumented
    ]


def _path(component: Class) -> Path:
    return Path("docs/components") / f"{component.path.stem}.md"


def _index(components: list[Class]) -> str:
    rows = [
        (f"[{found.name}]({found.path.stem}.md)", found.doc.split("\n\n", 1)[0])
        for found in components
    ]
    return page("# Components", GENERATED, table(("Component", "Builds"), rows))


def _page(root: Path, component: Class, classes: Mapping[str, Class]) -> str:
    source = f"components/{component.path.name}"
    example = root / "examples" / component.path.stem / "__main__.py"
    if not example.is_file():
        raise LookupError(
            f"{source}: {component.name} has no example; write {example.relative_to(root)}"
        )
    arguments = classes[f"{component.name}Args"]
    # A preview: what a program makes inside `apply` would be missing there, and so here.
    resources = record_file(example, preview=True).below(f"slipway:index:{component.name}")
    return page(
        f"# {component.name}",
        GENERATED,
        f"Source: [{source}](../../{source})",
        prose(component.doc),
        "## Example",
        f"[examples/{component.path.stem}](../../examples/{component.path.stem}/__main__.py)",
        f"```python\n{example.read_text(encoding='utf-8').strip()}\n```",
        f"## Arguments: {arguments.name}",
        table(HEADER, [_field(field) for field in arguments.fields]),
        *(_helper(found) for found in reachable(arguments, classes)),
        "## Outputs",
        table(
            ("Name", "Type", "Meaning"),
            [(code(field.name), code(field.type), field.doc) for field in component.fields],
        ),
        "## Resources",
        f"What the example's {component.name} creates, {len(resources)} resources:",
        table(("Type", "Logical names"), _by_type(resources)),
    )


def _helper(found: Class) -> str:
    if found.kind == "enum":
        rows = [(code(member.default or ""), member.doc) for member in found.fields]
        body = table(("Value", "Meaning"), rows)
    else:
        body = table(HEADER, [_field(field) for field in found.fields])
    return page(f"### {found.name}", prose(found.doc), body).strip()


def _field(field: Field) -> tuple[str, str, str, str]:
    default = "required" if field.default is None else code(field.default)
    return code(field.name), code(field.type), default, field.doc


def _by_type(resources: list[Resource]) -> list[tuple[str, str]]:
    # Sorted, because resources that do not wait for each other register in any order.
    names: dict[str, list[str]] = {}
    for resource in resources:
        names.setdefault(resource.type, []).append(resource.name)
    return [
        (code(type_token), ", ".join(code(name) for name in sorted(names[type_token])))
        for type_token in sorted(names)
    ]
