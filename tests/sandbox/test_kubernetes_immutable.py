"""What cannot change: the provider replaces the object, as the real one, or the API refuses."""

import asyncio

import pytest
from pulumi.provider.experimental.provider import DiffRequest, UpdateRequest

from sandbox.errors import SandboxError
from sandbox.kubernetes import api
from sandbox.provider import UNKNOWN
from tests.support.kubernetes import ARN, Cluster, changed, manifest, wire

CHANGES_DATA = {"enableConfigMapMutable": "true", "enableSecretMutable": True}
OTHER_ARN = ARN.replace("/shop/", "/other/")
FROZEN = "Forbidden: field is immutable when `immutable` is set"


@pytest.fixture
def server():
    found = api.start()
    yield found
    found.stop()


def cluster_of(server, **arguments):
    found = Cluster(server.endpoint, **arguments)
    found.have("Namespace")
    return found


def replaced(cluster, made, new):
    """Which fields the provider replaces an object for, and how it tells of each input."""
    request = DiffRequest(made.urn, made.id, made.state, wire(new), [])
    answer = asyncio.run(cluster.provider.diff(request))
    told = {key: each.kind.name for key, each in answer.detailed_diff.items()}
    return answer.replaces, told, answer.delete_before_replace


REPLACED = [
    ("Deployment", "spec.selector.matchLabels", {"app": "a"}, "spec.selector"),
    ("Job", "spec.template.spec.restartPolicy", "OnFailure", "spec.template"),
    ("Job", "spec.completions", 2, "spec.completions"),
    ("Job", "spec.parallelism", 2, "spec.parallelism"),
    ("Service", "spec.clusterIP", "10.100.0.9", "spec.clusterIP"),
    ("ConfigMap", "data.PORT", "1", "data"),
    ("Secret", "stringData.TOKEN", "another", "stringData"),
]


@pytest.mark.parametrize(
    ("kind", "path", "new", "field"), REPLACED, ids=[f"{case[0]}-{case[1]}" for case in REPLACED]
)
def test_what_the_real_provider_replaces_is_replaced(server, kind, path, new, field):
    cluster = cluster_of(server)
    old = manifest(kind)
    top = field.partition(".")[0]
    expected = ([field], {top: "UPDATE_REPLACE"}, True)
    assert replaced(cluster, cluster.create(old), changed(old, path, new)) == expected


IN_PLACE = [
    ("Deployment", "spec.template.spec.containers.0.image", "registry.example.com/shop/api:2"),
    ("Deployment", "spec.replicas", 5),
    ("Job", "spec.backoffLimit", 1),
    ("CronJob", "spec.schedule", "0 4 * * *"),
    ("Service", "spec.ports.0.port", 81),
    ("ConfigMap", "data.PORT", "1"),
    ("Secret", "stringData.TOKEN", "another"),
    ("PodDisruptionBudget", "spec.selector.matchLabels", {"app": "a"}),
    ("NetworkPolicy", "spec.podSelector", {}),
]


@pytest.mark.parametrize(
    ("kind", "path", "new"), IN_PLACE, ids=[f"{case[0]}-{case[1]}" for case in IN_PLACE]
)
def test_what_changes_in_place_is_an_update(server, kind, path, new):
    cluster = cluster_of(server, **CHANGES_DATA)
    old = manifest(kind)
    update = changed(old, path, new)
    assert replaced(cluster, cluster.create(old), update) == (
        [],
        {path.partition(".")[0]: "UPDATE"},
        False,
    )


@pytest.mark.parametrize(("kind", "field"), [("ConfigMap", "data"), ("Secret", "stringData")])
def test_frozen_data_is_replaced_however_the_provider_is_set(server, kind, field):
    cluster = cluster_of(server, **CHANGES_DATA)
    old = manifest(kind, immutable=True)
    new = {**old, field: {"TOKEN": "another"}}
    assert replaced(cluster, cluster.create(old), new) == ([field], {field: "UPDATE_REPLACE"}, True)


def test_the_type_of_a_secret_is_replaced_however_the_provider_is_set(server):
    cluster = cluster_of(server, **CHANGES_DATA)
    old = manifest("Secret")
    expected = (["type"], {"type": "ADD_REPLACE"}, True)
    assert replaced(cluster, cluster.create(old), {**old, "type": "example.com/token"}) == expected
    typed = {**manifest("Secret", "typed"), "type": "example.com/token"}
    expected = (["type"], {"type": "DELETE_REPLACE"}, True)
    assert replaced(cluster, cluster.create(typed), manifest("Secret", "typed")) == expected


@pytest.mark.parametrize(
    ("path", "new"), [("metadata.name", "other"), ("metadata.namespace", "default")]
)
def test_what_moves_stands_beside_its_successor_for_a_while(server, path, new):
    cluster = cluster_of(server)
    made = cluster.create(manifest("ConfigMap"))
    expected = ([path], {"metadata": "UPDATE_REPLACE"}, False)
    assert replaced(cluster, made, changed(manifest("ConfigMap"), path, new)) == expected


