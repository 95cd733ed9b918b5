"""Intentional updates against their equations, every running mean written out as a weighted sum."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents.optimizers.intentional import Intentional

ROWS, INPUTS, OUT = 3, 5, 4
ALL = np.arange(ROWS)
KIND = Intentional(decay=0.9, clip=1.2, error_decay=0.8)
H = 0.05


def _mean(values: Sequence[Any] | NDArray[Any], decay: float) -> Any:
    """Return the bias-corrected running mean after the last value."""
    shares = decay ** np.arange(len(values))[::-1]
    return sum(share * value for share, value in zip(shares, values, strict=True)) / shares.sum()


def _written_out(kind: Intentional, gradients: NDArray[Any], errors: NDArray[Any]) -> NDArray[Any]:
    """Return what one row has learned from gradients (events, in, out) of errors (events,)."""
    weight, clipped, units, reached = np.zeros(gradients.shape[1:]), [], [], []
    for t, (gradient, error) in enumerate(zip(gradients, errors, strict=True)):
        clipped.append(min(abs(error), kind.clip * np.sqrt(_mean(errors[: t + 1] ** 2, kind.error_decay))))
        size = _mean(clipped, kind.error_decay)
        units.append(gradient * clipped[-1] / abs(error) / size)
        squares = _mean([unit**2 for unit in units], kind.decay)
        root = np.sqrt(np.outer(squares.mean(1), squares.mean(0)) / squares.mean()) + 1e-8
        reached.append((units[-1] ** 2 / root).sum())
        alpha = H / np.sqrt(_mean(reached, kind.decay) * reached[-1])
        weight += alpha * clipped[-1] / size * units[-1] / root
    return weight


def _learned(kind: Intentional, gradients: NDArray[Any], errors: NDArray[Any]) -> NDArray[Any]:
    """Return what all rows have learned from gradients (events, rows, in, out) of errors (events, rows)."""
    weight = np.zeros(gradients.shape[1:])
    state, rows = kind.start(weight), np.arange(len(weight))
    for gradient, error in zip(gradients, errors, strict=True):
        state.update(rows, weight, gradient, error, np.full(len(rows), H))
    return weight


def _drawn(events: int, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    random = np.random.default_rng(seed)
    errors = random.choice([-1.0, 1.0], (events, ROWS)) * random.lognormal(0.0, 1.5, (events, ROWS))
    return errors[:, :, None, None] * random.normal(size=(events, ROWS, INPUTS, OUT)), errors


def test_it_follows_its_equations() -> None:
    """After thirty events, some of whose errors were clipped, every row is where the equations say."""
    gradients, errors = _drawn(30)
    found = _learned(KIND, gradients, errors)

    for row in range(ROWS):
        assert found[row] == pytest.approx(_written_out(KIND, gradients[:, row], errors[:, row]), rel=1e-6)


def test_errors_are_clipped() -> None:
    """An error far beyond the others counts as no more than clip root mean squares."""
    gradients, errors = _drawn(30)
    gradients[-1] *= 1e6 / np.abs(errors[-1])[:, None, None]
    errors[-1] = 1e6
    clipped, free = (_learned(replace(KIND, clip=clip), gradients, errors) for clip in (1.2, 1e9))

    assert np.abs(clipped - free).max() > 0.01 * np.abs(free).max()


@pytest.mark.slow
@settings(deadline=None)
@given(size=st.floats(1e-6, 1e6), seed=st.integers(0, 2**31))
def test_the_scale_of_the_reward_does_not_matter(size: float, seed: int) -> None:
    """All gradients and errors times a constant change nothing, from the first event on."""
    gradients, errors = _drawn(5, seed)

    assert _learned(Intentional(), size * gradients, size * errors) == pytest.approx(
        _learned(Intentional(), gradients, errors), rel=1e-6, abs=1e-12
    )


def test_the_first_event_reaches_what_was_intended() -> None:
    """To first order the policy's log-probability moves by h: the change times the eligible adds up to it."""
    eligible = np.random.default_rng(1).normal(size=(1, ROWS, INPUTS, OUT))
    errors = np.array([[0.1, 3.0, 50.0]])
    found = _learned(Intentional(), errors[:, :, None, None] * eligible, errors)

    assert (found * eligible[0]).sum((1, 2)) == pytest.approx(np.full(ROWS, H))


def test_a_smaller_error_moves_less() -> None:
    """After many events of one size, an error of a tenth of it moves a tenth as far, along the same way."""
    eligible = np.random.default_rng(2).normal(size=(200, 1, INPUTS, OUT))
    eligible[-1] = eligible[-2]
    small = np.ones((200, 1))
    small[-1] = 0.1
    before = _learned(Intentional(), eligible[:-1], small[:-1])
    tenth = _learned(Intentional(), small[:, :, None, None] * eligible, small) - before
    whole = _learned(Intentional(), eligible, np.ones((200, 1))) - before

    assert np.linalg.norm(tenth) == pytest.approx(0.1 * np.linalg.norm(whole), rel=0.05)
    assert np.vdot(tenth, whole) > 0.999 * np.linalg.norm(tenth) * np.linalg.norm(whole)


def test_an_entropy_gradient_before_the_first_error_is_not_taken_in() -> None:
    """Without an error there is no unit to measure by: nothing moves, and the mean squares stay zero."""
    weight = np.zeros((ROWS, INPUTS, OUT))
    state = Intentional().start(weight)
    state.update(ALL, weight, np.ones((ROWS, INPUTS, OUT)), np.zeros(ROWS), np.full(ROWS, H))

    assert not weight.any()
    assert not state.of_neurons.any()
    assert state.events.tolist() == [1.0] * ROWS


def test_it_keeps_a_few_numbers() -> None:
    """Per weight matrix: one for each neuron, one for each input, and four."""
    assert sum(array.size for array in Intentional().start(np.zeros((1, 7, 9))).arrays()) == 7 + 9 + 4
