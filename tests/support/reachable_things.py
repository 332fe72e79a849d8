"""What can be reached in a recorded graph: the columns of the matrix."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.support import iam, pods
from tests.support.iam import Question, Statement
from tests.support.iam_graph import KeyUse, key_use, policies
from tests.support.network_policies import SOMEWHERE, End, Policies
from tools.recording.aws_outputs import ACCOUNT, REGION
from tools.recording.recorder import Recording, Resource

# What reads, changes or gives away what is inside, and what hands out the right to do so. Source:
# Service Authorization Reference, the tables of actions of each service.
OBJECT_ACTIONS = (
    *("s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionForReplication"),
    *("s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "s3:ListMultipartUploadParts"),
    *("s3:PutObject", "s3:PutObjectAcl", "s3:RestoreObject", "s3:AbortMultipartUpload"),
    *("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
    *("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"),
)
BUCKET_ACTIONS = (
    *("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    *("s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetReplicationConfiguration"),
    *("s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:DeleteBucket"),
    *("s3:PutBucketPublicAccessBlock", "s3:PutReplicationConfiguration"),
    *("s3:PutLifecycleConfiguration", "s3:PutEncryptionConfiguration", "s3:PutBucketVersioning"),
)
SECRET_ACTIONS = (
    *("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"),
    *("secretsmanager:UpdateSecret", "secretsmanager:DeleteSecret", "secretsmanager:RotateSecret"),
    *("secretsmanager:PutResourcePolicy", "secretsmanager:ReplicateSecretToRegions"),
)
VAULT_ACTIONS = (
    *("backup:ListRecoveryPointsByBackupVault", "backup:CopyIntoBackupVault"),
    *("backup:StartBackupJob", "backup:PutBackupVaultAccessPolicy", "backup:DeleteBackupVault"),
)
INSTANCE_ACTIONS = (
    *("rds:ModifyDBInstance", "rds:CreateDBSnapshot", "rds:DeleteDBInstance"),
    *("rds:RestoreDBInstanceToPointInTime", "rds:CreateDBInstanceReadReplica"),
)
GROUP_ACTIONS = (
    *("elasticache:ModifyReplicationGroup", "elasticache:DeleteReplicationGroup"),
    *("elasticache:CreateSnapshot",),
)
BROKER_ACTIONS = ("mq:UpdateUser", "mq:CreateUser", "mq:UpdateBroker", "mq:DeleteBroker")
ROLE_ACTIONS = (
    *("iam:PassRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"),
    *("iam:UpdateAssumeRolePolicy",),
)
USER_ACTIONS = ("iam:CreateAccessKey", "iam:PutUserPolicy", "iam:AttachUserPolicy")
KEY_CONTROL = ("kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey")
FUNCTION_ACTIONS = ("lambda:InvokeFunction", "lambda:UpdateFunctionCode")
KEY_ACTIONS = {
    "secretsmanager:GetSecretValue": "kms:Decrypt",
    "s3:GetObject": "kms:Decrypt",
    "s3:GetObjectVersion": "kms:Decrypt",
    "s3:GetObjectVersionForReplication": "kms:Decrypt",
    "s3:PutObject": "kms:GenerateDataKey",
    "s3:ReplicateObject": "kms:Encrypt",
}
"""What an action needs of the key of what it is done to."""


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What is reached: a column of the matrix."""

    name: str
    ports: tuple[int, ...] = ()
    groups: frozenset[str] = frozenset()
    questions: tuple[Question, ...] = ()
    """What to ask IAM about it."""
    secret_arn: str = ""
    """By which ECS or the cluster injects it, if it is a secret."""
    end: End = SOMEWHERE
    """Where connections to it go."""


def owner(resource: Resource) -> str:
    """Logical name of the component that a resource belongs to."""
    return resource.parent.rpartition("::")[2]


def of(graph: Recording) -> list[Thing]:
    """The columns."""
    found = [
        *_stores(graph),
        *_services(graph),
        *_pods(graph),
        *_secrets(graph),
        *_buckets(graph),
        *_vaults(graph),
        *_ways_to_more(graph),
    ]
    double = [name for name, times in Counter(each.name for each in found).items() if times > 1]
    assert not double, f"two things have one name: {double}"
    return found


