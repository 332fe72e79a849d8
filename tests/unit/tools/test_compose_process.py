"""Image, command, port, size, number, health check and limits of a service in a compose file."""

from pathlib import Path

import pytest

from tests.unit.tools.new_system_project import read
from tools.new_system.compose import units
from tools.new_system.draft import Check, ServiceDraft

IMAGE = "image: 'api:1.0.0'"


def service(folder: Path, entries: str, image: str = IMAGE) -> tuple[ServiceDraft, list[str]]:
    """The service with these entries, and what is told of them besides its image."""
    draft, remarks = read(folder, f"services: {{api: {{{image}, {entries}}}}}\n")
    told = (str(remark) for remark in [*remarks.left, *remarks.changed])
    own = "api.image: tasks pull from the registry of the stack file only; push api there"
    return draft.services["api"], [each for each in told if each != own]


@pytest.mark.parametrize(
    ("reference", "image", "tag", "message"),
    [
        ("shop/api:v2.1.0", "shop/api", "v2.1.0", "only; push shop/api there"),
        ("ghcr.io/shop/api:1.0.0", "shop/api", "1.0.0",
         ", not from ghcr.io; push shop/api there, or change slipway:domain.registry"),
        ("localhost:5000/api@sha256:" + "a" * 64, "api", "sha256:" + "a" * 64,
         ", not from localhost:5000; push api there, or change slipway:domain.registry"),
    ],
)  # fmt: skip
def test_an_image_with_a_version(
    tmp_path: Path, reference: str, image: str, tag: str, message: str
) -> None:
    draft, remarks = read(tmp_path, f"services: {{api: {{image: '{reference}'}}}}\n")

    api = draft.services["api"]
    assert (api.image, api.tag) == (image, tag)
    separator = "" if message.startswith(",") else " "
    assert [str(remark) for remark in remarks.left] == [
        f"api.image: tasks pull from the registry of the stack file{separator}{message}"
    ]
    assert remarks.changed == []


@pytest.mark.parametrize(
    ("tag", "shown"),
    [(":latest", "the tag latest"), ("", "no tag"), (":${TAG}", "a tag from the shell")],
)
def test_a_tag_that_moves_is_replaced(tmp_path: Path, tag: str, shown: str) -> None:
    draft, remarks = read(tmp_path, f"services: {{api: {{image: 'api{tag}'}}}}\n")

    assert draft.services["api"].tag == "1.0.0"
    assert [str(remark) for remark in remarks.changed] == [
        f"api.image: {shown} can mean another image tomorrow, so images has 1.0.0 (trap 36); write "
        "the version that you have pushed into each stack file"
    ]


@pytest.mark.parametrize("image", ["image: Shop/API", "image: '${IMAGE}'", "restart: always"])
def test_an_image_that_cannot_be_known_is_told(tmp_path: Path, image: str) -> None:
    draft, remarks = read(tmp_path, f"services: {{api: {{{image}}}}}\n")

    assert draft.services["api"].image == "shop/api"
    assert (
        "api.image: names no image that can be known here; shop/api stands there; correct it"
        in [str(remark) for remark in remarks.left]
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("node 'a b' && c", ("node", "a b", "&&", "c")),
        ("[node, --port, 3000]", ("node", "--port", "3000")),
    ],
)
def test_a_command(tmp_path: Path, command: str, words: tuple[str, ...]) -> None:
    assert service(tmp_path, f"command: {command}") == (
        service(tmp_path, f"command: {command}")[0],
        [],
    )
    assert service(tmp_path, f"command: {command}")[0].command == words


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ('"node \'a"', "cannot be taken apart; write it as a list under command"),
        ("'node ${FILE}'", "needs values from the shell or from .env; write it out under command"),
        ("run https://u:p@x.org",
         "holds a secret in plain text; let the process read it from a variable"),
    ],
)  # fmt: skip
def test_a_command_that_is_not_carried_over(tmp_path: Path, command: str, message: str) -> None:
    api, told = service(tmp_path, f"command: {command}")

    assert (api.command, told) == ((), [f"api.command: {message}"])


