"""The order of a deploy; the laws are in tests/property."""

from pathlib import Path
from typing import Any

import pytest

from model.load import load_files
from model.service import Service
from planning.order import CircleError, called_services, deploy_order

ROOT = Path(__file__).parents[3]


def service(*calls: str, **binding: str) -> Service:
    """A service that calls others, and binds what else is named."""
    content: dict[str, Any] = {
        "description": "A service.",
        "image": "shop/any",
        "size": {
            "cpu": {"request": "250m", "limit": "250m"},
            "memory": {"request": "512Mi", "limit": "512Mi"},
        },
        "replicas": {"min": 1, "max": 1},
        "bind": {
            **{f"CALLS_{number}": f"services.{name}.url" for number, name in enumerate(calls)},
            **binding,
        },
    }
    return Service.model_validate(content)


def test_the_called_services_are_those_that_are_bound_each_once() -> None:
    caller = service(
        "files", "auth", A="services.files.host", B="services.files.port", C="database.url"
    )

    assert called_services(caller) == ("auth", "files")
    assert called_services(service(C="database.url")) == ()


@pytest.mark.acceptance("trap-29")
def test_the_gateway_of_nx_follows_what_it_calls() -> None:
    assert deploy_order(load_files(ROOT, "production").systems["nx"].services) == (
        "file-service",
        "web-portal",
        "worker-service",
        "api-gateway",
    )


def test_a_chain_is_deployed_from_its_end() -> None:
    chain = {"a": service("b"), "b": service("c"), "c": service()}

    assert deploy_order(chain) == ("c", "b", "a")


@pytest.mark.parametrize(
    ("services", "circle"),
    [
        pytest.param({"a": service("a")}, ("a", "a"), id="itself"),
        pytest.param({"a": service("b"), "b": service("a")}, ("a", "b", "a"), id="two"),
        pytest.param(
            {"a": service("b"), "b": service("c"), "c": service("a"), "d": service("a")},
            ("a", "b", "c", "a"),
            id="three, and one that only calls",
        ),
    ],
)
def test_fails_when_services_call_each_other(
    services: dict[str, Service], circle: tuple[str, ...]
) -> None:
    with pytest.raises(CircleError) as caught:
        deploy_order(services)

    assert caught.value.circle == circle
    assert str(caught.value) == " to ".join(circle)
