"""Waits until a program has nothing outstanding, in time that grows with the graph alone.

The SDK looks at every outstanding output again whenever one of them is ready: 1.3 million looks for
550 resources. Here they are waited for together, until all are ready or the first one fails.
"""

import asyncio
from typing import Any, cast

from pulumi.runtime import settings
from pulumi.runtime.stack import wait_for_rpcs

_SETTINGS = cast("Any", settings).SETTINGS


async def wait(await_all_outstanding_tasks: bool = True) -> None:  # noqa: FBT001, FBT002 the SDK's
    """Stands for `pulumi.runtime.stack.wait_for_rpcs`.

    Args:
        await_all_outstanding_tasks: Whether outputs are waited for, too, not registrations alone.

    Raises:
        Exception: The first registration or output that failed, as from the SDK.
    """
    while True:
        await wait_for_rpcs(await_all_outstanding_tasks=False)
        outstanding = _taken() if await_all_outstanding_tasks else []
        if not outstanding:
            return
        done, rest = await asyncio.wait(outstanding, return_when=asyncio.FIRST_EXCEPTION)
        for output in done:
            await output
        with _SETTINGS.lock:
            _SETTINGS.outputs.update(rest)


def _taken() -> list["asyncio.Task[Any]"]:
    with _SETTINGS.lock:
        outputs = list(_SETTINGS.outputs)
        _SETTINGS.outputs.clear()
    return outputs
