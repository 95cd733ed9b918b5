"""The page of worlds: what each is, from its docstring, and how learners fare in it, from what was measured."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import gymnasium

from alife.app.describe import Member, chapters
from alife.body import Body
from alife.config.resolve import WORLD
from alife.config.simulation_config import SimulationConfig, load_config, parse_config
from alife.core.channel import Channel
from alife.core.world import World
from alife.sim.build import build_world
from benchmarks.reference import table_of_keys

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "worlds.md"
FIGURES = ROOT / "docs" / "worlds" / "figures"
LABELS = ("Observation", "Actions", "Events", "Ends", "Version history")
_LISTED = 8  # names of a group that are written out

Row = dict[str, Any]


def as_text(row: Row) -> str:
    """Return a row as it lies on disk."""
    text = json.dumps(row, indent=1)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + " ".join(found[1].split()) + "]", text) + "\n"


def page(figures: Path = FIGURES) -> str:
    """Return the whole page: what was measured, then every world of the house.

    Args:
        figures: where the rows lie.
    """
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(figures.glob("*.json"))]
    worlds = chapters(plug_ins=False)[WORLD.name].members
    del worlds["gymnasium"]  # which is the door to all others'
    return "\n\n".join([_HEAD, _table(rows), *(part for world in worlds.values() for part in _section(world))]) + "\n"


_HEAD = """# Worlds

Every world of the house: what happens in it, what creatures sense and do, and how learners fare. This page is made by
`python -m benchmarks.habitats --page` from the docstrings and from what was measured (`docs/worlds/figures`).
[Your own](worlds/your-own.md) is one more.

## How learners fare

Reward per creature per 100 ticks, mean over ten copies of the world, which are seeds, and the 95 % interval of the mean
(Student's t). Learners and control live together, and it is their last tenth that counts. For player and chance,
a player written by hand, or chance, has the place of the learners, and all others act by chance."""


def _table(rows: Sequence[Row]) -> str:
    lines = [
        "| configuration | learners | control | player | chance | ticks | made by |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(line for row in rows for line in _lines(row))])


def _lines(row: Row) -> Iterator[str]:
    """Yield a line for each species that learns; a control is in the first of them."""
    learning = {name: one for name, one in row["species"].items() if one["rule"] != "none"}
    controls = [_interval(one) for one in row["species"].values() if one["rule"] == "none"]
    for name, one in learning.items():
        who = row["name"] if len(learning) == 1 else f"{row['name']}, {name}"
        cells = [who, f"**{one['mean']:.2f}** ({one['low']:.2f} to {one['high']:.2f})", "; ".join(controls)]
        cells += [_interval(row[other][name]) if name in row[other] else "" for other in ("player", "random")]
        yield f"| {' | '.join([*cells, format(row['ticks'], ','), _code(row['command'])])} |"
        controls = []


def _interval(one: Mapping[str, float]) -> str:
    return f"{one['mean']:.2f} ({one['low']:.2f} to {one['high']:.2f})"


def _code(text: str) -> str:
    return f"`{text}`"


def _section(described: Member) -> Iterator[str]:
    """Yield what is said of one world, paragraph by paragraph."""
    story, labelled = parts_of(described.story)
    world = _example(described.name)
    yield f"## {described.name}"
    yield from story
    yield f"**Observation**: {labelled['Observation']} {_whose(described.name)}"
    yield from (_observation(world, species) for species in _unlike(world))
    yield f"**Actions**: {labelled['Actions']} {_actions(world)}"
    yield f"**Events**: {labelled['Events']}"
    yield f"**Ends**: {labelled['Ends']}"
    yield table_of_keys(described.keys, "reference/")
    yield f"**Version history**: {labelled['Version history']}"


def parts_of(story: str) -> tuple[list[str], dict[str, str]]:
    """Return the story of a world without its labelled paragraphs, and these.

    Raises:
        ValueError: a label is missing.
    """
    paragraphs = [" ".join(part.split()) for part in story.split("\n\n")]
    label = re.compile(rf"({'|'.join(LABELS)}): (.*)")
    labelled = {found[1]: found[2] for part in paragraphs if (found := label.fullmatch(part))}
    if missing := [each for each in LABELS if each not in labelled]:
        raise ValueError(f"the docstring has no paragraph that begins with {', '.join(missing)}: {paragraphs[0]}")
    return [part for part in paragraphs if not label.fullmatch(part)], labelled


def _example(name: str) -> World:
    """Return the world of the configuration of its name, or with one usual creature in it."""
    return build_world(_config(name) or parse_config({"world": {"kind": name}, "creatures": {"creature": {}}}, name))


def _config(name: str) -> SimulationConfig | None:
    path = ROOT / "configs" / f"{name}.yaml"
    return load_config(path) if path.exists() else None


def _whose(name: str) -> str:
    config = _config(name)
    usual = config is None or all(species.body.build() == Body() for species in config.creatures.values())
    return "With the usual body:" if usual else f"With the bodies of `configs/{name}.yaml`:"


def _unlike(world: World) -> list[str]:
    """Return the species of a world, of those with equal senses the first."""
    firsts: dict[Any, str] = {}
    for name in world.species:
        firsts.setdefault(tuple(channel.name for channel in world.channels(name)), name)
    return list(firsts.values())


def _observation(world: World, species: str) -> str:
    """Return the table of what a species senses; numbers that begin with the same word stand together."""
    space, lines, index = world.observation_spaces[species], [], 0
    for _, group in groupby(world.channels(species), lambda channel: (channel.name.split()[0], _unit(channel))):
        channels = list(group)
        last = index + len(channels) - 1
        places = str(index) if last == index else f"{index} to {last}"
        low, high = space.low[index : last + 1].min(), space.high[index : last + 1].max()
        lines.append(f"| {places} | {_named(channels)} | {low:g} to {high:g} | {_unit(channels[0])} |")
        index = last + 1
    who = "sensed" if len(_unlike(world)) == 1 else f"{species} sense"
    return "\n".join([f"| number | {who} | range | unit |", "|---|---|---|---|", *lines])


def _named(channels: Sequence[Channel]) -> str:
    listed = [channel.name for channel in channels]
    return ", ".join(listed if len(listed) <= _LISTED else [*listed[:3], "...", listed[-1]])


def _unit(channel: Channel) -> str:
    """Return what a number is in: a sense with a reach gives how near, all else shares of 1."""
    return "share of 1" if channel.field is None else f"nearness: 1 there, 0 from {channel.field.reach:g} on"


def _actions(world: World) -> str:
    said = {}
    for name, (body, _) in world.species.items():
        words, space = body.motor.action_names(), world.action_spaces[name]
        if isinstance(space, gymnasium.spaces.Discrete):
            said[name] = ", ".join(f"{space.start + k} {word}" for k, word in enumerate(words))
        else:
            said[name] = ", ".join(words)
    different = dict.fromkeys(said.values())
    spoken = [next(iter(different))] if len(different) == 1 else [f"{name}: {words}" for name, words in said.items()]
    return f"Here: {'; '.join(spoken)}."
