"""The triggers, one file each."""
