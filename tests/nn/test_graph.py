"""Layers in any wiring without cycles."""

import copy
from typing import Any

import pytest
import torch
from torch import Tensor

from alife.nn import LI, LIF, LIS, Graph, Sequential
from tests.errors import naming
from tests.nn.cases import random


def _graph(rows: tuple[int, ...] = ()) -> Graph:
    """Return a graph with two inputs, two outputs and a skip, its nodes given in no order."""
    generator = torch.Generator().manual_seed(0)
    graph = Graph(
        {"eye": 4, "ear": 2},
        {
            "choice": (LIS(10, 3, rows=rows), ["hidden", "eye"]),
            "hidden": (Sequential(LIF(6, 6, rows=rows, generator=generator)), ["eye", "ear"]),
            "value": (LI(6, 1, rows=rows), ["hidden"]),
        },
        ["choice", "value"],
    )
    with torch.no_grad():
        for layer in graph.layers:
            layer.weight.copy_(0.2 + 0.5 * random(*layer.weight.shape))
    return graph


def _inputs(rows: tuple[int, ...] = (), seed: int = 0) -> dict[str, Tensor]:
    return {"eye": random(*rows, 4, seed=seed), "ear": random(*rows, 2, seed=seed + 100)}


def _ticks(graph: Graph, count: int, rows: tuple[int, ...] = (), start: int = 0) -> list[dict[str, Tensor]]:
    return [graph(_inputs(rows, seed)) for seed in range(start, start + count)]


def test_a_tick_goes_along_every_edge() -> None:
    """Each node takes what it names, in that order, at the same tick."""
    graph = _graph(rows=(2,))
    choice, hidden, value = (copy.deepcopy(layer) for layer in graph.layers)
    for seed in range(20):
        x = _inputs((2,), seed)
        spikes = hidden(torch.cat([x["eye"], x["ear"]], -1))
        wanted = {"choice": choice(torch.cat([spikes, x["eye"]], -1)), "value": value(spikes)}
        seen = graph(x)

        assert list(seen) == ["choice", "value"]
        assert all(torch.equal(wanted[name], seen[name]) for name in wanted)
    assert torch.equal(graph.mean_output()["value"], value.mean_output())


def test_signals_may_come_at_some_outputs_only() -> None:
    """A node that no signal reaches learns nothing; the others learn as if it were missing."""
    graph = _graph()
    _ticks(graph, 10)
    choice, hidden, value = graph.layers
    signal_below = graph.backward({"value": torch.ones(1)})

    assert choice.weight.grad is None
    assert value.weight.grad is not None
    assert hidden.weight.grad is not None
    assert {name: tuple(signal.shape) for name, signal in signal_below.items()} == {"eye": (4,), "ear": (2,)}
    assert graph.backward({}) == {}


def test_signals_add_up() -> None:
    """The signal at an input is the sum of those that each output alone would send."""
    graph = _graph()
    _ticks(graph, 10)
    choice, value = random(3), torch.ones(1)
    both = graph.backward({"choice": choice, "value": value})
    alone = [graph.backward({"choice": choice}), graph.backward({"value": value})]

    for name in both:
        torch.testing.assert_close(both[name], alone[0][name] + alone[1][name])


def test_a_chain_is_a_sequential() -> None:
    """Without branches it does and learns what Sequential does."""
    layers = [LIF(4, 8), LIF(8, 6), LIS(6, 3)]
    row = Sequential(*(copy.deepcopy(layer) for layer in layers))
    graph = Graph({"in": 4}, {"a": (layers[0], ["in"]), "b": (layers[1], ["a"]), "c": (layers[2], ["b"])}, ["c"])
    for x in random(10, 4):
        assert torch.equal(row(x), graph({"in": x})["c"])
    assert torch.equal(row.backward(random(3)), graph.backward({"c": random(3)})["in"])


