"""What Prometheus is told of the alerts on a system's own numbers (A16)."""

from model.observation import StatusExporter

SCRAPE_SECONDS = 30
"""How often Prometheus looks at alerts and at the numbers that they are about (A16)."""


def alert_group(system_name: str, described: StatusExporter) -> str:
    """The name of a system's group of alerts: the system file's, or derived.

    Args:
        system_name: The system.
        described: What asks for its status.
    """
    derived = f"{system_name}_{described.service}_alerts".replace("-", "_")
    return described.alert_group or derived
