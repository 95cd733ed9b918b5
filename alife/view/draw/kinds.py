"""The kinds of things that senses tell apart: roles, or the first words of names where a world gives no roles."""

from collections.abc import Sequence
from typing import NamedTuple

from alife.core.channel import Channel
from alife.view.draw import theme
from alife.view.draw.theme import Colour


class Kind(NamedTuple):
    """Channels that sense the same things, in all directions."""

    name: str  # "" where it is not known
    colour: Colour


def kinds(channels: Sequence[Channel]) -> list[Kind]:
    """Return the kind of each channel.

    A world may not give the roles that its channels sense. Where several of them look at one place, the first word
    of their names tells them apart ("A ahead", "B ahead"), and each such word has a colour of its own, by order.
    """
    nameless = [one for one in channels if one.field is not None and not one.role]
    apart = len({one.field for one in nameless}) < len(nameless)
    words = list(dict.fromkeys(_first_word(one) for one in nameless)) if apart else []
    return [_kind_of(one, words) for one in channels]


def _kind_of(channel: Channel, words: list[str]) -> Kind:
    if channel.role or _first_word(channel) not in words:
        return Kind(channel.role, theme.role_colour(channel.role))
    return Kind(_first_word(channel), theme.nameless_colour(words.index(_first_word(channel))))


def _first_word(channel: Channel) -> str:
    return channel.name.partition(" ")[0]
