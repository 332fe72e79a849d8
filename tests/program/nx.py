"""The parts of Nx in a recorded graph, for the tests of Nx."""

from tools.recording.recorder import Recording, Resource

SERVICES = ("web-portal", "api-gateway", "file-service", "worker-service")
PRIVATE = ("file-service", "worker-service")


def service(graph: Recording, name: str) -> Resource:
    return graph.one("aws:ecs/service:Service", f"nx-{name}-service")


def database(graph: Recording) -> Resource:
    return graph.one("Instance", "nx-database-instance")


def broker(graph: Recording) -> Resource:
    return graph.one("Broker", "nx-queue-broker")


def objects(graph: Recording) -> Resource:
    return graph.one("aws:s3/bucket:Bucket", "nx-objects-bucket")
