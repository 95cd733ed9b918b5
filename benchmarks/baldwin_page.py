"""The page and the picture of the Baldwin effect, made from the rows that are kept."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from alife.plot.style import GUIDE, colour, dash, finish, legend, marker, new_figure
from benchmarks.baldwin import ARMS, WORLDS, Row, read_rows
from benchmarks.generations import ratio
from benchmarks.measured import interval

Measure = Callable[[Row], float | None]
WIDTH = 10  # generations that are pooled in tables
_STEP = 5  # and in pictures
_RATES = (0.001, 0.003, 0.01, 0.03)  # that an axis names


def innate(mark: int) -> Measure:
    """Return what reads the innate reward at a mean generation."""
    return lambda row: row["innate"].get(str(mark))


def reward(ages: str, first: int, end: int) -> Measure:
    """Return what reads the reward per 100 ticks at some ages, over some generations."""

    def read(row: Row) -> float | None:
        each = ratio(row["generations"], f"{ages} reward", f"{ages} ticks", first, end)
        return None if each is None else 100.0 * each

    return read


def log_gene(name: str, first: int, end: int) -> Measure:
    """Return what reads the mean logarithm of a gene of those born in some generations."""
    return lambda row: (
        ratio(row["generations"], f"log {name}", "births", first, end) if f"log {name}" in row["generations"] else None
    )


def lifespan(first: int, end: int) -> Measure:
    """Return what reads the ticks per death over some generations."""
    return lambda row: ratio(row["generations"], "ticks", "deaths", first, end)


def living(row: Row) -> float:
    """Return how many live, over the second half of a run."""
    course = row["course"]
    return float(np.mean([count for _, count, _ in course[len(course) // 2 :]]))


class Rows:
    """The rows that are kept, by world and arm."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = {(row["world"], row["arm"], row["seed"]): row for row in rows}

    def of(self, world: str, arm: str) -> list[Row]:
        """Return the rows of an arm, by seed."""
        return [row for (w, a, _), row in sorted(self._rows.items()) if (w, a) == (world, arm)]

    def values(self, world: str, arm: str, measure: Measure) -> list[float]:
        """Return a number for each seed that has one."""
        return [value for row in self.of(world, arm) if (value := measure(row)) is not None]

    def differences(self, one: tuple[str, str], other: tuple[str, str], measure: Measure) -> list[float]:
        """Return one arm less another, for each seed that has both; an arm is a world and a letter."""
        pairs = [(row, self._rows.get((*other, row["seed"]))) for row in self.of(*one)]
        found = [(measure(a), measure(b)) for a, b in pairs if b is not None]
        return [a - b for a, b in found if a is not None and b is not None]


def mean_of(values: Sequence[float], digits: int = 2) -> str:
    """Return a mean with half of its 95 % interval, and of how many seeds it is where that is needed to know."""
    if not values:
        return ""
    if len(values) == 1:
        return f"{values[0]:.{digits}f} (1 seed)"
    low, high = interval(values)
    return f"{np.mean(values):.{digits}f} ± {(high - low) / 2:.{digits}f} ({len(values)})"


def factor_of(logs: Sequence[float], unit: float = 1.0) -> str:
    """Return a geometric mean with its 95 % interval."""
    if len(logs) < 2:
        return ""
    low, high = interval(logs)
    mean, low, high = (float(np.exp(one)) / unit for one in (np.mean(logs), low, high))
    return f"{mean:.2f} ({low:.2f} to {high:.2f}, {len(logs)})"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *lines))


