"""A service on ECS, with one thing broken at a time."""

from typing import Any

from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import (
    IMAGE,
    Deployed,
    container,
    create_api,
    deployment,
    network,
    register,
)

EVENTS = "read the service's events: `aws ecs describe-services` for shop-api"


def redeploy(deployed: Deployed, **changes: Any) -> None:
    """Deploys the api anew with another task definition."""
    deployed.ids["api-task"] = register(deployed.client, deployed.ids, **changes)
    deployed.outputs["systems"]["shop"]["services"]["api"]["taskDefinitionArn"] = deployed[
        "api-task"
    ]
    recreate(deployed)


def recreate(deployed: Deployed, **changes: Any) -> None:
    """Replaces the api's ECS service by another one."""
    deployed.client("ecs").delete_service(cluster="cluster", service="shop-api", force=True)
    create_api(deployed.client, deployed.ids, **changes)


def test_a_rollback(deployed: Deployed, failures: Failures) -> None:
    wanted = register(deployed.client, deployed.ids)
    deployed.outputs["systems"]["shop"]["services"]["api"]["taskDefinitionArn"] = wanted

    assert failures() == [
        (
            "shop/api: rollout",
            f"expected task definition {wanted}, found {deployed['api-task']}, so the deploy was "
            f"rolled back or overwritten; {EVENTS}; then repair the image and run `pulumi up` "
            "again",
        )
    ]