@pytest.mark.parametrize(
    ("entry", "port"),
    [
        ("ports: ['8080:3000']", 3000),
        ("ports: ['127.0.0.1:8080:3000/tcp']", 3000),
        ("ports: [{target: 3000, published: '80'}]", 3000),
        ("expose: ['3000']", 3000),
        ("ports: ['80:3000', '81:3000'], expose: [3000]", 3000),
        ("environment: {}", None),
    ],
)
def test_the_port_is_the_one_inside(tmp_path: Path, entry: str, port: int | None) -> None:
    api, told = service(tmp_path, entry)

    assert (api.port, told) == (port, [])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("ports: ['80:3000', '9:9']", "api.ports[1]: a service has one port, here 3000; make a "
         "service of its own for 9, or remove it"),
        ("ports: ['53:53/udp']", "api.ports[0]: the load balancer speaks HTTP; nothing reaches "
         "UDP ports"),
        ("ports: ['3000-3005:3000-3005']", "api.ports[0]: is no single port; write the one that "
         "the service listens on"),
        ("ports: [{target: 3000, host_ip: 127.0.0.1}]", "api.ports[0].host_ip: is of the "
         "machine's own port; nothing to do"),
        ("user: node", "api.user: is a name, which only the image knows; write its number under "
         "user"),
        ("stop_grace_period: soon", "api.stop_grace_period: is no duration; write "
         "shutdown.drainSeconds, 0 to 110"),
        ("stop_grace_period: 1h", "api.stop_grace_period: Fargate kills after 120 seconds, so "
         "shutdown.drainSeconds is 110 (trap 19); let work that takes longer go on in another "
         "task"),
        ("ulimits: {nproc: 5}", "api.ulimits.nproc: Fargate takes nofile only; nothing to do"),
        ("ulimits: {nofile: many}", "api.ulimits.nofile: is no number; write openFiles, 1024 to "
         "1048576"),
        ("ulimits: {nofile: {soft: 10, hard: 20}}", "api.ulimits.nofile: Fargate takes 1024 to "
         "1048576, so openFiles is 1024; nothing to do"),
        ("sysctls: {kernel.shmmax: 5}", "api.sysctls.kernel.shmmax: a Fargate task has the "
         "parameters of its own network only (trap 44); nothing to do, or raise openFiles if it is "
         "meant so"),
        ("scale: 0", "api.deploy.replicas: is no number of tasks; write 1 to 1000 under replicas, "
         "or remove the service"),
        ("mem_limit: lots", "api.deploy.resources.limits.memory: is no quantity; write it under "
         "size of the service"),
        ("cpus: 64", "api.deploy.resources: is more than a Fargate task has, so the limits are 16 "
         "and 1Gi; run more and smaller tasks"),
        ("healthcheck: {test: [CMD, pg_isready]}", "api.healthcheck.test: asks for no path over "
         "HTTP; write containerHealthCheck with a path, or with a heartbeat file for a worker"),
        ("healthcheck: {test: python get.py http://localhost/}", "api.healthcheck.test: asks by a "
         "program other than curl, wget and node; put one of them into the image and write "
         "containerHealthCheck"),
        ("healthcheck: {test: 'curl http://localhost/a?b=1'}", "api.healthcheck.test: the check "
         "asks without what follows ?; see that it needs none"),
        ("healthcheck: {test: 'curl http://localhost/a*'}", "api.healthcheck.test: its path is no "
         "path; write a path of up to 126 characters that starts with /, without *, ? and %"),
        ("expose: [1], healthcheck: {test: 'curl http://localhost:2/'}", "api.healthcheck.test: "
         "asks on port 2, and the check on the service's own 1; see that the path is answered "
         "there"),
        ("healthcheck: {test: 'curl http://localhost/', interval: 1s}", "api.healthcheck.interval: "
         "ECS takes 5 to 300 seconds, so it is 5"),
        ("healthcheck: {test: 'curl http://localhost/', interval: often}",
         "api.healthcheck.interval: is no duration; write 5 to 300 seconds in its place"),
        ("healthcheck: {test: 'curl http://localhost/', timeout: 40s}", "api.healthcheck.timeout: "
         "must be below the interval, so timeoutSeconds is 29; nothing to do"),
        ("healthcheck: {test: 'curl http://localhost/', retries: 20}", "api.healthcheck.retries: "
         "ECS takes 1 to 10, so it is 10; nothing to do"),
        ("healthcheck: {start_interval: 1s}", "api.healthcheck.start_interval: ECS has no such "
         "setting; nothing to do"),
    ],
)  # fmt: skip
def test_tells_what_it_cannot_carry_over(tmp_path: Path, entry: str, message: str) -> None:
    _, told = service(tmp_path, entry)

    assert message in [told[0], told[0].removesuffix("; nothing to do")]


