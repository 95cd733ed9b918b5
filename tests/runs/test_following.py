"""Following: the newest whole checkpoint of a run that another process takes."""

from pathlib import Path

from alife.runs.checkpoint import MOST_STATE
from alife.runs.checkpoints import save_checkpoint
from alife.runs.following import Following
from alife.sim.build import build_simulation
from tests.sim.runs import small


def test_each_whole_checkpoint_is_returned_once(tmp_path: Path) -> None:
    """One that is being replaced is passed over, until it is whole again; one of the same tick again is a newer one."""
    state = build_simulation(small()).state_dict()
    following, root = Following(tmp_path, MOST_STATE), tmp_path / "checkpoints"

    def save(tick: int) -> Path:
        save_checkpoint(root, tick, state, {}, keep=3, sync=False)
        return root / f"{tick:012d}"

    def newer() -> Path | None:
        return checkpoint.folder if (checkpoint := following.newer_checkpoint()) else None

    assert newer() is None
    first = save(10)
    assert [newer(), newer()] == [first, None]

    second = save(20)
    (second / "manifest.json").unlink()
    assert [newer(), newer()] == [None, None]
    assert "tick 10," in following.describe()

    second = save(20)
    assert [newer(), newer()] == [second, None]
    assert "tick 20," in following.describe()
    assert "ended" not in following.describe()
    (tmp_path / "summary.json").touch()
    assert "ended" in following.describe()
