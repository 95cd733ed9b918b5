"""Files to begin from: a template of alife/app/templates under another name, written into the working directory."""

import importlib.util
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alife.core.errors import ConfigError, DiskError

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class Template:
    """What a command writes.

    Args:
        command: its name, for messages.
        files: by the name of the file, in which NAME is the word that was asked for: the template.
        module: under which the first template is imported in the others.
        class_name: of the class in it.
        like: a word that would serve.
    """

    command: str
    files: Mapping[str, str]
    module: str
    class_name: str
    like: str

    def write_files(self, name: str) -> str:
        """Write every file into the working directory and return the kind of the class in it, "module:Class".

        Raises:
            ConfigError: the name does not serve, or is taken.
            DiskError: the files cannot be written.
        """
        self._check_name(name)
        paths = {Path(file.replace("NAME", name)): template for file, template in self.files.items()}
        for path in paths:
            if path.exists():
                raise ConfigError(f"{self.command}: {path} is here already; take another name, or remove it first")
        if importlib.util.find_spec(name) is not None:
            raise ConfigError(f"{self.command}: there is a module or folder called {name!r} already; take another name")
        for path, template in paths.items():
            self._write_file(path, self._rename_in(template, name))
        return f"{name}:{in_capitals(name)}"

    def _check_name(self, name: str) -> None:
        """Raise unless a module and a class can have this name without hiding others."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or keyword.iskeyword(name):
            must = f"write a word in small letters, as in {self.like}, or some joined by _"
            raise ConfigError(f"{self.command}: {name[:80]!r} is no name for a module; {must}")
        own = in_capitals(name)
        if keyword.iskeyword(own) or re.search(rf"import .*\b{own}\b", _read_template(next(iter(self.files.values())))):
            raise ConfigError(f"{self.command}: a class {own} would hide another of that name; take another name")

    def _rename_in(self, template: str, name: str) -> str:
        text = _read_template(template).replace(self.module, name).replace(self.class_name, in_capitals(name))
        return "\n\n".join(_in_order(paragraph) for paragraph in text.split("\n\n"))

    def _write_file(self, path: Path, text: str) -> None:
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise DiskError(
                f"{self.command}: {path} cannot be written ({error.strerror}); go to a directory of yours"
            ) from error


def in_capitals(name: str) -> str:
    """Return what the class of a module is called: three_factor has ThreeFactor."""
    return "".join(word.capitalize() for word in name.split("_"))


def _in_order(paragraph: str) -> str:
    """Return a paragraph of imports sorted, as the new name may belong elsewhere; any other as it is."""
    lines = paragraph.split("\n")
    return "\n".join(sorted(lines)) if all(line.startswith("from ") for line in lines) else paragraph


def _read_template(template: str) -> str:
    return (_TEMPLATES / template).read_text(encoding="utf-8")
