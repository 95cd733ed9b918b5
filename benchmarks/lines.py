"""Count the lines of code of checkouts side by side: python -m benchmarks.lines [CHECKOUT ...].

Blank lines, comments and docstrings do not count. One line for each room; then, of the packages that are installed,
all lines, the modules and the fullest folder (an `__init__` is none of its modules), the longest module and the longest
function.
"""

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from benchmarks.sources import HOUSE, Module, modules

PACKAGES = (*HOUSE, "tests", "benchmarks", "examples")


def lines_of_rooms(sources: Sequence[Module]) -> Counter[str]:
    """Count the lines of code of each room."""
    counted: Counter[str] = Counter()
    for module in sources:
        counted[module.room] += len(module.code)
    return counted


def lines_of_functions(sources: Sequence[Module]) -> dict[str, int]:
    """Count the lines of code of each function, its first line with them."""
    return {
        f"{module.path} {name}": sum(node.lineno <= line <= (node.end_lineno or 0) for line in module.code)
        for module in sources
        for name, node in module.definitions
        if not isinstance(node, ast.ClassDef)
    }


def modules_of_folders(sources: Sequence[Module]) -> Counter[str]:
    """Count the modules of each folder, its `__init__` apart."""
    paths = (PurePosixPath(module.path) for module in sources)
    return Counter(str(path.parent) for path in paths if path.name != "__init__.py")


def sums(checkout: Path) -> dict[str, str]:
    """Return what is said of the installed packages of a checkout, by what it is."""
    house = list(modules(checkout))
    folders = modules_of_folders(house)
    return {
        "installed": str(lines_of_rooms(house).total()),
        "modules": str(folders.total()),
        "fullest folder": _most(folders),
        "longest module": _most({module.path: len(module.code) for module in house}),
        "longest function": _most(lines_of_functions(house)),
    }


def _most(counted: Mapping[str, int]) -> str:
    most = max(counted, key=counted.__getitem__, default="")
    return f"{counted[most]} {most}" if most else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts, a column for each checkout."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.lines", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkouts", nargs="*", type=Path, default=[Path()], metavar="CHECKOUT", help="(default: .)")
    checkouts: list[Path] = parser.parse_args(arguments).checkouts
    for checkout in checkouts:
        if not next(modules(checkout), None):
            parser.error(f"{checkout} is no checkout: it should hold {', '.join(HOUSE)}")
    rooms = [lines_of_rooms(list(modules(checkout, PACKAGES))) for checkout in checkouts]
    said = [sums(checkout) for checkout in checkouts]
    table = {"": list(map(str, checkouts))}
    table |= {room: [str(lines[room]) for lines in rooms] for room in sorted(set().union(*rooms))}
    table |= {what: [one[what] for one in said] for what in said[0]}
    widths = [max(map(len, column)) for column in zip(*table.values(), strict=True)]
    for what, row in table.items():
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"{what:<18}{'  '.join(cells)}".rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
