"""LIF against Brian2, an independent simulator."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from alife.nn import LIF, Sequential

BRIAN = Path(__file__).resolve().parents[2] / ".venv" / "brian" / "bin" / "python"
INPUTS, HIDDEN, OUTPUTS, TICKS = 20, 30, 10, 600


def _weights(out: int, inputs: int, seed: int) -> torch.Tensor:
    """Return weights in 64ths, sums of which no order of adding can round."""
    drawn = torch.randn(out, inputs, generator=torch.Generator().manual_seed(seed)) * inputs**-0.5 + 1.0 / inputs
    return (drawn * 64.0).round() / 64.0


def _ours(inputs: torch.Tensor) -> tuple[Sequential, list[NDArray[np.float64]]]:
    """Return the network and the spikes of each layer, (ticks, size)."""
    network = Sequential(
        LIF(INPUTS, HIDDEN, decay=0.9, threshold=0.97, learn=()),
        LIF(HIDDEN, OUTPUTS, decay=0.8, threshold=1.03, learn=()),
    ).double()
    for seed, layer in enumerate(network.layers):
        layer.weight.copy_(_weights(layer.size, layer.inputs, seed))
    spikes = []
    for x in inputs:
        network(x)
        spikes.append([layer.tick.output.numpy().copy() for layer in network.layers])
    return network, [np.array([tick[k] for tick in spikes]) for k in range(2)]


def _theirs(network: Sequential, inputs: torch.Tensor, file: Path) -> list[NDArray[np.float64]]:
    """Return the same from Brian2, in its own environment."""
    thresholds = [layer.threshold.item() for layer in network.layers if layer.threshold is not None]
    weights = {f"weight{k}": layer.weight.numpy() for k, layer in enumerate(network.layers)}
    decays = [layer.decays[0].item() for layer in network.layers]
    np.savez(file, inputs=inputs.numpy(), decays=decays, thresholds=thresholds, **weights)
    subprocess.run([BRIAN, Path(__file__).with_name("brian_peer.py"), file], check=True, capture_output=True)
    with np.load(file) as found:
        return [found[f"spikes{k}"] for k in range(len(network.layers))]


@pytest.mark.environment
@pytest.mark.skipif(not BRIAN.exists(), reason="make test builds the environment of Brian2")
def test_every_spike_is_where_brian2_has_it(tmp_path: Path) -> None:
    """Two layers, 600 ticks of random input spikes: spike for spike the same, in both layers."""
    inputs = (torch.rand(TICKS, INPUTS, generator=torch.Generator().manual_seed(5)) < 0.2).double()
    network, ours = _ours(inputs)
    theirs = _theirs(network, inputs, tmp_path / "network.npz")

    for seen, wanted in zip(ours, theirs, strict=True):
        assert 0.02 < wanted.mean() < 0.8
        assert np.array_equal(seen, wanted)
