"""The median lifespan, when some still live."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.core.survival import median_lifespan


@pytest.mark.slow
@given(st.lists(st.integers(1, 50), min_size=1, max_size=40))
def test_where_all_have_died_it_is_the_middle_one(spans: list[int]) -> None:
    """The first age that at most half outlive."""
    expected = next(age for age in sorted(spans) if 2 * sum(span > age for span in spans) <= len(spans))

    assert median_lifespan(Counter(spans), {}) == expected


def test_the_example_of_the_textbooks() -> None:
    """Remission under 6-MP, Freireich et al. (1963): 21 patients, 12 censored, the median is 23 weeks."""
    died = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    living = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}

    assert median_lifespan(died, living) == 23.0


@pytest.mark.parametrize(("died", "living"), [({}, {}), ({}, {5: 3}), ({3: 1}, {10: 2})])
def test_it_is_unknown_where_more_than_half_live_on(died: dict[int, int], living: dict[int, int]) -> None:
    """Or where there is no creature."""
    assert median_lifespan(died, living) is None


def test_the_living_do_not_make_lives_look_short() -> None:
    """Of geometric lifespans cut off at random it finds the median that all would have had."""
    random = np.random.default_rng(0)
    spans, watched = random.geometric(0.01, 20_000), random.integers(1, 200, 20_000)
    died, living = Counter(spans[spans <= watched].tolist()), Counter(watched[spans > watched].tolist())

    assert median_lifespan(died, living) == pytest.approx(np.log(0.5) / np.log(0.99), abs=3)
    assert np.median(spans[spans <= watched]) < 50
