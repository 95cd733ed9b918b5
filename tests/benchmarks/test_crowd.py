"""The crowd that is timed: it lives, and has births."""

import pytest

from benchmarks import crowd


@pytest.mark.slow
def test_a_crowd_lives_and_has_births(capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed says how many live, how many are born and how fast time goes."""
    crowd.main(["--creatures", "300", "--threads", "1", "--ticks", "100"])

    words = capsys.readouterr().out.split()
    assert 150 < float(words[0]) <= 300
    assert float(words[2]) > 0.0
    assert float(words[-5]) > 0.0
