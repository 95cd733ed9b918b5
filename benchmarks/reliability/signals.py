"""Runs asked to end, at random moments: the right exit code, soon, and a checkpoint to go on from."""

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from alife.core.errors import AlifeError
from alife.runs.checkpoints import last_checkpoint
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS, attempts, hear_signals

_SIGNALS = {"SIGTERM": 2, "SIGINT": 2, "SIGHUP": 1}  # and their shares
_SOON = 5.0  # seconds in which a run is to end


class _Signalled(NamedTuple):
    """How a run has ended that was signalled: the seconds that it took, and what was wrong."""

    seconds: float
    faults: list[str]


class _Process:
    """The command line in a process of its own, begun as a person begins it."""

    def __init__(self, words: list[str], folder: Path, said: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CONFIGS.parent), str(folder)])}
        self._said, self._file = said, said.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "alife", "run", *words],
            cwd=folder,
            env=environment,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=hear_signals,  # there is one thread
        )

    @property
    def text(self) -> str:
        """What it has said so far."""
        return self._said.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, what: Path, seconds: float = 60.0) -> None:
        """Wait until a file has something in it."""
        until = time.monotonic() + seconds
        while self._process.poll() is None and time.monotonic() < until and not (what.exists() and what.stat().st_size):
            time.sleep(0.01)

    def signal(self, name: str) -> None:
        """Send a signal."""
        self._process.send_signal(getattr(signal, name))

    def wait(self, seconds: float) -> int | None:
        """Return its exit code; None if it had to be killed, with all it has started."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            return None
        finally:
            self._file.close()


def signal_runs(setting: Setting) -> Finding:
    """Send a signal to so many runs."""
    names = [name for name, share in _SIGNALS.items() for _ in range(share)]
    tasks = [(number, names[number % len(names)]) for number in range(setting.count)]
    return _tell(attempts(setting.jobs, partial(_signal, setting), tasks))


def _signal(setting: Setting, task: tuple[int, str]) -> _Signalled:
    number, name = task
    chance = random.Random(f"{setting.seed}/{number}")
    out = setting.folder / f"{number}"
    words = [str(CONFIGS / "pond.yaml"), "--headless", "--ticks", "10000000", "--out", str(out)]
    process = _Process(words, setting.folder, out.with_suffix(".txt"))
    if number % 5 == 4:  # while it loads
        time.sleep(chance.random() * 1.5)
    else:
        process.wait_for(out / "metrics.jsonl")
        time.sleep(chance.random())
    lives = out.exists()
    begun = time.monotonic()
    process.signal(name)
    code = process.wait(4 * _SOON)
    seconds = time.monotonic() - begun
    what = f"{name} {number}: "
    faults = [what + fault for fault in _faults(code, name, seconds, process.text)] if lives else []
    if lives and (why := _lacks_checkpoint(out)):
        faults.append(what + why)
    return _Signalled(seconds, faults)


def _faults(code: int | None, name: str, seconds: float, text: str) -> list[str]:
    expected, found = 128 + getattr(signal, name), []
    if code != expected:
        found.append(f"exit code {code}, not {expected}")
    if seconds > _SOON:
        found.append(f"it took {seconds:.1f} s")
    if "Traceback" in text:
        found.append("a traceback")
    return found


def _lacks_checkpoint(run_directory: Path) -> str:
    try:
        last_checkpoint(run_directory / "checkpoints")
    except AlifeError as error:
        return str(error)
    return ""


_HANGING = '''"""A world that hangs at its tick 200."""

import time

from worlds.forage import Forage


class Hanging(Forage):
    """Forage, for a while."""

    def step(self, actions):
        self.ticks_lived = getattr(self, "ticks_lived", 0) + 1
        while self.ticks_lived > 200:
            {hang}
        return super().step(actions)
'''
_HANGS = {"sleeping": "time.sleep(3600)", "calculating": "sum(range(1000))", "in_one_call": "sum(range(10**13))"}


def signal_twice(setting: Setting) -> Finding:
    """Send two signals to so many runs, most of whose worlds hang."""
    for name, hang in _HANGS.items():
        (setting.folder / f"{name}.py").write_text(_HANGING.format(hang=hang), encoding="utf-8")
    return _tell(attempts(setting.jobs, partial(_signal_twice, setting), range(setting.count)))


def _signal_twice(setting: Setting, number: int) -> _Signalled:
    kinds = [*_HANGS, "none"]
    kind, out = kinds[number % len(kinds)], setting.folder / f"{number}"
    config = setting.folder / f"{number}.yaml"
    world = "forage" if kind == "none" else f"{kind}:Hanging"
    config.write_text(f"world: {{kind: '{world}'}}\ncreatures: {{learners: {{count: 1}}}}\n", encoding="utf-8")
    often = ["--set", "record.checkpoint.seconds=0.01", "--set", "record.metrics=50"]
    process = _Process([str(config), "--headless", *often, "--out", str(out)], setting.folder, out.with_suffix(".txt"))
    process.wait_for(out / "metrics.jsonl")
    time.sleep(1.0)  # by then it hangs
    name = list(_SIGNALS)[number % len(_SIGNALS)]
    process.signal(name)
    time.sleep(0.0 if kind == "none" else 0.5)
    begun = time.monotonic()
    process.signal(name)
    code = process.wait(4 * _SOON)
    seconds = time.monotonic() - begun
    what, allowed = f"two of {name}, world {kind}, {number}: ", {128 + getattr(signal, name), -getattr(signal, name)}
    code = max(allowed) if code in allowed else code  # a shell says the same of both
    faults = [what + fault for fault in _faults(code, name, seconds, process.text)]
    if why := _lacks_checkpoint(out):
        faults.append(what + why)
    return _Signalled(seconds, faults)


def _tell(signalled: list[_Signalled]) -> Finding:
    seconds = [each.seconds for each in signalled]
    faults = [fault for each in signalled for fault in each.faults]
    return Finding(f"they ended after {median(seconds):.2f} s (median), {max(seconds):.2f} s at most", faults)


SIGNALS = Attack(
    "signals",
    "{count} runs asked to end by SIGTERM, SIGINT (two of five each) or SIGHUP, a fifth of them while they load",
    "exit code 143, 130 or 129 within 5 s, a whole checkpoint",
    250,
    3,
    signal_runs,
)
TWICE = Attack(
    "twice",
    "{count} runs asked twice, most while their world hangs",
    "at once; the last checkpoint is whole",
    30,
    3,
    signal_twice,
)
