"""Of what senses tell: the roles of things, or what their names begin with where a world keeps the roles to itself."""

from collections.abc import Sequence
from typing import NamedTuple

from alife.core.channel import Channel
from alife.view.draw import theme
from alife.view.draw.theme import Colour


class Kind(NamedTuple):
    """Senses that tell of the same things, in all directions."""

    name: str  # "" where nobody knows
    colour: Colour


def kinds(channels: Sequence[Channel]) -> list[Kind]:
    """Return the kind of each channel.

    A world may not say of which role its senses tell. Where several of them look at one place, what their names
    begin with tells them apart ("A ahead", "B ahead"), and each such word has a colour of its own, by order.
    """
    nameless = [one for one in channels if one.field is not None and not one.role]
    apart = len({one.field for one in nameless}) < len(nameless)
    words = list(dict.fromkeys(_word(one) for one in nameless)) if apart else []
    return [_kind(one, words) for one in channels]


def _kind(channel: Channel, words: list[str]) -> Kind:
    if channel.role or _word(channel) not in words:
        return Kind(channel.role, theme.role_colour(channel.role))
    return Kind(_word(channel), theme.nameless_colour(words.index(_word(channel))))


def _word(channel: Channel) -> str:
    return channel.name.partition(" ")[0]
