"""What is checked before a number is computed, each fault in one sentence."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor

_ROUNDING = 1e-4  # by which a probability may leave 0 to 1; a mean of float32 gets near it
_WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)


def check_output(caller: str, output: Tensor) -> None:
    """Refuse what cannot be the output of a last layer, (*rows, outputs).

    Raises:
        TypeError: it is no tensor.
        ValueError: the number type is neither float32 nor float64, or there is no output.
    """
    if not isinstance(output, Tensor):
        raise TypeError(f"{caller} got an output of type {type(output).__name__}, it takes a torch.Tensor")
    if output.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"{caller} got an output of type {output.dtype}, it takes torch.float32 or torch.float64")
    if output.ndim == 0 or output.shape[-1] == 0:
        raise ValueError(
            f"{caller} got an output of shape {tuple(output.shape)}, it takes (*rows, outputs) with at least one output"
        )


def check_shape(caller: str, what: str, tensor: Tensor, shape: tuple[int, ...]) -> None:
    """Refuse another shape than this; `what` names the tensor, with its article.

    Raises:
        ValueError: the shape differs.
    """
    if tensor.shape != shape:
        raise ValueError(f"{caller} got {what} of shape {tuple(tensor.shape)}, it takes {shape}")


def check_probabilities(caller: str, output: Tensor) -> None:
    """Refuse numbers that are no probabilities; they may be beside 0 to 1 by a rounding.

    Raises:
        ValueError: one is below 0, above 1 or no number.
    """
    if not bool(((output >= -_ROUNDING) & (output <= 1.0 + _ROUNDING)).all()):
        raise ValueError(
            f"{caller} got numbers from {float(output.min()):g} to {float(output.max()):g}, it takes probabilities, "
            "as LIS and LIB put out; the membranes of LI are for cross_entropy"
        )


def as_numbers(caller: str, what: str, given: Tensor | ArrayLike, like: Tensor) -> Tensor:
    """Return numbers, an array or lists as a tensor where `like` is; floats of Python get its number type.

    Raises:
        TypeError: it is not made of numbers; `what` names it, with its article.
    """
    if isinstance(given, Tensor):
        return given
    try:
        numbers = torch.as_tensor(given, device=like.device)
        if numbers.is_floating_point():
            return torch.as_tensor(given, dtype=like.dtype, device=like.device)
        return numbers
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(
            f"{caller} got {what} of type {type(given).__name__}, it takes a torch.Tensor or what torch makes one of"
        ) from None


def as_target(caller: str, target: Tensor | ArrayLike, output: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return a target in the number type of the output; a plain number is that of this whole shape.

    Raises:
        TypeError: it is not made of numbers.
    """
    numbers = as_numbers(caller, "a target", target, output).to(output.dtype)
    return numbers.expand(shape) if isinstance(target, int | float) else numbers


def is_whole(tensor: Tensor) -> bool:
    """Return whether the number type is a whole number, as an index is."""
    return tensor.dtype in _WHOLE
