"""What can stand in a configuration, in words: families, sections and genes, their members, and every key of each.

It is read from the JSON schema, which is made from the constructors, so it has no list of its own.
"""

import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from alife.config.docstrings import first_sentence
from alife.config.json_schema import Schema, json_schema
from alife.config.resolve import FAMILIES, Family, resolve
from alife.config.yaml_file import dump_on_one_line
from alife.core.errors import ConfigError
from alife.core.sentences import nearest

SECTION = "section"
GENE = "gene"
_MANY = 40  # names that an error does not list
_ALSO = {"neuron": "layer"}  # what else people call a family


class Key(NamedTuple):
    """One key, as a table shows it."""

    name: str
    type: str
    default: str | None  # as YAML; None where there is none
    required: bool
    what: str


class Member(NamedTuple):
    """One of a family, or one section."""

    name: str
    story: str
    keys: list[Key]


class Chapter(NamedTuple):
    """A family, or the sections of a configuration."""

    name: str
    what: str
    members: dict[str, Member]


def chapters(plug_ins: bool = True, also: Sequence[tuple[Family, str]] = ()) -> dict[str, Chapter]:
    """Return the families of the house by name, then genes and sections.

    Args:
        plug_ins: whether what installed packages announce is among them.
        also: what else is, as "module:Class".
    """
    whole = json_schema(plug_ins, also)
    defs: Schema = whole["$defs"]
    members: dict[str, dict[str, Schema]] = {family.name: {} for family in FAMILIES}
    sections: dict[str, Schema] = {}
    entries = [each for family in members for each in defs[family]["anyOf"]]
    required = {each["$ref"]: each["required"] for each in entries if "$ref" in each}
    for name, schema in sorted(defs.items()):
        family, _, kind = name.partition(".")
        if kind and family in members:
            members[family][kind] = schema | {"required": required.get(f"#/$defs/{name}", [])}
        elif name not in members:
            sections[_section_name(name)] = schema
    genes = defs["Heredity"]["properties"]["genes"]["properties"]
    stories = {
        **{name: defs[name]["description"] for name in members},
        GENE: first_sentence(defs["Gene"]["description"]),
        SECTION: "A part of a configuration, beginning with the whole.",
    }
    return {
        name: Chapter(name, stories[name], {kind: _member(kind, schema) for kind, schema in each.items()})
        for name, each in {
            **members,
            GENE: genes,
            SECTION: {"configuration": whole, **sections},
        }.items()
    }


def describe(words: Sequence[str]) -> str:
    """Return what there is: of everything, of one family, or of one member.

    Args:
        words: none; a family, or a name that only one family has; or both.

    Raises:
        ConfigError: there is no such thing, or several families have it.
    """
    known = chapters(also=_classes_in(words))
    if not words:
        return _overview(known)
    word, *rest = words
    family = known.get(_singular(word)) or known.get(word)
    if not rest and family is not None:
        return _listing(family)
    if not rest:
        family, rest = _only_family_with(word, known), [word]
    if family is None:
        raise _no_family(word, known)
    if rest[0] not in family.members:
        raise _unknown(family.name, rest[0], family.members)
    return _all_of(family.name, family.members[rest[0]])


def _classes_in(words: Sequence[str]) -> list[tuple[Family, str]]:
    """Return the class that a family and "module:Class" name.

    Raises:
        ConfigError: there is no such class.
        WorldError: it is none of the family.
    """
    found = [
        (family, words[1])
        for family in FAMILIES
        if len(words) == 2 and ":" in words[1] and family.name == _singular(words[0])
    ]
    for family, kind in found:
        resolve(family, kind)
    return found


def _singular(word: str) -> str:
    """Return a family's name, which a person may write in the plural or in other words."""
    one = word.removesuffix("s")
    return _ALSO.get(one, one)


def _only_family_with(name: str, known: Mapping[str, Chapter]) -> Chapter:
    having = [each for each in known.values() if name in each.members]
    if not having:
        raise _no_member(name, known)
    if len(having) > 1:
        options = " or ".join(f"{each.name} {name}" for each in having)
        raise ConfigError(f"{name!r} could be any of several; write {options}")
    return having[0]


def _overview(known: Mapping[str, Chapter]) -> str:
    lines = _columns((each.name, each.what) for each in known.values())
    sections = ", ".join(known[SECTION].members)
    how = "alife describe FAMILY lists one of these, alife describe NAME tells all of one member."
    return "\n".join([*lines, "", f"Sections: {sections}.", how])


