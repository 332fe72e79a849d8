"""Ways to AWS services that do not leave the network; a part of `components/network.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """Endpoints of one network."""

    region: str
    """Region of the services; it is a part of their names."""
    vpc_id: pulumi.Input[str]
    """The network."""
    cidr_block: str
    """Its range: who may call an interface endpoint."""
    tags: Mapping[str, str]
    """Tags of all endpoints, besides their names."""

    def create_gateway(
        self,
        name: str,
        service: str,
        route_tables: Sequence["aws.ec2.RouteTable"],
        child: pulumi.ResourceOptions,
    ) -> None:
        """Adds routes to S3 or DynamoDB; free of charge."""
        aws.ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=self.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=self._service_name(service),
            route_table_ids=[table.id for table in route_tables],
            tags={**self.tags, "Name": f"{name}-{service}"},
            opts=child,
        )

    def create_interfaces(
        self,
        name: str,
        services: Sequence[str],
        subnets: Sequence["aws.ec2.Subnet"],
        child: pulumi.ResourceOptions,
    ) -> None:
        """Gives services an address in each subnet, reachable by HTTPS from inside only."""
        if not services:
            return
        group = self._security_group(name, child)
        for service in services:
            logical_name = f"{name}-endpoint-{service.replace('.', '-')}"
            aws.ec2.VpcEndpoint(
                logical_name,
                vpc_id=self.vpc_id,
                vpc_endpoint_type="Interface",
                service_name=self._service_name(service),
                private_dns_enabled=True,
                subnet_ids=[subnet.id for subnet in subnets],
                security_group_ids=[group.id],
                tags={**self.tags, "Name": logical_name},
                opts=child,
            )

    def _security_group(self, name: str, child: pulumi.ResourceOptions) -> "aws.ec2.SecurityGroup":
        group = aws.ec2.SecurityGroup(
            f"{name}-endpoints",
            description="AWS services inside the network",
            vpc_id=self.vpc_id,
            tags={**self.tags, "Name": f"{name}-endpoints"},
            opts=child,
        )
        # A range and not a group: endpoints belong to the platform and stand before any client.
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-endpoints-https",
            security_group_id=group.id,
            description="HTTPS from inside the network",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4=self.cidr_block,
            tags={**self.tags, "Name": f"{name}-endpoints-https"},
            opts=child,
        )
        return group

    def _service_name(self, service: str) -> str:
        return f"com.amazonaws.{self.region}.{service}"
