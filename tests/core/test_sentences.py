"""Sentences: where an error of others is said to be."""

from types import FunctionType

import numpy as np
import pytest

from alife.core.sentences import raised_at
from alife.core.threads import Threads


@pytest.mark.parametrize(
    "fail",
    [
        lambda: [].pop(),
        lambda: np.linalg.inv(np.zeros((2, 2))),
        lambda: Threads(1).run(len, [slice(1)]),
    ],
    ids=["their own", "numpy's", "the house's"],
)
def test_the_line_is_the_last_that_is_theirs(fail: FunctionType) -> None:
    """Not the one of a library to which they gave what it cannot take."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of whatever kind
        fail()

    file, _, line = raised_at(caught.value).rpartition(":")
    assert (file, int(line)) == (__file__, fail.__code__.co_firstlineno)
