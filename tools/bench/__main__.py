"""`python -m tools.bench`: the graph against its floor, growth with systems, `make up` by phase."""

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, cast

import yaml
from rich.console import Console
from rich.table import Table

from sandbox import project
from tools.bench import floor, timing

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "build" / "bench.json"
CHILD = [sys.executable, "-W", "ignore", "-m", "tools.bench.child"]
HIGHEST_RATIO = 0.75
"""Promised: at most this share of the floor's processor time (docs/performance.md)."""
HIGHEST_DEPLOY = 5
"""Promised: deploying to the sandbox takes at most so many times the graph's processor time."""

RUNTIMES = ("fargate", "eks")
_RUNTIME_KEY = "slipway:runtime"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is measured: a stack on one of the runtimes, whichever its file names."""

    stack: str
    runtime: str

    def __str__(self) -> str:
        return f"{self.stack} on {self.runtime}"

    def load(self) -> project.Project:
        """Reads the project's files for it."""
        return project.load(ROOT, self.stack, {_RUNTIME_KEY: self.runtime})


def main() -> int:
    """Measures, prints tables and writes `build/bench.json`.

    Returns:
        0, or 1 if a promise is broken.
    """
    parser = argparse.ArgumentParser(prog="tools.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each side (default: 7)")
    parser.add_argument("--stack", action="append", help="default: staging and production")
    parser.add_argument(
        "--runtime", action="append", choices=RUNTIMES, help="default: each of them"
    )
    parser.add_argument("--systems", type=int, nargs="*", default=[1, 10, 50])
    parser.add_argument("--without-up", action="store_true", help="leave `make up` out")
    options = parser.parse_args()
    stacks: list[str] = options.stack or ["staging", "production"]
    runtimes: list[str] = options.runtime or [*RUNTIMES]
    cases = [Case(stack=stack, runtime=runtime) for stack in stacks for runtime in runtimes]
    with tempfile.TemporaryDirectory() as folder:
        results: dict[str, Any] = {
            "graph": {str(case): _graph(case, options.runs, Path(folder)) for case in cases},
            "growth": {
                str(case): _growth(case, options.systems, Path(folder))
                for case in cases[: len(runtimes)]
            },
            "up": {} if options.without_up else {str(case): _up(case) for case in cases},
        }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _show(results)
    broken = list(_broken(results))
    for promise in broken:
        print(promise)
    return int(bool(broken))


def _broken(results: Mapping[str, Any]) -> Iterator[str]:
    for case, graph in results["graph"].items():
        if graph["ratio"] > HIGHEST_RATIO:
            yield f"{case}: the graph takes {graph['ratio']:.2f} of its floor"
        phases = results["up"].get(case)
        if phases is None:
            continue
        times = phases["deploy"] / graph["seconds"]
        if times > HIGHEST_DEPLOY:
            yield f"{case}: deploying takes {times:.1f} times the graph, not {HIGHEST_DEPLOY}"
        if phases["destroy"] >= phases["deploy"]:
            yield f"{case}: destroying takes longer than deploying"


def _graph(case: Case, runs: int, folder: Path) -> dict[str, float]:
    """The program and its floor in turn, after one run of each that is not counted."""
    loaded = case.load()
    configuration = folder / f"{case.stack}-{case.runtime}.json"
    _write(configuration, loaded, loaded.config)
    flat = folder / f"{case.stack}_{case.runtime}_floor.py"
    # In a process of its own: what this one takes would count as memory of all that it starts.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as elsewhere:
        arguments = (loaded.program, configuration, case.stack, flat)
        resources = elsewhere.submit(floor.write, *arguments).result()
    programs: dict[str, list[timing.Cost]] = {str(loaded.program): [], str(flat): []}
    for counted in range(-1, runs):
        for program, costs in programs.items():
            cost = timing.run([*CHILD, program, str(configuration), case.stack, str(ROOT)], ROOT)
            if counted >= 0:
                costs.append(cost)
    ours, flats = (timing.middle(costs) for costs in programs.values())
    pairs = zip(*programs.values(), strict=True)
    return {
        "resources": resources,
        "seconds": ours.cpu_seconds,
        "floorSeconds": flats.cpu_seconds,
        # Pair by pair: two runs in a row met the same machine.
        "ratio": median(mine.cpu_seconds / flat.cpu_seconds for mine, flat in pairs),
        "memoryMib": ours.memory_mib,
        "floorMemoryMib": flats.memory_mib,
    }


