"""What is checked before a number is computed, each fault in one sentence."""

import torch
from torch import Tensor

_WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)


def check_output(caller: str, output: Tensor) -> None:
    """Refuse what cannot be the output of a last layer, (*rows, outputs).

    Raises:
        ValueError: the number type is neither float32 nor float64, or there is no output.
    """
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


def is_whole(tensor: Tensor) -> bool:
    """Say whether the number type is a whole number, as an index is."""
    return tensor.dtype in _WHOLE
