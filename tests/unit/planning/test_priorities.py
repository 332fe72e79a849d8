"""Listener priorities; the laws are in tests/property."""

import pytest

from planning.priorities import PriorityError, plan_priorities, rule_order


def test_longer_paths_are_asked_first() -> None:
    plan = plan_priorities({"nx": {"web-portal": ["/"], "api-gateway": ["/api"]}})

    assert plan["nx"]["web-portal"] - plan["nx"]["api-gateway"] == 10


@pytest.mark.parametrize(
    ("services", "order"),
    [
        pytest.param(
            {"web": ["/"], "api": ["/api"], "files": ["/api/files"]}, "files api web", id="nested"
        ),
        pytest.param(
            {"web": ["/", "/api/v1"], "api": ["/api"]}, "web api", id="the longest path decides"
        ),
        pytest.param({"b": ["/one"], "a": ["/two"]}, "a b", id="the alphabet between equals"),
        pytest.param({}, "", id="none is public"),
    ],
)
def test_services_are_asked_by_their_longest_path(
    services: dict[str, list[str]], order: str
) -> None:
    assert rule_order(services) == order.split()


def test_fails_when_a_system_has_too_many_public_services() -> None:
    with pytest.raises(PriorityError) as caught:
        plan_priorities({"nx": {f"service-{number}": ["/"] for number in range(11)}})

    assert str(caught.value) == "nx has 11 public services; there is room for 10"


def test_fails_when_there_are_too_many_systems() -> None:
    with pytest.raises(PriorityError) as caught:
        plan_priorities({f"system-{number}": {} for number in range(501)})

    assert str(caught.value) == "501 systems; a listener has room for 500"
