"""A rule that shares requests between target groups by weight, as during a move of a runtime."""

import pytest

RULE = "aws:lb/listenerRule:ListenerRule"


@pytest.fixture(scope="module")
def vpc(account):
    return account.create("aws:ec2/vpc:Vpc", "forwarding", cidrBlock="10.8.0.0/16").id


@pytest.fixture(scope="module")
def groups(account, vpc):
    kind = "aws:lb/targetGroup:TargetGroup"
    return [
        account.create(kind, name, port=80, protocol="HTTP", targetType="ip", vpcId=vpc).id
        for name in ("forwarding", "forwarding-eks")
    ]


@pytest.fixture(scope="module")
def listener(account, vpc):
    subnets = [
        account.create(
            "aws:ec2/subnet:Subnet",
            f"forwarding-{zone}",
            vpcId=vpc,
            cidrBlock=f"10.8.{position}.0/24",
            availabilityZone=f"us-east-1{zone}",
        ).id
        for position, zone in enumerate("ab")
    ]
    balancer = account.create("aws:lb/loadBalancer:LoadBalancer", "forwarding", subnets=subnets)
    return account.create(
        "aws:lb/listener:Listener",
        "forwarding",
        loadBalancerArn=balancer.id,
        port=80,
        protocol="HTTP",
        defaultActions=[
            {
                "type": "fixed-response",
                "fixedResponse": {"contentType": "text/plain", "statusCode": "404"},
            }
        ],
    ).id


def test_weights_arrive_and_every_group_knows_its_load_balancer(account, listener, groups):
    fargate, eks = groups
    made = account.create(
        RULE,
        "forwarding",
        listenerArn=listener,
        priority=1,
        conditions=[{"hostHeader": {"values": ["shop.example.com"]}}],
        actions=[
            {
                "type": "forward",
                "forward": {
                    "targetGroups": [{"arn": fargate, "weight": 90}, {"arn": eks, "weight": 10}]
                },
            }
        ],
    )
    balancing = account.client("elbv2")
    [rule] = balancing.describe_rules(RuleArns=[made.id])["Rules"]
    assert rule["Actions"][0]["ForwardConfig"]["TargetGroups"] == [
        {"TargetGroupArn": fargate, "Weight": 90},
        {"TargetGroupArn": eks, "Weight": 10},
    ]
    # ECS refuses a service whose target group has none.
    found = balancing.describe_target_groups(TargetGroupArns=groups)["TargetGroups"]
    assert all(group["LoadBalancerArns"] for group in found)


def test_a_weight_that_nobody_takes_is_refused(account):
    forward = {"targetGroups": [{"arn": "arn:group", "wait": 90}]}
    assert account.failures(
        RULE,
        listenerArn="arn:aws:elasticloadbalancing:us-east-1:1:listener/app/shop/1/2",
        priority=1,
        conditions=[{"hostHeader": {"values": ["shop.example.com"]}}],
        actions=[{"type": "forward", "forward": forward}],
    ) == [
        "actions[0].forwardConfig.targetGroups[0].wait: the sandbox knows no such input of "
        "elbv2:CreateRule"
    ]
