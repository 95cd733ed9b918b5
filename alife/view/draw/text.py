"""Text, sharp at every size of the canvas, each string rendered once."""

import importlib.util
from collections import OrderedDict
from pathlib import Path
from typing import Literal

import pygame

from alife.view.draw import pen, theme
from alife.view.draw.theme import Colour

Anchor = Literal["topleft", "topright", "midleft", "midright", "midtop", "bottomleft", "bottomright", "center"]
_KEPT = 256  # rendered strings: twice what one picture shows
_MEASURED = 512
_LONGEST = 500  # characters: no line of a picture has room for more
_NO_SIGN = "\N{REPLACEMENT CHARACTER}"
_SMALLEST, _LARGEST = 7, 400  # pixels of a font
_Key = tuple[str, int, bool, Colour]


class TextRenderer:
    """Writes text, and knows how many pixels the canvas gives to one pixel of the design.

    The cache of rendered strings is bounded, and emptied when the canvas changes its size.
    """

    def __init__(self) -> None:
        self.unit = 1.0
        self._fonts: dict[tuple[int, bool], pygame.font.Font] = {}
        self._widths: OrderedDict[tuple[str, int, bool], int] = OrderedDict()
        self._rendered: OrderedDict[_Key, pygame.Surface] = OrderedDict()

    def fit_canvas(self, size: tuple[int, int]) -> None:
        """Set the size of everything for a canvas of this size."""
        unit = theme.unit(size)
        if unit != self.unit:
            self.unit = unit
            self._fonts.clear()
            self._rendered.clear()
            self._widths.clear()

    def pixels(self, design: float) -> int:
        """Return a length of the design in pixels of the canvas, at least one."""
        return max(1, round(design * self.unit))

    def height(self, size: int = theme.BODY) -> int:
        """Return the height of a line of text."""
        return self._font(size, False).get_height()

    def width(self, text: str, size: int = theme.BODY, bold: bool = False) -> int:
        """Return how wide a text comes out."""
        key = text, size, bold
        width = self._widths.get(key)
        if width is None:
            width = self._widths[key] = self._font(size, bold).size(legible(text))[0]
            if len(self._widths) > _MEASURED:
                self._widths.popitem(last=False)
        else:
            self._widths.move_to_end(key)
        return width

    def write(
        self,
        surface: pygame.Surface,
        text: str,
        *,
        at: tuple[float, float],
        anchor: Anchor = "topleft",
        colour: Colour = theme.TEXT,
        size: int = theme.BODY,
        bold: bool = False,
        width: int | None = None,
    ) -> pygame.Rect:
        """Write a text with one point of its rectangle, the anchor, at a place; return the rectangle.

        A text wider than `width` is cut and ends in an ellipsis.
        """
        image = self._render_kept((text, size, bold, colour))
        if width is not None and image.get_width() > width:
            image = self._render_kept((self._cut_text(text, size, bold, width), size, bold, colour))
        rectangle = image.get_rect()
        setattr(rectangle, anchor, (round(pen.within(at[0])), round(pen.within(at[1]))))
        surface.blit(image, rectangle)
        return rectangle

    def render_text(
        self, text: str, colour: Colour = theme.TEXT, size: int = theme.BODY, bold: bool = False
    ) -> pygame.Surface:
        """Return a text as a picture, for a caller that draws many at once; it must not be drawn on."""
        return self._render_kept((text, size, bold, colour))

    def _cut_text(self, text: str, size: int, bold: bool, width: int) -> str:
        font, text = self._font(size, bold), legible(text)
        while text and font.size(text + "…")[0] > width:
            text = text[:-1]
        return text + "…" if text else ""

    def _render_kept(self, key: _Key) -> pygame.Surface:
        image = self._rendered.get(key)
        if image is None:
            text, size, bold, colour = key
            image = self._rendered[key] = self._font(size, bold).render(legible(text), True, colour)
            if len(self._rendered) > _KEPT:
                self._rendered.popitem(last=False)
        else:
            self._rendered.move_to_end(key)
        return image

    def _font(self, size: int, bold: bool) -> pygame.font.Font:
        font = self._fonts.get((size, bold))
        if font is None or not _is_alive(font):
            pygame.font.init()
            height = min(max(_SMALLEST, self.pixels(size)), _LARGEST)
            font = self._fonts[size, bold] = pygame.font.Font(_font_file(bold), height)
        return font


def legible(text: str) -> str:
    """Return a text as it can be written: in one line, not endless, and a sign for each character that is none."""
    text = text[:_LONGEST]
    return text if text.isprintable() else "".join(one if one.isprintable() else _NO_SIGN for one in text)


def _is_alive(font: pygame.font.Font) -> bool:
    """Return whether a font can still be used: code of others may have ended all fonts."""
    try:
        font.get_height()
    except pygame.error:
        return False
    return True


def _font_file(bold: bool) -> Path | None:
    """Return DejaVu Sans, which matplotlib brings to every machine, or None for pygame's own bold font."""
    package = importlib.util.find_spec("matplotlib")
    if package is None or package.origin is None:
        return None
    folder = Path(package.origin).parent / "mpl-data" / "fonts" / "ttf"
    file = folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    return file if file.is_file() else None
