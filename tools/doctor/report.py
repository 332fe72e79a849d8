"""How findings are shown: a table on a terminal, plain lines in a log, JSON for programs."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.doctor.finding import Finding


def as_json(findings: Sequence[Finding]) -> str:
    """The list of `check`, `ok`, `detail` that `summary.json` also holds."""
    return json.dumps([asdict(finding) for finding in findings], indent=2)


def as_lines(findings: Sequence[Finding]) -> str:
    """One line per finding: nothing wraps, so a log can be searched."""
    width = max(len(finding.check) for finding in findings)
    lines = [
        f"{'ok  ' if finding.ok else 'FAIL'}  {finding.check.ljust(width)}  {finding.detail}"
        for finding in findings
    ]
    return "\n".join([*lines, summary(findings)])


def as_table(findings: Sequence[Finding]) -> Table:
    """The same for people: wrapped and coloured, long ARNs folded."""
    table = Table(title="What runs, compared with what was asked for", title_justify="left")
    table.add_column("", no_wrap=True)
    table.add_column("check", no_wrap=True)
    table.add_column("detail", overflow="fold")
    for finding in findings:
        mark = Text("ok", style="green") if finding.ok else Text("FAIL", style="bold red")
        table.add_row(mark, Text(finding.check), Text(finding.detail))
    table.caption = summary(findings)
    table.caption_justify = "left"
    return table


def summary(findings: Sequence[Finding]) -> str:
    """One sentence at the end."""
    failed = sum(not finding.ok for finding in findings)
    return f"{len(findings)} findings, {failed} failed"


def show(findings: Sequence[Finding], *, json_wanted: bool) -> None:
    """Prints the findings to standard output."""
    if json_wanted:
        print(as_json(findings))
    elif sys.stdout.isatty():
        Console().print(as_table(findings))
    else:
        print(as_lines(findings))
