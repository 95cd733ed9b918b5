"""The drives, one file each."""
