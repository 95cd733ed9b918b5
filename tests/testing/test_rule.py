"""The checks of a rule pass on every rule of the house, on one in plain numpy, and fail on each fault planted here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.actor_critic import ActorCritic
from agents.layer import Layer
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace, GatedTraces
from agents.rules.ring import Ring
from agents.rules.slots import Slots
from agents.triggers.every import Every
from alife.config.resolve import RULE, resolve, short_names
from alife.core.brain import Floats, Rows, Rule, Traces
from alife.testing import check_rule

LEARNING = [rule for rule in (resolve(RULE, name) for name in short_names(RULE)) if issubclass(rule, ActorCritic)]


@pytest.mark.slow
@pytest.mark.parametrize("rule", LEARNING)
def test_the_rules_of_the_house_pass(rule: type[ActorCritic]) -> None:
    """Each keeps the contract with its defaults."""
    check_rule(rule())


@pytest.mark.slow
@pytest.mark.parametrize(
    "rule",
    [
        GatedTrace(trigger=Every()),
        GatedTrace(trace_decay=0.0),
        GatedTrace(accumulate=False),
        EProp(accumulate=False, feedback="random"),
        Slots(slots=1),
        Slots(control_variate=0.5),
        Ring(slots=2),
        Ring(decay_pace=2.0),
        EProp(decay_pace=2.0, accumulate=False),
    ],
    ids=[
        "every",
        "forgetful",
        "now",
        "random feedback",
        "one slot",
        "control variate",
        "two slots",
        "decays by ring",
        "decays by eprop",
    ],
)
def test_other_parameters_keep_the_contract(rule: ActorCritic) -> None:
    """It does not hang on the defaults."""
    check_rule(rule)


@dataclass(frozen=True, kw_only=True)
class Plain(ActorCritic):
    """The readout learns by its gated trace, written in plain numpy, and the layers below stay as they are."""

    accumulate: bool = False

    def traces(self, layers: Sequence[Layer]) -> Traces:
        return PlainTraces(layers, self.keep)


class PlainTraces(Traces):
    accumulates = False

    def __init__(self, layers: Sequence[Layer], keep: float) -> None:
        self._layers, self._keep, readout = layers, keep, layers[-1]
        self._decay = readout.neurons.decays[0][:, :1]
        self.features = np.zeros((readout.rows, readout.inputs), readout.weight.dtype)
        self.gated = np.zeros_like(readout.weight)

    def perceive(self, rows: Rows) -> None:
        self.features[rows] = self._decay[rows] * self.features[rows] + self._layers[-1].input[rows]

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        outer = self.features[rows][:, :, None] * grad_log_prob[rows][:, None]
        self.gated[rows] = self._keep * self.gated[rows] + outer

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return [*(np.zeros_like(layer.weight[rows]) for layer in self._layers[:-1]), self.gated[rows]]

    def reset(self, rows: Rows) -> None:
        self.features[rows] = 0.0
        self.gated[rows] = 0.0


@pytest.mark.slow
def test_a_rule_in_plain_numpy_passes() -> None:
    """The contract asks for arrays, not for kernels."""
    check_rule(Plain())


class _Narrow(GatedTraces):
    """Has gradients that are too narrow."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return [gradient[..., :-1].copy() for gradient in super().gradients(rows, accumulated)]


class _Few(GatedTraces):
    """Has no gradient for the readout."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return super().gradients(rows, accumulated)[:-1]


class _Wide(GatedTraces):
    """Has gradients in twice the precision."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return [gradient.astype(np.float64) for gradient in super().gradients(rows, accumulated)]


class _Turned(GatedTraces):
    """Has gradients in another order."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return [np.asfortranarray(gradient) for gradient in super().gradients(rows, accumulated)]


class _Listing(GatedTraces):
    """Has lists for gradients."""

    def gradients(self, rows: Rows, accumulated: bool) -> Any:
        return [gradient.tolist() for gradient in super().gradients(rows, accumulated)]


class _Shuffled(GatedTraces):
    """Gives the rows in another order."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return super().gradients(rows[::-1] if len(rows) == 2 else rows, accumulated)


class _Lending(GatedTraces):
    """Gives its own memory away."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.lent = np.zeros_like(self._layers[-1].weight)

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        found = super().gradients(rows, accumulated)
        self.lent[rows] = found[-1]
        return [*found[:-1], self.lent if len(rows) == len(self.lent) else found[-1]]


class _Crosswise(GatedTraces):
    """Keeps an array with rows last."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.last = np.zeros((2, self._layers[-1].rows))


