"""What the inputs and the neurons of a brain are called in front of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alife.core.channel import Channel
from alife.core.frame import BrainProbe
from alife.view.draw.kinds import channel_name
from alife.view.draw.theme import Look


@dataclass(frozen=True)
class Names:
    """The names in one brain."""

    channels: tuple[Channel, ...]
    layers: tuple[str, ...]  # from the senses up; the last is the readout
    sizes: tuple[int, ...]
    actions: tuple[str, ...]
    looks: tuple[tuple[str, Look], ...] = ()  # of all species, by name
    sentences: tuple[str, ...] = ()  # what each layer is; "" where it does not say

    def input_name(self, layer: int, column: int) -> str:
        """Return the name of the input at a column of a layer's weights."""
        if layer > 0:
            return self.neuron_name(layer - 1, column)
        if column < len(self.channels):
            return channel_name(self.channels[column])
        return "constant 1" if column == len(self.channels) else f"input {column}"

    def neuron_name(self, layer: int, number: int) -> str:
        """Return the name of a neuron; one of the readout is called as its action, or the spread of one."""
        if layer == len(self.layers) - 1 and number < len(self.actions):
            return self.actions[number]
        if layer == len(self.layers) - 1 and number < 2 * len(self.actions):
            return f"spread of {self.actions[number - len(self.actions)]}"
        hidden = len(self.layers) - bool(self.actions)
        return f"neuron {number}" if hidden <= 1 else f"neuron {number} of {self.layer_name(layer)}"

    def layer_name(self, layer: int) -> str:
        """Return the name of a layer."""
        return self.layers[layer] if layer < len(self.layers) else f"layer {layer + 1}"

    def layer_sentences(self, layer: int) -> tuple[str, str]:
        """Return what a layer is, and where in the brain it stands."""
        place = f"layer {layer + 1} of {len(self.layers)}, counted from the senses"
        return self.sentences[layer] if layer < len(self.sentences) else "", place

    def synapse_name(self, layer: int, row: int, column: int) -> str:
        """Return the name of a weight: from where to where it leads."""
        return f"{self.input_name(layer, column)} → {self.neuron_name(layer, row)}"

    def size_text(self, layer: int, rows: int) -> str:
        """Return how many neurons, or actions, a layer has."""
        if layer < len(self.layers) - 1 or not self.actions or rows > 2 * len(self.actions):
            return counted(rows, "neuron")
        return counted(len(self.actions), "action") + (" and spreads" if rows > len(self.actions) else "")


def names_of(
    channels: Sequence[Channel], probe: BrainProbe, looks: Mapping[str, Look], explained: Mapping[str, str]
) -> Names:
    """Return the names in the brain of a probe."""
    layers = probe.layers
    return Names(
        tuple(channels),
        tuple(layer.name for layer in layers),
        tuple(len(layer.membranes) for layer in layers),
        probe.action_names,
        tuple(looks.items()),
        tuple(explained.get(layer.name, "") for layer in layers),
    )


def counted(count: int, word: str) -> str:
    """Return a number with its word: "no neurons", "1 neuron", "1,000 neurons"."""
    return f"no {word}s" if count == 0 else f"1 {word}" if count == 1 else f"{count:,} {word}s"
