"""Checks of the contracts, for the parts of the workbench and for plug-ins."""

from alife.testing.layer import check_layer
from alife.testing.neuron import check_neuron
from alife.testing.rule import check_rule
from alife.testing.world import check_world

__all__ = ["check_layer", "check_neuron", "check_rule", "check_world"]
