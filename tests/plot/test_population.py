"""Pictures of populations: the numbers they are drawn from, and that any run can be drawn."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.core.survival import survival_curve
from alife.plot.population import count_living, founders_of, population
from tests.command import alife
from tests.errors import names

_LIVES = st.lists(st.tuples(st.integers(0, 50), st.integers(-1, 60), st.integers(-1, 40)), min_size=1, max_size=30)


def _lives(given: list[tuple[int, int, int]]) -> dict[str, Any]:
    """Return the columns of lives: each parent is one of an earlier line, born no later."""
    born = np.sort([b for b, _, _ in given])
    died = np.array([-1 if span < 0 else b + span for b, (_, span, _) in zip(born, given, strict=True)])
    parent = np.array([p if p < k else -1 for k, (_, _, p) in enumerate(given)])
    return {"id": np.arange(len(given)), "parent": parent, "born": born, "died": died}


@pytest.mark.slow
@given(_LIVES)
def test_who_lives_at_a_tick_was_born_by_then_and_has_not_died(given: list[tuple[int, int, int]]) -> None:
    """Against counting life by life."""
    lives, ticks = _lives(given), np.arange(0, 130)
    pairs = list(zip(lives["born"].tolist(), lives["died"].tolist(), strict=True))

    assert count_living(lives, ticks).tolist() == [
        sum(born <= tick and (died < 0 or tick < died) for born, died in pairs) for tick in ticks.tolist()
    ]


@pytest.mark.slow
@given(_LIVES)
def test_a_founder_is_the_last_of_the_way_up(given: list[tuple[int, int, int]]) -> None:
    """Whoever has no parent is its own; a parent that was not kept stands for all before it."""
    lives = _lives(given)
    parents = dict(zip(lives["id"].tolist(), lives["parent"].tolist(), strict=True))

    def up(one: int) -> int:
        return one if parents.get(one, -1) < 0 else up(parents[one])

    assert founders_of(lives).tolist() == [up(one) for one in parents]
    orphan = {name: column[1:] for name, column in lives.items()}
    assert set(founders_of(orphan).tolist()) <= {*parents}


@pytest.mark.slow
@given(st.dictionaries(st.integers(1, 20), st.integers(1, 5)), st.dictionaries(st.integers(1, 20), st.integers(1, 5)))
def test_survival_is_the_product_of_what_each_age_leaves(died: dict[int, int], living: dict[int, int]) -> None:
    """Against the formula, age by age."""
    ages, shares = survival_curve(died, living)
    expected = []
    share = 1.0
    for age in sorted({*died, *living}):
        at_risk = sum(n for each in (died, living) for a, n in each.items() if a >= age)
        share *= 1.0 - died.get(age, 0) / at_risk
        expected += [share] if age in died else []

    assert ages.tolist() == sorted(died)
    assert shares == pytest.approx(expected)


def test_a_page_has_numbers_survival_lineages_and_genes() -> None:
    """A panel for each, and no more."""
    lives = _lives([(k, 9 if k % 3 else -1, k - 2) for k in range(40)])
    lives["neutral"] = np.linspace(0.0, 1.0, 40)
    figure = population({"them": lives, "others": lives}, 50, {"them": ["neutral"]})

    assert [ax.get_title() for ax in figure.axes if ax.get_visible()] == [
        "living", "survival", "them: lineages of the first", "them: neutral", "others: lineages of the first",
    ]  # fmt: skip


@pytest.mark.slow
def test_any_run_can_be_drawn(tmp_path: Path) -> None:
    """One with births and deaths, one without; what is none says so."""
    for name in ("hungry_pond", "forage"):
        run = tmp_path / name
        assert alife("run", name, "--headless", "--quiet", "--ticks", "120", "--out", run).returncode == 0
        drawn = alife("plot", run)
        assert drawn.returncode == 0
        assert drawn.stdout.strip() == str(run / "plot.png")
        assert (run / "plot.png").stat().st_size > 10_000
    assert names(alife("plot", tmp_path).stderr, f"{tmp_path}")