def _listing(family: Chapter) -> str:
    lines = _columns((each.name, first_sentence(each.story)) for each in family.members.values())
    return "\n".join([family.what, "", *lines])


def _columns(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name:<20} {what}" for name, what in pairs]


def _all_of(family: str, member: Member) -> str:
    return "\n".join([f"{member.name} ({family})", "", member.story, *_table(member.keys)])


def _table(keys: Sequence[Key]) -> list[str]:
    """Return the lines of a table of keys; what each one is stands under it, for it may be long."""
    lines = []
    for key in keys:
        lines += ["", f"  {key.name}: {key.type}; {left_out(key)}"]
        lines += textwrap.wrap(key.what, 100, initial_indent="      ", subsequent_indent="      ")
    return lines


def left_out(key: Key) -> str:
    """Return what it means to leave a key out."""
    if key.default is not None:
        return f"default: {key.default}"
    return "must be given" if key.required else "may be left out"


def _member(name: str, schema: Schema) -> Member:
    keys = [
        Key(
            key,
            type_in_words(each),
            dump_on_one_line(each["default"]) if "default" in each else None,
            key in schema.get("required", ()),
            each.get("description", ""),
        )
        for key, each in schema.get("properties", {}).items()
        if key != "kind"
    ]
    story = schema.get("description", "")
    return Member(name, story[:1].upper() + story[1:], keys)


def _section_name(definition: str) -> str:
    return definition if ":" in definition else definition.removesuffix("Config").lower()


def type_in_words(schema: Schema) -> str:
    """Return what a value must be, its range with it."""
    if "$ref" in schema:
        return _reference(schema["$ref"].removeprefix("#/$defs/"))
    if "anyOf" in schema:
        return "; or ".join(dict.fromkeys(type_in_words(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(str(each) for each in schema["enum"])
    if "prefixItems" in schema:
        entries = dict.fromkeys(type_in_words(each) for each in schema["prefixItems"])
        return f"list of {len(schema['prefixItems'])}: {'; '.join(entries)}"
    if "items" in schema:
        return f"list of: {type_in_words(schema['items'])}"
    if isinstance(entry := schema.get("additionalProperties"), dict):
        return f"mapping to: {type_in_words(entry)}"
    if "properties" in schema:
        return f"mapping of {', '.join(schema['properties'])}"
    return ", ".join([_TYPES.get(schema.get("type", ""), "anything"), *_range(schema)])


_TYPES = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
    "object": "mapping",
    "array": "list",
}
_BOUNDS = {
    "minimum": "{} or more",
    "exclusiveMinimum": "greater than {}",
    "maximum": "{} or less",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
}


def _range(schema: Schema) -> list[str]:
    if {"minimum", "maximum"} <= schema.keys():
        return [f"{_number(schema['minimum'])} to {_number(schema['maximum'])}"]
    return [words.format(_number(schema[key])) for key, words in _BOUNDS.items() if key in schema]


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _reference(name: str) -> str:
    """Return what a definition is called: one of a family, or a section."""
    family = name.partition(".")[0]
    return family if any(family == each.name for each in FAMILIES) else f"section {_section_name(name)}"


def _no_family(word: str, known: Mapping[str, Chapter]) -> ConfigError:
    for each in known.values():
        if word in each.members:
            return ConfigError(f"{word!r} is no family but a {each.name}; write alife describe {each.name} {word}")
    return _unknown("family", word, known)


def _no_member(name: str, known: Mapping[str, Chapter]) -> ConfigError:
    """Return the error of what is neither: perhaps it is a key of a section."""
    for section in known[SECTION].members.values():
        for key in section.keys:
            if key.name == name:
                what = f"{name!r} is a key of {section.name}, its type: {key.type}"
                return ConfigError(f"{what}; write alife describe section {section.name}")
    return _unknown("family or member", name, [*known, *(member for each in known.values() for member in each.members)])


def _unknown(what: str, word: str, known: Collection[str]) -> ConfigError:
    listing = f" ({', '.join(known)})" if len(known) < _MANY else " (alife describe lists all there is)"
    return ConfigError(f"there is no {what} {word[:80]!r}{nearest(word, known)}{listing}")
