"""Place: a world in a few declarations, for people who want a world and not an API."""

from alife.place._draws import Draws
from alife.place.contacts import Contacts
from alife.place.place import Place
from alife.place.schedule import Schedule
from alife.place.things import Box, Creatures, Point, Things

__all__ = ["Box", "Contacts", "Creatures", "Draws", "Place", "Point", "Schedule", "Things"]
