"""The kinds of neurons, one file each: hyper-parameters, state, and the equation of a tick."""
