"""Pulumi's random provider: values drawn once and kept in the state, from Python's `secrets`."""

import base64
import secrets
import string
from collections.abc import Mapping, Sequence

from pulumi.provider.experimental.provider import DiffRequest, DiffResponse

from sandbox.provider import UNKNOWN, Kind, Plain, Problem, TableProvider

_CLASSES = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "numeric": string.digits,
    # What is taken when `overrideSpecial` is absent
    # (https://www.pulumi.com/registry/packages/random/api-docs/randompassword/).
    "special": "!@#$%&*()-_=+[]{}<>:?",
}
_MINIMA = {name: f"min{name.capitalize()}" for name in _CLASSES}


class _Kind:
    """What random types have in common: there is nothing outside of the state."""

    mocked = ""

    def __init__(self, required: str, *optional: str) -> None:
        self._required = required
        self._inputs = {required, "keepers", *optional}

    def named(self, logical_name: str, inputs: Plain, old_inputs: Plain, seed: bytes) -> Plain:
        """Nothing: random values have no names of their own."""
        del logical_name, inputs, old_inputs, seed
        return {}

    def problems(self, logical_name: str, inputs: Plain) -> Sequence[Problem]:
        """Finds unknown inputs, and lengths that cannot be met."""
        del logical_name
        unknown = sorted(inputs.keys() - self._inputs)
        if unknown:
            return [Problem(key, "is no input of this type") for key in unknown]
        if any(value is UNKNOWN for value in inputs.values()):
            return []
        length = inputs.get(self._required)
        if not isinstance(length, int) or length < 1:
            return [Problem(self._required, f"{length} is not a whole number of 1 or more")]
        return self._unmet(length, inputs)

    def read(self, resource_id: str, state: Plain) -> Plain | None:
        """The value as it is in the state."""
        del resource_id
        return state

    def delete(self, resource_id: str, state: Plain) -> None:
        """Nothing to do: the state forgets the value."""

    def _unmet(self, length: int, inputs: Plain) -> Sequence[Problem]:
        del length, inputs
        return []


class _Text(_Kind):
    """RandomPassword and RandomString."""

    def __init__(self, fixed_id: str = "") -> None:
        super().__init__("length", "overrideSpecial", *_CLASSES, *_MINIMA.values())
        self._fixed_id = fixed_id

    def create(self, inputs: Plain) -> tuple[str, Plain]:
        """Draws the minima of each class, fills up from all of them, and shuffles."""
        alphabets = _alphabets(inputs)
        drawn: list[str] = []
        for name, minimum in _minima(inputs).items():
            drawn += [secrets.choice(alphabets[name] or _CLASSES[name]) for _ in range(minimum)]
        everything = "".join(alphabets.values())
        drawn += [secrets.choice(everything) for _ in range(inputs["length"] - len(drawn))]
        secrets.SystemRandom().shuffle(drawn)
        result = "".join(drawn)
        switches = {name: inputs.get(name, True) for name in _CLASSES}
        minima = {_MINIMA[name]: minimum for name, minimum in _minima(inputs).items()}
        return self._fixed_id or result, {**switches, **minima, "result": result}

    def _unmet(self, length: int, inputs: Plain) -> Sequence[Problem]:
        minimum = sum(_minima(inputs).values())
        if length < minimum:
            reason = f"{length} is less than the {minimum} characters that the minima add up to"
            return [Problem("length", reason)]
        if not any(_alphabets(inputs).values()):
            return [Problem("length", "no characters to draw from: every class is off")]
        return []


class _Id(_Kind):
    """RandomId."""

    def __init__(self) -> None:
        super().__init__("byteLength", "prefix")

    def create(self, inputs: Plain) -> tuple[str, Plain]:
        """Draws bytes and gives them in every encoding that the provider knows."""
        raw = secrets.token_bytes(inputs["byteLength"])
        prefix = inputs.get("prefix", "")
        url_safe = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        return url_safe, {
            "b64Url": prefix + url_safe,
            "b64Std": prefix + base64.b64encode(raw).decode(),
            "hex": prefix + raw.hex(),
            "dec": prefix + str(int.from_bytes(raw, "big")),
        }


_KINDS: Mapping[str, Kind] = {
    "random:index/randomPassword:RandomPassword": _Text(fixed_id="none"),
    "random:index/randomString:RandomString": _Text(),
    "random:index/randomId:RandomId": _Id(),
}


class RandomProvider(TableProvider):
    """RandomPassword, RandomString and RandomId; `bcryptHash` is not computed."""

    def kind(self, type_: str) -> Kind | None:
        """Returns how a type is drawn."""
        return _KINDS.get(type_)

    async def diff(self, request: DiffRequest) -> DiffResponse:
        """Any changed input draws a new value, so it is a replacement."""
        answer = await super().diff(request)
        return DiffResponse(changes=answer.changes, diffs=answer.diffs, replaces=answer.diffs)


def _minima(inputs: Plain) -> dict[str, int]:
    return {name: inputs.get(key, 0) for name, key in _MINIMA.items()}


def _alphabets(inputs: Plain) -> dict[str, str]:
    every = {**_CLASSES, "special": inputs.get("overrideSpecial") or _CLASSES["special"]}
    return {name: letters if inputs.get(name, True) else "" for name, letters in every.items()}
