"""The smallest backup plan: one bucket, kept for 30 days, with a copy in another region."""

import pulumi
import pulumi_aws as aws

from components.backup_plan import BackupPlan, BackupPlanArgs

cloud = aws.Provider("aws", region="us-east-1")
own = pulumi.ResourceOptions(provider=cloud)
key = aws.kms.Key("key", enable_key_rotation=True, opts=own)
copy_key = aws.kms.Key("copy-key", enable_key_rotation=True, region="us-west-2", opts=own)
bucket = aws.s3.Bucket("files", opts=own)
versioning = aws.s3.BucketVersioning(
    "files",
    bucket=bucket.bucket,
    versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
    opts=own,
)
plan = BackupPlan(
    "nightly",
    BackupPlanArgs(
        resource_arns=[bucket.arn],
        kms_key_arn=key.arn,
        retention_days=30,
        copy_region="us-west-2",
        copy_kms_key_arn=copy_key.arn,
    ),
    pulumi.ResourceOptions(providers=[cloud], depends_on=[versioning]),
)
pulumi.export("vaultName", plan.vault_name)
