"""Whatever is drawn, nothing is shown and the settings of matplotlib stay as they were."""

from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def show(*_: object, **__: object) -> None:
        pytest.fail("a picture was shown")

    monkeypatch.setattr(Figure, "show", show)
    monkeypatch.setattr(pyplot, "show", show)
    before = dict(mpl.rcParams)
    yield

    assert dict(mpl.rcParams) == before
    assert pyplot.get_fignums() == []
