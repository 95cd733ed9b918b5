"""Does a world keep its contract? The checks that the worlds of this house pass, for anybody's."""

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.resolve import WORLD
from alife.config.schema import schema_of
from alife.core.channel import Channel
from alife.core.errors import AlifeError
from alife.core.scene import Scene
from alife.core.world import World
from alife.runs.checkpoint import load_state, save_state
from alife.sim.outcome_check import OutcomeCheck, error_line
from alife.testing.environment import FaultError, no_screen, paint, require, send_on, sent, warned
from alife.testing.subject import CREATURE, Outcomes, Subject, actions_of, difference, of_copy, subject_of

TICKS = 1000
_SHORT = 100  # ticks at most, where a check asks whether two lives go on alike
_COPIES = 3
_SPEED_SECONDS = 0.3

_FROM_THE_SEED = (
    "draw from the seed alone, by what `tick` is given or by alife.core.random.Stream(seed + copy, ...), never by "
    "numpy.random or a clock, and keep nothing in the class that a life changes"
)


@dataclass(frozen=True)
class Finding:
    """What came of one check.

    Args:
        check: its name.
        fault: what is wrong and what would be right, in one sentence; empty where nothing is.
        remark: what else there is to say.
    """

    check: str
    fault: str = ""
    remark: str = ""


def check_world(target: str | type, ticks: int = TICKS, **settings: Any) -> None:
    """Raise unless a world keeps the contract of alife.core.world, whoever wrote it.

    It must be made with one creature of the usual body in it, satisfy gymnasium's checker, tell finite numbers that lie
    in its spaces, live twice to the bit from one seed and otherwise from another, let copy i be the only copy of seed
    s + i, go on from its state_dict and from a pickle in the middle of an episode, and paint every picture it promises.

    Args:
        target: a class that derives from Place, World or gymnasium.Env, its "package.module:Class", the short name of
            a world, or the id of an environment.
        ticks: how long twins live, with actions drawn by chance.
        settings: what its constructor takes besides species and copies.

    Raises:
        AssertionError: what is wrong, in one sentence for each check that fails.
        ConfigError: there is no such world.
        WorldError: there is, but it is none, or cannot be imported.
    """
    faults = [f"{found.check}: {found.fault}" for found in examine_world(target, ticks, **settings) if found.fault]
    assert not faults, "\n".join(faults)


def examine_world(target: str | type, ticks: int = TICKS, **settings: Any) -> Iterator[Finding]:
    """Yield what comes of each check of `check_world`, and how fast the world is.

    Where it cannot even be made, that is the only one.
    """
    subject = subject_of(target, settings)
    made = _found("made", _made, subject, ticks)
    yield made
    if made.fault:
        return
    for name, check in _CHECKS.items():
        yield _found(name, check, subject, ticks)


def _found(name: str, check: Callable[[Subject, int], str], subject: Subject, ticks: int) -> Finding:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # gymnasium's, which its checker says again where they are asked for
            return Finding(name, remark=check(subject, ticks))
    except (FaultError, AlifeError) as error:
        return Finding(name, " ".join(str(error).split()))
    except Exception as error:
        return Finding(name, f"it raised {error_line(error)}")


def _short(ticks: int) -> int:
    return min(ticks, _SHORT)


def _made(subject: Subject, ticks: int) -> str:
    """A world is made, says what it must of itself, and can be written in YAML."""
    world = subject.world()
    OutcomeCheck(world, {CREATURE: 1})
    schema_of(subject.kind, WORLD)
    channels, width = world.channels(CREATURE), world.observation_spaces[CREATURE].shape[0]
    named = len(channels) == width and all(isinstance(channel, Channel) for channel in channels)
    require(named, f"`channels` must name each of the {width} numbers that are sensed, it names {len(channels)}")
    return f"{width} numbers sensed, actions {world.action_spaces[CREATURE]}"


def _gymnasium(subject: Subject, ticks: int) -> str:
    """Gymnasium's own checker has nothing to say; of an environment from elsewhere, nothing that it calls an error."""
    said = warned(subject.environment(None))
    require(not said or subject.foreign, f"its checker warns: {said}")
    return f"its checker warns: {said}" if said else "its checker is silent"