def _growth(case: Case, counts: Sequence[int], folder: Path) -> dict[str, dict[str, float]]:
    results: dict[str, dict[str, float]] = {}
    for count in counts:
        root = folder / f"{case.runtime}-{count}"
        configuration = _copies(root, case, count)
        costs = [
            timing.run(
                [*CHILD, str(ROOT / "__main__.py"), str(configuration), case.stack, str(ROOT)],
                root,
                {"PYTHONPATH": str(ROOT)},
            )
            for _ in range(3)
        ]
        cost = timing.middle(costs)
        results[str(count)] = {"seconds": cost.cpu_seconds, "memoryMib": cost.memory_mib}
    return results


def _copies(root: Path, case: Case, count: int) -> Path:
    """Writes an environment with so many copies of the first real system."""
    loaded = case.load()
    config = {key: value for key, value in loaded.config.items() if key not in loaded.secrets}
    settings = cast("dict[str, Any]", json.loads(config[f"{loaded.name}:systems"]))
    name, first = next(iter(settings.items()))
    described = cast("dict[str, Any]", yaml.safe_load((ROOT / f"systems/{name}.yaml").read_text()))
    (root / "systems").mkdir(parents=True)
    copies: dict[str, Any] = {}
    for index in range(count):
        copy = f"{name}{index}" if index else name
        (root / f"systems/{copy}.yaml").write_text(yaml.safe_dump({**described, "name": copy}))
        copies[copy] = {**first, "host": f"s{index}-{first['host']}" if index else first["host"]}
    config[f"{loaded.name}:systems"] = json.dumps(copies)
    configuration = root / "configuration.json"
    _write(configuration, loaded, config)
    return configuration


def _write(file: Path, loaded: project.Project, config: Mapping[str, str]) -> None:
    settings = {"config": dict(config), "secrets": sorted(loaded.secrets & config.keys())}
    file.write_text(json.dumps(settings), encoding="utf-8")


def _up(case: Case) -> dict[str, float]:
    command = [sys.executable, "-m", "sandbox", "up", "--stack", case.stack, "--destroy"]
    command += ["--config", f"{_RUNTIME_KEY}={case.runtime}"]
    cost = timing.run(command, ROOT)
    summary = json.loads((ROOT / "build" / case.stack / "summary.json").read_text(encoding="utf-8"))
    return {**summary["cpuSeconds"], "whole process": cost.cpu_seconds}


def _show(results: Mapping[str, Any]) -> None:
    console = Console()
    graph = Table(title=f"Graph against the floor, CPU seconds (promised: {HIGHEST_RATIO})")
    graph.add_column("stack and runtime")
    for column in ("resources", "Slipway", "floor", "ratio", "MiB", "floor MiB"):
        graph.add_column(column, justify="right")
    for case, figures in results["graph"].items():
        graph.add_row(
            case,
            str(figures["resources"]),
            f"{figures['seconds']:.2f}",
            f"{figures['floorSeconds']:.2f}",
            f"{figures['ratio']:.2f}",
            f"{figures['memoryMib']:.0f}",
            f"{figures['floorMemoryMib']:.0f}",
        )
    console.print(graph)
    growth = Table(title="Growth")
    growth.add_column("stack and runtime")
    for column in ("systems", "CPU seconds", "MiB"):
        growth.add_column(column, justify="right")
    for case, counts in results["growth"].items():
        for count, figures in counts.items():
            cost = (f"{figures['seconds']:.2f}", f"{figures['memoryMib']:.0f}")
            growth.add_row(case, count, *cost)
    console.print(growth)
    if results["up"]:
        phases = Table(title="make up and destroy, CPU seconds by phase")
        phases.add_column("phase")
        for case in results["up"]:
            phases.add_column(case, justify="right")
        for phase in next(iter(results["up"].values())):
            row = (f"{figures.get(phase, 0):.2f}" for figures in results["up"].values())
            phases.add_row(phase, *row)
        console.print(phases)


if __name__ == "__main__":
    sys.exit(main())
