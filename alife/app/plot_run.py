"""Plot a run: its populations on one page, or where nobody is born or dies, its learning curve."""

from pathlib import Path

import numpy as np

from alife.core.errors import ConfigError
from alife.plot import learning_curve, population
from alife.plot.picture_file import Picture, save_picture
from alife.runs import Run
from alife.runs.results import load_run


def plot_run(directory: Path, out: Path | None) -> Path:
    """Save the picture of a run, in its directory as plot.png if nobody says where, and return its path.

    Raises:
        ConfigError: the directory is of several seeds, or there is nothing in it to draw yet.
        CheckpointError: a file is damaged.
        DiskError: the picture cannot be saved.
    """
    run = load_run(directory)
    path = directory / "plot.png" if out is None else out
    save_picture(_picture(run), path)
    return path


def _picture(run: Run) -> Picture:
    ends = [int(table["tick"][-1]) for table in run.metrics.values() if len(table["tick"])]
    if not ends:
        raise ConfigError(f"{run.path}: there is nothing to draw; the run has had no line of metrics yet")
    lives = run.lives
    if not len(lives["id"]):
        return learning_curve(
            {name: (table["tick"], table["reward_per_100_ticks"]) for name, table in run.metrics.items()},
            title=str(run.config.get("name", "")),
            ylabel="reward per 100 ticks and creature, since the line before",
        )
    of_species = {
        name: {column: values[lives["species"] == name] for column, values in lives.items()}
        for name in sorted(set(lives["species"].tolist()))
    }
    genes = {name: [gene for gene in lives.genes if np.isfinite(own[gene]).any()] for name, own in of_species.items()}
    return population(of_species, max(ends), genes)