def _parts(size: Row) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first and the last generations that are pooled."""
    last = size["generation"]
    return (0, min(WIDTH, last)), (max(0, last - WIDTH), last)


def _marks(size: Row, least: int = 1) -> list[int]:
    """Return the generations at which innate reward was looked at, no closer than so many."""
    return list(range(0, size["generation"] + 1, max(least, size["every"])))


def _survival(rows: Rows, world: str, size: Row) -> str:
    lines = []
    for arm in ARMS:
        own = rows.of(world, arm)
        there = [row["ticks"] for row in own if row["generation"] >= size["generation"]]
        spans = [mean_of(rows.values(world, arm, lifespan(*part)), 0) for part in _parts(size)]
        gone = f"{sum(row['extinctions'] > 0 for row in own)} of {len(own)}, {sum(r['extinctions'] for r in own)} times"
        lines.append([_name(arm), f"{len(there)} of {len(own)}", mean_of(there, 0), gone])
        lines[-1] += [mean_of([living(row) for row in own], 0), *spans]
    head = ["", f"seeds at generation {size['generation']}", "ticks to it", "extinct", "living"]
    return _table([*head, *(f"lifespan, generations {a} to {b - 1}" for a, b in _parts(size))], lines)


def _rewards(rows: Rows, world: str, size: Row) -> str:
    measures = [reward(age, *part) for age in ("young", "old") for part in _parts(size)]
    lines = [[_name(arm), *(mean_of(rows.values(world, arm, measure)) for measure in measures)] for arm in ARMS]
    spans = [f"generations {a} to {b - 1}" for a, b in _parts(size)]
    head = [f"{age}, {span}" for age in ("ages 0 to 199", "ages 1,800 to 2,199") for span in spans]
    return _table(["", *head], lines)


def _innate(rows: Rows, world: str, size: Row) -> str:
    marks = _marks(size, WIDTH)
    lines = [[_name(arm), *(mean_of(rows.values(world, arm, innate(mark))) for mark in marks)] for arm in ARMS]
    for one, other in (("d", "b"), ("e", "b"), ("b", "a")):
        found = [rows.differences((world, one), (world, other), innate(mark)) for mark in marks]
        lines.append([f"{one} less {other}", *map(mean_of, found)])
    return _table(["", *(f"generation {mark}" for mark in marks)], lines)


def _genes(rows: Rows, world: str, size: Row) -> str:
    (_, _), last = _parts(size)
    rate, neutral = log_gene("learning_rate", *last), log_gene("neutral", *last)
    start = log_gene("learning_rate", 0, 1)
    lines = []
    for arm, (_, _, learns) in ARMS.items():
        if not learns:
            continue
        drift = rows.values(world, arm, neutral)
        both = [r - n for r, n in zip(rows.values(world, arm, rate), drift, strict=True)]
        logs = [rows.values(world, arm, start), rows.values(world, arm, rate), drift]
        lines.append([_name(arm), *(factor_of(each, 1e-3) for each in logs), factor_of(both)])
    span = f"generations {last[0]} to {last[1] - 1}"
    head = ["", "learning rate at first, 10⁻³", f"{span}, 10⁻³", f"neutral, {span}, 10⁻³", "learning rate / neutral"]
    return _table(head, lines)


def _between(rows: Rows, size: Row) -> str:
    """Return how learning rates differ between the worlds."""
    (_, _), last = _parts(size)
    measure = log_gene("learning_rate", *last)
    lines = [
        [_name(arm), factor_of(rows.differences(("steady", arm), ("turning", arm), measure))]
        for arm in ARMS
        if ARMS[arm].learns
    ]
    return _table(["", f"steady / turning, generations {last[0]} to {last[1] - 1}"], lines)


def _name(arm: str) -> str:
    return f"({arm}) {ARMS[arm].said}"


_HEAD = """# The Baldwin effect: all figures

