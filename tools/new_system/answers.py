"""The few answers that a system with one service needs."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from model.fields import HostName, ImageName, ImageReference, Name, Port, Sentence, UrlPath
from model.part import Part
from model.problems import Place, Problem, known_names
from model.shape import read_part
from model.stores import MajorVersion
from tools.new_system.draft import (
    KEPT,
    NOT_GIVEN,
    CacheDraft,
    DatabaseDraft,
    QueueDraft,
    ServiceDraft,
    SystemDraft,
)
from tools.new_system.names import postgres_name

PLACE = Place("answers")


class Answers(Part):
    """What a new system with one service is; the same types as in the files."""

    name: Name
    """Name of the system."""
    description: Sentence | None = None
    """What it is for."""
    service: Name = "api"
    """Name of its service."""
    image: ImageName
    """Image of the service, without registry and tag."""
    tag: ImageReference = "1.0.0"
    """Tag or digest of the image."""
    port: Port | None = None
    """Port that the service listens on; none for a worker."""
    health_path: UrlPath = "/health"
    """Path that answers 200 while the service can take requests."""
    database: MajorVersion | None = None
    """Major version of PostgreSQL."""
    cache: Literal["6", "7"] | None = None
    """Major version of Redis."""
    queue: Literal["3.13", "4.2"] | None = None
    """Version of RabbitMQ."""
    objects: bool = False
    """Whether it keeps files."""
    hosts: Mapping[str, HostName] = Field(default_factory=dict)
    """Host name by stack."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question."""

    key: str
    words: str
    default: str = ""
    """What an empty answer means."""


_OPTIONAL = frozenset({"port", "database", "cache", "queue"})
"""Keys that may have no value."""

QUESTIONS = (
    Question(key="name", words="Name of the system"),
    Question(key="image", words="Image of its service, without registry and tag"),
    Question(key="tag", words="Tag or digest of the image", default="1.0.0"),
    Question(key="port", words="Port that it listens on (none for a worker)"),
    Question(key="healthPath", words="Path of its health check", default="/health"),
    Question(key="database", words="PostgreSQL: 14 to 18, or none", default="none"),
    Question(key="cache", words="Redis: 6, 7 or none", default="none"),
    Question(key="queue", words="RabbitMQ: 3.13, 4.2 or none", default="none"),
    Question(key="objects", words="A bucket for files: yes or no", default="no"),
)
"""Without the hosts, for which each stack has a question of its own."""


def read(content: Mapping[str, Any], stacks: Collection[str]) -> Answers | list[Problem]:
    """Reads answers.

    Args:
        content: Answers by key, as JSON has them.
        stacks: The stacks that there are.

    Returns:
        The answers, or what is wrong with them in the model's own words.
    """
    answers, problems, _ = read_part(Answers, json.dumps(content, default=str), PLACE)
    if answers is None:
        return problems
    unknown = [
        PLACE.keys("hosts", stack).problem(
            "", "is the host of a stack that is not here", known_names(stack, stacks, "stacks")
        )
        for stack in answers.hosts
        if stack not in stacks
    ]
    return unknown or answers


def ask(
    given: Mapping[str, Any],
    hosts: Callable[[str], Mapping[str, str]],
    put: Callable[[str], str],
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Asks for what is not given, each question until its answer is good.

    Args:
        given: Answers that are there already.
        hosts: The usual hosts by stack for a system of a name.
        put: Puts a question and gives the answer.
        tell: Says why an answer is not good.
    """
    content: dict[str, Any] = dict(given)
    for question in QUESTIONS:
        if question.key not in content and not (
            question.key == "healthPath" and content.get("port") is None
        ):
            content[question.key] = _asked(question, put, tell)
    chosen: dict[str, Any] = dict(content.get("hosts", {}))
    for stack, usual in hosts(content["name"]).items():
        if stack not in chosen:
            question = Question(key="hosts", words=f"Host name in {stack}", default=usual)
            chosen[stack] = _asked(question, put, tell, lambda host, of=stack: {of: host})
    return {**content, "hosts": chosen}


def _asked(
    question: Question,
    put: Callable[[str], str],
    tell: Callable[[str], None],
    wrap: Callable[[Any], Any] = lambda value: value,
) -> Any:
    shown = f" [{question.default}]" if question.default else ""
    while True:
        value = value_of(question.key, put(f"{question.words}{shown}: ") or question.default)
        _, problems, _ = read_part(Answers, json.dumps({question.key: wrap(value)}), PLACE)
        wrong = [problem for problem in problems if problem.path.startswith(question.key)]
        if not wrong:
            return value
        for problem in wrong:
            said = f"{problem.value} {problem.reason}".strip()
            tell(f"  {said}; {problem.remedy}")


def value_of(key: str, text: str) -> object:
    """What an answer in words means, as a file would have it.

    Args:
        key: Key of the answer.
        text: The words; `none` leaves a thing out.
    """
    words = text.strip()
    if key in _OPTIONAL and words.lower() in ("none", ""):
        return None
    if key == "port" and words.isdecimal():
        return int(words)
    if key == "objects":
        return {"yes": True, "y": True, "no": False, "n": False}.get(words.lower(), words)
    return words


def draft(answers: Answers) -> SystemDraft:
    """Drafts the system.

    Args:
        answers: What was answered.
    """
    name = answers.name
    service = _service(answers)
    base = postgres_name(name)
    return SystemDraft(
        name=name,
        description=answers.description or f"The system {name}.",
        source="Written by `make new-system`.",
        services={service.name: service},
        database=DatabaseDraft(version=answers.database, name=base, user=f"{base}_user"[-63:])
        if answers.database
        else None,
        cache=CacheDraft(
            version=answers.cache,
            note=f"a default: {KEPT}",
        )
        if answers.cache
        else None,
        queue=QueueDraft(version=answers.queue) if answers.queue else None,
        objects=answers.objects,
    )


def _service(answers: Answers) -> ServiceDraft:
    asked = answers.port is not None
    bind: dict[str, str] = {
        **({"DATABASE_URL": "database.url"} if answers.database else {}),
        **({"REDIS_URL": "cache.url"} if answers.cache else {}),
        **({"RABBITMQ_URL": "queue.url"} if answers.queue else {}),
        **(
            {"BUCKET": "objects.bucket", "BUCKET_REGION": "objects.region"}
            if answers.objects
            else {}
        ),
    }
    return ServiceDraft(
        name=answers.service,
        description="Answers all requests." if asked else "Does what takes long.",
        image=answers.image,
        tag=answers.tag,
        port=answers.port,
        paths=("/",) if asked else (),
        health_path=answers.health_path,
        env={"PORT": str(answers.port)} if asked else {},
        bind=bind,
        notes={
            "size": NOT_GIVEN,
            "replicas": "a default: more while processors are busy",
            "env": "a default: the variable that most applications read",
            "bind": "a default: name the variables as the application reads them",
        },
    )
