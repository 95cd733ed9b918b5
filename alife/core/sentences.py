"""Sentences: what the messages of errors are made of."""

import os
import re
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_HOUSE = (*(f"{Path(__file__).parents[2] / room}{os.sep}" for room in ("alife", "agents")), "<")
_LIBRARY = re.compile(r"[\\/](numba|numpy)[\\/]")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def nearest(word: str, options: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" for the option most like a word, or "" if none is like it."""
    import difflib  # where all is spelt well nobody waits for it

    found = difflib.get_close_matches(word, list(options), 1, cutoff=0.5)
    return f", did you mean {found[0]!r}?" if found else ""


def last_words(error: BaseException) -> str:
    """Return the last line of an error and where it was raised, file:line."""
    line = traceback.format_exception_only(error)[-1].strip()
    return f"{line} ({raised_at(error)})"


def raised_at(error: BaseException) -> str:
    """Return where an error was raised, file:line: the last line of theirs, where the house, numpy or numba was called.

    Who called it with what it cannot take will mend that line.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, SyntaxError) or not frames:
        return f"{getattr(error, 'filename', '?')}:{getattr(error, 'lineno', '?')}"
    theirs = [each for each in frames if not each.filename.startswith(_HOUSE) and not _LIBRARY.search(each.filename)]
    last = (theirs or frames)[-1]
    return f"{last.filename}:{last.lineno}"


def long_name(cls: type) -> str:
    """Return what a configuration calls a class wherever it stands, module:Class."""
    return f"{cls.__module__}:{cls.__qualname__}"


def missing_module(error: ModuleNotFoundError) -> str:
    """Return which module is missing. What the package is called that has it nobody knows: cv2 is in opencv-python."""
    if error.name is None:
        return "needs a module that is missing"
    return f"needs the module {error.name!r}, which is missing; install the package that has it, or mend its name"


def plain(message: object) -> str:
    """Return a message on one line, without the colours of a terminal."""
    return " ".join(_COLOURS.sub("", str(message)).split())


def shown(value: Any) -> str:
    """Return a short word for something that should not be there."""
    if value is None or isinstance(value, bool | int | float):
        return f"{value}"[:40]
    if hasattr(value, "__array__") and hasattr(value, "shape"):
        return f"an array of shape {tuple(value.shape)}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    return f"of type {type(value).__name__}"
