"""What there is to say of the life of the selected creature, in a line, and of its genes, in another."""

from collections.abc import Sequence

import numpy as np
import pygame

from alife.core.frame import Frame, LifeFrame, SpeciesFrame
from alife.core.scene import Circles
from alife.view.draw import theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.hit_areas import Pixel

_JOINT = "  ·  "
_KEYS = "u selects its parent, d its newest child that lives, o rings its kin, all with the same first ancestor"


class LifeLines:
    """Writes at the bottom of the world's card, where the selected species is born and dies."""

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self._area = pygame.Rect(0, 0, 0, 0)
        self._said: list[str] = []

    def count(self, frame: Frame, room: int) -> int:
        """Return how many lines there will be; none where they would take more than a part of some pixels."""
        species = _species(frame)
        lines = 0 if species is None or species.population is None else 1 + bool(species.genes)
        return lines if lines * self._line * 6 < room else 0

    @property
    def _line(self) -> int:
        return self._renderer.height(theme.SMALL) + self._renderer.pixels(3)

    def height(self, lines: int) -> int:
        """Return how many pixels so many lines take."""
        return lines * self._line

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel of the picture."""
        return [*self._said, _KEYS] if self._said and self._area.collidepoint(pixel) else ()

    def write_lines(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame, ringed: bool) -> None:
        """Write them into an area as high as they are; a lineage may have rings."""
        self._area, self._said = area, []
        species = _species(frame)
        if not area.height or species is None:
            return
        told = (
            [_life(frame, frame.life, ringed), _genes(species, frame.selected[1])]
            if frame.life is not None
            else [["it has died"]]
        )
        for index, parts in enumerate(told[: area.height // self._line]):
            at = area.left, area.top + index * self._line + self._line // 2
            self._renderer.write(
                surface,
                self._fitting(parts, area.width),
                at=at,
                anchor="midleft",
                colour=theme.TEXT if index == 0 else theme.MUTED,
                size=theme.SMALL,
                width=area.width,
            )
            self._said += parts

    def _fitting(self, parts: list[str], room: int) -> str:
        """Return as many parts as have room, and how many are left out."""
        for shown in range(len(parts), 0, -1):
            more = [f"and {len(parts) - shown} more"] if shown < len(parts) else []
            text = _JOINT.join([*parts[:shown], *more])
            if self._renderer.width(text, theme.SMALL) <= room:
                break
        return text if parts else ""


def _species(frame: Frame) -> SpeciesFrame | None:
    return next((one for one in frame.species if one.name == frame.selected[0]), None)


def _life(frame: Frame, life: LifeFrame, ringed: bool) -> list[str]:
    """Return what there is to say of a life, in parts."""
    parents = " and ".join(f"{one:,}" for one in life.parents)
    kin = len(life.kin) - 1
    return [
        f"id {life.identity:,}",
        *_vitals(frame),
        f"{'parents' if len(life.parents) > 1 else 'parent'} {parents}" if parents else "no parent",
        f"{life.offspring:,} {'child' if life.offspring == 1 else 'children'}",
        (f"{kin:,} kin" if kin else "no kin") + (", ringed" if ringed else ""),
    ]


def _vitals(frame: Frame) -> list[str]:
    """Return the age and the energy of the selected creature, as far as a scene tells them."""
    species, row = frame.selected
    for shape in frame.scene.shapes:
        if isinstance(shape, Circles) and shape.rows is not None and shape.species == species:
            for index in np.flatnonzero(shape.rows == row).tolist():
                age = [] if shape.ages is None else [f"age {float(shape.ages[index]):,.0f}"]
                return age + (
                    [] if shape.energy is None else [f"energy {float(shape.energy[index]):.0%}".replace("%", " %")]
                )
    return []


def _genes(species: SpeciesFrame, row: int) -> list[str]:
    """Return each gene of a creature and what it is."""
    if species.gene_values is None:
        return []
    values = species.gene_values[:, row % species.count].tolist()
    return [f"{name} {value:.3g}" for name, value in zip(species.genes, values, strict=True)]
