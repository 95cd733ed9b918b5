"""The tabs below: who lives, and what may be set, of a run whose creatures are born and die."""

from itertools import combinations

import numpy as np
import pygame
import pytest

from alife.core.command import Intervene, Select
from alife.core.frame import Frame
from alife.core.intervention import Set
from alife.sim.build import build_simulation
from alife.sim.spectator import Spectator
from alife.view.draw.measures import Measures
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import OffScreen, pixels
from alife.view.panels.lower import POPULATION, REWARD, SETTINGS, LowerPanel
from tests.sim.test_settings import tiny_savanna

AREA = pygame.Rect(20, 30, 980, 126)


@pytest.fixture(scope="module")
def frames() -> tuple[Frame, Frame]:
    """Return frames of a small savanna before its first tick and after some hundred."""
    simulation = build_simulation(tiny_savanna(None))
    spectator = Spectator(simulation)
    first = spectator.build_frame(30.0)
    for _ in range(300):
        simulation.run_tick()
    lives = simulation.lives.by_species["grazers"]
    spectator.apply_command(Select("grazers", int(np.flatnonzero(lives.alive)[-1])))
    return first, spectator.build_frame(30.0)


def draw(panel: LowerPanel, frame: Frame) -> np.ndarray:
    surface = pygame.Surface((1020, 180), 0, 32)
    panel.draw_panel(surface, AREA, frame)
    return pixels(surface)


def described(panel: LowerPanel) -> dict[str, tuple[int, int]]:
    """Return every text that stands under the mouse, and a pixel of it."""
    spots = [(x, y) for y in range(AREA.top, AREA.bottom, 3) for x in range(AREA.left, AREA.right, 3)]
    return {" ".join(panel.describe_at(spot)): spot for spot in spots}


@pytest.mark.slow
def test_who_lives_is_shown_where_there_are_births_and_deaths(frames, make_frame) -> None:
    """Elsewhere there is nothing but rewards, and no tab."""
    panel = LowerPanel(TextRenderer())
    draw(panel, make_frame())
    assert panel.show_next() == REWARD
    panel = LowerPanel(TextRenderer())
    shown = [draw(panel, frames[1])]
    for view in (SETTINGS, REWARD, POPULATION):
        assert panel.show_next() == view
        shown.append(draw(panel, frames[1]))
    assert (shown[0] == shown[3]).all()
    assert all((one != other).any() for one, other in combinations(shown[:3], 2))
    draw(panel, make_frame())
    assert panel.press((40, 50)) is None


@pytest.mark.slow
def test_a_tab_is_shown_by_a_click(frames) -> None:
    """The mouse says what it leads to."""
    panel = LowerPanel(TextRenderer())
    picture = draw(panel, frames[1])
    spot = next(spot for text, spot in described(panel).items() if text.startswith("what may be changed"))
    assert panel.press(spot) is None
    assert (draw(panel, frames[1]) != picture).any()
    assert panel.view == SETTINGS


def test_a_click_shows_how_the_next_gene_is_spread(frames) -> None:
    """After the last comes the first; a key does the same."""
    panel = LowerPanel(TextRenderer())
    draw(panel, frames[1])
    told = []
    for _ in range(5):
        text, spot = next((text, spot) for text, spot in described(panel).items() if " of grazers " in text)
        told.append(text.partition(" ")[0])
        panel.press(spot)
        draw(panel, frames[1])
    assert told == ["age", "size", "neutral", "energy", "age"]
    assert panel.population.show_next_spread() == "neutral"


def test_a_run_that_has_just_begun_or_died_out_is_drawn(frames) -> None:
    """With no curve and no median yet."""
    for frame in frames:
        panel = LowerPanel(TextRenderer())
        for _ in range(4):
            draw(panel, frame)
            panel.population.show_next_spread()


@pytest.mark.slow
def test_a_click_on_a_slider_sets_its_number_within_its_range(frames) -> None:
    """The notch is what the configuration says; the ends are those of the range, or as far as is of use."""
    panel = LowerPanel(TextRenderer())
    panel.view = SETTINGS
    draw(panel, frames[1])
    asked: dict[str, list[float]] = {}
    for y in range(AREA.top, AREA.bottom, 2):
        for x in range(AREA.left, AREA.right):
            command = panel.press((x, y))
            if command is not None:
                assert isinstance(command, Intervene)
                assert isinstance(command.intervention, Set)
                asked.setdefault(command.intervention.path, []).append(command.intervention.value)
    settings = {one.path: one for one in frames[1].settings}
    assert asked.keys() == settings.keys()
    for path, values in asked.items():
        one = settings[path]
        assert (min(values), max(values)) == (one.low, pytest.approx(one.high, rel=0.05))
        assert one.first in values
    simulation = build_simulation(tiny_savanna(None))
    for path, values in asked.items():
        for value in (min(values), max(values)):
            simulation.intervene(Set(path, value))


def test_a_gene_is_a_colour_on_the_scale_of_its_histogram(frames) -> None:
    """Of the selected species, whose own genes there are; hunters keep their colour."""
    frame, measures = frames[1], Measures()
    assert measures.names(frame) == ["species", "reward", "energy", "age", "size", "neutral"]
    population = frame.species[0].population
    assert population is not None
    for name in ("size", "neutral"):
        scale = measures.scale(frame, name)
        spread = next(one for one in population.distributions if one.name == name)
        assert scale is not None
        assert list(scale.values) == ["grazers"]
        assert (scale.low, scale.high, scale.in_ratios) == (spread.low, spread.high, spread.in_ratios)
        circles = next(one for one in frame.scene.shapes if getattr(one, "species", "") == "grazers")
        shades, values = scale.shades_of(circles), scale.values["grazers"]
        known = np.isfinite(values)
        assert (np.diff(shades[known][np.argsort(values[known])]) >= 0).all()
    np.testing.assert_allclose(
        circles.radii, circles.radius * measures.scale(frame, "size").values["grazers"], rtol=1e-6
    )


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1000, 600), (1920, 1080), (3840, 2160)], ids=str)
@pytest.mark.parametrize("view", [POPULATION, SETTINGS])
def test_no_text_covers_another(frames, monkeypatch, size, view) -> None:
    """Of tabs, plots, sliders and what is said of the selected creature."""
    written = []
    write = TextRenderer.write

    def record(self, surface, text, **options):
        written.append((surface, text, box := write(self, surface, text, **options)))
        return box

    monkeypatch.setattr(TextRenderer, "write", record)
    window = OffScreen(size)
    window.canvas.life.view = view
    for frame in frames:
        written.clear()
        window.draw_frame(frame)
        letters = [(surface, text, box.inflate(-2, -4)) for surface, text, box in written if box.width > 2]
        assert [text for surface, text, box in letters if not surface.get_rect().contains(box)] == []
        pairs = [(a, b) for a, b in combinations(letters, 2) if a[0] is b[0] and a[1:] != b[1:]]
        assert [(a[1], b[1]) for a, b in pairs if a[2].colliderect(b[2])] == []
