"""How much each neuron moves what its creature does, as far as weights and spikes tell."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alife.core.frame import BrainProbe, Choice


def influences(
    probe: BrainProbe, weights: Sequence[NDArray[np.float32]], rates: Sequence[NDArray[np.float64]]
) -> list[NDArray[np.float64]]:
    """Return the influence of the neurons of each layer below the readout, each layer's adding up to 1.

    That of a neuron j of the highest such layer is rate_j sum_a |w_aj - mean_a w_aj|, for what all actions get alike
    moves no choice; where numbers are drawn, it is rate_j sum_a |w_aj|. Below, the weights to a neuron count by how far
    that one reaches. All zeros where there is none. It tells nothing of signs that cancel out, nor of what was learned
    by now to be silent.

    Args:
        probe: of a brain that acts.
        weights: of each layer (size, inputs), from the senses up; the last is the readout's.
        rates: of each layer below it (size,), spikes per tick.
    """
    out = np.nan_to_num(weights[-1][: len(probe.action_names)].astype(np.float64))
    reach = np.abs(out - out.mean(axis=0) if isinstance(probe.decision, Choice) and len(out) else out).sum(axis=0)
    found: list[NDArray[np.float64]] = []
    for layer in reversed(range(len(rates))):
        reach = np.nan_to_num(reach[: len(rates[layer])])
        moved = np.zeros(len(rates[layer]))
        moved[: len(reach)] = reach * rates[layer][: len(reach)]
        total = float(moved.sum())
        found.insert(0, moved / total if 0 < total < np.inf else np.zeros_like(moved))
        if layer:
            reach = reach @ np.abs(weights[layer][: len(reach)].astype(np.float64))
    return found
