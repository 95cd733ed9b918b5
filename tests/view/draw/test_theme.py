import os
import subprocess
import sys

import numpy as np
import pygame
import pytest

from alife.view.draw import theme
from alife.view.draw.sprites import Sprites


def test_learners_and_control_never_share_a_colour(species):
    """Eight species, four of which learn, have eight looks, and who learns shows in the look."""
    looks = theme.looks([species(f"s{i}", i % 2 == 0, 1) for i in range(8)])
    assert len({(look.colour, look.pattern) for look in looks.values()}) == 8
    assert len({look.colour for look in looks.values()}) == 7  # there are three greys for four controls
    assert [look.learns for look in looks.values()] == [True] * 4 + [False] * 4


def test_creatures_of_one_colour_differ_in_their_pattern():
    """Where colours run out, for learners and others, with and without a heading, the pictures still differ."""
    sprites = Sprites()
    for learns in (True, False):
        for heading in (0.4, None):
            pictures = {
                pygame.image.tobytes(
                    sprites.creature_sprite(theme.Look((200, 200, 200), learns, pattern), 12, heading), "RGBA"
                )
                for pattern in range(3)
            }
            assert len(pictures) == 3


@pytest.mark.slow
def test_an_unknown_role_has_the_same_colour_in_every_process():
    """The colour of an unknown role does not depend on Python's hash seed."""
    code = "from alife.view.draw import theme; print(theme.role_colour('teleporter'))"
    colours = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert colours == {f"{theme.role_colour('teleporter')}\n"}


def test_a_role_has_the_colour_that_is_in_its_name():
    """A red key and a red door are red, and another colour is another."""
    assert theme.role_colour("red key") == theme.role_colour("red_door") != theme.role_colour("blue key")


@pytest.mark.parametrize("kept", [[1, 2], [0, 1]])
def test_species_differ_without_one_of_the_three_channels(kept, species):
    """The first four learners stay apart for an eye that lacks a channel, as do food and poison."""
    looks = theme.looks([species(f"s{i}", True, 1) for i in range(4)]).values()
    for group in ([look.colour for look in looks], [theme.role_colour("food"), theme.role_colour("poison")]):
        seen = np.array(group)[:, kept].astype(float)
        distances = np.linalg.norm(seen[:, None] - seen[None], axis=-1)
        assert distances[~np.eye(len(group), dtype=bool)].min() > 25


@pytest.mark.parametrize(("size", "unit"), [((1280, 800), 1.0), ((3840, 2160), 2.7), ((200, 150), 0.62)])
def test_the_unit_follows_the_canvas(size, unit):
    """What is drawn grows in proportion and shrinks no further than text can be read."""
    assert theme.unit(size) == pytest.approx(unit)
