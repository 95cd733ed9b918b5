"""Mutations: faults of one line, found in the syntax tree of a module."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.sources import Module, room_of

TURNED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
}
"""What stands in the place of an operator."""


Key = tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """A line that says something else.

    Args:
        path: of the module.
        function: the qualified name of the innermost function or class around it; "" outside of all.
        line: as it was, without its indentation.
        kind: what is changed in it.
        planted: the line that takes its place, without its indentation.
        number: of the line, from 1.
    """

    path: str
    function: str
    line: str
    kind: str
    planted: str
    number: int

    @property
    def room(self) -> str:
        """The room that the module is part of."""
        return room_of(self.path)

    @property
    def key(self) -> Key:
        """What it is known by in a checkout where the line may stand at another number."""
        return self.path, self.function, self.line, self.kind

    def plant(self, text: str) -> str:
        """Return the text of the module with the fault in it."""
        lines = text.split("\n")
        lines[self.number - 1] = lines[self.number - 1].replace(self.line, self.planted)
        return "\n".join(lines)


@dataclass(frozen=True)
class Change:
    """Other characters for some of one line; `start` and `stop` count bytes, as a syntax tree does."""

    kind: str
    number: int
    start: int
    stop: int
    new: str


def faults(module: Module) -> list[Fault]:
    """Return all faults that can be planted in a module; of those with one key the first."""
    lines = module.text.split("\n")
    found: dict[Key, Fault] = {}
    for change in _changes(module, lines):
        line = lines[change.number - 1]
        raw = line.encode()
        planted = (raw[: change.start] + change.new.encode() + raw[change.stop :]).decode()
        function = _name_at(module, change.number)
        fault = Fault(module.path, function, line.strip(), change.kind, planted.strip(), change.number)
        found.setdefault(fault.key, fault)
    return list(found.values())


def _name_at(module: Module, line: int) -> str:
    around = [name for name, node in module.definitions if node.lineno <= line <= (node.end_lineno or 0)]
    return around[-1] if around else ""


def _changes(module: Module, lines: list[str]) -> Iterator[Change]:
    for node in _running(module.tree):
        yield from _turned_operators(node, lines)
        yield from _dropped_not(node, lines)
        yield from _other_numbers(node)
        yield from _slower_decays(node)
        yield from _swapped_arguments(node)
        yield from _true_conditions(node)
        yield from _nothing_returned(node)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node that does something when the module is imported and used.

    Without annotations and what only a type checker or a command reads. Without f-strings too: before Python 3.12 their
    inner nodes do not say where they stand.
    """
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.If) and _is_guard(node.test)):
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _running(child)


def _is_guard(test: ast.expr) -> bool:
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return bool(names & {"TYPE_CHECKING", "__name__"})


def _instead(kind: str, node: ast.expr, new: str) -> Iterator[Change]:
    """Yield the change that puts something else in the place of a node, if that stands on one line."""
    if node.lineno == node.end_lineno:
        yield Change(kind, node.lineno, node.col_offset, node.end_col_offset or 0, new)


def _between(kind: str, number: int, start: int, stop: int, lines: list[str], old: str, new: str) -> Iterator[Change]:
    """Yield the change of a word between two places of a line, if it is there."""
    gap = lines[number - 1].encode()[start:stop].decode()
    if old in gap:
        yield Change(kind, number, start, stop, gap.replace(old, new, 1))


def _turned_operators(node: ast.AST, lines: list[str]) -> Iterator[Change]:
    for left, operator, right in _operations(node):
        if type(operator) in TURNED:
            old, new = TURNED[type(operator)]
            # what is broken into lines has its operators at their beginnings
            start = (left.end_col_offset or 0) if left.end_lineno == right.lineno else 0
            yield from _between(f"{old} to {new}", right.lineno, start, right.col_offset, lines, old, new)


def _operations(node: ast.AST) -> Iterator[tuple[ast.expr, ast.AST, ast.expr]]:
    match node:
        case ast.BinOp(left, operator, right) | ast.AugAssign(left, operator, right):
            yield left, operator, right
        case ast.BoolOp(operator, values):
            yield from ((left, operator, right) for left, right in pairwise(values))
        case ast.Compare(first, operators, others):
            yield from zip([first, *others], operators, others, strict=False)


def _dropped_not(node: ast.AST, lines: list[str]) -> Iterator[Change]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and node.lineno == node.operand.lineno:
        start, stop = node.col_offset, node.operand.col_offset
        yield from _between("not dropped", node.lineno, start, stop, lines, "not ", "")


def _other_numbers(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Constant(int() | float() as number) if not isinstance(number, bool) and number + 1 != number:
            yield from _instead(f"{number} to {number + 1}", node, str(number + 1))


def _slower_decays(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp(left, _, right):
            factors = [left, right]
        case ast.AugAssign(_, _, right):
            factors = [right]
        case _:
            return
    for factor in factors:
        array = factor.value if isinstance(factor, ast.Subscript) else factor
        if isinstance(array, ast.Name | ast.Attribute) and "decay" in ast.unparse(array).rpartition(".")[2]:
            text = ast.unparse(factor)
            yield from _instead(f"{text} times 1.01", factor, f"(1.01 * {text})")


def _swapped_arguments(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call):
        for a, b in pairwise(node.args):
            if isinstance(a, ast.Name) and isinstance(b, ast.Name) and a.id != b.id and a.lineno == b.lineno:
                kind = f"{a.id}, {b.id} swapped"
                yield Change(kind, a.lineno, a.col_offset, b.end_col_offset or 0, f"{b.id}, {a.id}")


def _true_conditions(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp):
        yield from _instead("if True", node.test, "True")


def _nothing_returned(node: ast.AST) -> Iterator[Change]:
    """Yield `return None` for each return of a function that says it returns something."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns and not _is_none(node.returns):
        for inner in _own(node):
            if isinstance(inner, ast.Return) and inner.value and not _is_none(inner.value):
                yield from _instead("return None", inner.value, "None")


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes inside a function but not those of functions inside it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _own(child)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
