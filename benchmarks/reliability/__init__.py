"""Attacks on runs: kills, signals, damaged files, full disks, races, long lives; what is promised and what was seen."""
