"""What a tick costs: brains alone, with learning, worlds alone, the whole loop; beside others and the memory's limit.

python -m benchmarks.engine                              every figure, a line each
python -m benchmarks.engine --json                       the same as JSON
python -m benchmarks.engine --quick                      a few of them, briefly
python -m benchmarks.engine --against OLD                the whole loop beside that of another checkout, in ratios
python -m benchmarks.engine --plots docs/performance     plots, and the block of docs/performance.md

Figures are medians of alternating rounds. A figure of a busy machine says little; ratios of one run say more.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.engine import page
from benchmarks.engine.against import compare
from benchmarks.engine.measure import QUICK, Extent, Row, measure


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write what is asked for."""
    options = _parser().parse_args(arguments)
    say = _say_json if options.json else _say
    rows = [] if options.against and not options.plots else measure(QUICK if options.quick else Extent(), say)
    if options.against:
        try:
            for row in compare(options.against, options.alternations, 0.05 if options.quick else 1.0):
                rows.append(row)
                say(row)
        except RuntimeError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
    if options.plots:
        page.write(options.plots, rows)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks.engine", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="a JSON object for each figure")
    parser.add_argument("--quick", action="store_true", help="a few figures, briefly")
    parser.add_argument(
        "--against", type=Path, metavar="OLD", help="a checkout; with --plots all else is measured, too"
    )
    parser.add_argument("--alternations", type=int, default=7, metavar="N", help="runs of each checkout (default: 7)")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="where plots go; DIR.md is the page")
    return parser


def _say_json(row: Row) -> None:
    print(json.dumps(row), flush=True)


def _say(row: Row) -> None:
    print(
        "  ".join(f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}" for name, value in row.items()),
        flush=True,
    )
