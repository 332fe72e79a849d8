"""A resource type as data: the calls that make it, and where its id and outputs stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, cast

import jmespath
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]
from botocore.exceptions import ClientError
from botocore.model import OperationModel

from sandbox.aws.account import GLOBAL_SERVICES, Account, region_rule
from sandbox.aws.naming import Naming
from sandbox.aws.reading import Watched
from sandbox.aws.rules import Rule, tags_rule
from sandbox.aws.shapes import Fitting, tag_arguments
from sandbox.provider import Plain, Problem, is_list

_GONE = ("404", "Nonexistent", "NotFound", "NoSuch", "NotExist", "Unknown", "PendingDeletion")
# Parts of the codes by which the services say that something is not there; AWS has no common
# one.


@dataclass
class Resource:
    """One resource while it is made, read or deleted."""

    account: Account
    service: str
    inputs: Plain
    """Its inputs; when it is read or deleted, inputs and outputs as the state has them."""
    id: str = ""
    """Its id, as soon as it has one."""
    record: Any = None
    """What AWS tells about it: a part of the answer to the creating or describing call."""

    def call(self, operation: str, service: str = "", /, **arguments: Any) -> Any:
        """Calls an operation of its service, or of another one."""
        client = self.account.clients.client(service or self.service)
        return getattr(client, xform_name(operation))(**arguments)

    def arn(self, resource: str, *, service: str = "", regional: bool = True) -> str:
        """Builds an ARN where AWS's answer has none."""
        region = self.account.region if regional else ""
        return f"arn:aws:{service or self.service}:{region}:{self.account.account_id}:{resource}"

    def get(self, key: str, default: Any = None) -> Any:
        """Returns one input."""
        return self.inputs.get(key, default)


Made = Callable[[Resource], Any]
Output = str | Made
"""A path into the record (JMESPath), or how to compute the value."""


def _nothing(resource: Resource) -> Plain:
    del resource
    return {}


def _as_it_is(inputs: Plain) -> Plain:
    return inputs


@dataclass(frozen=True, kw_only=True)
class Call:
    """One operation that inputs are turned into."""

    operation: str
    takes: Sequence[str] = ()
    """The inputs that it is made of."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Inputs for which AWS has another word; see `Fitting.names`."""
    arrange: Callable[[Plain], Plain] = _as_it_is
    """Brings its inputs into AWS's order where a word is not enough; knows UNKNOWN."""
    adds: Callable[[Resource], Plain] = _nothing
    """Arguments that are not inputs, such as the id."""
    when: Callable[[Plain], bool] | None = None
    """Whether it is called. Default: if any of its inputs is given."""
    service: str = ""
    """boto3's name of its service. Default: that of the resource."""

    def fitted(self, operation: OperationModel, inputs: Plain) -> tuple[Plain, list[Problem]]:
        """Returns the arguments that the inputs make, and what does not fit."""
        fitting = Fitting(operation, self.names)
        taken = Watched({key: inputs[key] for key in self.takes if key in inputs})
        arranged = self.arrange(taken)
        fitted = fitting.fit(arranged)
        unread = [] if arranged is taken else taken.unread()
        reason = f"the sandbox does not pass it on to {operation.name} yet"
        return fitted, [*fitting.problems, *(Problem(key, reason) for key in unread)]

    def wanted(self, inputs: Plain) -> bool:
        """Whether these inputs ask for the call."""
        if self.when is not None:
            return self.when(inputs)
        return any(key in inputs for key in self.takes)


@dataclass(frozen=True, kw_only=True)
class AwsKind:
    """A type of AWS resource; see `sandbox.provider.Kind`."""

    service: str
    create: Call | Callable[[Plain], Call]
    """Makes it, from every input that nobody else takes; the inputs may choose the call."""
    then: Sequence[Call] = ()
    """What is called afterwards."""
    record: str = "@"
    """Path of the record in the answer of the creating call."""
    id: Output
    find: Made | None = None
    """Describes it: returns the record, or a list with it; None for a type that is not read."""
    find_after_create: bool = False
    """Whether the creating call answers too little, so that it is described at once."""
    outputs: Mapping[str, Output] = field(default_factory=dict[str, Output])
    adds: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """What AWS adds to inputs that are maps; `outputs` says how it is found out."""
    delete: Made
    before: Made | None = None
    """What is done or looked at before the creating call."""
    after: Made | None = None
    """What is done after all calls."""
    own: Sequence[str] = ()
    """Inputs that the provider itself acts on, and AWS never sees."""
    naming: Naming | None = None
    rules: Sequence[Rule] = ()
    tagged: str | None = ""
    """EC2's or AWS Backup's word for the type, "" where none is asked for; None without tags."""
    mocked: str = ""

    def at(self, account: Account) -> "BoundKind":
        """Returns the kind for one account and region."""
        return BoundKind(self, account)

    @property
    def regional(self) -> bool:
        """Whether its resources stand in a region, which the input `region` may name."""
        return self.service not in GLOBAL_SERVICES


