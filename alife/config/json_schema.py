"""The JSON schema of a whole configuration (draft 2020-12), for editors; it is made from the models of its sections.

`$defs` holds each section by the name of its class, each family by its name, and each member of one as "family.kind".
What a number must be beside others only `alife validate` knows.
"""

import inspect
from collections.abc import Sequence
from typing import Any

from pydantic.errors import PydanticUserError
from pydantic.json_schema import GenerateJsonSchema

from alife.config.docstrings import first_sentence
from alife.config.resolve import FAMILIES, LONG_NAME, Family, kinds_of, resolve, short_names
from alife.config.schema import SECTION, Section, schema_of
from alife.config.simulation_config import SimulationConfig
from alife.core.errors import AlifeError
from alife.core.heredity import GENE_BOUNDS, GENES

Schema = dict[str, Any]


def json_schema(plug_ins: bool = True, also: Sequence[tuple[Family, str]] = ()) -> Schema:
    """Return the schema; everything of every family is imported for it.

    Args:
        plug_ins: whether what installed packages announce is in it.
        also: what else is a member of a family, as "module:Class".
    """
    whole = _Whole()
    root = whole.of_model(SimulationConfig)
    del root["required"]  # whoever reads a file gives it its name
    for family in FAMILIES:
        kinds = kinds_of(family) if plug_ins else short_names(family)
        whole.add_family(family, [*kinds, *(kind for other, kind in also if other is family)])
    _describe_genes(whole.defs["Heredity"]["properties"]["genes"], whole.defs["Gene"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": whole.defs}


class _Untitled(GenerateJsonSchema):
    """Gives no key a title, which would be its name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class _Whole:
    """All definitions, and how they refer to each other."""

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}
        self._parts: dict[type, str] = {}
        self._required: dict[tuple[Family, str], list[str]] = {}

    def of_model(self, model: type[Section]) -> Schema:
        """Return the schema of a section, and define all that it refers to."""
        schema: Schema = self._linked(model.model_json_schema(schema_generator=_Untitled))
        self.defs |= schema.pop("$defs", {})
        return schema

    def add_family(self, family: Family, kinds: list[str]) -> None:
        """Define a family and each of these members."""
        any_class = {"type": "string", "pattern": f"^{LONG_NAME}$"}
        others = {"type": "object", "properties": {"kind": any_class}, "required": ["kind"]}
        members = [
            {"$ref": f"#/$defs/{self._add_member(family, kind)}", "required": self._required[family, kind]}
            for kind in kinds
        ]
        self.defs[family.name] = {
            "description": first_sentence(inspect.getdoc(family.base) or ""),
            "properties": {"kind": {"anyOf": [{"enum": kinds}, any_class]}},  # of an entry that is a mapping
            "anyOf": [{"enum": kinds}, any_class, *members, others],
        }

    def _add_member(self, family: Family, kind: str) -> str:
        """Return the name under which a member is defined; there nothing is required, for it may change a default."""
        name = f"{family.name}.{kind}"
        if (family, kind) in self._required:
            return name
        self._required[family, kind] = []  # it may have parts of its own kind
        try:
            schema = self.of_model(schema_of(resolve(family, kind), family))
        except (AlifeError, PydanticUserError) as error:  # of others; it spoils no other's
            why = str(error).splitlines()[0]
            schema = {"description": f"Cannot be described: {why}", "type": "object", "properties": {}}
        self._required[family, kind] = schema.pop("required", ["kind"])
        schema["properties"]["kind"] = {"const": kind}
        self.defs[name] = schema
        return name

    def _add_part(self, cls: type) -> str:
        """Return the name under which a section, or the parameters of a class, are defined."""
        if cls not in self._parts:
            taken = cls.__name__ in self.defs or cls.__name__ in self._parts.values()
            self._parts[cls] = f"{cls.__module__}:{cls.__name__}" if taken else cls.__name__
            self.defs[
                self._parts[cls]
            ] = {}  # it may have parts of its own class, and what is not describable is anything
            self.defs[self._parts[cls]] = self.of_model(_model_of(cls))
        return self._parts[cls]

    def _linked(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._linked(each) for each in value]
        if not isinstance(value, dict):
            return value
        linked = {key: self._linked(each) for key, each in value.items() if key != SECTION}
        if SECTION in value:
            linked["$ref"] = f"#/$defs/{self._name_of(value[SECTION])}"
        return linked

    def _name_of(self, what: type | Family | tuple[Family, str]) -> str:
        if isinstance(what, Family):
            return what.name
        return self._add_part(what) if isinstance(what, type) else self._add_member(*what)


def _model_of(cls: type) -> type[Section]:
    """Return a section as it is, and that of any other class."""
    model: type[Any] = cls
    return model if issubclass(model, Section) else schema_of(cls)


def _describe_genes(genes: Schema, gene: Schema) -> None:
    """Let each gene be a key, which says what it is and between which numbers its range may lie."""
    del genes["propertyNames"]
    genes |= {"properties": {}, "additionalProperties": False}
    for name, words in GENES.items():
        keys = dict(gene["properties"])
        if name in GENE_BOUNDS:
            least, most = GENE_BOUNDS[name]
            keys |= {end: {**keys[end], "minimum": least, "maximum": most} for end in ("low", "high")}
        genes["properties"][name] = {**gene, "description": words, "properties": keys}
