"""Wiring: which inputs a neuron sees, whether they excite or inhibit, and how long they are under way."""

from collections.abc import Sequence

import torch
from torch import Tensor


def mask_of(connections: float | Tensor, size: int, inputs: int, generator: torch.Generator | None) -> Tensor | None:
    """Return where there is a synapse, (size, inputs) of 0 and 1; None where there is one everywhere.

    A share gives each neuron the same number of inputs, at least one, drawn without repeats.

    Raises:
        ValueError: the share is not in [0, 1], or the mask has the wrong shape.
    """
    if isinstance(connections, Tensor):
        if connections.shape != (size, inputs):
            raise ValueError(f"connections must have the shape {(size, inputs)}, got {tuple(connections.shape)}")
        return (connections != 0).to(torch.get_default_dtype())
    if not 0.0 <= connections <= 1.0:
        raise ValueError(f"connections must be a share from 0 to 1 or a mask, got {connections:g}")
    if connections == 1.0:
        return None
    seen = max(1, round(connections * inputs))
    order = torch.rand(size, inputs, generator=generator).argsort(-1)
    return torch.zeros(size, inputs).scatter_(1, order[:, :seen], 1.0)


def signs_of(dale: float | Tensor | None, inputs: int) -> Tensor | None:
    """Return the sign of every input's synapses, (inputs,) of 1 and -1; None where they are free.

    Raises:
        ValueError: the share is not in [0, 1], or the signs are not one 1 or -1 for each input.
    """
    if dale is None:
        return None
    if isinstance(dale, Tensor):
        if dale.shape != (inputs,) or not (dale.abs() == 1).all():
            raise ValueError(f"dale must be a share or {inputs} signs of 1 or -1, got a tensor {tuple(dale.shape)}")
        return dale.to(torch.get_default_dtype())
    if not 0.0 <= dale <= 1.0:
        raise ValueError(f"dale must be a share from 0 to 1 or signs, got {dale:g}")
    signs = torch.ones(inputs)
    signs[round(dale * inputs) :] = -1.0
    return signs


def delays_of(delay: int | Sequence[int], inputs: int) -> Tensor | None:
    """Return the delay of every input in ticks, (inputs,); None where there is none.

    Raises:
        ValueError: a delay is below zero, or there is not one for each input.
    """
    delays = torch.tensor([delay] * inputs if isinstance(delay, int) else list(delay), dtype=torch.long)
    if delays.shape != (inputs,):
        raise ValueError(f"delay must be one number of ticks or {inputs} of them, got {len(delays)}")
    if (delays < 0).any():
        raise ValueError(f"delay must be 0 ticks or more, got {int(delays.min())}")
    return delays if delays.any() else None
