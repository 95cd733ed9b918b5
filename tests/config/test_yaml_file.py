import math
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from alife.config.yaml_file import (
    MAX_ALIASES,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_VALUES,
    dump_yaml,
    first_comment,
    load_yaml,
    parse_yaml,
)
from alife.core.errors import ConfigError
from alife.core.plain_word import PlainWord

CORE_SCHEMA = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "nUll": "nUll",
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "FALSE": False,
    "no": "no",
    "No": "No",
    "yes": "yes",
    "on": "on",
    "off": "off",
    "y": "y",
    "0": 0,
    "-0": 0,
    "+7": 7,
    "010": 10,
    "0o17": 15,
    "0x1F": 31,
    "0b1": "0b1",
    "0x": "0x",
    "1_000": "1_000",
    "1,000": "1,000",
    "9223372036854775807": 2**63 - 1,
    "-9223372036854775808": -(2**63),
    "0000000000000000000000000000000001": 1,
    "1e-3": 0.001,
    "1e3": 1000.0,
    "1.5e3": 1500.0,
    "1E+2": 100.0,
    "12e03": 12000.0,
    ".5": 0.5,
    "5.": 5.0,
    "-2.50": -2.5,
    "+.5": 0.5,
    ".": ".",
    "1.2.3": "1.2.3",
    "e3": "e3",
    "1e999": math.inf,
    ".inf": math.inf,
    "-.INF": -math.inf,
    "inf": "inf",
    "nan": "nan",
    "12:30:00": "12:30:00",
    "1:30": "1:30",
    "2026-11-21": "2026-11-21",
    "2001-12-14t21:59:43.10-05:00": "2001-12-14t21:59:43.10-05:00",
    "=": "=",
    "'1'": "1",
    '"no"': "no",
    '"\\u263A"': "☺",
    "text # comment": "text",
    "a b": "a b",
}


@pytest.mark.parametrize("text", CORE_SCHEMA)
def test_scalars_are_those_of_yaml_1_2(text: str) -> None:
    """Plain scalars follow the core schema of YAML 1.2: no octals by surprise, no times, no dates, no yes."""
    value = parse_yaml(text, "here")

    assert value == CORE_SCHEMA[text]
    assert type(value) is type(CORE_SCHEMA[text]) or isinstance(value, PlainWord)


@pytest.mark.parametrize("word", ["no", "Off", "n", "yes", "ON", "y"])
def test_whether_a_word_was_quoted_can_be_told(word: str) -> None:
    """Of words that older YAML takes for a boolean, also after they were written and read again."""
    plain, quoted = parse_yaml(f"[{word}, '{word}']", "here")

    assert (isinstance(plain, PlainWord), isinstance(quoted, PlainWord)) == (True, False)
    assert plain.truth is (word.lower() in ("yes", "on", "y"))
    again = parse_yaml(dump_yaml({"plain": plain, "quoted": quoted}), "here")
    assert [isinstance(each, PlainWord) for each in again.values()] == [True, False]
    assert again == {"plain": word, "quoted": word}


def test_not_a_number_is_read() -> None:
    """`.nan` is a number to the loader; ranges refuse it."""
    assert math.isnan(parse_yaml(".nan", "here"))


def test_keys_are_the_text_they_are_written_as() -> None:
    """A key is never a number or a truth value."""
    assert parse_yaml("{no: 1, 1e3: 2, null: 3, true: 4, '~': 5, 010: 6}", "here") == {
        "no": 1,
        "1e3": 2,
        "null": 3,
        "true": 4,
        "~": 5,
        "010": 6,
    }


FINE: dict[str, tuple[bytes, Any]] = {
    "braces": (b"{}", {}),
    "byte order mark": (b"\xef\xbb\xbfa: 1\n", {"a": 1}),
    "windows line ends": (b"a: 1\r\nb:\r\n  c: no\r\n", {"a": 1, "b": {"c": "no"}}),
    "old mac line ends": (b"a: 1\rb: 2\r", {"a": 1, "b": 2}),
    "no line end": (b"a: 1", {"a": 1}),
    "document marks": (b"---\na: 1\n...\n", {"a": 1}),
    "comments everywhere": (b"# x\n\na: 1 # y\n# z\n", {"a": 1}),
    "json": (b'{"a": [1, 2.5, "x", null, true]}', {"a": [1, 2.5, "x", None, True]}),
    "tab after a value": (b"a: 1\t# x\n", {"a": 1}),
    "alias": (b"a: &x [1, {b: 2}]\nc: *x\n", {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}),
    "literal": (b"a: |\n  x\n  y\n", {"a": "x\ny\n"}),
    "folded": (b"a: >-\n  x\n  y\n", {"a": "x y"}),
    "not ascii": ("größe: 1\n".encode(), {"größe": 1}),
    "empty values": (b"a:\nb: ''\n", {"a": None, "b": ""}),
    "question marks": (b"? a\n: 1\n", {"a": 1}),
    "deep enough": (b"a: " + b"[" * 63 + b"]" * 63, None),
    "one long comment": (b"a: 1 #" + b"x" * 1_000_000, {"a": 1}),
    "one long word": (b"a: " + b"x" * 1_000_000, {"a": "x" * 1_000_000}),
    "many empty lines": (b"\n" * 1_000_000 + b"a: 1", {"a": 1}),
    "a merge key in quotes is text": (b"a: '<<'", {"a": "<<"}),
}


