"""The story that a window tells of itself: parts that wait for each other, and time that is put back as it was."""

from dataclasses import replace

import pytest

from alife.core.command import ChangeSpeed, ToggleCloseUp
from alife.core.frame import FrameEvent, WeightUpdate
from alife.view.draw.text import TextRenderer
from alife.view.window import _first_time as first_time
from alife.view.window._story import Places, Story, parts

PLACES = Places(*5 * [lambda frame: None])
LENGTH = len(list(parts(PLACES)))


@pytest.fixture
def lesson(make_frame):
    """A frame in which the selected creature has learned from a meal."""
    meal = FrameEvent(100, "learners", 7, "ate", 1.0, "world")
    return make_frame(updates=(WeightUpdate(100, "learners", 7, (meal,), (), (), ()),))


@pytest.fixture
def told():
    """What is called when all has been told."""
    return []


@pytest.fixture
def story(told):
    """A story at its beginning."""
    return Story(TextRenderer(), PLACES, lambda: told.append(True))


def _live(story, frame, since, seconds):
    """Let a frame stand for some seconds; return what the story asked of the run."""
    return [one for tenth in range(round(10 * seconds)) for one in story.advance_to(frame, since + tenth / 10)]


def test_the_whole_is_told_and_time_is_as_before(story, told, make_frame, lesson):
    """Slow until the lesson, then fast up to its tick; in the end both are taken back, and it is told once."""
    assert _live(story, make_frame(), 0.0, 6.0) == [ToggleCloseUp()]
    assert _live(story, make_frame(close_up=True), 6.0, 2.0) == []  # it waits for a meal
    assert _live(story, replace(lesson, close_up=True), 8.0, 0.1) == []
    undone, fast = _live(story, make_frame(ticks=36_000, close_up=True), 8.1, 4.0)
    assert undone == ToggleCloseUp()
    assert 30.0 * fast.factor == pytest.approx((12_000 - 100) / 5.0)
    quick = make_frame(tick=12_000, ticks=36_000, target=30.0 * fast.factor)
    (back,) = _live(story, quick, 12.1, 4.0)
    assert quick.target * back.factor == pytest.approx(30.0)
    assert _live(story, make_frame(tick=12_500, ticks=36_000), 16.1, 9.0) == []
    assert story.done
    assert told == [True]


def test_a_part_that_waits_does_not_wait_for_ever(story, make_frame):
    """A creature to which nothing happens is left to itself, and the story goes on and ends."""
    _live(story, make_frame(), 0.0, 60.0)
    assert story.done


@pytest.mark.parametrize("before", range(LENGTH))
def test_it_can_be_left_at_any_part_and_leaves_time_as_it_was(story, told, make_frame, lesson, before):
    """What it has asked of the run so far is undone; going on part by part comes to the same end."""
    frame, target, close_up = replace(lesson, ticks=36_000), 30.0, False
    for part in range(before + 1):
        asked = story.advance_to(frame, 100.0 * part) + (story.skip() if part == before else [])
        for command in asked:
            target *= command.factor if isinstance(command, ChangeSpeed) else 1.0
            close_up ^= isinstance(command, ToggleCloseUp)
        frame = replace(frame, target=target, close_up=close_up)
        if part < before:
            for command in story.go_on():
                target *= command.factor if isinstance(command, ChangeSpeed) else 1.0
                close_up ^= isinstance(command, ToggleCloseUp)
            frame = replace(frame, target=target, close_up=close_up)
    assert (story.done, told, close_up) == (True, [True], False)
    assert target == pytest.approx(30.0)


def test_a_life_that_is_far_on_has_nothing_to_be_hurried(story, make_frame, lesson):
    """The fast part is left out where its tick has passed."""
    late = replace(lesson, tick=30_000, ticks=36_000)
    asked = _live(story, late, 0.0, 60.0)
    assert story.done
    assert not any(isinstance(command, ChangeSpeed) for command in asked)


def test_what_was_shown_is_remembered_and_an_unwritable_folder_is_no_fault(monkeypatch, tmp_path):
    """A file stands where the folder should be: then nothing is shown, and nothing fails."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert first_time.is_first_time()
    first_time.remember_story()
    assert not first_time.is_first_time()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    first_time.remember_story()
    assert not first_time.is_first_time()