def test_zero_states_reaches_every_node() -> None:
    """All layers forget, in the given rows only."""
    graph = _graph(rows=(2,))
    _ticks(graph, 5, (2,))
    graph.zero_states([1])

    assert all(layer.membrane[0].any() and not layer.membrane[1].any() for layer in graph.layers)


def test_a_state_dict_holds_the_whole_graph() -> None:
    """A graph that takes on another's state goes on exactly as that one; so does a copy."""
    first, second = _graph(), _graph()
    _ticks(first, 10)
    second.load_state_dict(first.state_dict())
    third = copy.deepcopy(first)
    outputs = [
        torch.stack([tick["choice"] for tick in _ticks(graph, 20, start=10)]) for graph in (first, second, third)
    ]

    assert torch.equal(outputs[0], outputs[1])
    assert torch.equal(outputs[0], outputs[2])


_SAME = LIF(4, 4)
WRONG: list[tuple[dict[str, tuple[Any, list[str]]], list[str], str]] = [
    ({}, ["a"], "Graph ... one node and one output or more"),
    ({"a": (LIF(4, 8), ["in"])}, [], "Graph ... one node and one output or more"),
    ({"in": (LIF(4, 8), ["in"])}, ["in"], "'in' is the name of an input and of a node"),
    ({"a": (LIF(4, 8), [])}, ["a"], "node 'a' ... nothing"),
    ({"a": (LIF(4, 8), ["eye"])}, ["a"], "node 'a' ... 'eye' ... a, in"),
    ({"a": (LIF(4, 8), ["in"])}, ["in"], "output 'in' is no node ... a"),
    ({"a": (LIF(5, 8), ["in"])}, ["a"], "node 'a' ... 5 numbers ... 4"),
    (
        {"a": (LIF(4, 8), ["in"]), "b": (LIF(8, 2), ["in", "a"])},
        ["b"],
        "node 'b' ... 8 numbers ... 4 + a 8",
    ),
    ({"a": (LIF(4, 8), ["in"]), "b": (LIF(8, 2, rows=(3,)), ["a"])}, ["b"], "node 'b' ... (3,), 'a' ... ()"),
    ({"a": (LIF(4, 4), ["b"]), "b": (LIF(4, 4), ["a"])}, ["b"], "form a cycle"),
    ({"a": (LIF(4, 4), ["a"])}, ["a"], "the nodes a -> a form a cycle"),
    ({"a": (_SAME, ["in"]), "b": (_SAME, ["a"])}, ["b"], "a layer stands in one place only"),
    ({"a.b": (LIF(4, 4), ["in"])}, ["a.b"], "a node cannot have this name"),
    ({"keys": (LIF(4, 4), ["in"])}, ["keys"], "a node cannot have this name"),
]


@pytest.mark.parametrize(("nodes", "outputs", "words"), WRONG)
def test_a_wiring_that_cannot_be_is_refused(
    nodes: dict[str, tuple[Any, list[str]]], outputs: list[str], words: str
) -> None:
    """One sentence names the node and what is wrong with it."""
    with pytest.raises(ValueError, match=naming(words)):
        Graph({"in": 4}, nodes, outputs)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Graph ... the inputs none ... eye, ear"),
        ({"eye": 4}, "Graph ... the inputs eye ... eye, ear"),
        ({"eye": 4, "ear": 2, "nose": 1}, "Graph ... the inputs eye, ear, nose ... eye, ear"),
        ({"eye": 3, "ear": 3}, "Graph ... the input 'eye' of shape (3,) ... (4,)"),
    ],
)
def test_wrong_inputs_are_refused(given: dict[str, int], words: str) -> None:
    """Every input is there, with its own width, even where the widths add up."""
    with pytest.raises(ValueError, match=naming(words)):
        _graph()({name: torch.zeros(width) for name, width in given.items()})


def test_a_signal_for_nobody_is_refused() -> None:
    """Signals go to nodes."""
    with pytest.raises(ValueError, match=r"'eye'.*choice, hidden, value"):
        _graph().backward({"eye": torch.zeros(4)})
