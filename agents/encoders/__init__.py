"""The encoders, one file each: how what is sensed becomes the input of a brain."""
