"""The simulation: configuration, the loop, and what is kept of a run."""
