"""Attack runs in every way we know, and say what held.

python -m benchmarks.reliability                     all attacks, about 45 minutes on two cores
python -m benchmarks.reliability --brief             a few attempts of each
python -m benchmarks.reliability --only kills,disks  some of them
python -m benchmarks.reliability --page              also write docs/reliability.md; what was not tried stays there

The exit code is 1 if anything did not hold.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reliability import page
from benchmarks.reliability.attack import Attack, Setting
from benchmarks.reliability.disks import DISKS
from benchmarks.reliability.files import FILES
from benchmarks.reliability.hostile import HOSTILE
from benchmarks.reliability.kills import KILLS
from benchmarks.reliability.malformed import MALFORMED
from benchmarks.reliability.price import PRICE
from benchmarks.reliability.races import RACES
from benchmarks.reliability.resumed import RESUMED
from benchmarks.reliability.signals import SIGNALS, TWICE
from benchmarks.reliability.soak import SOAK

ATTACKS = (KILLS, SIGNALS, TWICE, RACES, DISKS, RESUMED, FILES, MALFORMED, HOSTILE, SOAK, PRICE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Attack, say what held, and write the page."""
    options = _parser().parse_args(arguments)
    wanted = options.only.split(",") if options.only else [attack.name for attack in ATTACKS]
    if unknown := set(wanted) - {attack.name for attack in ATTACKS}:
        print(f"error: --only: there is no attack {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    rows = []
    for attack in (attack for attack in ATTACKS if attack.name in wanted):
        rows.append(_row(attack, options))
        print(json.dumps(rows[-1]) if options.json else page.say(rows[-1]), flush=True)
    if options.page:
        page.write(rows, [attack.name for attack in ATTACKS])
    return int(any(row["faults"] for row in rows))


def _row(attack: Attack, options: argparse.Namespace) -> page.Row:
    count, begun = attack.few if options.brief else attack.count, time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"{attack.name}-") as folder:
        found = attack.run(Setting(count, options.seed, Path(folder), options.jobs))
    return {
        "name": attack.name,
        "title": attack.title.format(count=count),
        "asked": attack.asked,
        "said": found.said,
        "faults": found.faults,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks.reliability", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--brief", action="store_true", help="a few attempts of each attack")
    parser.add_argument("--only", metavar="A,B", help=f"of {', '.join(attack.name for attack in ATTACKS)}")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn (default: 0)")
    parser.add_argument("--jobs", type=int, default=2, help="attempts at once (default: 2)")
    parser.add_argument("--json", action="store_true", help="a JSON object for each attack")
    parser.add_argument("--page", action="store_true", help="write docs/reliability.md")
    return parser
