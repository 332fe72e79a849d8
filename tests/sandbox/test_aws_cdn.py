"""Distributions, the copies of buckets, and what AWS refuses about both."""

import pytest
from botocore.exceptions import ClientError

from sandbox import cloud
from sandbox.aws.clients import Clients
from sandbox.errors import SandboxError
from tests.support.account import REGION, unknown

ELSEWHERE = "us-west-2"
ACCESS = "aws:cloudfront/originAccessControl:OriginAccessControl"
BUCKET = "aws:s3/bucket:Bucket"
CERTIFICATE = "aws:acm/certificate:Certificate"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"


@pytest.fixture(scope="module")
def certificate(account):
    cloud.prepare_account(account.endpoint, REGION, "example.com")
    made = account.create(CERTIFICATE, domainName="assets.example.com", validationMethod="DNS")
    assert made.read()["status"] == "ISSUED"
    return made.id


@pytest.fixture(scope="module")
def access(account):
    return account.create(
        ACCESS,
        "assets",
        originAccessControlOriginType="s3",
        signingBehavior="always",
        signingProtocol="sigv4",
    )


def behavior(policy, **more):
    return {
        "targetOriginId": "bucket",
        "viewerProtocolPolicy": "redirect-to-https",
        "allowedMethods": ["GET", "HEAD", "OPTIONS"],
        "cachedMethods": ["GET", "HEAD"],
        "compress": True,
        "cachePolicyId": policy,
        "responseHeadersPolicyId": HEADERS,
        **more,
    }


def inputs(access_id, certificate_arn, **changes):
    return {
        "comment": "Assets",
        "enabled": True,
        "aliases": ["assets.example.com"],
        "httpVersion": "http2and3",
        "isIpv6Enabled": True,
        "priceClass": "PriceClass_100",
        "defaultRootObject": "index.html",
        "origins": [
            {
                "originId": "bucket",
                "domainName": "assets.s3.us-east-1.amazonaws.com",
                "originAccessControlId": access_id,
            }
        ],
        "defaultCacheBehavior": behavior(OPTIMIZED),
        "orderedCacheBehaviors": [behavior(DISABLED, pathPattern="/health")],
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {
            "acmCertificateArn": certificate_arn,
            "sslSupportMethod": "sni-only",
            "minimumProtocolVersion": "TLSv1.2_2021",
        },
        "tags": {"team": "platform"},
        **changes,
    }


def test_a_distribution_is_as_the_inputs_say(account, access, certificate):
    made = account.create(DISTRIBUTION, **inputs(access.id, certificate))
    cloudfront = account.client("cloudfront")
    found = cloudfront.get_distribution(Id=made.id)["Distribution"]
    assert made.outputs["arn"] == found["ARN"]
    assert made.outputs["arn"] == f"arn:aws:cloudfront::123456789012:distribution/{made.id}"
    assert made.outputs["domainName"] == found["DomainName"]
    assert made.outputs["hostedZoneId"] == "Z2FDTNDATAQYW2"
    assert "region" not in made.outputs
    config = found["DistributionConfig"]
    assert config["Aliases"] == {"Quantity": 1, "Items": ["assets.example.com"]}
    assert (config["HttpVersion"], config["IsIPV6Enabled"]) == ("http2and3", True)
    assert (config["PriceClass"], config["DefaultRootObject"]) == ("PriceClass_100", "index.html")
    [origin] = config["Origins"]["Items"]
    assert origin["OriginAccessControlId"] == access.id
    assert origin["DomainName"] == "assets.s3.us-east-1.amazonaws.com"
    usual = config["DefaultCacheBehavior"]
    assert (usual["CachePolicyId"], usual["ResponseHeadersPolicyId"]) == (OPTIMIZED, HEADERS)
    assert usual["AllowedMethods"]["Items"] == ["GET", "HEAD", "OPTIONS"]
    assert usual["AllowedMethods"]["CachedMethods"]["Items"] == ["GET", "HEAD"]
    [never] = config["CacheBehaviors"]["Items"]
    assert (never["PathPattern"], never["CachePolicyId"]) == ("/health", DISABLED)
    shown = config["ViewerCertificate"]
    assert shown["ACMCertificateArn"] == certificate
    assert shown["MinimumProtocolVersion"] == "TLSv1.2_2021"
    tags = cloudfront.list_tags_for_resource(Resource=found["ARN"])["Tags"]["Items"]
    assert tags == [{"Key": "team", "Value": "platform"}]
    made.delete()


def test_a_distribution_is_disabled_before_it_is_deleted(account, access, certificate):
    made = account.create(DISTRIBUTION, **inputs(access.id, certificate))
    cloudfront = account.client("cloudfront")
    etag = cloudfront.get_distribution(Id=made.id)["ETag"]
    with pytest.raises(ClientError, match="DistributionNotDisabled"):
        cloudfront.delete_distribution(Id=made.id, IfMatch=etag)
    assert made.read() is not None
    made.delete()
    assert made.read() is None
    made.delete()  # that it is gone already is no error


