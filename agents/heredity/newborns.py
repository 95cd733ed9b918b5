"""Newborns: what those are given who are born into the rows of a population."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from agents.brain import Brain
from agents.heredity.expression import Expression
from agents.heredity.genome import Births, Genome, Values
from agents.heredity.reward_weights import RewardWeights
from agents.heredity.weights import BornWeights
from alife.core.heredity import Heredity
from alife.core.world import Lives, Outcome, State


class Newborns:
    """Gives newborns genes and weights as `heredity` says, and nothing besides that was learned or decided.

    The n-th newborn of a row, n = 1, 2, ..., draws what it draws for row and n, so it is the same whatever else has
    happened; the first creatures are those of n = 0.

    Args:
        heredity: what a child has from its parents.
        name: of the species.
        brain: of its creatures.
        causes: of the world.
        seed: of the run.

    Raises:
        ConfigError: the brain cannot take a gene, in words that begin with `heredity`.
    """

    def __init__(self, heredity: Heredity, name: str, brain: Brain, causes: Sequence[str], seed: int) -> None:
        rows = brain.layers[-1].rows
        self._brain, self._everybody = brain, np.arange(rows)
        self._births = np.zeros(rows, np.int64)  # in each row so far
        self._expression = Expression(heredity, brain)
        self._rewards = RewardWeights(heredity, causes, rows)
        self._genome = Genome(heredity.by_name(), self._expression.plan, name, rows, seed)
        self._weights = BornWeights(heredity, name, brain, seed)
        if self.genes:
            self._express(self._everybody)
            brain.begin_lives(self._everybody)

    @property
    def genes(self) -> Mapping[str, Values]:
        """The genes by name, (rows,) each; the same arrays at every tick."""
        return self._genome.values

    def begin(self, lives: Lives) -> None:
        """Begin the lives that begin with a tick."""
        born = lives.born
        self._births[born] += 1
        partners = np.full(len(born), -1) if lives.partners is None else lives.partners
        births = Births(born, self._births[born] * len(self._everybody) + born, lives.parents, partners)
        self._genome.begin_lives(births)
        self._express(born)
        self._brain.begin_lives(born)
        self._weights.begin_lives(births, self._births)

    def _express(self, rows: Any) -> None:
        self._expression.write(rows, self.genes)
        self._rewards.write(rows, self.genes)

    def change_mutation(self, mutation: float) -> None:
        """Let the weights of those born from now on differ so much from those that they inherit."""
        self._weights.mutation = mutation

    def weigh_rewards(self, outcome: Outcome) -> Outcome:
        """Return an outcome with its rewards as they are to each creature."""
        return self._rewards.weigh(outcome)

    def update_causes(self, causes: Sequence[str]) -> None:
        """Take the causes of a world that takes the place of another."""
        self._rewards.update_causes(causes)
        self._rewards.write(self._everybody, self.genes)

    def state_dict(self) -> State:
        """Return all there is to remember."""
        return {
            "births": self._births.copy(),
            "weights": self._weights.state_dict(),
            "genes": self._genome.state_dict(),
        }

    def load_state_dict(self, state: Any) -> None:
        """Take on a state that `state_dict` returned."""
        self._births[...] = state["births"]
        self._weights.load_state_dict(state["weights"])
        self._genome.load_state_dict(state["genes"])
        self._express(self._everybody)
