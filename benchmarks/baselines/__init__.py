"""Baselines from elsewhere: what a network that is no creature earns in the same number of steps."""
