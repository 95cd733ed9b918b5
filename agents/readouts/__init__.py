"""The readouts, one file each: what acts, how it draws an action, and the gradients of what was drawn."""
