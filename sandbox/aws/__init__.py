"""AWS resources on the sandbox's AWS API: one file per service says how each type is made.

Nothing here knows Slipway's components, and nothing decides sizes or rules of theirs: it repeats
what AWS does.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.aws.provider import AwsProvider

__all__ = ["AwsProvider"]


def __getattr__(name: str) -> object:
    # Late: sandbox/cloud.py needs the clients of this package, not its tables.
    if name == "AwsProvider":
        from sandbox.aws.provider import AwsProvider  # noqa: PLC0415

        return AwsProvider
    raise AttributeError(name)
