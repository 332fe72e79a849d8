"""Rules across keys and files that need no sums; those with sums stand in `planning.checks`."""

import re
from collections.abc import Collection, Iterator, Mapping

from model.description import Description, stack_file, system_file
from model.environment import SystemSettings
from model.guardrails import guardrails
from model.network_rules import network_rules
from model.problems import Problem, choices
from model.service import Service
from model.system import OUTPUTS, System

_SECRET_NAME = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|DSN|_KEY|APIKEY)$"
)
_SECRET_VALUE = re.compile(
    r"^[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"  # a URL with a password
    r"|\b(AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|^gh[pousr]_[A-Za-z0-9]{20,}"
    r"|^eyJ[\w-]+\.[\w-]+\.[\w-]+$"
)
_IMAGE_TAG = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")
_IMAGE_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")


def problems(description: Description) -> list[Problem]:
    """Everything that is wrong across keys and files, in the order of the files."""
    found = [*network_rules(description), *_hosts(description)]
    for name, system in description.systems.items():
        settings = description.environment.systems[name]
        found += _settings(description, name, system, settings)
        found += _system(system)
    found += guardrails(description)
    return found


def provided_secrets(
    description: Description,
    names: Collection[str],
    config: Mapping[str, str],
    secret_names: Collection[str],
) -> list[Problem]:
    """What is wrong with the secrets that people set: missing, in plain text, or for nobody."""
    file = description.stack_file
    found: list[Problem] = []
    wanted = {
        f"{name}.{variable}"
        for name, system in description.systems.items()
        for service in system.services.values()
        for variable, source in service.secrets.items()
        if source == "provided"
    }
    for key in sorted(wanted - set(names)):
        command = f"pulumi config set --secret slipway:{key} --stack {description.stack}"
        found.append(
            Problem(file, f"slipway:{key}", "the secret", "is missing", f"run `{command}`")
        )
    for key in sorted(names):
        full = f"slipway:{key}"
        if key not in wanted:
            found.append(
                Problem(
                    file,
                    full,
                    "the key",
                    "is no secret of a system here",
                    choices(key, sorted(wanted)) if wanted else "remove it",
                )
            )
        elif full not in secret_names and full in config:
            command = f"pulumi config set --secret {full} --stack {description.stack}"
            found.append(
                Problem(
                    file,
                    full,
                    "the secret",
                    "stands here in plain text",
                    f"change it where it is used, then run `{command}`",
                )
            )
    return found


def _hosts(description: Description) -> Iterator[Problem]:
    file = description.stack_file
    zone = description.environment.domain.hosted_zone
    owners: dict[str, str] = {}
    for name, settings in description.environment.systems.items():
        path = f"slipway:systems.{name}.host"
        if settings.host in owners:
            yield Problem(
                file, path, settings.host, f"is the host of {owners[settings.host]} too",
                "write a host of its own",
            )  # fmt: skip
        owners.setdefault(settings.host, name)
        if settings.host != zone and not settings.host.endswith(f".{zone}"):
            yield Problem(
                file, path, settings.host, f"is not inside the hosted zone {zone}",
                f"write a host that ends in .{zone}",
            )  # fmt: skip


