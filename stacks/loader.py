"""Reads the stack's configuration and the system files; every problem is reported at once."""

from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from model import load as files
from model.description import Description
from model.problems import DescriptionError
from planning import checks


def load() -> Description:
    """Reads and verifies what the stack file and the system files say.

    Warnings are logged, so that they show in the preview and in a pull request.

    Returns:
        The description, verified across files.

    Raises:
        pulumi.RunError: The description has problems. The text lists all of them with place,
            value, reason and remedy; nothing has been created.
    """
    config = _configuration()
    try:
        description = checks.verify(
            files.parse(
                stack=pulumi.get_stack(),
                config=config,
                root=Path.cwd(),
                secret_names={name for name in config if is_config_secret(name)},
            )
        )
    except DescriptionError as error:
        raise pulumi.RunError(str(error)) from None
    for warning in description.warnings:
        pulumi.log.warn(str(warning))
    return description


def _configuration() -> dict[str, str]:
    # pulumi.Config answers one known key at a time; a misspelled section is found only by
    # looking at all of them, which is what the language host hands to the SDK.
    return CONFIG.get() or get_config_env()
