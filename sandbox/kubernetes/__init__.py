"""Kubernetes in the sandbox: the API that `kubectl` reads, and the provider that fills it.

Nothing runs here. Objects are checked as the API server checks them, against the published schemas
and beyond them, are kept in memory, and get the status that their controllers would write once all
is well.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.kubernetes.provider import KubernetesProvider

__all__ = ["KubernetesProvider"]


def __getattr__(name: str) -> object:
    # Late: the schemas' library takes a while to load, and a run without Kubernetes needs none.
    if name == "KubernetesProvider":
        from sandbox.kubernetes.provider import KubernetesProvider  # noqa: PLC0415

        return KubernetesProvider
    raise AttributeError(name)
