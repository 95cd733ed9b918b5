"""Brains alone: the forward pass, and a whole tick with learning."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from agents.brain import Brain
from agents.layer import Layer
from agents.neurons.lif import LIF
from agents.readouts.lis import LIS
from agents.rules.ring import Ring
from alife.core.brain import Floats, Neuron, Rows
from alife.core.random import Stream

INPUTS, HIDDEN, ACTIONS = 32, (64, 64), 5
DECAY = 0.5
ACTIVE = 0.2  # share of the inputs that spike at a tick
GAIN = 4.0  # of the weights above the lowest layer, so that sparse spikes make neurons there spike about as often
EVENTS = 0.05  # share of the rows that learn at a tick
TICKS = 16  # of inputs drawn beforehand


def draw_signals(rows: int, inputs: int = INPUTS, active: float = ACTIVE) -> list[NDArray[np.float32]]:
    """Return the spikes of some ticks, (rows, inputs) each."""
    random = np.random.default_rng(0)
    return [(random.random((rows, inputs)) < active).astype(np.float32) for _ in range(TICKS)]


class BrainTicks:
    """Brains that take tick after tick, in as many slices of rows as there are threads.

    Args:
        rows: how many brains, each with weights of its own.
        learning: whether they also learn and act.
        threads: slices that are run at once.
        hidden: neurons of each hidden layer.
        active: share of the inputs that spike at a tick; at 1 every neuron spikes at every tick, too.
    """

    def __init__(
        self,
        rows: int,
        learning: bool,
        threads: int = 1,
        hidden: Sequence[int] = HIDDEN,
        active: float = ACTIVE,
    ) -> None:
        self.brain = Brain(_layers(rows, hidden, dense=active >= 1.0), Ring() if learning else None)
        self._signals = draw_signals(rows, active=active)
        self._rewarded = [np.random.default_rng(k).random(rows) < EVENTS for k in range(TICKS)]
        self._rewards, self._never = np.zeros(rows, np.float32), np.zeros(rows, bool)
        self._random, self._tick, self._learning = Stream(0, "engine"), 0, learning
        self._slices = np.array_split(np.arange(rows), min(threads, rows))
        self._pool = ThreadPoolExecutor(len(self._slices) - 1) if len(self._slices) > 1 else None

    def run_tick(self) -> None:
        """Run one tick of all brains."""
        place = self._tick % TICKS
        signal, rewarded = self._signals[place], self._rewarded[place]
        if self._learning:
            self._rewards[:] = rewarded
            random = self.brain.readout.random_numbers(self._random.at(self._tick), 1)[0]
            self._run(lambda rows: self._learn(rows, signal, rewarded, random))
        else:
            self._run(lambda rows: self.brain.think(rows, signal))
        self.brain.count_tick()
        self._tick += 1

    def _run(self, work: Callable[[Rows], None]) -> None:
        first, *others = self._slices
        waiting = [self._pool.submit(work, rows) for rows in others] if self._pool is not None else []
        work(first)
        for each in waiting:
            each.result()

    def _learn(self, rows: Rows, signal: Floats, rewarded: NDArray[np.bool_], random: Floats) -> None:
        self.brain.think(rows, signal)
        self.brain.learn(rows, self._rewards, self._never, rewarded, self._never)
        self.brain.decide(rows, random)

    def touched_bytes(self) -> int:
        """Return the bytes that the last tick read: each array once, of weights the rows of inputs that were not zero.

        What only an event reads is left out.
        """
        weights = sum(_weights_read(layer) for layer in self.brain.layers)
        neurons = sum(array.nbytes for layer in self.brain.layers for array in layer.neurons.arrays())
        learner = self.brain.learner
        parts = () if learner is None else (learner.traces, learner.critic)
        return weights + neurons + sum(array.nbytes for part in parts for array in part.arrays())


def _layers(rows: int, hidden: Sequence[int], dense: bool) -> list[Layer]:
    neurons: list[Neuron] = [LIF(size=size, decay=DECAY, threshold=1e-6 if dense else 1.0) for size in hidden]
    neurons.append(LIS(size=ACTIONS))
    widths = [INPUTS, *hidden]
    random = np.random.default_rng(0)
    layers = [Layer(neuron, inputs, rows, random) for neuron, inputs in zip(neurons, widths, strict=True)]
    for layer in layers[1:]:
        layer.weight *= GAIN
    if dense:
        for layer in layers:
            np.abs(layer.weight, out=layer.weight)  # so that every input drives every membrane beyond the threshold
    return layers


def _weights_read(layer: Layer) -> int:
    return int(np.count_nonzero(layer.input)) * layer.size * layer.weight.itemsize
