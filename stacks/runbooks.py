"""Where people read what to do about an alarm."""

from model.description import Description


def runbook_url(description: Description, name: str) -> str:
    """The address of a page of docs/runbooks, as the environment publishes it."""
    return f"{description.environment.monitoring.runbook_base_url.rstrip('/')}/{name}.md"
