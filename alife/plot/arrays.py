"""Numbers of any kind (numpy, torch, lists) as plain numpy arrays."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Tensor(Protocol):
    """A torch tensor, known by what it can do: pictures need no torch."""

    def detach(self) -> Any:
        """Detach it from the graph of torch."""

    def cpu(self) -> Any:
        """Move it to where numpy can read."""


def is_tensor(values: object) -> TypeGuard[Tensor]:
    """Tell whether it is a torch tensor."""
    return hasattr(values, "detach") and hasattr(values, "cpu")


def real_numbers(values: ArrayLike | Tensor, what: str) -> NDArray[Any]:
    """Return real numbers as an array of their shape, wherever they are kept.

    Args:
        values: an array, a tensor on any device and with or without a gradient, numbers, or a list of these.
        what: the name that an error gives them.

    Raises:
        TypeError: they are not real numbers.
        ValueError: they have no rectangular shape.
    """
    array = _stacked(_without_tensors(values), what)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{what} must be real numbers, not {array.dtype}")
    return array


def floats(values: ArrayLike | Tensor, what: str) -> Floats:
    """Return real numbers as a new array of floats of their shape; see `real_numbers`."""
    return real_numbers(values, what).astype(np.float64)


def series_columns(values: ArrayLike | Tensor, what: str) -> Floats:
    """Return series as the columns of an array (ticks, series), from that or from one series (ticks,).

    Raises:
        ValueError: they have another number of axes.
    """
    array = floats(values, what)
    if array.ndim not in (1, 2):
        raise ValueError(f"{what} must have the shape (ticks,) or (ticks, n), not {array.shape}")
    return array[:, None] if array.ndim == 1 else array


def one_per_tick(values: ArrayLike | Tensor, what: str) -> Floats:
    """Return a series (ticks,) as floats.

    Raises:
        ValueError: it has another number of axes.
    """
    array = floats(values, what)
    if array.ndim != 1:
        raise ValueError(f"{what} must have the shape (ticks,), not {array.shape}")
    return array


def _from_tensor(tensor: Tensor) -> NDArray[Any]:
    here = tensor.detach().cpu()
    # numpy has no bfloat16; every float of torch fits into a double.
    return np.asarray(here.double() if here.is_floating_point() else here)


def _without_tensors(values: Any) -> Any:
    """Return lists with an array in place of each tensor, anywhere within: numpy reads none that has a gradient."""
    if is_tensor(values):
        return _from_tensor(values)
    if isinstance(values, list | tuple):
        return [_without_tensors(value) for value in values]
    return values


def _stacked(values: Any, what: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{what} must form a rectangular array, these have different lengths") from error


def named_pairs(curves: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> dict[str, tuple[ArrayLike, ArrayLike]]:
    """Return curves by name, each known to be a pair, (ticks, values).

    Raises:
        TypeError: they are no mapping, or one is no pair.
    """
    if not isinstance(curves, Mapping):
        raise TypeError(f"curves must be a mapping from names to (ticks, values), not {type(curves).__name__}")
    return {str(name): _pair(str(name), curve) for name, curve in curves.items()}


def _pair(name: str, curve: tuple[ArrayLike, ArrayLike]) -> tuple[ArrayLike, ArrayLike]:
    try:
        ticks, values = curve
    except (TypeError, ValueError):
        raise TypeError(f"the curve {name!r} must be a pair, (ticks, values), not {curve!r:.60}") from None
    return ticks, values
