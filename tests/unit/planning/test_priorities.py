"""Listener priorities; the laws are in tests/property."""

import pytest

from planning.priorities import PriorityError, plan_priorities


def test_longer_paths_are_asked_first() -> None:
    plan = plan_priorities({"nx": {"web-portal": ["/"], "api-gateway": ["/api"]}})

    assert plan["nx"]["web-portal"] - plan["nx"]["api-gateway"] == 20


def test_fails_when_a_system_has_too_many_public_services() -> None:
    with pytest.raises(PriorityError) as caught:
        plan_priorities({"nx": {f"service-{number}": ["/"] for number in range(11)}})

    assert str(caught.value) == "nx has 11 public services; there is room for 10"


def test_fails_when_there_are_too_many_systems() -> None:
    with pytest.raises(PriorityError) as caught:
        plan_priorities({f"system-{number}": {} for number in range(251)})

    assert str(caught.value) == "251 systems; a listener has room for 250"