def test_so_does_what_has_a_name_that_was_drawn(server):
    cluster = cluster_of(server)
    drawn = changed(manifest("Job"), "metadata.annotations", {"pulumi.com/autonamed": "true"})
    expected = (["spec.completions"], {"spec": "UPDATE_REPLACE"}, False)
    assert (
        replaced(cluster, cluster.create(drawn), changed(drawn, "spec.completions", 2)) == expected
    )


def test_no_namespace_is_the_providers(server):
    cluster_of(server)
    cluster = Cluster(server.endpoint, namespace="shop")
    homeless = changed(manifest("ConfigMap"), "metadata.namespace", None)
    made = cluster.create(homeless)
    assert replaced(cluster, made, manifest("ConfigMap")) == ([], {"metadata": "UPDATE"}, False)


def test_what_is_ignored_replaces_nothing(server):
    cluster = cluster_of(server)
    made = cluster.create(manifest("ConfigMap"))
    new = changed(manifest("ConfigMap"), "data.PORT", "1")
    request = DiffRequest(made.urn, made.id, made.state, wire(new), ["data"])
    answer = asyncio.run(cluster.provider.diff(request))
    assert (answer.changes, answer.replaces, answer.delete_before_replace) == (False, [], False)


def refusal(cluster, made, new, *, preview=False):
    """What the provider says instead of changing an object."""
    request = UpdateRequest(made.urn, made.id, made.state, wire(new), 0, [], preview)
    with pytest.raises(SandboxError) as refused:
        asyncio.run(cluster.provider.update(request))
    return str(refused.value)


REFUSED = [
    (
        "Deployment",
        "spec.selector.matchLabels",
        {"app": "a"},
        'Invalid: Deployment.apps "shop-api" is invalid: spec.selector: field is immutable',
    ),
    (
        "Job",
        "spec.completionMode",
        "Indexed",
        'Invalid: Job.batch "shop-api" is invalid: spec.completionMode: field is immutable',
    ),
    (
        "Job",
        "spec.template.spec.restartPolicy",
        "OnFailure",
        'Invalid: Job.batch "shop-api" is invalid: spec.template: field is immutable',
    ),
    (
        "Secret",
        "type",
        "example.com/token",
        'Invalid: Secret "shop-api" is invalid: type: field is immutable',
    ),
    (
        "Service",
        "spec.clusterIP",
        "10.100.0.9",
        'Invalid: Service "shop-api" is invalid: spec.clusterIP: may not change once set',
    ),
    (
        "ServiceAccount",
        "metadata.namespace",
        "default",
        'Invalid: ServiceAccount "shop-api" is invalid: metadata.namespace: field is immutable',
    ),
]


@pytest.mark.parametrize(
    ("kind", "path", "new", "reason"), REFUSED, ids=[f"{case[0]}-{case[1]}" for case in REFUSED]
)
def test_what_the_api_does_not_change_is_refused(server, kind, path, new, reason):
    cluster = cluster_of(server)
    made = cluster.create(manifest(kind))
    for preview in (False, True):
        update = changed(manifest(kind), path, new)
        assert refusal(cluster, made, update, preview=preview) == reason


@pytest.mark.parametrize(("kind", "field"), [("ConfigMap", "data"), ("Secret", "stringData")])
def test_what_is_frozen_cannot_be_thawed(server, kind, field):
    cluster = cluster_of(server, **CHANGES_DATA)
    made = cluster.create(manifest(kind, immutable=True))
    new = manifest(kind, **{field: {"TOKEN": "another"}})
    # The provider asks what the object is to be, not what it was.
    assert replaced(cluster, made, new)[0] == []
    assert refusal(cluster, made, new) == (
        f'Invalid: {kind} "shop-api" is invalid: data: {FROZEN}; immutable: {FROZEN}'
    )


def test_a_binding_stays_with_its_target_group(server):
    cluster = cluster_of(server)
    cluster.have("Service")
    made = cluster.create(manifest("TargetGroupBinding"))
    new = changed(manifest("TargetGroupBinding"), "spec.targetGroupARN", OTHER_ARN)
    assert replaced(cluster, made, new) == ([], {"spec": "UPDATE"}, False)
    denied = (
        "Forbidden: admission webhook denied the request: TargetGroupBinding update may not change "
        "these fields: spec.targetGroupARN"
    )
    assert refusal(cluster, made, new) == denied
    new = changed(new, "spec.targetType", "instance")
    assert refusal(cluster, made, new) == f"{denied},spec.targetType"


def test_what_is_not_known_yet_is_not_refused(server):
    cluster = cluster_of(server)
    cluster.have("Service")
    made = cluster.create(manifest("TargetGroupBinding"))
    new = changed(manifest("TargetGroupBinding"), "spec.targetGroupARN", UNKNOWN)
    request = UpdateRequest(made.urn, made.id, made.state, wire(new), 0, [], True)
    asyncio.run(cluster.provider.update(request))
