"""What is checked before a state is touched or a number drawn, each fault in one sentence."""

import math
import operator
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


def check_tensor(caller: str, what: str, given: object, shape: tuple[int, ...], like: Tensor) -> None:
    """Refuse what is no tensor of this shape, or not of the number type and device of another one.

    Raises:
        TypeError: it is no tensor.
        ValueError: its shape, number type or device is another.
    """
    if not isinstance(given, Tensor):
        hint = ", its .signal" if hasattr(given, "signal") else ""
        raise TypeError(f"{caller} got {what} that is a {type(given).__name__}, it takes a tensor of {shape}{hint}")
    if given.shape != shape:
        raise ValueError(f"{caller} got {what} of shape {tuple(given.shape)}, it takes {shape}")
    if given.dtype != like.dtype:
        raise ValueError(f"{caller} got {what} of type {given.dtype}, it takes {like.dtype}")
    if given.device != like.device:
        raise ValueError(f"{caller} got {what} on the device {given.device}, it is on {like.device} itself")


def check_finite(caller: str, what: str, given: Tensor) -> None:
    """Refuse what holds a number that is not finite.

    Raises:
        ValueError: it does.
    """
    given = given.detach()
    # A finite sum is quick to find, and rules it out; that of large numbers may be none.
    if not math.isfinite(given.sum().item()) and not given.isfinite().all():
        place = tuple((~given.isfinite()).nonzero()[0].tolist())
        raise ValueError(f"{caller} got {what} that is not finite, it is {given[place].item()} at {place}")


def row_index(caller: str, rows: object, count: int, device: torch.device) -> Tensor:
    """Return which of `count` rows are meant, by index or by a mask of booleans, as an index.

    Raises:
        TypeError: they are neither whole numbers nor booleans.
        ValueError: there is no such row, or the mask is not one boolean for each row.
    """
    given = list(rows) if isinstance(rows, Iterable) and not hasattr(rows, "dtype") else rows
    try:
        index = torch.as_tensor(
            given, device=device, dtype=torch.long if isinstance(given, list) and not given else None
        )
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{caller} takes rows by index or by a mask, got {rows!r}") from None
    if index.is_floating_point() or index.is_complex() or index.ndim > 1:
        raise TypeError(f"{caller} takes rows by a flat list of whole numbers or booleans, got {rows!r}")
    if index.dtype == torch.bool:
        if index.shape != (count,):
            raise ValueError(f"{caller} takes a mask of {count} booleans, one for each row, got {index.numel()}")
        return index.nonzero().flatten()
    index = index.long().reshape(-1)
    if len(strange := index[(index < -count) | (index >= count)]):
        raise ValueError(f"{caller} has {count} rows, there is no row {int(strange[0])}")
    return index


def whole_number(value: Any, what: str, least: int, unit: str = "") -> int:
    """Return a whole number, of whichever library, that is not below the least.

    Raises:
        ValueError: it is something else.
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{what} must be a whole number{unit and f' of{unit}'}, got {value!r}") from None
    if number < least:
        raise ValueError(f"{what} must be {least}{unit} or more, got {number}")
    return number


def one_number(value: Any, what: str) -> float:
    """Return a single number, of whichever library.

    Raises:
        ValueError: it is something else.
    """
    try:
        if not isinstance(value, str):
            return float(value)
    except (TypeError, ValueError, RuntimeError):
        pass
    raise ValueError(f"{what} must be one number, got {value!r}")
