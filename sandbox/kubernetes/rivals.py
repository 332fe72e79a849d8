"""Objects that are right each for itself and get in each other's way."""

from collections.abc import Callable, Iterator, Mapping

from sandbox.kubernetes import kinds
from sandbox.kubernetes.fields import at, mapping, name_of, namespace_of, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.selection import selected, told
from sandbox.kubernetes.store import Store
from sandbox.provider import Plain


def _service(store: Store, value: Plain) -> Iterator[str]:
    """Each request would go to any of them, though they do different things."""
    selector = mapping(value, "spec", "selector")
    found = selected(store, namespace_of(value), {"matchLabels": selector}) if selector else []
    if len(found) > 1:
        reason = f"mixes the pods of {told(found)}; name a label that only one of them has"
        yield f"spec.selector {reason}"


def _deployment(store: Store, value: Plain) -> Iterator[str]:
    """Its autoscaler would count the pods of the others, and both would fight over them.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
    """
    found = selected(store, namespace_of(value), at(value, "spec", "selector"))
    others = [(kind, other) for kind, other in found if other is not value]
    if others:
        yield (
            f"spec.selector finds the pods of {told(others)} too; name a label that only its own "
            "have"
        )
    if at(value, "spec", "replicas") is None:
        return
    for autoscaler in store.of_kind(kinds.AUTOSCALER, namespace_of(value)):
        if text(autoscaler, "spec", "scaleTargetRef", "name") == name_of(value):
            yield (
                f"spec.replicas: HorizontalPodAutoscaler {name_of(autoscaler)} sets it, and every "
                f"deploy would set it back to {value['spec']['replicas']}; leave it out"
            )


def _autoscaler(store: Store, value: Plain) -> Iterator[str]:
    """Each would set what it finds right, one after the other.

    Source: https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
    (condition AmbiguousSelector).
    """
    target = mapping(value, "spec", "scaleTargetRef")
    for other in _before(store, kinds.AUTOSCALER, value, namespace_of(value)):
        if mapping(other, "spec", "scaleTargetRef") == target:
            yield (
                f"spec.scaleTargetRef: HorizontalPodAutoscaler {name_of(other)} scales "
                f"{target.get('kind')} {target.get('name')} already; leave one of them"
            )


def _disruption_budget(store: Store, value: Plain) -> Iterator[str]:
    """The API server evicts no pod that has two: no node could be drained.

    Source: "This pod has more than one PodDisruptionBudget, which the eviction subresource does
    not support", https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
    """
    namespace = namespace_of(value)
    mine = selected(store, namespace, at(value, "spec", "selector"))
    for other in _before(store, kinds.DISRUPTION_BUDGET, value, namespace):
        theirs = selected(store, namespace, at(other, "spec", "selector"))
        both = [each for each in mine if each in theirs]
        if both:
            yield (
                f"spec.selector: PodDisruptionBudget {name_of(other)} has the pods of {told(both)} "
                "already, and a pod with two is never evicted; leave one of them"
            )


def _target_group_binding(store: Store, value: Plain) -> Iterator[str]:
    """Each controller loop would register its own targets and take those of the other away.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/
    targetgroupbinding/targetgroupbinding/, and its pkg/targetgroupbinding/resource_manager.go.
    """
    arn = at(value, "spec", "targetGroupARN")
    for other in _before(store, kinds.TARGET_GROUP_BINDING, value):
        if at(other, "spec", "targetGroupARN") == arn:
            yield (
                f"spec.targetGroupARN: TargetGroupBinding {namespace_of(other)}/{name_of(other)} "
                "fills this target group already; leave one of them"
            )
    name = text(value, "spec", "serviceRef", "name")
    service = store.get(kinds.SERVICE, namespace_of(value), name)
    type_ = text(service, "spec", "type") or "ClusterIP"
    if at(value, "spec", "targetType") == "instance" and type_ not in ("NodePort", "LoadBalancer"):
        yield (
            f"spec.targetType: Service {name} is of type {type_} and has no port on the nodes; "
            "write ip, or make it a NodePort"
        )


def _before(store: Store, kind: ObjectKind, value: Plain, namespace: str = "") -> Iterator[Plain]:
    """The objects of a kind that come before one by name, so that a pair is told once."""
    for other in store.of_kind(kind, namespace):
        if other is value:
            return
        yield other


LOOKS: Mapping[ObjectKind, Callable[[Store, Plain], Iterator[str]]] = {
    kinds.SERVICE: _service,
    kinds.DEPLOYMENT: _deployment,
    kinds.AUTOSCALER: _autoscaler,
    kinds.DISRUPTION_BUDGET: _disruption_budget,
    kinds.TARGET_GROUP_BINDING: _target_group_binding,
}
"""By kind, what is looked for; see `sandbox.kubernetes.matching`."""
