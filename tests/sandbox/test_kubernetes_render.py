"""Kubernetes objects as YAML: complete, in a fixed order, and without secrets."""

import random
import re
from typing import ClassVar

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
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


class CoreLoader(yaml.SafeLoader):
    """Reads plain scalars by YAML 1.2's core schema and as kubectl's go-yaml does.

    https://yaml.org/spec/1.2.2/#103-core-schema
    """

    yaml_implicit_resolvers: ClassVar = {}


KNOWN = {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)"
    r"|\.(nan|NaN|NAN)",
    "go-bool": r"y|Y|n|N|(yes|no|on|off)|(Yes|No|On|Off)|(YES|NO|ON|OFF)",
    "go-int": r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)",
    "go-float": r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9_]+)?",
    "go-time": r"\d{4}-\d\d?-\d\d?([Tt ]\d\d?:\d\d?:\d\d?(\.\d+)?(Z|[-+]\d\d:\d\d)?)?",
    "go-merge": r"<<",
}
for tag, pattern in KNOWN.items():
    CoreLoader.add_implicit_resolver(tag, re.compile(rf"({pattern})\Z"), None)

MISREAD = [
    *("1e3", "12e45", "1E5", "12e4567", "0o17", "0b11", "0x1F", "017", "1_000", "+1", "-.5", "1."),
    *("1:30:00", "190:20:30.15", "2024-01-02", "2024-1-2", "2024-1-2 3:4:5", "2024-1-2T3:4:5Z"),
    *(".inf", "-.INF", ".nan", ".NaN", "~", "null", "NULL", "y", "N", "yes", "No", "on", "OFF"),
    *("true", "False", "=", "<<", "", "- a", "a: b", "a #b", "!a", "&a", "*a", "%a", "@a", "`a"),
    *(
        "a\x85b",
        "a\nb\x85",
        "a\u2028b",
        "\ufeffa",
        "\ta",
        " a",
        "a ",
        "a\n\n",
        "\n",
        "\r\n",
        "\x00",
    ),
]


def assert_survives(text):
    written = render.as_yaml(resource(manifest("ConfigMap", data={"key": text, text: "value"})))
    for loader in (yaml.SafeLoader, CoreLoader):
        data = dict(pairs(yaml.compose(written, Loader=loader)))["data"]
        read = {key.value: value.value for key, value in data.value}
        assert read == {"key": text, text: "value"}, (loader.__name__, written)
        assert {node.tag for pair in data.value for node in pair} == {"tag:yaml.org,2002:str"}


def pairs(node):
    return [(key.value, value) for key, value in node.value]


@pytest.mark.parametrize("text", MISREAD)
def test_a_text_stays_a_text(text):
    assert_survives(text)


@given(
    st.one_of(
        st.text("0123456789abcdef", min_size=7, max_size=7),
        st.text("0123456789eExXoObBtTzZ_:.+- ", max_size=8),
        st.text("yYeEsSnNoOfFtTrRuUlLaAiI.~=<", max_size=5),
        st.text(max_size=8),
        *(st.from_regex(pattern, fullmatch=True) for pattern in KNOWN.values()),
    )
)
def test_every_text_stays_a_text_for_every_reader(text):
    assert_survives(text)


@pytest.mark.parametrize(
    "text", ["512Mi", "250m", "30s", "-c", "10.0.0.0/16", "v1.0.0", "3f9ac01g"]
)
def test_a_text_that_no_reader_takes_for_another_thing_needs_no_quotes(text):
    written = render.as_yaml(resource(manifest("ConfigMap", data={"key": text})))
    assert f"  key: {text}\n" in written


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
