"""Docstrings, taken apart: what a class is, and what each of its parameters is."""

import inspect
import re

_SEE = re.compile(r"\bsee [A-Z]\w+\.?$")


def story_of(docstring: str) -> str:
    """Return a docstring without what it says of parameters."""
    return "\n\n".join(part for part in docstring.strip().split("\n\n") if not part.startswith("Args:"))


def first_sentence(docstring: str) -> str:
    """Return the first sentence of a docstring, on one line."""
    line = " ".join(docstring.strip().partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z])", line)[0]


def arguments_of(docstring: str) -> dict[str, str]:
    """Return what a docstring says of each parameter, on one line each; `low, high: ...` is said of both."""
    section = next((part for part in docstring.strip().split("\n\n") if part.startswith("Args:")), "")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in section.split("\n")[1:]:
        if begins := re.fullmatch(r" {4}(\S.*?): (.*)", line):
            names = begins[1].split(", ")
            found |= dict.fromkeys(names, begins[2])
        else:
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return found


def parameters_of(cls: type) -> dict[str, str]:
    """Return what each parameter of a class is: as it says itself, or else as what it derives from says."""
    said: dict[str, str] = {}
    for base in cls.__mro__:
        for name, words in arguments_of(inspect.cleandoc(vars(base).get("__doc__") or "")).items():
            if name not in said or _SEE.search(said[name]):
                said[name] = words
    return said
