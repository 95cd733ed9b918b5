"""`check_world` passes the worlds that keep their contract, whoever wrote them, and names what is wrong with others."""

from pathlib import Path

import pytest

from alife.app.cli import main
from alife.core.errors import ConfigError, WorldError
from alife.testing import check_world
from alife.testing.world import examine_world
from tests.testing import broken_worlds as broken

TICKS = 45


@pytest.fixture(autouse=True)
def _soon_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast these worlds are is of no interest."""
    monkeypatch.setattr("alife.testing.world._SPEED_SECONDS", 0.001)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [broken.Meadow, broken.Woods, broken.Cord])
def test_a_world_that_keeps_its_contract_passes(kind: type) -> None:
    """A Place, a World, and a plain environment of gymnasium's."""
    check_world(kind, TICKS)


@pytest.mark.slow
def test_settings_go_to_the_constructor() -> None:
    """By their names; a world is checked as it will be used, an environment too."""
    check_world("phototaxis", TICKS, size=4.0, light=3)
    check_world(broken.Cord, TICKS, length=2.0)
    with pytest.raises(ConfigError, match="lamp: unknown key"):
        check_world("phototaxis", TICKS, lamp=3)
    with pytest.raises(ConfigError, match=r"size: must be 0\.001 or more"):
        check_world("phototaxis", TICKS, size=-4.0)


@pytest.mark.slow
def test_an_environment_is_found_by_its_id() -> None:
    """Gymnasium's own checker warns of it, which is a remark."""
    found = {each.check: each for each in examine_world("CartPole-v1", TICKS)}

    assert [each.fault for each in found.values()] == [""] * 12
    assert "minimum value is -infinity" in found["gymnasium"].remark
    assert "creature-ticks per second, in 8 copies" in found["speed"].remark


@pytest.mark.slow
def test_species_and_bodies_are_those_that_a_world_needs() -> None:
    """Two species, or senses for a place in which the usual ones sense nothing; without them, that is to mend."""
    cells = {"senses": [{"kind": "place_cells", "extent": 12.0, "spacing": 4.0}]}
    check_world("predator_prey", 20, {"prey": {}, "predators": None})
    check_world("water_maze", 20, {"creature": cells})
    with pytest.raises(AssertionError, match=r"made: .*needs a species 'prey'"):
        check_world("predator_prey", 20)
    with pytest.raises(ConfigError, match=r"body\.senses\.0"):
        check_world("water_maze", 20, {"creature": {"senses": [{"kind": "nose"}]}})