def test_what_fargate_takes_is_carried_over(tmp_path: Path) -> None:
    api, told = service(
        tmp_path,
        "user: '1000:1000', stop_grace_period: 1m, ulimits: {nofile: 65536}, "
        "sysctls: ['net.core.somaxconn=1024'], scale: 3, cpus: 0.5, mem_limit: 1g",
    )

    assert told == []
    assert (api.user, api.drain_seconds, api.open_files) == ("1000:1000", 60, 65536)
    assert api.system_controls == {"net.core.somaxconn": "1024"}
    assert (api.replicas, api.cpu, api.memory) == ((3, 3), (500, 500), (1024, 1024))


@pytest.mark.parametrize(
    ("resources", "cpu", "memory", "note"),
    [
        ("{limits: {cpus: '2', memory: 4G}, reservations: {cpus: '1', memory: 2G}}",
         (1000, 2000), (2048, 4096), None),
        ("{reservations: {cpus: '1', memory: 2G}}", (1000, 1000), (2048, 2048), None),
        ("{limits: {cpus: '1'}}", (1000, 1000), (512, 1024),
         "memory is a default: nothing says how much it needs"),
        ("{}", (250, 500), (512, 1024), "a default: nothing says how much it needs"),
    ],
)  # fmt: skip
def test_sizes(
    tmp_path: Path,
    resources: str,
    cpu: tuple[int, int],
    memory: tuple[int, int],
    note: str | None,
) -> None:
    api, _ = service(tmp_path, f"deploy: {{resources: {resources}}}")

    assert (api.cpu, api.memory, api.notes.get("size")) == (cpu, memory, note)


@pytest.mark.parametrize(
    ("test", "program"),
    [
        ("[CMD, curl, -f, 'http://localhost:3000/health']", "curl"),
        ("[CMD-SHELL, 'wget -qO- http://127.0.0.1:3000/health || exit 1']", "wget"),
        ("node -e \"require('http').get('http://localhost:3000/health')\"", "node"),
    ],
)
def test_a_health_check(tmp_path: Path, test: str, program: str) -> None:
    draft, remarks = read(
        tmp_path,
        f"""\
services:
  api:
    image: api:1.0.0
    ports: ["80:3000"]
    healthcheck:
      test: {test}
      interval: 1m
      timeout: 4s
      retries: 5
      start_period: 1m30s
""",
    )

    api = draft.services["api"]
    assert api.check == Check(
        path="/health",
        command=program,
        interval_seconds=60,
        timeout_seconds=4,
        retries=5,
        start_period_seconds=90,
    )
    assert (api.health_path, api.start_seconds) == ("/health", 90)
    assert [remark.place for remark in remarks.left] == ["api.image"]


@pytest.mark.parametrize(
    "check", ["{test: [NONE]}", "{disable: true, test: 'curl http://x/'}", "{}"]
)
def test_no_health_check(tmp_path: Path, check: str) -> None:
    api, told = service(tmp_path, f"healthcheck: {check}")

    assert (api.check, told) == (None, [])


@pytest.mark.parametrize(
    ("text", "amount"), [("1m30s", 90), ("500ms", 1), ("2h", 7200), ("45", 45), ("1.5s", 2)]
)
def test_durations(text: str, amount: int) -> None:
    assert units.seconds(text) == amount


@pytest.mark.parametrize(
    ("text", "amount"), [("512M", 512), ("1gb", 1024), ("1.5g", 1536), ("1048576", 1), ("10k", 1)]
)
def test_memory(text: str, amount: int) -> None:
    assert units.mebibytes(text) == amount


@pytest.mark.parametrize(("text", "amount"), [("0.5", 500), (".25", 250), ("2", 2000)])
def test_processors(text: str, amount: int) -> None:
    assert units.millicores(text) == amount
