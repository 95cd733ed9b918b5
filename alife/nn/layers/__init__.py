"""The layers, one file each, and the contract that they keep."""
