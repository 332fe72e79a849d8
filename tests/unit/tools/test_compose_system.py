"""How the services of a compose file stand together: names, paths, calls, what runs once."""

from pathlib import Path

from tests.unit.tools.new_system_project import read


def test_anchors_and_defaults_are_put_in(tmp_path: Path) -> None:
    draft, remarks = read(
        tmp_path,
        """\
x-common: &common {TZ: UTC, LEVEL: "${LEVEL:-info}"}
services:
  api:
    image: x:${TAG-1.2.3}
    environment:
      <<: *common
      PRICE: 5$$
      NESTED: ${A:-${B:-inner}}
      SET: a${OTHER:+b}
      ON: true
      NUMBER: 010
      DAY: 2026-01-01
""",
    )

    service = draft.services["api"]
    assert service.tag == "1.2.3"
    assert service.env == {
        "TZ": "UTC",
        "LEVEL": "info",
        "PRICE": "5$",
        "NESTED": "inner",
        "SET": "a",
        "ON": "true",
        "NUMBER": "010",
        "DAY": "2026-01-01",
    }
    assert [str(remark) for remark in remarks.left] == [
        "x-common: is a team's own key, and counts only where an anchor takes it; nothing to do",
        "api.image: tasks pull from the registry of the stack file only; push x there",
    ]


def test_names_become_valid_and_stay_apart(tmp_path: Path) -> None:
    draft, remarks = read(
        tmp_path,
        """\
services:
  My_Service: {image: a}
  my.service: {image: b}
  a_name_that_is_much_too_long: {image: c, environment: {X: "http://my.service:80"}}
""",
    )

    assert list(draft.services) == ["my-service", "my-service-2", "a-name-that-is-much"]
    assert draft.services["a-name-that-is-much"].bind == {"X": "services.my-service-2.url"}
    assert [str(remark) for remark in remarks.changed if "called" in str(remark)] == [
        f"{old}: the service is called {new}; nothing to do: a name has up to 20 lower-case "
        "letters, digits and hyphens"
        for old, new in (
            ("My_Service", "my-service"),
            ("my.service", "my-service-2"),
            ("a_name_that_is_much_too_long", "a-name-that-is-much"),
        )
    ]


def test_published_services_share_the_host_by_paths(tmp_path: Path) -> None:
    draft, remarks = read(
        tmp_path,
        """\
services:
  api: {image: a, ports: ["4000:4000"]}
  web: {image: b, ports: [{target: 3000, published: "80"}]}
  jobs: {image: c}
""",
    )

    assert {name: service.paths for name, service in draft.services.items()} == {
        "api": ("/api",),
        "web": ("/",),
        "jobs": (),
    }
    assert [str(remark) for remark in remarks.look] == [
        f"{name}.ports: all systems share port 443, so requests to {path} reach it; write its "
        "paths under public.paths; the path is passed on as it is"
        for name, path in (("api", "/api"), ("web", "/"))
    ]


def test_a_service_that_runs_once_becomes_the_migration(tmp_path: Path) -> None:
    text = """\
services:
  api:
    image: shop/api:1.0.0
    environment: {DATABASE_URL: "postgres://u:p@db/shop"}
    depends_on: {migrate: {condition: service_completed_successfully}}
  migrate: {image: "shop/api:1.0.0", command: node migrate.js}
  db: {image: "postgres:16", environment: {POSTGRES_DB: shop, POSTGRES_USER: shop}}
"""
    draft, remarks = read(tmp_path, text)

    assert list(draft.services) == ["api"]
    assert draft.database is not None
    assert draft.database.migration == ("api", ("node", "migrate.js"))
    assert [str(remark) for remark in remarks.changed] == [
        "migrate: its command is database.migration, with image and variables of api; see that it "
        "can run twice and needs no other variables"
    ]

    draft, remarks = read(
        tmp_path, text.replace('migrate: {image: "shop/api:1.0.0"', "migrate: {image: y")
    )

    assert draft.database is not None
    assert draft.database.migration is None
    assert str(remarks.left[-1]) == (
        "migrate: runs once and ends, and Slipway runs services; write its command under "
        "database.migration with a service that binds the database, or let a service do it when it "
        "starts"
    )


def test_a_circle_of_calls_is_broken_and_told(tmp_path: Path) -> None:
    draft, remarks = read(
        tmp_path,
        """\
services:
  a: {image: a:1.0.0, expose: [80], environment: {B_URL: "http://b"}}
  b: {image: b:1.0.0, expose: [80], environment: {C_URL: "http://c"}}
  c: {image: c:1.0.0, expose: [80], environment: {A_URL: "http://a"}}
""",
    )

    assert [{**service.bind} for service in draft.services.values()] == [
        {"B_URL": "services.b.url"},
        {"C_URL": "services.c.url"},
        {},
    ]
    assert [str(remark) for remark in remarks.left if "circle" in str(remark)] == [
        "c.environment.A_URL: a to b to c to a is a circle, in which none can be first; let one of "
        "the two send through the queue, or make one service of them",
    ]


def test_what_is_depended_on_and_not_bound_is_told(tmp_path: Path) -> None:
    _, remarks = read(
        tmp_path,
        """\
services:
  api: {image: "api:1.0.0", depends_on: [db, cache, jobs, mail], environment: {REDIS_HOST: cache}}
  jobs: {image: "jobs:1.0.0", depends_on: {api: {condition: service_started, restart: true}}}
  mail: {image: mailhog/mailhog}
  db: {image: "postgres:16"}
  cache: {image: "redis:7"}
""",
    )

    assert [str(remark) for remark in remarks.left if "depends_on" in remark.place] == [
        "api.depends_on.db: no variable names RDS, and what is not bound cannot be reached; bind "
        "an output of database to the variable that the application reads",
        "api.depends_on.jobs: no variable names it, and what is not bound cannot be reached; bind "
        "services.jobs.host if it is called; nothing to do if it only had to start first",
        "api.depends_on.mail: is left out; nothing to do",
        "jobs.depends_on.api.restart: tasks are replaced one service at a time; nothing to do",
        "jobs.depends_on.api: no variable names it, and what is not bound cannot be reached; bind "
        "services.api.host if it is called; nothing to do if it only had to start first",
    ]
