"""What cannot be meant is refused in one sentence, before anything has changed."""

import copy
import re
from typing import Any

import numpy as np
import pytest
import torch

from alife.loss import mse
from alife.nn import ALIF, LI, LIF, LIG, LIS, SLIF, Sequential, fluctuation_driven_
from tests.errors import naming
from tests.nn.cases import INPUTS, SIZE, every_kind, make, random
from tests.pairwise import pairwise

NO_TENSOR: list[tuple[Any, type[Exception], str]] = [
    (torch.ones(INPUTS, dtype=torch.long), ValueError, "of type torch.int64 ... torch.float32"),
    (torch.ones(INPUTS, dtype=torch.bool), ValueError, "of type torch.bool ... torch.float32"),
    (torch.ones(INPUTS).double(), ValueError, "of type torch.float64 ... torch.float32"),
    (np.ones(INPUTS, np.float32), TypeError, "that is a ndarray ... a tensor of (4,)"),
    (torch.tensor([1.0, 0.0, float("nan"), 1.0]), ValueError, "not finite ... nan at (2,)"),
    (torch.tensor([float("inf"), float("-inf"), 0.0, 1.0]), ValueError, "not finite ... inf at (0,)"),
    ([1.0] * INPUTS, TypeError, "that is a list ... a tensor of (4,)"),
    (torch.ones(INPUTS, device="meta"), ValueError, "on the device meta, it is on cpu itself"),
]


@pytest.mark.parametrize(("kind", "delay", "wrong"), pairwise(["alif", "rlif", "lig"], [0, 2], NO_TENSOR))
def test_an_input_of_another_kind_is_refused(kind: str, delay: int, wrong: tuple[Any, type[Exception], str]) -> None:
    """The sentence says what came and what is taken; no state has changed."""
    given, error, words = wrong
    layer = make(kind, delay=delay)
    layer(random(INPUTS))
    before = copy.deepcopy(layer.state_dict())
    with pytest.raises(error, match=f"{type(layer).__name__} got an input .*{naming(words)}"):
        layer(given)

    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())


def test_a_loss_is_not_its_signal() -> None:
    """Where a whole loss is given, the sentence names the part that is meant."""
    layer = make("li")
    result = mse(layer(random(INPUTS)), torch.zeros(SIZE))
    with pytest.raises(TypeError, match=r"Loss.*\(6,\).*\.signal"):
        layer.backward(result)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"torch\.float64.*torch\.float32"):
        layer.backward(result.signal.double())
    with pytest.raises(TypeError, match=r"a learning signal that is a float"):
        layer.backward(1.0)  # type: ignore[arg-type]


@pytest.mark.slow
@every_kind
def test_there_is_nothing_to_learn_before_the_first_tick(kind: str) -> None:
    """A backward pass needs a tick, after a zero_states as well."""
    layer = make(kind, rows=(2,))
    for _ in range(2):
        with pytest.raises(RuntimeError, match="before its first tick"):
            layer.backward(random(2, SIZE))
        layer(random(2, INPUTS))
        layer.backward(random(2, SIZE))
        layer.zero_states()


ROWS: list[tuple[Any, list[int]]] = [
    ((0, 2), [0, 2]),
    ([-1], [2]),
    (range(2), [0, 1]),
    (1, [1]),
    ([], []),
    (np.array([0, 1]), [0, 1]),
    (torch.tensor([2, 2], dtype=torch.int32), [2]),
    ([True, False, True], [0, 2]),
    (torch.tensor([False, True, False]), [1]),
]


@pytest.mark.parametrize(("rows", "cleared"), ROWS)
@pytest.mark.parametrize("kind", ["alif", "rlif", "li"])
def test_rows_are_named_by_index_or_mask(kind: str, rows: Any, cleared: list[int]) -> None:
    """Rows are those of the first axis, whether there is a second or not."""
    layer = make(kind, rows=(3, 3), delay=1)
    layer(1.0 + random(3, 3, INPUTS))
    layer(1.0 + random(3, 3, INPUTS))
    layer.zero_states(rows)

    for state in (layer.membrane, layer.under_way, layer.trace.total):  # type: ignore[union-attr]
        assert [k for k in range(3) if not state[k].any()] == cleared


WRONG_ROWS: list[tuple[Any, type[Exception], str]] = [
    ([0, 3], ValueError, "LIF has 3 rows, ... row 3"),
    ([-4], ValueError, "LIF has 3 rows, ... row -4"),
    ([True, False], ValueError, "LIF ... a mask of 3 booleans, one for each row ... 2"),
    ([[0, 1]], TypeError, "LIF ... rows by a flat list of whole numbers or booleans"),
    ([0.5], TypeError, "LIF ... rows by a flat list of whole numbers or booleans"),
    (["a"], TypeError, "LIF ... rows by index or by a mask"),
]


