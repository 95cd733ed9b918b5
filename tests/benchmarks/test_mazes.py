"""The table of the mazes: what is counted, and that it is printed."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.mazes import MazeLives, after_first_find, main, write_water_page


def _lives(rewards: list[list[float]], ends: list[list[int]], ticks: int) -> MazeLives:
    """Return lives of two rows that got rewards at the ends of their trials."""
    lives = MazeLives(np.zeros((ticks, 2)), np.zeros((ticks, 2), bool))
    for row in range(2):
        lives.over[ends[row], row], lives.rewards[ends[row], row] = True, rewards[row]
    return lives


def test_a_latency_is_the_ticks_from_the_rim_to_the_end() -> None:
    """The first trial begins before the first tick, each other with a tick in which nothing is done."""
    lives = _lives([[1, 1, 1], [1, 0, 1]], [[4, 10, 11], [0, 2, 30]], 40)

    assert [mine.tolist() for mine in lives.latencies()] == [[5, 5, 0], [1, 1, 27]]
    assert lives.by_trial().tolist() == [[5, 5, 0], [1, 1, 27]]


def test_a_trial_that_one_seed_has_not_had_is_left_out() -> None:
    """Three trials of the one and two of the other make two."""
    assert _lives([[1, 1, 1], [1, 0]], [[4, 10, 11], [0, 2]], 40).by_trial().shape == (2, 2)


@pytest.mark.slow
def test_the_water_maze_has_a_page(tmp_path: Path) -> None:
    """With the latency of each trial that is asked for and had, its interval, a picture and the command."""
    ends = list(range(9, 1000, 10))
    lives = {"learners": _lives([[1] * 100] * 2, [ends, [end - 2 for end in ends]], 1000)}
    write_water_page(tmp_path, lives, 10, 400, "python -m benchmarks.mazes")
    page = (tmp_path / "water_maze.md").read_text()

    assert "trial 2 after move 5" in page
    assert "| 10 | 9 (" in page  # the tenth platform, trial 1
    assert "| learners |" in page
    assert "| 9 (" in page
    assert "`python -m benchmarks.mazes`" in page
    assert (tmp_path / "water_maze.png").stat().st_size > 5000


def test_the_trial_after_the_first_find() -> None:
    """Of each platform that was found before its last trial; nothing where a row has found none so."""
    trials = np.array([[9, 5, 7, 9, 9, 9, 9, 9, 4], [1, 3, 9, 9, 2, 8, 9, 9, 9]], float)

    found = after_first_find(trials, 3, 9)

    assert found is not None
    assert found.tolist() == [7.0, (3.0 + 8.0) / 2]
    assert after_first_find(np.array([[1.0, 2.0, 3.0], [9.0, 9.0, 1.0]]), 3, 9) is None


def test_only_the_last_tenth_counts() -> None:
    """Reward per 100 ticks and the share of right arms are those of the last tenth, row by row."""
    lives = _lives([[1, -1, 1], [-1, -1, -1]], [[10, 92, 95], [5, 91, 99]], 100)

    assert lives.per_100_ticks().tolist() == [0.0, -20.0]
    assert lives.right().tolist() == [0.5, 0.0]


@pytest.mark.slow
@pytest.mark.parametrize("maze", ["clicks_maze", "water_maze"])
def test_a_table_has_a_line_for_each(maze: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Learners, control, chance and the player, in so short a time that none has learned."""
    main(["--maze", maze, "--ticks", "180", "--seeds", "2"])
    head, *lines = capsys.readouterr().out.splitlines()

    assert head.startswith(maze) or head.split()[0] == "creatures"
    assert [line.split()[0] for line in lines] == [
        "learners",
        *(["navigators"] if maze == "water_maze" else []),
        "control",
        "random",
        "player",
    ]
    assert float(lines[-1].split()[1]) > 0.5
