"""How long a physical name may be; the mocks and Pulumi's preview do not check it, AWS does."""

from tools.recording.aws_outputs import NAME_FIELDS
from tools.recording.recorder import Recording, Resource

AUTOMATIC_SUFFIX = len("-1234567")
"""What Pulumi adds to the logical name."""
DRAWN = 26
"""Characters that the provider adds to a `namePrefix`."""

# Source: the "Constraints" of the create action in each service's API reference.
LIMITS = {
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:elasticache/replicationGroup:ReplicationGroup": 40,
    "aws:mq/broker:Broker": 50,
    "aws:eks/cluster:Cluster": 100,
    "aws:eks/nodeGroup:NodeGroup": 63,
    "aws:ec2/launchTemplate:LaunchTemplate": 128,
    "aws:rds/instance:Instance": 63,
    "aws:s3/bucket:Bucket": 63,
    "aws:backup/vault:Vault": 50,
    "aws:backup/plan:Plan": 50,
    "aws:backup/selection:Selection": 50,
    "aws:iam/role:Role": 64,
    "aws:iam/user:User": 64,
    "aws:scheduler/schedule:Schedule": 64,
    "aws:iam/rolePolicy:RolePolicy": 128,
    "aws:iam/userPolicy:UserPolicy": 128,
    "aws:wafv2/webAcl:WebAcl": 128,
    "aws:wafv2/ipSet:IpSet": 128,
    "aws:lambda/function:Function": 64,
    "aws:cloudfront/originAccessControl:OriginAccessControl": 64,
    "aws:sns/topic:Topic": 256,
    "aws:kms/alias:Alias": 256,
    "aws:appautoscaling/policy:Policy": 256,
    "aws:secretsmanager/secret:Secret": 512,
    "aws:cloudwatch/logGroup:LogGroup": 512,
}
DEFAULT_LIMIT = 255

# These refuse capitals, and Pulumi does not lower all of them.
LOWER_CASE = {
    "aws:s3/bucket:Bucket",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:rds/instance:Instance",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:synthetics/canary:Canary",
}


def given_name(resource: Resource) -> str | None:
    """The physical name that the program gave, None where it left it to Pulumi."""
    return resource.inputs.get(NAME_FIELDS.get(resource.type, "name"))


def refused_names(recording: Recording) -> list[str]:
    """The names that AWS would refuse, each with the reason."""
    refused: list[str] = []
    for resource in recording.custom:
        if not resource.type.startswith("aws:"):
            continue
        given = given_name(resource)
        prefix = resource.inputs.get("namePrefix")
        length = len(given) if given else len(resource.name) + AUTOMATIC_SUFFIX
        if prefix is not None:
            length = len(prefix) + DRAWN
        limit = LIMITS.get(resource.type, DEFAULT_LIMIT)
        if length > limit:
            refused.append(f"{resource.type} {resource.name}: {length} characters, {limit} allowed")
        name = given or resource.name
        if resource.type in LOWER_CASE and name != name.lower():
            refused.append(f"{resource.type} {resource.name}: capitals")
    return refused