Made by `python -m benchmarks.baldwin`, written by `python -m benchmarks.baldwin --tables --picture`; each run is a row
in `rows/`. A number is a mean over seeds ± half of its 95 % interval by Student's t, with the number of seeds in
brackets; factors are geometric means. Differences are taken seed by seed. A child is of the generation after its
parent's. *Innate* is the reward per 100 ticks of clones of the living with the weights of their birth, in an island of
their own in which nobody learns. A lifespan is ticks lived per death."""


def page(rows: Sequence[Row]) -> str:
    """Return the page of all that is kept."""
    kept, size, parts = Rows(rows), rows[0]["size"], [_HEAD]
    for world in WORLDS:
        parts += [
            f"## The {world} island",
            "Survival.",
            _survival(kept, world, size),
            "Innate reward per 100 ticks, by mean generation of the living.",
            _innate(kept, world, size),
            "Reward per 100 ticks in the lives themselves, with what they have learned so far.",
            _rewards(kept, world, size),
            "Genes of newborns.",
            _genes(kept, world, size),
        ]
    parts += ["## Between the islands", "Learning rates of newborns, seed by seed.", _between(kept, size)]
    return "\n\n".join(parts) + "\n"


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw both islands: what is innate, what the old get, and how genes move."""
    kept, size = Rows(rows), rows[0]["size"]
    figure = new_figure((13.0, 7.4))
    axes = figure.subplots(2, 3, sharey="col", squeeze=False)
    middles = list(range(0, size["generation"], min(_STEP, size["generation"])))
    for own, world in zip(axes, WORLDS, strict=True):
        for k, arm in enumerate(ARMS):
            marks = [(mark, kept.values(world, arm, innate(mark))) for mark in _marks(size)]
            _line(own[0], k, marks, _name(arm))
            spans = [(m, kept.values(world, arm, reward("old", m, m + _STEP))) for m in middles]
            _line(own[1], k, spans, _name(arm))
            if ARMS[arm].learns:
                rates = [(m, kept.values(world, arm, log_gene("learning_rate", m, m + _STEP))) for m in middles]
                _line(own[2], k, [(m, np.exp(v).tolist()) for m, v in rates], f"({arm}) learning rate", logs=True)
        drift = [(m, kept.values(world, "d", log_gene("neutral", m, m + _STEP))) for m in middles]
        _line(own[2], 6, [(m, np.exp(v).tolist()) for m, v in drift], "(d) neutral gene", logs=True)
        own[2].set_yscale("log")
        own[2].set_yticks(_RATES, [f"{rate:g}" for rate in _RATES])
        own[2].minorticks_off()
        own[2].set_ylim(5e-4, 5e-2)
        finish(own[0], f"{world}: innate", "mean generation of the living", "reward per 100 ticks, learning off")
        finish(own[1], f"{world}: at age 1,800 to 2,199", "generation", "reward per 100 ticks")
        finish(own[2], f"{world}: genes of newborns", "generation", "geometric mean over seeds")
        legend(own[1])
        legend(own[2])
    figure.savefig(path)


def _line(axes: Axes, k: int, points: Sequence[tuple[int, Sequence[float]]], name: str, logs: bool = False) -> None:
    """Draw means over seeds and their 95 % intervals, side by side where several arms have points at one place."""
    there = [(at, values) for at, values in points if len(values) > 1]
    if not there:
        return
    scale, back = (np.log, np.exp) if logs else (np.asarray, np.asarray)
    means = np.array([back(np.mean(scale(values))) for _, values in there])
    ends = np.array([back(np.array(interval(scale(values)))) for _, values in there])
    at = np.array([where + 0.25 * (k - 2) for where, _ in there])
    axes.errorbar(
        at,
        means,
        np.abs(ends.T - means),
        color=colour(k) if k < 6 else GUIDE,
        linestyle=dash(k),
        marker=marker(k + 1),
        markersize=4,
        linewidth=1.2,
        capsize=2,
        label=name,
    )


def write(out: Path, tables: bool, picture: bool) -> None:
    """Write the page, draw the picture, or both, of what is kept."""
    rows = read_rows(out)
    if not rows:
        raise SystemExit(f"error: there are no rows in {out / 'rows'}; python -m benchmarks.baldwin makes them")
    if tables:
        (out / "baldwin.md").write_text(page(rows), encoding="utf-8")
    if picture:
        draw(rows, out / "baldwin.png")
