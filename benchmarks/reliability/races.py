"""Several runs that are given one directory at the same moment: one gets it, the others are told so."""

import random
import shutil
import time
from functools import partial
from pathlib import Path

from alife.core.errors import ConfigError, DiskError
from alife.runs import Run
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS, Command, attempts, warm_up

_RACERS = 3
_REFUSED = (ConfigError.exit_code, DiskError.exit_code)


def race(setting: Setting) -> Finding:
    """Start so many races."""
    warm_up(["forage"])
    found = attempts(setting.jobs, partial(_race, setting), range(setting.count))
    wrong = [faults for faults in found if faults]
    return Finding(
        f"{len(found) - len(wrong)} of {len(found)} won by one", [fault for faults in wrong for fault in faults]
    )


def _race(setting: Setting, number: int) -> list[str]:
    """Return what was wrong with one race; half of the directories are there before, and empty."""
    chance = random.Random(f"{setting.seed}/{number}")
    out = setting.folder / f"{number}" / "deep" / "run"
    (out if number % 2 else setting.folder / f"{number}").mkdir(parents=True)
    racers = []
    for k in range(_RACERS):
        words: list[str | Path] = ["run", CONFIGS / "forage.yaml", "--headless", "--ticks", "100", "--seed", str(k)]
        racers.append(Command([*words, "--out", out], setting.folder / f"{number}" / f"{k}.txt"))
        time.sleep(chance.random() * 0.02 if number % 3 else 0.0)
    ends = [racer.wait() for racer in racers]
    codes = [ended.code for ended in ends]
    won = [k for k, code in enumerate(codes) if code == 0]
    faults = []
    if len(won) != 1 or any(code not in (0, *_REFUSED) for code in codes):
        faults.append(f"exit codes {codes}")
    elif Run(out).config["seed"] != won[0] or not Run(out).summary:
        faults.append("the winner's files are not its own")
    faults += ["a traceback" for ended in ends if ended.traceback]
    shutil.rmtree(setting.folder / f"{number}")
    return [f"race {number}: {fault}" for fault in faults]


RACES = Attack(
    "races",
    "{count} races of three runs for one directory",
    "one gets it, whole; the others are told, and touch nothing",
    300,
    3,
    race,
)
