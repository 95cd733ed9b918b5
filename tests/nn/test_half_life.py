"""Half-lives and decays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.nn import LIF, decay_of, half_life_of


@given(st.floats(0.1, 1e6), st.one_of(st.none(), st.floats(0.01, 100.0)))
def test_a_half_life_comes_back(half_life: float, dt_ms: float | None) -> None:
    """From half-life to decay and back, in ticks and in milliseconds."""
    ticks = half_life if dt_ms is None else half_life * dt_ms  # as many milliseconds

    assert half_life_of(decay_of(ticks, dt_ms), dt_ms) == pytest.approx(ticks, rel=1e-6)


@given(st.floats(1e-6, 1.0 - 1e-6))
def test_a_decay_comes_back(decay: float) -> None:
    """From decay to half-life and back."""
    assert decay_of(half_life_of(decay)) == pytest.approx(decay, abs=1e-12)


def test_half_is_left_after_a_half_life() -> None:
    """One tick halves with .5; 20 ms at 2 ms a tick are 10 ticks; and the layer takes the decay as it is."""
    assert decay_of(1.0) == 0.5
    assert decay_of(20.0, dt_ms=2.0) ** 10 == pytest.approx(0.5)
    assert half_life_of(0.5, dt_ms=2.0) == 2.0
    assert half_life_of(LIF(1, 1, decay=decay_of(12.0)).decay.item()) == pytest.approx(12.0, rel=1e-5)


@pytest.mark.parametrize("half_life", [0.0, -1.0, float("nan")])
def test_a_half_life_is_longer_than_zero(half_life: float) -> None:
    """Nothing halves in no time."""
    with pytest.raises(ValueError, match=r"half-life.*greater than 0"):
        decay_of(half_life)


@pytest.mark.parametrize("half_life", [1e-9, 1e20, float("inf")])
def test_a_decay_lies_between_0_and_1(half_life: float) -> None:
    """A half-life whose decay would round to 0 or 1 is refused, not rounded."""
    with pytest.raises(ValueError, match=r"decay of [01].*between 0 and 1"):
        decay_of(half_life)


@pytest.mark.parametrize("dt_ms", [0.0, -0.5, float("nan")])
def test_a_tick_lasts_longer_than_zero(dt_ms: float) -> None:
    """So must a tick."""
    for attempt in (lambda: decay_of(10.0, dt_ms), lambda: half_life_of(0.9, dt_ms)):
        with pytest.raises(ValueError, match=r"dt_ms.*greater than 0"):
            attempt()


@pytest.mark.parametrize("decay", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_only_a_decay_has_a_half_life(decay: float) -> None:
    """Outside of (0, 1) there is none."""
    with pytest.raises(ValueError, match=r"decay.*greater than 0 and less than 1"):
        half_life_of(decay)
