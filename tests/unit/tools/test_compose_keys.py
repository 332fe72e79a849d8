"""Every key of compose is carried over, or told."""

import re
from pathlib import Path

import pytest

from tests.unit.tools.new_system_project import read
from tools.new_system.compose.keys import LEFT, SERVICE_KEYS

# Of https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json, 2026-11.
OF_A_SERVICE = [
    "annotations",
    "attach",
    "blkio_config",
    "build",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpus",
    "cpuset",
    "credential_spec",
    "depends_on",
    "deploy",
    "develop",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "ipc",
    "isolation",
    "label_file",
    "labels",
    "links",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "models",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "post_start",
    "pre_stop",
    "privileged",
    "profiles",
    "provider",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "use_api_socket",
    "user",
    "userns_mode",
    "uts",
    "volumes",
    "volumes_from",
    "working_dir",
]


def test_every_key_of_compose_is_known_and_no_other() -> None:
    assert sorted({*SERVICE_KEYS, *LEFT}) == sorted(OF_A_SERVICE)
    assert {*SERVICE_KEYS} & {*LEFT} == set()


@pytest.mark.parametrize("key", sorted({*LEFT} - {"profiles"}))
def test_a_key_that_is_not_carried_over_is_told(tmp_path: Path, key: str) -> None:
    _, remarks = read(tmp_path, f"services: {{api: {{build: ., {key}: x}}}}\n")

    reason, remedy = LEFT[key]
    assert f"api.{key}: {reason}; {remedy}" in [str(remark) for remark in remarks.left]
    assert re.fullmatch(r"[^;]+", reason)


def test_a_profile_leaves_the_service_out(tmp_path: Path) -> None:
    draft, remarks = read(
        tmp_path, "services: {api: {build: .}, dev: {build: ., profiles: [dev]}}\n"
    )

    assert list(draft.services) == ["api"]
    assert str(remarks.left[0]) == (
        "dev: starts only when it is asked for, so the service is left out; remove the key and "
        "start again if production needs it"
    )


def test_keys_of_the_whole_file_are_told(tmp_path: Path) -> None:
    _, remarks = read(
        tmp_path,
        "version: '3'\nname: shop\ninclude: [a.yml]\nnetworks: {}\nvolumes: {}\nsecrets: {}\n"
        "configs: {}\nmodels: {}\nx-own: 1\nservice: 1\nservices: {api: {build: .}}\n",
    )

    assert [str(remark) for remark in remarks.left] == [
        "version: compose itself ignores it; nothing to do",
        "include: is not followed; give what `docker compose config` prints, which has it put in; "
        "it shows secrets too",
        "networks: what is bound can be reached, and nothing else; bind what the service needs; "
        "nothing to do if it is bound",
        "volumes: a task's disk ends with it; keep files in the system's bucket (objects) and code "
        "in the image",
        "secrets: no file is put into a container; declare a variable under secrets, generated or "
        "provided, and let the application read that",
        "configs: no file is put into a container; declare a variable under secrets, generated or "
        "provided, and let the application read that",
        "models: Slipway builds no models; give the address of one in env",
        "x-own: is a team's own key, and counts only where an anchor takes it; nothing to do",
        "service: is no key that compose knows; did you mean services?",
        "api.build: Slipway runs images and builds none; build it and push it to the registry as "
        "shop/api",
    ]


def test_keys_that_compose_does_not_know_are_told_as_such(tmp_path: Path) -> None:
    _, remarks = read(
        tmp_path,
        "services: {api: {image: 'a:1.0.0', environ: {}, zzz: 1, deploy: {replica: 2, zz: 1}}}\n",
    )

    assert [str(remark) for remark in remarks.left] == [
        "api.environ: is no key that compose knows; did you mean environment?",
        "api.zzz: is no key that compose knows; remove it",
        "api.image: tasks pull from the registry of the stack file only; push a there",
        "api.deploy.replica: is no key that compose knows; did you mean replicas?",
        "api.deploy.zz: is no key that compose knows; remove it",
    ]


def test_what_deploy_says_beyond_numbers_and_sizes_is_told(tmp_path: Path) -> None:
    _, remarks = read(
        tmp_path,
        """\
services:
  api:
    build: .
    deploy:
      mode: global
      endpoint_mode: vip
      labels: {a: b}
      placement: {}
      restart_policy: {}
      rollback_config: {}
      update_config: {}
      resources: {limits: {pids: 1}, reservations: {devices: []}}
  other: {build: ., deploy: {mode: replicated}}
""",
    )

    assert [str(remark) for remark in remarks.left if "deploy" in remark.place] == [
        "api.deploy.mode: tasks are counted, not machines; write the number under replicas",
        "api.deploy.endpoint_mode: the load balancer chooses the task; nothing to do",
        "api.deploy.labels: tags stand in the stack file; write what costs or owners need under "
        "slipway:tags; routes of a proxy under public.paths",
        "api.deploy.placement: tasks are spread over the zones; nothing to do",
        "api.deploy.restart_policy: ECS replaces every task that stops; nothing to do",
        "api.deploy.rollback_config: a rollout that fails is rolled back; nothing to do",
        "api.deploy.update_config: the new version starts before the old one ends; change it under "
        "rollout",
        "api.deploy.resources.limits.pids: Fargate has processors and memory only; nothing to do",
        "api.deploy.resources.reservations.devices: Fargate has processors and memory only; "
        "nothing to do",
    ]


@pytest.mark.parametrize("image", ["nginx:1.27", "traefik:v3", "adminer", "minio/mc", "mongo:7"])
def test_an_image_without_a_place_is_left_out_whole(tmp_path: Path, image: str) -> None:
    draft, remarks = read(
        tmp_path, f"services: {{api: {{build: .}}, it: {{image: '{image}', restart: always}}}}\n"
    )

    assert list(draft.services) == ["api"]
    assert [remark.place for remark in remarks.left] == ["it", "api.build"]
