"""Peaks: what connections and addresses are counted by is what the autoscalers may ask for."""

import dataclasses
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from model.description import Description
from model.load import load_files
from model.service import Service
from model.settings import ServiceSettings
from planning.fargate_service import plan_fargate_service
from planning.kubernetes import plan_kubernetes_service
from planning.peak import peak
from planning.rollout import task_surge

DESCRIPTION = load_files(Path(__file__).parents[2], "production", assume_secrets=True)
SERVICES = [
    (system, service)
    for system, described in DESCRIPTION.systems.items()
    for service in described.services
]


def changed(system: str, name: str, service: Service, settings: ServiceSettings) -> Description:
    """Production in which one service is another one."""
    described = DESCRIPTION.systems[system]
    services = {**described.services, name: service}
    environment = DESCRIPTION.environment
    of_system = environment.systems[system]
    systems = {
        **environment.systems,
        system: of_system.model_copy(update={"services": {**of_system.services, name: settings}}),
    }
    return dataclasses.replace(
        DESCRIPTION,
        systems={
            **DESCRIPTION.systems,
            system: described.model_copy(update={"services": services}),
        },
        environment=environment.model_copy(update={"systems": systems}),
    )


@given(
    st.sampled_from(SERVICES),
    st.integers(1, 40),
    st.integers(0, 40),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_is_what_the_runtimes_are_told(
    which: tuple[str, str], fewest: int, more: int, surge: int, unavailable: int
) -> None:
    system, name = which
    described = DESCRIPTION.systems[system].services[name]
    rollout = described.rollout.model_copy(
        update={"max_surge": surge, "max_unavailable": unavailable}
    )
    service = described.model_copy(update={"rollout": rollout})
    settings = (
        DESCRIPTION.environment.systems[system]
        .services[name]
        .model_copy(update={"min_replicas": fewest, "max_replicas": fewest + more})
    )
    description = changed(system, name, service, settings)

    pods = plan_kubernetes_service(description, system, name)
    on_eks = peak(service, settings, "eks")
    assert (on_eks.steady, on_eks.surge) == (pods.maximum_replicas, pods.max_surge)
    assert fewest <= on_eks.steady <= fewest + more

    tasks = plan_fargate_service(description, system, name)
    on_fargate = peak(service, settings, "fargate")
    assert on_fargate.steady == tasks.maximum_tasks
    assert on_fargate.surge == task_surge(tasks.maximum_tasks, tasks.maximum_percent)
    # ECS speaks in percent of what runs: as many as are asked for, or more, never fewer.
    assert on_fargate.surge >= surge
