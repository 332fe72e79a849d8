"""What AWS would answer: the computed outputs of each resource type, in realistic shape.

A mock that leaves one out would make it None and erase the dependency that runs through it, so
every aws resource gets an id, an ARN and an automatic name, and the table adds the rest.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from tools.recording import eks_outputs
from tools.recording.naming import ACCOUNT, REGION, Answer, Inputs
from tools.recording.naming import arn as _arn
from tools.recording.naming import region as _region

# Where the automatic name of a type is not in `name`.
NAME_FIELDS = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:rds/instance:Instance": "identifier",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:mq/broker:Broker": "brokerName",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:ecs/taskDefinition:TaskDefinition": "family",
    "aws:eks/nodeGroup:NodeGroup": "nodeGroupName",
}


def computed(type_: str, logical_name: str, inputs: Inputs) -> tuple[str, dict[str, Any]]:
    """The physical id and the outputs that AWS adds to the inputs of a new resource."""
    digest = hashlib.sha256(f"{type_}{logical_name}".encode()).hexdigest()
    if type_ in _DRAWN:
        return "none", {"result": _drawn(digest, inputs)}
    if type_.startswith("kubernetes:"):
        return eks_outputs.kubernetes_object(f"{logical_name}-{digest[:8]}", inputs)
    if not type_.startswith("aws:"):
        return digest[:8], {}
    name_field = NAME_FIELDS.get(type_, "name")
    name = inputs.get(name_field, f"{logical_name}-{digest[:7]}")
    service, _, kind = type_.split(":")[1].partition("/")
    outputs = {
        name_field: name,
        "arn": _arn(inputs, service, f"{kind}/{name}"),
        "region": _region(inputs),
        "tagsAll": inputs.get("tags", {}),
    }
    answer = _TYPES.get(type_)
    specific = answer(name, digest, inputs) if answer else {}
    id_ = specific.pop("id", name)
    return id_, outputs | specific


_DRAWN = (
    "random:index/randomPassword:RandomPassword",
    "random:index/randomString:RandomString",
)


def _drawn(digest: str, inputs: Inputs) -> str:
    """Special characters come first: a careless reader of a URL or a shell trips over them."""
    special = inputs.get("overrideSpecial", "!@#$%&*") if inputs.get("special", True) else ""
    return (special + digest * 2)[: inputs["length"]]


def _ec2(prefix: str) -> Answer:
    return lambda _name, digest, _inputs: {"id": f"{prefix}-{digest[:17]}"}


def _elb(kind: str) -> Answer:
    def answer(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
        arn = _arn(inputs, "elasticloadbalancing", f"{kind}/{name}/{digest[:16]}")
        suffix = f"{kind.removeprefix('loadbalancer/')}/{name}/{digest[:16]}"
        return {"id": arn, "arn": arn, "arnSuffix": suffix}

    return answer


def _load_balancer(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    dns_name = f"{name}-{digest[:9]}.{_region(inputs)}.elb.amazonaws.com"
    return {
        **_elb("loadbalancer/app")(name, digest, inputs),
        "dnsName": dns_name,
        "zoneId": "Z35SXDOTRQ7X7K",
    }


def _certificate(_name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    arn = _arn(inputs, "acm", f"certificate/{digest[:32]}")
    hosts = [inputs["domainName"], *inputs.get("subjectAlternativeNames", [])]
    return {
        "id": arn,
        "arn": arn,
        "status": "PENDING_VALIDATION",
        "domainValidationOptions": [
            {
                "domainName": host,
                "resourceRecordName": f"_{digest[:32]}.{host}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": f"_{digest[32:]}.acm-validations.aws.",
            }
            for host in dict.fromkeys(hosts)
        ],
    }


def _database(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    address = f"{name}.{digest[:12]}.{_region(inputs)}.rds.amazonaws.com"
    secret = _arn(inputs, "secretsmanager", f"secret:rds!db-{digest[:8]}-AbCdEf")
    return {
        "id": f"db-{digest[:26].upper()}",
        "arn": _arn(inputs, "rds", f"db:{name}"),
        "address": address,
        "endpoint": f"{address}:5432",
        "port": 5432,
        "engineVersionActual": "15.14",
        "masterUserSecrets": [{"secretArn": secret, "secretStatus": "active"}],
    }


def _replication_group(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    return {
        "primaryEndpointAddress": f"master.{name}.{digest[:6]}.use1.cache.amazonaws.com",
        "readerEndpointAddress": f"replica.{name}.{digest[:6]}.use1.cache.amazonaws.com",
        "port": inputs.get("port", 6379),
        "memberClusters": [f"{name}-{i:03}" for i in range(1, inputs["numCacheClusters"] + 1)],
    }


def _broker(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    """One host for all nodes; its drawn part is that of the broker's id."""
    drawn = f"b-{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
    host = f"{drawn}.mq.{_region(inputs)}.amazonaws.com"
    return {
        "id": drawn,
        "arn": _arn(inputs, "mq", f"broker:{name}:{drawn}"),
        "instances": [{"consoleUrl": f"https://{host}", "endpoints": [f"amqps://{host}:5671"]}],
    }


