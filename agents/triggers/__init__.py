"""The triggers, one file each: which ticks are events."""
