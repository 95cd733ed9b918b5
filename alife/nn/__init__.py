"""Layers of spiking neurons that keep no graph: each forward pass is one tick."""

from alife.nn.layer import Layer, Readout, Tick
from alife.nn.lif import LIF
from alife.nn.lis import LIS

__all__ = ["LIF", "LIS", "Layer", "Readout", "Tick"]
