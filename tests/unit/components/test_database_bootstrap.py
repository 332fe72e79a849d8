"""The bootstrap of a database, on a real server where one is installed (trap 28)."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.database_bootstrap import (
    bootstrap_command,
    bootstrap_environment,
    bootstrap_secrets,
)
from components.errors import ArgumentError
from tools.recording.recorder import record_component

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
# Everything that a careless quoting would trip over.
USER = 'o\'brien "x" $HOME; DROP TABLE t'
PASSWORD = "p'a\"s\\s $(id) `id` :'user' %I --"
DATABASE = 'shop "1"'

needs_server = pytest.mark.skipif(
    not BINARIES or shutil.which("psql") is None or os.getuid() != 0,
    reason="no PostgreSQL server that can be started as another user",
)


def run(
    command: list[str], *, check: bool = False, **more: Any
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=check, capture_output=True, text=True, **more)  # noqa: S603


def known(make: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """What values with Outputs among them come to."""
    found: list[dict[str, Any]] = []

    def build(_: pulumi.ResourceOptions) -> None:
        pulumi.Output.all(**make()).apply(found.append)

    record_component(build)
    [values] = found
    return values


def environment(**changes: Any) -> dict[str, Any]:
    """The variables as ECS gives them to the task."""
    given = {
        "host": "db.example.com",
        "port": 5432,
        "database": "nx_production",
        "user": "nx_user",
    }
    return known(lambda: bootstrap_environment(**given | changes))


class Server:
    """A server of this test's own, reached by a socket; who connects is whom it says it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bin = BINARIES[-1].parent

    def as_postgres(self, *command: str) -> None:
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": ()}
        run([*command], check=True, cwd=self.folder, **as_user)

    def start(self) -> None:
        data = str(self.folder / "data")
        password = self.folder / "password"
        password.write_text("root", encoding="utf-8")
        shutil.chown(password, "postgres")
        self.as_postgres(
            str(self._bin / "initdb"),
            *("-D", data, "-U", "rdsadmin", "--pwfile", str(password)),
            *("--auth-local=scram-sha-256", "--no-sync"),
        )
        # As careless as a server can be: everything is logged.
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off "
            "-c log_statement=all -c log_min_duration_statement=0"
        )
        log = str(self.folder / "log")
        self.as_postgres(
            str(self._bin / "pg_ctl"), "-D", data, "-o", options, "-w", "-l", log, "start"
        )

    def stop(self) -> None:
        pg_ctl = str(self._bin / "pg_ctl")
        self.as_postgres(pg_ctl, "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def query(self, sql: str, *, user: str, password: str, database: str) -> str:
        done = run(
            ["psql", "--no-psqlrc", "-At", "-v", "ON_ERROR_STOP=1", "-c", sql],
            env={**self.login(user, password), "PGDATABASE": database},
        )
        return done.stdout.strip() + done.stderr

    def login(self, user: str, password: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PGHOST": str(self.folder),
            "PGUSER": user,
            "PGPASSWORD": password,
        }

    def bootstrap(self, **changes: str) -> subprocess.CompletedProcess[str]:
        """Runs the command of the task with its variables, as ECS does."""
        extensions = ["uuid-ossp", "citext"]
        variables = environment(database=DATABASE, user=USER, extensions=extensions)
        secrets = {"PGUSER": "master", "PGPASSWORD": "m", "APP_PASSWORD": PASSWORD}
        given = {**variables, **secrets, "PGHOST": str(self.folder), **changes}
        return run(bootstrap_command(), env={"PATH": os.environ["PATH"], **given})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """With a master user such as RDS has: it may make roles and databases, and is no superuser."""
    # Not in pytest's folder, whose parents the server's user may not enter.
    with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
        made = Server(Path(folder))
        try:
            shutil.chown(folder, "postgres")
            made.start()
        except (OSError, LookupError, subprocess.CalledProcessError) as error:
            # What happens to be installed here is no reason for a red suite.
            pytest.skip(f"the PostgreSQL server on this machine does not start: {error}")
        try:
            root = {"user": "rdsadmin", "password": "root", "database": "postgres"}
            made.query("CREATE ROLE master LOGIN PASSWORD 'm' CREATEDB CREATEROLE", **root)
            quoted = DATABASE.replace('"', '""')
            made.query(f'CREATE DATABASE "{quoted}" OWNER master', **root)
            yield made
        finally:
            made.stop()


def as_app(server: Server, sql: str, password: str = PASSWORD) -> str:
    return server.query(sql, user=USER, password=password, database=DATABASE)


@needs_server
@pytest.mark.acceptance("B5", "trap-28")
def test_the_application_may_do_its_work_afterwards(server: Server) -> None:
    done = server.bootstrap()
    assert done.returncode == 0, done.stderr
    # What only the owner of a database may do since PostgreSQL 15.
    assert as_app(server, "CREATE TABLE public.t (id uuid DEFAULT uuid_generate_v4())") == (
        "CREATE TABLE"
    )
    assert as_app(server, "CREATE SCHEMA other") == "CREATE SCHEMA"
    owners = (
        "SELECT pg_get_userbyid(datdba) = CURRENT_USER, pg_get_userbyid(nspowner) = CURRENT_USER "
        "FROM pg_database, pg_namespace WHERE datname = current_database() AND nspname = 'public'"
    )
    assert as_app(server, owners) == "t|t"
    extensions = "SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension"
    assert as_app(server, extensions) == "citext,plpgsql,uuid-ossp"


@needs_server
def test_the_application_is_no_master(server: Server) -> None:
    server.bootstrap()
    powers = (
        "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = CURRENT_USER"
    )
    assert as_app(server, powers) == "f|f|f"


@needs_server
def test_a_second_run_changes_the_password_and_nothing_else(server: Server) -> None:
    server.bootstrap()
    done = server.bootstrap(APP_PASSWORD="another")
    assert done.returncode == 0, done.stderr
    assert as_app(server, "SELECT 1", "another") == "1"
    assert "password authentication failed" in as_app(server, "SELECT 1", PASSWORD)
    assert server.bootstrap().returncode == 0
    assert as_app(server, "SELECT 1") == "1"


@needs_server
def test_the_first_statement_that_fails_ends_it(server: Server) -> None:
    done = server.bootstrap(APP_EXTENSIONS="uuid-ossp,none-of-that-name")
    assert done.returncode == 3
    assert 'extension "none-of-that-name" is not available' in done.stderr


@needs_server
def test_a_wrong_login_ends_it(server: Server) -> None:
    done = server.bootstrap(PGPASSWORD="wrong")
    assert done.returncode == 2
    assert 'password authentication failed for user "master"' in done.stderr


@needs_server
def test_a_server_that_lets_itself_be_told_does_not_log_the_password(server: Server) -> None:
    secret = "not-to-be-logged"
    done = server.bootstrap(PGUSER="rdsadmin", PGPASSWORD="root", APP_PASSWORD=secret)
    assert done.returncode == 0, done.stderr
    log = (server.folder / "log").read_text(encoding="utf-8")
    assert "set_config('log_statement', 'none', false)" in log
    assert secret not in log
    server.bootstrap()


@pytest.mark.acceptance("B5")
def test_connects_over_tls_and_names_what_to_make() -> None:
    assert environment(extensions=["uuid-ossp", "pg_stat_statements"]) == {
        "PGHOST": "db.example.com",
        "PGPORT": "5432",
        "PGDATABASE": "nx_production",
        "PGSSLMODE": "require",
        "APP_USER": "nx_user",
        "APP_EXTENSIONS": "uuid-ossp,pg_stat_statements",
    }


def test_may_make_no_extension() -> None:
    assert environment()["APP_EXTENSIONS"] == ""


def test_the_master_password_is_the_current_one_and_the_own_one_a_version() -> None:
    def references() -> dict[str, Any]:
        secrets = bootstrap_secrets(
            master_secret_arn="arn:master", secret_arn="arn:own", secret_version_id="v1"
        )
        return {name: reference.value_from for name, reference in secrets.items()}

    assert known(references) == {
        "PGUSER": "arn:master:username::",
        "PGPASSWORD": "arn:master:password::",
        "APP_PASSWORD": "arn:own:password::v1",
    }


def test_every_shell_has_what_the_command_needs() -> None:
    shell, option, script = bootstrap_command()
    assert (shell, option) == ("sh", "-c")
    assert run(["sh", "-n", "-c", script]).returncode == 0


@pytest.mark.parametrize("extensions", [["a,b"], [""], ["Uuid"], ["x; DROP"]])
def test_refuses_what_is_no_name_of_an_extension(extensions: list[str]) -> None:
    with pytest.raises(ArgumentError) as refused:
        bootstrap_environment(host="h", port=1, database="d", user="u", extensions=extensions)
    assert str(refused.value) == (
        f"DatabaseBootstrap: extensions={extensions!r} is not allowed; use PostgreSQL's names: "
        "lower-case letters, digits, - and _"
    )
