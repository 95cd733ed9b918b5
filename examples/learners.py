"""Three that can learn which of ten classes they are shown: spikes and traces, an ordinary network, and traceTorch.

Each has `rows` separate networks side by side, one for each seed, and sees one example at a time.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from alife import loss, nn

CLASSES, TICKS = 10, 20
ENTROPY = 0.2  # entropy bonus, in rewards per nat


def coded(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return spikes (TICKS, *rows, inputs) that come with the probabilities (*rows, inputs)."""
    return torch.bernoulli(images.expand(TICKS, *images.shape), generator=generator)


class Learner(ABC):
    """Shows itself an example, says how likely each class is, and is told: the class, or whether a guess was right."""

    rows: int
    shown: Tensor  # (rows, CLASSES) the probabilities for the last example
    reflect: loss.Reflect

    @abstractmethod
    def show_images(self, images: Tensor) -> Tensor:
        """Return the probabilities of the classes, (rows, CLASSES), for an image in each row, (rows, inputs)."""

    @abstractmethod
    def learn_from(self, signal: Tensor) -> None:
        """Learn from d loss / d probabilities, (rows, CLASSES)."""

    @abstractmethod
    def exam(self, images: Tensor) -> Tensor:
        """Return the most likely class of every image (n, inputs) according to each row, (n, rows)."""

    def teach(self, classes: Tensor) -> None:
        """Learn which class it was, (rows,)."""
        self.learn_from(loss.nll(self.shown, classes).signal)

    def reward_guesses(self, guesses: Tensor, rewards: Tensor) -> None:
        """Learn from the reward of a guess, both (rows,)."""
        self.reflect.zero_states()
        self.reflect.observe(self.shown, guesses)
        rewarded = self.reflect(rewards, self.shown).signal
        # Less entropy costs: d (sum p log p) / dp.
        self.learn_from(rewarded + ENTROPY * (1.0 + self.shown.clamp_min(loss.TINIEST).log()))


def optimiser(groups: Sequence[tuple[Sequence[Tensor], float]], steps: int) -> Callable[[], None]:
    """Return what takes one step of Adam and clears the gradients; the rates fall in a line to a twentieth."""
    adam = torch.optim.Adam([{"params": parameters, "lr": rate} for parameters, rate in groups])
    falling = torch.optim.lr_scheduler.LinearLR(adam, 1.0, 0.05, steps)

    def step() -> None:
        adam.step()
        falling.step()
        adam.zero_grad()

    return step


class Spiking(Learner):
    """LIF neurons and a softmax over leaky membranes, learning from traces: one backward pass for each example."""

    def __init__(
        self, inputs: int, hidden: int, rows: int, rates: tuple[float, float], steps: int, mean_spikes: str = "smoothed"
    ) -> None:
        self.rows, self.sizes, self.mean_spikes = rows, (inputs, hidden), mean_spikes
        self.generator = torch.Generator().manual_seed(rows)
        self.net = self._network((rows,))
        nn.fluctuation_driven_(self.net.layers[0], input_rate=0.3, generator=self.generator)  # type: ignore[arg-type]
        below, above = ([layer.weight] for layer in self.net.layers)
        self.update = optimiser([(below, rates[0]), (above, rates[1])], steps)
        self.reflect = loss.Reflect(CLASSES, decay=0.99, rows=(rows,))

    def _network(self, rows: tuple[int, ...]) -> nn.Sequential:
        inputs, hidden = self.sizes
        return nn.Sequential(
            nn.LIF(inputs, hidden, decay=0.9, trace_decay=0.98, mean_spikes=self.mean_spikes, rows=rows),
            nn.LIS(hidden, CLASSES, decay=0.2, trace_decay=0.98, rows=rows),
        )

    def show_images(self, images: Tensor) -> Tensor:
        self.shown = self._probabilities(self.net, images)
        return self.shown

    def _probabilities(self, net: nn.Sequential, images: Tensor) -> Tensor:
        net.zero_states()
        with torch.inference_mode():  # a little faster; no graph is built in any case
            for spikes in coded(images, self.generator):
                net(spikes)
        return net.mean_output()

    def learn_from(self, signal: Tensor) -> None:
        self.net.backward(signal)
        self.update()

    def exam(self, images: Tensor) -> Tensor:
        # A copy of every network for each image, so that all are shown at once.
        many = self._network((len(images), self.rows))
        with torch.no_grad():
            for copy, own in zip(many.parameters(), self.net.parameters(), strict=True):
                copy.copy_(own)
        return self._probabilities(many, images.unsqueeze(1).expand(-1, self.rows, -1)).argmax(-1)


