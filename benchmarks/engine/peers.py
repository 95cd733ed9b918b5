"""Forward passes of the same network by others: batched torch.bmm, snnTorch and traceTorch.

`torch.bmm` has weights for each row, as brains here have. snnTorch has one set of weights for all rows, so it reads
less memory. traceTorch has no axis of rows: networks run one after the other.
"""

import importlib
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks.engine.brains import ACTIONS, DECAY, HIDDEN, INPUTS, draw_signals
from benchmarks.engine.timing import Work

WIDTHS = (INPUTS, *HIDDEN)
READOUT_DECAY = 0.2
MOST_ONE_BY_ONE = 24  # networks that are run one after the other

Forward = Callable[[Tensor], Tensor]


def peers_for(rows: int) -> tuple[dict[str, Work], dict[str, str]]:
    """Return what can take a tick of so many networks, by name, and why the others cannot."""
    makers = {"torch.bmm": _bmm, "snntorch": _snntorch, "tracetorch": _tracetorch}
    works: dict[str, Work] = {}
    absent: dict[str, str] = {}
    for name, make in makers.items():
        if name == "tracetorch" and rows > MOST_ONE_BY_ONE:
            absent[name] = f"has no axis of rows; not run for more than {MOST_ONE_BY_ONE}"
            continue
        try:
            works[name] = _ticks(make(rows), rows)
        except ImportError as error:
            absent[name] = f"absent: {error}"
    return works, absent


def _ticks(forward: Forward, rows: int) -> Work:
    signals, tick = [torch.from_numpy(each) for each in draw_signals(rows)], 0

    @torch.inference_mode()
    def run_tick() -> None:
        nonlocal tick
        forward(signals[tick % len(signals)])
        tick += 1

    return run_tick


def _bmm(rows: int) -> Forward:
    generator = torch.Generator().manual_seed(0)
    hidden = [_weights(rows, inputs, size, generator) for inputs, size in zip(WIDTHS, HIDDEN, strict=False)]
    readout = _weights(rows, HIDDEN[-1], ACTIONS, generator)
    membranes = [torch.zeros(rows, 1, size) for size in HIDDEN]
    output = torch.zeros(rows, 1, ACTIONS)

    def forward(signal: Tensor) -> Tensor:
        spikes: Tensor = signal[:, None]
        for weight, membrane in zip(hidden, membranes, strict=True):
            membrane.mul_(DECAY).baddbmm_(spikes, weight)
            spikes = (membrane >= 1.0).float()
            membrane.sub_(spikes)
        output.mul_(READOUT_DECAY).baddbmm_(spikes, readout)
        return output.softmax(-1)

    return forward


def _weights(rows: int, inputs: int, size: int, generator: torch.Generator) -> Tensor:
    return torch.randn(rows, inputs, size, generator=generator) / math.sqrt(inputs) + 0.5 / inputs


def _snntorch(rows: int) -> Forward:
    snntorch: Any = importlib.import_module("snntorch")
    synapses = [torch.nn.Linear(inputs, size, bias=False) for inputs, size in zip(WIDTHS, HIDDEN, strict=False)]
    for layer in synapses:
        torch.nn.init.normal_(layer.weight, 0.5 / layer.in_features, layer.in_features**-0.5)
    neurons = [snntorch.Leaky(beta=DECAY, reset_mechanism="subtract") for _ in HIDDEN]
    readout = torch.nn.Linear(HIDDEN[-1], ACTIONS, bias=False)
    membranes = [torch.zeros(rows, size) for size in HIDDEN]
    output = torch.zeros(rows, ACTIONS)

    def forward(signal: Tensor) -> Tensor:
        for k, (layer, leaky) in enumerate(zip(synapses, neurons, strict=True)):
            signal, membranes[k] = leaky(layer(signal), membranes[k])
        output.mul_(READOUT_DECAY).add_(readout(signal))
        return output.softmax(-1)

    return forward


def _tracetorch(rows: int) -> Forward:
    snn: Any = importlib.import_module("tracetorch.snn")
    networks = [
        snn.Sequential(
            *(snn.LIF(inputs, size, DECAY) for inputs, size in zip(WIDTHS, HIDDEN, strict=False)),
            snn.LIS(HIDDEN[-1], ACTIONS, READOUT_DECAY),
        )
        for _ in range(rows)
    ]

    def forward(signal: Tensor) -> Tensor:
        return torch.stack([network(own) for network, own in zip(networks, signal, strict=True)])

    return forward
