"""Targets of a choice: the index of the right one, or how likely each should be."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from alife.loss._check import as_numbers, is_whole


def one_hot(caller: str, index: Tensor, output: Tensor) -> Tensor:
    """Return 1 at each index (*rows) and 0 elsewhere, shape and number type of the output (*rows, outputs).

    Raises:
        ValueError: an index is negative or beyond the last output.
    """
    outputs = output.shape[-1]
    hits = index.unsqueeze(-1) == torch.arange(outputs, device=output.device)
    # Asked before anything is indexed: an index out of range would end every later call on a GPU.
    if not bool(hits.any(-1).all()):
        low, high = int(index.min()), int(index.max())
        raise ValueError(f"{caller} got indices from {low} to {high}, it takes 0 to {outputs - 1}")
    return hits.to(output.dtype)


def distribution(caller: str, target: Tensor | ArrayLike, output: Tensor) -> Tensor:
    """Return the target as one weight for each output, (*rows, outputs).

    Args:
        caller: who is named in an error.
        target: whole numbers (*rows), the right outputs, or floats (*rows, outputs), how likely each should be.
        output: (*rows, outputs) what the target is for.

    Raises:
        TypeError: it is not made of numbers.
        ValueError: it is neither, or an index is out of range.
    """
    target = as_numbers(caller, "a target", target, output)
    if is_whole(target) and target.shape == output.shape[:-1]:
        return one_hot(caller, target, output)
    if target.is_floating_point() and target.shape == output.shape:
        return target.to(output.dtype)
    raise ValueError(
        f"{caller} got a target of shape {tuple(target.shape)} and type {target.dtype}, it takes whole numbers "
        f"of shape {tuple(output.shape[:-1])} or probabilities of shape {tuple(output.shape)}"
    )
