"""Expression: where in a brain each gene does what it says."""

from collections.abc import Mapping

from agents.brain import Brain
from agents.heredity.genome import Values
from alife.core.brain import Rows
from alife.core.errors import ConfigError
from alife.core.heredity import LEARNING_GENES, NEURON_GENES, Heredity

_KEPT = ("discount", "trace_decay")  # which the traces of a rule must be able to take


class Expression:
    """Writes the genes of learning and of neurons into a brain. Genes of bodies and neutral ones do nothing there.

    Args:
        heredity: which genes there are.
        brain: of all creatures.

    Raises:
        ConfigError: the brain has nothing of the kind that a gene says, in words that begin with `heredity`.
    """

    def __init__(self, heredity: Heredity, brain: Brain) -> None:
        genes = heredity.by_name()
        self._hidden, self._learner = brain.layers[:-1], brain.learner
        self._learning = [name for name in LEARNING_GENES if name in genes]
        self._neurons = [name for name in NEURON_GENES if name in genes]
        faults = {name: self._fault(name) for name in (*self._learning, *self._neurons)}
        self.plan = {name: value for name in genes if (value := self._plan(name)) is not None}
        faults |= {name: _start_fault(heredity, name, self.plan.get(name)) for name in genes if not faults.get(name)}
        if found := [f"{heredity.path(name)}: {fault}" for name, fault in faults.items() if fault]:
            raise ConfigError(found)

    def _fault(self, name: str) -> str | None:
        """Return why the brain cannot take a gene of learning or of neurons; None if it can."""
        if name in NEURON_GENES:
            if not self._hidden:
                return "there are no hidden neurons; leave the gene out, or give the brain layers"
            for layer in self._hidden:
                if layer.genes(name) is None:
                    return f"{layer.kind} neurons have no {name} of their own here, or learn it; leave the gene out"
        elif self._learner is None:
            return "nobody learns by the rule none; leave the gene out, or take another rule"
        elif name in _KEPT and self._learner.traces.keep_by_row is None:
            kind = type(self._learner.rule).__name__.lower()
            return f"the rule {kind} has one number for all creatures; leave the gene out, or take ring"
        return None

    def _plan(self, name: str) -> float | None:
        """Return what creatures have without a gene; None where that is no single number."""
        if name in LEARNING_GENES:
            return None if self._learner is None else float(getattr(self._learner.rule, name))
        if name in NEURON_GENES:
            values = {getattr(layer.neuron, name, None) for layer in self._hidden}
            value = values.pop() if len(values) == 1 else None
            return float(value) if isinstance(value, int | float) else None
        return 1.0  # a factor

    def write(self, rows: Rows, genes: Mapping[str, Values]) -> None:
        """Let those be what their genes say who are born next into these rows, genes (all rows,) each."""
        if self._learning and self._learner is not None:
            rule = self._learner.rule
            numbers = {name: genes[name][rows] if name in genes else getattr(rule, name) for name in LEARNING_GENES}
            self._learner.set_numbers(rows, **numbers)
        for name in self._neurons:
            for layer in self._hidden:
                layer.set_genes(name, rows, genes[name][rows])


def _start_fault(heredity: Heredity, name: str, plan: float | None) -> str | None:
    """Return what is wrong with a gene that begins as its plan says; None where nothing is."""
    gene = heredity.by_name()[name]
    if gene.start is not None:
        return None
    if plan is None:
        return "the layers have several numbers; say at which one the gene starts, start: ..."
    if not gene.low <= plan <= gene.high:
        return f"its plan, {plan:g}, is not between low and high, {gene.low:g} and {gene.high:g}; say where it starts"
    return None
