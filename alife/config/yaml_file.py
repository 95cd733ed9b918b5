"""YAML, read as a person expects: the scalars of YAML 1.2, no surprises, no code, nothing that explodes.

PyYAML scans the text into events; the values are built here, in one pass without recursion, so that
every limit holds before anything is built and every fault has a line and a column.
"""

import copy
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from alife.core.errors import ConfigError

MAX_BYTES = 2**20
MAX_DEPTH = 64
MAX_ALIASES = 100
MAX_VALUES = 10_000
_MAX_INTEGER = 2**63

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)

_ADVICE = {
    "mapping values are not allowed in this context": (
        "a ': ' where no key can stand; check the indentation and the line before, or quote the text"
    ),
    "could not find expected ':'": "a key without ': ' after it; write key: value",
    "did not find expected node content": "a value is missing here, or a bracket is never closed",
    "did not find expected key": "no key where one must stand; check the indentation and the quotes",
    "did not find expected '-' indicator": "not an item of the list above; check the indentation",
    "did not find expected ',' or ']'": "a list in brackets goes on here without ',' or its closing ']'",
    "did not find expected ',' or '}'": "a mapping in braces goes on here without ',' or its closing '}'",
    "did not find expected <document start>": "more text after the end; the file must be one mapping",
    "found unexpected end of stream": "a quote that is never closed",
    "did not find expected alphabetic or numeric character": "text cannot begin with '*' or '&'; quote it",
    "found unknown escape character": "a backslash in double quotes; single quotes take it as it is",
    "found a tab character that violates indentation": "a tab; indent with spaces",
}
# Where libyaml noticed these is far from what a person must mend: point to where the trouble began.
_BEGAN_EARLIER = {"could not find expected ':'", "found unexpected end of stream"}


def load_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping a YAML file holds.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or holds something else than one mapping.
    """
    values = parse_yaml(_read_text(path), str(path))
    if values is None:
        raise ConfigError(f"{path}:1:1: the file holds no settings; the smallest one is {{}}")
    if not isinstance(values, dict):
        raise ConfigError(f"{path}:1:1: the file must hold a mapping, key: value, at its top")
    return values


def first_comment(path: Path) -> str:
    """Return the first comment of a file, without its mark; "" when there is none."""
    comments = (line.strip() for line in _read_text(path).splitlines() if line.lstrip().startswith("#"))
    return next(comments, "").lstrip("# ")


def parse_yaml(text: str, source: str) -> Any:
    """Return the value that a YAML text stands for.

    Args:
        text: one document, or a single scalar.
        source: named in front of the line and column of every fault.

    Raises:
        ConfigError: the text is not YAML, or asks for what is not taken.
    """
    _check_characters(text, source)
    builder = _Builder(source)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.handle_event(event)
    except yaml.MarkedYAMLError as error:
        raise ConfigError(_explain(error, text, source)) from None
    return builder.document


def dump_yaml(values: Any) -> str:
    """Return a YAML text that `parse` turns back into these values."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True, default_flow_style=None)


