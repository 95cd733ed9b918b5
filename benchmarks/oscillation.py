"""Do a predator and its prey oscillate: their numbers in a run of the savanna, the period, and who follows whom.

python run.py configs/savanna.yaml --headless --out savanna
python -m benchmarks.oscillation savanna      draws docs/life/savanna.png from a window of the run

Numbers are those of the lines of metrics, averaged over a day and its night, so that what the sun does to them is no
oscillation. The period is the lag of the first peak of the autocorrelation after it has been below zero; the delay is
the lag at which the numbers of hunters correlate most with those of grazers before.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import alife
from alife.plot.style import colour, dash, finish, legend, new_figure, number_whole
from alife.runs import Run

ROOT = Path(__file__).resolve().parent.parent
SPECIES = ("grazers", "hunters")  # prey and predators
EVERY = 100  # ticks between two lines

Floats = NDArray[np.float64]


def numbers_in(path: Path, first: int, end: int) -> tuple[Floats, dict[str, Floats]]:
    """Return ticks of a run, from one to another, and how many of each species lived in the day around each."""
    run = alife.load(path)
    assert isinstance(run, Run)
    lines = run.metrics[SPECIES[0]]["tick"]
    those = (lines >= first) & (lines <= end)
    day = max(1, int(run.config["world"]["day"]) // EVERY)
    weights = np.full(day, 1.0 / day)
    means = {name: np.convolve(run.metrics[name]["living"][those], weights, "valid") for name in SPECIES}
    return np.convolve(lines[those], weights, "valid"), means


def correlation(one: Floats, other: Floats, lag: int) -> float:
    """Return how one series correlates with another so many places later."""
    if lag < 0:
        return correlation(other, one, -lag)
    return float(np.corrcoef(one[: len(one) - lag], other[lag:])[0, 1])


def period(numbers: Floats) -> tuple[int, float] | None:
    """Return the lag in ticks of the first peak of the autocorrelation beyond zero, and its height; None if none is."""
    found = np.array([correlation(numbers, numbers, lag) for lag in range(len(numbers) // 2)])
    below = np.flatnonzero(found < 0.0)
    if not len(below):
        return None
    above = below[0] + np.flatnonzero(found[below[0] :] > 0.0)
    if not len(above):
        return None
    ends = above[0] + np.flatnonzero(found[above[0] :] <= 0.0)
    peak = above[0] + int(found[above[0] : ends[0] if len(ends) else None].argmax())
    return peak * EVERY, float(found[peak])


def delay(prey: Floats, predators: Floats, most: int) -> tuple[int, float]:
    """Return how many ticks predators follow their prey, within so many either way, and their correlation then."""
    lags = range(-most // EVERY, most // EVERY + 1)
    found = [correlation(prey, predators, lag) for lag in lags]
    best = int(np.argmax(found))
    return lags[best] * EVERY, found[best]


def describe(numbers: Mapping[str, Floats]) -> str:
    """Return a sentence about the numbers of prey and predators, in this order."""
    prey, predators = numbers
    own = period(numbers[prey])
    if own is None:
        return f"{prey} do not oscillate here."
    parts = [f"{name}: {each.min():.0f} to {each.max():.0f}, mean {each.mean():.0f}" for name, each in numbers.items()]
    other, (lag, height) = period(numbers[predators]), delay(numbers[prey], numbers[predators], own[0] // 2)
    said = "have no period" if other is None else f"have one of {other[0]:,} (autocorrelation {other[1]:.2f})"
    return (
        f"{'; '.join(parts)}. {prey} have a period of {own[0]:,} ticks (autocorrelation {own[1]:.2f}), {predators} "
        f"{said}; {predators} follow {lag:,} ticks later, {lag / own[0]:.2f} of a period (correlation {height:.2f})."
    )


def draw(numbers: Mapping[str, Floats], ticks: Floats, path: Path) -> None:
    """Draw the numbers over time, and each against the other."""
    figure = new_figure((12.0, 4.2))
    time, phase = figure.subplots(1, 2, width_ratios=(2.2, 1.0))
    for k, (name, each) in enumerate(numbers.items()):
        time.plot(ticks, each, dash(k), color=colour(k), linewidth=1.4, label=name)
    time.set_ylim(bottom=0)
    number_whole(time.xaxis, time.yaxis)
    legend(time)
    finish(time, "savanna: how many live, mean of a day", "tick", "creatures")
    prey, predators = numbers
    phase.plot(numbers[prey], numbers[predators], color=colour(0), linewidth=0.8)
    phase.plot(numbers[prey][0], numbers[predators][0], "o", color=colour(0))
    number_whole(phase.xaxis, phase.yaxis)
    finish(phase, "from the dot on", f"{prey} that live", f"{predators} that live")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw a window of a run and print what it shows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a run of configs/savanna.yaml")
    parser.add_argument(
        "--from", type=int, default=170_000, metavar="TICK", dest="first", help="where the window begins"
    )
    parser.add_argument("--to", type=int, default=195_000, metavar="TICK", dest="end", help="where it ends")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "life" / "savanna.png", metavar="FILE")
    options = parser.parse_args(arguments)
    ticks, numbers = numbers_in(options.run, options.first, options.end)
    draw(numbers, ticks, options.out)
    print(describe(numbers))


if __name__ == "__main__":
    main()
