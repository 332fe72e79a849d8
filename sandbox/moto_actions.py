"""The few actions that moto lacks or forgets, added to its classes when the cloud starts."""

# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false
# pyright: reportOptionalIterable=false, reportUnknownVariableType=false
# It lives inside of moto's classes, of which moto tells hardly any types.

import json
from typing import Any

from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend, Origin
from moto.core.responses import ActionResult, EmptyResult
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs
from moto.elasticache.exceptions import CacheSubnetGroupNotFound
from moto.elasticache.responses import ElastiCacheResponse as ElastiCache
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.moto_api._internal.models import moto_api_backend
from moto.mq.models import MQBackend as Mq
from moto.rds import utils as rds_utils
from moto.route53 import models as route53
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.synthetics import urls as synthetics_urls
from moto.synthetics.responses import SyntheticsResponse as Synthetics

from sandbox import moto_copies, moto_eks, moto_tasks

_parameter_groups: dict[str, dict[str, Any]] = {}
_kept_service_fields = (
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
)
_create_service = Ecs.create_service
_create_broker = Mq.create_broker
_describe_cache_clusters = ElastiCache.describe_cache_clusters
_make_origin = Origin.__init__
_delete_distribution = CloudFrontBackend.delete_distribution
_create_zone_id = route53.create_route53_zone_id
_overlap = rds_utils.get_overlap_between_two_date_ranges


def add() -> None:
    """Adds the actions; a second call changes nothing."""
    moto_copies.add()
    ElastiCache.create_cache_parameter_group = _create_parameter_group
    ElastiCache.modify_cache_parameter_group = _modify_parameter_group
    ElastiCache.describe_cache_parameter_groups = _describe_parameter_groups
    ElastiCache.describe_cache_parameters = _describe_parameters
    ElastiCache.delete_cache_parameter_group = _delete_parameter_group
    ElastiCache.delete_cache_subnet_group = _delete_subnet_group
    ElastiCache.delete_replication_group = _delete_replication_group
    ElastiCache.describe_cache_clusters = _describe_clusters
    Ecs.create_service = _create_complete_service
    Mq.create_broker = _create_reachable_broker
    Mq.delete_broker = _delete_broker
    FakeBucket.get_permission = _permission
    S3Response.get_bucket_replication = _get_bucket_replication
    Origin.__init__ = _origin_with_access_control
    CloudFrontBackend.delete_distribution = _delete_disabled_distribution
    for action in ("start", "stop"):
        path = f"{{0}}/canary/(?P<name>[^/]+)/{action}$"
        synthetics_urls.url_paths[path] = Synthetics.dispatch
    Synthetics.start_canary = _start_canary
    Synthetics.stop_canary = _start_canary
    Synthetics.delete_canary = _delete_canary
    # AWS's begin with a Z, by which they are told from other identifiers.
    route53.create_route53_zone_id = lambda *a, **more: f"Z{_create_zone_id(*a, **more)[1:]}"
    # Windows that touch are apart for RDS: its own examples put one behind the other.
    rds_utils.get_overlap_between_two_date_ranges = _overlap_without_touching
    moto_tasks.add()
    moto_eks.add()


def _overlap_without_touching(*times: Any) -> int:
    return _overlap(*times) or -1


def reset() -> None:
    """Empties the account."""
    moto_api_backend.reset()
    _parameter_groups.clear()


def _create_parameter_group(self: ElastiCache) -> ActionResult:
    name = self._get_param("CacheParameterGroupName")
    group = {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": self._get_param("CacheParameterGroupFamily"),
        "Description": self._get_param("Description"),
        "ARN": f"arn:aws:elasticache:{self.region}:{self.current_account}:parametergroup:{name}",
    }
    _parameter_groups[name] = {**group, "parameters": {}}
    return ActionResult({"CacheParameterGroup": group})


def _modify_parameter_group(self: ElastiCache) -> ActionResult:
    name = self._get_param("CacheParameterGroupName")
    for each in self._get_param("ParameterNameValues") or []:
        parameters = _parameter_groups[name]["parameters"]
        parameters[each["ParameterName"]] = each["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": name})


def _describe_parameter_groups(self: ElastiCache) -> ActionResult:
    name = self._get_param("CacheParameterGroupName")
    found = [group for key, group in _parameter_groups.items() if name in (None, key)]
    return ActionResult({"CacheParameterGroups": found})


def _describe_parameters(self: ElastiCache) -> ActionResult:
    parameters = _parameter_groups[self._get_param("CacheParameterGroupName")]["parameters"]
    listed = [{"ParameterName": key, "ParameterValue": value} for key, value in parameters.items()]
    return ActionResult({"Parameters": listed})


