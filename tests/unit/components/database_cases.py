"""A database's arguments, for all tests of it."""

from typing import Any

from components.database import DatabaseArgs

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"


def args(**changes: Any) -> DatabaseArgs:
    return DatabaseArgs(
        **{
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "engine_version": "15",
            "instance_class": "db.m7g.large",
            "database_name": "orders",
            "user_name": "orders_user",
            "kms_key_arn": KEY,
        }
        | changes
    )
