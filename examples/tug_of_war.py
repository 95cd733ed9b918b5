"""Tug of war: two teams hold a heavy ball, which goes to the side of those who are more, until it is over a line."""

import numpy as np
from numpy.typing import NDArray

from alife.core.types import Count, Positive
from alife.place import Contacts, Draws, Place, Things


class TugOfWar(Place):
    """A creature that touches the ball pulls it to the side of its team: `west` to the left, `east` to the right."""

    size = 12.0
    wraps = False
    pull: Positive = 0.02  # how far the ball goes in a tick for each who is one more
    patience: Count = 1000
    things = (
        Things("gold ball", at=[(6, 6)], radius=0.8, solid=True, regrows="here"),
        Things("white post", at=[(2, 0), (2, 12), (10, 0), (10, 12)], radius=0.15, regrows="here"),
    )
    memories = {"pull": 0, "mark": 0}
    causes = ("gained ground", "lost ground", "won", "lost")

    def _sides(self) -> NDArray[np.int64]:
        """Return -1 for each creature of a copy that is of the west, 1 for those of the east."""
        teams = {name: -1 if name == "west" else 1 for name in self.species}  # in the order of a copy's creatures
        return np.concatenate([np.full(self.group_of(name).headings.shape[1], side) for name, side in teams.items()])

    def on_touch(self, contacts: Contacts) -> None:
        """Add the pulls of all creatures at the ball."""
        pulls = contacts.of_role("gold ball")
        np.add.at(self.memory["pull"], contacts.copies[pulls], self._sides()[contacts.creatures[pulls]])

    def _reward(self, gains: NDArray[np.float64], good: str, bad: str) -> None:
        """Reward one team and punish the other; gains (copies,) are the east's."""
        reward = gains[:, None] * self._sides()
        for cause, which in ((good, reward > 0), (bad, reward < 0)):
            copies, creatures = np.nonzero(which)
            self.give_reward(copies, creatures, reward[which], cause)

    def on_tick(self, random: Draws) -> None:
        """Move the ball, and reward each world unit and the line."""
        places = self.group_of("gold ball").positions[:, 0, 0]
        places += self.pull * self.memory["pull"]
        self.memory["pull"][:] = 0
        line = np.rint(places - 6.0).astype(int)
        self._reward(0.2 * (line - self.memory["mark"]), "gained ground", "lost ground")
        self.memory["mark"][:] = line
        won = np.where(np.abs(places - 6.0) >= 4.0, np.sign(line), 0)
        self._reward(won.astype(float), "won", "lost")
        self.annotate(np.flatnonzero(won < 0), "west wins")
        self.annotate(np.flatnonzero(won > 0), "east wins")
        self.end_episodes(np.flatnonzero(won))
        self.end_episodes(np.flatnonzero(self.age >= self.patience), truncated=True)


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Go to the ball and hold it; wander where it is not seen."""
    ball = observations[:, :8]
    sector = np.where(ball.any(1), ball.argmax(1), random.choice([0, 0, 0, 0, 7], len(ball)))
    return np.where(sector == 0, 1, np.where(sector <= 4, 0, 2))
