"""The kinds of things that senses tell apart: roles, or the first words of names where a world gives no roles."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from alife.core.channel import Channel
from alife.view.draw import theme
from alife.view.draw.theme import Colour, Look

_CREATURE = "creature:"  # before the name of a species, in the role of its creatures


class Kind(NamedTuple):
    """Channels that sense the same things, in all directions."""

    name: str  # "" where it is not known
    colour: Colour


def kinds(channels: Sequence[Channel], looks: Mapping[str, Look]) -> list[Kind]:
    """Return the kind of each channel; that of a species has its name and its colour.

    A world may not give the roles that its channels sense. Where several of them look at one place, the first word
    of their names tells them apart ("A ahead", "B ahead"), and each such word has a colour of its own, by order.
    """
    nameless = [one for one in channels if one.field is not None and not one.role]
    apart = len({one.field for one in nameless}) < len(nameless)
    words = list(dict.fromkeys(first_word(one) for one in nameless)) if apart else []
    return [_kind_of(one, words, looks) for one in channels]


def _kind_of(channel: Channel, words: list[str], looks: Mapping[str, Look]) -> Kind:
    species = channel.role.removeprefix(_CREATURE)
    if species != channel.role and species in looks:
        return Kind(species, looks[species].colour)
    if channel.role or first_word(channel) not in words:
        return Kind(channel.role, theme.role_colour(channel.role))
    return Kind(first_word(channel), theme.nameless_colour(words.index(first_word(channel))))


def first_word(channel: Channel) -> str:
    """Return the first word of a channel's name, which those of one kind have in common."""
    return channel.name.partition(" ")[0]


def channel_name(channel: Channel) -> str:
    """Return what a channel is called; creatures by their species alone."""
    return channel.name.removeprefix(_CREATURE)
