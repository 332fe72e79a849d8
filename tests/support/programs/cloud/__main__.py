"""A network with one subnet and a secret: relations that AWS checks, and a value that it hides."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

config = pulumi.Config()


class Net(pulumi.ComponentResource):
    """A VPC with a subnet."""

    subnet_id: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("cloud:index:Net", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block=config.require("cidrBlock"), opts=child)
        subnet = aws.ec2.Subnet(
            f"{name}-subnet",
            vpc_id=vpc.id,
            cidr_block=config.require("subnetBlock"),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.subnet_id = subnet.id
        self.register_outputs({"subnet_id": self.subnet_id})


tags = aws.ProviderDefaultTagsArgs(tags={"owner": "tests"})
cloud = pulumi.ResourceOptions(provider=aws.Provider("aws", region="us-east-1", default_tags=tags))
drawn = pulumi.ResourceOptions(provider=random.Provider("random"))
net = Net("main", pulumi.ResourceOptions.merge(cloud, None))
password = random.RandomPassword("password", length=20, opts=drawn)
secret = aws.secretsmanager.Secret("login", recovery_window_in_days=0, opts=cloud)
aws.secretsmanager.SecretVersion(
    "login-value",
    secret_id=secret.id,
    secret_string=pulumi.Output.json_dumps({"password": password.result}),
    opts=cloud,
)
pulumi.export("subnetId", net.subnet_id)
pulumi.export("secretArn", secret.arn)
