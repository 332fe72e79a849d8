"""The smallest distribution: a private bucket of assets under a host of an existing zone."""

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs
from components.cdn import Cdn, CdnArgs

cloud = aws.Provider("aws", region="us-east-1")
options = pulumi.ResourceOptions(providers=[cloud])
zone = aws.route53.get_zone_output(
    name="example.com", private_zone=False, opts=pulumi.InvokeOutputOptions(provider=cloud)
)
# The policy is left to the distribution, which alone knows both sides of it.
assets = Bucket("assets", BucketArgs(owns_policy=False), options)
cdn = Cdn(
    "assets-cdn",
    CdnArgs(
        host="assets.example.com",
        hosted_zone_id=zone.zone_id,
        bucket_name=assets.bucket_name,
        bucket_arn=assets.bucket_arn,
        bucket_regional_domain_name=assets.bucket_regional_domain_name,
        never_cached_paths=["/health", "/index.html"],
        default_root_object="index.html",
    ),
    options,
)
pulumi.export("url", cdn.url)
