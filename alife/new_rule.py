"""A learning rule to begin from: the one in alife/templates under another name, and its test."""

import importlib.util
import keyword
import re
from pathlib import Path

from alife.errors import ConfigError, DiskError

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_MODULE, _CLASS = "alife.templates.rule", "ThreeFactor"


def new_rule(name: str) -> str:
    """Write NAME.py and test_NAME.py into the working directory and return what to do next.

    Raises:
        ConfigError: the name does not serve, or is taken.
        DiskError: the files cannot be written.
    """
    _check_name(name)
    rule, test = Path(f"{name}.py"), Path(f"test_{name}.py")
    for path in (rule, test):
        if path.exists():
            raise ConfigError(f"new-rule: {path} is here already; take another name, or remove it first")
    if importlib.util.find_spec(name) is not None:
        raise ConfigError(f"new-rule: there is a module or folder called {name!r} already; take another name")
    _write(rule, _renamed("rule.py", name))
    _write(test, _renamed("test_rule.py", name))
    return _NEXT.format(name=name, kind=f"{name}:{class_name(name)}")


_NEXT = """{name}.py and test_{name}.py are here: {kind}, a rule that works and is yours to change.
check it:    python -m pytest test_{name}.py
live by it:  alife run --set creatures.learners.learning.kind={kind}
measure it:  python -m benchmarks.learning --task binding --rule {kind}        (in a clone of the project)"""


def class_name(name: str) -> str:
    """Return what the class of this module is called: three_factor has ThreeFactor."""
    return "".join(word.capitalize() for word in name.split("_"))


def _check_name(name: str) -> None:
    """Raise unless a module and a class can be called so without standing in the way of others."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or keyword.iskeyword(name):
        raise ConfigError(f"new-rule: {name[:80]!r} is no name for a module; write a word in small letters, as in oja")
    if keyword.iskeyword(class_name(name)) or re.search(rf"import .*\b{class_name(name)}\b", _text("rule.py")):
        raise ConfigError(f"new-rule: a class {class_name(name)} would hide another of that name; take another name")


def _renamed(template: str, name: str) -> str:
    text = _text(template).replace(_MODULE, name).replace(_CLASS, class_name(name))
    return "\n\n".join(_in_order(paragraph) for paragraph in text.split("\n\n"))


def _in_order(paragraph: str) -> str:
    """Return a paragraph of imports sorted, as the new name may belong elsewhere; any other as it is."""
    lines = paragraph.split("\n")
    return "\n".join(sorted(lines)) if all(line.startswith("from ") for line in lines) else paragraph


def _text(template: str) -> str:
    return (_TEMPLATES / template).read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise DiskError(f"new-rule: {path} cannot be written ({error.strerror}); go to a directory of yours") from error
