"""Heredity: what creatures have from their parents, their genes and the weights they are born with."""
