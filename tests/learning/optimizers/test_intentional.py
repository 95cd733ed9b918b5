"""Intentional updates against their equations, every running mean written out as a weighted sum."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.learning.optimizers.intentional import Intentional

ROWS, OUT, INPUTS = 3, 4, 5
OPTIMIZER = Intentional(decay=0.9, clip=1.2, error_decay=0.8)
H = 0.05


def _mean(values: Sequence[Any], decay: float) -> Any:
    """Return the bias-corrected running mean after the last value."""
    shares = decay ** np.arange(len(values))[::-1]
    return sum(share * value for share, value in zip(shares, values, strict=True)) / shares.sum()


def _written_out(step: Intentional, gradients: NDArray[Any], errors: NDArray[Any]) -> NDArray[Any]:
    """Return what one row has learned from gradients (events, out, in) of errors (events,)."""
    weight, clipped, units, reached = np.zeros(gradients.shape[1:]), [], [], []
    for t, (gradient, error) in enumerate(zip(gradients, errors, strict=True)):
        clipped.append(min(abs(error), step.clip * np.sqrt(_mean(errors[: t + 1] ** 2, step.error_decay))))
        size = _mean(clipped, step.error_decay)
        units.append(gradient * clipped[-1] / abs(error) / size)
        row = _mean([unit**2 for unit in units], step.decay).mean(1)
        column = _mean([unit**2 for unit in units], step.decay).mean(0)
        root = np.sqrt(np.outer(row, column) / row.mean()) + 1e-8
        reached.append((units[-1] ** 2 / root).sum())
        alpha = H / np.sqrt(_mean(reached, step.decay) * reached[-1])
        weight += alpha * clipped[-1] / size * units[-1] / root
    return weight


def _learned(step: Intentional, gradients: NDArray[Any], errors: NDArray[Any]) -> NDArray[Any]:
    """Return what all rows have learned from gradients (events, rows, out, in) of errors (events, rows)."""
    weight = torch.zeros(gradients.shape[1:], dtype=torch.float64)
    state = step.start(weight)
    for gradient, error in zip(gradients, errors, strict=True):
        state.apply_to(weight, slice(None), torch.from_numpy(gradient), error, H)
    return weight.numpy()


def _drawn(events: int, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    random = np.random.default_rng(seed)
    errors = random.choice([-1.0, 1.0], (events, ROWS)) * random.lognormal(0.0, 1.5, (events, ROWS))
    return errors[:, :, None, None] * random.normal(size=(events, ROWS, OUT, INPUTS)), errors


def test_it_follows_its_equations() -> None:
    """After thirty events, some of whose errors were clipped, every row is where the equations say."""
    gradients, errors = _drawn(30)
    found = _learned(OPTIMIZER, gradients, errors)

    for row in range(ROWS):
        assert found[row] == pytest.approx(_written_out(OPTIMIZER, gradients[:, row], errors[:, row]), rel=1e-6)


def test_errors_are_clipped() -> None:
    """An error far beyond the others counts as no more than clip root mean squares."""
    gradients, errors = _drawn(30)
    gradients[-1] *= 1e6 / np.abs(errors[-1])[:, None, None]
    errors[-1] = 1e6
    clipped, free = (_learned(replace(OPTIMIZER, clip=clip), gradients, errors) for clip in (1.2, 1e9))

    assert np.abs(clipped - free).max() > 0.01 * np.abs(free).max()


@given(size=st.floats(1e-6, 1e6), seed=st.integers(0, 2**31))
def test_the_scale_of_the_reward_does_not_matter(size: float, seed: int) -> None:
    """All gradients and errors times a constant change nothing, from the first event on."""
    gradients, errors = _drawn(5, seed)

    assert _learned(Intentional(), size * gradients, size * errors) == pytest.approx(
        _learned(Intentional(), gradients, errors), rel=1e-6, abs=1e-12
    )


def test_the_first_event_reaches_what_was_intended() -> None:
    """To first order the policy's log-probability moves by h: the change times the eligible adds up to it."""
    eligible = np.random.default_rng(1).normal(size=(1, ROWS, OUT, INPUTS))
    errors = np.array([[0.1, 3.0, 50.0]])
    found = _learned(Intentional(), errors[:, :, None, None] * eligible, errors)

    assert (found * eligible[0]).sum((1, 2)) == pytest.approx(np.full(ROWS, H))


def test_a_smaller_error_moves_less() -> None:
    """After many events of one size, an error of a tenth of it moves a tenth as far, along the same way."""
    random = np.random.default_rng(2)
    eligible = random.normal(size=(200, 1, OUT, INPUTS))
    eligible[-1] = eligible[-2]
    small = np.ones((200, 1))
    small[-1] = 0.1
    before = _learned(Intentional(), eligible[:-1], small[:-1])
    tenth = _learned(Intentional(), small[:, :, None, None] * eligible, small) - before
    whole = _learned(Intentional(), eligible, np.ones((200, 1))) - before

    assert np.linalg.norm(tenth) == pytest.approx(0.1 * np.linalg.norm(whole), rel=0.05)
    assert np.vdot(tenth, whole) > 0.999 * np.linalg.norm(tenth) * np.linalg.norm(whole)


def test_a_push_before_the_first_error_is_not_taken_in() -> None:
    """Without an error there is no unit to measure by: nothing moves, and the mean squares stay zero."""
    weight = torch.zeros(ROWS, OUT, INPUTS)
    state = Intentional().start(weight)
    state.apply_to(weight, slice(None), torch.ones(ROWS, OUT, INPUTS), np.zeros(ROWS, np.float32), H)

    assert not weight.any()
    assert not state.row_means.any()
    assert state.events.tolist() == [1.0] * ROWS


def test_it_keeps_a_few_numbers() -> None:
    """Per weight matrix: one for each neuron, one for each input, and four."""
    assert sum(buffer.numel() for buffer in Intentional().start(torch.zeros(1, 7, 9)).buffers()) == 7 + 9 + 4


@pytest.mark.parametrize("size", [1e-25, 1e-12, 1e12, 1e18])
def test_gradients_of_any_size_give_finite_steps(size: float) -> None:
    """In single precision, with errors of 1 as where credit is carried."""
    weight = torch.zeros(1, OUT, INPUTS)
    state = Intentional().start(weight)
    for _ in range(3):
        state.apply_to(weight, slice(None), torch.full((1, OUT, INPUTS), size), np.ones(1, np.float32), H)

    assert weight.isfinite().all()
