"""Spiking: what integrate-and-fire neurons share, a leaky membrane, a threshold, a reset and a surrogate derivative."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alife.core.brain import Floats, Neuron, Neurons, Rows
from alife.core.errors import ConfigError
from alife.core.kernel import kernel
from alife.core.types import Amount, Decay, Positive


@dataclass(frozen=True, kw_only=True)
class Spiking(Neuron):
    """Neurons that leak, spike at a threshold, and lose the threshold by it.

        v <- d v + current      the membrane before the reset
        z  = 1 if v >= th else 0
        v <- v - th z
        dz / dv = 1 / (1 + 4 |v - th|)^2        the surrogate, of the v before the reset

    With a refractory time of n ticks a neuron that spiked neither leaks, nor takes in current, nor spikes for the n
    ticks that follow. The weights start as N(0, 1/inputs), in units of the threshold: from inputs of variance 1 the
    current has a standard deviation of one threshold.

    Source: Gerstner et al., Neuronal Dynamics (2014), chapter 1, in discrete time; the surrogate of Zenke and Ganguli,
    SuperSpike (2018).

    Args:
        decay: d of the membrane per tick; or several, each for an equal share of the neurons.
        threshold: th of the membrane.
        refractory: n, ticks.
        size, connections, dale, delay: see Neuron.
    """

    decay: Decay | Sequence[Decay] = 0.2
    threshold: Positive = 1.0
    refractory: Amount = 0

    def weights_at_birth(self) -> tuple[float, float]:
        """Return 0 and the threshold."""
        return 0.0, self.threshold


class SpikingNeurons(Neurons):
    """The state of spiking neurons in all brains."""

    surrogate: Floats

    def __init__(self, kind: Spiking, rows: int, dtype: Any) -> None:
        super().__init__(rows, kind.size, dtype)
        self.decay = per_neuron(kind.decay, rows, kind.size, dtype, "decay")
        self.at_rest = np.full((rows, kind.size), kind.threshold, dtype)  # the threshold
        self.membrane = np.zeros((rows, kind.size), dtype)  # after the reset
        self.resting = np.zeros((rows, kind.size if kind.refractory else 0), np.int32)  # ticks that are left
        self._refractory = kind.refractory

    @property
    def decays(self) -> tuple[Floats, ...]:
        """The membrane decay."""
        return (self.decay,)

    @property
    def threshold(self) -> Floats:
        """The membrane at which a neuron spikes."""
        return self.at_rest

    def fire(self, rows: Rows, current: Floats, threshold: Floats) -> None:
        """Leak, integrate, spike at a threshold and reset, (all rows, size) both."""
        _fire(
            rows,
            current,
            self.decay,
            self.at_rest,
            threshold,
            self._refractory,
            self.membrane,
            self.resting,
            self.before,
            self.output,
            self.surrogate,
        )

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows."""
        super().reset(rows)
        self.membrane[rows] = 0.0
        self.resting[rows] = 0


def per_neuron(values: Any, rows: int, size: int, dtype: Any, name: str) -> Floats:
    """Return one number for every neuron, (rows, size); several values go to neighbours in equal shares.

    Raises:
        ConfigError: there are more values than neurons, or none.
    """
    several = np.atleast_1d(np.asarray(values, dtype))
    if not 1 <= len(several) <= size:
        raise ConfigError(f"{name} must be 1 to {size} values for {size} neurons, got {len(several)}")
    return np.tile(several[np.arange(size) * len(several) // size], (rows, 1))


@kernel
def surrogate(before: float, threshold: float) -> float:
    """dz / dv = 1 / (1 + 4 |v - th|)^2."""
    steep = 1.0 + 4.0 * abs(before - threshold)
    return 1.0 / (steep * steep)


@kernel
def _fire(
    rows: Rows,
    current: Floats,
    decay: Floats,
    reset_by: Floats,
    threshold: Floats,
    refractory: int,
    membrane: Floats,
    resting: Any,
    before: Floats,
    spikes: Floats,
    slope: Floats,
) -> None:
    """Leak, integrate, spike and reset.

    `threshold` is what the membrane must reach, `reset_by` what a spike takes from it.
    """
    for r in rows:
        for j in range(membrane.shape[1]):
            before[r, j] = decay[r, j] * membrane[r, j] + current[r, j]
            if refractory > 0 and resting[r, j] > 0:
                before[r, j] = membrane[r, j]
                resting[r, j] -= 1
                spikes[r, j] = 0.0
            elif before[r, j] >= threshold[r, j]:
                spikes[r, j] = 1.0
                if refractory > 0:
                    resting[r, j] = refractory
            else:
                spikes[r, j] = 0.0
            membrane[r, j] = before[r, j] - spikes[r, j] * reset_by[r, j]
        for j in range(membrane.shape[1]):
            slope[r, j] = surrogate(before[r, j], threshold[r, j])
