"""Four regions from one provider: a bucket, its copy, and assets behind a distribution."""

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs
from components.bucket_replication import ReplicationArgs
from components.cdn import Cdn, CdnArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs

HOME, AWAY, ASSETS = "eu-central-1", "us-west-2", "ap-southeast-1"

cloud = aws.Provider("aws", region=HOME)
options = pulumi.ResourceOptions(provider=cloud)
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
zone = aws.route53.get_zone_output(name="example.com", private_zone=False, opts=invoke)


def key(name: str, region: str) -> pulumi.Output[str]:
    made = EncryptionKeyArgs(description=name, account_id=account_id, region=region)
    return EncryptionKey(name, made, options).key_arn


away_key = key("away", AWAY)
copy = Bucket("files-copy", BucketArgs(region=AWAY, kms_key_arn=away_key), options)
to = ReplicationArgs(bucket_arn=copy.bucket_arn, kms_key_arn=away_key)
files = Bucket("files", BucketArgs(kms_key_arn=key("home", HOME), replicate_to=to), options)
assets = Bucket("assets", BucketArgs(owns_policy=False, region=ASSETS), options)
cdn = Cdn(
    "web",
    CdnArgs(
        host="assets.example.com",
        hosted_zone_id=zone.zone_id,
        bucket_name=assets.bucket_name,
        bucket_arn=assets.bucket_arn,
        bucket_regional_domain_name=assets.bucket_regional_domain_name,
        bucket_region=ASSETS,
        never_cached_paths=["/health"],
    ),
    options,
)
pulumi.export("regions", pulumi.Output.all(files.region, copy.region, assets.region))
pulumi.export("url", cdn.url)
