"""Schemas from constructors: a section may hold what the constructor of its class takes.

The parameters, their annotations and their defaults become the fields of a pydantic model, for our own
classes and for those of plug-ins.
"""

import collections.abc
import dataclasses
import inspect
import operator
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial, reduce
from typing import Annotated, Any, ClassVar, Union

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    Strict,
    ValidationError,
    WithJsonSchema,
    WrapValidator,
    create_model,
    model_validator,
)
from pydantic.errors import PydanticUserError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from alife.config._renamed import RENAMED_KEYS
from alife.config.docstrings import parameters_of, story_of
from alife.config.resolve import FAMILIES, Family, kind_of, resolve
from alife.core.errors import AlifeError, ConfigError, WorldError
from alife.core.sentences import last_words, long_name, nearest

KeyPath = tuple[int | str, ...]
"""Where a value stands: the keys and indices that lead to it."""

SECTION = "$section"
"""In the JSON schema of a model stands {SECTION: what} for what the whole one defines: a class, a family, or a family
and a kind."""

_PLAIN_KEY = re.compile(r"[\w-]{1,60}")


class Section(BaseModel):
    """A part of a configuration: frozen, strict, and clear about the keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    also: ClassVar[Mapping[str, Any]] = {}
    """Keys that a file may hold here and that are gone before anything is checked, and the JSON schema of each."""

    @model_validator(mode="wrap")
    @classmethod
    def _explain_faults(cls, value: Any, check: Callable[[Any], "Section"]) -> "Section":
        try:
            return check({} if value is None else value)  # an empty section is one with nothing but defaults
        except ValidationError as error:
            lines = [cls._explain_line(line) for line in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, lines) from None

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON schema, in which the docstrings say what everything is."""
        schema = handler(core_schema)
        cls._describe(handler.resolve_ref_schema(schema))
        return schema

    @classmethod
    def _describe(cls, schema: dict[str, Any]) -> None:
        described = getattr(cls, "target", cls)
        schema["description"] = story_of(inspect.getdoc(described) or "")
        keys = schema["properties"] = {**{name: dict(each) for name, each in cls.also.items()}, **schema["properties"]}
        for name, words in parameters_of(described).items():
            if name in keys:
                keys[name]["description"] = words
        if "required" not in schema:
            schema["type"] = ["object", "null"]

    @classmethod
    def _explain_line(cls, line: Any) -> InitErrorDetails:
        """Return one line of an error as it can be raised again, unknown keys with those known."""
        kind, path = line["type"], line["loc"]
        if kind == "extra_forbidden" and len(path) == 1:
            kind = custom_error(cls._explain_unknown_key(path[0]))
        elif kind not in _WANTED and kind not in ("extra_forbidden", "missing"):
            kind = custom_error(_sentence(line))
        return InitErrorDetails(type=kind, loc=path, input=line["input"], ctx=line.get("ctx", {}))

    @classmethod
    def _explain_unknown_key(cls, key: str) -> str:
        keys = [*cls.model_fields, *cls.also]
        if (now := RENAMED_KEYS.get(key)) in keys:
            return f"{key} is called {now} now"
        return f"unknown key{nearest(key, keys)} (keys here: {', '.join(keys)})"


class Part(Section):
    """The section of one class: a value for every constructor parameter that the house does not give."""

    target: ClassVar[type]
    given: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def _explain_unknown_key(cls, key: str) -> str:
        return "is never written, it follows from the rest" if key in cls.given else super()._explain_unknown_key(key)

    def build(self, **given: Any) -> Any:
        """Return an object of the class, its own parts built first.

        Args:
            given: what the house gives; what the constructor has no parameter for is left out.

        Raises:
            ConfigError: the constructor finds its values at odds with each other (a ValueError).
            WorldError: the constructor fails in any other way.
        """
        unknown = set(given) - set(self.given)
        assert not unknown, f"the house does not give {unknown}"
        wanted = inspect.signature(self.target).parameters
        values = {name: _build_parts(getattr(self, name)) for name in type(self).model_fields if name in wanted}
        values |= {name: value for name, value in given.items() if name in wanted}
        try:
            return self.target(**values)
        except AlifeError:
            raise
        except ValueError as error:
            raise ConfigError(f"{long_name(self.target)}: {error}") from error
        except (Exception, SystemExit) as error:
            raise WorldError(f"{long_name(self.target)} cannot be built: {last_words(error)}") from error


