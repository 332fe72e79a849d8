"""The Kubernetes provider: names, ids, outputs, secrets, and where it deploys to."""

import asyncio
import json

import pytest
import yaml
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import (
    CheckRequest,
    ConfigureRequest,
    InvokeRequest,
)

from sandbox.errors import SandboxError
from sandbox.kubernetes import KubernetesProvider, api
from sandbox.provider import MOCKED_KEY, UNKNOWN, plain_map
from tests.support.account import SEED, urn
from tests.support.kubernetes import Cluster, changed, kubeconfig, manifest, wire

TOKEN = "aToKeNthatNobodyMaySee"


@pytest.fixture
def cluster():
    server = api.start()
    found = Cluster(server.endpoint)
    found.have("Namespace")
    yield found
    server.stop()


def unnamed(kind, **metadata):
    return manifest(kind, metadata={"namespace": "shop", **metadata})


def test_an_object_without_a_name_gets_one_of_the_logical_name(cluster):
    inputs, failures = cluster.check(unnamed("Job"), "migration")
    assert failures == []
    metadata = plain_map(inputs)["metadata"]
    assert metadata["name"] == f"migration-{SEED.hex()[:8]}"
    assert metadata["annotations"] == {"pulumi.com/autonamed": "true"}


def test_a_drawn_name_stays(cluster):
    old = unnamed("Job", name="migration-12345678")
    inputs, _ = cluster.check(unnamed("Job"), "migration", old)
    assert plain_map(inputs)["metadata"]["name"] == "migration-12345678"


def test_a_given_name_stays(cluster):
    inputs, _ = cluster.check(manifest("Job"), "migration")
    assert plain_map(inputs)["metadata"] == manifest("Job")["metadata"]


def test_a_logical_name_that_makes_no_good_name_is_told(cluster):
    assert cluster.check(unnamed("ConfigMap"), "Settings")[1] == [
        f'metadata.name: "Settings-{SEED.hex()[:8]}" is refused; use 1 to 253 lower-case letters, '
        "digits, hyphens and dots, with a letter or digit at both ends of each part"
    ]


def test_a_draw_leaves_secret_and_unknown_metadata_as_they_are(cluster):
    labels = PropertyValue({"a": PropertyValue("b")}, is_secret=True)
    given = unnamed("ConfigMap", labels=labels, annotations=UNKNOWN)
    inputs, failures = cluster.check(given, "settings")
    assert failures == []
    metadata = inputs["metadata"].value
    assert metadata["labels"] == labels
    assert plain_map(inputs)["metadata"]["annotations"] is UNKNOWN


def test_ids_are_namespace_and_name(cluster):
    assert cluster.create(manifest("ConfigMap")).id == "shop/shop-api"
    assert cluster.create(manifest("Namespace", "other")).id == "other"


def test_the_namespace_is_the_providers_or_default(cluster):
    homeless = changed(manifest("ConfigMap"), "metadata.namespace", None)
    assert cluster.create(homeless).id == "default/shop-api"
    inside = Cluster(cluster.endpoint, namespace="shop")
    made = inside.create(homeless)
    assert made.id == "shop/shop-api"
    assert made.outputs["metadata"]["namespace"] == "shop"


def test_the_outputs_are_the_object_as_it_is_served(cluster):
    made = cluster.create(manifest("Service"))
    served = cluster.get("/api/v1/namespaces/shop/services/shop-api")
    outputs = {key: item for key, item in made.outputs.items() if not key.startswith("__")}
    assert outputs == served
    assert made.read() == made.outputs


def test_a_preview_creates_nothing(cluster):
    made = cluster.create(manifest("ConfigMap"), preview=True)
    assert made.id == ""
    assert cluster.get("/api/v1/namespaces/shop/configmaps")["items"] == []


def test_what_goes_in_secret_comes_out_secret(cluster):
    secret = PropertyValue(TOKEN, is_secret=True)
    env = [{"name": "A", "value": "open"}, {"name": "TOKEN", "value": secret}]
    value = changed(manifest("Deployment"), "spec.template.spec.containers.0.env", env)
    for state in (
        cluster.create(value).state,
        cluster.create(changed(value, "metadata.name", "b")).state,
    ):
        assert not state["metadata"].contains_secret()
        container = state["spec"].value["template"].value["spec"].value["containers"].value[0]
        [plain, hidden] = container.value["env"].value
        assert not plain.contains_secret()
        assert hidden.value["value"] == secret
        assert hidden.value["name"] == PropertyValue("TOKEN")


def test_a_whole_secret_map_stays_secret(cluster):
    data = PropertyValue({"TOKEN": PropertyValue("YQ==")}, is_secret=True)
    value = {**manifest("Secret"), "data": data}
    del value["stringData"]
    made = cluster.create(value)
    assert made.state["data"].is_secret
    assert made.outputs["data"] == {"TOKEN": "YQ=="}


def test_a_second_run_changes_nothing(cluster):
    value = manifest("Service")
    made = cluster.create(value)
    assert made.diff(value) == {}
    assert made.diff(changed(value, "spec.ports.0.port", 81)) == {"spec": "UPDATE"}
    assert made.diff({**value, "immutable": True}) == {"immutable": "ADD"}
    del value["spec"]
    assert made.diff(value) == {"spec": "DELETE"}


