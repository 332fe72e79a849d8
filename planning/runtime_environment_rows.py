"""What each field of a stack file, systems and cluster apart, becomes on each runtime."""

from planning import runtime_losses as losses
from planning.runtime_row import Area, Loss, Row, Same

ENVIRONMENT = Area(
    module=__name__,
    title="Stack file: the environment",
    section="",
    rows=(
        Row(
            keys=("slipway:tags",),
            fargate="Tags of all resources, tasks too",
            eks="Tags of all resources of AWS, the nodes of a node group too. Those of EKS Auto "
            "Mode have EKS's own tags only, and objects of Kubernetes have labels",
            into=("Provider defaultTags",),
            eks_into=("LaunchTemplate",),
            losses=(
                Loss(
                    runtime="eks",
                    when="where `slipway:eks.nodeGroup` is `null`",
                    find=losses.untagged_nodes,
                ),
            ),
        ),
        Row(
            keys=("slipway:network.subnets.private",),
            fargate="Where tasks run, with an address each",
            eks="Where nodes and pods run, with an address each and some in reserve (trap 9)",
            into=("Subnet cidrBlock",),
        ),
        Row(
            keys=("slipway:existing.vpc.privateSubnetIds",),
            fargate="As above",
            eks="As above",
            fargate_into=("Invocation input", "Service networkConfiguration"),
            eks_into=("Cluster vpcConfig", "NodeGroup subnetIds"),
        ),
        Row(
            part="slipway:network",
            keys=("natGateways", "interfaceEndpoints"),
            fargate="Without a NAT gateway endpoints of the registry, secrets and logs, which a "
            "preview looks for",
            eks='Those of a private cluster too (EKS user guide, "Deploy private clusters with '
            "limited internet access\"), and `toolsImage` in the account's own registry",
            into=(
                "NatGateway",
                "Eip",
                "Route natGatewayId",
                "VpcEndpoint",
                "SecurityGroup",
                "SecurityGroupIngressRule",
            ),
        ),
        Row(
            keys=("slipway:domain.registry",),
            fargate="Beginning of the image's name",
            eks="Beginning of the image's name",
            fargate_into=("TaskDefinition containerDefinitions[].image",),
            eks_into=(
                "Deployment spec.template.spec.containers[].image",
                "Job spec.template.spec.containers[].image",
            ),
        ),
        Row(
            keys=("slipway:existing.registrySecretArn",),
            fargate="`repositoryCredentials`: ECS reads the secret when a task starts",
            eks="`imagePullSecrets`: a Secret with a copy of it, in each namespace",
            fargate_into=(
                "TaskDefinition containerDefinitions[].repositoryCredentials",
                "RolePolicy policy",
            ),
            eks_into=(
                "Deployment spec.template.spec.imagePullSecrets",
                "Job spec.template.spec.imagePullSecrets",
                "Secret",
            ),
        ),
        Row(
            keys=("slipway:bootstrap.image",),
            fargate="A task that a Lambda function starts and waits for, before the migration",
            eks="A Job; with `toolsImage` it reads RDS's own secret by Pod Identity",
            fargate_into=("TaskDefinition containerDefinitions[].image",),
            eks_into=("Job",),
        ),
        Row(
            keys=("slipway:monitoring.logRetentionDays",),
            fargate="A log group for each service",
            eks="Log groups of the control plane and of Container Insights, for all pods together",
            into=("LogGroup retentionInDays", "Schedule"),
            losses=(
                Loss(
                    runtime="eks",
                    when="where `slipway:eks.containerInsights` is `false`",
                    find=losses.unkept_logs,
                ),
            ),
        ),
    ),
    same=(
        Same(
            keys=("aws:region", "slipway:runtime", "slipway:switch.to", "slipway:switch.percent"),
            why="decide where, and on what",
        ),
        Same(keys=("slipway:safety",), why="guardrails"),
        Same(
            part="slipway:network",
            keys=("cidrBlock",),
            why="the VPC",
            into=("Vpc cidrBlock",),
        ),
        Same(
            part="slipway:network",
            keys=("availabilityZones",),
            why="the VPC's, and of all that stands in its subnets",
            into=(
                "Subnet",
                "SubnetGroup",
                "Route",
                "RouteTable",
                "RouteTableAssociation",
                "VpcEndpoint routeTableIds",
                "LoadBalancer subnets",
            ),
            fargate_into=("Invocation input", "Service networkConfiguration"),
            eks_into=("Cluster vpcConfig", "NodeGroup subnetIds"),
        ),
        Same(
            part="slipway:network",
            keys=("subnets.public", "subnets.isolated"),
            why="the VPC's; on EKS the network policies name them",
            into=("Subnet cidrBlock",),
            eks_into=("NetworkPolicy spec",),
        ),
        Same(
            part="slipway:network",
            keys=("flowLogRetentionDays",),
            why="the VPC's record of connections",
            into=("LogGroup retentionInDays",),
        ),
        Same(
            keys=("slipway:domain.hostedZone", "slipway:existing.hostedZoneId"),
            why="Route 53",
            into=("Record zoneId",),
        ),
        Same(
            part="slipway:existing",
            keys=("vpc.id",),
            why="used in place of being built",
            into=("SecurityGroup vpcId", "TargetGroup vpcId"),
        ),
        Same(
            part="slipway:existing",
            keys=("vpc.publicSubnetIds", "vpc.isolatedSubnetIds"),
            why="used in place of being built",
            into=("LoadBalancer subnets", "Broker subnetIds", "SubnetGroup subnetIds"),
            eks_into=("NetworkPolicy spec",),
        ),
        Same(
            part="slipway:existing",
            keys=("certificateArn",),
            why="used in place of being built",
            into=("Certificate", "CertificateValidation", "Listener certificateArn", "Record"),
        ),
        Same(
            part="slipway:existing",
            keys=("keyArn",),
            why="encrypts everything in place of a key of its own",
            into=(
                "Key",
                "Alias",
                "Broker encryptionOptions",
                "BucketServerSideEncryptionConfiguration",
                "Instance kmsKeyId",
                "Instance masterUserSecretKmsKeyId",
                "LogGroup kmsKeyId",
                "ReplicationGroup kmsKeyId",
                "RolePolicy policy",
                "Secret kmsKeyId",
                "Topic kmsMasterKeyId",
                "Vault kmsKeyArn",
            ),
            fargate_into=("Canary artifactConfig", "Cluster configuration"),
            eks_into=("Cluster encryptionConfig",),
        ),
        Same(
            part="slipway:backup",
            keys=("dailyAt", "retentionDays"),
            why="AWS Backup, of data stores only",
            into=("Plan",),
        ),
        Same(
            part="slipway:backup",
            keys=("region",),
            why="copies of data stores there, with a key of their own",
            into=(
                "Plan",
                "Vault",
                "Key",
                "Alias",
                "Bucket",
                "BucketLifecycleConfiguration",
                "BucketOwnershipControls",
                "BucketPolicy",
                "BucketPublicAccessBlock",
                "BucketReplicationConfig",
                "BucketServerSideEncryptionConfiguration",
                "BucketVersioning",
                "InstanceAutomatedBackupsReplication",
                "Role",
                "RolePolicy",
            ),
        ),
        Same(
            part="slipway:encryption",
            keys=("keyDeletionWindowDays", "secretRecoveryDays"),
            why="KMS and Secrets Manager",
            into=(
                "Key",
                "Secret recoveryWindowInDays",
            ),
        ),
        Same(
            part="slipway:loadBalancer",
            keys=(
                "deletionProtection",
                "idleTimeoutSeconds",
                "contentSecurityPolicy",
            ),
            why="the load balancer",
            into=("LoadBalancer", "Listener"),
        ),
        Same(
            part="slipway:loadBalancer",
            keys=("accessLogRetentionDays",),
            why="the bucket of its logs",
            into=("BucketLifecycleConfiguration",),
        ),
        Same(
            part="slipway:loadBalancer",
            keys=("rateLimit.requests", "rateLimit.windowSeconds", "allowedCountries"),
            why="its firewall",
            into=("WebAcl",),
        ),
        Same(
            part="slipway:monitoring",
            keys=("alarmEmails",),
            why="alarms",
            into=("TopicSubscription",),
        ),
        Same(
            part="slipway:monitoring",
            keys=("runbookBaseUrl",),
            why="links of alarms and dashboards",
            into=("MetricAlarm",),
            eks_into=("PrometheusRule",),
        ),
    ),
)
