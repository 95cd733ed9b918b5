"""The checks of a rule pass on every rule of the house and fail on each fault planted here."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import torch
from alife.learning import ActorCritic, EProp, GatedTrace, Ring, Slots, Traces
from alife.learning.gated_trace import GatedTraces
from alife.learning.triggers.every import Every
from torch import Tensor

from alife.config.resolve import RULE, resolve, short_names
from alife.nn import Layer
from alife.testing import check_rule

LEARNING = [rule for rule in (resolve(RULE, name) for name in short_names(RULE)) if issubclass(rule, ActorCritic)]


@pytest.mark.parametrize("rule", LEARNING)
def test_the_rules_of_the_house_pass(rule: type[ActorCritic]) -> None:
    """Each keeps the contract with its defaults."""
    check_rule(rule())


@pytest.mark.parametrize(
    "rule",
    [
        GatedTrace(trigger=Every()),
        GatedTrace(trace_decay=0.0),
        Slots(slots=1),
        Slots(control_variate=0.5),
        GatedTrace(accumulate=True),
        EProp(accumulate=True),
        Ring(slots=2, accumulate=True),
    ],
    ids=["every", "forgetful", "one slot", "control variate", "gated carry", "e-prop carry", "ring carry"],
)
def test_other_parameters_keep_the_contract(rule: ActorCritic) -> None:
    """It does not hang on the defaults."""
    check_rule(rule)


class _Narrow(GatedTraces):
    """Has gradients that are too narrow."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return [gradient[..., :-1] for gradient in super().gradients(rows, due)]


class _Few(GatedTraces):
    """Has no gradient for the readout."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return super().gradients(rows, due)[:-1]


class _Shuffled(GatedTraces):
    """Gives the rows in another order."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return super().gradients(rows if isinstance(rows, slice) else rows.sort().values, due)


class _Lending(GatedTraces):
    """Gives its own memory away."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return [*super().gradients(rows, due)[:-1], self.traces[-1].gated.now[rows]]


class _Mixing(GatedTraces):
    """Lets rows hear each other."""

    def write(self, gate: Tensor) -> None:
        super().write(gate + 0.1 * gate.mean(0))


class _Deaf(GatedTraces):
    """Finds nothing to learn."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return [torch.zeros_like(gradient) for gradient in super().gradients(rows, due)]


class _Remembering(GatedTraces):
    """Goes on as if nothing had ended."""

    def zero_states(self, rows: Tensor) -> None:
        pass


class _Filtering(GatedTraces):
    """Forgets what was decided, and not what was seen."""

    def zero_states(self, rows: Tensor) -> None:
        for traces in self.traces:
            traces.gated.zero_states(rows)


class _Forgetting(GatedTraces):
    """Clears all traces with one row's."""

    def zero_states(self, rows: Tensor) -> None:
        super().zero_states(torch.arange(3))


class _Hiding(GatedTraces):
    """Keeps a state outside of its state_dict."""

    last: Tensor | float = 0.0

    def write(self, gate: Tensor) -> None:
        super().write(gate + self.last)
        self.last = 0.5 * gate

    def zero_states(self, rows: Tensor) -> None:
        super().zero_states(rows)
        if isinstance(self.last, Tensor):
            self.last[rows] = 0.0


class _Bursting(GatedTraces):
    """Leaves the numbers under a strong input."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return [gradient * (gradient.abs() - 100.0).clamp_min(0.0).exp() for gradient in super().gradients(rows, due)]


class _Growing(GatedTraces):
    """Writes a diary."""

    def __init__(self, layers: Sequence[Layer], keep: float) -> None:
        super().__init__(layers, keep)
        self.diary: list[Tensor] = []

    def write(self, gate: Tensor) -> None:
        super().write(gate)
        self.diary.append(gate)


class _Graphing(GatedTraces):
    """Keeps the graph of a gradient."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return [gradient * torch.ones((), requires_grad=True) for gradient in super().gradients(rows, due)]


class _Backward(GatedTraces):
    """Goes downhill."""

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        return [-gradient for gradient in super().gradients(rows, due)]


@pytest.mark.parametrize(
    ("traces", "sentence"),
    [
        (_Narrow, "a gradient of Planted has the shape"),
        (_Few, "has gradients for 0 layers of 1"),
        (_Shuffled, "are not those rows of all"),
        (_Lending, "changes a trace or a weight"),
        (_Mixing, "a row learns otherwise beside others"),
        (_Deaf, "nothing is learned from rewards"),
        (_Remembering, "zero_states does not clear"),
        (_Filtering, "zero_states does not clear"),
        (_Forgetting, "in rows it was not given"),
        (_Hiding, "goes on otherwise from its state_dict"),
        (_Bursting, "Planted cannot learn under inputs"),
        (_Growing, "memory must not grow"),
        (_Graphing, "keeps a graph"),
        (_Backward, "more likely in 0 of 100 brains"),
    ],
)
def test_a_planted_fault_is_named(traces: type[GatedTraces], sentence: str) -> None:
    """Each fault is found, by one sentence."""

    @dataclass(frozen=True, kw_only=True)
    class Planted(GatedTrace):
        def traces(self, layers: Sequence[Layer]) -> Traces:  # type: ignore[override]
            return traces(layers, self.discount * self.trace_decay)

    with pytest.raises(AssertionError, match=sentence):
        check_rule(Planted())
