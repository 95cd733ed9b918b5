"""The numbers beside the curves: what a species gains, what befalls it, how much it spikes, how often it learns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from alife.core.frame import SpeciesFrame
from alife.view.draw import theme
from alife.view.draw.text import TextRenderer

_GAP = 14  # pixels of the design between columns


@dataclass(frozen=True)
class _Column:
    word: str
    text: Callable[[SpeciesFrame], str]
    meaning: tuple[str, ...]


def _reward(species: SpeciesFrame) -> str:
    return f"{species.reward_per_100_ticks[-1]:+.2f}" if len(species.reward_per_100_ticks) else "-"


def _spikes(species: SpeciesFrame) -> str:
    return " / ".join(f"{100 * rate:.1f}" for rate in species.firing_rates) + " %" if species.firing_rates else "-"


def _learns(species: SpeciesFrame) -> str:
    return f"{100 * species.backward_share:.1f} %" if species.learns else "never"


def _return(species: SpeciesFrame) -> str:
    return f"{species.episodes.mean_return:.4g}" if species.episodes is not None else "-"


def _length(species: SpeciesFrame) -> str:
    return f"{species.episodes.mean_length:.4g}" if species.episodes is not None else "-"


def _success(species: SpeciesFrame) -> str:
    success = None if species.episodes is None else species.episodes.success
    return "-" if success is None else f"{100 * success:.0f} %"


_EPISODES = (
    _Column(
        "success",
        _success,
        ("success: the share of episodes that the world calls one,", "of those that ended in the last 1,000 ticks"),
    ),
    _Column(
        "return", _return, ("return: the rewards of an episode, added up,", "mean over those of the last 1,000 ticks")
    ),
    _Column("length", _length, ("length: ticks of an episode,", "mean over those that ended in the last 1,000 ticks")),
)
"""Shown where there are any."""

_COLUMNS = (
    _Column(
        "reward",
        _reward,
        (
            "reward: what it gained less what it lost in 100 ticks,",
            "the mean over its creatures and the last 1,000 ticks",
        ),
    ),
    _Column(
        "events",
        lambda species: f"{species.events_per_1000_ticks:.0f}",
        ("events: how often something happened to a creature,", "such as eating, in 1,000 ticks"),
    ),
    _Column(
        "spikes",
        _spikes,
        ("spikes: the share of ticks at which a neuron fires,", "the mean of each spiking layer since birth"),
    ),
    _Column(
        "learns at",
        _learns,
        ("learns at: the share of ticks at which a creature", "makes a backward pass and changes its weights"),
    ),
)


def curve_meaning(of_returns: bool) -> tuple[str, ...]:
    """Return the meaning of the curves: that of the number beside them."""
    word = "return" if of_returns else "reward"
    return next(column.meaning for column in (*_EPISODES, *_COLUMNS) if column.word == word)


def species_text(species: SpeciesFrame) -> str:
    """Return in a sentence who lives under the name of a species."""
    learn = "learn: filled, and a solid line" if species.learns else "cannot learn: hollow, and a dashed line"
    return f"{species.name}: up to {species.count:,} in each arena, who {learn}"


class SpeciesRows:
    """Writes the columns of numbers, the row of a species at a height."""

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self._area = pygame.Rect(0, 0, 0, 0)
        self._rights: list[int] = []
        self._lefts: list[int] = []
        self._texts: dict[str, list[str]] = {}
        self._columns: tuple[_Column, ...] = _COLUMNS

    def place_columns(self, inside: pygame.Rect, species: Sequence[SpeciesFrame], most: int) -> int:
        """Place the columns at the right of the inside of a card; return their width.

        It is 0, and there are none, where they would take more than about a third of what there is.
        """
        told = [one.episodes for one in species if one.episodes is not None]
        episodes = _EPISODES[0 if any(one.success is not None for one in told) else 1 :] if told else ()
        self._columns = episodes + _COLUMNS
        self._texts = {one.name: [column.text(one) for column in self._columns] for one in species}
        gap = self._renderer.pixels(_GAP)
        widths = [
            max(map(self._renderer.width, [column.word, *(texts[index] for texts in self._texts.values())])) + gap
            for index, column in enumerate(self._columns)
        ]
        total = sum(widths)
        self._rights, self._lefts = [], []
        if not species or total > most * 0.45:
            self._area = pygame.Rect(0, 0, 0, 0)
            return 0
        left = inside.right - total
        for width in widths:
            self._lefts.append(left)
            left += width
            self._rights.append(left)
        top = self.heading_y(inside) - self._renderer.height() // 2
        self._area = pygame.Rect(inside.right - total, top, total, inside.bottom - top)
        return total

    def heading_y(self, inside: pygame.Rect) -> int:
        """Return the height of the headings above the numbers: that of the title of the card."""
        return inside.top - self._renderer.pixels(6) - (self._renderer.height(theme.TITLE) + 1) // 2

    def write_headings(self, surface: pygame.Surface) -> None:
        """Write the headings of the columns."""
        y = self._area.top + self._renderer.height() // 2
        for right, column in zip(self._rights, self._columns, strict=False):
            self._renderer.write(
                surface, column.word, at=(right, y), anchor="midright", colour=theme.MUTED, size=theme.SMALL
            )

    def write_row(self, surface: pygame.Surface, name: str, y: float) -> None:
        """Write the numbers of a species at a height."""
        for right, text in zip(self._rights, self._texts[name], strict=False):
            self._renderer.write(surface, text, at=(right, y), anchor="midright")

    def explain(self, pixel: tuple[int, int]) -> tuple[str, ...]:
        """Return the meaning of the number at a pixel, in a line or two."""
        if not self._area.collidepoint(pixel):
            return ()
        return next(
            (one.meaning for one, right in zip(self._columns, self._rights, strict=False) if pixel[0] < right), ()
        )
