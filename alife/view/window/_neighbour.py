"""Which creature comes next: by order in the arena in view, or the same one in another arena."""

from alife.core.command import Select
from alife.core.frame import Frame
from alife.view.draw.geometry import spots


def neighbour(frame: Frame, selected: tuple[str, int], step: int) -> Select | None:
    """Return the creature some steps on in the copy in view, species by species, or None if there is none."""
    order = {one.name: index for index, one in enumerate(frame.species)}
    creatures = sorted(
        {(spot.species, spot.row) for spot in spots(frame.scene)},
        key=lambda creature: (order.get(creature[0], len(order)), creature),
    )
    if not creatures:
        return None
    if selected not in creatures:
        return Select(*creatures[0 if step > 0 else -1])
    return Select(*creatures[(creatures.index(selected) + step) % len(creatures)])


def in_other_copy(frame: Frame, selected: tuple[str, int], step: int) -> Select | None:
    """Return the creature of the same species and index some copies on, or None if there is no other copy."""
    species, row = selected
    count = next((one.count for one in frame.species if one.name == species), 0)
    if count == 0 or frame.copies < 2:
        return None
    copy, index = divmod(row, count)
    return Select(species, (copy + step) % frame.copies * count + index)