def test_an_update_is_refused_by_name(cluster):
    made = cluster.create(manifest("ConfigMap"))
    with pytest.raises(SandboxError) as refused:
        made.update(changed(manifest("ConfigMap"), "data.PORT", "1"))
    assert str(refused.value) == (
        "the sandbox cannot update kubernetes:core/v1:ConfigMap it in place yet: changed data"
    )


def test_what_is_deleted_is_gone(cluster):
    made = cluster.create(manifest("ConfigMap"))
    made.delete()
    assert made.read() is None
    made.delete()


def test_a_deleted_namespace_takes_its_objects_along(cluster):
    namespace = cluster.create(manifest("Namespace", "other"))
    value = changed(manifest("ConfigMap"), "metadata.namespace", "other")
    inside = cluster.create(value)
    namespace.delete()
    assert inside.read() is None
    inside.delete()


def test_the_end_of_a_job_is_invented_and_says_so(cluster):
    made = cluster.create(manifest("Job"))
    assert made.outputs[MOCKED_KEY] == "the sandbox runs no containers, so how it ended is invented"
    assert MOCKED_KEY not in cluster.create(manifest("ConfigMap")).outputs


def test_a_failed_job_fails_the_deploy_and_leaves_nothing(cluster):
    value = changed(manifest("Job"), "spec.template.spec.containers.0.command", ["false"])
    with pytest.raises(SandboxError) as failed:
        cluster.create(value)
    assert str(failed.value) == (
        "Job shop/shop-api has failed: Job has reached the specified backoff limit"
    )
    assert cluster.get("/apis/batch/v1/namespaces/shop/jobs")["items"] == []


@pytest.mark.parametrize("type_", ["kubernetes:core/v1:Pod", "kubernetes:core/v1:ConfigMapList"])
def test_a_type_that_is_not_served_is_named(cluster, type_):
    request = CheckRequest(urn(type_, "it"), {}, {}, SEED)
    [failure] = asyncio.run(cluster.provider.check(request)).failures
    assert failure.reason == f"the sandbox serves no {type_} yet; see sandbox/README.md"


def test_a_function_is_refused(cluster):
    request = InvokeRequest("kubernetes:helm:template", {})
    with pytest.raises(SandboxError, match="serves no function kubernetes:helm:template"):
        asyncio.run(cluster.provider.invoke(request))


def refused_config(**inputs):
    provider = KubernetesProvider()
    answer = asyncio.run(provider.check_config(CheckRequest("", {}, wire(inputs), b"")))
    return [f"{failure.property}: {failure.reason}" for failure in answer.failures]


def test_a_provider_without_a_kubeconfig_is_refused():
    assert refused_config() == [
        "kubeconfig: is missing; the sandbox takes none from the environment or the home folder"
    ]
    assert refused_config(kubeconfig=UNKNOWN, enableServerSideApply="true") == []


def test_what_the_provider_does_not_do_is_refused():
    assert refused_config(kubeconfig="a", renderYamlToDirectory="out") == [
        "renderYamlToDirectory: the sandbox's Kubernetes provider does not know it"
    ]


def configured(text, **arguments):
    provider = KubernetesProvider()
    given = wire({"kubeconfig": text, **arguments})
    asyncio.run(provider.configure(ConfigureRequest({}, given, True, True)))
    return provider.client


LOCAL = "http://127.0.0.1:1"

BROKEN = [
    ("~/.kube/config", {}, "kubeconfig: is no kubeconfig; give its text, not its path"),
    ("{", {}, "kubeconfig: is neither YAML nor JSON"),
    ("{}", {}, "kubeconfig: no server for the context ''"),
    (kubeconfig(LOCAL), {"context": "other"}, "kubeconfig: no server for the context 'other'"),
    (
        kubeconfig("https://cluster.example.com"),
        {},
        "kubeconfig: the sandbox deploys to its own API only, not to https://cluster.example.com",
    ),
    (
        kubeconfig("http://cluster.example.com"),
        {},
        "kubeconfig: the sandbox deploys to its own API only, not to http://cluster.example.com",
    ),
]


@pytest.mark.parametrize(("text", "arguments", "reason"), BROKEN)
def test_a_kubeconfig_that_does_not_lead_to_the_sandbox_is_refused(text, arguments, reason):
    with pytest.raises(SandboxError) as refused:
        configured(text, **arguments)
    assert str(refused.value).startswith(reason)


def test_the_context_chooses_the_cluster(cluster):
    config = json.loads(kubeconfig(LOCAL))
    config["clusters"].append({"name": "here", "cluster": {"server": cluster.endpoint + "/"}})
    config["contexts"].append({"name": "there", "context": {"cluster": "here"}})
    for arguments in ({"context": "there"}, {"cluster": "here"}):
        assert configured(yaml.safe_dump(config), **arguments).version() == "1.34"


def test_an_api_that_is_down_is_told():
    with pytest.raises(SandboxError, match="the Kubernetes API does not answer"):
        configured(kubeconfig(LOCAL)).version()


def test_nothing_is_created_while_the_kubeconfig_is_unknown(cluster):
    waiting = Cluster(cluster.endpoint, kubeconfig=UNKNOWN)
    with pytest.raises(SandboxError, match="the kubeconfig of its provider is not known yet"):
        waiting.create(manifest("ConfigMap"))