@pytest.mark.parametrize("name", FINE)
def test_odd_files_that_are_fine(name: str, tmp_path: Path) -> None:
    """What looks odd but means one thing only is taken, within a second."""
    content, expected = FINE[name]
    file = tmp_path / "odd.yaml"
    file.write_bytes(content)
    start = time.process_time()

    values = load_yaml(file)

    assert time.process_time() - start < 1.0
    assert expected is None or values == expected


def _billion_laughs() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(lines).encode()


def _deep_aliases() -> bytes:
    lines = ["a0: &a0 " + "[" * 40 + "]" * 40]
    lines += [f"a{n}: &a{n} " + "[" * 20 + f"*a{n - 1}" + "]" * 20 for n in range(1, 50)]
    return "\n".join(lines).encode()


# name: (content, line, column, a part of the sentence)
REFUSED: dict[str, tuple[bytes, int, int, str]] = {
    "empty": (b"", 1, 1, "holds no settings"),
    "only comments": (b"# nothing\n", 1, 1, "holds no settings"),
    "null at the top": (b"~\n", 1, 1, "holds no settings"),
    "list at the top": (b"- a\n- b\n", 1, 1, "must hold a mapping"),
    "word at the top": (b"hello\n", 1, 1, "must hold a mapping"),
    "number at the top": (b"3\n", 1, 1, "must hold a mapping"),
    "two documents": (b"a: 1\n---\nb: 2\n", 2, 1, "a second document"),
    "two empty documents": (b"---\n---\n", 2, 1, "a second document"),
    "NUL": (b"a: 1\nb: \x00\n", 2, 4, "U+0000"),
    "bell": (b"a: \x07\n", 1, 4, "U+0007"),
    "delete": (b"a: \x7f\n", 1, 4, "U+007F"),
    "byte order mark inside": (b"a: x\xef\xbb\xbf\n", 1, 5, "U+FEFF"),
    "not UTF-8": (b"a: 1\nb: \xe9t\xe9\n", 2, 4, "not UTF-8"),
    "UTF-16": ("a: 1\n".encode("utf-16"), 1, 1, "not UTF-8"),
    "UTF-16 without a mark": ("a: 1\n".encode("utf-16-le"), 1, 2, "U+0000"),
    "cut inside a character": ("a: é".encode()[:-1], 1, 4, "not UTF-8"),
    "binary": (bytes(range(256)), 2, 118, "not UTF-8"),
    "tab at the start": (b"\ta: 1\n", 1, 1, "a tab; indent with spaces"),
    "tab as indentation": (b"a:\n\tb: 1\n", 2, 1, "a tab; indent with spaces"),
    "tab after spaces": (b"a:\n  b: 1\n \tc: 1\n", 3, 2, "tab"),
    "duplicate key": (b"a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' is given twice, first in line 1"),
    "duplicate key in quotes": (b"a: 1\n'a': 3\n", 2, 1, "given twice"),
    "duplicate key inside": (b"x:\n  size: 1\n  size: 1\n", 3, 3, "given twice, first in line 2"),
    "duplicate key in braces": (b"{a: 1, b: {c: 1, c: 1}}", 1, 18, "given twice"),
    "merge key": (b"x: &x {a: 1}\ny:\n  <<: *x\n", 3, 3, "merge keys"),
    "merge list": (b"x: &x {a: 1}\ny:\n  <<: [*x, *x]\n", 3, 3, "merge keys"),
    "merge bomb": (
        b"\n".join(b"a%d: &a%d {<<: [%s]}" % (n, n, b",".join([b"*a0"] * 9)) for n in range(9)),
        1,
        10,
        "merge",
    ),
    "object tag": (b"a: !!python/object/apply:os.system [x]\n", 1, 4, "tags"),
    "name tag": (b"a: !!python/name:os.system\n", 1, 4, "tags"),
    "tag on the top": (b"!!python/object:a.B {}\n", 1, 1, "tags"),
    "custom tag": (b"a: !include x.yaml\n", 1, 4, "tags"),
    "standard tag": (b"a: !!float 3\n", 1, 4, "tags"),
    "verbatim tag": (b"a: !<tag:yaml.org,2002:str> 3\n", 1, 4, "tags"),
    "bare tag": (b"a: ! 3\n", 1, 4, "tags"),
    "tag on a key": (b"!!str a: 3\n", 1, 1, "tags"),
    "unknown tag handle": (b"a: !x!y 3\n", 1, 4, "tag"),
    "directive": (b"%YAML 1.1\n---\na: 1\n", 1, 1, "directives"),
    "many directives": (b"".join(b"%%TAG !%d! x\n" % n for n in range(60_000)), 1, 1, "directives"),
    "unknown alias": (b"a: *b\n", 1, 4, "names no anchor"),
    "alias before its anchor": (b"a: *b\nb: &b 1\n", 1, 4, "names no anchor"),
    "alias of itself": (b"a: &a [*a]\n", 1, 8, "names no anchor"),
    "anchored key": (b"&k a: 1\n", 1, 1, "an anchor on a key"),
    "alias as key": (b"a: &a x\n*a : 1\n", 2, 1, "a key must be a word"),
    "many aliases": (b"a: &a 1\nb: [" + b"*a," * 101 + b"]", 2, 5 + 3 * MAX_ALIASES, "more than 100 aliases"),
    "billion laughs": (_billion_laughs(), 5, 10, "more than 10000 values"),
    "quadratic aliases": (b"a: &a [" + b"x," * 3_000 + b"]\nb: [" + b"*a," * 50 + b"]", 2, 11, "values"),
    "deep aliases": (_deep_aliases(), 3, 29, "nested more than 64"),
    "brackets": (b"[" * 1_000_000, 1, MAX_DEPTH + 1, "nested more than 64"),
    "braces": (b"{" * 1_000_000, 1, 2, "a key must be a word"),
    "brackets and braces": (b"[{a: " * 200_000, 1, 161, "nested more than 64"),
    "dashes": (b"- " * 500_000, 1, 129, "nested more than 64"),
    "question marks": (b"? " * 500_000, 1, 3, "a key must be a word"),
    "keys in keys": (b"{a: " * 250_000, 1, 257, "nested more than 64"),
    "indentation": ("".join(" " * n + "a:\n" for n in range(1400)).encode(), 65, 65, "nested more than 64"),
    "many values": (b"-\n" * 500_000, MAX_VALUES, 2, "more than 10000 values"),
    "many values in brackets": (b"a: [" + b"1," * 500_000 + b"]", 1, 2 * MAX_VALUES + 1, "more than 10000 values"),
    "many keys": (b"".join(b"k%d:\n" % n for n in range(60_000)), MAX_VALUES, 7, "more than 10000 values"),
    "list as key": (b"[a]: 1\n", 1, 1, "a key must be a word"),
    "mapping as key": (b"? {a: 1}\n: 2\n", 1, 3, "a key must be a word"),
    "a key without a value": (b"a: 1\nb\n", 2, 1, "a key without ': '"),
    "a key without a space": (b"a:1\nb: 2\n", 2, 2, "the line before"),
    "two colons": (b"a: b: c\n", 1, 5, "a ': ' where no key can stand"),
    "wrong indentation": (b"a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
    "too much indentation": (b"a: 1\n  b: 2\n", 2, 4, "indentation"),
    "list and mapping": (b"a:\n  - 1\n  b: 2\n", 3, 3, "not an item of the list"),
    "open bracket": (b"a: [1, 2\nb: 3\n", 2, 2, "bracket"),
    "open brace": (b"a: {b: 1\nc: 2\n", 2, 2, "brace"),
    "wrong bracket": (b"a: [1, 2}\n", 1, 9, "bracket"),
    "open single quote": (b"a: 1\nb: 'x\nc: 2\n", 2, 4, "a quote that is never closed"),
    "open double quote": (b'a: "x\n', 1, 4, "a quote that is never closed"),
    "unknown escape": (b'a: "\\d"\n', 1, 5, "a backslash"),
    "text after a quote": (b"a: 'x' y\n", 1, 8, "no key where one must stand"),
    "star": (b"files: *.py\n", 1, 9, "cannot begin with '*' or '&'"),
    "at sign": (b"a: @b\n", 1, 4, "cannot begin with '@'"),
    "backtick": (b"a: `b`\n", 1, 4, "cannot begin with '`'"),
    "percent": (b"a: %b\n", 1, 4, "cannot begin with '%'"),
    "more after the end": (b"{a: 1}\nb: 2\n", 2, 1, ""),
    "huge whole number": (b"a: 9223372036854775808\n", 1, 4, "64 bits"),
    "a million digits": (b"a: " + b"9" * 1_000_000, 1, 4, "64 bits"),
    "a million hexadecimal digits": (b"a: 0x" + b"f" * 1_000_000, 1, 4, "64 bits"),
    "json with a comma too many": (b'{"a": 1,, "b": 2}', 1, 9, ""),
    "python": (b"import os\nos.system('x')\n", 1, 1, ""),
    "xml": (b"<a><b>1</b></a>\n", 1, 1, "must hold a mapping"),
    "toml": (b"[world]\nsize = 3\n", 2, 1, ""),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_bad_files_are_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    """A bad file gives one sentence with its line and column, within a second, and never a traceback.

    Where libyaml noticed it, the column is that of its version, and so is a sentence for which there is no advice.
    """
    content, line, column, words = REFUSED[name]
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    start = time.process_time()

    with pytest.raises(ConfigError) as caught:
        load_yaml(file)

    (fault,) = caught.value.faults
    assert time.process_time() - start < 1.0
    by_libyaml = isinstance(caught.value.__context__, yaml.MarkedYAMLError)
    assert re.match(rf"{re.escape(str(file))}:{line}:{'[0-9]+' if by_libyaml else column}: ", fault)
    assert words in fault or (by_libyaml and "this is not YAML" in fault)
    assert "\n" not in fault
    assert len(fault) < len(str(file)) + 200


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Above the limit nothing is parsed; at the limit the file is taken."""
    file = tmp_path / "large.yaml"
    file.write_bytes(b"a: 1 #".ljust(MAX_BYTES, b"x"))

    assert load_yaml(file) == {"a": 1}
    file.write_bytes(b"a: 1 #".ljust(MAX_BYTES + 1, b"x"))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        load_yaml(file)


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing.yaml", "there is no such file"), (".", "this is a directory"), ("a\0b", "there is no such file")],
)
def test_what_is_no_file(name: str, words: str, tmp_path: Path) -> None:
    """A missing file or a directory is one clear sentence."""
    with pytest.raises(ConfigError, match=words):
        load_yaml(tmp_path / name)


def test_devices_are_no_files() -> None:
    """A device that never ends is not read."""
    with pytest.raises(ConfigError, match="there is no such file"):
        load_yaml(Path("/dev/zero"))


def test_an_alias_is_a_copy() -> None:
    """Changing what one alias stood for changes nothing else."""
    values = parse_yaml("a: &x {b: 1}\nc: *x", "here")
    values["c"]["b"] = 2

    assert values["a"] == {"b": 1}


@pytest.mark.parametrize(
    ("content", "comment"),
    [
        ("# One sentence.\n# Another.\na: 1\n", "One sentence."),
        ("\n\n  ## Later.\na: 1\n", "Later."),
        ("a: 1 # not this\n", ""),
        ("", ""),
    ],
)
def test_the_first_comment_says_what_a_file_shows(content: str, comment: str, tmp_path: Path) -> None:
    """The first line that is a comment is returned without its mark."""
    file = tmp_path / "x.yaml"
    file.write_text(content)

    assert first_comment(file) == comment


def test_a_fault_in_a_text_names_its_source() -> None:
    """What stands on a command line is named as what it is."""
    with pytest.raises(ConfigError, match=r"^--set world.size:1:1: tags"):
        parse_yaml("!!int 3", "--set world.size")


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from([text for text in CORE_SCHEMA if text.isprintable()])
)
TEXT = st.text(max_size=8) | st.sampled_from(["no", "1e3", "null", "<", "=", "-", "a b", "0x1"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT.filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(VALUES)
def test_what_is_dumped_reads_back_as_itself(values: Any) -> None:
    """Numbers, words that look like numbers, and every printable or unprintable character survive."""
    again = parse_yaml(dump_yaml(values), "here")

    assert again == values
    assert repr(again) == repr(values)


@given(st.text(st.sampled_from("ab1 :-[]{}#&*!|>'\"%@`?,\n\t.~<=\\\ufeff\x85\u2028é"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text leads to anything but a value or a sentence with line and column."""
    for fault in _faults(lambda: parse_yaml(text, "here")):
        assert re.match(r"here:\d+:\d+: .+", fault)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """No file leads to anything but a mapping or one sentence."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)

    assert len(_faults(lambda: load_yaml(path))) <= 1


def _faults(read: Callable[[], Any]) -> tuple[str, ...]:
    try:
        read()
    except ConfigError as error:
        return error.faults
    return ()