def _numbers(subject: Subject, ticks: int) -> str:
    """What is told has the right shapes and types, is finite, lies in its space, and begins anew after an end."""
    world = subject.world(_COPIES)
    outcome_check, space = OutcomeCheck(world, {CREATURE: 1}), world.observation_spaces[CREATURE]
    outcomes, ended, ends = world.reset(0), np.zeros(world.copies, bool), 0
    for tick, actions in enumerate([None, *actions_of(world, ticks)]):
        if actions is not None:
            outcomes = outcome_check.call_world(tick, world.step, actions)
        outcome_check.check_outcomes(tick, outcomes)
        told = outcomes[CREATURE]
        wrong = [row for row, sensed in enumerate(told.observations) if not space.contains(sensed)]
        if wrong:
            raise FaultError(_outside(told.observations[wrong[0]], space, wrong[0], tick))
        over = told.terminated | told.truncated
        again = ended & ((told.rewards != 0) | over)
        require(
            not again.any(),
            f"a life that ended at tick {tick - 1} must begin anew at the next, with reward 0 and no end, "
            f"row {again.argmax()} did not",
        )
        ended, ends = over, ends + int(over.sum())
        for copy, text in outcome_check.call_world(tick, world.annotations):
            require(
                copy in range(world.copies) and isinstance(text, str),
                f"its annotations at tick {tick} are none, (copy, text)",
            )
    return f"{ticks:,} ticks in {world.copies} {'copies' if world.copies > 1 else 'copy'}, {ends:,} lives ended"


def _outside(sensed: Any, space: Any, row: int, tick: int) -> str:
    """Return why an observation does not lie in its space."""
    if sensed.dtype != space.dtype:
        return f"what is sensed must be of {space.dtype}, as its space says, at tick {tick} it is of {sensed.dtype}"
    beyond = int(np.argmax((sensed < space.low) | (sensed > space.high)))
    return (
        f"what row {row} senses at tick {tick} lies outside its space: number {beyond} is {sensed[beyond]:g}, "
        f"it must be {space.low[beyond]:g} to {space.high[beyond]:g}"
    )


def _twins(subject: Subject, ticks: int) -> str:
    """Two worlds of one seed live the same life, side by side."""
    first, second = subject.world(_COPIES), subject.world(_COPIES)
    _follow(first.reset(0), second.reset(0), first, second, ticks, f"two worlds of the same seed; {_FROM_THE_SEED}")
    return f"two worlds of one seed are equal to the bit for {ticks:,} ticks"


def _follow(one: Outcomes, other: Outcomes, first: World, second: World, ticks: int, who: str) -> None:
    """Raise where two lives part that must be the same."""
    whose, _, hint = who.partition("; ")
    for tick, actions in enumerate([None, *actions_of(first, ticks)]):
        if actions is not None:
            one, other = first.step(actions), second.step(actions)
        if part := difference(one, other):
            raise FaultError(f"{whose} part after {tick} ticks, in {part}; {hint}")


def _seeds(subject: Subject, ticks: int) -> str:
    """The same seed brings the same life after another one, and another seed brings another."""
    world, other = subject.world(), subject.world()
    first = list(_life(world, 1, _short(ticks)))
    for tick, (one, two) in enumerate(zip(first, _life(world, 1, _short(ticks)), strict=True)):
        part = difference(one, two)
        require(
            not part,
            f"`reset` with the same seed must bring the same life again, after {tick} ticks it differs in {part}; "
            "let `reset` put back all that a life changes",
        )
    lives = zip(_life(world, 1, ticks), _life(other, 2, ticks), strict=True)
    different = any(difference(one, two) for one, two in lives)
    require(different, "another seed must bring another life, 1 and 2 bring the same; draw by the seed of `reset`")
    return "the same seed brings the same life, another seed another"


