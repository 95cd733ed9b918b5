"""Plant faults in copies of a checkout, one at a time, and see which of them its tests catch.

python -m benchmarks.faults . --faults 50 --seed 0 --json > old.jsonl
python -m benchmarks.faults ../new --from old.jsonl --json

A fault is one line that says something else: `<` becomes `<=`, 0 becomes 1, a `not` is dropped (all kinds are in
benchmarks/mutations.py). Faults are drawn by the seed from the code of alife, agents and worlds: each room has its
share of them by its lines of code; in a room a line is drawn, and one of the faults that can be planted in it. With
--from the faults of an earlier run are planted again, known by path, function, line and kind; where there is none such
any more, the fault is gone.

For each fault the tests of its room are run first (of alife/place those in tests/place, of agents those in
tests/agents), and if they catch nothing, all others; the first test that fails ends it. A run that takes longer than
its limit has caught its fault, as one that hangs. A test that fails without the fault too is told of on stderr and left
out from then on. Tests that install the project are left out: they take minutes and say nothing of a line.

Copies and kernels are in a temporary folder: a fault in a kernel compiles this one anew and those that call it, but the
first runs compile all. With --processes 2 there are two copies at a time, which compile each for itself.

Printed are a line for each fault as soon as it is known, and in the end how many were caught.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from benchmarks.examination import TIME_LIMIT, Examination
from benchmarks.mutations import Fault, Key, faults
from benchmarks.sources import HOUSE, Module, modules

KEY = ("path", "function", "line", "kind")
"""What a fault is known by, in each line of a run."""

Row = dict[str, Any]


def draw(sources: Iterable[Module], count: int, seed: int) -> list[Fault]:
    """Return so many faults, or fewer where there are fewer lines that can have one; no two in one line."""
    rooms: dict[str, list[Module]] = {}
    for module in sources:
        rooms.setdefault(module.room, []).append(module)
    sizes = {room: sum(len(module.code) for module in inside) for room, inside in rooms.items()}
    return [
        fault
        for room, share in _shares(sizes, count).items()
        for fault in _draw_in(rooms[room], share, random.Random(f"{seed} {room}"))
    ]


def _shares(sizes: dict[str, int], count: int) -> dict[str, int]:
    """Return whole numbers in proportion to the sizes that add up to the count: those cut off most are rounded up."""
    exact = {room: count * size / sum(sizes.values()) for room, size in sizes.items()}
    whole = {room: int(share) for room, share in exact.items()}
    missing = count - sum(whole.values())
    for room in sorted(exact, key=lambda room: whole[room] - exact[room])[:missing]:
        whole[room] += 1
    return whole


def _draw_in(sources: Sequence[Module], count: int, chance: random.Random) -> list[Fault]:
    lines: dict[tuple[str, int], list[Fault]] = {}
    for module in sources if count else ():
        for fault in faults(module):
            lines.setdefault((fault.path, fault.number), []).append(fault)
    shuffled = list(lines.values())
    chance.shuffle(shuffled)
    return [chance.choice(of_line) for of_line in shuffled[:count]]


def planted_before(file: Path) -> list[Key]:
    """Return the keys of the faults of an earlier run, from what it printed with --json.

    Raises:
        RuntimeError: a line of the file is none of a run.
    """
    keys = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            if "faults" not in row:  # as the last line has
                keys.append(tuple(str(row[name]) for name in KEY))
        except (ValueError, TypeError, KeyError):
            raise RuntimeError(f"{file}, line {number}, should be a fault as --json prints it") from None
    return keys


def examine(options: argparse.Namespace, say: Callable[[Row], None]) -> None:
    """Plant each fault, run the tests, and tell of each fault and in the end of all.

    Raises:
        RuntimeError: the checkout or the file of earlier faults is not what it should be.
    """
    sources = list(modules(options.checkout))
    if not sources:
        raise RuntimeError(f"{options.checkout} is no checkout: it should hold {', '.join(HOUSE)}")
    if options.earlier:
        keys = planted_before(options.earlier)
    else:
        keys = [fault.key for fault in draw(sources, options.faults, options.seed)]
    known = {fault.key: fault for module in sources for fault in faults(module)}
    gone = [key for key in keys if key not in known]
    for key in gone:
        say({**dict(zip(KEY, key, strict=True)), "gone": True})
    caught = list(_examined([known[key] for key in keys if key in known], options, say))
    by_limit = caught.count(TIME_LIMIT)
    say({"faults": len(keys), "gone": len(gone), "caught": len(caught) - caught.count(None), "by_time_limit": by_limit})


def _examined(
    planted: Sequence[Fault], options: argparse.Namespace, say: Callable[[Row], None]
) -> Iterator[str | None]:
    """Yield what caught each fault, as soon as it is known."""
    with tempfile.TemporaryDirectory(prefix="faults-") as home, ThreadPoolExecutor(options.processes) as pool:
        room_limit, limit = options.limits
        examination = Examination(options.checkout.resolve(), Path(home), room_limit, limit, options.processes)
        examination.check()
        try:
            for done in as_completed([pool.submit(_examine, examination, fault) for fault in planted]):
                row = done.result()
                say(row)
                yield row["by"]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            examination.stop()
            raise


def _examine(examination: Examination, fault: Fault) -> Row:
    begun = time.monotonic()
    by = examination.caught_by(fault)
    seconds = round(time.monotonic() - begun, 1)
    said = {"number": fault.number, "planted": fault.planted, "caught": by is not None, "by": by, "seconds": seconds}
    return {**dict(zip(KEY, fault.key, strict=True)), **said}


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine, and print."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkout", type=Path, help="is copied, never changed")
    parser.add_argument("--faults", type=int, default=50, help="how many (default: 50)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (default: 0)")
    parser.add_argument("--from", dest="earlier", type=Path, metavar="FILE", help="what an earlier run printed as JSON")
    parser.add_argument("--processes", type=int, default=1, help="faults at a time (default: 1)")
    parser.add_argument(
        "--limits",
        type=float,
        nargs=2,
        default=(1800.0, 7200.0),
        metavar="SECONDS",
        help="for the tests of the room, and for all others, 0 to leave these out (default: 1800 7200)",
    )
    parser.add_argument("--json", action="store_true", help="a JSON object for each line")
    options = parser.parse_args(arguments)
    if min(options.faults, options.processes) < 1:
        parser.error("--faults and --processes must be 1 or more")
    try:
        examine(options, _say_json if options.json else _say)
    except (RuntimeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _say_json(row: Row) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)


def _say(row: Row) -> None:
    if "faults" in row:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
        return
    fate = "gone" if "gone" in row else f"caught by {row['by']}" if row["caught"] else "NOT CAUGHT"
    print(f"{row['path']} {row['function']}: {row['kind']}: {row['line']}\n    {fate}", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what it has begun ends with it
    sys.exit(main())
