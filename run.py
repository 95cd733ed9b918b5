"""Run a simulation: python run.py [CONFIG]. Without an argument the pond runs."""

import sys

from alife.app.cli import main

if __name__ == "__main__":
    sys.exit(main(["run", *sys.argv[1:]]))
