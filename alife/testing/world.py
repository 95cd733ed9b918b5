"""Check that a world keeps its contract: the checks that all worlds of the workbench pass."""

import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import parse_config
from alife.core.channel import Channel
from alife.core.errors import AlifeError, WorldWarning
from alife.core.scene import Scene
from alife.core.sentences import plain
from alife.core.world import World
from alife.runs.checkpoint import load_state, save_state
from alife.sim.build import build_population
from alife.sim.checked_world import CheckedWorld, error_line
from alife.testing.environment import (
    FaultError,
    check_pickled_copy,
    check_picture,
    checker_warnings,
    dummy_video_driver,
    pickled_copy,
    require,
)
from alife.testing.subject import (
    Outcomes,
    Subject,
    first_difference,
    outcomes_of_copy,
    random_actions,
    step_world,
    subject_of,
)

TICKS = 1000
_SHORT = 100  # ticks at most, where a check asks whether two lives go on alike
_COPIES = 3
_SPEED_SECONDS = 0.3  # less where fewer ticks are asked for

_FROM_THE_SEED = (
    "draw from the seed alone, by what `tick` is given or by alife.core.random.Stream(seed + copy, ...), never by "
    "numpy.random or a clock, and keep nothing in the class that a life changes"
)


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Args:
        check: its name.
        fault: what is wrong and what would be right, in one sentence; empty where nothing is.
        remark: what else there is to say.
    """

    check: str
    fault: str = ""
    remark: str = ""


def check_world(
    target: str | type,
    ticks: int = TICKS,
    bodies: Mapping[str, Mapping[str, Any] | None] | None = None,
    **settings: Any,
) -> None:
    """Raise unless a world keeps the contract of alife.core.world.

    It must be made with one creature of each species in it, satisfy gymnasium's checker, give finite numbers that lie
    in its spaces, be lived in by a small brain, live twice to the bit from one seed and otherwise from another, let
    copy i be the only copy of seed s + i, go on from its state_dict and from a pickle in the middle of an episode,
    render every picture it promises, and leave nothing behind when it is closed.

    Args:
        target: a class that derives from Place, World or gymnasium.Env, its "package.module:Class", the short name of
            a world, or the id of an environment.
        ticks: how long twins live, with actions drawn by chance.
        bodies: by species, the section `body` of a configuration; one creature of the usual body when omitted.
        settings: what its constructor takes besides species and copies.

    Raises:
        AssertionError: what is wrong, in one sentence for each check that fails.
        ConfigError: there is no such world, or it does not take these settings.
        WorldError: there is, but it is none, or cannot be imported.
    """
    found = examine_world(target, ticks, bodies, **settings)
    faults = [f"{each.check}: {each.fault}" for each in found if each.fault]
    assert not faults, "\n".join(faults)


def examine_world(
    target: str | type,
    ticks: int = TICKS,
    bodies: Mapping[str, Mapping[str, Any] | None] | None = None,
    **settings: Any,
) -> Iterator[Finding]:
    """Yield the finding of each check of `check_world`, and how fast the world is.

    Where it cannot be made, that finding is the only one.
    """
    before = set(threading.enumerate())
    subject = subject_of(target, settings, bodies)
    try:
        made = _run_check("made", _check_construction, subject, ticks)
        yield made
        if made.fault:
            return
        for name, check in _CHECKS.items():
            yield _run_check(name, check, subject, ticks)
        yield _run_check("close", partial(_check_close, before), subject, ticks)
    finally:
        subject.close()


def _run_check(name: str, check: Callable[[Subject, int], str], subject: Subject, ticks: int) -> Finding:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # gymnasium's, which its checker says again where they are asked for
            return Finding(name, remark=check(subject, ticks))
    except (FaultError, AlifeError) as error:
        return Finding(name, " ".join(str(error).split()))
    except Exception as error:
        return Finding(name, f"it raised {error_line(error)}")


def _short_life(ticks: int) -> int:
    return min(ticks, _SHORT)


def _check_construction(subject: Subject, ticks: int) -> str:
    """Check that a world can be made, describes itself, and can be written in YAML."""
    world = subject.make_world()
    _checked(subject, world)
    return "; ".join(_sensed_and_done(world, name, len(subject.bodies) > 1) for name in subject.bodies)


def _checked(subject: Subject, world: World) -> CheckedWorld:
    return CheckedWorld(world, dict.fromkeys(subject.bodies, 1))


def _sensed_and_done(world: World, name: str, named: bool) -> str:
    channels, width = world.channels(name), world.observation_spaces[name].shape[0]
    good = len(channels) == width and all(isinstance(channel, Channel) for channel in channels)
    require(good, f"`channels` must name each of the {width} numbers that are sensed, it names {len(channels)}")
    return f"{f'{name}: ' if named else ''}{width} numbers sensed, actions {world.action_spaces[name]}"


def _check_gymnasium(subject: Subject, ticks: int) -> str:
    """Check that gymnasium's checker is silent; of a foreign environment, that it raises no error."""
    if subject.new_environment is None:
        return "its species are no environment of gymnasium's"
    said = checker_warnings(subject.make_environment(None))
    require(not said or subject.foreign, f"its checker warns: {said}")
    return f"its checker warns: {said}" if said else "its checker is silent"


