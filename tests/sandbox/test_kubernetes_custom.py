"""The schemas of custom resources are strict at every level, and are told of as they are."""

import json
from pathlib import Path

import pytest

from sandbox.kubernetes import schemas
from tests.support.kubernetes import changed, manifest

FOLDER = Path(schemas.__file__).parent / "crds"

TYPOS = [
    ("TargetGroupBinding", "spec.targetGroupArn", "x", "targetGroupARN"),
    ("TargetGroupBinding", "spec.serviceRef.namee", "x", "name"),
    ("ServiceMonitor", "spec.selectorr", {}, "selector"),
    ("ServiceMonitor", "spec.endpoints.0.intervalz", "30s", "interval"),
    ("PrometheusRule", "spec.groups.0.rules.0.labelz", {}, "labels"),
    ("PrometheusRule", "metadata.labelz", {}, "labels"),
]


@pytest.mark.parametrize(("kind", "path", "value", "meant"), TYPOS)
def test_a_typo_is_refused(cluster, kind, path, value, meant):
    place = path.replace(".0", "[0]")
    assert cluster.failures(changed(manifest(kind), path, value)) == [
        f"{place}: is no field of Kubernetes 1.34; did you mean {meant}?"
    ]


WRONG = [
    ("TargetGroupBinding", "spec.targetType", "pod", '"pod" is refused; use one of instance, ip'),
    ("TargetGroupBinding", "spec.serviceRef.port", True, "true is not of type integer or string"),
    ("PrometheusRule", "spec.groups.0.rules.0.expr", None, "is missing"),
    ("ServiceMonitor", "spec.endpoints.0.interval", 30, "30 is not of type string"),
]


@pytest.mark.parametrize(("kind", "path", "value", "reason"), WRONG)
def test_a_wrong_value_is_refused(cluster, kind, path, value, reason):
    place = path.replace(".0", "[0]")
    assert cluster.failures(changed(manifest(kind), path, value)) == [f"{place}: {reason}"]


def test_a_duration_must_be_one(cluster):
    value = changed(manifest("PrometheusRule"), "spec.groups.0.rules.0.for", "5 minutes")
    [failure] = cluster.failures(value)
    assert failure.startswith(
        'spec.groups[0].rules[0].for: "5 minutes" is refused; it breaks the schema\'s pattern'
    )


def objects(schema, path=""):
    if isinstance(schema, dict):
        if "properties" in schema or schema.get("type") == "object":
            yield path, schema
        for key, inner in schema.items():
            yield from objects(inner, f"{path}.{key}")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_every_object_says_which_fields_it_takes(file):
    schema = json.loads(file.read_text())
    found = dict(objects(schema))
    assert len(found) > 3
    # Its metadata is that of all objects, which the check puts in.
    assert [path for path, each in found.items() if "additionalProperties" not in each] == [
        ".properties.metadata"
    ]


def test_the_readme_tells_of_every_file():
    readme = (FOLDER / "README.md").read_text()
    for file in FOLDER.glob("*.json"):
        assert f"| `{file.name}` |" in readme
    for licence in ("Apache License 2.0", "MIT License", "Copyright (c) 2022 datree.io"):
        assert licence in readme
