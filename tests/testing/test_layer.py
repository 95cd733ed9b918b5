"""The checks of a layer pass on every layer of the house and fail on each fault planted here."""

from typing import Any

import pytest
import torch
from torch import Tensor

from alife.nn import ALIF, LI, LIB, LIF, LIG, LIS, RLIF, SLIF, Layer
from alife.nn.input_trace import InputTrace
from alife.testing import check_layer


@pytest.mark.slow
@pytest.mark.parametrize("kind", [LIF, ALIF, SLIF, RLIF, LI, LIS, LIB, LIG])
def test_the_layers_of_the_house_pass(kind: type[Layer]) -> None:
    """Each keeps the contract, with everything learned that it can learn."""
    check_layer(kind, learn=kind.learnable)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{"refractory": 2}, {"decay": (0.5, 0.9)}, {"dale": 0.6}, {"mean_spikes": "clipped"}, {"threshold": 10.0}],
)
def test_options_keep_the_contract(options: dict[str, Any]) -> None:
    """LIF keeps it with its options too."""
    check_layer(LIF, **options)


class _Narrow(LI):
    """Puts out one number too few."""

    def read_out(self, membrane: Tensor) -> Tensor:
        return membrane[..., :-1].clone()


class _Mixing(LI):
    """Lets rows hear each other."""

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        membrane, output = super().update_membrane(current)
        return membrane, output + (output.mean(0) if self.rows else 0.0)

    def steady_output(self, current: Tensor) -> Tensor:
        return super().steady_output(current)


class _Remembering(LI):
    """Keeps a state that is never cleared."""

    secret: Tensor

    def __init__(self, inputs: int, size: int, **options: Any) -> None:
        super().__init__(inputs, size, **options)
        self.register_buffer("secret", torch.zeros(*self.rows, size))

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        self.secret += 0.1 * current
        membrane, output = super().update_membrane(current)
        return membrane, output + self.secret


class _Hiding(LI):
    """Keeps a state outside of its state_dict."""

    hidden: Any = 0.0

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        self.hidden = 0.5 * self.hidden + current
        membrane, output = super().update_membrane(current)
        return membrane, output + self.hidden

    def zero_states(self, rows: Any = None) -> None:
        super().zero_states(rows)
        if rows is not None:
            self.hidden[rows] = 0.0


class _Wrong(LI):
    """Says half of what it puts out."""

    def steady_output(self, current: Tensor) -> Tensor:
        return super().steady_output(current) / 2.0


class _Cut(LI):
    """Loses the way to a part of its gradient."""

    def steady_output(self, current: Tensor) -> Tensor:
        return super().steady_output(0.5 * current + 0.5 * current.detach())


class _Deaf(LI):
    """Learns its decay, but says its mean without a gradient for it."""

    def steady_output(self, current: Tensor) -> Tensor:
        return current / (1.0 - self._decay.detached_value())


class _Nameless(LI):
    """Says that it can learn something that no parameter is called after."""

    learnable = (*LI.learnable, "gain")


class _Late(InputTrace):
    """Says half of its derivative."""

    def with_decay_gradient(self, mean: Tensor) -> Tensor:
        return 0.5 * super().with_decay_gradient(mean) + 0.5 * mean


class _Misled(LI):
    """Learns its trace decay from a wrong derivative."""

    def __init__(self, inputs: int, size: int, **options: Any) -> None:
        super().__init__(inputs, size, **options)
        assert self.trace is not None
        self.trace.__class__ = _Late


class _Unsettled(LIS):
    """Says the choice of its current, not that of the membrane it settles at."""

    def steady_output(self, current: Tensor) -> Tensor:
        return torch.softmax(current, -1)


class _Short(LI):
    """Says a little less than it puts out."""

    def steady_output(self, current: Tensor) -> Tensor:
        return 0.85 * super().steady_output(current)


class _Constant(LIS):
    """Says the same whatever comes in."""

    def steady_output(self, current: Tensor) -> Tensor:
        return torch.softmax(0.0 * current, -1)


class _Opposite(LI):
    """Puts out little, and says the opposite of it."""

    def read_out(self, membrane: Tensor) -> Tensor:
        return 0.01 * membrane

    def steady_output(self, current: Tensor) -> Tensor:
        return -super().steady_output(current)


class _OneSpread(LIG):
    """Says that its standard deviations never change."""

    def steady_output(self, current: Tensor) -> Tensor:
        means, spreads = super().steady_output(current).chunk(2, -1)
        return torch.cat([means, 0.0 * spreads + 1.0], -1)


class _Bursting(LI):
    """Leaves the numbers under a strong input."""

    def read_out(self, membrane: Tensor) -> Tensor:
        return membrane + membrane.abs().sub(20.0).clamp_min(0.0).exp() - 1.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (_Narrow, "put out a shape"),
        (_Mixing, "a row of _Mixing differs"),
        (_Remembering, "zero_states does not clear"),
        (_Hiding, "goes on otherwise"),
        (_Wrong, "of its range from its average output"),
        (_Unsettled, "the mean of _Unsettled"),
        (_Short, r"moves 0\.850 times as far with the input"),
        (_Constant, "from its average output"),
        (_Opposite, "from its average output"),
        (_OneSpread, "from its average output"),
        (_Cut, "the gradient of weight"),
        (_Bursting, "is not finite"),
    ],
)
def test_a_planted_fault_is_named(kind: type[Layer], sentence: str) -> None:
    """Each fault is found, by one sentence."""
    with pytest.raises(AssertionError, match=sentence):
        check_layer(kind)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "learn", "sentence"),
    [
        (
            _Deaf,
            "decay",
            r"free_decay of _Deaf is to be learned and gets no gradient; .* takes differentiable_value\(\)",
        ),
        (_Nameless, "gain", "_Nameless is to learn gain, and no parameter of that name gets a gradient"),
        (_Misled, "trace_decay", "the gradient of trace.free_decay in _Misled"),
    ],
)
def test_what_is_learned_has_its_gradient(kind: type[Layer], learn: str, sentence: str) -> None:
    """Each name in `learn` is looked for, the trace decay too."""
    check_layer(kind)
    with pytest.raises(AssertionError, match=sentence):
        check_layer(kind, learn=("weight", learn))
