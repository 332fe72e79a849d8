"""What the sandbox tells a user when something does not work: texts, never stack traces."""


class SandboxError(Exception):
    """A failure that a user can act on; its text alone is shown, with secrets masked."""


class StoppedError(SandboxError):
    """A registration that came after the run was told to stop; it hides no cause of its own."""


class ResourceError(SandboxError):
    """A resource that could not be registered, created or deleted.

    Attributes:
        reason: What AWS, or the sandbox in AWS's place, answered.
    """

    def __init__(self, type_: str, name: str, source: str, reason: str) -> None:
        self.reason = reason
        place = f" ({source})" if source else ""
        super().__init__(f"{type_} {name}{place}: {reason}")