class ANN(Learner):
    """As many rectified units instead of spiking ones, learning by autograd; it sees the same spikes, averaged."""

    def __init__(self, inputs: int, hidden: int, rows: int, rates: tuple[float, float], steps: int) -> None:
        self.rows, self.generator = rows, torch.Generator().manual_seed(rows)
        first = torch.randn(rows, inputs, hidden, generator=self.generator) * (2.0 / inputs) ** 0.5
        self.parameters = [first, torch.zeros(rows, 1, hidden), torch.zeros(rows, hidden, CLASSES)]
        for parameter in self.parameters:
            parameter.requires_grad_()
        self.update = optimiser([(self.parameters[:2], rates[0]), (self.parameters[2:], rates[1])], steps)
        self.reflect = loss.Reflect(CLASSES, decay=0.99, rows=(rows,))

    def _probabilities(self, images: Tensor) -> Tensor:
        first, bias, second = self.parameters
        seen = coded(images, self.generator).mean(0).unsqueeze(-2)
        return torch.softmax((seen @ first + bias).relu() @ second, -1).squeeze(-2)

    def show_images(self, images: Tensor) -> Tensor:
        self.graph = self._probabilities(images)
        self.shown = self.graph.detach()
        return self.shown

    def learn_from(self, signal: Tensor) -> None:
        self.graph.backward(signal)  # type: ignore[no-untyped-call]
        self.update()

    @torch.no_grad()
    def exam(self, images: Tensor) -> Tensor:
        return self._probabilities(images.unsqueeze(1).expand(-1, self.rows, -1)).argmax(-1)


class TraceTorch(Learner):
    """The same network in traceTorch 0.3.0, with the losses it has. It knows no rows: there is one network."""

    rows = 1

    def __init__(self, inputs: int, hidden: int, seed: int, rate: float, steps: int) -> None:
        import tracetorch

        torch.manual_seed(seed)
        self.source: Any = tracetorch
        self.generator = torch.Generator().manual_seed(seed)
        self.net = tracetorch.snn.Sequential(tracetorch.snn.LIF(inputs, hidden), tracetorch.snn.LIS(hidden, CLASSES))
        self.own_reflect = tracetorch.loss.Reflect(CLASSES)
        self.update = optimiser([(self.net.get_learnable_parameters(), rate)], steps)

    def _probabilities(self, image: Tensor) -> Tensor:
        self.net.zero_states()
        return torch.stack([self.net(spikes) for spikes in coded(image, self.generator)])

    def show_images(self, images: Tensor) -> Tensor:
        self.shown = self._probabilities(images[0])[-1:].clone()
        return self.shown

    def learn_from(self, signal: Tensor) -> None:
        self.net.backward(signal[0])
        self.update()

    def teach(self, classes: Tensor) -> None:
        target = torch.nn.functional.one_hot(classes[0], CLASSES).float()
        _, signal = self.source.loss.mse(self.shown[0].clone(), target)
        self.learn_from(signal.unsqueeze(0))

    def reward_guesses(self, guesses: Tensor, rewards: Tensor) -> None:
        self.own_reflect.zero_states(clear_reward=False)
        self.own_reflect(self.shown[0], torch.nn.functional.one_hot(guesses[0], CLASSES).float())
        _, signal = self.own_reflect.backward(rewards[0])
        self.learn_from(signal.unsqueeze(0))

    def exam(self, images: Tensor) -> Tensor:
        return torch.stack([self._probabilities(image).mean(0).argmax() for image in images]).unsqueeze(1)
