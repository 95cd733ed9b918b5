"""Half-lives: another way to say how fast something decays."""

import math


def decay_of(half_life: float, dt_ms: float | None = None) -> float:
    """Return the decay per tick after which half is left: 2 ** (-1 / half_life).

    Args:
        half_life: in ticks, or in milliseconds where `dt_ms` is given.
        dt_ms: how long a tick lasts.

    Raises:
        ValueError: the half-life or the tick is not longer than zero, or the decay would round to 0 or 1.
    """
    ticks = _ticks(half_life, dt_ms)
    decay = math.pow(2.0, -1.0 / ticks)
    if not 0.0 < decay < 1.0:
        raise ValueError(f"a half-life of {half_life:g} gives a decay of {decay:g}; it must lie between 0 and 1")
    return decay


def half_life_of(decay: float, dt_ms: float | None = None) -> float:
    """Return after how many ticks half is left: -1 / log2(decay); in milliseconds where `dt_ms` is given.

    Raises:
        ValueError: the decay is not between 0 and 1, or the tick is not longer than zero.
    """
    if not 0.0 < decay < 1.0:
        raise ValueError(f"a decay must be greater than 0 and less than 1, got {decay:g}")
    ticks = -1.0 / math.log2(decay)
    return ticks if dt_ms is None else ticks * _above_zero(dt_ms, "dt_ms")


def _ticks(half_life: float, dt_ms: float | None) -> float:
    half_life = _above_zero(half_life, "a half-life")
    return half_life if dt_ms is None else half_life / _above_zero(dt_ms, "dt_ms")


def _above_zero(value: float, what: str) -> float:
    if not value > 0.0:
        raise ValueError(f"{what} must be greater than 0, got {value:g}")
    return float(value)
