"""The page of worlds is what its command writes, and a row says what was lived."""

import json
from pathlib import Path

import pytest

from alife.core.errors import ConfigError
from benchmarks import habitats, worlds_page
from benchmarks.worlds_page import FIGURES, PAGE, page, parts_of

STORY = """A meadow.

Observation: what is
seen.

Actions: any.

Events: `ate`.

Ends: never.
"""


@pytest.mark.slow
def test_the_page_is_what_the_command_writes() -> None:
    """Of the docstrings as they are now; `python -m benchmarks.habitats --page` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_docstring_comes_apart_into_story_and_labels() -> None:
    """Each paragraph on one line."""
    story, labelled = parts_of(STORY + "\nVersion history: 0, the first.\n")

    assert story == ["A meadow."]
    assert labelled["Observation"] == "what is seen."
    assert list(labelled) == list(worlds_page.LABELS)


def test_a_label_that_is_missing_is_named() -> None:
    """With the world's first sentence, so that one finds it."""
    with pytest.raises(ValueError, match=r"no paragraph that begins with Version history: A meadow\.$"):
        parts_of(STORY)


@pytest.mark.slow
def test_a_row_says_what_everybody_got(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mean within the interval of its seeds, one for each copy; the player is better than chance."""
    monkeypatch.setattr(worlds_page, "FIGURES", tmp_path)
    assert habitats.main(["phototaxis", "--ticks", "300", "--copies", "4"]) == 0
    row = json.loads((tmp_path / "phototaxis.json").read_text())

    assert row == json.loads(capsys.readouterr().out)
    assert row["command"] == "python -m benchmarks.habitats phototaxis --ticks 300 --copies 4"
    for one in (*row["species"].values(), row["player"]["learners"], row["random"]["learners"]):
        assert len(one["seeds"]) == 4
        assert one["low"] <= one["mean"] <= one["high"]
        assert one["mean"] == pytest.approx(sum(one["seeds"]) / 4, abs=0.002)
    assert row["player"]["learners"]["mean"] > row["random"]["learners"]["mean"] + 1.0
    assert "| phototaxis | **" in page(tmp_path)


def test_what_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, and the exit code of a wrong command."""
    assert habitats.main(["frage"]) == ConfigError.exit_code
    assert "frage: there is no configuration of this name in configs/; there are " in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(FIGURES.glob("*.json")), ids=lambda path: path.stem)
def test_a_row_that_was_measured_is_of_ten_seeds(path: Path) -> None:
    """And its command makes it again."""
    row = json.loads(path.read_text())

    assert row["copies"] == len(row["random"][next(iter(row["random"]))]["seeds"]) == 10
    assert row["command"].startswith(f"python -m benchmarks.habitats {path.stem}")