class PlugIn(Part):
    """The section of a class that was chosen by its `kind`."""

    kind: str


def plug_in(family: Family, default: Mapping[str, Any] | None = None, optional: bool = False) -> PlainValidator:
    """Return the validator that makes a field of type PlugIn hold a thing of a family.

    Args:
        family: decides what `kind` may name.
        default: what an entry without a kind is taken to change; without it every entry names its kind.
        optional: whether there may be none, which is left empty.
    """
    read = partial(_read_plug_in, family, default)
    kind = (default or {}).get("kind")
    changed = [{SECTION: (family, kind)}] if isinstance(kind, str) else []
    none = [{"type": "null"}] if optional else []
    described = _json({"anyOf": [*changed, {SECTION: family}, *none]})
    return PlainValidator(lambda value: None if optional and value is None else read(value), described)


def part(cls: type) -> PlainValidator:
    """Return the validator that makes a field of type Part hold the parameters of one class."""
    return PlainValidator(lambda value: schema_of(cls).model_validate(value), _json({SECTION: cls}))


def _json(schema: dict[str, Any]) -> Any:
    return Annotated[Any, WithJsonSchema(schema)]


@cache
def schema_of(cls: type, family: Family | None = None) -> type[Part]:
    """Return the model of a class: its constructor's parameters less those the family gives.

    Raises:
        ConfigError: the constructor does not say, for every parameter, what it takes.
    """
    base, given = (Part, ()) if family is None else (PlugIn, family.given)
    try:
        kept = (
            {}
            if family is None
            else {name: (hint, Field(default, description=words)) for name, hint, default, words in family.kept}
        )
        fields = {name: field for name, field in _fields_of(cls) if name not in given}
        if reserved := sorted(set(fields) & set(dir(PlugIn)) | fields.keys() & {"kind", *kept}):
            raise ConfigError(f"its parameter {reserved[0]!r} has a name that is taken here; rename it")
        # Annotations come from anywhere; create_model is typed for literal ones only.
        model: type[Part] = create_model(cls.__name__, __base__=base, __module__=cls.__module__, **fields, **kept)  # type: ignore[call-overload]
    except ConfigError as error:
        raise ConfigError(f"{long_name(cls)} cannot be configured: {error}") from None
    except (PydanticUserError, TypeError, ValueError, NameError) as error:
        raise ConfigError(f"{long_name(cls)} cannot be configured: {str(error).splitlines()[0]}") from error
    model.target, model.given = cls, given
    return model


