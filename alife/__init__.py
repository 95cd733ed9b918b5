"""A workbench for artificial creatures that learn within one life."""

__version__ = "0.1.0"