def _check_numbers(subject: Subject, ticks: int) -> str:
    """Check shapes, types and ranges of outcomes, and that a life begins anew after an end."""
    world = subject.make_world(_COPIES)
    with _warnings_refused():
        return _check_all_numbers(subject, world, ticks)


def _check_all_numbers(subject: Subject, world: World, ticks: int) -> str:
    outcome_check, outcomes = _checked(subject, world), world.reset(0)
    ended, ends = {name: np.zeros(world.copies, bool) for name in subject.bodies}, 0
    for tick, actions in enumerate([None, *random_actions(world, ticks)]):
        if actions is not None:
            outcomes = outcome_check.call_world(tick, step_world, world, actions)
        outcome_check.check_outcomes(tick, outcomes)
        for name in subject.bodies:
            told, wanted = outcomes[name], world.observation_spaces[name].dtype
            found = told.observations.dtype
            require(
                found == wanted,
                f"what is sensed must be of {wanted}, as its space says, at tick {tick} it is of {found}",
            )
            over = told.terminated | told.truncated
            again = ended[name] & ((told.rewards != 0) | over)
            require(
                not again.any(),
                f"a life that ended at tick {tick - 1} must begin anew at the next, with reward 0 and no end, "
                f"row {again.argmax()} did not",
            )
            ended[name], ends = over, ends + int(over.sum())
        for copy, text in outcome_check.call_world(tick, world.annotations):
            require(
                copy in range(world.copies) and isinstance(text, str),
                f"its annotations at tick {tick} are none, (copy, text)",
            )
    return f"{ticks:,} ticks in {world.copies} {'copies' if world.copies > 1 else 'copy'}, {ends:,} lives ended"


def _check_brain(subject: Subject, ticks: int) -> str:
    """Check that a small brain can act and learn there."""
    brain = {"layers": [{"kind": "lif", "size": 8}]}
    learning = {"learning": dict(subject.kind.learning)} if subject.kind.learning else {}
    config = parse_config({"creatures": {name: {"brain": brain, **learning} for name in subject.bodies}}, "check")
    world = subject.make_world()
    brains = {name: build_population(config, name, world) for name in subject.bodies}
    checked, ends = _checked(subject, world), 0
    outcomes = checked.reset(0)
    for tick in range(1, _short_life(ticks) + 1):
        outcomes = checked.step(tick, {name: each.act(outcomes[name]) for name, each in brains.items()})
        ends += sum(int((each.terminated | each.truncated).sum()) for each in outcomes.values())
    return f"a small brain lived and learned for {_short_life(ticks):,} ticks, {ends:,} lives ended"


