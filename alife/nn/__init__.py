"""Layers that keep no graph, and networks of them; each forward pass is one tick."""

from alife.nn._free import PositiveLine, UnitInterval
from alife.nn.fluctuation import fluctuation_driven_
from alife.nn.half_life import decay_of, half_life_of
from alife.nn.layers.alif import ALIF
from alife.nn.layers.layer import Layer, Tick
from alife.nn.layers.li import LI
from alife.nn.layers.lib import LIB
from alife.nn.layers.lif import LIF
from alife.nn.layers.lig import LIG
from alife.nn.layers.lis import LIS
from alife.nn.layers.readout import Readout
from alife.nn.layers.rlif import RLIF
from alife.nn.layers.slif import SLIF
from alife.nn.layers.spiking import Spiking
from alife.nn.layers.tanh import Tanh
from alife.nn.network import Network
from alife.nn.sequential import Sequential

__all__ = [
    "ALIF",
    "LI",
    "LIB",
    "LIF",
    "LIG",
    "LIS",
    "RLIF",
    "SLIF",
    "Layer",
    "Network",
    "PositiveLine",
    "Readout",
    "Sequential",
    "Spiking",
    "Tanh",
    "Tick",
    "UnitInterval",
    "decay_of",
    "fluctuation_driven_",
    "half_life_of",
]
