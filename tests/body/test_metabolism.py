"""Metabolisms and hazards: what they refuse, and the lifespans that follow from them."""

import math

import numpy as np
import pytest

from alife.adapters.single import make_body
from alife.body import Body, Hazard, Metabolism
from alife.body.hazards.constant import Constant
from alife.body.hazards.gompertz import Gompertz
from alife.body.senses.proprioception import Proprioception
from alife.config.resolve import HAZARD, short_names
from alife.core.errors import AlifeError, ConfigError
from alife.place import Place


def _survival(hazard: Hazard, ticks: int) -> np.ndarray:
    """Return the share that is alive after each of so many ticks."""
    return np.cumprod(1.0 - hazard.death_probability(np.arange(1, ticks + 1)))


def _lifespans(hazard: Hazard, rows: int, ticks: int) -> np.ndarray:
    """Return how long creatures live that never have to eat."""
    metabolism = Metabolism(basal=0.0, hazard=hazard, refill=False, extinction="continue")
    place = Place({"them": (Body((Proprioception(),), metabolism=metabolism), rows // 10)}, 10)
    place.reset(3)
    spans = np.full(rows, ticks)
    for tick in range(1, ticks + 1):
        lives = place.step({"them": np.ones(rows, np.int64)})["them"].lives
        assert lives is not None
        spans[lives.died] = tick
    return spans


@pytest.mark.slow
@pytest.mark.parametrize("hazard", [Constant(0.01), Gompertz(1e-3, 0.02)], ids=["constant", "gompertz"])
def test_lifespans_are_those_of_the_survival_function(hazard: Hazard) -> None:
    """The largest distance between the shares alive and P(alive) is below the 99.9 % point of Kolmogorov's test."""
    rows, ticks = 1000, 250
    spans = _lifespans(hazard, rows, ticks)
    alive = (spans[:, None] > np.arange(1, ticks)).mean(0)

    assert np.abs(alive - _survival(hazard, ticks - 1)).max() < 1.95 / math.sqrt(rows)


def test_a_constant_hazard_is_geometric() -> None:
    """P(alive after n) = (1 - rate)^n, to rounding."""
    assert np.allclose(_survival(Constant(0.03), 200), 0.97 ** np.arange(1, 201), rtol=1e-12)


def test_gompertz_is_near_its_closed_form_in_continuous_time() -> None:
    """exp(-a / b (exp(b n) - 1)) within 1 % of all creatures where a tick is short; the hazard never exceeds 1."""
    hazard, n = Gompertz(1e-5, 1e-3), np.arange(1, 12_001)
    closed = np.exp(-1e-5 / 1e-3 * np.expm1(1e-3 * n))

    assert np.abs(_survival(hazard, 12_000) - closed).max() < 0.01
    assert Gompertz(0.5, 1.0).death_probability(np.array([0, 1, 10**9])).tolist() == [0.5, 1.0, 1.0]


def test_hazards_are_found_by_name() -> None:
    """A section names them, with their parameters."""
    body = make_body({"metabolism": {"hazard": {"kind": "gompertz", "growth": 0.01}}})

    assert body.metabolism == Metabolism(hazard=Gompertz(growth=0.01))
    assert short_names(HAZARD) == ["constant", "gompertz"]


def test_who_lives_alone_is_always_followed() -> None:
    """Only the extinction is another."""
    assert Body().as_only_creature() == Body()
    assert Body(metabolism=Metabolism(extinction="stop", start=3.0)).as_only_creature().metabolism == Metabolism(
        start=3.0
    )


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"start": 300.0}, r"metabolism: start.*200 at most, the capacity.*300"),
        ({"refill": "no"}, r"body.metabolism.refill:.*"),
        ({"reproduce": {"at": 300.0}}, r"metabolism: reproduce.at.*200 at most, the capacity.*300"),
        ({"extinction": "end"}, r"body.metabolism.extinction:.*'reseed', 'stop' or 'continue'.*'end'"),
        ({"hazard": "age"}, "there is no hazard 'age'"),
        ({"basal": -1.0}, r"body.metabolism.basal:.*0 or more"),
    ],
)
def test_what_is_wrong_is_said(section: dict[str, object], says: str) -> None:
    """In one sentence with the place."""
    with pytest.raises(ConfigError, match=says):
        make_body({"metabolism": section})


def test_energy_cannot_be_felt_without_a_metabolism() -> None:
    """The sentence says what it takes."""
    with pytest.raises(AlifeError, match=r"energy.*metabolism"):
        Place({"them": (Body((Proprioception(energy=True),)), 1)})
