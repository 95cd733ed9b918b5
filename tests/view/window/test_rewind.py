from dataclasses import replace

import numpy as np
import pytest

from alife.view.window._rewind import Rewind


@pytest.mark.slow
def test_the_ring_is_bounded_in_seconds_and_number(make_frame):
    """After two minutes the last one is kept; a pause counts for at most a second."""
    rewind = Rewind(fps=10)
    for tick in range(1200):
        rewind.keep_frame(make_frame(tick=tick), now=tick / 10)
    assert rewind.newest - rewind.oldest + 1 <= 600
    assert rewind.seconds == pytest.approx(60, abs=0.2)
    rewind.keep_frame(make_frame(tick=1200), now=10_000.0)
    assert rewind.frame_at(rewind.newest).tick == 1200
    assert rewind.seconds_ago(rewind.newest - 1) == pytest.approx(1.0)


def test_the_ring_is_bounded_in_bytes_and_counts_shared_arrays_once(make_frame):
    """Equal weights of two frames are kept once; whatever goes is counted off again."""
    rewind, frame = Rewind(fps=30, most_bytes=200_000), make_frame()
    for tick in range(100, 103):
        snapshot = replace(frame.snapshot, weights=tuple(one.copy() for one in frame.snapshot.weights))
        rewind.keep_frame(replace(frame, tick=tick, snapshot=snapshot), now=tick / 30)
    assert rewind.frame_at(0).snapshot.weights[0] is rewind.frame_at(2).snapshot.weights[0]
    for tick in range(103, 400):
        traces = tuple(np.full((50, 50), tick, np.float32) for _ in range(2))
        rewind.keep_frame(replace(frame, tick=tick, snapshot=replace(frame.snapshot, traces=traces)), now=tick / 30)
        assert rewind.bytes <= 200_000
    assert 2 < rewind.newest - rewind.oldest < 12


def test_no_tick_no_frame_and_an_earlier_tick_begins_anew(make_frame):
    """A paused run adds nothing, and a replay that goes back drops what was after."""
    rewind = Rewind(fps=30)
    for tick in (5, 6, 6, 6, 7):
        rewind.keep_frame(make_frame(tick=tick), now=float(tick))
    assert [rewind.frame_at(number).tick for number in range(rewind.oldest, rewind.newest + 1)] == [5, 6, 7]
    rewind.keep_frame(make_frame(tick=2), now=8.0)
    assert (rewind.oldest, rewind.newest, rewind.frame_at(0).tick) == (0, 0, 2)