def _replicated_backups(_name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    arn = f"arn:aws:rds:{_region(inputs)}:{ACCOUNT}:auto-backup:ab-{digest[:26]}"
    return {"id": arn}


def _vault(name: str, _digest: str, inputs: Inputs) -> dict[str, Any]:
    return {"arn": f"arn:aws:backup:{_region(inputs)}:{ACCOUNT}:backup-vault:{name}"}


def _secret(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    arn = _arn(inputs, "secretsmanager", f"secret:{name}-{digest[:6]}")
    return {"id": arn, "arn": arn}


def _secret_version(_name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    return {"id": f"{inputs['secretId']}|{digest[:32]}", "versionId": digest[:32]}


def _identity(kind: str, prefix: str) -> Answer:
    return lambda name, digest, _inputs: {
        "arn": f"arn:aws:iam::{ACCOUNT}:{kind}/{name}",
        "uniqueId": f"{prefix}{digest[:17].upper()}",
    }


def _bucket(name: str, _digest: str, inputs: Inputs) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:s3:::{name}",
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{name}.s3.{_region(inputs)}.amazonaws.com",
    }


def _key(_name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    key_id = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
    return {"id": key_id, "keyId": key_id, "arn": _arn(inputs, "kms", f"key/{key_id}")}


def _task_definition(name: str, _digest: str, inputs: Inputs) -> dict[str, Any]:
    arn = _arn(inputs, "ecs", f"task-definition/{name}")
    return {"arn": f"{arn}:1", "arnWithoutRevision": arn, "revision": 1}


def _log_group(name: str, _digest: str, inputs: Inputs) -> dict[str, Any]:
    return {"arn": _arn(inputs, "logs", f"log-group:{name}")}


_TYPES: dict[str, Answer] = {
    **eks_outputs.TYPES,
    "aws:ec2/vpc:Vpc": lambda _n, digest, inputs: {
        "id": f"vpc-{digest[:17]}",
        "cidrBlock": inputs["cidrBlock"],
        "mainRouteTableId": f"rtb-{digest[:17]}",
        "defaultSecurityGroupId": f"sg-{digest[:17]}",
    },
    "aws:ec2/subnet:Subnet": _ec2("subnet"),
    "aws:ec2/internetGateway:InternetGateway": _ec2("igw"),
    "aws:ec2/natGateway:NatGateway": _ec2("nat"),
    "aws:ec2/eip:Eip": lambda _n, digest, _i: {
        "id": f"eipalloc-{digest[:17]}",
        "allocationId": f"eipalloc-{digest[:17]}",
        "publicIp": "203.0.113.10",
    },
    "aws:ec2/routeTable:RouteTable": _ec2("rtb"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _ec2("rtbassoc"),
    "aws:ec2/route:Route": _ec2("r"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _ec2("vpce"),
    "aws:ec2/flowLog:FlowLog": _ec2("fl"),
    "aws:ec2/securityGroup:SecurityGroup": _ec2("sg"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _ec2("sg"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2("sgr"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2("sgr"),
    "aws:kms/key:Key": _key,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:secretsmanager/secretVersion:SecretVersion": _secret_version,
    "aws:rds/instance:Instance": _database,
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": (
        _replicated_backups
    ),
    "aws:backup/vault:Vault": _vault,
    "aws:backup/plan:Plan": lambda _n, digest, _i: {"id": digest[:36]},
    "aws:elasticache/replicationGroup:ReplicationGroup": _replication_group,
    "aws:mq/broker:Broker": _broker,
    "aws:iam/role:Role": _identity("role", "AROA"),
    "aws:iam/user:User": _identity("user", "AIDA"),
    "aws:iam/accessKey:AccessKey": lambda _n, digest, _i: {
        "id": f"AKIA{digest[:16].upper()}",
        "secret": f"{digest[:18]}/+{digest[18:38]}",
        "status": "Active",
    },
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _elb("targetgroup"),
    "aws:lb/listener:Listener": _elb("listener/app"),
    "aws:lb/listenerRule:ListenerRule": _elb("listener-rule/app"),
    "aws:acm/certificate:Certificate": _certificate,
    "aws:acm/certificateValidation:CertificateValidation": lambda _n, _d, inputs: {
        "certificateArn": inputs["certificateArn"]
    },
    "aws:cloudfront/distribution:Distribution": lambda _n, digest, _i: {
        "id": f"E{digest[:13].upper()}",
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E{digest[:13].upper()}",
        "domainName": f"d{digest[:13]}.cloudfront.net",
        "hostedZoneId": "Z2FDTNDATAQYW2",
    },
    "aws:cloudfront/originAccessControl:OriginAccessControl": lambda _n, digest, _i: {
        "id": f"E{digest[:13].upper()}",
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:origin-access-control/E{digest[:13].upper()}",
    },
    "aws:route53/record:Record": lambda _n, _d, inputs: {"fqdn": inputs["name"].rstrip(".")},
    "aws:ecs/taskDefinition:TaskDefinition": _task_definition,
    "aws:servicediscovery/httpNamespace:HttpNamespace": lambda name, digest, inputs: {
        "id": f"ns-{digest[:16]}",
        "arn": _arn(inputs, "servicediscovery", f"namespace/ns-{digest[:16]}"),
        "httpName": name,
    },
    "aws:lambda/function:Function": lambda name, _digest, _i: {
        "arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
        "version": "$LATEST",
    },
    "aws:lambda/invocation:Invocation": lambda _n, digest, inputs: {
        "id": f"{inputs['functionName']},$LATEST,{digest[:32]}",
        "result": f'{{"taskArn": "arn:aws:ecs:task/{digest[:32]}", "exitCode": 0}}',
    },
    "aws:synthetics/canary:Canary": lambda name, digest, inputs: {
        "engineArn": _arn(inputs, "lambda", f"function:cwsyn-{name}-{digest[:8]}:1"),
        "status": "RUNNING",
    },
}


class NothingFoundError(Exception):
    """What a data source raises when AWS has no such thing; its text is AWS's."""


INVOKES: dict[str, Callable[[Inputs], dict[str, Any]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda _inputs: {
        "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/test",
        "id": ACCOUNT,
        "userId": "AIDATEST",
    },
    "aws:route53/getZone:getZone": lambda inputs: {
        "id": "Z0123456789ABC",
        "zoneId": "Z0123456789ABC",
        "name": inputs["name"],
        "arn": "arn:aws:route53:::hostedzone/Z0123456789ABC",
    },
    "aws:index/getRegion:getRegion": lambda _inputs: {"id": REGION, "region": REGION},
    "aws:index/getPartition:getPartition": lambda _inputs: {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
    },
}
"""The data sources that a program may ask; any other one fails the test."""