def test_an_access_control_is_named_and_deleted(account):
    made = account.create(
        ACCESS,
        "brief",
        originAccessControlOriginType="s3",
        signingBehavior="always",
        signingProtocol="sigv4",
    )
    assert made.outputs["name"] == "brief-0123456"
    cloudfront = account.client("cloudfront")
    answer = cloudfront.get_origin_access_control(Id=made.id)["OriginAccessControl"]
    assert answer["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    made.delete()
    assert made.read() is None
    made.delete()


def test_any_part_of_a_distribution_may_be_unknown(account):
    known = inputs(unknown(), unknown())
    parts = ["aliases", "origins", "defaultCacheBehavior", "orderedCacheBehaviors", "restrictions"]
    for part in [*parts, "viewerCertificate"]:
        assert account.failures(DISTRIBUTION, **{**known, part: unknown()}) == []


def test_refuses_what_cloudfront_has_not(account):
    wrong = inputs("E1", "arn:aws:acm:us-east-1:1:certificate/1", priceClass="PriceClass_300")
    assert account.failures(DISTRIBUTION, **wrong, colour="blue") == [
        "distributionConfig.colour: the sandbox knows no such input of "
        "cloudfront:CreateDistribution",
        "distributionConfig.priceClass: 'PriceClass_300' is not one of None, PriceClass_100, "
        "PriceClass_200, PriceClass_All",
    ]


def test_refuses_a_certificate_of_another_region(account, access):
    far = account.create(
        CERTIFICATE, domainName="assets.example.com", validationMethod="DNS", region=ELSEWHERE
    )
    with pytest.raises(SandboxError) as refused:
        account.create(DISTRIBUTION, **inputs(access.id, far.id))
    assert str(refused.value) == (
        f"viewerCertificate: CloudFront takes certificates of us-east-1 only, not {far.id}"
    )


def test_refuses_a_certificate_for_other_hosts(account, access, certificate):
    with pytest.raises(SandboxError) as refused:
        account.create(
            DISTRIBUTION, **inputs(access.id, certificate, aliases=["other.example.com"])
        )
    assert str(refused.value) == (
        f"viewerCertificate: {certificate} is ISSUED for assets.example.com; CloudFront wants an "
        "issued one for other.example.com"
    )


def test_takes_a_wildcard_certificate(account, access):
    wildcard = account.create(CERTIFICATE, domainName="*.example.com", validationMethod="DNS")
    assert wildcard.read()["status"] == "ISSUED"
    made = account.create(DISTRIBUTION, **inputs(access.id, wildcard.id))
    made.delete()


def test_refuses_a_host_that_another_distribution_has(account, access, certificate):
    first = account.create(DISTRIBUTION, **inputs(access.id, certificate))
    with pytest.raises(SandboxError) as refused:
        account.create(DISTRIBUTION, **inputs(access.id, certificate))
    assert str(refused.value) == (f"aliases: assets.example.com belongs to distribution {first.id}")
    first.delete()


def test_refuses_an_access_control_that_is_not_there(account, certificate):
    with pytest.raises(ClientError, match="NoSuchOriginAccessControl"):
        account.create(DISTRIBUTION, **inputs("E000000000000", certificate))


def bucket(account, name, *, versioned, region):
    made = account.create(BUCKET, name, region=region)
    if versioned:
        account.create(
            VERSIONING,
            bucket=made.id,
            versioningConfiguration={"status": "Enabled"},
            region=region,
        )
    return made


def rule(copy, key=f"arn:aws:kms:{ELSEWHERE}:123456789012:key/1"):
    return {
        "id": "everything",
        "status": "Enabled",
        "priority": 1,
        "filter": {"prefix": ""},
        "deleteMarkerReplication": {"status": "Enabled"},
        "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
        "destination": {
            "bucket": copy.outputs["arn"],
            "encryptionConfiguration": {"replicaKmsKeyId": key},
            "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
            "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
        },
    }


ROLE = "arn:aws:iam::123456789012:role/copies"


def test_a_bucket_replicates_as_its_rule_says(account):
    original = bucket(account, "original", versioned=True, region=REGION)
    copy = bucket(account, "copy", versioned=True, region=ELSEWHERE)
    made = account.create(REPLICATION, bucket=original.id, role=ROLE, rules=[rule(copy)])
    assert made.read() is not None
    s3 = Clients.of(account.endpoint, REGION).client("s3")
    answer = s3.get_bucket_replication(Bucket=original.id)["ReplicationConfiguration"]
    assert answer["Role"] == ROLE
    [found] = answer["Rules"]
    assert (found["ID"], found["Priority"], found["Status"]) == ("everything", 1, "Enabled")
    assert found["DeleteMarkerReplication"] == {"Status": "Enabled"}
    assert found["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    assert found["Destination"] == {
        "Bucket": copy.outputs["arn"],
        "EncryptionConfiguration": {
            "ReplicaKmsKeyID": f"arn:aws:kms:{ELSEWHERE}:123456789012:key/1"
        },
        "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
        "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
    }
    made.delete()
    assert made.read() is None


@pytest.mark.parametrize("without", ["original", "copy"])
def test_refuses_to_replicate_without_versions(account, without):
    buckets = {
        name: bucket(account, f"{name}-of-{without}", versioned=name != without, region=region)
        for name, region in (("original", REGION), ("copy", ELSEWHERE))
    }
    with pytest.raises(SandboxError) as refused:
        account.create(
            REPLICATION,
            bucket=buckets["original"].id,
            role=ROLE,
            rules=[rule(buckets["copy"])],
        )
    assert str(refused.value) == (
        f"the bucket {buckets[without].id} keeps no versions, without which AWS refuses to "
        "replicate; wait for its BucketVersioning with depends_on"
    )


def test_refuses_a_key_of_another_region_for_the_copies(account):
    original = bucket(account, "near", versioned=True, region=REGION)
    copy = bucket(account, "far", versioned=True, region=ELSEWHERE)
    key = f"arn:aws:kms:{REGION}:123456789012:key/1"
    with pytest.raises(SandboxError) as refused:
        account.create(REPLICATION, bucket=original.id, role=ROLE, rules=[rule(copy, key)])
    assert str(refused.value) == (
        f"the bucket {copy.id} is in {ELSEWHERE}, and the key for its copies {key}"
    )