@contextmanager
def _warnings_refused() -> Iterator[None]:
    """Take what is said of a world for a fault."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", WorldWarning)
        yield
    for warning in said:
        require(not issubclass(warning.category, WorldWarning), plain(warning.message))


def _check_close(before: Set[threading.Thread], subject: Subject, ticks: int) -> str:
    """Check that closing raises nothing, and leaves no thread at work."""
    with _warnings_refused():
        subject.close()
    left = [each.name for each in set(threading.enumerate()) - before if not each.daemon]
    require(not left, f"`close` must end what a world has started, it leaves the thread {''.join(left[:1])!r} at work")
    return "nothing is left when it is closed"


def _check_twins(subject: Subject, ticks: int) -> str:
    """Check that two worlds of one seed give the same outcomes, side by side."""
    first, second = subject.make_world(_COPIES), subject.make_world(_COPIES)
    _require_same_life(
        first.reset(0), second.reset(0), first, second, ticks, f"two worlds of the same seed; {_FROM_THE_SEED}"
    )
    return f"two worlds of one seed are equal to the bit for {ticks:,} ticks"


def _require_same_life(one: Outcomes, other: Outcomes, first: World, second: World, ticks: int, who: str) -> None:
    """Raise where two lives differ that must be the same."""
    whose, _, hint = who.partition("; ")
    for tick, actions in enumerate([None, *random_actions(first, ticks)]):
        if actions is not None:
            one, other = step_world(first, actions), step_world(second, actions)
        if part := first_difference(one, other):
            raise FaultError(f"{whose} part after {tick} ticks, in {part}; {hint}")


def _check_seeds(subject: Subject, ticks: int) -> str:
    """Check that the same seed brings the same life again, and another seed another."""
    world, other = subject.make_world(), subject.make_world()
    first = list(_outcomes_of_life(world, 1, _short_life(ticks)))
    for tick, (one, two) in enumerate(zip(first, _outcomes_of_life(world, 1, _short_life(ticks)), strict=True)):
        part = first_difference(one, two)
        require(
            not part,
            f"`reset` with the same seed must bring the same life again, after {tick} ticks it differs in {part}; "
            "let `reset` put back all that a life changes",
        )
    lives = zip(_outcomes_of_life(world, 1, ticks), _outcomes_of_life(other, 2, ticks), strict=True)
    different = any(first_difference(one, two) for one, two in lives)
    require(different, "another seed must bring another life, 1 and 2 bring the same; draw by the seed of `reset`")
    return "the same seed brings the same life, another seed another"


def _outcomes_of_life(world: World, seed: int, ticks: int) -> Iterator[Outcomes]:
    """Yield copies: a world may give the same arrays again."""
    yield deepcopy(world.reset(seed))
    for actions in random_actions(world, ticks):
        yield deepcopy(step_world(world, actions))


def _check_copies(subject: Subject, ticks: int) -> str:
    """Check that copy i of a world of seed s equals the only copy of a world of seed s + i."""
    if not subject.has_copies:
        return "it has one copy only, for its constructor takes no `copies`"
    many, alone = subject.make_world(_COPIES), [subject.make_world() for _ in range(_COPIES)]
    together: Outcomes = many.reset(5)
    apart: list[Outcomes] = [world.reset(5 + copy) for copy, world in enumerate(alone)]
    for tick, actions in enumerate([None, *random_actions(many, ticks)]):
        if actions is not None:
            together = step_world(many, actions)
            own = [{name: given[k : k + 1] for name, given in actions.items()} for k in range(_COPIES)]
            apart = [step_world(world, given) for world, given in zip(alone, own, strict=True)]
        for copy in range(_COPIES):
            part = first_difference(outcomes_of_copy(together, copy), apart[copy])
            require(
                not part,
                f"copy {copy} of a world of seed 5 must go as the only copy of one of seed {5 + copy}, after {tick} "
                f"ticks it differs in {part}; let each copy draw by its own seed, and nothing of one reach another",
            )
    return f"copy i of a world of seed s is the only copy of seed s + i, for {ticks:,} ticks"


def _check_state(subject: Subject, ticks: int) -> str:
    """Check that a state from mid-life, written to disk, goes on in another world as in this one."""
    first, second = _world_in_mid_life(subject, ticks), subject.make_world(_COPIES)
    with tempfile.TemporaryDirectory() as folder:
        save_state(Path(folder), first.state_dict())
        second.load_state_dict(load_state(Path(folder)))
    _require_same_future(
        first,
        second,
        ticks,
        "a world and another that loaded its state; `state_dict` must have all that a life changes",
    )
    return "a saved state goes on in another world"


def _world_in_mid_life(subject: Subject, ticks: int) -> World:
    world = subject.make_world(_COPIES)
    for _ in _outcomes_of_life(world, 7, _short_life(ticks)):
        pass
    return world


def _require_same_future(first: World, second: World, ticks: int, who: str) -> None:
    (actions,) = random_actions(first, 1)
    one, other = step_world(first, actions), step_world(second, actions)
    _require_same_life(one, other, first, second, _short_life(ticks), who)


def _check_pickle(subject: Subject, ticks: int) -> str:
    """Check that in mid-episode it can be sent to another process, and goes on there."""
    if subject.foreign:
        with closing(subject.make_environment(None)) as env:
            return check_pickled_copy(env)
    first = _world_in_mid_life(subject, ticks)
    _require_same_future(
        first,
        pickled_copy(first),
        ticks,
        "a world and its pickle; `__getstate__` must leave out nothing that a life changes",
    )
    return "in the middle of an episode it is pickled and goes on"


def _check_pictures(subject: Subject, ticks: int) -> str:
    """Check that each copy has a Scene, and that every promised render mode gives a picture."""
    world = _world_in_mid_life(subject, ticks)
    for copy in range(world.copies):
        scene = world.scene(copy)
        require(isinstance(scene, Scene), f"`scene` must return a Scene, that of copy {copy} is {type(scene).__name__}")
        require(not scene.fault, f"the scene of copy {copy} cannot be drawn: {scene.fault}")
    if subject.new_environment is None:
        return "the scene of each copy"
    with closing(subject.make_environment(None)) as env:
        modes = [mode for mode in env.metadata.get("render_modes") or () if mode]
    with dummy_video_driver():
        for mode in modes:
            check_picture(subject.make_environment(mode), mode)
    return f"the scene of each copy{''.join(f', {mode}' for mode in modes)}"


def _measure_speed(subject: Subject, ticks: int) -> str:
    """Measure creature-ticks per second; no figure is wrong."""
    world = subject.make_world(8 if subject.foreign else 64)
    world.reset(0)
    drawn = list(random_actions(world, 20))
    enough = _SPEED_SECONDS * min(1.0, max(0.03, ticks / TICKS))
    begun, passed = time.perf_counter(), 0
    while (seconds := time.perf_counter() - begun) < enough:
        step_world(world, drawn[passed % len(drawn)])
        passed += 1
    return f"{passed * world.copies / seconds:,.0f} creature-ticks per second, in {world.copies} copies"


_CHECKS: dict[str, Callable[[Subject, int], str]] = {
    "gymnasium": _check_gymnasium,
    "numbers": _check_numbers,
    "brain": _check_brain,
    "twins": _check_twins,
    "seeds": _check_seeds,
    "copies": _check_copies,
    "state": _check_state,
    "pickle": _check_pickle,
    "pictures": _check_pictures,
    "speed": _measure_speed,
}
