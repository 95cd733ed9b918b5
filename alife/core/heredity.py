"""Heredity, the contract of what a child has from its parents, and of what differs between creatures from birth on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from annotated_types import Ge

from alife.core.errors import ConfigError
from alife.core.types import NonNegative

Inherit = Literal["nothing", "birth_weights", "learned_weights"]

LearningGene = Literal["learning_rate", "trace_decay", "entropy", "discount", "critic_learning_rate"]
NeuronGene = Literal["decay", "threshold"]
BodyGene = Literal["range", "step", "size", "basal"]
GeneName = Literal[LearningGene, NeuronGene, BodyGene, "neutral"]

LEARNING_GENES: tuple[str, ...] = get_args(LearningGene)
"""Hyper-parameters of a rule."""
NEURON_GENES: tuple[str, ...] = get_args(NeuronGene)
"""One number for all hidden neurons of a creature."""
BODY_GENES: tuple[str, ...] = get_args(BodyGene)
"""Factors on the plan of a body; a world names those that it knows, see World.traits."""
REWARD_WEIGHT = "reward_weight."
"""In front of a cause, the name of the gene that says what such an event is worth to a creature."""

GENES: Mapping[str, str] = {
    "learning_rate": "the learning rate of the rule, in place of its own.",
    "trace_decay": "the trace decay of the rule, in place of its own.",
    "entropy": "the strength of the entropy bonus, in place of the rule's own.",
    "discount": "the discount of the rule, in place of its own.",
    "critic_learning_rate": "the learning rate of the critic, in place of the rule's own.",
    "decay": "the membrane decay of all hidden neurons.",
    "threshold": "the threshold of all hidden neurons.",
    "range": "how far the senses reach, as a share of what the plan of the body says.",
    "step": "how far the motor moves the body, as a share of what its plan says.",
    "size": "the radius of the body, as a share of what its plan says.",
    "basal": "what a tick costs, as a factor on what the metabolism says.",
    "neutral": "nothing: a gene that drifts, to compare others with.",
}
"""What each gene is."""

_TINY = 1e-6  # the least that must be more than nothing
GENE_BOUNDS: Mapping[str, tuple[float, float]] = {
    "learning_rate": (_TINY, 10.0),
    "critic_learning_rate": (_TINY, 10.0),
    "trace_decay": (0.0, 1.0),
    "discount": (0.0, 1.0),
    "entropy": (0.0, 1e6),
    "decay": (_TINY, 1.0 - _TINY),
    "threshold": (1e-3, 1e3),
    **dict.fromkeys(("range", "step", "size"), (1e-3, 1.0)),  # the plan is the largest body
    "basal": (0.0, 1e3),
}
"""Between which numbers the range of a gene may lie."""

_WIDEST = 1e6  # of a gene without bounds of its own


@dataclass(frozen=True)
class Gene:
    """One number of each creature, which its children have from it, changed a little.

    A gene g of a parent becomes, with z ~ N(0, 1) drawn for the child, and reflected at both ends of the range:

        log g + spread z      where low is more than 0: steps are shares of g
        g + spread z          elsewhere

    Args:
        low, high: the range.
        spread: how far a child's gene is from its parent's; 0 makes clones.
        start: of the first creatures, and of whoever is born without a parent: a number, or two between which it is
            drawn uniformly. Left out, it is what the creatures' own plan says.
    """

    low: float
    high: float
    spread: NonNegative
    start: float | tuple[float, float] | None = None

    def faults(self, bounds: tuple[float, float]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with it: the key, and a sentence."""
        least, most = bounds
        if not least <= self.low <= most:
            yield "low", f"must be from {least:g} to {most:g}, got {self.low:g}"
        if not self.low < self.high <= most:
            yield "high", f"must be above low, {self.low:g}, and {most:g} at most, got {self.high:g}"
        first, last = self.start if isinstance(self.start, tuple) else (self.start, self.start)
        if first is not None and last is not None and not self.low <= first <= last <= self.high:
            got = f"{first:g}" if first == last else f"[{first:g}, {last:g}]"
            yield "start", f"must lie between low and high, {self.low:g} and {self.high:g}, ascending, got {got}"


@dataclass(frozen=True)
class Heredity:
    """What a child has from its parents, and what differs between creatures from birth on.

    With two parents a child has each gene from one of them, and all weights into a neuron from one of them, drawn anew
    each time; then both mutate.

    Args:
        inherit: whose brain a child has: "nothing", one of its own, drawn anew; "birth_weights", that which its parent
            was born with; "learned_weights", that which its parent has by now.
        mutation: the standard deviation of what is added to each weight that is inherited, as a share of how much the
            weights of its layer differ at birth; where they begin at zero, of 1 / sqrt(inputs).
        genes: by name, what varies.
        reward_weights: by cause, the gene that says what an event is worth to a creature, as a factor on its reward.
            Energy is not touched by it. Left out, 1.

    Raises:
        ConfigError: there is no such way to inherit, or a range is none.
    """

    inherit: Inherit = "nothing"
    mutation: Annotated[float, Ge(0)] = 0.0
    genes: Mapping[GeneName, Gene] = field(default_factory=dict)
    reward_weights: Mapping[str, Gene] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.inherit not in get_args(Inherit):
            raise ConfigError(f"heredity: inherit must be one of {', '.join(get_args(Inherit))}, got {self.inherit!r}")
        if faults := [
            f"heredity.{where}.{key}: {sentence}"
            for where, name, gene in self._all()
            for key, sentence in gene.faults(GENE_BOUNDS.get(name, (-_WIDEST, _WIDEST)))
        ]:
            raise ConfigError(faults)

    def _all(self) -> Iterator[tuple[str, str, Gene]]:
        """Yield where each gene is written, its name and the gene."""
        for name, gene in self.genes.items():
            yield f"genes.{name}", name, gene
        for cause, gene in self.reward_weights.items():
            yield f"reward_weights.{cause}", f"{REWARD_WEIGHT}{cause}", gene

    def by_name(self) -> dict[str, Gene]:
        """Return all genes; what an event is worth is called reward_weight.CAUSE."""
        return {name: gene for _, name, gene in self._all()}

    def path(self, name: str) -> str:
        """Return where in a section a gene is written."""
        return next(f"heredity.{where}" for where, each, _ in self._all() if each == name)
