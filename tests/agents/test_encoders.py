"""How what is sensed becomes the input of a brain, by every encoder."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces
from gymnasium.spaces import Box
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn

from agents.encoders.bernoulli import Bernoulli
from agents.encoders.current import Current
from agents.encoders.encoder import Coding, Encoder
from agents.encoders.fitting import Fitting
from agents.encoders.one_hot import OneHot
from agents.encoders.population_code import PopulationCode
from agents.encoders.standard import Standard
from agents.torch_encoder import encoder_of
from alife.config.resolve import ENCODER, resolve, short_names
from alife.config.simulation_config import effective, parse_config
from alife.core.channel import unnamed
from alife.core.errors import ConfigError
from alife.core.flatten import Flattened
from alife.core.random import Stream

UNIT = Box(0.0, 1.0, (3,))
OPEN = Box(-np.inf, np.inf, (2,))
ENCODERS = [
    Current(),
    Current(scale=False),
    PopulationCode(),
    Bernoulli(),
    OneHot(),
    Fitting(),
    Standard(),
    PopulationCode(met=True),
]


def _start(encoder: Encoder, space: Box, rows: int = 1, seed: int = 0) -> Coding:
    return encoder.start_coding(space, rows, Stream(seed, "senses"))


def _coded(coding: Coding, *observations: list[float], tick: int = 0) -> NDArray[np.float32]:
    sensed = np.array(observations, np.float32)
    out = np.full((len(sensed), coding.width), np.nan, np.float32)
    coding.encode(sensed, out, tick)
    return out


def test_every_encoder_can_be_named() -> None:
    """The short names are these, and each resolves."""
    assert short_names(ENCODER) == ["bernoulli", "current", "fitting", "one_hot", "population_code", "standard"]
    kinds = [Bernoulli, Current, Fitting, OneHot, PopulationCode, Standard]
    assert [resolve(ENCODER, name) for name in short_names(ENCODER)] == kinds


_LARGEST = float(np.finfo(np.float32).max)
_bounds = st.sampled_from([-np.inf, -_LARGEST, -1e30, -1.0, -1e-30, 0.0, 1e-30, 1.0, 5.0, 1e18, _LARGEST, np.inf])
_boxes = st.lists(st.tuples(_bounds, _bounds).map(sorted), min_size=3, max_size=3).map(
    lambda pairs: Box(*np.array(pairs, np.float32).T)
)
_numbers = st.sampled_from([_LARGEST, -_LARGEST]) | st.floats(width=32, allow_nan=False, allow_infinity=False)


@pytest.mark.slow
@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
@settings(deadline=None, max_examples=60)
@given(_boxes, st.lists(st.lists(_numbers, min_size=3, max_size=3), min_size=1, max_size=4))
def test_whatever_is_sensed_becomes_finite_inputs(encoder: Encoder, space: Box, sensed: list[list[float]]) -> None:
    """In any box, the largest numbers and those beyond their bounds too; within it, no current is too strong."""
    if encoder == OneHot() and not np.isfinite(space.low).all():
        return
    coding = _start(encoder, space)
    with np.errstate(over="raise", invalid="raise"):
        for tick, numbers in enumerate(sensed):
            inside = np.clip(numbers, space.low, space.high)
            assert np.isfinite(_coded(coding, numbers, tick=tick)).all()
            assert np.abs(_coded(coding, list(inside), tick=tick)).max() <= 1e9
    assert len(coding.name_inputs(unnamed(3))) == coding.width


@pytest.mark.parametrize("encoder", [PopulationCode(), PopulationCode(met=True), Current()], ids=repr)
def test_a_sensor_that_says_there_is_nothing_hides_nothing_else(encoder: Encoder) -> None:
    """The largest number of 32 bits was not met: what is sensed after it is coded as if it had not been."""
    first, second = _start(encoder, OPEN), _start(encoder, OPEN)
    _coded(first, [3.0, 2.0])
    _coded(second, [3.0, 2.0])
    _coded(second, [_LARGEST, -_LARGEST])

    assert np.array_equal(_coded(first, [1.0, 2.0]), _coded(second, [1.0, 2.0]))


@pytest.mark.parametrize(
    "encoder",
    [Current(), PopulationCode(), PopulationCode(met=True), Bernoulli(), Standard(), Standard(PopulationCode())],
    ids=repr,
)
def test_who_is_born_remembers_nothing_of_who_died(encoder: Encoder) -> None:
    """In a row where a life begins all is as in a new coding, and in other rows as it was."""
    lived, kept, new = (_start(encoder, OPEN, 2) for _ in range(3))
    for numbers in ([40.0, -9.0], [-3.0, 7.0]):
        for coding in (lived, kept):
            _coded(coding, numbers, numbers)
    lived.begin_lives(np.array([1]))
    coded = [_coded(coding, [20.0, 3.0], [20.0, 3.0], tick=5) for coding in (lived, kept, new)]

    assert np.array_equal(coded[0][0], coded[1][0])
    assert np.array_equal(coded[0][1], coded[2][1])
    assert not np.array_equal(coded[0][0], coded[0][1])


@pytest.mark.parametrize("encoder", [each for each in ENCODERS if each != OneHot()], ids=repr)
def test_rows_do_not_know_of_each_other(encoder: Encoder) -> None:
    """A creature alone gets the inputs it would get among others, also where bounds are learned."""
    many, alone = _start(encoder, OPEN, 2), _start(encoder, OPEN, 1)
    for first in (0.5, 7.0, -3.0):
        together = _coded(many, [first, 1.0], [100.0 * first, -50.0])

        assert np.array_equal(together[:1], _coded(alone, [first, 1.0]))


@pytest.mark.parametrize(
    "encoder", [Current(), PopulationCode(), PopulationCode(met=True), Bernoulli(), Standard()], ids=repr
)
def test_what_was_learned_of_bounds_is_remembered(encoder: Encoder) -> None:
    """A coding that has taken on the state of another goes on as that one."""
    first, second = _start(encoder, OPEN), _start(encoder, OPEN)
    _coded(first, [40.0, -9.0])
    second.load_state_dict(first.state_dict())

    assert np.array_equal(_coded(first, [20.0, 3.0], tick=5), _coded(second, [20.0, 3.0], tick=5))
    assert not np.array_equal(_coded(first, [20.0, 3.0]), _coded(_start(encoder, OPEN), [20.0, 3.0]))


def test_currents_are_in_units_of_the_farther_bound() -> None:
    """-4 of a range from -4 to 2 is -1, and the sign stays."""
    coding = _start(Current(), Box(np.float32([-4, 0]), np.float32([2, 10])))

    assert _coded(coding, [-4.0, 5.0]).tolist() == [[-1.0, 0.5]]


def test_a_number_excites_the_nearest_bumps() -> None:
    """At a preferred value its input is 1 and the others fall off on both sides; beyond the ends it is the last."""
    coding = _start(PopulationCode(bumps=5), Box(-2.0, 2.0, (1,)))
    at, beyond = _coded(coding, [1.0])[0], _coded(coding, [99.0])[0]

    assert at.argmax() == 3
    assert at[3] == 1.0
    assert at[2] == pytest.approx(at[4])
    assert (np.diff(at[:4]) > 0.0).all()
    assert beyond.argmax() == 4


@pytest.mark.parametrize(
    ("space", "middle"),
    [
        (Box(-100.0, 100.0, (1,)), 0.0),
        (Box(-2.0, 40.0, (1,)), 19.0),
        (OPEN, 0.0),
        (Box(0.0, np.inf, (1,)), 0.0),
        (Box(0.0, np.finfo(np.float32).max, (1,)), 0.0),
    ],
    ids=str,
)
def test_what_was_met_is_spread_over_all_bumps(space: Box, middle: float) -> None:
    """The farthest so far from the middle of the bounds, on either side, excites an outermost bump, and never fades."""
    coding = _start(PopulationCode(bumps=5, met=True), Box(space.low[:1], space.high[:1]))
    for far in (1.0, 16.0, 4.0):
        _coded(coding, [middle + far])

    assert [int(_coded(coding, [middle + x]).argmax()) for x in (0.0, 8.0, 16.0)] == [2, 3, 4]
    assert _coded(coding, [middle + 20.0]).argmax() == 4
    assert _coded(coding, [middle + 16.0])[0, 4] < 1.0


def test_what_was_met_ends_at_the_bounds() -> None:
    """A number beyond them moves nothing: they stay the ends."""
    coding = _start(PopulationCode(bumps=5, met=True), Box(-1.0, 1.0, (1,)))
    _coded(coding, [99.0])

    assert _coded(coding, [1.0])[0, 4] == 1.0


def test_ranges_may_be_known_better_than_the_space_knows() -> None:
    """The given ends take the place of the bounds."""
    coding = _start(PopulationCode(bumps=3, ranges=((-5.0, 5.0), (0.0, 1.0))), OPEN)

    assert _coded(coding, [5.0, 0.0]).reshape(2, 3).argmax(1).tolist() == [2, 0]


@pytest.mark.parametrize("ranges", [((0.0, 1.0),), ((1.0, 0.0), (0.0, 1.0)), ((0.0, float("inf")), (0.0, 1.0))])
def test_ranges_that_are_none_are_refused(ranges: tuple[tuple[float, float], ...]) -> None:
    """One for each number, two finite ends, the lower first."""
    with pytest.raises(ConfigError, match=r"brain\.encoder\.ranges: "):
        _start(PopulationCode(ranges=ranges), OPEN)


def test_spikes_come_as_often_as_they_should() -> None:
    """Over 4,000 ticks a number at a quarter of its range spikes at a quarter of them, and each tick is drawn anew."""
    coding = _start(Bernoulli(), Box(0.0, 4.0, (3,)))
    spikes = np.concatenate([_coded(coding, [0.0, 1.0, 4.0], tick=tick) for tick in range(4000)])

    assert set(np.unique(spikes)) == {0.0, 1.0}
    assert spikes.mean(0) == pytest.approx([0.0, 0.25, 1.0], abs=0.03)
    assert np.array_equal(_coded(coding, [0.0, 1.0, 4.0], tick=3), spikes[3:4])


def test_each_value_has_an_input() -> None:
    """A number with three values has three; of one with many the last input stands for all that come later."""
    coding = _start(OneHot(values=4), Box(np.float32([-1, 0]), np.float32([1, 255])))

    assert _coded(coding, [-1.0, 2.0]).tolist() == [[1, 0, 0, 0, 0, 1, 0]]
    assert _coded(coding, [1.0, 200.0]).tolist() == [[0, 0, 1, 0, 0, 0, 1]]


def test_one_hot_needs_a_lower_bound() -> None:
    """Without one it cannot count."""
    with pytest.raises(ConfigError, match="lower bound"):
        _start(OneHot(), OPEN)


AS_THEY_ARE = Standard(Current(scale=False), farthest=3.0)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(-6, 6))
def test_standard_inputs_are_those_of_numpy(seed: int, ticks: int, power: int) -> None:
    """After any life they are the last less the mean, by the standard deviation, of all; what never moved is 0."""
    sensed = np.random.default_rng(seed).normal(5.0, 10.0**power, (ticks, 2, 4)).astype(np.float32)
    sensed[:, :, 3] = sensed[0, :, 3]
    coding = _start(AS_THEY_ARE, Box(-np.inf, np.inf, (4,)), rows=2)
    inputs = [_coded(coding, *tick.tolist()) for tick in sensed][-1]
    spread = sensed.std(0, dtype=np.float64)
    standardised = np.divide(
        sensed[-1] - sensed.mean(0, dtype=np.float64), spread, out=np.zeros((2, 4)), where=spread > 0.0
    )
    share = np.sqrt(4.0 / np.maximum((spread > 0.0).sum(1, keepdims=True), 1))

    assert inputs == pytest.approx(np.clip(standardised, -3.0, 3.0) * share, rel=1e-3, abs=1e-3)


@pytest.mark.slow
def test_standard_inputs_drive_a_brain_as_strongly_when_few_of_them_move() -> None:
    """Their mean square over a life nears 1, be one of 20 numbers moving or all."""
    for moving in (1, 20):
        sensed = np.full((3000, 20), 7.0, np.float32)
        sensed[:, :moving] = np.random.default_rng(0).uniform(0.0, 1.0, (3000, moving))
        coding = _start(AS_THEY_ARE, Box(-np.inf, np.inf, (20,)))
        inputs = np.concatenate([_coded(coding, tick.tolist()) for tick in sensed])

        assert np.square(inputs[1000:]).mean() == pytest.approx(1.0, rel=0.05)


def test_standard_takes_any_encoder_from_a_file() -> None:
    """The other one stands inside, whole, and currents are what is taken where none does."""
    for of, wanted in (({"kind": "one_hot", "values": 3}, OneHot(values=3)), (None, Current())):
        encoder = {"kind": "standard"} if of is None else {"kind": "standard", "of": of}
        config = parse_config({"creatures": {"a": {"brain": {"encoder": encoder}}}}, "test")

        assert config.creatures["a"].brain.encoder.build() == Standard(of=wanted)
        assert parse_config(effective(config), "test") == config


def test_what_standard_remembers_does_not_grow() -> None:
    """Two numbers for each input and one for the time, however long the life."""
    coding = _start(AS_THEY_ARE, OPEN)
    before = sum(array.size for array in coding.arrays())
    for tick in range(100):
        _coded(coding, [float(tick), 1.0])

    assert before == sum(array.size for array in coding.arrays()) == 2 * 2 + 1


def test_what_a_body_senses_enters_times_the_gain() -> None:
    """The default does no more to a Box that was never anything else."""
    assert _coded(_start(Fitting(), UNIT), [0.1, 0.2, 0.3]) == pytest.approx(np.float32([[0.4, 0.8, 1.2]]))
    assert _coded(_start(Fitting(gain=1.0), UNIT), [0.1, 0.2, 0.3]).tolist() == np.float32([[0.1, 0.2, 0.3]]).tolist()


@pytest.mark.parametrize(
    ("space", "width"),
    [
        (spaces.Discrete(7), 7),
        (spaces.MultiDiscrete([2, 3]), 5),
        (spaces.MultiBinary(4), 4),
        (Box(-1.0, 1.0, (4,)), 40),
        (Box(-1.0, 1.0, (100,)), 100),
        (Box(0, 255, (20, 20, 3), np.uint8), 1200),
        (Box(0, 255, (3, 3, 3), np.uint8), 27 * 16),
        (spaces.Dict({"a": spaces.Discrete(3), "b": Box(-np.inf, np.inf, (2,))}), 23),
    ],
    ids=str,
)
def test_every_space_has_a_default(space: spaces.Space[Any], width: int) -> None:
    """Choices one-hot, few numbers by bumps, many as currents, few whole numbers of an image by their values."""
    flat = Flattened(space)
    coding = _start(Fitting(), flat)
    sensed = np.zeros((1, *flat.shape), np.float32)
    flat.flatten_into(space.sample(), sensed[0])

    assert coding.width == width
    assert np.isfinite(_coded(coding, sensed[0].tolist())).all()
    assert len(coding.name_inputs(flat.channels())) == width


class Net(nn.Module):
    """Pixels to eight numbers."""

    def __init__(self, space: Box, size: int = 8) -> None:
        super().__init__()
        self.linear = nn.Linear(int(np.prod(space.shape)), size)

    def forward(self, pixels: Tensor) -> Tensor:
        assert pixels.shape[1:] == (4, 4, 3)
        return torch.relu(self.linear(pixels.flatten(1) / 255.0))


class Crooked(nn.Module):
    """Two axes too many."""

    def forward(self, pixels: Tensor) -> Tensor:
        return pixels


IMAGE = Flattened(Box(0, 255, (4, 4, 3), np.uint8))
make: Callable[..., Any] = encoder_of(Net)


def test_anybodys_module_sees_the_pixels_in_their_shape() -> None:
    """Its numbers are the inputs; its weights are the same for the same seed, and the global generator is let be."""
    torch.manual_seed(0)
    before = torch.random.get_rng_state()
    pixels = np.random.default_rng(0).integers(0, 256, 48).tolist()
    one, same, other = (_coded(_start(make(size=5), IMAGE, seed=seed), pixels) for seed in (1, 1, 2))

    assert one.shape == (1, 5)
    assert one.any()
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_module_that_makes_no_row_is_refused() -> None:
    """The error names it and the shape it made."""
    with pytest.raises(ConfigError, match=r"Crooked must make one row .* it made shape \(2, 4, 4, 3\)"):
        _start(encoder_of(Crooked)(), IMAGE)


def test_a_module_is_an_encoder_by_its_name() -> None:
    """`kind: package.module:Net` is all it takes."""
    assert issubclass(resolve(ENCODER, "torch.nn:Flatten"), Encoder)
