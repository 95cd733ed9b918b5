"""The guard at the border of a world: what it returns is checked before anybody takes it in."""

import traceback
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.errors import AlifeError, WorldError
from alife.world import Outcome, World


def call(world: World, tick: int, method: Callable[..., Any], *arguments: Any) -> Any:
    """Call a method of a world and return what it returns.

    Raises:
        WorldError: it raised; the message names the exception and the line.
    """
    try:
        return method(*arguments)
    except AlifeError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise WorldError(
            f"{_name(world)} raised {type(error).__name__} at tick {tick} ({last.filename}:{last.lineno}): {error}"
        ) from error


def check(world: World, tick: int, outcomes: Mapping[str, Outcome]) -> None:
    """Check what every species is about to be told.

    Raises:
        WorldError: a species is missing, an array has the wrong shape, or a number is not finite.
    """
    for name in world.species:
        if name not in outcomes:
            raise WorldError(f"{_name(world)} returned no outcome for species {name} at tick {tick}")
        _check_outcome(world, tick, name, outcomes[name])


def _check_outcome(world: World, tick: int, name: str, outcome: Outcome) -> None:
    rows = world.rows(name)
    width = world.observation_spaces[name].shape[0]
    where = f"{_name(world)}, species {name}, tick {tick}"
    for what, shape in (
        ("observations", (rows, width)),
        ("rewards", (rows,)),
        ("terminated", (rows,)),
        ("truncated", (rows,)),
    ):
        array = getattr(outcome, what)
        if not isinstance(array, np.ndarray) or array.shape != shape:
            raise WorldError(f"{where}: {what} must be an array of shape {shape}, it is {_shape(array)}")
    _check_finite(where, "observation", outcome.observations)
    _check_finite(where, "reward", outcome.rewards)
    rows_named = outcome.events.rows
    if len(rows_named) and not 0 <= rows_named.min() <= rows_named.max() < rows:
        raise WorldError(f"{where}: an event names a row outside 0 to {rows - 1}")


def _check_finite(where: str, what: str, values: NDArray[Any]) -> None:
    """Raise unless all values are finite. A finite sum has only finite parts, and is quick."""
    if isfinite(values.sum()):
        return
    bad = ~np.isfinite(values).reshape(len(values), -1).all(1)
    if bad.any():
        row = int(np.argmax(bad))
        raise WorldError(f"{where}, row {row}: the {what} is not a finite number")


def _shape(array: Any) -> str:
    return f"{array.shape}" if isinstance(array, np.ndarray) else f"a {type(array).__name__}"


def _name(world: World) -> str:
    return f"world {type(world).__module__}.{type(world).__qualname__}"
