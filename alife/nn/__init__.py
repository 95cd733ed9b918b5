"""Layers that keep no graph, and networks of them; each forward pass is one tick."""

from alife.nn.alif import ALIF
from alife.nn.fluctuation import fluctuation_driven_
from alife.nn.free import PositiveLine, UnitInterval
from alife.nn.graph import Graph
from alife.nn.half_life import decay_of, half_life_of
from alife.nn.layer import Layer, Tick
from alife.nn.li import LI
from alife.nn.lib import LIB
from alife.nn.lif import LIF
from alife.nn.lig import LIG
from alife.nn.lis import LIS
from alife.nn.network import Network
from alife.nn.readout import Readout
from alife.nn.rlif import RLIF
from alife.nn.sequential import Sequential
from alife.nn.slif import SLIF
from alife.nn.spiking import Spiking
from alife.nn.tanh import Tanh

__all__ = [
    "ALIF",
    "LI",
    "LIB",
    "LIF",
    "LIG",
    "LIS",
    "RLIF",
    "SLIF",
    "Graph",
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
