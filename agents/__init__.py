"""The creatures: brains of whole species, and what connects them to bodies."""

from agents.population import Population

__all__ = ["Population"]
