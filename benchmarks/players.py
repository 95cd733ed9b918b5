"""What the players written by hand reach in each world: the figures that learners are held against.

python -m benchmarks.players [--ticks N]
"""

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.body import Body
from alife.core.world import Outcome, World
from worlds import forage, lantern, reversal
from worlds.forage import Forage
from worlds.lantern import Lantern
from worlds.reversal import Reversal

COPIES = 24
SPECIES: dict[str, tuple[Body, int]] = {"player": (Body(), 1)}
Policy = Callable[[Outcome], NDArray[np.int64]]


def by_sight(player: Callable[[Any, np.random.Generator], NDArray[np.int64]]) -> Policy:
    """Return a policy that acts on what is sensed alone."""
    random = np.random.default_rng(0)
    return lambda outcome: player(outcome.observations, random)


def with_memory() -> Policy:
    """Return a policy that remembers what paid."""
    player = reversal.Player(COPIES)
    return lambda outcome: player(outcome.observations, outcome.rewards)


PLAYERS: dict[str, tuple[Callable[[], World], Callable[[], Policy]]] = {
    "forage greedy": (lambda: Forage(SPECIES, copies=COPIES), lambda: by_sight(forage.greedy_player)),
    "forage better": (lambda: Forage(SPECIES, copies=COPIES), lambda: by_sight(forage.player)),
    "thin greedy": (lambda: Forage(SPECIES, copies=COPIES, food=3, poison=3), lambda: by_sight(forage.greedy_player)),
    "thin better": (lambda: Forage(SPECIES, copies=COPIES, food=3, poison=3), lambda: by_sight(forage.player)),
    "lantern greedy": (lambda: Lantern(SPECIES, copies=COPIES), lambda: by_sight(lantern.greedy_player)),
    "lantern better": (lambda: Lantern(SPECIES, copies=COPIES), lambda: by_sight(lantern.player)),
    "reversal better": (lambda: Reversal(SPECIES, copies=COPIES), with_memory),
}


def player_reward(name: str, ticks: int) -> float:
    """Return the reward per 100 ticks of one player."""
    make_world, make_policy = PLAYERS[name]
    world, policy, total = make_world(), make_policy(), 0.0
    outcome = world.reset(0)["player"]
    for _ in range(ticks):
        outcome = world.step({"player": policy(outcome)})["player"]
        total += float(outcome.rewards.sum())
    return 100.0 * total / (ticks * COPIES)


def main() -> None:
    """Print a line for each player."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=20_000)
    options = parser.parse_args()
    for name in PLAYERS:
        print(f"{name:<16}{player_reward(name, options.ticks):6.2f}", flush=True)


if __name__ == "__main__":
    main()
