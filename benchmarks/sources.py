"""The sources of a checkout: its modules, the room that each stands in, and which of its lines are code."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

HOUSE = ("alife", "agents", "worlds")
"""The packages that are installed."""

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A file of Python: its path in the checkout, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The room that it is part of."""
        return room_of(self.path)

    @cached_property
    def code(self) -> list[int]:
        """The numbers of its lines, from 1, that are not blank and neither comment nor docstring."""
        texts = [node for node in ast.walk(self.tree) if isinstance(node, ast.Expr) and _is_text(node.value)]
        prose = {line for node in texts for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
        lines = enumerate(map(str.strip, self.text.split("\n")), 1)
        return [n for n, line in lines if line and n not in prose and not line.startswith("#")]

    @cached_property
    def definitions(self) -> list[tuple[str, Definition]]:
        """Its classes and functions with their qualified names, an outer one before those inside it."""
        return list(_definitions(self.tree, ""))


def modules(checkout: Path, packages: Sequence[str] = HOUSE) -> Iterator[Module]:
    """Yield every module of some packages of a checkout, in the order of their paths."""
    for package in packages:
        for path in sorted((checkout / package).rglob("*.py")):
            yield Module(path.relative_to(checkout).as_posix(), path.read_text(encoding="utf-8"))


def room_of(path: str) -> str:
    """Return the package that a module is part of; within `alife` the package in that."""
    parts = PurePosixPath(path).parts
    return "/".join(parts[: 2 if parts[0] == "alife" and len(parts) > 2 else 1])


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _definitions(node: ast.AST, outer: str) -> Iterator[tuple[str, Definition]]:
    for child in ast.iter_child_nodes(node):
        name = outer
        if isinstance(child, Definition):
            name = f"{outer}.{child.name}" if outer else child.name
            yield name, child
        yield from _definitions(child, name)