@dataclass(frozen=True)
class BoundKind:
    """A type of resource in one account and region."""

    kind: AwsKind
    account: Account

    @property
    def mocked(self) -> str:
        """Why resources of this type are only pretended."""
        return self.kind.mocked

    def named(self, logical_name: str, inputs: Plain, old_inputs: Plain, seed: bytes) -> Plain:
        """Returns the automatic name, if the type has one."""
        naming = self.kind.naming
        return naming.named(logical_name, inputs, old_inputs, seed) if naming else {}

    def problems(self, logical_name: str, inputs: Plain) -> list[Problem]:
        """Returns everything that AWS would refuse, and every input that nobody takes."""
        kind = self.kind
        found = kind.naming.problems(logical_name, inputs) if kind.naming else []
        named = {problem.property for problem in found}
        for call in self._calls(inputs):
            found += call.fitted(self._operation(call), inputs)[1]
        rules = kind.rules if kind.tagged is None else (*kind.rules, tags_rule)
        if kind.regional:
            rules = (*rules, region_rule)
        found += [problem for rule in rules for problem in rule(inputs)]
        # AWS's own limits on names say the same as our text about them.
        unique = {p.property: p for p in reversed(found)}
        unique |= {p.property: p for p in found if p.property in named}
        return sorted(unique.values(), key=lambda problem: problem.property)

    def create(self, inputs: Plain) -> tuple[str, Plain]:
        """Makes the resource; one that could not be finished is removed again."""
        kind = self.kind
        resource = self._resource(inputs)
        if kind.before is not None:
            kind.before(resource)
        first, *rest = self._calls(inputs)
        answer = self._do(resource, first, tagging=True)
        resource.record = _search(kind.record, answer)
        resource.id = self._value(kind.id, resource)
        try:
            for call in rest:
                if call.wanted(inputs):
                    self._do(resource, call)
            if kind.after is not None:
                kind.after(resource)
            if kind.find_after_create:
                resource.record = self._found(resource)
            return resource.id, self._outputs(resource)
        except Exception:
            self.delete(resource.id, inputs)
            raise

    def read(self, resource_id: str, state: Plain) -> Plain | None:
        """Returns the outputs as AWS has them now; None if there is none."""
        resource = self._resource(state, resource_id)
        if self.kind.find is None:
            return {}
        resource.record = self._found(resource)
        return None if resource.record is None else self._outputs(resource)

    def delete(self, resource_id: str, state: Plain) -> None:
        """Deletes it; that it is gone already is no error."""
        try:
            self.kind.delete(self._resource(state, resource_id))
        except ClientError as error:
            if not _says_gone(error, self.kind.service):
                raise

    def _resource(self, inputs: Plain, resource_id: str = "") -> Resource:
        account = self.account.at(inputs.get("region")) if self.kind.regional else self.account
        return Resource(account, self.kind.service, inputs, resource_id)

    def _calls(self, inputs: Plain) -> list[Call]:
        elsewhere = {key for call in self.kind.then for key in call.takes} | {*self.kind.own}
        if self.kind.tagged is not None:
            elsewhere.add("tags")  # sent together with the default tags
        if self.kind.regional:
            elsewhere.add("region")  # says where to call, not what
        create = self.kind.create
        create = create if isinstance(create, Call) else create(inputs)
        mine = [*create.takes, *(key for key in inputs if key not in elsewhere)]
        return [replace(create, takes=tuple(dict.fromkeys(mine))), *self.kind.then]

    def _operation(self, call: Call) -> OperationModel:
        client = self.account.clients.client(call.service or self.kind.service)
        return client.meta.service_model.operation_model(call.operation)

    def _do(self, resource: Resource, call: Call, *, tagging: bool = False) -> Any:
        operation = self._operation(call)
        arguments = call.fitted(operation, resource.inputs)[0]
        if tagging and self.kind.tagged is not None:
            arguments |= tag_arguments(operation, self._tags(resource), self.kind.tagged)
        arguments |= call.adds(resource)
        return resource.call(call.operation, call.service, **arguments)

    def _found(self, resource: Resource) -> Any:
        assert self.kind.find is not None  # noqa: S101 the callers look
        try:
            found = self.kind.find(resource)
        except ClientError as error:
            if _says_gone(error, self.kind.service):
                return None
            raise
        if is_list(found):
            return found[0] if found else None
        return found or None

    def _outputs(self, resource: Resource) -> Plain:
        computed = {key: self._value(output, resource) for key, output in self.kind.outputs.items()}
        if self.kind.tagged is not None:
            computed["tagsAll"] = self._tags(resource)
        if self.kind.regional:
            computed["region"] = resource.account.region
        return {key: value for key, value in computed.items() if value is not None}

    def _tags(self, resource: Resource) -> dict[str, str]:
        return {**self.account.default_tags, **resource.get("tags", {})}

    def _value(self, output: Output, resource: Resource) -> Any:
        if isinstance(output, str):
            return _search(output, resource.record)
        return output(resource)


@lru_cache(maxsize=1024)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def _search(path: str, record: Any) -> Any:
    return record if path == "@" else _compiled(path).search(record)


def _says_gone(error: ClientError, service: str) -> bool:
    code = str(cast("Any", error).response.get("Error", {}).get("Code", ""))
    if code == "InvalidRequestException":
        # Secrets Manager says so that a secret is deleted already, EKS that something is protected.
        return service == "secretsmanager"
    return any(part in code for part in _GONE)
