"""What an alert can say."""

import pytest

from model.observation import Alert


def alert(name: str) -> Alert:
    return Alert.model_validate(
        {
            "name": name,
            "metric": "m",
            "above": 1.0,
            "forMinutes": 1,
            "severity": "warning",
            "summary": "s",
            "team": "t",
        }
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("APIUnhealthy", "api-unhealthy"),
        ("APIHighMemory", "api-high-memory"),
        ("APISlowDatabase", "api-slow-database"),
        ("HighErrorRate", "high-error-rate"),
        ("Unhealthy", "unhealthy"),
        ("Http5xxRate", "http5xx-rate"),
    ],
)
def test_an_alert_is_filed_under_its_name_with_hyphens(name: str, slug: str) -> None:
    assert alert(name).slug == slug