def test_a_rollout_that_does_not_end(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    def starting(answer: dict[str, Any]) -> None:
        for service in answer["services"]:
            if service["serviceName"] == "shop-api":
                old = {"status": "ACTIVE", "taskDefinition": "shop-api:0"}
                service["deployments"][0].update(rolloutState="IN_PROGRESS", failedTasks=3)
                service["deployments"].append(old)
                service["runningCount"] = 1
                service["events"] = [{"message": "(service shop-api) tasks failed health checks."}]

    alter("ecs", "DescribeServices", starting)

    events = "read the service's events: (service shop-api) tasks failed health checks."
    assert failures() == [
        (
            "shop/api: rollout",
            f"expected rollout state COMPLETED, found IN_PROGRESS; {events}",
        ),
        ("shop/api: rollout", f"expected failed tasks 0, found 3; {events}"),
        (
            "shop/api: rollout",
            "expected the PRIMARY deployment only, found another one that still runs shop-api:0; "
            "wait until it has drained and run the doctor again",
        ),
        ("shop/api: count", f"expected 2 running tasks, found 1; {events}"),
    ]


def test_a_count_outside_the_bounds(deployed: Deployed, failures: Failures) -> None:
    recreate(deployed, desiredCount=1)

    assert (
        "shop/api: count",
        f"expected a desired count from 2 to 4, found 1; {RESTORE}",
    ) in failures()


def test_a_deleted_service(deployed: Deployed, failures: Failures) -> None:
    deployed.client("ecs").delete_service(cluster="cluster", service="shop-api", force=True)

    missing = f"expected ECS service shop-api in cluster cluster, found nothing; {RESTORE}"
    names = ("rollout", "count", "safeguards", "placement", "registration", "namespace")
    assert failures() == [(f"shop/api: {name}", missing) for name in names]


def test_no_safeguards(deployed: Deployed, failures: Failures) -> None:
    recreate(
        deployed,
        deploymentConfiguration=deployment(200, enable=True, rollback=False),
        healthCheckGracePeriodSeconds=0,
        enableExecuteCommand=False,
    )

    check = "shop/api: safeguards"
    assert failures() == [
        (check, f"expected rollback of the circuit breaker on, found off; {RESTORE}"),
        (check, f"expected maximum percent 150, found 200; {RESTORE}"),
        (check, f"expected health check grace period (seconds) 150, found 0; {RESTORE}"),
        (check, f"expected execute command on, found off; {RESTORE}"),
    ]


def test_a_public_address(deployed: Deployed, failures: Failures) -> None:
    recreate(deployed, networkConfiguration=network(deployed.ids, assignPublicIp="ENABLED"))

    assert failures() == [
        (
            "shop/api: placement",
            f"expected public IP address of tasks DISABLED, found ENABLED; {RESTORE}",
        )
    ]


def test_a_public_subnet(deployed: Deployed, failures: Failures) -> None:
    recreate(
        deployed,
        networkConfiguration=network(
            deployed.ids, subnets=[deployed["private"], deployed["public"]]
        ),
    )

    assert failures() == [
        (
            "shop/api: placement",
            "expected tasks in private subnets, found a route to an internet gateway in "
            f"{deployed['public']}; {RESTORE}",
        )
    ]


def test_a_subnet_that_follows_a_public_main_table(deployed: Deployed, failures: Failures) -> None:
    ec2 = deployed.client("ec2")
    tables = ec2.describe_route_tables(
        Filters=[
            {"Name": "vpc-id", "Values": [deployed["vpc"]]},
            {"Name": "association.main", "Values": ["true"]},
        ]
    )["RouteTables"]
    ec2.create_route(
        RouteTableId=tables[0]["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=deployed["gateway"],
    )
    loose = ec2.create_subnet(VpcId=deployed["vpc"], CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    recreate(deployed, networkConfiguration=network(deployed.ids, subnets=[loose]))

    assert failures() == [
        (
            "shop/api: placement",
            "expected tasks in private subnets, found a route to an internet gateway in "
            f"{loose}; {RESTORE}",
        )
    ]


def test_someone_else_in_the_security_groups(deployed: Deployed, failures: Failures) -> None:
    groups = [deployed["api-group"], deployed["worker-group"]]
    recreate(deployed, networkConfiguration=network(deployed.ids, securityGroups=groups))

    assert failures() == [
        (
            "shop/api: placement",
            f"expected security groups of tasks {deployed['api-group']}, found "
            f"{', '.join(sorted(groups))}; {RESTORE}",
        )
    ]


def test_other_bounds_and_targets(deployed: Deployed, failures: Failures) -> None:
    scaling = deployed.client("application-autoscaling")
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/cluster/shop-api",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=9)
    scaling.delete_scaling_policy(**target, PolicyName="Memory")

    check = "shop/api: autoscaling"
    assert failures() == [
        (check, f"expected minimum capacity (tasks) 2, found 1; {RESTORE}"),
        (check, f"expected maximum capacity (tasks) 4, found 9; {RESTORE}"),
        (
            check,
            "expected target (percent) of ECSServiceAverageMemoryUtilization 80.0, found nothing; "
            f"{RESTORE}",
        ),
    ]


def test_autoscaling_that_nobody_described(deployed: Deployed, failures: Failures) -> None:
    deployed.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/cluster/shop-worker",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=9,
    )

    assert failures() == [
        (
            "shop/worker: autoscaling",
            "expected no autoscaling, found a scalable target service/cluster/shop-worker; "
            f"{RESTORE}",
        )
    ]


def test_a_smaller_task(deployed: Deployed, failures: Failures) -> None:
    redeploy(
        deployed,
        cpu="512",
        memory="1024",
        containerDefinitions=[container(deployed.ids, stopTimeout=30)],
    )

    check = "shop/api: size"
    assert failures() == [
        (check, f"expected cpu (units) 1024, found 512; {RESTORE}"),
        (check, f"expected memory (MiB) 2048, found 1024; {RESTORE}"),
        (check, f"expected stop timeout (seconds) 40, found 30; {RESTORE}"),
    ]


def test_another_image(deployed: Deployed, failures: Failures) -> None:
    other = IMAGE.replace("1.0.0", "latest")
    redeploy(deployed, containerDefinitions=[container(deployed.ids, image=other)])

    assert failures() == [
        ("shop/api: image", f"expected image shop/api:1.0.0, found {other}; {RESTORE}")
    ]


def test_a_poorer_environment(deployed: Deployed, failures: Failures) -> None:
    environment = [{"name": "NODE_ENV", "value": "development"}]
    redeploy(deployed, containerDefinitions=[container(deployed.ids, environment=environment)])

    check = "shop/api: environment"
    assert failures() == [
        (
            check,
            "expected every promised variable in the container's environment, found no DB_HOST; "
            f"{RESTORE}",
        ),
        (
            check,
            "expected environment variable NODE_ENV production, found development; " + RESTORE,
        ),
        (check, f"expected environment variable LOG_LEVEL debug, found nothing; {RESTORE}"),
    ]


def test_logs_for_ever(deployed: Deployed, failures: Failures) -> None:
    deployed.client("logs").delete_retention_policy(logGroupName="/shop/api")

    assert failures() == [
        (
            "shop/api: logs",
            f"expected retention (days) of log group /shop/api 30, found nothing; {RESTORE}",
        )
    ]


def test_no_log_group(deployed: Deployed, failures: Failures) -> None:
    deployed.client("logs").delete_log_group(logGroupName="/shop/api")

    assert failures() == [
        (
            "shop/api: logs",
            f"expected log group /shop/api, found nothing of that name; {RESTORE}",
        )
    ]


def test_tasks_on_another_port(deployed: Deployed, failures: Failures) -> None:
    arn = deployed["target-group"]
    joined = {"targetGroupArn": arn, "containerName": "api", "containerPort": 9000}
    recreate(deployed, loadBalancers=[joined])

    assert failures() == [
        (
            "shop/api: registration",
            f"expected target groups {arn} on port 3000, found {arn} on port 9000; {RESTORE}",
        )
    ]


def test_tasks_that_join_no_target_group(deployed: Deployed, failures: Failures) -> None:
    recreate(deployed, loadBalancers=[])

    arn = deployed["target-group"]
    assert (
        "shop/api: registration",
        f"expected target groups {arn} on port 3000, found none; {RESTORE}",
    ) in failures()
