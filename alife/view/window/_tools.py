"""Interventions from a key, the mouse and the last frame, or why there is none."""

from alife.core.command import Intervene
from alife.core.frame import Frame
from alife.core.intervention import Clamp, Drop, Heal, Lesion, LetLearn, Move

Point = tuple[float, float]
Neuron = tuple[int, int]

_POINT = "point at the arena"
_CLICK = "click a neuron first"


def drop_item(frame: Frame, roles: tuple[str, ...], number: int, place: Point | None) -> Intervene | str:
    """Return the intervention that drops a thing of the role of this number, counted from 1, or why it cannot be."""
    if not roles:
        return "nothing can be dropped in this world"
    if number > len(roles):
        names = ", ".join(f"{count} {role}" for count, role in enumerate(roles, 1))
        return f"there is no thing {number} to drop: there are {names}"
    if place is None:
        return _POINT
    return Intervene(Drop(frame.copy, roles[number - 1], *place))


def move_creature(selected: tuple[str, int], place: Point | None) -> Intervene | str:
    """Return the intervention that carries the selected creature to a place, or why it cannot be."""
    return _POINT if place is None else Intervene(Move(*selected, *place))


def silence_neuron(frame: Frame, neuron: Neuron | None) -> Intervene | str:
    """Return the intervention that silences a neuron of the selected creature, or heals one that is clamped."""
    if neuron is None:
        return _CLICK
    kind = Lesion if _clamped_value(frame, neuron) is None else Heal
    return Intervene(kind(*frame.selected, *neuron))


def clamp_neuron(frame: Frame, neuron: Neuron | None) -> Intervene | str:
    """Return the intervention that clamps a neuron of the selected creature to fire always, or heals one that is."""
    if neuron is None:
        return _CLICK
    kind = Heal if _clamped_value(frame, neuron) == 1 else Clamp
    return Intervene(kind(*frame.selected, *neuron))


def toggle_learning(frame: Frame) -> Intervene:
    """Return the intervention that keeps the selected creature from learning, or lets it learn again."""
    return Intervene(LetLearn(*frame.selected, not frame.snapshot.may_learn))


def _clamped_value(frame: Frame, neuron: Neuron) -> float | None:
    return next((value for layer, one, value in frame.snapshot.clamped if (layer, one) == neuron), None)