def plain_data(value: Any) -> Any:
    """Return a section, or what one holds, as dicts, lists and scalars."""
    if isinstance(value, Section):
        # `kind` is declared first, so it is written first.
        return {name: plain_data(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {key: plain_data(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [plain_data(entry) for entry in value]
    return value


def custom_error(sentence: str) -> PydanticCustomError:
    """Return an error of our own for pydantic to collect, a whole sentence without its path."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": sentence})


def validation_faults(error: ValidationError) -> Iterator[tuple[KeyPath, str]]:
    """Yield the path of each fault and one sentence about it."""
    for line in error.errors(include_url=False):
        context = line.get("ctx", {})
        if line["type"] == "too_short" and len(line["input"]) >= context["min_length"]:
            continue  # pydantic counts only the entries without a fault of their own
        path = tuple(key for key in line["loc"] if key != "[key]")
        yield path, f"{dotted(path)}: {_sentence(line)}"


def dotted(path: KeyPath) -> str:
    """Return a path as a message names it and `--set` takes it."""
    return ".".join(str(key) if _PLAIN_KEY.fullmatch(str(key)) else quoted(key) for key in path) or "the file"


def quoted(value: Any) -> str:
    """Return a value as a message quotes it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _fields_of(cls: type) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Yield the name, annotation and default of each parameter."""
    hints = _hints_of(cls)
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise ConfigError(f"its constructor takes {parameter}; every parameter needs a name of its own")
        if name not in hints:
            raise ConfigError(f"its parameter {name!r} has no annotation")
        yield name, _field_of(hints[name], _parameter_default(cls, parameter))


def _hints_of(cls: type) -> dict[str, Any]:
    """Return the annotation of each parameter, those that the constructor passes on to the next one up included."""
    owner = next(base for base in cls.__mro__ if "__init__" in vars(base))
    if "__dataclass_fields__" in vars(owner):
        return typing.get_type_hints(cls, include_extras=True)
    hints: dict[str, Any] = {}
    for constructor in (vars(base)["__init__"] for base in cls.__mro__ if "__init__" in vars(base)):
        if not isinstance(constructor, types.FunctionType):
            break
        hints = {**typing.get_type_hints(constructor, include_extras=True), **hints}
        if not constructor.__code__.co_flags & inspect.CO_VARKEYWORDS:
            break
    return hints


def _field_of(hint: Any, default: Any) -> tuple[Any, Any]:
    if default is inspect.Parameter.empty:
        return _annotation(hint), Field()
    default = _as_raw(default)
    return _annotation(hint, default), Field(default=default, validate_default=True)


def _parameter_default(cls: type, parameter: inspect.Parameter) -> Any:
    """Return the default of a parameter; that of a dataclass may be made by a factory."""
    if dataclasses.is_dataclass(cls):
        field = cls.__dataclass_fields__.get(parameter.name)
        if field is not None and field.default_factory is not dataclasses.MISSING:
            return field.default_factory()
    return parameter.default


def _annotation(hint: Any, default: Any = None) -> Any:
    """Return a type annotation with every class in it replaced by what its section looks like."""
    if isinstance(hint, type) and (family := _family_with_base(hint)):
        return Annotated[PlugIn, plug_in(family, default if isinstance(default, Mapping) else None)]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return Annotated[Part, part(hint)]
    origin, arguments = typing.get_origin(hint), _of_yaml(typing.get_args(hint))
    if origin is Annotated:
        return Annotated[(_annotation(arguments[0], default), *arguments[1:])]
    if origin in (Union, types.UnionType) and len(arguments) == 1:
        return _annotation(arguments[0], default)
    if origin in (Union, types.UnionType):
        union: Any = reduce(operator.or_, (_annotation(argument, default) for argument in arguments))
        alternatives = set(arguments) - {types.NoneType}
        return Annotated[union, WrapValidator(_check_union)] if len(alternatives) > 1 else union
    if origin in (list, collections.abc.Sequence):
        return _tuple_of(_annotation(arguments[0]), ...)
    if origin is tuple:
        return _tuple_of(*(entry if entry is ... else _annotation(entry) for entry in arguments))
    if origin in (dict, collections.abc.Mapping):
        return types.GenericAlias(dict, (arguments[0], _annotation(arguments[1])))
    return hint


def _of_yaml(alternatives: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what a file can hold of what Python can: a tensor is for programs only."""
    return tuple(each for each in alternatives if getattr(each, "__module__", "") != "torch")


def _tuple_of(*entries: Any) -> Any:
    """Return the annotation of a tuple, which YAML holds as a list."""
    return Annotated[types.GenericAlias(tuple, entries), Strict(False)]


def _family_with_base(cls: type) -> Family | None:
    name = long_name(cls)
    return next((family for family in FAMILIES if family.base_name == name), None)


def _as_raw(value: Any) -> Any:
    """Return a Python default as YAML would hold it."""
    if isinstance(value, tuple | list):
        return [_as_raw(entry) for entry in value]
    families = [family for base in type(value).__mro__ if (family := _family_with_base(base))]
    if not families and not dataclasses.is_dataclass(value):
        return value
    given = families[0].given if families else ()
    names = [name for name in inspect.signature(type(value)).parameters if name not in given]
    try:
        parameters = {name: _as_raw(getattr(value, name)) for name in names}
    except AttributeError as error:
        raise ConfigError(f"its default {value!r} cannot be written down: {error}") from None
    return {"kind": kind_of(families[0], type(value)), **parameters} if families else parameters


def _read_plug_in(family: Family, default: Mapping[str, Any] | None, value: Any) -> PlugIn:
    raw = {"kind": value} if isinstance(value, str) else value
    if not isinstance(raw, dict):
        raise custom_error(f"must name a {family.name}, {{kind: ...}}, got {quoted(raw)}")
    if "kind" not in raw and default is not None:
        raw = {**default, **raw}
    try:
        model = schema_of(resolve(family, _kind_in(family, raw)), family)
    except ConfigError as error:
        line = InitErrorDetails(type=custom_error(str(error)), loc=("kind",), input=raw.get("kind"))
        raise ValidationError.from_exception_data(family.name, [line]) from None
    return typing.cast(PlugIn, model.model_validate(raw))


def _kind_in(family: Family, raw: Mapping[str, Any]) -> str:
    if "kind" not in raw:
        like = next((key for key in raw if nearest(key, ["kind"])), None)
        hint = f" (did you mean 'kind' by {like!r}?)" if like else ""
        raise ConfigError(f"is missing; it names a {family.name}{hint}")
    if not isinstance(raw["kind"], str):
        raise ConfigError(f"must name a {family.name}, got {quoted(raw['kind'])}")
    return raw["kind"]


def _check_union(value: Any, check: Callable[[Any], Any]) -> Any:
    """Check a union and report one fault; pydantic reports one for each of its members."""
    try:
        return check(value)
    except ValidationError as error:
        sentences = dict.fromkeys(_sentence(line) for line in error.errors(include_url=False))
        raise custom_error("; or ".join(sentences)) from None


def _build_parts(value: Any) -> Any:
    if isinstance(value, Part):
        return value.build()
    if isinstance(value, tuple):
        return tuple(_build_parts(entry) for entry in value)
    if isinstance(value, dict):
        return {key: _build_parts(entry) for key, entry in value.items()}
    return value


_WANTED = {
    "bool_type": "true or false",
    "dict_type": "a mapping, key: value",
    "finite_number": "a finite number",
    "float_type": "a number",
    "greater_than": "greater than {gt}",
    "greater_than_equal": "{ge} or more",
    "int_type": "a whole number",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "literal_error": "{expected}",
    "model_type": "a mapping, key: value",
    "multiple_of": "a multiple of {multiple_of}",
    "none_required": "left empty",
    "string_too_long": "{max_length} characters or fewer",
    "string_too_short": "{min_length} characters or more",
    "string_type": "text",
    "too_long": "a list of {max_length} or fewer",
    "too_short": "a list of {min_length} or more",
    "tuple_type": "a list",
}


def _sentence(line: Mapping[str, Any]) -> str:
    if "sentence" in (context := line.get("ctx", {})):
        return str(context["sentence"])
    if line["type"] == "missing":
        return "is missing"
    wanted = _WANTED.get(line["type"])
    context = {key: f"{value:g}" if isinstance(value, float) else value for key, value in context.items()}
    must = line["msg"] if wanted is None else f"must be {wanted.format(**context)}"
    return f"{must}, got {quoted(line['input'])}"