def _settings(
    description: Description, name: str, system: System, settings: SystemSettings
) -> Iterator[Problem]:
    file = description.stack_file
    path = f"slipway:systems.{name}"
    for part in ("images", "services"):
        given: Mapping[str, object] = getattr(settings, part)
        for service in given:
            if service not in system.services:
                yield Problem(
                    file, f"{path}.{part}.{service}", "the key",
                    f"is no service of {system_file(name)}", choices(service, list(system.services)),
                )  # fmt: skip
        for service in system.services:
            if service not in given:
                remedy = "write its tag or digest" if part == "images" else "write its numbers"
                yield Problem(file, f"{path}.{part}.{service}", "the key", "is missing", remedy)
    for store in ("database", "cache"):
        declared, sized = getattr(system, store), getattr(settings, store)
        if declared is not None and sized is None:
            yield Problem(
                file, f"{path}.{store}", "the key", "is missing",
                f"write the size of the {store} that {system_file(name)} declares",
            )  # fmt: skip
        if declared is None and sized is not None:
            yield Problem(
                file, f"{path}.{store}", "the key", f"has no {store} in {system_file(name)}",
                "remove it, or declare one there",
            )  # fmt: skip
    for service, image in settings.images.items():
        if not (_IMAGE_TAG.match(image) or _IMAGE_DIGEST.match(image)):
            yield Problem(
                file, f"{path}.images.{service}", image, "is neither a tag nor a digest",
                "write a tag such as 1.0.0, or sha256: and 64 hexadecimal digits",
            )  # fmt: skip
    for service, numbers in settings.services.items():
        if numbers.min_replicas > numbers.max_replicas:
            yield Problem(
                file, f"{path}.services.{service}.minReplicas", str(numbers.min_replicas),
                f"is more than maxReplicas {numbers.max_replicas}",
                f"write at most {numbers.max_replicas} (tasks)",
            )  # fmt: skip
        known = system.services.get(service)
        yield from _plain_secrets(file, f"{path}.services.{service}.env", numbers.env)
        if known is not None:
            for variable in numbers.env:
                if variable in known.bind or variable in known.secrets:
                    yield Problem(
                        file, f"{path}.services.{service}.env.{variable}", "the name",
                        f"is given by {system_file(name)} already", "remove one of the two",
                    )  # fmt: skip


def _system(system: System) -> Iterator[Problem]:
    file = system_file(system.name)
    for name, service in system.services.items():
        path = f"services.{name}"
        yield from _plain_secrets(file, f"{path}.env", service.env)
        yield from _contract(file, path, system, service)
        yield from _shape(file, path, service)
    yield from _status(file, system)


def _plain_secrets(file: str, path: str, env: Mapping[str, str]) -> Iterator[Problem]:
    for variable, value in env.items():
        if not value:
            continue
        if _SECRET_NAME.search(variable) or _SECRET_VALUE.search(value):
            yield Problem(
                file, f"{path}.{variable}", "the value", "looks like a secret in plain text",
                "bind it to a data store's output, or list it under secrets",
            )  # fmt: skip


def _contract(file: str, path: str, system: System, service: Service) -> Iterator[Problem]:
    sources = {"env": service.env, "bind": service.bind, "secrets": service.secrets}
    given: dict[str, str] = {}
    for kind, names in sources.items():
        for variable in names:
            if variable in given:
                yield Problem(
                    file, f"{path}.{kind}.{variable}", "the name",
                    f"is given under {given[variable]} too", "remove one of the two",
                )  # fmt: skip
            given.setdefault(variable, kind)
    for variable in service.requires:
        if variable not in given:
            yield Problem(
                file, f"{path}.requires", variable, "is required, and nothing gives it",
                "write it under env, bind or secrets",
            )  # fmt: skip
    for variable, target in service.bind.items():
        yield from _binding(file, f"{path}.bind.{variable}", target, system)
    for variable, value in service.strict_values.items():
        if service.env.get(variable, value) != value:
            yield Problem(
                file, f"{path}.env.{variable}", "the value", "is not the one of strictValues",
                "write the same in both",
            )  # fmt: skip


def _binding(file: str, path: str, target: str, system: System) -> Iterator[Problem]:
    store, _, output = target.partition(".")
    if store not in OUTPUTS:
        yield Problem(file, path, target, "names no data store", choices(store, list(OUTPUTS)))
    elif output not in OUTPUTS[store]:
        options = [f"{store}.{each}" for each in OUTPUTS[store]]
        yield Problem(file, path, target, "is no output", choices(target, options))
    elif getattr(system, store) is None:
        yield Problem(
            file, path, target, f"needs a {store}, and the system has none",
            f"declare {store}, or remove the binding",
        )  # fmt: skip


