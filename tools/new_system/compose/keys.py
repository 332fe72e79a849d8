"""Every key that compose knows, and why those that are not carried over are not.

Source: https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
"""

from collections.abc import Collection, Mapping
from typing import Any

from model.problems import known_names
from tools.new_system.draft import Remarks

_NOTHING = "nothing to do"
_SIZE = "write the size under size of the service"
_FLATTEN = "give what `docker compose config` prints, which has it put in; it shows secrets too"
_KERNEL = ("Fargate gives no such access to its machine", "change the application if it needs it")
_IMAGE = ("is the image's matter here", "put it into the image")
_NAME = ("a task has a name of AWS's own", "reach a service through bind: services.<name>.host")
_NETWORK = (
    "what is bound can be reached, and nothing else",
    "bind what the service needs; nothing to do if it is bound",
)
_SECRET = (
    "no file is put into a container",
    "declare a variable under secrets, generated or provided, and let the application read that",
)

SERVICE_KEYS = frozenset(
    {"image", "build", "command", "ports", "expose", "environment", "healthcheck", "deploy"}
    | {"scale", "cpus", "mem_limit", "mem_reservation", "depends_on", "user", "stop_grace_period"}
    | {"ulimits", "sysctls"}
)
"""Keys that are carried over; what of them is not is told where they are read."""

LEFT: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("annotations", "labels", "label_file"), (
        "tags stand in the stack file",
        "write what costs or owners need under slipway:tags; routes of a proxy under public.paths",
    )),
    **dict.fromkeys(("cap_add", "device_cgroup_rules", "devices", "privileged"), _KERNEL),
    **dict.fromkeys(("cgroup", "cgroup_parent", "ipc", "pid", "uts", "userns_mode"), _KERNEL),
    **dict.fromkeys(("security_opt", "use_api_socket", "runtime", "isolation"), _KERNEL),
    **dict.fromkeys(("credential_spec", "gpus", "shm_size", "storage_opt"), _KERNEL),
    **dict.fromkeys(("cpu_count", "cpu_percent", "cpu_shares", "cpu_quota", "cpu_period"), (
        "a task has a processor of its own", _SIZE)),
    **dict.fromkeys(("cpu_rt_period", "cpu_rt_runtime", "cpuset", "blkio_config"), (
        "a task has a processor of its own", _SIZE)),
    **dict.fromkeys(("mem_swappiness", "memswap_limit", "oom_kill_disable", "oom_score_adj"), (
        "Fargate has no swap, and kills what takes more than its limit", _SIZE)),
    "attach": ("is of the terminal only", _NOTHING),
    "cap_drop": ("Fargate has dropped most already", _NOTHING),
    "configs": _SECRET,
    "container_name": _NAME,
    "develop": ("is for developing only", _NOTHING),
    **dict.fromkeys(("dns", "dns_opt", "dns_search", "domainname", "extra_hosts"), (
        "names come from the network's own DNS",
        "write the address into env if the application needs it",
    )),
    **dict.fromkeys(("entrypoint", "group_add", "init", "working_dir"), _IMAGE),
    "env_file": (
        "is not read, for such files hold secrets",
        "write plain values under env of the service, and names of secrets under its secrets",
    ),
    "extends": ("is not followed", _FLATTEN),
    **dict.fromkeys(("external_links", "links", "networks"), _NETWORK),
    "hostname": _NAME,
    "logging": ("logs go to CloudWatch", "nothing to do: write to standard output"),
    "mac_address": ("AWS gives it", _NOTHING),
    "models": ("Slipway builds no models", "give the address of one in env"),
    "network_mode": _NETWORK,
    "pids_limit": ("Fargate has no such limit", _NOTHING),
    "platform": ("tasks run on linux/amd64", "build the image for it"),
    **dict.fromkeys(("post_start", "pre_stop"), (
        "nothing runs beside the command",
        "let the command do it; what prepares the database belongs in database.migration",
    )),
    "profiles": (
        "starts only when it is asked for, so the service is left out",
        "remove the key and start again if production needs it",
    ),
    "provider": ("is run by another tool", "build it by hand and give its address in env"),
    **dict.fromkeys(("pull_policy", "pull_refresh_after"), (
        "the stack file names a version that stays the same", _NOTHING)),
    "read_only": ("a task may write to its own disk, which ends with it", _NOTHING),
    "restart": ("ECS replaces every task that stops", _NOTHING),
    "secrets": _SECRET,
    **dict.fromkeys(("stdin_open", "tty"), ("is of the terminal only", _NOTHING)),
    "stop_signal": ("ECS sends SIGTERM", "end on it, or set STOPSIGNAL in the image"),
    "tmpfs": ("a task's disk ends with it anyway", _NOTHING),
    **dict.fromkeys(("volumes", "volumes_from"), (
        "a task's disk ends with it",
        "keep files in the system's bucket (objects) and code in the image",
    )),
}  # fmt: skip
"""Keys of a service that are not carried over: why, and what to do."""

_DEPLOY: Mapping[str, tuple[str, str]] = {
    "endpoint_mode": ("the load balancer chooses the task", _NOTHING),
    "job": ("Slipway runs services", "run it as database.migration or from a worker"),
    "labels": LEFT["labels"],
    "mode": ("tasks are counted, not machines", "write the number under replicas"),
    "placement": ("tasks are spread over the zones", _NOTHING),
    "restart_policy": LEFT["restart"],
    "rollback_config": ("a rollout that fails is rolled back", _NOTHING),
    "update_config": ("the new version starts before the old one ends", "change it under rollout"),
}

_TOP: Mapping[str, tuple[str, str]] = {
    "configs": _SECRET,
    "include": ("is not followed", _FLATTEN),
    "models": LEFT["models"],
    "networks": _NETWORK,
    "secrets": _SECRET,
    "version": ("compose itself ignores it", _NOTHING),
    "volumes": LEFT["volumes"],
}


def top_level(document: Mapping[str, Any], remarks: Remarks) -> None:
    """Tells what of the file is not carried over."""
    _tell("", document, {"services", "name"}, _TOP, remarks)


def of_service(name: str, service: Mapping[str, Any], remarks: Remarks) -> None:
    """Tells what of a service is not carried over, as far as its keys say it."""
    _tell(f"{name}.", service, SERVICE_KEYS, LEFT, remarks)


def of_deploy(name: str, deploy: Mapping[str, Any], remarks: Remarks) -> None:
    """Tells what of a service's section `deploy` is not carried over."""
    known = {"replicas", "resources"}
    if deploy.get("mode") == "replicated":
        known.add("mode")
    _tell(f"{name}.deploy.", deploy, known, _DEPLOY, remarks)


def _tell(
    place: str,
    section: Mapping[str, Any],
    read: Collection[str],
    left: Mapping[str, tuple[str, str]],
    remarks: Remarks,
) -> None:
    for key in section:
        if key in read:
            continue
        if key in left:
            remarks.leave(f"{place}{key}", *left[key])
        elif key.startswith("x-"):
            remarks.leave(
                f"{place}{key}",
                "is a team's own key, and counts only where an anchor takes it",
                _NOTHING,
            )
        else:
            known = sorted({*read, *left})
            hint = known_names(key, known)
            meant = hint if hint.startswith("did you mean") else "remove it"
            remarks.leave(f"{place}{key}", "is no key that compose knows", meant)