def _delete_parameter_group(self: ElastiCache) -> EmptyResult:
    _parameter_groups.pop(self._get_param("CacheParameterGroupName"), None)
    return EmptyResult()


def _delete_subnet_group(self: ElastiCache) -> EmptyResult:
    name = self._get_param("CacheSubnetGroupName")
    groups = self.elasticache_backend.cache_subnet_groups
    if name not in groups:
        raise CacheSubnetGroupNotFound(name)
    del groups[name]
    return EmptyResult()


def _delete_replication_group(self: ElastiCache) -> ActionResult:
    # moto's own stays "deleting" for ever, and its subnets with it.
    name = self._get_param("ReplicationGroupId")
    [group] = self.elasticache_backend.describe_replication_groups(name)
    del self.elasticache_backend.replication_groups[name]
    group.status = "deleting"
    return ActionResult({"ReplicationGroup": group})


def _describe_clusters(self: ElastiCache) -> ActionResult:
    """The nodes of replication groups, which moto keeps as names only."""
    name = self._get_param("CacheClusterId")
    for group in self.elasticache_backend.replication_groups.values():
        if name in group.member_clusters:
            groups = [
                {"SecurityGroupId": each, "Status": "active"} for each in group.security_group_ids
            ]
            node = {
                "CacheClusterId": name,
                "CacheSubnetGroupName": group.cache_subnet_group_name,
                "SecurityGroups": groups,
            }
            return ActionResult({"CacheClusters": [node]})
    return _describe_cache_clusters(self)


def _create_complete_service(self: Ecs) -> ActionResult:
    """A service whose tasks all run at once, with the settings that moto drops."""
    answer = _create_service(self)
    cluster, name = self._get_param("cluster", "default"), self._get_param("serviceName")
    [service], _ = self.ecs_backend.describe_services(cluster, [name])
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments:
        deployment.update(
            runningCount=service.desired_count,
            pendingCount=0,
            rolloutState="COMPLETED",
            rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
        )
        if connect := self._get_param("serviceConnectConfiguration"):
            deployment["serviceConnectConfiguration"] = connect
    if self._get_param("capacityProviderStrategy"):
        service.launch_type = None  # AWS shows the one or the other
    for field in _kept_service_fields:
        value = self._get_param(field)
        if value is not None:
            setattr(service, field, value)
    return answer


def _create_reachable_broker(self: Mq, **asked: Any) -> tuple[str, str]:
    """A broker with a host of its own; moto calls all of them mockmq."""
    arn, id_ = _create_broker(self, **asked)
    host = f"b-{id_}.mq.{self.region_name}.amazonaws.com"
    instance = {"consoleURL": f"https://{host}", "endpoints": [f"amqps://{host}:5671"]}
    self.brokers[id_].instances = [instance]
    return arn, id_


def _delete_broker(self: Mq, broker_id: str) -> None:
    self.describe_broker(broker_id)  # says that it is not there, where moto's own breaks
    del self.brokers[broker_id]


def _permission(self: FakeBucket, action: str, resource: str) -> Any:
    """What a bucket policy says, without the statements under a condition.

    moto knows no conditions there, so "deny what comes without TLS" would deny everything; loopback
    stands for TLS here.
    """
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    policy["Statement"] = [each for each in policy["Statement"] if "Condition" not in each]
    if not policy["Statement"]:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


def _get_bucket_replication(self: S3Response) -> Any:
    """The rules as they were given; moto answers with some made up parts."""
    self.data["Action"] = "GetBucketReplication"
    rules = self.backend.get_bucket_replication(self.bucket_name)
    if not rules:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    configuration = {"Role": rules["Role"], "Rules": rules["Rule"]}
    return self.serialized(ActionResult({"ReplicationConfiguration": configuration}))


def _origin_with_access_control(self: Origin, origin: dict[str, Any]) -> None:
    _make_origin(self, origin)
    self.origin_access_control_id = origin.get("OriginAccessControlId") or ""


def _delete_disabled_distribution(
    self: CloudFrontBackend, distribution_id: str, if_match: Any
) -> None:
    if self.get_distribution(distribution_id)[0].distribution_config.Enabled:
        raise CloudFrontException(
            "DistributionNotDisabled",
            "The distribution you are trying to delete has not been disabled.",
        )
    _delete_distribution(self, distribution_id, if_match)


def _start_canary(self: Synthetics) -> str:
    del self
    return "{}"


def _delete_canary(self: Synthetics) -> str:
    self.synthetics_backend.canaries.pop(self.path.rpartition("/")[2], None)
    return "{}"
