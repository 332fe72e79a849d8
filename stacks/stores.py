"""The data stores of one system: database, cache, queue, objects and assets."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.access_key import AccessKey, AccessKeyArgs
from components.bucket import Bucket, BucketArgs
from components.bucket_replication import ReplicationArgs
from components.cache import Cache, CacheArgs
from components.cdn import Cdn, CdnArgs, PriceClass
from components.database import Database, DatabaseArgs
from components.queue import Queue, QueueArgs, QueueDeployment
from planning.capacity import max_memory_policy
from planning.health import health_paths
from planning.windows import day_and_time
from stacks import bindings
from stacks.scope import Scope

DEPLOYMENTS = {
    "single-instance": QueueDeployment.SINGLE_INSTANCE,
    "cluster": QueueDeployment.CLUSTER_MULTI_AZ,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stores:
    """What a system keeps; None for what it does not have."""

    database: Database | None
    cache: Cache | None
    queue: Queue | None
    objects: Bucket | None
    access_key: AccessKey | None
    assets: Cdn | None
    assets_bucket: Bucket | None

    def offered(self, scope: Scope) -> Mapping[str, bindings.Outputs]:
        """What services may bind, by the stores' names in system files."""
        offered: dict[str, bindings.Outputs] = {}
        if self.database is not None:
            offered["database"] = bindings.of_database(self.database)
        if self.cache is not None:
            offered["cache"] = bindings.of_cache(self.cache)
        if self.queue is not None:
            offered["queue"] = bindings.of_queue(self.queue)
        if self.objects is not None:
            offered["objects"] = bindings.of_objects(
                self.objects,
                self.access_key,
                region=scope.environment.region,
                key_arn=scope.platform.key_arn,
            )
        if self.assets is not None and self.assets_bucket is not None:
            offered["assets"] = bindings.of_assets(self.assets, self.assets_bucket)
        return offered


def build(scope: Scope) -> Stores:
    """Builds what the system describes."""
    objects = _objects(scope)
    assets_bucket = _assets_bucket(scope)
    return Stores(
        database=_database(scope),
        cache=_cache(scope),
        queue=_queue(scope),
        objects=objects,
        access_key=_access_key(scope, objects),
        assets=_assets(scope, assets_bucket),
        assets_bucket=assets_bucket,
    )


def _database(scope: Scope) -> Database | None:
    wanted, settings = scope.system.database, scope.settings.database
    if wanted is None or settings is None:
        return None
    return Database(
        f"{scope.name}-database",
        DatabaseArgs(
            vpc_id=scope.platform.network.vpc_id,
            subnet_ids=scope.platform.network.isolated_subnet_ids,
            engine_version=wanted.version,
            instance_class=settings.instance_class,
            database_name=wanted.name,
            user_name=wanted.user,
            storage_gib=settings.storage_gib,
            max_storage_gib=settings.max_storage_gib,
            multi_az=settings.multi_az,
            read_replicas=settings.read_replicas,
            backup_retention_days=settings.backup_retention_days,
            backup_window=settings.backup_window,
            backup_region=scope.environment.backup.region,
            backup_region_key_arn=scope.platform.backup_key_arn,
            maintenance_window=settings.maintenance_window,
            deletion_protection=settings.deletion_protection,
            final_snapshot=settings.final_snapshot,
            performance_insights=settings.performance_insights,
            monitoring_interval_seconds=settings.monitoring_interval_seconds,
            kms_key_arn=scope.platform.key_arn,
            secret_recovery_days=scope.environment.encryption.secret_recovery_days,
            log_retention_days=scope.environment.monitoring.log_retention_days,
        ),
        scope.clouds.options,
    )


def _cache(scope: Scope) -> Cache | None:
    wanted, settings = scope.system.cache, scope.settings.cache
    if wanted is None or settings is None:
        return None
    return Cache(
        f"{scope.name}-cache",
        CacheArgs(
            vpc_id=scope.platform.network.vpc_id,
            subnet_ids=scope.platform.network.isolated_subnet_ids,
            engine_version=wanted.version,
            node_type=settings.node_type,
            replicas=settings.replicas,
            snapshot_retention_days=settings.snapshot_retention_days,
            snapshot_window=settings.snapshot_window,
            maintenance_window=settings.maintenance_window,
            max_memory_policy=wanted.max_memory_policy or max_memory_policy(wanted.holds),
            deletion_protection=settings.deletion_protection,
            kms_key_arn=scope.platform.key_arn,
            secret_recovery_days=scope.environment.encryption.secret_recovery_days,
        ),
        scope.clouds.options,
    )


