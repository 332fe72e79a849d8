"""The doctor on a small environment in moto: healthy, then with one thing broken at a time."""

from collections.abc import Callable
from typing import Any

RESTORE = "run `pulumi up --refresh --stack staging` to restore it"

Failures = Callable[[], list[tuple[str, str]]]
"""Runs the doctor and gives the failed checks with their details."""

Alter = Callable[[str, str, Callable[[dict[str, Any]], None]], None]
"""Changes what AWS answers to an operation of a service."""
