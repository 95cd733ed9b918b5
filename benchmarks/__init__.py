"""Measurements that the documentation quotes, each from one command."""
