"""What runs have left on disk, read back. It needs neither torch nor the world that ran."""

from alife.results.recorded import Recorded
from alife.results.run import Run, Runs, is_of_seeds, load, seed_directories, seed_directory
from alife.results.table import Table

__all__ = ["Recorded", "Run", "Runs", "Table", "is_of_seeds", "load", "seed_directories", "seed_directory"]
