"""Contracts as data: what worlds, creatures, runs and windows tell each other, and what all of them need."""
