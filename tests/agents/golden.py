"""Scenarios with recorded values: brains that are told what they sense, do and get, in double precision.

The values are those of an independent implementation, of numpy on torch, at the commit before this one took its place.
An array of a scenario is either what it began with (`w0` the weights, `mask0` ...) or what came of it (`W0`, `g0` ...),
its weights and gradients as (rows, size, inputs).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.actor_critic import ActorCritic
from agents.brain import Brain
from agents.layer import Layer
from agents.triggers.reward import Reward
from alife.config.resolve import Family, resolve
from alife.core.brain import Neuron, Optimizer, Rule, Trigger
from alife.core.random import Stream

Scenario = dict[str, Any]
Arrays = dict[str, NDArray[Any]]

FOLDER = Path(__file__).parent / "golden"
SCENARIOS: list[Scenario] = json.loads((FOLDER / "golden.json").read_text())

_CONTRACTS = {"neurons": Neuron, "readouts": Neuron, "rules": Rule, "optimizers": Optimizer, "triggers": Trigger}
_FAMILIES = {
    name: Family(name, f"agents.{name}", f"alife.core.brain:{base.__name__}") for name, base in _CONTRACTS.items()
}
_SHARED = ("x", "action", "reward", "terminated", "truncated")
_BEGINNING = ("w", "r", "mask", "signs", "delays")


def arrays_of(scenario: Scenario) -> Arrays:
    """Return what is recorded of a scenario, and what happens to every brain with such a readout."""
    with np.load(FOLDER / "golden.npz") as recorded:
        own, shared = f"{scenario['name']}/", f"shared_{scenario['readout']['kind']}/"
        return {name.partition("/")[2]: recorded[name] for name in recorded if name.startswith((own, shared))}


def _build(family: str, given: Mapping[str, Any]) -> Any:
    parameters = {name: value for name, value in given.items() if name != "kind"}
    for name in ("optimizer", "trigger"):
        if name in parameters:
            parameters[name] = _build(f"{name}s", parameters[name])
    return resolve(_FAMILIES[family], given["kind"])(**parameters)


def layers_of(scenario: Scenario, arrays: Arrays, rule: ActorCritic | None) -> list[Layer]:
    """Return the layers with the weights and the wiring that a scenario begins with."""
    layers, inputs = [], scenario["inputs"]
    build_layer = Layer if rule is None else rule.build_layer
    for k, given in enumerate([*scenario["layers"], scenario["readout"]]):
        family = "readouts" if given is scenario["readout"] else "neurons"
        layer = build_layer(_neuron(family, given), inputs, scenario["rows"], np.random.default_rng(0), np.float64)
        if f"mask{k}" in arrays or f"signs{k}" in arrays:
            mask, signs, delays = layer.wiring
            layer.set_wiring(arrays.get(f"mask{k}", mask.T).T.copy(), arrays.get(f"signs{k}", signs), delays)
        layer.weight[...] = arrays[f"w{k}"].transpose(0, 2, 1)
        if f"r{k}" in arrays:
            layer.neurons.recurrent[...] = arrays[f"r{k}"].transpose(0, 2, 1)  # type: ignore[attr-defined]
        layer.rewire(np.arange(layer.rows))
        layers.append(layer)
        inputs = layer.size
    return layers


def _neuron(family: str, given: Mapping[str, Any]) -> Any:
    """Return the hyper-parameters; those of a layer with a mask or signs of its own have shares in their place."""
    shares = {name: 0.5 for name in ("connections", "dale") if isinstance(given.get(name), list)}
    return _build(family, {**given, **shares})


def live(scenario: Scenario, arrays: Arrays) -> Arrays:
    """Live through a scenario; return what came of it, under the names of the recorded arrays."""
    rule: ActorCritic | None = None
    if scenario["rule"]["kind"] != "none":
        rule = _build("rules", {"settle": 0.0, **scenario["rule"]})
        if isinstance(rule.trigger, Reward):
            rule = replace(rule, trigger=Reward(silence=1000))  # longer than any scenario
    layers = layers_of(scenario, arrays, rule)
    brain, rows = Brain(layers, rule, Stream(7, "learning of golden")), np.arange(scenario["rows"])
    learner, readout = brain.learner, layers[-1].neurons
    spikes = [np.zeros((layer.rows, layer.size)) for layer in layers[:-1]]
    told: dict[str, list[NDArray[Any]]] = {"output": [], "error": [], "learned": []}
    ended = np.zeros(scenario["rows"], bool)
    for x, action, reward, terminated, truncated in zip(*(arrays[name] for name in _SHARED), strict=True):
        brain.reset(np.flatnonzero(ended))
        brain.think(rows, x)
        ended = terminated | truncated
        brain.learn(rows, reward.copy(), terminated, (reward != 0.0) | ended, ended)
        told["output"].append(readout.output.copy())
        for total, layer in zip(spikes, layers[:-1], strict=True):
            total += layer.neurons.output
        if learner is not None:
            told["error"].append(learner.errors.copy())
            told["learned"].append(learner.learned.copy())
            readout.action[...] = action  # type: ignore[attr-defined]
            learner.record(rows)
        brain.count_tick()
    found = {name: np.array(ticks) for name, ticks in told.items() if ticks} | _learned(brain, rule, rows)
    for k, total in enumerate(spikes):
        found |= {f"spikes_{k}": total, f"before_{k}": layers[k].neurons.before}
    return found


def _learned(brain: Brain, rule: ActorCritic | None, rows: NDArray[np.int64]) -> Arrays:
    """Return the weights and the gradients after the last tick."""
    learner = brain.learner
    if learner is None or rule is None:
        return {}
    found = {f"W{k}": _turned(layer.weight) for k, layer in enumerate(brain.layers)}
    lowest = len(brain.layers) - 1 if rule.readout_only else 0
    for letter, accumulated in (("g", False), ("a", True)):
        if rule.accumulate or not accumulated:
            gradients = learner.traces.gradients(rows, accumulated)
            found |= {f"{letter}{k}": _turned(gradient) for k, gradient in enumerate(gradients, lowest)}
    return found | {"C": learner.critic.weight}


def _turned(weight: NDArray[Any]) -> NDArray[Any]:
    return weight.transpose(0, 2, 1)


def differences(found: Arrays, arrays: Arrays) -> dict[str, float]:
    """Return how far off each recorded array is, relative to max(1, |value|); infinite where it was not found."""
    expected = {name for name in arrays if name not in _SHARED and not name.startswith(_BEGINNING)}
    wrong = {name: float("inf") for name in expected ^ set(found)}
    for name in expected & set(found):
        value, recorded = found[name].astype(np.float64), arrays[name].astype(np.float64)
        wrong[name] = (
            float(np.max(np.abs(value - recorded) / np.maximum(1.0, np.abs(recorded))))
            if value.shape == recorded.shape
            else float("inf")
        )
    return wrong
