"""Compares generated texts with the files that hold them, and writes those that differ."""

import sys
from collections.abc import Mapping
from pathlib import Path


def check(root: Path, written: Mapping[Path, str]) -> int:
    """Compares the generated texts with the files; 1 if one is stale or left over."""
    stale = [*_stale(root, written), *_orphans(root, written)]
    if stale:
        print("Stale, run `make docs`:", *stale, sep="\n  ", file=sys.stderr)
        return 1
    print(f"{len(written)} generated files are current")
    return 0


def write(root: Path, written: Mapping[Path, str]) -> int:
    """Writes what changed, removes what is left over; 0."""
    for path in _stale(root, written):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(written[path], encoding="utf-8")
        print(f"wrote {path}")
    for path in _orphans(root, written):
        (root / path).unlink()
        print(f"removed {path}")
    return 0


def _stale(root: Path, written: Mapping[Path, str]) -> list[Path]:
    return [
        path
        for path, text in written.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]


def _orphans(root: Path, written: Mapping[Path, str]) -> list[Path]:
    pages = sorted((root / "docs/components").glob("*.md"))
    return [path.relative_to(root) for path in pages if path.relative_to(root) not in written]
