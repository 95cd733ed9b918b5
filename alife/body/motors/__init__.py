"""The motors, one file each."""