def _life(world: World, seed: int, ticks: int) -> Iterator[Outcomes]:
    yield world.reset(seed)
    for actions in actions_of(world, ticks):
        yield world.step(actions)


def _copies(subject: Subject, ticks: int) -> str:
    """Copy i of a world of seed s goes as the only copy of a world of seed s + i."""
    if not subject.many:
        return "it has one copy only, for its constructor takes no `copies`"
    many, alone = subject.world(_COPIES), [subject.world() for _ in range(_COPIES)]
    together, apart = many.reset(5), [world.reset(5 + copy) for copy, world in enumerate(alone)]
    for tick, actions in enumerate([None, *actions_of(many, ticks)]):
        if actions is not None:
            together = many.step(actions)
            apart = [world.step({CREATURE: actions[CREATURE][k : k + 1]}) for k, world in enumerate(alone)]
        for copy in range(_COPIES):
            part = difference(of_copy(together, copy), apart[copy])
            require(
                not part,
                f"copy {copy} of a world of seed 5 must go as the only copy of one of seed {5 + copy}, after {tick} "
                f"ticks it differs in {part}; let each copy draw by its own seed, and nothing of one reach another",
            )
    return f"copy i of a world of seed s is the only copy of seed s + i, for {ticks:,} ticks"


def _state(subject: Subject, ticks: int) -> str:
    """A state from the middle of a life, written to disk, goes on in another world as in this one."""
    first, second = _in_the_middle(subject, ticks), subject.world(_COPIES)
    with tempfile.TemporaryDirectory() as folder:
        save_state(Path(folder), first.state_dict())
        second.load_state_dict(load_state(Path(folder)))
    _go_on(
        first,
        second,
        ticks,
        "a world and another that loaded its state; `state_dict` must have all that a life changes",
    )
    return "a saved state goes on in another world"


def _in_the_middle(subject: Subject, ticks: int) -> World:
    world = subject.world(_COPIES)
    for _ in _life(world, 7, _short(ticks)):
        pass
    return world


def _go_on(first: World, second: World, ticks: int, who: str) -> None:
    (actions,) = actions_of(first, 1)
    _follow(first.step(actions), second.step(actions), first, second, _short(ticks), who)


def _pickle(subject: Subject, ticks: int) -> str:
    """In the middle of an episode it can be sent to another process, and goes on there."""
    if subject.foreign:
        return send_on(subject.environment(None))
    first = _in_the_middle(subject, ticks)
    _go_on(
        first, sent(first), ticks, "a world and its pickle; `__getstate__` must leave out nothing that a life changes"
    )
    return "in the middle of an episode it is pickled and goes on"


def _pictures(subject: Subject, ticks: int) -> str:
    """The scene of each copy is one, and every render mode that is promised paints."""
    world = _in_the_middle(subject, ticks)
    for copy in range(world.copies):
        scene = world.scene(copy)
        require(isinstance(scene, Scene), f"`scene` must return a Scene, that of copy {copy} is {type(scene).__name__}")
    modes = [mode for mode in subject.environment(None).metadata.get("render_modes") or () if mode]
    with no_screen():
        for mode in modes:
            paint(subject.environment(mode), mode)
    return f"the scene of each copy{''.join(f', {mode}' for mode in modes)}"


def _speed(subject: Subject, ticks: int) -> str:
    """How fast it is, alone: no figure is wrong."""
    world = subject.world(8 if subject.foreign else 64)
    world.reset(0)
    drawn = list(actions_of(world, 20))
    begun, passed = time.perf_counter(), 0
    while (seconds := time.perf_counter() - begun) < _SPEED_SECONDS:
        world.step(drawn[passed % len(drawn)])
        passed += 1
    return f"{passed * world.copies / seconds:,.0f} creature-ticks per second, in {world.copies} copies"


_CHECKS: dict[str, Callable[[Subject, int], str]] = {
    "gymnasium": _gymnasium,
    "numbers": _numbers,
    "twins": _twins,
    "seeds": _seeds,
    "copies": _copies,
    "state": _state,
    "pickle": _pickle,
    "pictures": _pictures,
    "speed": _speed,
}
