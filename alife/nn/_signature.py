"""The signature and the help of a constructor that passes options on to the one above it."""

import inspect
import re


def whole_signature(cls: type) -> inspect.Signature:
    """Return the signature of a constructor, its `**options` replaced by the parameters of the next one up."""
    parameters: dict[str, inspect.Parameter] = {}
    for owner in cls.__mro__:
        if "__init__" not in vars(owner):
            continue
        own = list(inspect.signature(vars(owner)["__init__"]).parameters.values())[1:]
        if parameters:  # options are passed by name
            own = [each if each.kind == each.VAR_KEYWORD else each.replace(kind=each.KEYWORD_ONLY) for each in own]
        parameters |= {each.name: each for each in own if each.name not in parameters and each.kind != each.VAR_KEYWORD}
        if not any(each.kind == each.VAR_KEYWORD for each in own):
            break
    return inspect.Signature(sorted(parameters.values(), key=lambda each: each.kind))


def whole_doc(cls: type) -> str | None:
    """Return the docstring of a class, its Args those of all parameters in its whole signature."""
    if not (own := vars(cls).get("__doc__")):
        return None
    head, _, tail = _split(own)
    found: dict[str, str] = {}
    for owner in reversed(cls.__mro__):
        found |= _args(vars(owner).get("__doc__") or "")
    args = [found[name] for name in whole_signature(cls).parameters if name in found]
    return "\n\n".join(part for part in (head, "\n".join(["Args:", *args]), tail) if part) if args else own


def _split(doc: str) -> tuple[str, str, str]:
    """Return what stands before the Args of a docstring, the Args, and what stands after."""
    head, _, rest = inspect.cleandoc(doc).partition("\nArgs:\n")
    args = re.match(r"(?: .*\n?|\n(?= ))*", rest)
    assert args is not None
    return head.strip(), args.group().rstrip(), rest[args.end() :].strip()


def _args(doc: str) -> dict[str, str]:
    """Return what a docstring says of each parameter, by its name."""
    entries = re.split(r"\n(?=    \w+: )", _split(doc)[1])
    return {entry.strip().partition(":")[0]: entry for entry in entries if entry}
