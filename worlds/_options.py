"""Options of a foreign constructor, which has no schema: names and plain words are held against its signature."""

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from alife.core.errors import ConfigError
from alife.core.plain_word import PlainWord
from alife.core.sentences import nearest

Parameters = Mapping[str, inspect.Parameter]


def parameters_of(constructor: Callable[..., Any]) -> Parameters:
    """Return the parameters of a constructor, also those that it passes on by `**kwargs` to the next one up."""
    found: dict[str, inspect.Parameter] = {}
    for each in _constructors(constructor):
        own = signature_of(each)
        found = {**own, **found}
        if not takes_any_name(own):
            break
    return {name: one for name, one in found.items() if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}


def takes_any_name(parameters: Parameters) -> bool:
    """Return whether there is a `**kwargs` among these parameters."""
    return any(each.kind is each.VAR_KEYWORD for each in parameters.values())


def fit_options(
    name: str, constructor: Callable[..., Any], options: Mapping[str, Any], given: Mapping[str, Any], also: set[str]
) -> dict[str, Any]:
    """Return options as a constructor takes them, `no` and its like as the booleans that they are meant to be.

    Args:
        name: of what is made.
        constructor: that makes it.
        options: as they were written.
        given: what it gets besides.
        also: names of options that somebody else takes.

    Raises:
        ConfigError: the constructor has no parameter of such a name, or needs one more, or a word without quotes could
            be text as well.
    """
    known = parameters_of(constructor)
    names = sorted({*known, *also})
    if not takes_any_name(signature_of(constructor)) and (strange := [key for key in options if key not in names]):
        raise ConfigError(f"world.options.{strange[0]}: {name} has no such option{_like(strange[0], names)}")
    own = signature_of(constructor).values()
    needed = [one.name for one in own if one.default is one.empty and one.name in known]
    if missing := [key for key in needed if key not in {**options, **given}]:
        raise ConfigError(f"world.options.{missing[0]}: is missing, {name} cannot be made without it")
    hints = _hints_of(constructor)
    fitted = {key: _fitted(value, known.get(key), hints.get(key)) for key, value in options.items()}
    for path, word in _plain_words(fitted, "world.options"):
        raise ConfigError(
            f"{path}: {str(word)!r} could be text or {str(word.truth).lower()}; write {str(word.truth).lower()}, or "
            "put the text in quotes"
        )
    return fitted


def _like(key: str, names: list[str]) -> str:
    return nearest(key, names) or (f" (options here: {', '.join(names)})" if names else ", it takes none")


def _constructors(constructor: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    if not isinstance(constructor, type):
        yield constructor
        return
    yield from (vars(base)["__init__"] for base in constructor.__mro__[:-1] if "__init__" in vars(base))


def signature_of(constructor: Callable[..., Any]) -> Parameters:
    """Return the parameters that a constructor itself names; any, where it cannot say."""
    try:
        parameters = inspect.signature(constructor).parameters
    except (TypeError, ValueError):
        return {"kwargs": inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)}
    return {name: one for name, one in parameters.items() if name != "self"}


def _hints_of(constructor: Callable[..., Any]) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    for each in _constructors(constructor):
        try:
            found = typing.get_type_hints(each)
        except Exception:  # as of a name that is imported for type checkers alone
            found = dict(getattr(each, "__annotations__", {}))
        hints = {**found, **hints}
    return hints


def _fitted(value: Any, parameter: inspect.Parameter | None, hint: Any) -> Any:
    """Return a boolean where a plain word can be nothing else."""
    if not isinstance(value, PlainWord):
        return value
    kinds = set(typing.get_args(hint)) or {hint}
    boolean = kinds & {bool, "bool"} and not kinds & {str, Any}
    if boolean or (parameter is not None and isinstance(parameter.default, bool)):
        return value.truth
    return value


def _plain_words(value: Any, path: str) -> Iterator[tuple[str, PlainWord]]:
    if isinstance(value, PlainWord):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _plain_words(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for k, inner in enumerate(value):
            yield from _plain_words(inner, f"{path}.{k}")
