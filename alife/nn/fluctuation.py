"""Weights with which a layer fires from the first tick on: neither silent nor at every tick."""

import torch

from alife.nn.layers.spiking import Spiking


@torch.no_grad()
def fluctuation_driven_(
    layer: Spiking,
    input_rate: float,
    firing_rate: float = 0.1,
    spread: float = 0.5,
    generator: torch.Generator | None = None,
) -> Spiking:
    """Draw the weights of a layer so that its neurons spike about so often, by the fluctuations of their input.

    For n inputs that spike with probability r, decay d, threshold th and the wanted rate f, mean m and
    standard deviation s of the current at one tick:

        m = th (f + (1 - d) / 2)          carries the wanted rate (see alife.nn.mean_spikes)
        s = spread th sqrt(1 - d^2)       moves the membrane by `spread` thresholds

        W = m / (n r) + s / sqrt(n r (1 - r)) N(0, 1)      each neuron's deviations adding up to zero

    Deviations that add up to zero leave no neuron with a mean current of its own, which in slow membranes would
    silence half of them.

    Source: after Rossbroich, Gygax and Zenke, fluctuation-driven initialisation (2022), whose mean does not
    carry the rate: a membrane of decay .99 is too slow to spike often by fluctuations alone.

    Args:
        layer: whose weights are drawn.
        input_rate: r, the share of ticks at which an input spikes, in (0, 1).
        firing_rate: f, spikes per tick, in (0, 1).
        spread: of the membrane, in thresholds.
        generator: draws the weights; torch's own when omitted.

    Raises:
        TypeError: the layer does not spike.
        ValueError: a rate is not between 0 and 1, the spread is below 0, or signs are fixed by `dale`.
    """
    if not isinstance(layer, Spiking):
        raise TypeError(f"fluctuation_driven_ takes a layer that spikes, {type(layer).__name__} does not")
    for name, rate in (("input_rate", input_rate), ("firing_rate", firing_rate)):
        if not 0.0 < rate < 1.0:
            raise ValueError(f"{name} must be greater than 0 and less than 1, got {rate:g}")
    if spread < 0.0:
        raise ValueError(f"spread must be 0 or more, got {spread:g}")
    if layer.signs is not None:
        raise ValueError(f"{type(layer).__name__} has signs fixed by dale; these weights need both signs")
    mask = torch.ones_like(layer.weight) if layer.mask is None else layer.mask.expand_as(layer.weight)
    count = mask.sum(-1, keepdim=True).clamp_min(1.0)  # n
    deviations = torch.empty_like(layer.weight).normal_(generator=generator) * mask
    deviations -= deviations.sum(-1, keepdim=True) / count * mask
    *before, decay = layer.decays
    scale = layer.threshold
    for synaptic in before:  # a synapse with a memory of its own passes on 1 / (1 - p) times what it takes in
        scale = scale * (1.0 - synaptic)
    mean = (scale * (firing_rate + (1.0 - decay) / 2.0)).unsqueeze(-1)
    deviation = (scale * spread * (1.0 - decay**2).sqrt()).unsqueeze(-1)
    drawn = mask * mean / (count * input_rate)
    drawn += deviations * deviation / (count * input_rate * (1.0 - input_rate)).sqrt()
    layer.weight.copy_(drawn)
    return layer
