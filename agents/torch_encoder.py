"""Any torch module as an encoder, for pixels."""

import inspect
import typing
from functools import cache
from typing import Any

import numpy as np
import torch
from gymnasium.spaces import Box
from numpy.typing import NDArray
from torch import Tensor, nn

from agents.encoders.encoder import Coding, Encoder
from alife.core.errors import ConfigError
from alife.core.flatten import Flattened
from alife.core.random import Stream


@cache
def encoder_of(net: type[nn.Module]) -> type[Encoder]:
    """Return the encoder that passes observations through a module of this class, which learns nothing.

    The module takes a batch of observations in their own shape, (rows, *shape) in 32 bits, and returns one row of
    numbers for each, (rows, width). All creatures of a species share it. If its constructor takes `space`, it is given
    the observation space; all its other parameters may stand in the configuration. Its weights are drawn by the seed of
    the run.
    """

    class Made(Encoder):
        def __init__(self, **settings: Any) -> None:
            self._settings = settings

        def start_coding(self, space: Box, rows: int, random: Stream) -> "Through":
            original = space.original if isinstance(space, Flattened) and isinstance(space.original, Box) else space
            settings = dict(self._settings)
            if "space" in inspect.signature(net).parameters:
                settings["space"] = original
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(int(random.at(0).integers(2**63)))
                module = net(**settings)
            return Through(module, original.shape)

    Made.__init__.__annotations__ = typing.get_type_hints(net.__init__, include_extras=True)
    Made.__signature__ = inspect.signature(net)  # type: ignore[attr-defined]  # what a configuration may hold
    Made.__name__, Made.__qualname__, Made.__module__ = net.__name__, net.__qualname__, net.__module__
    return Made


class Through(Coding):
    """A module, asked once for all rows."""

    def __init__(self, module: nn.Module, shape: tuple[int, ...]) -> None:
        self._module, self._shape = module.eval(), shape
        given = torch.zeros(2, *shape)
        with torch.no_grad():
            made = self._module(given)
        if not isinstance(made, Tensor) or made.ndim != 2 or len(made) != 2:
            found = f"shape {tuple(made.shape)}" if isinstance(made, Tensor) else type(made).__name__
            raise ConfigError(
                f"brain.encoder: {type(module).__name__} must make one row of numbers of each observation, "
                f"it made {found} of {tuple(given.shape)}"
            )
        self.width = made.shape[1]

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Pass the observations of all rows through the module."""
        given = torch.from_numpy(np.ascontiguousarray(observations, np.float32)).reshape(-1, *self._shape)
        with torch.no_grad():
            out[:] = self._module(given).numpy()
