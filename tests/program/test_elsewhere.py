"""The real program in another region, with images of a private registry."""

import json
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from model.load import load_files
from sandbox import project
from tests.program.conftest import ROOT, container, policy_statements
from tests.support.guides import SYSTEMS
from tools.recording import aws_outputs, recorder
from tools.recording.recorder import Recording

REGION, BACKUP_REGION = "eu-central-1", "eu-west-1"
REGISTRY = "ghcr.io/example"
SECRET = f"arn:aws:secretsmanager:{REGION}:111122223333:secret:registry-AbCdEf"
POLICY = "default-src 'self'"


def section(name: str, **changes: object) -> str:
    """A section of the production file with some keys changed, as Pulumi hands it over."""
    content = yaml.safe_load((ROOT / "Pulumi.production.yaml").read_text(encoding="utf-8"))
    given = content["config"][name]
    assert set(changes) <= set(given)
    return json.dumps({**given, **changes})


def found(inputs: dict[str, Any]) -> dict[str, Any]:
    """The secret that the program looks up before it builds anything."""
    assert inputs["arn"] == SECRET
    return {"arn": SECRET}


@pytest.fixture(scope="module")
def elsewhere() -> Recording:
    loaded = project.load(
        ROOT,
        "production",
        {
            "aws:region": REGION,
            "slipway:network": section(
                "slipway:network", availabilityZones=[f"{REGION}{zone}" for zone in "abc"]
            ),
            "slipway:domain": section("slipway:domain", registry=REGISTRY),
            "slipway:existing": section("slipway:existing", registrySecretArn=SECRET),
            "slipway:backup": section("slipway:backup", region=BACKUP_REGION),
            "slipway:loadBalancer": section("slipway:loadBalancer", contentSecurityPolicy=POLICY),
        },
    )
    answers = {"aws:secretsmanager/getSecret:getSecret": found}
    with pytest.MonkeyPatch.context() as patches, patch.dict(aws_outputs.INVOKES, answers):
        patches.chdir(ROOT)
        return recorder.record_file(
            loaded.program, stack="production", config=loaded.config, secret_keys=loaded.secrets
        )


def names(graph: Recording) -> list[str]:
    return [each.name.removesuffix("-task") for each in graph.of_type("TaskDefinition")]


@pytest.mark.acceptance("trap-37")
def test_every_image_of_the_registry_is_pulled_with_its_secret(elsewhere: Recording) -> None:
    private = {
        name: container(elsewhere, name)
        for name in names(elsewhere)
        if container(elsewhere, name)["image"].startswith(f"{REGISTRY}/")
    }
    # Eight services, and the migrations, which run a service's image.
    assert len(private) > 8
    assert {"nessen-runtime", "empacts-api", "nx-migration"} <= set(private)
    for name, definition in private.items():
        assert definition["repositoryCredentials"] == {"credentialsParameter": SECRET}, name
        reads = [
            each["Resource"]
            for each in policy_statements(elsewhere, f"{name}-execution")
            if each["Action"] == "secretsmanager:GetSecretValue"
        ]
        assert any(SECRET in each for each in reads), name


@pytest.mark.acceptance("trap-37")
def test_what_is_everybodys_is_pulled_without_it(elsewhere: Recording) -> None:
    others = [
        name
        for name in names(elsewhere)
        if not container(elsewhere, name)["image"].startswith(f"{REGISTRY}/")
    ]
    described = load_files(ROOT, "production").systems
    assert {name for name in SYSTEMS if described[name].database} == {*SYSTEMS} - {"nessen"}
    assert sorted(others) == sorted(
        f"{name}-bootstrap" for name, system in described.items() if system.database
    )
    for name in others:
        assert "repositoryCredentials" not in container(elsewhere, name)
        assert SECRET not in json.dumps(policy_statements(elsewhere, f"{name}-execution"))


@pytest.mark.acceptance("E8")
def test_everything_stays_in_the_chosen_region(elsewhere: Recording) -> None:
    chosen = {
        each.inputs["availabilityZone"]
        for each in elsewhere.of_type("Subnet")
        if "availabilityZone" in each.inputs
    }
    assert chosen == {f"{REGION}{zone}" for zone in "abc"}
    aws = elsewhere.one("pulumi:providers:aws")
    assert aws.inputs["region"] == REGION
    # What names a region itself names this one, the one of the backups, or CloudFront's.
    named: dict[str, set[str]] = {}
    for each in elsewhere.custom:
        if "region" in each.inputs:
            named.setdefault(each.inputs["region"], set()).add(each.name)
    assert set(named) == {REGION, BACKUP_REGION, "us-east-1"}
    described = load_files(ROOT, "production").systems
    assert [name for name in SYSTEMS if described[name].assets] == ["empacts"]
    assert named["us-east-1"] == {
        f"{name}-cdn-{what}"
        for name, system in described.items()
        if system.assets
        for what in ("certificate", "certificate-issued")
    }
    log = container(elsewhere, "empacts-api")["logConfiguration"]["options"]
    assert log["awslogs-region"] == REGION
    key = json.dumps(elsewhere.one("aws:kms/key:Key", "platform-key-key").inputs["policy"])
    assert f"logs.{REGION}.amazonaws.com" in key


@pytest.mark.acceptance("E4")
def test_the_cdn_still_shows_a_certificate_of_us_east_1(elsewhere: Recording) -> None:
    assert elsewhere.one("Certificate", "empacts-cdn-certificate").inputs["region"] == "us-east-1"
    assert "region" not in elsewhere.one("Certificate", "platform-edge-certificate").inputs


@pytest.mark.acceptance("E5", "trap-42")
def test_backups_are_copied_to_the_chosen_region(elsewhere: Recording) -> None:
    copied = elsewhere.one("InstanceAutomatedBackupsReplication", "empacts-database-backups")
    key = elsewhere.one("aws:kms/key:Key", "platform-backup-key-key")
    assert copied.inputs["region"] == key.inputs["region"] == BACKUP_REGION
    # Objects follow as they are written, where a system has any.
    copy = elsewhere.one("aws:s3/bucket:Bucket", "nx-objects-copy-bucket")
    assert copy.inputs["region"] == BACKUP_REGION
    [rule] = elsewhere.one("BucketReplicationConfig", "nx-objects-replication").inputs["rules"]
    assert rule["destination"]["bucket"] == copy.outputs["arn"]
    encryption = rule["destination"]["encryptionConfiguration"]
    assert encryption == {"replicaKmsKeyId": key.outputs["arn"]}


@pytest.mark.acceptance("D5", "trap-46")
def test_a_content_security_policy_is_a_choice(elsewhere: Recording, production: Recording) -> None:
    header = "routingHttpResponseContentSecurityPolicyHeaderValue"
    assert elsewhere.one("Listener", "platform-edge-https").inputs[header] == POLICY
    assert header not in production.one("Listener", "platform-edge-https").inputs
