"""`make up ENGINE=pulumi`: the same phases by Pulumi's own engine, through the plugin door."""

import json
import os
import shutil
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import JsonValue

from sandbox import exported, project
from sandbox.comparing import Change
from sandbox.display import Display
from sandbox.engine import Options, Outcome, examine, find_unmatched, running_cloud
from sandbox.errors import SandboxError
from sandbox.masking import Masker
from sandbox.processes import run
from sandbox.project import Project
from sandbox.state import Resource

_NO_CLI = (
    "ENGINE=pulumi needs the Pulumi CLI on PATH (https://www.pulumi.com/docs/install/); "
    "without it, leave ENGINE out: `make up` then brings its own engine"
)
_PASSPHRASE = "sandbox"  # noqa: S105 it guards the secrets of a state that holds none of value


@contextmanager
def up(options: Options, display: Display, masker: Masker) -> Generator[Outcome]:
    """Deploys a stack with the Pulumi CLI to the sandbox; see `engine.up`.

    The CLI gets a backend, a home and a copy of the stack file under `build/<stack>/pulumi`: the
    repository, and the user's own Pulumi, are not touched.

    Args:
        options: What to deploy and how.
        display: Who follows the run.
        masker: Learns the placeholders of the stack's secrets.

    Yields:
        What came of it.

    Raises:
        SandboxError: There is no CLI, or the project's files cannot be read.
    """
    cli = shutil.which("pulumi")
    if cli is None:
        raise SandboxError(_NO_CLI)
    loaded = project.load(options.root, options.stack, options.config)
    project.tell_unset(loaded, display)
    for key in loaded.secrets:
        masker.learn_text(loaded.config[key])
    with running_cloud(options, loaded, display) as cloud:
        outcome = Outcome(
            endpoint=cloud.aws,
            kubernetes_endpoint=cloud.kubernetes,
            region=project.region(loaded),
        )
        stack = _Stack(cli, loaded, options, cloud.aws, display)
        try:
            _phases(options, loaded, stack, display, outcome)
        except SandboxError as error:
            outcome.errors.append(str(error))
        yield outcome


def _phases(
    options: Options, loaded: Project, stack: "_Stack", display: Display, outcome: Outcome
) -> None:
    with display.phase("init"):
        stack.init()
    with display.phase("preview"):
        stack.pulumi("preview")
    try:
        with display.phase("deploy"):
            stack.pulumi("up", "--yes", "--skip-preview")
    except SandboxError:
        outcome.resources = stack.resources()
        raise
    outcome.resources = stack.resources()
    outcome.outputs = json.loads(stack.pulumi("stack", "output", "--json", quiet=True))
    find_unmatched(outcome)
    with display.phase("secondRun"):
        outcome.changes = stack.changes()
    if options.with_doctor:
        examine(loaded, display, outcome)
    if options.destroy:
        with display.phase("destroy"):
            stack.pulumi("state", "unprotect", "--all", "--yes")
            stack.pulumi("destroy", "--yes", "--skip-preview")
        outcome.errors += [
            f"{resource.urn} is left after the destroy" for resource in stack.resources()
        ]


class _Stack:
    """One stack of the CLI with everything that it writes under `build/<stack>/pulumi`."""

    def __init__(
        self, cli: str, loaded: Project, options: Options, endpoint: str, display: Display
    ) -> None:
        self._cli = cli
        self._project = loaded
        self._display = display
        self._folder = options.build / "pulumi"
        self._copy = self._folder / "project"
        self._config_file = project.stack_file(self._copy, loaded.stack)
        plugins = self._folder / "plugins"
        self._environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "PATH": os.pathsep.join(
                [str(plugins), str(Path(sys.executable).parent), os.environ.get("PATH", "")]
            ),
            "PULUMI_BACKEND_URL": (self._folder / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(self._folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self._plugins = plugins
        self._packages = sorted(options.packages)

    def init(self) -> None:
        """Makes an empty stack and the plugins; what an earlier run left was of another cloud."""
        shutil.rmtree(self._folder, ignore_errors=True)
        for folder in (self._copy, self._plugins, self._folder / "backend"):
            folder.mkdir(parents=True)
        for package in self._packages:
            _write_plugin(self._plugins / f"pulumi-resource-{package}", package)
        shutil.copy(self._project.root / "Pulumi.yaml", self._copy)
        self._write_config()
        # Here, in the copy: `stack init` writes the salt of the secrets into the stack file.
        self._run([self._cli, "-C", str(self._copy), "stack", "init", self._project.stack])
        for key in sorted(self._project.secrets):
            arguments = ["config", "set", "--secret", "--stack", self._project.stack, key]
            self._run(
                [self._cli, "-C", str(self._copy), *arguments], stdin=self._project.config[key]
            )

    def pulumi(self, *command: str, quiet: bool = False) -> str:
        """Runs one command of the CLI on the stack.

        Args:
            command: The command and its own options.
            quiet: Whether to keep its standard output from the display.

        Returns:
            Its standard output.

        Raises:
            SandboxError: It failed; what it said has been shown.
        """
        arguments = [self._cli, "-C", str(self._project.root), *command]
        arguments += ["--stack", self._project.stack, "--non-interactive"]
        if command[0] in {"preview", "up", "destroy"}:
            arguments += ["--config-file", str(self._config_file)]
        return self._run(arguments, quiet=quiet)

    def resources(self) -> list[Resource]:
        """Returns what is in the stack's state."""
        return exported.resources(json.loads(self.pulumi("stack", "export", quiet=True)))

    def changes(self) -> list[Change]:
        """Returns what `pulumi preview` would change now."""
        preview: dict[str, Any] = json.loads(self.pulumi("preview", "--json", quiet=True))
        return exported.changes(cast("list[dict[str, Any]]", preview.get("steps", [])))

    def _run(self, arguments: list[str], *, quiet: bool = True, stdin: str = "") -> str:
        return run(
            arguments,
            environment=self._environment,
            stdin=stdin,
            on_line=None if quiet else self._show,
        )

    def _show(self, line: str) -> None:
        # That the plugins come from PATH is the point; the CLI warns of it up to six times a run.
        if line.strip() and " from $PATH at " not in line:
            self._display.log(line)

    def _write_config(self) -> None:
        # Without what only the team's own key can read: those get placeholders with `config set`.
        values = {
            key: value
            for key, value in self._structured().items()
            if key not in self._project.secrets
        }
        self._config_file.write_text(yaml.safe_dump({"config": values}), encoding="utf-8")

    def _structured(self) -> Mapping[str, JsonValue]:
        return {key: _as_yaml(value) for key, value in self._project.config.items()}


def _as_yaml(text: str) -> JsonValue:
    # The engine reads structure only from YAML; a text stays one, as `"15"` must.
    if text.startswith(("[", "{")):
        with suppress(ValueError):
            return cast("JsonValue", json.loads(text))
    return text


def _write_plugin(path: Path, package: str) -> None:
    root = Path(__file__).resolve().parent.parent
    path.write_text(
        "#!/bin/sh\n"
        f'PYTHONPATH="{root}" exec "{sys.executable}" -m sandbox.plugin {package} "$@"\n',
        encoding="utf-8",
    )
    path.chmod(0o755)
