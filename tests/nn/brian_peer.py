"""The same network in Brian2: python brian_peer.py FILE reads weights, decays, thresholds and inputs, writes spikes.

It runs in an environment of its own, since the last Brian2 for Python 3.11 does not import with the numpy of the house.
"""

import sys
from typing import Any

import brian2
import numpy as np


def main(path: str) -> None:
    """Run the network; a spike reaches the next layer in the tick after."""
    given = np.load(path)
    inputs, layers = given["inputs"], len(given["decays"])
    brian2.prefs.codegen.target = "numpy"
    brian2.defaultclock.dt = dt = 1 * brian2.ms
    ticks, senders = np.nonzero(inputs)
    below: Any = brian2.SpikeGeneratorGroup(inputs.shape[1], senders, ticks * dt)
    parts, monitors = [below], []
    for k in range(layers):
        weight = given[f"weight{k}"]
        group = brian2.NeuronGroup(
            len(weight),
            "v : 1\ncurrent : 1\ndecay : 1 (shared, constant)\nlimit : 1 (shared, constant)",
            threshold="v >= limit",
            reset="v -= limit",
        )
        group.decay, group.limit = given["decays"][k], given["thresholds"][k]
        group.run_regularly("v = decay * v + current\ncurrent = 0", when="start")
        synapses = brian2.Synapses(below, group, "weight : 1", on_pre="current_post += weight")
        synapses.connect()
        synapses.weight = weight.T[np.asarray(synapses.i), np.asarray(synapses.j)]
        monitor = brian2.SpikeMonitor(group)
        parts += [group, synapses, monitor]
        monitors.append(monitor)
        below = group
    brian2.Network(*parts).run((len(inputs) + layers) * dt, namespace={})
    spikes = {}
    for k, monitor in enumerate(monitors):
        seen = np.zeros((len(inputs) + layers, len(given[f"weight{k}"])))
        seen[np.round(np.asarray(monitor.t / dt)).astype(int), np.asarray(monitor.i)] = 1.0
        spikes[f"spikes{k}"] = seen[k + 1 : k + 1 + len(inputs)]
    np.savez(path, **spikes)


if __name__ == "__main__":
    main(sys.argv[1])
