"""Documents with outputs in them: the SDK's own text, with fewer outputs on the way."""

import asyncio
import json
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.json_document import json_document
from tools.recording.recorder import providers, record
from tools.recording.wire import UNKNOWN


class _Later:
    """Stands for an output in a drawn document; an output itself wants a running loop."""

    def __init__(self, value: object) -> None:
        self.value = value


_PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    st.one_of(_PLAIN, st.builds(_Later, _PLAIN)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
)


@given(document=_DOCUMENTS, sort_keys=st.booleans())
def test_the_text_is_that_of_the_sdk(document: object, sort_keys: bool) -> None:
    async def both() -> tuple[str | None, str | None]:
        ours = pulumi.Output.from_input(json_document(_drawn(document), sort_keys=sort_keys))
        theirs = pulumi.Output.json_dumps(_drawn(document), sort_keys=sort_keys)
        return await ours.future(), await theirs.future()

    ours, theirs = asyncio.run(both())
    assert ours == theirs
    assert ours is not None


def _drawn(document: Any) -> Any:
    if isinstance(document, _Later):
        return pulumi.Output.from_input(document.value)
    if isinstance(document, list):
        return [_drawn(each) for each in cast("list[Any]", document)]
    if isinstance(document, dict):
        return {key: _drawn(each) for key, each in cast("dict[str, Any]", document).items()}
    return document


def test_what_is_known_is_a_text_at_once() -> None:
    assert json_document({"b": [1, None], "a": "x"}, sort_keys=True) == '{"a": "x", "b": [1, null]}'


def test_depends_on_what_it_names_and_keeps_a_secret() -> None:
    def program() -> None:
        options = providers()
        topic = aws.sns.Topic("news", opts=options)
        queue = aws.sqs.Queue("work", opts=options)
        hidden = pulumi.Output.secret("hunter2")
        document = {"topic": topic.arn, "again": topic.arn, "queues": [queue.arn], "key": hidden}
        aws.ssm.Parameter("all", type="String", value=json_document(document), opts=options)

    recording = record(program)
    parameter = recording.one("Parameter")
    topic, queue = recording.one("Topic"), recording.one("Queue")
    assert json.loads(parameter.inputs["value"]) == {
        "topic": topic.outputs["arn"],
        "again": topic.outputs["arn"],
        "queues": [queue.outputs["arn"]],
        "key": "hunter2",
    }
    assert parameter.secret_inputs == {"value"}
    assert parameter.property_dependencies["value"] == {topic.urn, queue.urn}


def test_in_a_preview_the_text_is_unknown_until_all_parts_are_known() -> None:
    def program() -> None:
        options = providers()
        topic = aws.sns.Topic("news", opts=options)
        value = json_document({"topic": topic.arn, "name": "news"})
        aws.ssm.Parameter("all", type="String", value=value, opts=options)

    assert record(program, preview=True).one("Parameter").inputs["value"] == UNKNOWN


def test_what_has_no_form_in_json_is_refused_without_showing_it() -> None:
    with pytest.raises(TypeError) as error:
        json_document({"password": bytearray(b"hunter2")})
    assert str(error.value) == "a bytearray has no form in JSON"
