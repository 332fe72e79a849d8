"""The public way in: one HTTPS load balancer for all systems of an environment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.certificate import create_certificate
from components.errors import ArgumentError, require
from components.listeners import HTTP_PORT, HTTPS_PORT, ResponseHeadersArgs, create_listeners
from components.log_retention import require_retention
from components.physical_name import short_name_prefix
from components.rate_limit import HOST_LENGTH, REQUESTS, WINDOWS_SECONDS, RateLimit
from components.web_firewall import create_log, create_web_acl

_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadBalancerArgs:
    """What a load balancer needs to know.

    Source of the limits: Elastic Load Balancing API reference, ModifyLoadBalancerAttributes; AWS
    WAF API reference, RateBasedStatement.
    """

    vpc_id: pulumi.Input[str]
    """Network of the security group. Source: Network.vpc_id."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Public subnets, two or more zones. Source: Network.public_subnet_ids."""
    hosts: Sequence[str]
    """Host names that lead here, lower case, without wildcards; the first is the certificate's
    main name, and a change of it replaces the certificate."""
    hosted_zone_id: pulumi.Input[str]
    """Public hosted zone of all hosts, which must exist and be delegated to."""
    access_log_bucket: pulumi.Input[str]
    """Bucket that takes the access logs; it must let Elastic Load Balancing write and be encrypted
    with S3's own key. Source: Bucket.bucket_name."""
    rate_limit_requests: int
    """Requests that one address may send in a window, 10 to 2,000,000,000; more are refused."""
    access_log_prefix: str = "load-balancer"
    """Folder of the access logs in the bucket, `load-balancer` by default."""
    rate_limit_window_seconds: int = 300
    """Length of that window, 60, 120, 300 or 600 s; 300 by default (trap 17)."""
    host_rate_limits: Mapping[str, RateLimit] = field(default_factory=dict[str, RateLimit])
    """Limits of hosts that have one of their own, by host of up to 200 characters; such a host is
    exempt from the general limit, which the other hosts share. None by default."""
    certificate_arn: pulumi.Input[str] | None = None
    """Certificate for all hosts that exists already; by default one is requested from ACM."""
    idle_timeout_seconds: int = 60
    """Seconds without a byte after which a connection is closed, 1 to 4000; 60 by default (A12).
    A WebSocket must send a sign of life more often."""
    deletion_protection: bool = True
    """Whether AWS refuses to delete the load balancer; on by default."""
    tls_policy: str = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """Protocols and ciphers, TLS 1.2 and 1.3 by default.
    Source: Application Load Balancers guide, "Security policies"."""
    response_headers: ResponseHeadersArgs = field(default_factory=ResponseHeadersArgs)
    """Headers added to every response."""
    allowed_countries: Sequence[str] = ()
    """Where requests may come from, two capitals each (ISO 3166); everywhere by default (A18)."""
    web_acl_log_retention_days: int | None = None
    """Days that the firewall's log is kept; no log by default, its metrics and samples remain."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Key that encrypts the firewall's log; CloudWatch's own key by default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(self, "subnet_ids", len(self.subnet_ids) >= 2, "use subnets of two or more zones")
        require(
            self,
            "hosts",
            bool(self.hosts) and all(_HOST.fullmatch(host) for host in self.hosts),
            "use one or more host names in lower case, without wildcards: api.example.com",
        )
        require(self, "hosts", len(set(self.hosts)) == len(self.hosts), "name every host only once")
        require(
            self,
            "rate_limit_requests",
            self.rate_limit_requests in REQUESTS,
            "use 10 to 2000000000 (requests)",
        )
        require(
            self,
            "rate_limit_window_seconds",
            self.rate_limit_window_seconds in WINDOWS_SECONDS,
            "use 60, 120, 300 or 600 (seconds)",
        )
        for host in self.host_rate_limits:
            if host not in self.hosts or len(host) > HOST_LENGTH:
                remedy = "name one of hosts, of up to 200 characters"
                raise ArgumentError("LoadBalancer", "host_rate_limits", host, remedy)
        require(
            self,
            "idle_timeout_seconds",
            1 <= self.idle_timeout_seconds <= 4000,
            "use 1 to 4000 (seconds)",
        )
        require(
            self,
            "allowed_countries",
            all(re.fullmatch("[A-Z]{2}", country) for country in self.allowed_countries),
            "use two capitals for each country: DE",
        )
        if self.web_acl_log_retention_days is not None:
            require_retention(self, "web_acl_log_retention_days")


class LoadBalancer(pulumi.ComponentResource):
    """An Application Load Balancer: the only thing of an environment that the internet reaches.

    Builds:
        1. The load balancer over the public subnets, HTTP/2, with access logs, open on 80 and 443.
        2. Listeners: 80 redirects to 443 (301); 443 answers 404 unless a rule of a service knows
           better, and adds security headers.
        3. A certificate for all hosts, proven by DNS, unless one is given; a DNS record per host.
        4. A web ACL: rate limits per address, for all hosts together or for a host of its own,
           countries by choice, AWS's lists of bad addresses, known exploits and common attacks.
           Shield Standard comes with every load balancer.

    Not built: target groups and rules, which belong to the services; caching, so that a health
    path is never answered from a cache; Shield Advanced.

    Cost: 16 USD a month and 6 USD for each capacity unit in use; the web ACL 9 USD a month, 1 USD
    more for a host's own limit, and 0.60 USD for a million requests.

    Failure: a host outside of the hosted zone never validates, and the deploy stops after 75 min.

    Example: `examples/load_balancer`.
    """

    arn: pulumi.Output[str]
    """ARN of the load balancer."""
    arn_suffix: pulumi.Output[str]
    """Last part of the ARN, `app/<name>/<id>`: the dimension `LoadBalancer` of its metrics."""
    name: pulumi.Output[str]
    """Name in AWS, 32 characters or fewer."""
    dns_name: pulumi.Output[str]
    """AWS's own name of it, to which the hosts are aliases."""
    zone_id: pulumi.Output[str]
    """Hosted zone of that name, for further aliases."""
    listener_arn: pulumi.Output[str]
    """The HTTPS listener, to which services add their rules."""
    security_group_id: pulumi.Output[str]
    """Group of the load balancer; it may connect to nothing until a service adds its rule."""
    certificate_arn: pulumi.Output[str]
    """The certificate in use, given or issued."""
    web_acl_arn: pulumi.Output[str]
    """The web ACL in front."""

    def __init__(
        self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:LoadBalancer", name, {}, opts)

        security_group = self._security_group(name, args)
        load_balancer = self._load_balancer(name, args, security_group)
        certificate_arn = (
            create_certificate(name, args.hosts, args.hosted_zone_id, tags=args.tags, parent=self)
            if args.certificate_arn is None
            else pulumi.Output.from_input(args.certificate_arn)
        )
        listener = create_listeners(
            name,
            load_balancer_arn=load_balancer.arn,
            certificate_arn=certificate_arn,
            tls_policy=args.tls_policy,
            response_headers=args.response_headers,
            tags=args.tags,
            parent=self,
        )
        self._host_records(name, args, load_balancer)
        web_acl = self._web_acl(name, args, load_balancer)

        self.arn = load_balancer.arn
        self.arn_suffix = load_balancer.arn_suffix
        self.name = load_balancer.name
        self.dns_name = load_balancer.dns_name
        self.zone_id = load_balancer.zone_id
        self.listener_arn = listener.arn
        self.security_group_id = security_group.id
        self.certificate_arn = certificate_arn
        self.web_acl_arn = web_acl.arn
        self.register_outputs(
            {
                "arn": self.arn,
                "arn_suffix": self.arn_suffix,
                "name": self.name,
                "dns_name": self.dns_name,
                "zone_id": self.zone_id,
                "listener_arn": self.listener_arn,
                "security_group_id": self.security_group_id,
                "certificate_arn": self.certificate_arn,
                "web_acl_arn": self.web_acl_arn,
            }
        )

    def _security_group(self, name: str, args: LoadBalancerArgs) -> "aws.ec2.SecurityGroup":
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description=f"Load balancer {name}",
            vpc_id=args.vpc_id,
            tags={**args.tags, "Name": f"{name}-security-group"},
            opts=child,
        )
        for protocol, port in (("http", HTTP_PORT), ("https", HTTPS_PORT)):
            for family, ipv4, ipv6 in (("ipv4", "0.0.0.0/0", None), ("ipv6", None, "::/0")):
                rule = f"{name}-{protocol}-{family}"
                aws.vpc.SecurityGroupIngressRule(
                    rule,
                    security_group_id=group.id,
                    description=f"{protocol.upper()} from everywhere",
                    cidr_ipv4=ipv4,
                    cidr_ipv6=ipv6,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    tags={**args.tags, "Name": rule},
                    opts=child,
                )
        return group

    def _load_balancer(
        self, name: str, args: LoadBalancerArgs, security_group: "aws.ec2.SecurityGroup"
    ) -> "aws.lb.LoadBalancer":
        # A short suffix: a name of up to 20 characters shows in the console as it is.
        logical_name = f"{name}-alb"
        return aws.lb.LoadBalancer(
            logical_name,
            name_prefix=short_name_prefix(logical_name),
            load_balancer_type="application",
            internal=False,
            subnets=args.subnet_ids,
            security_groups=[security_group.id],
            idle_timeout=args.idle_timeout_seconds,
            enable_http2=True,
            drop_invalid_header_fields=True,
            enable_deletion_protection=args.deletion_protection,
            access_logs=aws.lb.LoadBalancerAccessLogsArgs(
                bucket=args.access_log_bucket, prefix=args.access_log_prefix, enabled=True
            ),
            tags={**args.tags, "Name": logical_name},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _host_records(
        self, name: str, args: LoadBalancerArgs, load_balancer: "aws.lb.LoadBalancer"
    ) -> None:
        for host in args.hosts:
            aws.route53.Record(
                f"{name}-host-{host}",
                zone_id=args.hosted_zone_id,
                name=host,
                type="A",
                aliases=[
                    aws.route53.RecordAliasArgs(
                        name=load_balancer.dns_name,
                        zone_id=load_balancer.zone_id,
                        evaluate_target_health=True,
                    )
                ],
                opts=pulumi.ResourceOptions(parent=self),
            )

    def _web_acl(
        self, name: str, args: LoadBalancerArgs, load_balancer: "aws.lb.LoadBalancer"
    ) -> "aws.wafv2.WebAcl":
        web_acl = create_web_acl(
            name,
            rate_limit=RateLimit(
                requests=args.rate_limit_requests, window_seconds=args.rate_limit_window_seconds
            ),
            host_rate_limits=args.host_rate_limits,
            allowed_countries=args.allowed_countries,
            tags=args.tags,
            parent=self,
        )
        aws.wafv2.WebAclAssociation(
            f"{name}-web-acl-association",
            resource_arn=load_balancer.arn,
            web_acl_arn=web_acl.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        if args.web_acl_log_retention_days is not None:
            create_log(
                name,
                web_acl,
                retention_days=args.web_acl_log_retention_days,
                kms_key_arn=args.kms_key_arn,
                tags=args.tags,
                parent=self,
            )
        return web_acl
