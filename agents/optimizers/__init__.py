"""The optimizers, one file each: how a gradient becomes a change of weights."""