@pytest.mark.parametrize(("rows", "error", "words"), WRONG_ROWS)
def test_rows_that_are_none_are_refused(rows: Any, error: type[Exception], words: str) -> None:
    """Nothing has been forgotten then."""
    layer = make("lif", rows=(3, 2))
    layer(1.0 + random(3, 2, INPUTS))
    before = copy.deepcopy(layer.state_dict())
    with pytest.raises(error, match=naming(words)):
        layer.zero_states(rows)

    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())


VALUES: list[tuple[type[Any], dict[str, Any], str]] = [
    (LIF, {"inputs": 2.5}, "inputs ... a whole number ... 2.5"),
    (LIF, {"rows": 5}, "rows ... a tuple such as (1000,) ... 5"),
    (LIF, {"rows": (2.0,)}, "rows ... a whole number ... 2.0"),
    (LIF, {"learn": None}, "learn ... names out of weight, trace_decay, decay, threshold ... None"),
    (LIF, {"learn": "trace_decay", "trace_decay": None}, "learn names trace_decay, but trace_decay is None"),
    (LIF, {"decay": "0.9"}, "decay ... greater than 0 and less than 1 ... '0.9'"),
    (LIF, {"decay": [[0.5]]}, "decay ... greater than 0 and less than 1 ... [[0.5]]"),
    (LIF, {"decay": None}, "decay ... greater than 0 and less than 1 ... None"),
    (LIF, {"threshold": [1.0, 2.0]}, "threshold ... one number ... [1.0, 2.0]"),
    (LIF, {"refractory": 1.5}, "refractory ... a whole number of ticks ... 1.5"),
    (LIF, {"connections": None}, "connections ... one number ... None"),
    (LIF, {"connections": "all"}, "connections ... one number ... 'all'"),
    (LIF, {"connections": [["a"]]}, "connections ... numbers ... [['a']]"),
    (LIF, {"dale": [1, -1]}, "dale ... a share or 4 signs of 1 or -1 ... a tensor (2,)"),
    (LIF, {"delay": 2.0}, "delay ... a whole number of ticks ... 2.0"),
    (LIF, {"delay": [0, 1, 2, 0.5]}, "delay ... a whole number of ticks ... 0.0"),
    (SLIF, {"synaptic_decay": [0.5, 0.6]}, "synaptic_decay ... one number ... [0.5, 0.6]"),
    (LIG, {"spread": [1.0]}, "spread ... one number ... [1.0]"),
]


@pytest.mark.parametrize(("kind", "given", "words"), VALUES)
def test_a_value_of_another_kind_is_refused_by_its_name(kind: type[Any], given: dict[str, Any], words: str) -> None:
    """One error says which parameter is wrong, what it must be and what it got."""
    with pytest.raises(ValueError, match=naming(words)):
        kind(**{"inputs": 4, "size": 6, **given})


@pytest.mark.parametrize(
    ("natural", "plain"),
    [
        ({"decay": np.float32(0.5)}, {"decay": 0.5}),
        ({"decay": torch.tensor([0.25, 0.5])}, {"decay": [0.25, 0.5]}),
        ({"decay": np.array([0.25, 0.5])}, {"decay": [0.25, 0.5]}),
        ({"threshold": torch.tensor(2.0)}, {"threshold": 2.0}),
        ({"dale": [1, 1, -1, -1]}, {"dale": 0.5}),
        ({"dale": np.array([1, 1, -1, -1])}, {"dale": 0.5}),
        ({"delay": np.int64(2)}, {"delay": 2}),
        ({"delay": np.array([2, 0, 1, 0])}, {"delay": [2, 0, 1, 0]}),
        ({"delay": torch.tensor([2, 0, 1, 0])}, {"delay": [2, 0, 1, 0]}),
        ({"connections": np.eye(6, 4)}, {"connections": torch.eye(6, 4)}),
        ({"connections": np.eye(6, 4).astype(bool).tolist()}, {"connections": torch.eye(6, 4)}),
        ({"rows": [np.int64(2)], "refractory": np.int64(3)}, {"rows": (2,), "refractory": 3}),
    ],
)
def test_numbers_of_other_libraries_are_numbers(natural: dict[str, Any], plain: dict[str, Any]) -> None:
    """They make the layer that plain ones make."""
    given, wanted = (
        LIF(4, 6, generator=torch.Generator().manual_seed(0), **options).state_dict() for options in (natural, plain)
    )

    assert given.keys() == wanted.keys()
    assert all(torch.equal(value, wanted[name]) for name, value in given.items())


