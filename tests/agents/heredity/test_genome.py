"""Genome: what children have of their parents' genes, whatever the range, the spread and the number of births."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.heredity.genome import Births, Genome, mutate, reflect
from alife.core.heredity import Gene

ROWS = 4000
LOG, LINEAR = Gene(1e-3, 1e3, 0.1, 1.0), Gene(-50.0, 50.0, 0.1, 0.0)


def _genome(**genes: Gene) -> Genome:
    return Genome(genes, dict.fromkeys(genes, 1.0), "them", ROWS, 7)


def _births(rows: Any, parents: Any, partners: Any = -1, birth: int = 1) -> Births:
    rows = np.asarray(rows)
    full = [np.broadcast_to(np.asarray(each), rows.shape).astype(np.int64) for each in (parents, partners)]
    return Births(rows, rows + birth * ROWS, *full)


@pytest.mark.parametrize(("gene", "to_units"), [(LOG, np.log), (LINEAR, np.asarray)])
def test_children_are_their_parent_plus_noise(gene: Gene, to_units: Any) -> None:
    """In the units of the gene, with mean 0 and the spread, by four standard errors; no two draw alike."""
    genome = _genome(one=gene)
    genome.begin_lives(_births(np.arange(1, ROWS), 0))
    off = to_units(genome.values["one"][1:]) - to_units(genome.values["one"][0])

    assert abs(off.mean()) < 4.0 * gene.spread / math.sqrt(ROWS)
    assert abs(off.std() / gene.spread - 1.0) < 4.0 / math.sqrt(2 * ROWS)
    assert len(np.unique(off)) == ROWS - 1
    genome.begin_lives(_births(np.arange(1, ROWS), 0, birth=2))
    assert not (to_units(genome.values["one"][1:]) == off).any()


@pytest.mark.slow
@given(
    low=st.floats(-100, 100),
    width=st.floats(1e-3, 100),
    spread=st.floats(0, 100),
    place=st.floats(0, 1),
    noise=st.lists(st.floats(-6, 6), min_size=1, max_size=5),
)
def test_a_mutant_is_in_its_range(low: float, width: float, spread: float, place: float, noise: list[float]) -> None:
    """However large the spread is; without one it is a clone, to the bit."""
    gene = Gene(low, low + width, spread)
    parents = np.clip(np.full(len(noise), low + place * width), gene.low, gene.high)
    children = mutate(parents, gene, np.array(noise))

    assert ((children >= gene.low) & (children <= gene.high)).all()
    assert spread > 0 or (children == parents).all()


def test_ends_reflect() -> None:
    """By hand: as far inside as it would have been outside, however often."""
    told = reflect(np.array([0.5, 1.25, 2.25, -0.25, 3.5]), 0.0, 1.0)

    assert told == pytest.approx([0.5, 0.75, 0.25, 0.25, 0.5])


def test_the_first_begin_where_the_gene_says() -> None:
    """At a number, at that of their plan, or spread out between two; so does a child of nobody."""
    genome = _genome(at=Gene(0, 2, 0.1, 0.5), plan=Gene(0, 2, 0.1), between=Gene(0, 2, 0.1, (0.5, 1.5)))
    before = genome.values["between"].copy()

    assert (genome.values["at"] == 0.5).all()
    assert (genome.values["plan"] == 1.0).all()
    assert before.min() == pytest.approx(0.5, abs=0.01)
    assert before.max() == pytest.approx(1.5, abs=0.01)
    assert abs(before.mean() - 1.0) < 4.0 / math.sqrt(12 * ROWS)
    genome.begin_lives(_births([1, 2], -1))
    assert (genome.values["between"][[1, 2]] != before[[1, 2]]).all()
    assert (genome.values["between"][3:] == before[3:]).all()


def test_each_gene_comes_from_one_of_two_parents() -> None:
    """From either in half of the children, each gene by a coin of its own, and never from between."""
    genome = _genome(one=Gene(0, 9, 0.0), other=Gene(0, 9, 0.0))
    for k, values in enumerate(genome.values.values()):
        values[:2] = 2 * k, 2 * k + 1
    genome.begin_lives(_births(np.arange(2, ROWS), 0, 1))
    one, other = (values[2:] - 2 * k for k, values in enumerate(genome.values.values()))

    assert set(one) == set(other) == {0.0, 1.0}
    for share in (one.mean(), other.mean(), (one == other).mean()):
        assert abs(share - 0.5) < 2.0 / math.sqrt(ROWS)


def test_another_gene_changes_none() -> None:
    """With or without it, and in whatever company a child is born, the same is drawn."""
    alone, beside = _genome(one=LOG), _genome(neutral=LINEAR, one=LOG)
    alone.begin_lives(_births([3, 5, 9], 0))
    for row in (9, 3, 5):
        beside.begin_lives(_births([row], 0))

    assert (alone.values["one"] == beside.values["one"]).all()