@pytest.mark.slow
def test_a_world_may_use_its_arrays_again() -> None:
    """And do what it likes to the actions that it is given: nothing of that is chance."""
    found = {each.check: each.fault for each in examine_world(broken.Thrifty, TICKS) if each.fault}

    assert not found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "check", "words"),
    [
        (broken.Windy, "twins", "two worlds of the same seed part after 1 ticks, in observations; draw from the seed"),
        (broken.Common, "twins", "and keep nothing in the class that a life changes"),
        (broken.Deaf, "seeds", "another seed must bring another life, 1 and 2 bring the same"),
        (
            broken.Old,
            "seeds",
            "`reset` with the same seed must bring the same life again, after 1 ticks it differs in obs",
        ),
        (
            broken.Gossip,
            "copies",
            "copy 1 of a world of seed 5 must go as the only copy of one of seed 6, after 1 ticks",
        ),
        (broken.Hollow, "numbers", "tick 1, row 0: the observation is not a finite number of 32 bits, it is nan"),
        (broken.Wide, "numbers", "what is sensed must be of float32, as its space says, at tick 1 it is of float64"),
        (broken.Bright, "numbers", "of the observation is outside of its box, which goes from 0 to 1"),
        (broken.Narrow, "numbers", "observations must be an array of shape (3, 16), it is (3, 15)"),
        (broken.Secret, "numbers", "the reward 1.0 has no event with a value beside it"),
        (broken.Undead, "numbers", "a life that ended at tick 1 must begin anew at the next, with reward 0 and no end"),
        (broken.Wired, "pickle", "cannot be pickled (Can't pickle local object"),
        (broken.Forgetful, "state", "a world and another that loaded its state part after "),
        (broken.Boxed, "state", "/self is a Boxed, a state holds arrays, numbers, text"),
        (broken.Dark, "pictures", "it raised RuntimeError: it is night ("),
        (broken.Closed, "made", "cannot be built: RuntimeError: out of season ("),
        (broken.Unwritten, "made", "its parameter 'depth' has no annotation"),
        (broken.Nameless, "made", "`channels` must name each of the 16 numbers that are sensed, it names 0"),
        (broken.Frayed, "twins", "two worlds of the same seed part after 0 ticks, in observations"),
        (broken.Torn, "numbers", "the observation is not a finite number of 32 bits, it is nan"),
        (broken.Knotted, "pickle", "cannot be pickled (Can't pickle local object"),
        (broken.Endless, "brain", "a brain acts in a Discrete space"),
        (broken.Sticky, "close", "cannot be closed: RuntimeError: stuck"),
        (broken.Loose, "numbers", "number 0 of the observation is 1.5, its space promises -1 to 1"),
        (broken.Grey, "pictures", "the render mode rgb_array must give bytes of (height, width, 3)"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_wrong_is_said_in_plain_words(kind: type, check: str, words: str) -> None:
    """By the check that is about it, in one sentence for each check that fails."""
    with pytest.raises(AssertionError) as caught:
        check_world(kind, TICKS)
    faults = dict(line.split(": ", 1) for line in str(caught.value).splitlines())

    assert words in faults.get(check, ""), faults


@pytest.mark.slow
def test_what_is_wrong_in_one_way_fails_in_no_other() -> None:
    """A world that cannot be looked at, or be pickled, is otherwise as it should be."""
    assert [found.check for found in examine_world(broken.Dark, TICKS) if found.fault] == ["pictures"]
    assert [found.check for found in examine_world(broken.Wired, TICKS) if found.fault] == ["pickle"]


@pytest.mark.parametrize(
    ("target", "error", "words"),
    [
        ("frage", ConfigError, "there is no world 'frage', did you mean 'forage'?"),
        (
            broken.NoWorld,
            WorldError,
            "broken_worlds:NoWorld is no world: it does not derive from alife.core.world:World",
        ),
        ("alife.core.world:World", WorldError, "it is what every world derives from"),
        ("NoSuch-v3", ConfigError, "NoSuch"),
    ],
)
def test_what_is_no_world_is_refused(target: str | type, error: type[Exception], words: str) -> None:
    """In the words in which a configuration is refused that names it."""
    with pytest.raises((error, AssertionError), match=words):
        check_world(target, TICKS)


@pytest.mark.slow
def test_the_command_says_a_line_for_each_check(capsys: pytest.CaptureFixture[str]) -> None:
    """And leaves with 0."""
    assert main(["check-world", "phototaxis", "--ticks", "60", "--set", "size=4"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert [line.split()[:2] for line in lines] == [
        ["ok", check]
        for check in (
            "made",
            "gymnasium",
            "numbers",
            "brain",
            "twins",
            "seeds",
            "copies",
            "state",
            "pickle",
            "pictures",
            "speed",
            "close",
        )
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sunless:Sunless"], 3, "MEND  pictures   it raised RuntimeError: no sun ("),
        (["sunless:Moonless"], 2, "error: the module 'sunless' has no 'Moonless', did you mean 'Sunless'?"),
        (["forage", "--set", "size"], 2, "error: --set 'size': must be key=value, as in size=20"),
        (["forage", "--ticks", "x"], 2, "error: --ticks: must be a whole number of 0 or more, got 'x'"),
    ],
)
def test_the_command_names_what_is_to_mend(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also in a file of the folder where it is given."""
    (tmp_path / "sunless.py").write_text(
        "from worlds.forage import Forage\n\n\nclass Sunless(Forage):\n"
        "    def scene(self, copy):\n        raise RuntimeError('no sun')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["check-world", "--ticks", "20", *arguments]) == code

    printed = capsys.readouterr()
    assert words in printed.out + printed.err
