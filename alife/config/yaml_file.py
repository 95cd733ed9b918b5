"""YAML, read as a person expects: the scalars of YAML 1.2, no surprises, no code, nothing that explodes.

libyaml reads the text as events; the values are built here, event by event, so that every limit
holds before anything is built and every fault has a line and a column.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from alife.core.errors import ConfigError
from alife.core.plain_word import PlainWord

MAX_BYTES = 2**20
MAX_DEPTH = 64
MAX_ALIASES = 100
MAX_VALUES = 10_000

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
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
    return decode_yaml(_read_bytes(path), str(path))


def decode_yaml(content: bytes, source: str) -> dict[str, Any]:
    """Return the mapping that the bytes of a YAML file hold.

    Args:
        content: of the file.
        source: named in front of the line and column of every fault.

    Raises:
        ConfigError: they are not YAML, or hold something else than one mapping.
    """
    values = parse_yaml(_decode(content, source), source)
    if values is None:
        raise ConfigError(f"{source}:1:1: the file holds no settings; the smallest one is {{}}")
    if not isinstance(values, dict):
        raise ConfigError(f"{source}:1:1: the file must hold a mapping, key: value, at its top")
    return values


def first_comment(path: Path) -> str:
    """Return the first comment of a file, without its mark; "" when there is none."""
    comments = (
        line.strip() for line in _decode(_read_bytes(path), str(path)).splitlines() if line.lstrip().startswith("#")
    )
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
    try:
        return _Document(text, source).read()
    except yaml.MarkedYAMLError as error:
        raise ConfigError(_explain(error, text, source)) from None


def dump_yaml(values: Any) -> str:
    """Return a YAML text that `parse` turns back into these values."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True, default_flow_style=None)


def dump_on_one_line(value: Any) -> str:
    """Return a YAML text of one line that `parse_yaml` turns back into this value."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=10**6, allow_unicode=True, default_flow_style=True)
    return text.removesuffix("...\n").strip()


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ConfigError(f"{path}: this is a directory; name a YAML file in it")
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such file")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _decode(content: bytes, source: str) -> str:
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{source}: the file is larger than {MAX_BYTES // 2**20} MiB, no configuration is")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        position = _line_and_column_after(content[: error.start].decode("utf-8-sig"))
        raise ConfigError(f"{source}:{position}: this byte is not UTF-8 text; save the file as UTF-8") from None


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
    assert mark is not None
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
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return PlainWord(text) if PlainWord.is_one(text) else text


def _integer(text: str) -> int:
    number = int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))  # which itself refuses thousands of digits
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


class _Document:
    """The events of one document, and what of it has been read.

    Args:
        text: that libyaml reads.
        source: named in front of the line and column of every fault.
    """

    def __init__(self, text: str, source: str) -> None:
        self._source = source
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._anchored: dict[str, Any] = {}
        self._values = self._aliases = 0

    def read(self) -> Any:
        """Return the value of the document, None if it is empty."""
        next(self._events)  # the text begins
        if isinstance(next(self._events), StreamEndEvent):
            return None
        value = self._read_value(next(self._events), 0)
        next(self._events)  # the document ends
        if not isinstance(event := next(self._events), StreamEndEvent):
            self._refuse(event, "a second document begins here; a file must be one mapping")
        return value

    def _read_value(self, event: Any, depth: int) -> Any:
        """Return the value that begins with this event, inside so many lists and mappings."""
        if isinstance(event, AliasEvent):
            return self._copy_value(self._find_anchored(event), event, depth)
        self._refuse_tag(event)
        self._count_value(event, depth)
        value: Any
        if isinstance(event, ScalarEvent):
            value = self._read_scalar(event)
        elif isinstance(event, MappingStartEvent):
            value = self._read_mapping(depth)
        else:
            value = [self._read_value(inner, depth + 1) for inner in self._events_to_end()]
        if event.anchor is not None:
            self._anchored[event.anchor] = value
        return value

    def _read_scalar(self, event: ScalarEvent) -> Any:
        try:
            return _scalar(event.value) if event.implicit[0] else event.value
        except ValueError:
            self._refuse(event, "a whole number of more than 64 bits; write it as 1.0e20 if it is a size")

    def _read_mapping(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for event in self._events_to_end():
            key = self._read_key(event)
            if key in lines:
                self._refuse(event, f"the key {key[:80]!r} is given twice, first in line {lines[key]}")
            lines[key] = event.start_mark.line + 1
            values[key] = self._read_value(next(self._events), depth + 1)
        return values

    def _read_key(self, event: Any) -> str:
        """Return a key as the text it is written as: `no: 1` is about "no"."""
        if not isinstance(event, ScalarEvent):
            self._refuse(event, "a key must be a word, not a list, a mapping or an alias")
        self._refuse_tag(event)
        if event.value == "<<":
            self._refuse(event, "merge keys (<<) are not taken; write the keys out")
        if event.anchor is not None:
            self._refuse(event, "an anchor on a key is not taken; put it before the value")
        return str(event.value)

    def _events_to_end(self) -> Iterator[Any]:
        """Return the events in a list or mapping, each the first of a key or value that is read before the next."""
        while not isinstance(event := next(self._events), CollectionEndEvent):
            yield event

    def _find_anchored(self, event: AliasEvent) -> Any:
        self._aliases += 1
        if event.anchor not in self._anchored:
            self._refuse(event, f"the alias *{str(event.anchor)[:80]} names no anchor whose value ends before it")
        if self._aliases > MAX_ALIASES:
            self._refuse(event, f"more than {MAX_ALIASES} aliases, no configuration needs them")
        return self._anchored[event.anchor]

    def _copy_value(self, value: Any, event: Event, depth: int) -> Any:
        """Return a copy, so that an override of one place changes no other."""
        self._count_value(event, depth)
        if isinstance(value, dict):
            return {key: self._copy_value(inner, event, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._copy_value(inner, event, depth + 1) for inner in value]
        return value

    def _count_value(self, event: Event, depth: int) -> None:
        self._values += 1
        if depth == MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep, no configuration is")
        if self._values > MAX_VALUES:
            self._refuse(event, f"more than {MAX_VALUES} values, no configuration has so many")

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            self._refuse(event, "tags (words that begin with !) are not taken; leave it out, or quote the text")

    def _refuse(self, event: Event, why: str) -> NoReturn:
        mark = event.start_mark
        assert mark is not None  # libyaml always says where
        raise ConfigError(f"{self._source}:{mark.line + 1}:{mark.column + 1}: {why}")


class _Dumper(yaml.SafeDumper):
    """Writes words that `parse` would take for numbers in quotes, and every value in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'  # only this style can write every character
    read = _scalar(text)
    if _INTEGER.fullmatch(text) or read != text or isinstance(read, PlainWord):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_word(dumper: yaml.SafeDumper, word: PlainWord) -> yaml.ScalarNode:
    """Return a word without quotes; PyYAML would put them around those that it takes for a bool."""
    tag = dumper.resolve(yaml.ScalarNode, str(word), (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, str(word))


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(PlainWord, _represent_word)
