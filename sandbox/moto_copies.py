"""What moto lacks of copies: replicas, backups in another region, the choices of AWS Backup."""

# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false
# pyright: reportOptionalIterable=false, reportUnknownVariableType=false
# It lives inside of moto's classes, of which moto tells hardly any types.

import json
import string
from typing import Any

from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse as Backup
from moto.core.responses import ActionResult
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random
from moto.rds.models import DBInstance, RDSBackend, rds_backends
from moto.rds.responses import RDSResponse as Rds

_make_instance = DBInstance.__init__
_create_replica = RDSBackend.create_db_instance_read_replica
_describe_backups = Rds.describe_db_instance_automated_backups
_delete_backup_plan = BackupBackend.delete_backup_plan


def add() -> None:
    """Adds the actions; a second call changes nothing."""
    DBInstance.__init__ = _make_own_instance
    RDSBackend.create_db_instance_read_replica = _create_own_replica
    Rds.start_db_instance_automated_backups_replication = _start_replication
    Rds.stop_db_instance_automated_backups_replication = _stop_replication
    Rds.describe_db_instance_automated_backups = _describe_all_backups
    BackupBackend.delete_backup_plan = _forget_plan
    Backup.create_backup_selection = _create_selection
    Backup.get_backup_selection = _get_selection
    Backup.delete_backup_selection = _delete_selection
    Backup.list_backup_selections = _list_selections


def _make_own_instance(self: DBInstance, *args: Any, **kwargs: Any) -> None:
    """An instance with an id of its own; moto gives all of them the same."""
    _make_instance(self, *args, **kwargs)
    self.dbi_resource_id = f"db-{_drawn(string.ascii_uppercase + string.digits)}"


def _create_own_replica(self: RDSBackend, db_kwargs: dict[str, Any]) -> DBInstance:
    """A replica beside its primary; moto copies even id, backups and the master user's secret."""
    replica = _create_replica(self, {"deletion_protection": False, "multi_az": False, **db_kwargs})
    replica.dbi_resource_id = f"db-{_drawn(string.ascii_uppercase + string.digits)}"
    replica.backup_retention_period = 0
    replica.manage_master_user_password = False
    vars(replica).pop("master_user_secret", None)
    return replica


def _start_replication(self: Rds) -> ActionResult:
    source = self.params["SourceDBInstanceArn"]
    instance = _instance(source)
    arn = f"arn:aws:rds:{self.region}:{self.current_account}:auto-backup:ab-{_drawn()}"
    _replications(self)[source] = backup = {
        "DBInstanceArn": source,
        "DBInstanceAutomatedBackupsArn": arn,
        "DBInstanceIdentifier": instance.db_instance_identifier,
        "DbiResourceId": instance.dbi_resource_id,
        "Region": instance.region,
        "BackupRetentionPeriod": self.params.get("BackupRetentionPeriod", 7),
        "KmsKeyId": self.params.get("KmsKeyId"),
        "Status": "replicating",
    }
    instance.db_instance_automated_backups_replications = [{"DBInstanceAutomatedBackupsArn": arn}]
    return ActionResult({"DBInstanceAutomatedBackup": backup})


def _stop_replication(self: Rds) -> ActionResult:
    source = self.params["SourceDBInstanceArn"]
    backup = _replications(self).pop(source, None)
    _instance(source).db_instance_automated_backups_replications = []
    return ActionResult({"DBInstanceAutomatedBackup": backup})


def _describe_all_backups(self: Rds) -> ActionResult:
    arn = self.params.get("DBInstanceAutomatedBackupsArn")
    if arn is None:
        return _describe_backups(self)
    found = [each for each in _replications(self).values() if arn in each.values()]
    return ActionResult({"DBInstanceAutomatedBackups": found})


def _replications(self: Rds) -> dict[str, dict[str, Any]]:
    return vars(self.backend).setdefault("replications", {})


def _instance(arn: str) -> DBInstance:
    region, account, _, identifier = arn.split(":")[3:]
    [instance] = rds_backends[account][region].describe_db_instances(identifier)
    return instance


def _drawn(letters: str = string.ascii_lowercase) -> str:
    return "".join(mock_random.choice(letters) for _ in range(26))


def _forget_plan(self: BackupBackend, backup_plan_id: str) -> tuple[str, str, float, str]:
    answer = _delete_backup_plan(self, backup_plan_id)
    del self.plans[backup_plan_id]  # moto would go on finding it, and keep its name taken
    return answer


def _create_selection(self: Backup) -> str:
    plan, selection = _path(self)[0], str(mock_random.uuid4())
    _selections(self)[selection] = json.loads(self.body)["BackupSelection"]
    answer = {"SelectionId": selection, "BackupPlanId": plan, "CreationDate": unix_time()}
    return json.dumps(answer)


def _get_selection(self: Backup) -> str:
    plan, selection = _path(self)
    if selection not in _selections(self):
        raise ResourceNotFoundException(f"there is no selection {selection}")
    document = _selections(self)[selection]
    answer = {"BackupPlanId": plan, "SelectionId": selection, "BackupSelection": document}
    return json.dumps(answer)


def _delete_selection(self: Backup) -> str:
    _selections(self).pop(_path(self)[1], None)
    return "{}"


def _list_selections(self: Backup) -> str:
    plan = _path(self)[0]
    listed = [
        {
            "BackupPlanId": plan,
            "SelectionId": selection,
            "SelectionName": document["SelectionName"],
            "IamRoleArn": document["IamRoleArn"],
        }
        for selection, document in _selections(self).items()
    ]
    return json.dumps({"BackupSelectionsList": listed})


def _selections(self: Backup) -> dict[str, dict[str, Any]]:
    plan = self.backup_backend.get_backup_plan(_path(self)[0], None)
    return vars(plan).setdefault("selections", {})


def _path(self: Backup) -> tuple[str, str]:
    """Ids of plan and selection: /backup/plans/<plan>/selections/<selection>."""
    plan, _, selection = self.path.partition("/plans/")[2].partition("/selections/")
    return plan, selection
