"""The random provider draws what the inputs ask for."""

import asyncio
import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import CheckRequest, CreateRequest

from sandbox.random import RandomProvider

PASSWORD = "random:index/randomPassword:RandomPassword"
URN = "urn:pulumi:dev::shop::test:index:Box${type}::name"


def values(**inputs):
    return {
        key: PropertyValue(float(value) if type(value) is int else value)
        for key, value in inputs.items()
    }


def create(type_, *, preview=False, **inputs):
    urn = URN.format(type=type_)
    provider = RandomProvider()
    checked = asyncio.run(provider.check(CheckRequest(urn, {}, values(**inputs), b"")))
    assert not checked.failures
    return asyncio.run(provider.create(CreateRequest(urn, checked.inputs, 0, preview)))


def failures(type_, **inputs):
    request = CheckRequest(URN.format(type=type_), {}, values(**inputs), b"")
    answer = asyncio.run(RandomProvider().check(request))
    return [f"{failure.property}: {failure.reason}" for failure in answer.failures]


@given(
    length=st.integers(12, 60),
    minima=st.tuples(*[st.integers(0, 3)] * 4),
    classes=st.tuples(*[st.booleans()] * 3),
)
def test_lengths_minima_and_characters_are_kept(length, minima, classes):
    names = ("Lower", "Upper", "Numeric", "Special")
    wanted = dict(zip((f"min{name}" for name in names), minima, strict=True))
    switches = dict(zip(("lower", "upper", "numeric"), classes, strict=True))
    drawn = create(PASSWORD, length=length, overrideSpecial="-_", **wanted, **switches)
    result = str(drawn.properties["result"].value)
    alphabets = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_")
    assert len(result) == length
    assert set(result) <= set("".join(alphabets))
    for alphabet, minimum, switch in zip(alphabets, minima, (*classes, True), strict=True):
        count = sum(character in alphabet for character in result)
        assert count >= minimum
        if not switch:
            assert count == minimum


def test_the_id_of_a_string_is_the_string_and_that_of_a_password_is_not():
    shown = create("random:index/randomString:RandomString", length=8, special=False)
    assert shown.resource_id == shown.properties["result"].value
    assert create(PASSWORD, length=8).resource_id == "none"


def test_an_id_comes_in_every_encoding():
    drawn = create("random:index/randomId:RandomId", byteLength=5, prefix="x-").properties
    raw = base64.b64decode(str(drawn["b64Std"].value).removeprefix("x-"))
    assert len(raw) == 5
    assert drawn["hex"].value == f"x-{raw.hex()}"
    assert drawn["dec"].value == f"x-{int.from_bytes(raw, 'big')}"


def test_a_preview_draws_nothing():
    assert "result" not in create(PASSWORD, preview=True, length=8).properties


@pytest.mark.parametrize(
    ("inputs", "failure"),
    [
        ({"length": 0}, "length: 0 is not a whole number of 1 or more"),
        ({}, "length: None is not a whole number of 1 or more"),
        (
            {"length": 3, "minLower": 2, "minUpper": 2},
            "length: 3 is less than the 4 characters that the minima add up to",
        ),
        ({"length": 3, "size": 2}, "size: is no input of this type"),
        (
            {"length": 3, "lower": False, "upper": False, "numeric": False, "special": False},
            "length: no characters to draw from: every class is off",
        ),
    ],
)
def test_impossible_passwords_are_refused(inputs, failure):
    assert failures(PASSWORD, **inputs) == [failure]


def test_a_type_that_is_not_drawn_is_named():
    (failure,) = failures("random:index/randomPet:RandomPet")
    assert "the sandbox serves no random:index/randomPet:RandomPet yet" in failure
