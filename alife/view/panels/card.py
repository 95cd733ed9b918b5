"""The frame around a panel: a card with a title, and what is left inside it."""

import pygame

from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer


def draw_card(
    surface: pygame.Surface,
    area: pygame.Rect,
    renderer: TextRenderer,
    title: str,
    note: str = "",
    icon: pygame.Surface | None = None,
) -> pygame.Rect:
    """Draw a card with its title, an icon before it and a note at the right; return the area inside."""
    pen.rect(surface, theme.CARD, area, border_radius=renderer.pixels(8))
    pad, line = renderer.pixels(12), renderer.height(theme.TITLE)
    inside = area.inflate(-2 * pad, -2 * renderer.pixels(9))
    if inside.height < 3 * line:
        return inside
    at = inside.left, inside.top + line // 2
    if icon is not None:
        at = surface.blit(icon, icon.get_rect(midleft=at)).right + renderer.pixels(4), at[1]
    room = inside.right - at[0]
    end = renderer.write(surface, title, at=at, anchor="midleft", size=theme.TITLE, bold=True, width=room).right
    room = inside.right - end - pad
    if note and room > 0:
        at = inside.right, at[1]
        renderer.write(surface, note, at=at, anchor="midright", colour=theme.MUTED, width=room)
    return inside_of(area, renderer)


def inside_of(area: pygame.Rect, renderer: TextRenderer) -> pygame.Rect:
    """Return what is left of a card inside its edges and below its title."""
    inside = area.inflate(-2 * renderer.pixels(12), -2 * renderer.pixels(9))
    line = renderer.height(theme.TITLE)
    if inside.height < 3 * line:
        return inside
    top = line + renderer.pixels(6)
    return pygame.Rect(inside.left, inside.top + top, inside.width, max(0, inside.height - top))
