"""What runs have left on disk, read back. It needs neither torch nor the world that ran."""

from alife.runs._recorded import Recorded
from alife.runs.results import Run, Runs, is_of_seeds, load, seed_directories, seed_directory
from alife.runs._columns import Table

__all__ = ["Recorded", "Run", "Runs", "Table", "is_of_seeds", "load", "seed_directories", "seed_directory"]
