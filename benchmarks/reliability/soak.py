"""One creature for a very long time: its memory stays as it was, and its traces stay what they should be."""

import gc
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.engine.loops import LoopTicks, arenas
from benchmarks.engine.resident import resident_bytes
from benchmarks.reliability.attack import Attack, Finding, Setting

_SETTLED = 0.1  # the share of all ticks after which memory is looked at for the first time
_LAST = 2000  # ticks from which a trace is calculated again: what is older weighs less than one can see
_MIB = 2**20
_MOST_GROWTH, _MOST_ERROR = 3.0, 1e-4


def live_long(setting: Setting) -> Finding:
    """Live for so many ticks, and look at memory and traces."""
    loop, ticks = LoopTicks(arenas(1)), setting.count
    looks = []
    for tick in range(ticks - _LAST):
        loop.run_tick()
        if tick >= _SETTLED * ticks and tick % max(1, ticks // 20) == 0:
            gc.collect()
            looks.append(resident_bytes() / _MIB)
    error = _largest_error(loop)
    growth = max(looks) - looks[0]
    said = f"{growth:+.2f} MB from {looks[0]:.1f} MB on; traces within {error:.1e} of float64"
    faults = [said] if growth > _MOST_GROWTH or error > _MOST_ERROR else []
    return Finding(said, faults)


def _largest_error(loop: LoopTicks) -> float:
    """Return how far traces are from those of the last ticks in float64, as a share of their largest number.

    Both the trace of the critic, E <- g l E + f, and the filtered input of the hidden layer, F <- d F + x.
    """
    brain: Any = loop.simulation.populations["learners"].brain  # type: ignore[attr-defined]
    critic, hidden, layer = brain.learner.critic, brain.learner.traces.hidden[0], brain.layers[0]
    features, inputs = [], []
    for _ in range(_LAST):
        loop.run_tick()
        features.append(critic.features[0].copy())
        inputs.append(layer.input[0].copy())
    rule: Any = loop.simulation.config.creatures["learners"].learning.build()
    decay = float(layer.neurons.decays[0][0, 0])
    return max(
        _relative_error(critic.traces[0], _trace(features, rule.keep)),
        _relative_error(hidden.filtered[0, 0], _trace(inputs, decay)),
    )


def _trace(seen: list[NDArray[Any]], keep: float) -> NDArray[np.float64]:
    trace = np.zeros(seen[0].shape, np.float64)
    for one in seen:
        trace = keep * trace + one
    return trace


def _relative_error(found: NDArray[Any], expected: NDArray[np.float64]) -> float:
    return float(np.abs(found - expected).max() / np.abs(expected).max())


SOAK = Attack(
    "soak",
    "one creature of forage for {count:,} ticks",
    "memory flat within 3 MB, traces within 1e-4 of float64",
    10_000_000,
    6_000,
    live_long,
)
