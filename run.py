"""Run a simulation: python run.py [CONFIG]. Without an argument the pond runs."""

import sys

from alife.app.cli import command

if __name__ == "__main__":
    command(["run", *sys.argv[1:]])
