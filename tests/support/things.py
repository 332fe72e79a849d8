"""A provider in memory, and programs for it: everything that an engine does, without a cloud."""

import sys
import textwrap
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import yaml
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import (
    CheckFailure,
    CheckRequest,
    CheckResponse,
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    DiffRequest,
    DiffResponse,
    InvokeRequest,
    InvokeResponse,
    Provider,
    ReadRequest,
    ReadResponse,
)
from rich.console import Console

from sandbox import project
from sandbox.display import Display
from sandbox.masking import Masker
from sandbox.packages import PACKAGES, Package
from sandbox.session import Session

PREAMBLE = """
import pulumi

class Thing(pulumi.CustomResource):
    shown: pulumi.Output[str]

    def __init__(self, name, opts=None, **inputs):
        super().__init__("thing:index:Thing", name, {"shown": None, **inputs}, opts)

class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Box", name, None, opts)

class Provider(pulumi.ProviderResource):
    def __init__(self, name, **inputs):
        super().__init__("thing", name, inputs)

class Stubborn(Exception):
    pass
"""


class ThingProvider(Provider):
    """Keeps things by id. `refuse` fails the check, `fail` fails the creation."""

    def __init__(self) -> None:
        self.things: dict[str, str] = {}
        self.created: list[str] = []
        self.deleted: list[str] = []
        self.configured: list[dict[str, object]] = []
        self.lasting: set[str] = set()

    async def configure(self, request):
        self.configured.append({key: value.value for key, value in request.args.items()})
        return await super().configure(request)

    async def check(self, request: CheckRequest) -> CheckResponse:
        inputs = dict(request.new_inputs)
        if "refuse" in inputs:
            return CheckResponse(failures=[CheckFailure("refuse", str(inputs["refuse"].value))])
        name = request.old_inputs.get("physicalName")
        inputs["physicalName"] = name or PropertyValue(
            f"{request.name}-{request.random_seed.hex()}"
        )
        return CheckResponse(inputs=inputs)

    async def diff(self, request: DiffRequest) -> DiffResponse:
        old = {key: value.value for key, value in request.old_state.items() if key != "shown"}
        new = {key: value.value for key, value in request.new_inputs.items()}
        changed = [key for key in {*old, *new} if old.get(key) != new.get(key)]
        return DiffResponse(
            changes=bool(changed), diffs=changed, replaces=[key for key in changed if key == "kind"]
        )

    async def create(self, request: CreateRequest) -> CreateResponse:
        if "fail" in request.properties:
            raise RuntimeError(f"cannot make it: {request.properties['fail'].value}")
        self.created.append(request.name)
        resource_id = f"id-{request.name}"
        self.things[resource_id] = request.name
        outputs = {**request.properties, "shown": PropertyValue(f"shown-{request.name}")}
        return CreateResponse(resource_id, outputs)

    async def read(self, request: ReadRequest) -> ReadResponse:
        if request.resource_id not in self.things:
            return ReadResponse(None)
        name = self.things[request.resource_id]
        return ReadResponse(request.resource_id, {"shown": PropertyValue(f"shown-{name}")}, {})

    async def delete(self, request: DeleteRequest) -> None:
        self.deleted.append(request.name)
        if request.name not in self.lasting:
            del self.things[request.resource_id]

    async def invoke(self, request: InvokeRequest) -> InvokeResponse:
        if "refuse" in request.args:
            return InvokeResponse(failures=[CheckFailure("refuse", "not today")])
        return InvokeResponse({"answer": PropertyValue(f"{request.args['question'].value}!")})


class Bench:
    """One session on one program, with what it showed."""

    def __init__(self, session: Session, provider: ThingProvider, shown: StringIO, root: Path):
        self.session = session
        self.provider = provider
        self.root = root
        self._shown = shown

    @property
    def shown(self) -> str:
        return self._shown.getvalue()

    def resource(self, name: str):
        return next(resource for resource in self.session.state if resource.name == name)

    def place(self, text: str) -> str:
        """File and line of the first line of the program that holds the text."""
        lines = (self.root / "__main__.py").read_text().splitlines()
        number = next(number for number, line in enumerate(lines, 1) if text in line)
        return f"__main__.py:{number}"

    def rewrite(self, source: str) -> None:
        write_program(self.root, source)


def write_program(root: Path, source: str) -> None:
    text = PREAMBLE + textwrap.dedent(source)
    (root / "__main__.py").write_text(text, encoding="utf-8")


def write_project(root: Path, source: str, config: Mapping[str, object] | None = None) -> None:
    root.mkdir(exist_ok=True)
    (root / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    (root / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config or {}}))
    write_program(root, source)


@contextmanager
def bench(root: Path, source: str, config: Mapping[str, object] | None = None) -> Generator[Bench]:
    """Opens a session on a program of things; nothing is deployed yet."""
    write_project(root, source, config)
    provider = ThingProvider()
    shown = StringIO()
    masker = Masker()
    display = Display(Console(file=shown, width=200), masker)
    modules = set(sys.modules)
    with Session(
        project.load(root, "dev"),
        endpoint="",
        packages={
            "thing": Package(make=lambda _: provider, remote=True),
            "random": PACKAGES["random"],
        },
        display=display,
        masker=masker,
    ) as session:
        yield Bench(session, provider, shown, root)
    for name in set(sys.modules) - modules:
        if name.startswith("shop_"):
            del sys.modules[name]