def test_only_what_spikes_is_driven_by_fluctuations() -> None:
    """There is no firing rate otherwise."""
    with pytest.raises(TypeError, match=r"spikes.*LI"):
        fluctuation_driven_(LI(4, 2), 0.1)  # type: ignore[arg-type]


_SAME = LIF(4, 4)
PARTS: list[tuple[tuple[Any, ...], type[Exception], str]] = [
    (([LIF(4, 4)],), TypeError, "part 0 of Sequential ... a layer or a Sequential, it is a list"),
    ((LIF(4, 4), torch.nn.ReLU()), TypeError, "part 1 of Sequential ... a layer or a Sequential, it is a ReLU"),
    ((torch.nn.Linear(4, 4),), TypeError, "part 0 of Sequential ... a layer or a Sequential, it is a Linear"),
    ((Sequential(_SAME), LIF(4, 4), Sequential(_SAME)), ValueError, "a layer stands in one place only"),
    ((LI(4, 4), LIS(4, 2)), ValueError, "LI and LIS, one after the other, have weights of zero and would never learn"),
]


@pytest.mark.parametrize(("parts", "error", "words"), PARTS)
def test_a_row_of_something_else_is_refused(parts: tuple[Any, ...], error: type[Exception], words: str) -> None:
    """Sequential takes layers and Sequentials, each once."""
    with pytest.raises(error, match=naming(words)):
        Sequential(*parts)


def test_a_sequential_has_one_container() -> None:
    """What is put into `networks` is what runs; a slice is a Sequential."""
    net = Sequential(LIF(4, 4), LIF(4, 4), LIS(4, 2))
    net.networks[1] = other = LIF(4, 4)
    net(torch.ones(4))
    part = net[0:2]

    assert net[1] is other
    assert net[-1].size == 2
    assert other.trace is not None
    assert not other.trace.is_empty()
    assert isinstance(part, Sequential)
    assert part.layers == net.layers[:2]


def test_a_gaussian_action_needs_a_tick() -> None:
    """Before the first tick, and after everything was forgotten, there is nothing to draw from."""
    layer = LIG(4, 2)
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"LIG.*before its first tick"):
            layer.sample()
        layer(torch.ones(4))
        layer.sample()
        layer.zero_states()
    layer(torch.ones(4))
    layer.double()

    assert layer.sample().dtype == torch.float64
    assert {each.dtype for each in layer.tick} == {torch.float64}


def test_a_tick_is_forgotten_with_the_rest() -> None:
    """After zero_states of all rows nothing of the last tick is left to see."""
    layer = make("alif")
    layer(5.0 + torch.ones(INPUTS))
    assert layer.tick.output.any()
    layer.zero_states()

    assert not any(each.any() for each in layer.tick)


def test_a_learned_trace_decay_takes_a_state_without_its_slopes() -> None:
    """What was trained with a fixed trace decay goes on; the slopes begin with what comes in from now on."""
    fixed, learned = make("rlif"), make("rlif", learn=("weight", "trace_decay"))
    fixed(random(INPUTS))
    learned(random(INPUTS))
    learned.load_state_dict(fixed.state_dict())

    assert torch.equal(fixed(random(INPUTS)), learned(random(INPUTS)))
    assert torch.equal(fixed.backward(random(SIZE)), learned.backward(random(SIZE)))


def test_a_layer_prints_what_it_was_given() -> None:
    """In one line, what is missing left out."""
    layer = SLIF(4, 6, decay=[0.5, 0.8], connections=0.5, dale=0.75, delay=[0, 1, 2, 3], refractory=1, rows=(2,))

    assert layer.extra_repr() == (
        "4, 6, decay=0.5..0.8, threshold=1, synaptic_decay=0.5, refractory=1, connections=0.5, dale=0.75, delay=0..3, "
        "trace_decay=0.9, learn=('weight',), rows=(2,)"
    )
    assert LIS(4, 2, trace_decay=None).extra_repr() == "4, 2, decay=0.2, learn=('weight',)"


@pytest.mark.parametrize("kind", [LIF, ALIF, SLIF, LI, LIS, LIG])
def test_a_class_explains_every_parameter(kind: type[Any]) -> None:
    """The help of a class says of each of its parameters what it is, the inherited ones too, each once."""
    doc, names = kind.__doc__ or "", list(kind.__signature__.parameters)

    assert re.findall(r"^    (\w+): ", doc.partition("\nArgs:\n")[2], re.MULTILINE) == names
    assert doc.count("Args:") == 1
