"""What cannot change in an object that is there.

For some of it Pulumi's provider makes another object (`replaced`); the rest it sends to the API,
which refuses it (`refusal`). Neither list follows from the other, so both stand here:

- the provider's: `forceNewProperties` in
  https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/diff.go;
- the API server's: `Validate...Update` in `pkg/apis/{apps,batch,core}/validation/validation.go` of
  https://github.com/kubernetes/kubernetes;
- for a TargetGroupBinding the webhook's: `checkImmutableFields` in `webhooks/elbv2/
  targetgroupbinding_validator.go` of
  https://github.com/kubernetes-sigs/aws-load-balancer-controller.
"""

from collections.abc import Collection, Mapping

from sandbox.kubernetes import answers, kinds
from sandbox.kubernetes.fields import at, name_of
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import Plain, Problem

DATA = (kinds.CONFIG_MAP, kinds.SECRET)
"""The kinds that hold data, and whose data may be frozen with `immutable`."""

_IDENTITY = ("metadata.name", "metadata.namespace")
_REPLACED: Mapping[ObjectKind, tuple[str, ...]] = {
    kinds.DEPLOYMENT: ("spec.selector",),
    kinds.JOB: ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    kinds.SECRET: ("type",),
    kinds.SERVICE: ("spec.clusterIP",),
}
_REPLACED_DATA = ("binaryData", "data", "stringData")
_REFUSED: Mapping[ObjectKind, tuple[str, ...]] = {
    kinds.DEPLOYMENT: ("spec.selector",),
    kinds.JOB: (
        *("spec.backoffLimitPerIndex", "spec.completionMode", "spec.completions"),
        *("spec.managedBy", "spec.podFailurePolicy", "spec.selector", "spec.successPolicy"),
        "spec.template",
    ),
    kinds.SECRET: ("type",),
    kinds.SERVICE: ("spec.clusterIP",),
}
_REASONS = {"spec.clusterIP": "may not change once set"}
_BOUND = ("spec.targetGroupARN", "spec.targetType")


def replaced(
    kind: ObjectKind, old: Plain, new: Plain, mutable: Collection[ObjectKind] = ()
) -> list[str]:
    """Finds what Pulumi's provider makes another object for.

    Args:
        kind: Kind of the object.
        old: The object as the program gave it when it was made or last changed.
        new: The object as the program gives it now.
        mutable: The kinds of `DATA` whose data the provider changes in place: those that its
            `enableConfigMapMutable` and `enableSecretMutable` name. Default: none, as there.

    Returns:
        Paths of the fields that differ and force it.
    """
    fields = [*_IDENTITY, *_REPLACED.get(kind, ())]
    if kind in DATA and (kind not in mutable or new.get("immutable") is True):
        fields += _REPLACED_DATA
    return _differing(fields, old, new)


def refusal(kind: ObjectKind, old: Plain, new: Plain) -> str:
    """Finds what the API refuses to change.

    Args:
        kind: Kind of the object.
        old: The object as it was given before.
        new: The object as it would be; what is not known yet differs from all that is.

    Returns:
        Why the change is refused, as `sandbox.kubernetes.client` tells it; "" if it is not.
    """
    changed = _differing((*_IDENTITY, *_REFUSED.get(kind, ())), old, new)
    problems = {path: _REASONS.get(path, "field is immutable") for path in changed}
    if kind in DATA and old.get("immutable") is True:
        frozen = _differing(("immutable", *_REPLACED_DATA), old, new)
        # The API server knows stringData as data only.
        frozen = [path.replace("stringData", "data") for path in frozen]
        problems |= dict.fromkeys(frozen, "Forbidden: field is immutable when `immutable` is set")
    if problems:
        listed = [Problem(path, reason) for path, reason in sorted(problems.items())]
        return f"Invalid: {answers.invalid(kind, name_of(old), listed)}"
    if kind is kinds.TARGET_GROUP_BINDING and (bound := _differing(_BOUND, old, new)):
        return (
            "Forbidden: admission webhook denied the request: TargetGroupBinding update may not "
            f"change these fields: {','.join(bound)}"
        )
    return ""


def _differing(paths: Collection[str], old: Plain, new: Plain) -> list[str]:
    return [path for path in paths if _value(old, path) != _value(new, path)]


def _value(value: Plain, path: str) -> object:
    return at(value, *path.split("."))