class _Mixing(GatedTraces):
    """Lets rows hear each other."""

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        super().record(rows, grad_log_prob + 0.1 * grad_log_prob.mean(0))


class _Deaf(GatedTraces):
    """Finds nothing to learn."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return [np.zeros_like(gradient) for gradient in super().gradients(rows, accumulated)]


class _Everywhere(GatedTraces):
    """Takes in a decision in all rows, whatever it was given."""

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        super().record(np.arange(len(grad_log_prob)), grad_log_prob)


class _Counting(GatedTraces):
    """Counts a decision once for each slice of rows."""

    counters = ("count",)
    count = 0

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        super().record(rows, grad_log_prob * (1.0 + self.count % 2))
        self.count += 1


class _Remembering(GatedTraces):
    """Goes on as if nothing had ended."""

    def reset(self, rows: Rows) -> None:
        pass


class _Filtering(GatedTraces):
    """Forgets what was decided, and not what was seen."""

    def reset(self, rows: Rows) -> None:
        for part in (*self.hidden, self.readout):
            part.gated.reset(rows)


class _Echoing(GatedTraces):
    """Lets what was seen before its life speak as soon as something is seen again."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.seen = np.zeros(self._layers[-1].rows)

    def perceive(self, rows: Rows) -> None:
        super().perceive(rows)
        self.seen[rows] += self._layers[0].input[rows].sum(1)

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        seen = self._layers[0].input.any(1) * self.seen
        super().record(rows, np.ascontiguousarray(grad_log_prob * (1.0 + seen[:, None]), grad_log_prob.dtype))


class _Forgetting(GatedTraces):
    """Clears all traces with one row's."""

    def reset(self, rows: Rows) -> None:
        super().reset(np.arange(self._layers[-1].rows))


class _Hiding(GatedTraces):
    """Keeps a state outside of its state_dict."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._last = np.zeros((self._layers[-1].rows, self._layers[-1].size))

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        super().record(rows, np.ascontiguousarray(grad_log_prob + self._last, grad_log_prob.dtype))
        self._last[rows] = 0.5 * grad_log_prob[rows]

    def reset(self, rows: Rows) -> None:
        super().reset(rows)
        self._last[rows] = 0.0


class _Bursting(GatedTraces):
    """Leaves the numbers under a strong input."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        found = super().gradients(rows, accumulated)
        return [gradient * np.exp(np.maximum(np.abs(gradient) - 100.0, 0.0)) for gradient in found]


class _Growing(GatedTraces):
    """Writes a diary."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._diary: list[NDArray[Any]] = []

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        super().record(rows, grad_log_prob)
        self._diary.append(grad_log_prob.copy())


class _Graphing(GatedTraces):
    """Keeps a tensor with its graph."""

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        import torch

        super().record(rows, grad_log_prob)
        self._tensor = 2.0 * torch.ones((), requires_grad=True)


class _Backward(GatedTraces):
    """Goes downhill."""

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        return [-gradient for gradient in super().gradients(rows, accumulated)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("traces", "sentence"),
    [
        (_Narrow, "a gradient of Planted has the shape"),
        (_Few, "has gradients for 0 layers of 1"),
        (_Wide, "a gradient of Planted is of float64, the weight of float32"),
        (_Turned, "must be in C order"),
        (_Listing, "must be an array, it is a list"),
        (_Shuffled, "are not those rows of all"),
        (_Lending, "changes a trace or a weight"),
        (_Crosswise, r"must have rows first, one has the shape \(2, 7\)"),
        (_Mixing, "a row learns otherwise beside others"),
        (_Deaf, "nothing is learned from rewards"),
        (_Everywhere, "record of Planted changes a row it was not given"),
        (_Counting, "does otherwise where rows are taken by slices"),
        (_Remembering, "reset does not clear"),
        (_Filtering, "reset does not clear"),
        (_Echoing, "tells two pasts apart"),
        (_Forgetting, "reset of Planted changes a row it was not given"),
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
        def traces(self, layers: Sequence[Layer]) -> GatedTraces:
            return traces(layers, self.keep, self.accumulate, self.feedback_to(layers))

    with pytest.raises(AssertionError, match=sentence):
        check_rule(Planted())


def test_a_rule_that_no_brain_carries_out_is_named() -> None:
    """What derives from Rule alone is refused in a sentence."""

    class Idle(Rule):
        pass

    with pytest.raises(AssertionError, match=r"Idle must derive from agents.actor_critic:ActorCritic"):
        check_rule(Idle())
