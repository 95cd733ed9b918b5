"""The notebooks run from top to bottom, in a kernel of their own, and are kept with what they show."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import ROOT

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
_MOST_BYTES = 500_000
_SHORTER = {"step(10_000 -": "step(600 -", '"ticks": 4000': '"ticks": 1000', "SEEDS = range(5)": "SEEDS = range(2)"}


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    """Every cell, in a kernel as Jupyter starts one, shows as many pictures and prints as in the kept notebook.

    Lives are shorter.
    """
    text = path.read_text(encoding="utf-8")
    for written, shorter in _SHORTER.items():
        text = text.replace(json.dumps(written)[1:-1], json.dumps(shorter)[1:-1])
    notebook = nbformat.reads(text, as_version=4)
    kept = _shown(notebook)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()

    assert _shown(notebook) == kept
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_is_kept_with_its_pictures(path: Path) -> None:
    """It was run from top to bottom, nothing in it failed, and it is no burden."""
    text = path.read_text(encoding="utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]

    assert len(text) < _MOST_BYTES
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert '"image/png"' in text
    assert '"stderr"' not in text


def _shown(notebook: Any) -> list[list[str]]:
    """Return of each code cell of which kinds its outputs are."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [[", ".join(sorted(one.get("data", {"text": ""}))) for one in cell["outputs"]] for cell in cells]


def test_there_are_notebooks() -> None:
    """They are found."""
    assert len(NOTEBOOKS) == 2