def _shape(file: str, path: str, service: Service) -> Iterator[Problem]:
    size = service.size
    if size.cpu.request.millicores > size.cpu.limit.millicores:
        yield Problem(
            file, f"{path}.size.cpu.request", size.cpu.request,
            f"is more than the limit {size.cpu.limit}", f"write at most {size.cpu.limit}",
        )  # fmt: skip
    if size.memory.request.mebibytes > size.memory.limit.mebibytes:
        yield Problem(
            file, f"{path}.size.memory.request", size.memory.request,
            f"is more than the limit {size.memory.limit}", f"write at most {size.memory.limit}",
        )  # fmt: skip
    replicas = service.replicas
    if replicas.min > replicas.max:
        yield Problem(
            file, f"{path}.replicas.min", str(replicas.min), f"is more than max {replicas.max}",
            f"write at most {replicas.max} (tasks)",
        )  # fmt: skip
    if service.rollout.max_surge == 0 and service.rollout.max_unavailable == 0:
        yield Problem(
            file, f"{path}.rollout.maxSurge", "0", "leaves no way to replace a task",
            "write 1 or more here or for maxUnavailable (tasks)",
        )  # fmt: skip
    if service.port is None and (service.public or service.container_health_check):
        yield Problem(
            file, f"{path}.port", "the key", "is missing, and a path is asked for",
            "write the port that the service listens on",
        )  # fmt: skip
    yield from _checks(file, path, service)


def _checks(file: str, path: str, service: Service) -> Iterator[Problem]:
    pairs: list[tuple[str, int, int]] = []
    if service.public is not None:
        check = service.public.health_check
        pairs.append(("public.healthCheck", check.timeout_seconds, check.interval_seconds))
    if service.container_health_check is not None:
        inside = service.container_health_check
        pairs.append(("containerHealthCheck", inside.timeout_seconds, inside.interval_seconds))
    for key, timeout, interval in pairs:
        if timeout >= interval:
            yield Problem(
                file, f"{path}.{key}.timeoutSeconds", str(timeout),
                f"is not below intervalSeconds {interval}",
                f"write at most {interval - 1} (seconds)",
            )  # fmt: skip
    if service.probes is None:
        return
    for kind in ("startup", "readiness", "liveness"):
        probe = getattr(service.probes, kind)
        place = f"{path}.probes.{kind}"
        if probe.timeout_seconds > probe.period_seconds:
            yield Problem(
                file, f"{place}.timeoutSeconds", str(probe.timeout_seconds),
                f"is more than periodSeconds {probe.period_seconds}",
                f"write at most {probe.period_seconds} (seconds)",
            )  # fmt: skip
        for variable in probe.application_timeouts:
            text = service.env.get(variable, "")
            limit = probe.timeout_seconds * 1000
            if not text.isdecimal() or int(text) >= limit:
                yield Problem(
                    file, f"{path}.env.{variable}", text or "the key",
                    f"is not below the {kind} probe's timeout of {probe.timeout_seconds} s",
                    f"write less than {limit} (milliseconds)",
                )  # fmt: skip


def _status(file: str, system: System) -> Iterator[Problem]:
    exporter = system.status_exporter
    named = [("statusExporter.service", exporter.service)] if exporter else []
    named += [
        (f"postDeployChecks.{index}.service", check.service)
        for index, check in enumerate(system.post_deploy_checks)
    ]
    for path, service in named:
        if service not in system.services:
            yield Problem(
                file, path, service, "is no service", choices(service, list(system.services))
            )
        elif system.services[service].public is None:
            yield Problem(
                file, path, service, "is not public, so nothing outside can ask it",
                "name a public service",
            )  # fmt: skip
    emitted = list(exporter.metrics) if exporter else []
    for index, alert in enumerate(system.alerts):
        path = f"alerts.{index}"
        if alert.metric not in emitted:
            remedy = choices(alert.metric, emitted) if emitted else "declare statusExporter"
            yield Problem(file, f"{path}.metric", alert.metric, "is emitted by nothing", remedy)
        conditions = [each for each in (alert.equals, alert.above, alert.below) if each is not None]
        if len(conditions) != 1:
            yield Problem(
                file, path, alert.name, f"has {len(conditions)} conditions",
                "write one of equals, above and below",
            )  # fmt: skip
    names = [alert.name for alert in system.alerts]
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield Problem(file, "alerts", name, "is the name of two alerts", "give each its own name")


__all__ = ["problems", "provided_secrets", "stack_file"]
