"""The signature of a constructor that passes options on to the one above it."""

import inspect


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
