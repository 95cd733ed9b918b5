"""Random numbers that are counted, not kept."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.core.random import Stream, derive_seed, draw_pair, purpose_key


def _numbers(seed: int = 0, purpose: str = "places", tick: int = 0) -> list[float]:
    return Stream(seed, purpose).at(tick).random(4).tolist()


@pytest.mark.slow
@settings(deadline=None)
@given(st.integers(0, 2**40), st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 50)), max_size=5))
def test_a_tick_gives_its_numbers_whatever_came_before(tick: int, before: list[tuple[int, int]]) -> None:
    """What was drawn for other ticks, or for this one, does not change the numbers of a tick."""
    stream = Stream(7, "places")
    for other, draws in before:
        stream.at(other).random(draws)
        stream.at(other).integers(9, size=3, dtype=np.int32)

    assert _numbers(7, "places", tick) == stream.at(tick).random(4).tolist()


def test_half_a_word_is_not_carried_over() -> None:
    """A draw of 32 bits does not leave its other half to the next tick."""
    stream = Stream(0, "places")
    first = stream.at(3).integers(2**31, size=3, dtype=np.int32).tolist()

    assert first == stream.at(3).integers(2**31, size=3, dtype=np.int32).tolist()


@pytest.mark.parametrize(
    "other", [{"seed": 1}, {"seed": 2**63}, {"purpose": "ties"}, {"purpose": ""}, {"tick": 1}, {"tick": 2**40}], ids=str
)
def test_seeds_purposes_and_ticks_do_not_share_numbers(other: dict[str, int | str]) -> None:
    """Another seed, purpose or tick has none of the same numbers."""
    assert set(_numbers()).isdisjoint(_numbers(**other))


def test_ticks_do_not_overlap() -> None:
    """A long draw at one tick does not run into the numbers of the next."""
    stream = Stream(0, "places")
    long = set(stream.at(0).random(10_000).tolist())

    assert long.isdisjoint(stream.at(1).random(100).tolist())


def test_the_numbers_never_change() -> None:
    """These are the numbers of seed 1, purpose "places", tick 2, with every version and on every machine."""
    expected = [0.18793611212890027, 0.10327548185592539, 0.3161127330258513, 0.23632290578855764]

    assert expected == _numbers(1, "places", 2)
    assert derive_seed(1, "x") == 762722231563172264


def test_the_tick_is_the_second_word_of_the_counter() -> None:
    """The numbers are those of Philox keyed by seed and purpose, its counter at (0, tick, 0, 0)."""
    philox = np.random.Philox(
        key=np.array([6, purpose_key("ties")], np.uint64), counter=np.array([0, 9, 0, 0], np.uint64)
    )

    assert np.random.Generator(philox).random(4).tolist() == _numbers(6, "ties", 9)


def test_one_stream_serves_all_copies() -> None:
    """Copy i draws as the stream of seed + i, in any order, by the generator and by its keys, and beyond 2**64, too."""
    seed = 2**64 - 2
    stream = Stream(seed, "places")
    for copy in (3, 0, 2, 1):
        own = Stream(seed + copy, "places")
        assert stream.at(5, copy).random(3).tolist() == own.at(5).random(3).tolist()
        assert (stream.keys(4)[copy] == own.keys(1)[0]).all()


@pytest.mark.slow
@settings(deadline=None)
@given(st.integers(0, 2**64 - 1), st.text("abc", max_size=3), st.integers(0, 2**62), st.integers(0, 99))
def test_a_kernel_draws_any_two_numbers_of_a_tick(seed: int, purpose: str, tick: int, n: int) -> None:
    """To the bit those that numpy's generator draws, compiled and as it is written."""
    stream = Stream(seed, purpose)
    expected = tuple(stream.at(tick).random(2 * n + 2)[-2:].tolist())

    assert draw_pair(stream.keys(1)[0], tick, n) == expected
    assert draw_pair.function(stream.keys(1)[0], tick, n) == expected


def test_numbers_are_uniform_over_ticks() -> None:
    """The first number of each tick, over 4,000 ticks, has the mean and variance of a uniform one."""
    stream = Stream(0, "places")
    first = np.array([stream.at(tick).random() for tick in range(4000)])

    assert first.mean() == pytest.approx(0.5, abs=4 * (1 / 12 / 4000) ** 0.5)
    assert first.var() == pytest.approx(1 / 12, rel=0.1)
    assert np.corrcoef(first[1:], first[:-1])[0, 1] == pytest.approx(0.0, abs=0.07)


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1), st.text("abc ,/", max_size=10))
def test_a_derived_seed_has_62_bits(seed: int, purpose: str) -> None:
    """Torch and gymnasium take it as a seed."""
    assert 0 <= derive_seed(seed, purpose) < 2**62


def test_derived_seeds_are_all_different() -> None:
    """Other seeds and other purposes derive other seeds."""
    derived = {derive_seed(seed, f"layer {k}") for seed in range(100) for k in range(100)}

    assert len(derived) == 10_000


def test_a_stream_can_be_pickled() -> None:
    """A copy by pickle gives the same numbers at every tick."""
    stream = Stream(5, "places")
    stream.at(9).random(3)
    copy = pickle.loads(pickle.dumps(stream))  # noqa: S301 - gymnasium's workers do

    assert [stream.at(tick).random() for tick in (9, 4)] == [copy.at(tick).random() for tick in (9, 4)]