def _queue(scope: Scope) -> Queue | None:
    wanted, settings = scope.system.queue, scope.settings.queue
    if wanted is None or settings is None:
        return None
    day, time = day_and_time(settings.maintenance_window)
    return Queue(
        f"{scope.name}-queue",
        QueueArgs(
            vpc_id=scope.platform.network.vpc_id,
            subnet_ids=scope.platform.network.isolated_subnet_ids,
            engine_version=wanted.version,
            instance_type=settings.instance_type,
            deployment=DEPLOYMENTS[settings.deployment],
            user_name=wanted.user,
            maintenance_day=day,
            maintenance_time=time,
            deletion_protection=settings.deletion_protection,
            kms_key_arn=scope.platform.key_arn,
            secret_recovery_days=scope.environment.encryption.secret_recovery_days,
            log_retention_days=scope.environment.monitoring.log_retention_days,
        ),
        scope.clouds.options,
    )


def _objects(scope: Scope) -> Bucket | None:
    settings = scope.settings.objects
    if scope.system.objects is None or settings is None:
        return None
    copy = _copy(scope, "objects", settings.noncurrent_days, scope.platform.backup_key_arn)
    return Bucket(
        f"{scope.name}-objects",
        BucketArgs(
            kms_key_arn=scope.platform.key_arn,
            expiration_days=settings.expiration_days,
            noncurrent_days=settings.noncurrent_days,
            replicate_to=copy,
        ),
        scope.clouds.options,
    )


def _copy(
    scope: Scope, what: str, noncurrent_days: int, key_arn: bindings.OptionalText
) -> ReplicationArgs | None:
    """The copy of a bucket in the backup region, if there is one (E5, trap 42)."""
    region = scope.environment.backup.region
    if region is None:
        return None
    copy = Bucket(
        f"{scope.name}-{what}-copy",
        BucketArgs(kms_key_arn=key_arn, noncurrent_days=noncurrent_days, region=region),
        scope.clouds.options,
    )
    return ReplicationArgs(bucket_arn=copy.bucket_arn, kms_key_arn=key_arn)


def _access_key(scope: Scope, bucket: Bucket | None) -> AccessKey | None:
    if bucket is None or scope.system.objects is None or not scope.system.objects.static_keys:
        return None
    return AccessKey(
        f"{scope.name}-objects-access",
        AccessKeyArgs(
            permissions=bindings.may_use_objects(bucket, scope.platform.key_arn),
            kms_key_arn=scope.platform.key_arn,
            secret_recovery_days=scope.environment.encryption.secret_recovery_days,
        ),
        scope.clouds.options,
    )


def _assets_bucket(scope: Scope) -> Bucket | None:
    if scope.system.assets is None or scope.settings.assets is None:
        return None
    return Bucket(
        f"{scope.name}-assets",
        # Everyone may read them: a key of one's own would hide nothing, and shut CloudFront out.
        # The policy is the distribution's, which alone may read. A copy would only be a copy of
        # what the pipeline builds again.
        BucketArgs(owns_policy=False),
        scope.clouds.options,
    )


def _assets(scope: Scope, bucket: Bucket | None) -> Cdn | None:
    wanted, settings = scope.system.assets, scope.settings.assets
    if wanted is None or settings is None or bucket is None:
        return None
    return Cdn(
        f"{scope.name}-cdn",
        CdnArgs(
            host=settings.host,
            hosted_zone_id=scope.platform.zone_id,
            bucket_name=bucket.bucket_name,
            bucket_arn=bucket.bucket_arn,
            bucket_regional_domain_name=bucket.bucket_regional_domain_name,
            never_cached_paths=health_paths(scope.system),
            price_class=PriceClass(settings.price_class),
            default_root_object=wanted.root_object,
        ),
        scope.clouds.options,
    )
