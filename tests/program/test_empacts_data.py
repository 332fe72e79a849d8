"""What EMPACTS keeps, as its guide demands it, in the registered graph."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest

from tests.program.conftest import ROOT, waits_for
from tools.recording.recorder import Recording

SECRET = "aws:secretsmanager/secret:Secret"
INSTANCE = "aws:rds/instance:Instance"


def stored(graph: Recording, name: str) -> dict[str, str]:
    """What the connection secret of a store says."""
    version = graph.one("SecretVersion", f"{name}-secret-version")
    assert "secretString" in version.secret_inputs
    return json.loads(version.inputs["secretString"])


@pytest.mark.acceptance("E1")
def test_staging_has_a_database_and_a_cache_of_its_own(
    staging: Recording, production: Recording
) -> None:
    for graph in (staging, production):
        assert graph.one(INSTANCE, "empacts-database-instance").inputs["engine"] == "postgres"
        graph.one("ReplicationGroup", "empacts-cache-group")
    assert len(staging.of_type("NatGateway")) == 1
    assert staging.stack_outputs["urls"]["empacts"] == "https://empacts.staging.example.com"
    assert production.stack_outputs["urls"]["empacts"] == "https://empacts.example.com"


@pytest.mark.acceptance("E3", "E4", "trap-2", "trap-10")
def test_urls_lead_to_the_stores_over_tls(graph: Recording) -> None:
    database = stored(graph, "empacts-database")
    url = urlsplit(database["url"])
    assert (url.scheme, url.query, url.path) == ("postgresql", "sslmode=require", "/empacts")
    assert (url.username, url.port) == ("empacts_user", 5432)
    assert url.hostname == graph.one(INSTANCE, "empacts-database-instance").outputs["address"]
    password = graph.one("RandomPassword", "empacts-database-password").outputs["result"]
    assert unquote(url.password or "") == database["password"] == password

    cache = stored(graph, "empacts-cache")
    url = urlsplit(cache["url"])
    group = graph.one("ReplicationGroup", "empacts-cache-group")
    assert (url.scheme, url.port) == ("rediss", 6379)
    assert url.hostname == group.outputs["primaryEndpointAddress"]
    assert unquote(url.password or "") == group.inputs["authToken"]


@pytest.mark.acceptance("E4")
def test_reads_go_to_a_replica_in_production(production: Recording, staging: Recording) -> None:
    primary = production.one(INSTANCE, "empacts-database-instance")
    replica = production.one(INSTANCE, "empacts-database-replica-1")
    assert replica.inputs["replicateSourceDb"] == primary.inputs["identifier"]
    assert replica.inputs["storageEncrypted"] is True
    assert replica.inputs["publiclyAccessible"] is False
    reader = urlsplit(stored(production, "empacts-database")["reader_url"])
    assert (reader.hostname, reader.query) == (replica.outputs["address"], "sslmode=require")

    # Without one, reads go where the writes go.
    names = [each.name for each in staging.of_type(INSTANCE) if each.name.startswith("empacts")]
    assert names == ["empacts-database-instance"]
    only = stored(staging, "empacts-database")
    assert only["reader_url"] == only["url"]


@pytest.mark.acceptance("E4", "trap-10")
def test_stores_speak_tls_only_and_survive_a_zone(production: Recording) -> None:
    group = production.one("ReplicationGroup", "empacts-cache-group").inputs
    assert group["transitEncryptionEnabled"] is True
    assert group["transitEncryptionMode"] == "required"
    assert (group["numCacheClusters"], group["automaticFailoverEnabled"]) == (2, True)
    database = production.one(INSTANCE, "empacts-database-instance").inputs
    assert (database["engineVersion"], database["multiAz"]) == ("16", True)
    [forced] = production.one(
        "aws:rds/parameterGroup:ParameterGroup", "empacts-database-parameters"
    ).inputs["parameters"]
    assert (forced["name"], forced["value"]) == ("rds.force_ssl", "1")


@pytest.mark.acceptance("E4", "trap-12")
def test_sessions_are_not_evicted(graph: Recording, production: Recording) -> None:
    [policy] = graph.one(
        "aws:elasticache/parameterGroup:ParameterGroup", "empacts-cache-parameters"
    ).inputs["parameters"]
    assert policy == {"name": "maxmemory-policy", "value": "volatile-lru"}
    kept = production.one("ReplicationGroup", "empacts-cache-group")
    assert kept.protect
    assert kept.inputs["snapshotRetentionLimit"] == 7
    assert kept.inputs["finalSnapshotIdentifier"].startswith("empacts-cache-final-")


@pytest.mark.acceptance("E4")
def test_static_files_come_from_a_private_bucket_through_the_cdn(production: Recording) -> None:
    distribution = production.one("Distribution", "empacts-cdn-distribution")
    bucket = production.one("aws:s3/bucket:Bucket", "empacts-assets-bucket").outputs
    [origin] = distribution.inputs["origins"]
    access = production.one("OriginAccessControl", "empacts-cdn-access")
    assert distribution.inputs["aliases"] == ["assets.empacts.example.com"]
    assert origin["domainName"] == bucket["bucketRegionalDomainName"]
    assert origin["originAccessControlId"] == access.id
    assert (access.inputs["signingBehavior"], access.inputs["signingProtocol"]) == (
        "always",
        "sigv4",
    )
    policy = json.loads(
        production.one("BucketPolicy", "empacts-cdn-bucket-policy").inputs["policy"]
    )
    [read] = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    assert read["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert read["Condition"] == {"StringEquals": {"AWS:SourceArn": distribution.outputs["arn"]}}
    block = production.one("BucketPublicAccessBlock", "empacts-assets-public-access").inputs
    assert block["blockPublicPolicy"] is block["restrictPublicBuckets"] is True


@pytest.mark.acceptance("E4")
def test_the_cdn_shows_a_certificate_and_never_caches_health(graph: Recording) -> None:
    distribution = graph.one("Distribution", "empacts-cdn-distribution").inputs
    certificate = graph.one("Certificate", "empacts-cdn-certificate")
    assert certificate.inputs["region"] == "us-east-1"
    assert distribution["viewerCertificate"]["acmCertificateArn"] == certificate.outputs["arn"]
    assert distribution["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    uncached = {
        each["pathPattern"]: each["cachePolicyId"] for each in distribution["orderedCacheBehaviors"]
    }
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's policy CachingDisabled
    assert uncached == {"/health": disabled, "/health/*": disabled}
    assert distribution["defaultCacheBehavior"]["cachePolicyId"] != disabled
    assert distribution["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"


@pytest.mark.acceptance("E5", "trap-42")
def test_backups_are_in_another_region_with_a_key_there(production: Recording) -> None:
    instance = production.one(INSTANCE, "empacts-database-instance")
    key = production.one("aws:kms/key:Key", "platform-backup-key-key")
    assert instance.inputs["backupRetentionPeriod"] == 30
    assert key.inputs["region"] == "us-west-2"
    copied = production.one("InstanceAutomatedBackupsReplication", "empacts-database-backups")
    assert copied.inputs == {
        "sourceDbInstanceArn": instance.outputs["arn"],
        "kmsKeyId": key.outputs["arn"],
        "retentionPeriod": 30,
        "region": "us-west-2",
    }
    vault = production.one("aws:backup/vault:Vault", "platform-backup-copies")
    assert vault.inputs["kmsKeyArn"] == key.outputs["arn"]
    assert vault.inputs["region"] == "us-west-2"
    [daily] = production.one("aws:backup/plan:Plan").inputs["rules"]
    assert daily["schedule"] == "cron(0 7 * * ? *)"
    assert daily["lifecycle"] == {"deleteAfter": 30}
    assert daily["copyActions"] == [
        {"destinationVaultArn": vault.outputs["arn"], "lifecycle": {"deleteAfter": 30}}
    ]
    selected = production.one("aws:backup/selection:Selection").inputs["resources"]
    assert instance.outputs["arn"] in selected


@pytest.mark.acceptance("E1", "E5")
def test_staging_keeps_a_week_and_copies_nothing(staging: Recording) -> None:
    assert staging.one(INSTANCE, "empacts-database-instance").inputs["backupRetentionPeriod"] == 7
    assert staging.of_type("InstanceAutomatedBackupsReplication") == []
    assert {each.inputs.get("region", "us-east-1") for each in staging.of_type("Key")} == {
        "us-east-1"
    }
    assert [each.name for each in staging.of_type("aws:backup/vault:Vault")] == [
        "platform-backup-vault"
    ]


@pytest.mark.acceptance("E5", "trap-42")
def test_the_runbook_states_what_is_lost_at_most() -> None:
    text = (ROOT / "docs/runbooks/restore.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    heading, _, *sources = rows[:6]
    at = [index for index, cell in enumerate(heading) if cell.startswith("recovery point")]
    assert len(at) == 1
    lost = {re.sub(r"\[(.*?)\]\(.*?\)", r"\1", row[0]): row[at[0]] for row in sources}
    assert lost["a point in time"].startswith("the last 5 minutes")
    assert lost["the backup region"].startswith("those 5 minutes and the time of the copy")
    assert lost["AWS Backup"].startswith("24 hours")
    assert all(lost.values())


@pytest.mark.acceptance("E8")
def test_data_logs_and_secrets_are_encrypted_with_the_key(graph: Recording) -> None:
    key = graph.one("aws:kms/key:Key", "platform-key-key").outputs["arn"]
    secret_keys = {each.inputs["kmsKeyId"] for each in graph.of_type(SECRET)}
    log_keys = {each.inputs["kmsKeyId"] for each in graph.of_type("LogGroup")}
    assert secret_keys == log_keys == {key}
    assert graph.one(INSTANCE, "empacts-database-instance").inputs["kmsKeyId"] == key
    assert graph.one("ReplicationGroup", "empacts-cache-group").inputs["kmsKeyId"] == key
    # What is not kept for ever is deleted without anybody's doing (GDPR).
    assert all(each.inputs["retentionInDays"] > 0 for each in graph.of_type("LogGroup"))


@pytest.mark.acceptance("trap-28", "trap-5")
def test_the_database_is_made_ready_before_the_service(graph: Recording) -> None:
    assert "empacts-bootstrap-run" in waits_for(
        graph, graph.one("aws:ecs/service:Service", "empacts-api-service")
    )
    master = graph.one(INSTANCE, "empacts-database-instance").inputs["username"]
    assert stored(graph, "empacts-database")["username"] == "empacts_user" != master
