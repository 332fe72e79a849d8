"""The doctor's phase: the same checks on the sandbox's endpoint as on AWS."""

from collections.abc import Mapping

from pydantic import JsonValue

from sandbox.errors import SandboxError
from sandbox.failures import of_provider
from sandbox.project import Project
from sandbox.summary import DoctorFinding


def examine(
    project: Project, outputs: Mapping[str, JsonValue], endpoint: str
) -> list[DoctorFinding]:
    """Has the doctor compare what runs with what the description asks for.

    Args:
        project: The project that was deployed.
        outputs: The stack's outputs, secrets masked; the doctor finds the resources by them.
        endpoint: URL of the sandbox's AWS API.

    Returns:
        The findings, in the doctor's order.

    Raises:
        SandboxError: The doctor could not look, as when the outputs are not those of a stack.
    """
    # The only place where the sandbox knows more of the project than its program: the doctor
    # belongs to the project and is loaded when there is something to examine.
    from model.load import parse  # noqa: PLC0415
    from planning.checks import verify  # noqa: PLC0415
    from tools import doctor  # noqa: PLC0415

    # From the configuration that the program got, so with what this run replaced in it.
    description = verify(
        parse(
            stack=project.stack,
            config=project.config,
            root=project.root,
            secret_names=project.secrets,
        )
    )
    try:
        findings = doctor.run(description, outputs, endpoint)
    except Exception as error:
        raise SandboxError(f"the doctor could not look: {of_provider(error)}") from error
    return [
        DoctorFinding(check=finding.check, ok=finding.ok, detail=finding.detail)
        for finding in findings
    ]
