"""No learning: the control."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.layer import Layer
from alife.core.brain import Neuron, Rule


@dataclass(frozen=True)
class NoLearning(Rule):
    """The weights stay as they were at birth. Nothing is remembered and nothing is changed."""

    def build_layer(self, neuron: Neuron, inputs: int, rows: int, random: np.random.Generator, dtype: Any) -> Layer:
        """Return a layer; a user's layer of `alife.nn` runs on torch here, too."""
        if not getattr(neuron, "on_torch", False):
            return Layer(neuron, inputs, rows, random, dtype)
        from agents.torch_layer import TorchLayer

        return TorchLayer(neuron, inputs, rows, random, dtype, trace_decay=None)
