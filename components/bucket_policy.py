"""The policy of a bucket; who writes it says who may come in besides IAM's own."""

import pulumi

from components.policy import Statement, policy_document


def bucket_policy(bucket_arn: pulumi.Input[str], *statements: Statement) -> pulumi.Input[str]:
    """Refuses plain HTTP to everyone and adds what the writer of the policy allows.

    A bucket has one policy, and a second one replaces it without a word: only its one writer may
    call this, `Bucket` itself or the component that `BucketArgs.owns_policy` leaves it to.

    Args:
        bucket_arn: ARN of the bucket.
        *statements: Who else may do what.
    """
    return policy_document(
        Statement(
            sid="RefusePlainHttp",
            effect="Deny",
            principals="*",
            actions="s3:*",
            resources=[bucket_arn, objects_of(bucket_arn)],
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
        *statements,
    )


def objects_of(bucket_arn: pulumi.Input[str]) -> pulumi.Input[str]:
    """ARN of all objects in a bucket."""
    return pulumi.Output.concat(bucket_arn, "/*")
