"""Columns: what each one of an exported table is, and in which unit."""

from collections.abc import Mapping
from typing import NamedTuple


class Column(NamedTuple):
    """What stands in a column."""

    description: str
    unit: str = ""
    """"" for a name, an index or an id."""


_SPECIES = Column("name of the species")
_ROW = Column("which creature of its species, from 0")
_PART_OF_BRAIN = {
    "tick": Column("at which the brain acted; what the world answers is an event of the tick after", "tick"),
    "species": _SPECIES,
    "row": _ROW,
    "layer": Column("name of the layer, from the senses up; the last is the readout"),
    "neuron": Column("which neuron of its layer, from 0"),
}
_SINCE = "since the line before"

_COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "metrics": {
        "tick": Column("the last one that the line tells of", "tick"),
        "species": _SPECIES,
        "reward_per_100_ticks": Column(f"mean {_SINCE}", "reward per 100 ticks and creature"),
        "backward_share": Column(f"share of ticks at which a creature learned, {_SINCE}", "1"),
        "episodes": Column(f"that ended {_SINCE}", "episodes"),
        "episode_return": Column("mean of these, 0 where none ended", "reward"),
        "episode_length": Column("mean of these, 0 where none ended", "tick"),
        "episode_success": Column("share of these that were a success", "1"),
        "living": Column("at this tick", "creatures"),
        "births": Column(_SINCE, "creatures"),
        "deaths": Column(_SINCE, "creatures"),
    },
    "events": {
        "tick": Column("at which it happened", "tick"),
        "species": Column('name of the species, "" where it concerns no creature'),
        "row": Column("which creature of its species, from 0; -1 where it concerns none"),
        "cause": Column("what happened"),
        "value": Column("the reward; of a surprise the TD error; of an intervention what it was set to", "reward"),
        "source": Column("world, brain or intervention"),
    },
    "lives": {
        "id": Column("of the creature, among those of its species"),
        "parent": Column("its id, -1 for none"),
        "partner": Column("the id of the second parent, -1 for none"),
        "species": _SPECIES,
        "row": _ROW,
        "born": Column("when", "tick"),
        "died": Column("when, -1 for who lived on at the end", "tick"),
        "cause": Column('of death, "" for who lived on at the end'),
        "offspring": Column("how many children it had", "creatures"),
    },
    "spikes": {
        **_PART_OF_BRAIN,
        "output": Column("1 for a spike, or what a layer without spikes put out; where it is 0 there is no line", "1"),
    },
    "membranes": {
        **_PART_OF_BRAIN,
        "membrane": Column("before any reset", "that of the threshold of its layer"),
    },
    "td_errors": {
        "tick": _PART_OF_BRAIN["tick"],
        "species": _SPECIES,
        "row": _ROW,
        "td_error": Column("of the decision before, 0 where there was none", "reward"),
    },
}


def describe_column(table: str, name: str) -> Column:
    """Return what stands in a column of a table; one that is not known by name is a number of a population."""
    if name in _COLUMNS[table]:
        return _COLUMNS[table][name]
    if table == "metrics" and name.startswith("deaths_"):
        return Column(f"of the deaths, those by {name.removeprefix('deaths_')}", "creatures")
    if table == "metrics":
        of, _, statistic = name.rpartition("_")
        statistic = {"q10": "10 % quantile", "q50": "median", "q90": "90 % quantile"}.get(statistic, statistic)
        return Column(f"{statistic} of {of} over the creatures", _unit_of(of))
    return Column(f"the gene {name}", _unit_of(name))


def _unit_of(name: str) -> str:
    return {"age": "tick", "energy": "share of the capacity"}.get(name, "")
