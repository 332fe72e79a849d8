"""`python -m tools.gendocs` writes the generated docs; `--check` only says which are stale."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.schema import stack_schema, system_schema
from sandbox.summary import SummaryFile
from tools.acceptance import table as acceptance
from tools.gendocs import components, config, files, metrics, runtimes

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Writes or checks; 1 if something is stale or undocumented."""
    parser = argparse.ArgumentParser(prog="python -m tools.gendocs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a stale file")
    only_check: bool = parser.parse_args().check

    schemas: dict[str, Mapping[str, Any]] = {
        "system": system_schema(),
        "stack": stack_schema(),
        "summary": SummaryFile.model_json_schema(by_alias=True, mode="serialization"),
    }
    missing = components.undocumented(ROOT)
    for name, schema in schemas.items():
        missing += config.undocumented(f"{name} schema", schema)
    if missing:
        print("Write a docstring under each of these:", *missing, sep="\n  ", file=sys.stderr)
        return 1

    try:
        pages = components.pages(ROOT)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    written = {
        **pages,
        Path("docs/config.md"): config.config_page(schemas["stack"], schemas["system"]),
        Path("docs/metrics.md"): metrics.metrics_page(),
        Path("docs/runtimes.md"): runtimes.runtimes_page(),
        Path("docs/acceptance.md"): acceptance.page(ROOT),
        **{
            Path(f"docs/schema/{name}.schema.json"): json.dumps(schema, indent=2) + "\n"
            for name, schema in schemas.items()
        },
    }
    return files.check(ROOT, written) if only_check else files.write(ROOT, written)


if __name__ == "__main__":
    sys.exit(main())
