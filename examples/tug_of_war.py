"""Tug of war: two teams hold a heavy ball, which goes to the side of those who are more, until it is over a line."""

import numpy as np
from numpy.typing import NDArray

from alife.core.types import Count, Positive
from alife.place import Contacts, Draws, Place, Things


class TugOfWar(Place):
    """Who touches the ball pulls it to the side of its team: `west` to the left, `east` to the right."""

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
        return np.concatenate([np.full(self.of(name).headings.shape[1], side) for name, side in teams.items()])

    def on_touch(self, contacts: Contacts) -> None:
        """Let all pull who hold the ball."""
        held = contacts.of("gold ball")
        np.add.at(self.memory["pull"], contacts.copies[held], self._sides()[contacts.creatures[held]])

    def _reward(self, gains: NDArray[np.float64], good: str, bad: str) -> None:
        """Give one team what the other loses; gains (copies,) are the east's."""
        reward = gains[:, None] * self._sides()
        for cause, which in ((good, reward > 0), (bad, reward < 0)):
            copies, creatures = np.nonzero(which)
            self.give(copies, creatures, reward[which], cause)

    def tick(self, random: Draws) -> None:
        """Move the ball; a mark on the ground counts, and so does the line."""
        places = self.of("gold ball").positions[:, 0, 0]
        places += self.pull * self.memory["pull"]
        self.memory["pull"][:] = 0
        marks = np.rint(places - 6.0).astype(int)
        self._reward(0.2 * (marks - self.memory["mark"]), "gained ground", "lost ground")
        self.memory["mark"][:] = marks
        won = np.where(np.abs(places - 6.0) >= 4.0, np.sign(marks), 0)
        self._reward(won.astype(float), "won", "lost")
        self.say(np.flatnonzero(won < 0), "west wins")
        self.say(np.flatnonzero(won > 0), "east wins")
        self.end(np.flatnonzero(won))
        self.end(np.flatnonzero(self.age >= self.patience), truncated=True)


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Go to the ball and hold it; wander where it is not seen."""
    ball = observations[:, :8]
    sector = np.where(ball.any(1), ball.argmax(1), random.choice([0, 0, 0, 0, 7], len(ball)))
    return np.where(sector == 0, 1, np.where(sector <= 4, 0, 2))