def _stores(graph: Recording) -> Iterator[Thing]:
    for each in graph.of_type("aws:rds/instance:Instance"):
        replica = "replicateSourceDb" in each.inputs
        yield Thing(
            name=f"database {each.name if replica else owner(each)}",
            ports=(each.inputs["port"],),
            groups=frozenset(each.inputs["vpcSecurityGroupIds"]),
            questions=_ask(INSTANCE_ACTIONS, each.outputs["arn"]),
            end=pods.store_end(graph, each),
        )
    for each in graph.of_type("ReplicationGroup"):
        yield Thing(
            name=f"cache {owner(each)}",
            ports=(each.inputs["port"],),
            groups=frozenset(each.inputs["securityGroupIds"]),
            questions=_ask(GROUP_ACTIONS, each.outputs["arn"]),
            end=pods.store_end(graph, each),
        )
    for each in graph.of_type("Broker"):
        [host] = each.outputs["instances"]
        [endpoint] = host["endpoints"]
        yield Thing(
            name=f"queue {owner(each)}",
            # The console answers on the same host.
            ports=(int(endpoint.rpartition(":")[2]), 443),
            groups=frozenset(each.inputs["securityGroups"]),
            questions=_ask(BROKER_ACTIONS, each.outputs["arn"]),
            end=pods.store_end(graph, each),
        )


def _services(graph: Recording) -> Iterator[Thing]:
    definitions = {each.outputs["arn"]: each for each in graph.of_type("TaskDefinition")}
    for each in graph.of_type("aws:ecs/service:Service"):
        containers = definitions[each.inputs["taskDefinition"]].inputs["containerDefinitions"]
        yield Thing(
            name=f"service {owner(each)}",
            ports=tuple(
                mapping["containerPort"]
                for container in json.loads(containers)
                for mapping in container.get("portMappings", [])
            ),
            groups=frozenset(each.inputs["networkConfiguration"]["securityGroups"]),
            questions=(
                *_ask(["ecs:UpdateService"], each.outputs["arn"]),
                *_ask(
                    ["ecs:ExecuteCommand"],
                    each.inputs["cluster"].replace(":cluster/", ":task/") + "/*",
                ),
            ),
        )


def _pods(graph: Recording) -> Iterator[Thing]:
    network = Policies(graph)
    for each in pods.of(graph):
        # What a policy opens counts as well: a container may listen without saying so.
        ports = {*each.ports, *network.open_ports(each.end)}
        if ports or each.stays:
            yield Thing(
                name=f"service {each.name}",
                ports=tuple(sorted(ports)),
                groups=frozenset([each.group]),
                end=each.end,
            )


def _secrets(graph: Recording) -> Iterator[Thing]:
    policy_of = policies(graph, "aws:secretsmanager/secretPolicy:SecretPolicy", "secretArn")
    for each in graph.of_type("aws:secretsmanager/secret:Secret"):
        arn, key = each.outputs["arn"], each.inputs.get("kmsKeyId")
        inline = each.inputs.get("policy")
        policy = (*policy_of(arn), *(iam.parse(inline) if inline else ()))
        yield _secret(graph, f"secret {owner(each)}", arn, key, policy)
    for each in graph.of_type("aws:rds/instance:Instance"):
        if each.inputs.get("manageMasterUserPassword"):
            [secret] = each.outputs["masterUserSecrets"]
            key, arn = each.inputs.get("masterUserSecretKmsKeyId"), secret["secretArn"]
            yield _secret(graph, f"master secret {owner(each)}", arn, key, policy_of(arn))


def _secret(
    graph: Recording, name: str, arn: str, key: str | None, policy: tuple[Statement, ...]
) -> Thing:
    context = {
        "kms:viaservice": f"secretsmanager.{REGION}.amazonaws.com",
        "kms:encryptioncontext:secretarn": arn,
    }
    return Thing(
        name=name,
        questions=_ask(SECRET_ACTIONS, arn, policy, key_use(graph, key, context)),
        secret_arn=arn,
    )


