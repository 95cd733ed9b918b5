"""python -m alife: the command line."""

from alife.app.cli import command

command()
