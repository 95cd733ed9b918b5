"""Layers at the ends of what they allow."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.nn import Spiking
from tests.nn.cases import KINDS, every_kind, gradients

rows = st.sampled_from([(), (0,), (1,), (2, 3)])
decays = st.floats(1e-4, 1.0 - 1e-4)
strengths = st.sampled_from([0.0, 1.0, -1.0, 1e6, -1e6])


@pytest.mark.slow
@every_kind
@settings(deadline=None, max_examples=25)
@given(
    rows=rows,
    inputs=st.integers(1, 4),
    pairs=st.integers(1, 3),
    decay=decays,
    trace_decay=decays,
    threshold=st.floats(1e-2, 1e2),
    estimator=st.sampled_from(["smoothed", "clipped", "sigmoid"]),
    strength=strengths,
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_everything_stays_finite(
    kind: str,
    rows: tuple[int, ...],
    inputs: int,
    pairs: int,
    decay: float,
    trace_decay: float,
    threshold: float,
    estimator: str,
    strength: float,
    dtype: torch.dtype,
) -> None:
    """Silent or saturated, with no rows or one neuron, in both number types: outputs and gradients are numbers."""
    cls = KINDS[kind]
    options: dict[str, Any] = {"threshold": threshold, "mean_spikes": estimator} if issubclass(cls, Spiking) else {}
    size = 2 * pairs if kind == "lig" else pairs
    layer = cls(inputs, size, decay=decay, trace_decay=trace_decay, rows=rows, learn=cls.learnable, **options)
    layer.to(dtype)
    with torch.no_grad():
        layer.weight.fill_(1.0)
    outputs = [layer(torch.full((*rows, inputs), strength, dtype=dtype)) for _ in range(6)]
    signal_below = layer.backward(torch.ones(*rows, size, dtype=dtype))

    for tensor in (*outputs, signal_below, layer.mean_output(), layer.membrane, *gradients(layer).values()):
        assert tensor.isfinite().all()
    if isinstance(layer, Spiking):
        assert all(((output == 0.0) | (output == 1.0)).all() for output in outputs)


@pytest.mark.parametrize("kind", ["lif", "alif", "slif", "rlif"])
@pytest.mark.parametrize("estimator", ["smoothed", "clipped", "sigmoid"])
@pytest.mark.parametrize(("strength", "spikes"), [(-1e8, 0.0), (1e8, 1.0)])
def test_the_mean_of_a_layer_at_its_ends(kind: str, estimator: str, strength: float, spikes: float) -> None:
    """However strong the current, the mean output of a saturated layer is 1 and that of a silent one 0."""
    layer = KINDS[kind](1, 2, mean_spikes=estimator, learn=())
    layer.weight.fill_(strength)
    seen = layer(torch.ones(1))

    assert torch.equal(seen, torch.full((2,), spikes))
    assert layer.mean_output().tolist() == pytest.approx([spikes] * 2, abs=1e-6)
