"""Wiring: which inputs a neuron sees, whether they excite or inhibit, and how long they are under way."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from alife.nn._check import one_number, whole_number


def _several(value: Any, what: str) -> Tensor | None:
    """Return several numbers, of whichever library, as a tensor; None where there is one, or none."""
    if value is None or isinstance(value, str) or getattr(value, "ndim", int(isinstance(value, Sequence))) == 0:
        return None
    try:
        return torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"{what} must be numbers, got {value!r}") from None


def mask_of(connections: float | Tensor, size: int, inputs: int, generator: torch.Generator | None) -> Tensor | None:
    """Return where there is a synapse, (size, inputs) of 0 and 1; None where there is one everywhere.

    A share gives each neuron the same number of inputs, at least one, drawn without repeats.

    Raises:
        ValueError: the share is not in [0, 1], or the mask has the wrong shape.
    """
    if (mask := _several(connections, "connections")) is not None:
        if mask.shape != (size, inputs):
            raise ValueError(f"connections must have the shape {(size, inputs)}, got {tuple(mask.shape)}")
        return (mask != 0).to(torch.get_default_dtype())
    connections = one_number(connections, "connections")
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
    if (given := _several(dale, "dale")) is not None:
        if given.shape != (inputs,) or not ((given == 1) | (given == -1)).all():
            raise ValueError(f"dale must be a share or {inputs} signs of 1 or -1, got a tensor {tuple(given.shape)}")
        return given.to(torch.get_default_dtype())
    dale = one_number(dale, "dale")
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
    several = _several(delay, "delay")
    ticks = [delay] * inputs if several is None else several.flatten().tolist()
    delays = torch.tensor([whole_number(each, "delay", 0, " ticks") for each in ticks], dtype=torch.long)
    if delays.shape != (inputs,):
        raise ValueError(f"delay must be one number of ticks or {inputs} of them, got {len(delays)}")
    return delays if delays.any() else None
