"""The few actions that moto lacks or forgets, added to its classes when the cloud starts."""

# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false
# pyright: reportOptionalIterable=false, reportUnknownVariableType=false
# It lives inside of moto's classes, of which moto tells hardly any types.

import json
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs
from moto.elasticache.exceptions import CacheSubnetGroupNotFound
from moto.elasticache.responses import ElastiCacheResponse as ElastiCache
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.moto_api._internal.models import moto_api_backend
from moto.s3.models import FakeBucket
from moto.synthetics import urls as synthetics_urls
from moto.synthetics.responses import SyntheticsResponse as Synthetics

_parameter_groups: dict[str, dict[str, Any]] = {}
_kept_service_fields = (
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
)
_create_service = Ecs.create_service
_describe_cache_clusters = ElastiCache.describe_cache_clusters


def add() -> None:
    """Adds the actions; a second call changes nothing."""
    ElastiCache.create_cache_parameter_group = _create_parameter_group
    ElastiCache.modify_cache_parameter_group = _modify_parameter_group
    ElastiCache.describe_cache_parameter_groups = _describe_parameter_groups
    ElastiCache.describe_cache_parameters = _describe_parameters
    ElastiCache.delete_cache_parameter_group = _delete_parameter_group
    ElastiCache.delete_cache_subnet_group = _delete_subnet_group
    ElastiCache.delete_replication_group = _delete_replication_group
    ElastiCache.describe_cache_clusters = _describe_clusters
    Ecs.create_service = _create_complete_service
    FakeBucket.get_permission = _permission
    for action in ("start", "stop"):
        path = f"{{0}}/canary/(?P<name>[^/]+)/{action}$"
        synthetics_urls.url_paths[path] = Synthetics.dispatch
    Synthetics.start_canary = _start_canary
    Synthetics.stop_canary = _start_canary
    Synthetics.delete_canary = _delete_canary


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
    if self._get_param("capacityProviderStrategy"):
        service.launch_type = None  # AWS shows the one or the other
    for field in _kept_service_fields:
        value = self._get_param(field)
        if value is not None:
            setattr(service, field, value)
    return answer


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


def _start_canary(self: Synthetics) -> str:
    del self
    return "{}"


def _delete_canary(self: Synthetics) -> str:
    self.synthetics_backend.canaries.pop(self.path.rpartition("/")[2], None)
    return "{}"
