"""The parts of REST API in a recorded graph, for the tests of REST API."""

from tools.recording.recorder import Recording, Resource

TASK = "rest-api-api"


def service(graph: Recording) -> Resource:
    return graph.one("aws:ecs/service:Service", f"{TASK}-service")


def database(graph: Recording) -> Resource:
    return graph.one("Instance", "rest-api-database-instance")


def cache(graph: Recording) -> Resource:
    return graph.one("ReplicationGroup", "rest-api-cache-group")
