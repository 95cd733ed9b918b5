"""What conditioning does to creatures, beside what it does to animals.

python -m benchmarks.conditioning                            the table, over 40 seeds
python -m benchmarks.conditioning --page                     and, with a picture, into docs/worlds/conditioning.md

Each row of a run is a seed; a figure is a mean over seeds with its 95 % interval, by Student's t. A line says yes
where the interval of the difference lies on the animals' side of zero. Groups that are compared are born alike, seed
by seed. In those called classical the whole drop comes to all, lick or not.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alife.config.simulation_config import parse_config
from alife.config.yaml_file import load_yaml
from alife.core.statistics import confidence_interval
from alife.plot import event_average
from alife.plot.style import new_figure
from alife.sim.build import build_simulation
from benchmarks.measured import fill_block
from benchmarks.trials import AFTER, BEFORE, CONFIG, Floats, Life, Phases, run_protocol
from worlds.conditioning import Player

PAGE = Path(__file__).resolve().parent.parent / "docs" / "worlds" / "conditioning.md"
BEGIN, END = "<!-- the table begins -->", "<!-- the table ends -->"
SEEDS = 40
CUES = ("light", "tone", "bell")
_FEW = 20  # trials at the beginning and at the end of a phase that are compared
_SOON = 3  # trials at the very beginning of a phase
_BOTH: dict[str, Callable[[Life], Floats]] = {"licking": Life.licking, "value": Life.value}
_PLAYED = 10  # seeds of those who play for comparison

ACQUISITION = {"name": "acquisition", "trials": 80, "pairs": {"light": 1.0}}
COMPOUND = {"name": "compound", "trials": 40, "pairs": {"light+tone": 1.0}}
TEST = {"name": "test", "trials": 16, "pairs": {"light": 0.0, "tone": 0.0}}
GROUPS: dict[str, Phases] = {
    "paired": [
        ACQUISITION,
        {"name": "extinction", "trials": 60, "pairs": {"light": 0.0}},
        {"name": "reacquisition", "trials": 40, "pairs": {"light": 1.0}},
    ],
    "classical": [ACQUISITION],
    "classical, unpaired": [{**ACQUISITION, "paired": False}],
    "unpaired": [{**ACQUISITION, "paired": False}],
    "not learning": [ACQUISITION],
    "light first": [{**ACQUISITION, "name": "first"}, COMPOUND, TEST],
    "bell first": [{**ACQUISITION, "name": "first", "pairs": {"bell": 1.0}}, COMPOUND, TEST],
    "two cues": [
        {"name": "discrimination", "trials": 100, "pairs": {"light": 1.0, "tone": 0.0}},
        {"name": "reversal", "trials": 140, "pairs": {"light": 0.0, "tone": 1.0}},
    ],
}
WHOLE: dict[str, Any] = {"free": 1.0}
"""Of the world in which the whole drop comes to all, so that what comes does not depend on what is done."""


class Line(NamedTuple):
    """One line of the table: what was done, what animals do, and a number for each seed that is above 0 if ours do."""

    phase: str
    animals: str
    ours: str  # the means of what is compared
    difference: Floats  # (rows,)
    control: bool = False  # asks no question, it is what another line is compared with

    def text(self) -> str:
        """Return the line as one of a table."""
        low, high = confidence_interval(self.difference)
        answer = "control" if self.control else "yes" if low > 0 else "no, the opposite" if high < 0 else "no"
        difference = f"{self.difference.mean():+.2f} ({low:+.2f} to {high:+.2f})"
        return f"| {self.phase} | {self.animals} | {self.ours} | {difference} | {answer} |"


class TrialLives(dict[str, Life]):
    """The lives of the groups, each lived when it is first asked for.

    Args:
        seeds: how many in each.
        share: of the trials of each phase, below 1 to see that it works.
    """

    def __init__(self, seeds: int, share: float = 1.0) -> None:
        super().__init__()
        self._seeds, self._share = seeds, share

    def __missing__(self, name: str) -> Life:
        """Run the protocol of a group."""
        species = "control" if name == "not learning" else "learners"
        phases = [{**phase, "trials": max(4, round(phase["trials"] * self._share))} for phase in GROUPS[name]]
        world = WHOLE if name.startswith("classical") else {}
        self[name] = run_protocol(phases, self._seeds, species, cues=list(CUES), **world)
        return self[name]


def table_lines(lives: TrialLives) -> Iterator[Line]:
    """Yield the table, line by line."""
    yield from _errors(lives)
    yield from _responses(lives["paired"])
    yield from _compounds(lives)
    yield from _two_cues(lives["two cues"])


def _errors(lives: TrialLives) -> Iterator[Line]:
    """Yield what becomes of the TD errors in acquisition, and where the cue says nothing."""
    for what, measure, sign in (("outcome", Life.at_outcome, -1.0), ("cue", Life.at_cue, 1.0)):
        moves, changes = "falls" if sign < 0 else "rises", {}
        for group in ("classical", "classical, unpaired"):
            first, last = _first_and_last(lives[group], measure)
            changes[group] = sign * (last - first)
            told = f"the TD error at the {what} {moves}"
            yield Line(group, told, _from_to(first, last), changes[group], group != "classical")
        paired, unpaired = changes.values()
        yield Line("classical, paired less unpaired", f"it {moves} more", "", paired - unpaired)
    for group in ("paired", "unpaired", "not learning"):
        first, last = _first_and_last(lives[group], Life.licking)
        told = "they come to lick after the cue"
        yield Line(f"acquisition, {group}", told, _from_to(first, last), last - first, group != "paired")


def _responses(life: Life) -> Iterator[Line]:
    """Yield what happens when the drop is left out, and when it comes again."""
    dip = life.over(life.at_its_time(), "extinction", 0, _SOON)
    yield Line("the drop left out", f"a TD error below 0 when it should come ({_SOON} trials)", _one(dip), -dip)
    for what, measure in _BOTH.items():
        seen = measure(life)
        trained, extinct = (life.over(seen, phase, -_FEW, 0) for phase in ("acquisition", "extinction"))
        yield Line("extinction", f"{what} after the cue falls", _from_to(trained, extinct), trained - extinct)
    for what, measure in _BOTH.items():
        came, again = (life.over(measure(life), phase, 0, _FEW) for phase in ("acquisition", "reacquisition"))
        told = f"{what} comes back faster than it came ({_FEW} trials)"
        yield Line("reacquisition", told, _of_two(again, came), again - came)


def _two_cues(life: Life) -> Iterator[Line]:
    """Yield which of two cues is licked for, at the end of each phase."""
    for phase, good, bad in (("discrimination", 0, 1), ("reversal", 1, 0)):
        licking = [life.over(life.licking(), phase, -2 * _FEW, 0, pair) for pair in (good, bad)]
        told = "they lick after the cue that means a drop, and less after the other"
        yield Line(phase, told, _of_two(*licking), licking[0] - licking[1])


def _compounds(lives: TrialLives) -> Iterator[Line]:
    """Yield what is learned of a cue that was shown with another."""
    known, new, alone = lives["light first"], lives["bell first"], lives["paired"]
    for what, measure in _BOTH.items():
        tone = [life.over(measure(life), "test", 0, 0, 1) for life in (new, known)]
        told = f"{what} after an added cue is less where the other was known before"
        yield Line("blocking", told, _of_two(*tone), tone[0] - tone[1])
    trials = int((new.phase == new.phases.index("compound")).sum())
    together = new.over(new.value(), "test", 0, 0)
    single = alone.over(alone.value(), "acquisition", max(0, trials - _FEW // 2), trials)
    told = f"value of a cue is less after {trials} trials with another than after as many alone"
    yield Line("overshadowing", told, _of_two(single, together), single - together)


def _first_and_last(life: Life, measure: Callable[[Life], Floats]) -> tuple[Floats, Floats]:
    values = measure(life)
    return life.over(values, life.phases[0], 0, _FEW), life.over(values, life.phases[0], -_FEW, 0)


def _one(value: Floats) -> str:
    return f"{value.mean():+.2f}"


def _from_to(first: Floats, last: Floats) -> str:
    return f"from {first.mean():+.2f} to {last.mean():+.2f}"


def _of_two(one: Floats, other: Floats) -> str:
    return f"{one.mean():+.2f} and {other.mean():+.2f}"


def rewards(seeds: int = _PLAYED, share: float = 1.0) -> dict[str, Floats]:
    """Return the reward per 100 ticks over the protocol of configs/conditioning.yaml, by player, (seeds,)."""
    raw = dict(load_yaml(CONFIG))
    ticks = round(raw["ticks"] * share)
    raw["world"] = {**raw["world"], "copies": seeds}
    simulation = build_simulation(parse_config(raw, "conditioning"))
    names = ["learners", "control"]
    total = {name: np.zeros(seeds) for name in [*names, "player", "random", "never licks"]}
    for _ in range(ticks):
        simulation.run_tick()
        for name in names:
            total[name] += simulation.outcome(name).rewards
    random = np.random.default_rng(0)
    player = Player(seeds)
    policies: dict[str, Callable[[Any], Any]] = {
        "player": lambda outcome: player(outcome.observations, outcome.rewards),
        "random": lambda outcome: random.integers(0, 2, seeds),
        "never licks": lambda outcome: np.zeros(seeds, np.int64),
    }
    for name, policy in policies.items():
        world = build_simulation(parse_config({**raw, "creatures": {"learners": {}}}, "conditioning")).world
        outcome = world.reset(0)["learners"]
        for _ in range(ticks):
            outcome = world.step({"learners": policy(outcome)})["learners"]
            total[name] += outcome.rewards
    return {name: 100.0 * sums / ticks for name, sums in total.items()}


def draw_errors(lives: TrialLives, path: Path) -> None:
    """Draw the TD errors around the cue, at first and at last, paired and unpaired."""
    figure = new_figure((9.0, 3.4))
    axes = figure.subplots(1, 2, sharey=True)
    width = BEFORE + AFTER
    for ax, group in zip(axes, ("classical", "classical, unpaired"), strict=True):
        life = lives[group]
        own = np.flatnonzero(life.phase == 0)
        parts = [life.errors[:, own[trials]].mean(1) for trials in (slice(0, _FEW), slice(-_FEW, None))]
        signal = np.stack([part.ravel() for part in parts], axis=1)  # one seed's window after another's
        event_average(
            signal,
            np.arange(len(life.errors)) * width + BEFORE,
            BEFORE,
            AFTER - 1,
            ax,
            [f"first {_FEW} trials", f"last {_FEW} trials"],
            title="cue at 0, drop " + (f"at {life.delay}" if group == "classical" else "at any time"),
            ylabel="TD error",
        )
    figure.savefig(path)


def tables(lives: TrialLives, share: float) -> Iterator[str]:
    """Yield what animals do beside what ours do, and what all of it brings, line by line."""
    yield "| phase | animals | ours | difference, 95 % interval | as animals |\n|---|---|---|---|---|"
    yield from (line.text() for line in table_lines(lives))
    yield "\n| who | reward per 100 ticks, 95 % interval |\n|---|---|"
    for name, values in rewards(share=share).items():
        low, high = confidence_interval(values)
        yield f"| {name} | {values.mean():.2f} ({low:.2f} to {high:.2f}) |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--share", type=float, default=1.0, help="of the trials, below 1 to see that it works")
    parser.add_argument("--page", action="store_true", help=f"write them into {PAGE.name}, too")
    options = parser.parse_args(arguments)
    lives, lines = TrialLives(options.seeds, options.share), []
    for line in tables(lives, options.share):
        print(line, flush=True)
        lines.append(line)
    if options.page:
        draw_errors(lives, PAGE.with_name("conditioning-errors.png"))
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(fill_block(text, BEGIN, END, "\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