def _read_text(path: Path) -> str:
    try:
        if path.is_dir():
            raise ConfigError(f"{path}: this is a directory; name a YAML file in it")
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{path}: the file is larger than {MAX_BYTES // 2**20} MiB, no configuration is")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        position = _line_and_column_after(content[: error.start].decode("utf-8-sig"))
        raise ConfigError(f"{path}:{position}: this byte is not UTF-8 text; save the file as UTF-8") from None


def _line_and_column_after(before: str) -> str:
    """Return line:column of what follows this text."""
    lines = before.split("\n")
    return f"{len(lines)}:{len(lines[-1]) + 1}"


def _check_characters(text: str, source: str) -> None:
    if found := _FORBIDDEN.search(text):
        character = f"U+{ord(found[0]):04X}"
        raise ConfigError(
            f"{source}:{_line_and_column_after(text[: found.start()])}: the character {character} has no place in YAML"
        )
    if found := _DIRECTIVE.search(text):
        position = _line_and_column_after(text[: found.start()])
        raise ConfigError(f"{source}:{position}: directives (a line that begins with %) are not taken; leave it out")


def _explain(error: yaml.MarkedYAMLError, text: str, source: str) -> str:
    problem = error.problem or "unreadable"
    mark = error.problem_mark
    if error.context_mark is not None and problem in _BEGAN_EARLIER:
        mark = error.context_mark
    assert mark is not None  # libyaml always says where
    advice = _ADVICE.get(problem) or f"this is not YAML: {error.context or ''} {problem}".replace("  ", " ")
    if problem == "found character that cannot start any token":
        advice = _bad_start(text[mark.index : mark.index + 1])
    return f"{source}:{mark.line + 1}:{mark.column + 1}: {advice}"


def _bad_start(character: str) -> str:
    return "a tab; indent with spaces" if character == "\t" else f"text cannot begin with {character!r}; quote it"


def _scalar(text: str) -> Any:
    """Return what a plain scalar means in the core schema of YAML 1.2.

    Raises:
        ValueError: a whole number of more than 64 bits.
    """
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _integer(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    digits = text[2:] if base != 10 else text
    # Python refuses to read thousands of digits, and nothing here counts so far.
    number = int(digits, base) if len(digits.lstrip("+-0")) <= 22 else _MAX_INTEGER
    if not -_MAX_INTEGER <= number < _MAX_INTEGER:
        raise ValueError("a whole number of more than 64 bits")
    return number


class _Anchored(NamedTuple):
    """What an anchor names, and what one more use of it costs."""

    value: Any
    values: int
    height: int


@dataclass
class _Open:
    """A list or mapping whose end has not come yet."""

    value: list[Any] | dict[str, Any]
    anchor: str | None
    values_before: int
    height: int = 1
    key: str | None = None
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


class _Builder:
    """Builds the value of one document from its events, refusing what is not taken."""

    def __init__(self, source: str) -> None:
        self.document: Any = None
        self._source = source
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._documents = self._values = self._aliases = 0

    def handle_event(self, event: Event) -> None:
        """Take in the next event."""
        if isinstance(event, ScalarEvent):
            self._handle_scalar(event)
        elif isinstance(event, CollectionStartEvent):
            self._start_collection(event)
        elif isinstance(event, CollectionEndEvent):
            self._end_collection()
        elif isinstance(event, AliasEvent):
            self._handle_alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "a second document begins here; a file must be one mapping")

    def _handle_scalar(self, event: ScalarEvent) -> None:
        self._refuse_tag(event)
        if self._open and self._open[-1].wants_key:
            self._handle_key(event)
            return
        try:
            value = _scalar(event.value) if event.implicit[0] else event.value
        except ValueError as error:
            self._refuse(event, f"{error}; write it as 1.0e20 if it is a size")
        self._count_values(event, 1)
        self._store_value(value)
        self._store_anchor(event.anchor, _Anchored(value, 1, 0))

    def _handle_key(self, event: ScalarEvent) -> None:
        """Take a key as the text it is written as: `no: 1` is about "no"."""
        key, parent = event.value, self._open[-1]
        if key == "<<":
            self._refuse(event, "merge keys (<<) are not taken; write the keys out")
        if event.anchor is not None:
            self._refuse(event, "an anchor on a key is not taken; put it before the value")
        if key in parent.lines:
            self._refuse(event, f"the key {key[:80]!r} is given twice, first in line {parent.lines[key]}")
        parent.key = key
        parent.lines[key] = _line_and_column(event)[0]

    def _start_collection(self, event: CollectionStartEvent) -> None:
        self._refuse_tag(event)
        if self._open and self._open[-1].wants_key:
            self._refuse(event, "a key must be a word, not a list or a mapping")
        if len(self._open) == MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep, no configuration is")
        self._count_values(event, 1)
        value: list[Any] | dict[str, Any] = {} if isinstance(event, MappingStartEvent) else []
        self._open.append(_Open(value, event.anchor, self._values - 1))

    def _end_collection(self) -> None:
        ended = self._open.pop()
        self._store_value(ended.value, ended.height)
        self._store_anchor(ended.anchor, _Anchored(ended.value, self._values - ended.values_before, ended.height))

    def _handle_alias(self, event: AliasEvent) -> None:
        if self._open and self._open[-1].wants_key:
            self._refuse(event, "a key must be a word, not an alias")
        name = str(event.anchor)
        anchored = self._anchors.get(name)
        if anchored is None:
            self._refuse(event, f"the alias *{name[:80]} names no anchor whose value ends before it")
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            self._refuse(event, f"more than {MAX_ALIASES} aliases, no configuration needs them")
        if len(self._open) + anchored.height > MAX_DEPTH:
            self._refuse(event, f"with this alias, nested more than {MAX_DEPTH} deep")
        self._count_values(event, anchored.values)
        # A copy, so that an override of one place changes no other.
        self._store_value(copy.deepcopy(anchored.value), anchored.height)

    def _store_value(self, value: Any, height: int = 0) -> None:
        if not self._open:
            self.document = value
            return
        parent = self._open[-1]
        parent.height = max(parent.height, height + 1)
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is not None:
            parent.value[parent.key] = value
            parent.key = None

    def _store_anchor(self, anchor: str | None, anchored: _Anchored) -> None:
        if anchor is not None:
            self._anchors[anchor] = anchored

    def _count_values(self, event: Event, values: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            self._refuse(event, f"more than {MAX_VALUES} values, no configuration has so many")

    def _refuse_tag(self, event: ScalarEvent | CollectionStartEvent) -> None:
        if event.tag is not None:
            self._refuse(event, "tags (words that begin with !) are not taken; leave it out, or quote the text")

    def _refuse(self, event: Event, why: str) -> NoReturn:
        line, column = _line_and_column(event)
        raise ConfigError(f"{self._source}:{line}:{column}: {why}")


def _line_and_column(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None  # libyaml marks every event
    return mark.line + 1, mark.column + 1


class _Dumper(yaml.SafeDumper):
    """Writes words that `parse` would take for numbers in quotes, and every value in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'  # only this style can write every character
    if _INTEGER.fullmatch(text) or _scalar(text) != text:
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
