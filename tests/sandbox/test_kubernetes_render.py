"""Kubernetes objects as YAML: complete, in a fixed order, and without secrets."""

import random

import yaml
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.kubernetes import render
from sandbox.kubernetes.kinds import AUTONAMED, BY_TOKEN
from sandbox.state import Resource
from tests.support.kubernetes import TOKENS, manifest, wire

TOKEN = "aToKeNthatNobodyMaySee"


def resource(value, name="it", *, resource_id="shop/shop-api"):
    token = TOKENS[value["kind"]]
    inputs = wire(value)
    return Resource(urn=name, type=token, name=name, custom=True, id=resource_id, inputs=inputs)


def test_every_kind_is_written_as_it_was_given():
    for kind in BY_TOKEN.values():
        if kind.name != "Secret":
            value = manifest(kind.name)
            assert yaml.safe_load(render.as_yaml(resource(value))) == value


def test_keys_have_a_fixed_order():
    def shuffled(value):
        if isinstance(value, dict):
            keys = random.sample([*value], len(value))
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    value = manifest("Deployment")
    texts = {render.as_yaml(resource(shuffled(value))) for _ in range(20)}
    assert len(texts) == 1
    lines = texts.pop().splitlines()
    assert lines[:6] == [
        "apiVersion: apps/v1",
        "kind: Deployment",
        "metadata:",
        "  name: shop-api",
        "  namespace: shop",
        "  labels:",
    ]


def test_long_and_many_lines_stay_as_they_are():
    data = {"script.sh": "set -e\nexec server\n", "url": "https://example.com/" + "x " * 200}
    text = render.as_yaml(resource(manifest("ConfigMap", data=data)))
    assert "  script.sh: |\n    set -e\n    exec server\n" in text
    assert data["url"].strip() in text
    assert yaml.safe_load(text)["data"] == data


def test_secrets_are_masked_wherever_they_stand():
    secret = PropertyValue(TOKEN, is_secret=True)
    value = manifest("ConfigMap", data={"open": "yes", "hidden": secret})
    text = render.as_yaml(resource(value))
    assert yaml.safe_load(text)["data"] == {"open": "yes", "hidden": "<secret>"}


def test_a_secret_shows_its_keys_even_if_nothing_was_marked():
    whole = PropertyValue({"A": PropertyValue(TOKEN)}, is_secret=True)
    value = manifest("Secret", data=whole)
    text = render.as_yaml(resource(value))
    assert TOKEN not in text
    shown = yaml.safe_load(text)
    assert shown["data"] == {"A": "<secret>"}
    assert shown["stringData"] == {"TOKEN": "<secret>"}


def test_a_drawn_name_is_not_shown(tmp_path):
    metadata = {"namespace": "shop", "annotations": {AUTONAMED: "true"}}
    texts = set()
    for suffix in ("11111111", "22222222"):
        value = manifest("Job", metadata={"name": f"migration-{suffix}", **metadata})
        drawn = resource(value, "migration", resource_id=f"shop/migration-{suffix}")
        assert render.write([drawn], tmp_path) == 1
        texts.add((tmp_path / "kubernetes/shop/job-migration.yaml").read_text())
    [text] = texts
    assert yaml.safe_load(text)["metadata"] == {"generateName": "migration-", "namespace": "shop"}


def test_files_stand_by_namespace_and_old_ones_go(tmp_path):
    other = Resource(urn="a", type="aws:ec2/vpc:Vpc", name="vpc", custom=True, id="vpc-1")
    read = resource(manifest("Secret"))
    read.external = True
    objects = [
        resource(manifest("Namespace"), resource_id="shop"),
        resource(manifest("ConfigMap")),
        *(other, read),
    ]
    assert render.write(objects, tmp_path) == 2
    files = [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*.yaml"))]
    assert files == [
        "kubernetes/cluster/namespace-shop.yaml",
        "kubernetes/shop/configmap-shop-api.yaml",
    ]
    render.remove(tmp_path)
    assert not render.place(tmp_path).exists()
    render.remove(tmp_path)
    assert render.write([other], tmp_path) == 0