def _buckets(graph: Recording) -> Iterator[Thing]:
    policy_of = policies(graph, "BucketPolicy", "bucket")
    encryption = {
        each.inputs["bucket"]: each.inputs["rules"][0]
        for each in graph.of_type("BucketServerSideEncryptionConfiguration")
    }
    by_name: dict[str, str] = {}
    for each in graph.of_type("aws:s3/bucket:Bucket"):
        arn, name = each.outputs["arn"], each.outputs["bucket"]
        by_name[name] = arn
        rule = encryption.get(name, {})
        context = {
            "kms:viaservice": f"s3.{each.outputs['region']}.amazonaws.com",
            # With a bucket key S3 asks for the bucket, else for each object.
            "kms:encryptioncontext:aws:s3:arn": arn if rule.get("bucketKeyEnabled") else f"{arn}/*",
        }
        wanted = rule.get("applyServerSideEncryptionByDefault", {}).get("kmsMasterKeyId")
        key, policy = key_use(graph, wanted, context), policy_of(name)
        yield Thing(
            name=f"bucket {owner(each)}",
            questions=(
                *_ask(BUCKET_ACTIONS, arn, policy),
                *_ask(OBJECT_ACTIONS, f"{arn}/*", policy, key),
            ),
        )
    # Code that others run: who may write it acts as they do.
    for each in graph.of_type("BucketObjectv2"):
        bucket = each.inputs["bucket"]
        place = f"{by_name[bucket]}/{each.inputs['key']}"
        yield Thing(name=f"object {each.name}", questions=_ask(["s3:PutObject"], place))


def _vaults(graph: Recording) -> Iterator[Thing]:
    policy_of = policies(graph, "aws:backup/vaultPolicy:VaultPolicy", "backupVaultName")
    for each in graph.of_type("aws:backup/vault:Vault"):
        policy = policy_of(each.outputs["name"])
        questions = _ask(VAULT_ACTIONS, each.outputs["arn"], policy)
        yield Thing(name=f"vault {each.name}", questions=questions)
    # A recovery point's ARN does not tell in which vault it is.
    points = f"arn:aws:backup:*:{ACCOUNT}:recovery-point:*"
    actions = ["backup:StartRestoreJob", "backup:StartCopyJob", "backup:DeleteRecoveryPoint"]
    yield Thing(name="recovery points", questions=_ask(actions, points))


def _ways_to_more(graph: Recording) -> Iterator[Thing]:
    """What would let somebody act as somebody else."""
    for each in graph.of_type("aws:iam/role:Role"):
        arn, trust = each.outputs["arn"], iam.parse(each.inputs["assumeRolePolicy"])
        assume = Question(action="sts:AssumeRole", resource=arn, policy=trust, both=True)
        yield Thing(name=f"role {each.name}", questions=(assume, *_ask(ROLE_ACTIONS, arn)))
    for each in graph.of_type("aws:iam/user:User"):
        yield Thing(name=f"user {each.name}", questions=_ask(USER_ACTIONS, each.outputs["arn"]))
    for each in graph.of_type("aws:kms/key:Key"):
        use = key_use(graph, each.outputs["arn"], {})
        assert use is not None
        yield Thing(name=f"key {each.name}", questions=tuple(map(use.question, KEY_CONTROL)))
    for each in graph.of_type("TaskDefinition"):
        # A deploy makes a new revision; all of them run the same.
        family = f"{each.outputs['arnWithoutRevision']}:?"
        yield Thing(name=f"task {owner(each)}", questions=_ask(["ecs:RunTask"], family))
    for each in graph.of_type("aws:lambda/function:Function"):
        questions = _ask(FUNCTION_ACTIONS, each.outputs["arn"])
        yield Thing(name=f"function {each.name}", questions=questions)


def _ask(
    actions: Iterable[str],
    resource: str,
    policy: tuple[Statement, ...] = (),
    key: KeyUse | None = None,
) -> tuple[Question, ...]:
    return tuple(
        Question(
            action=action,
            resource=resource,
            policy=policy,
            key=key.question(KEY_ACTIONS[action]) if key and action in KEY_ACTIONS else None,
        )
        for action in actions
    )
