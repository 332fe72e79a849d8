import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tools.new_system.insertion import NoPlaceError, insert_system
from tools.new_system.yaml_text import WIDTH, Block, Noted, lines, scalar

BLOCK = "    new: # systems/new.yaml\n      host: new.example.com\n"


def insert(text: str, name: str = "new", block: str = BLOCK) -> str:
    return insert_system(text, name, block, "Pulumi.x.yaml")


def test_a_system_stands_among_the_others_by_the_alphabet() -> None:
    text = (
        "config:\n"
        "  slipway:systems: # here\n"
        "    alpha: # systems/alpha.yaml\n"
        "      host: alpha.example.com # its own\n"
        "\n"
        "    # Zeta's own comment,\n"
        "    # of two lines.\n"
        "    zeta:\n"
        "      host: zeta.example.com\n"
        "  slipway:last: 1\n"
    )

    assert insert(text) == text.replace("    # Zeta's", f"{BLOCK}\n    # Zeta's")


def test_the_last_one_stands_before_what_follows_the_section() -> None:
    text = (
        "config:\n"
        "  slipway:systems:\n"
        "    alpha:\n"
        "      images: {api: x}\n"
        "      # of alpha\n"
        "\n"
        "  # of the next\n"
        "  slipway:last: 1\n"
    )

    assert insert(text) == text.replace("      # of alpha\n", f"      # of alpha\n\n{BLOCK}")


def test_an_order_that_is_not_the_alphabets_is_kept() -> None:
    text = "config:\n  systems:\n    zeta:\n      a: 1\n    alpha:\n      a: |\n        text\n"

    assert insert(text) == f"{text}\n{BLOCK}"


def test_every_other_character_stays() -> None:
    text = 'config:\r\n  slipway:systems:\r\n      alpha:\r\n          a: "x"'

    assert insert(text) == (
        'config:\r\n  slipway:systems:\r\n      alpha:\r\n          a: "x"\r\n\r\n'
        "      new: # systems/new.yaml\r\n        host: new.example.com\r\n"
    )


def test_fails_when_the_section_is_written_in_braces() -> None:
    with pytest.raises(NoPlaceError) as error:
        insert("config:\n  slipway:systems: {alpha: {}}\n")

    assert str(error.value) == (
        "Pulumi.x.yaml, slipway:systems: is written in braces, where no line can be added; write "
        "each system on lines of its own, as in the other files"
    )


def test_fails_when_the_system_is_there() -> None:
    with pytest.raises(NoPlaceError) as error:
        insert("config:\n  slipway:systems:\n    new:\n      a: 1\n")

    assert str(error.value) == (
        "Pulumi.x.yaml, slipway:systems.new: is here already; choose another name, or remove the "
        "system first"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("api", "api"),
        ("250m", "250m"),
        ("03:00-04:00", "03:00-04:00"),
        ("http://x:80/y", "http://x:80/y"),
        ("3000", '"3000"'),
        ("1.0.0", '"1.0.0"'),
        ("1e3", '"1e3"'),
        ("0x1f", '"0x1f"'),
        ("12:30", '"12:30"'),
        ("no", '"no"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("2026-11-21", '"2026-11-21"'),
        ('say "x"', '"say \\"x\\""'),
        (True, "true"),
        (None, "null"),
        (7, "7"),
    ],
)
def test_text_has_quotes_where_it_would_be_something_else(value: str, text: str) -> None:
    assert scalar(value) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
@example("\u2028 x")
@example("a\tb\nc")
def test_every_text_is_read_as_it_was_written(value: str) -> None:
    for text in (scalar(value), f"[{scalar(value)}]", f"{{a: {scalar(value)}}}"):
        read = yaml.safe_load(text)
        assert read in (value, [value], {"a": value})


def test_sections_are_short_as_long_as_they_fit() -> None:
    assert lines(
        {
            "short": {"a": 1, "b": [True, None]},
            "long": {f"key-{number}": "x" * 20 for number in range(5)},
            "list": ["y" * 60, "z" * 60],
            "own": Block(a=1, b={}),
            "empty": Block(),
            "noted": Noted("x", "why"),
            "far": Noted("x" * 60, "w" * 60),
        },
        2,
    ) == [
        "  short: {a: 1, b: [true, null]}",
        "  long:",
        *(f"    key-{number}: {'x' * 20}" for number in range(5)),
        "  list:",
        f"    - {'y' * 60}",
        f"    - {'z' * 60}",
        "  own:",
        "    a: 1",
        "    b: {}",
        "  empty: {}",
        "  noted: x # why",
        f"  # {'w' * 60}",
        f"  far: {'x' * 60}",
    ]


def test_lines_are_no_longer_than_they_may_be() -> None:
    content = {"key": {f"name-{number}": "v" * number for number in range(40)}}

    assert max(map(len, lines(content))) <= WIDTH
