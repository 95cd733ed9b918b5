"""Adapters: a world as other libraries expect one."""
