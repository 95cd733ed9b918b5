"""The learning bench: every rule and control on every task."""
