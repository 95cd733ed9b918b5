"""The sums over synapses and traces that layers and rules share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel


@kernel
def currents(rows: Rows, synapses: Floats, signal: Floats, current: Floats) -> None:
    """current_j = sum_i x_i W_ij."""
    for r in rows:
        into, own = current[r], synapses[r]
        into[:] = 0.0
        for i in range(signal.shape[1]):
            x = signal[r, i]
            if x != 0.0:
                for j in range(into.size):
                    into[j] += x * own[i, j]


@kernel
def arrive(rows: Rows, tick: int, delays: NDArray[Any], signal: Floats, under_way: Floats, arrived: Floats) -> None:
    """Put a signal on its way in a ring over the ticks, and take out what arrives: x_i of delays_i ticks ago."""
    places = under_way.shape[1]
    for r in rows:
        for i in range(delays.size):
            under_way[r, tick % places, i] = signal[r, i]
            arrived[r, i] = under_way[r, (tick - delays[i]) % places, i]


@kernel
def wire(rows: Rows, weight: Floats, signs: Floats, mask: Floats, synapses: Floats) -> None:
    """synapse = |weight| * sign * mask, or weight * mask where the sign is free."""
    for r in rows:
        for i in range(weight.shape[1]):
            for j in range(weight.shape[2]):
                strength = abs(weight[r, i, j]) * signs[i] if signs[i] != 0.0 else weight[r, i, j]
                synapses[r, i, j] = strength * mask[i, j]


@kernel
def wire_gradient(rows: Rows, weight: Floats, signs: Floats, mask: Floats, gradient: Floats) -> None:
    """d synapse / d weight; |weight| has the slope -1 below zero, else 1, so that a weight can leave zero."""
    for n in range(rows.size):
        r = rows[n]
        for i in range(weight.shape[1]):
            for j in range(weight.shape[2]):
                slope = mask[i, j]
                if signs[i] != 0.0:
                    slope *= signs[i]
                    if weight[r, i, j] < 0.0:
                        slope = -slope
                gradient[n, i, j] *= slope


@kernel
def clamp(rows: Rows, clamped: NDArray[np.int8], output: Floats) -> None:
    """z = 0 or 1 where a neuron is clamped to it, whatever its membrane does."""
    for r in rows:
        for j in range(output.shape[1]):
            if clamped[r, j] >= 0:
                output[r, j] = clamped[r, j]


@kernel
def count_spikes(rows: Rows, spikes: Floats, counts: Floats) -> None:
    """count += sum_j z_j."""
    for r in rows:
        for j in range(spikes.shape[1]):
            counts[r] += spikes[r, j]


@kernel
def pass_through(signal: Floats, decays: Floats, filtered: Floats) -> None:
    """F_p <- d_p F_p + F_(p-1), F_(-1) the signal: one leaky pass after another.

    Args:
        signal: (inputs,).
        decays: (passes, groups), of each group of neurons.
        filtered: (passes, groups * inputs), moved in place.
    """
    passes, groups = decays.shape
    inputs = signal.size
    for g in range(groups):
        first = g * inputs
        for i in range(inputs):
            filtered[0, first + i] = decays[0, g] * filtered[0, first + i] + signal[i]
        for p in range(1, passes):
            for i in range(first, first + inputs):
                filtered[p, i] = decays[p, g] * filtered[p, i] + filtered[p - 1, i]


@kernel
def accumulate(
    rows: Rows,
    errors: Floats,
    one: Floats,
    sum_one: Floats,
    two: Floats,
    sum_two: Floats,
    three: Floats,
    sum_three: Floats,
) -> None:
    """Add TD error times eligibility to what was accumulated, of three kinds of it, (all rows, numbers) each."""
    for r in rows:
        if errors[r] != 0.0:
            add_scaled(errors[r], one[r], sum_one[r])
            add_scaled(errors[r], two[r], sum_two[r])
            add_scaled(errors[r], three[r], sum_three[r])


@kernel
def add_scaled(factor: float, numbers: Floats, total: Floats) -> None:
    """Add a multiple of some numbers to a total, both of one row."""
    for k in range(total.size):
        total[k] += factor * numbers[k]


@kernel
def clear_rows(rows: Rows, one: Floats, two: Floats, three: Floats) -> None:
    """Set these rows of three arrays to zero, (all rows, numbers) each."""
    for r in rows:
        one[r] = 0.0
        two[r] = 0.0
        three[r] = 0.0


@kernel
def take_rewards(
    given: Floats,
    event_rows: Rows,
    event_values: Floats,
    terminated: Any,
    truncated: Any,
    rewards: Floats,
    rewarded: Any,
    ended: Any,
    most: float,
) -> tuple[bool, bool]:
    """Write what each row was given, whether it was given something or ended, and whether it ended.

    Return whether any row has ended, and whether any was given more than the most that may be learned from.
    """
    any_ended, too_much = False, False
    for r in range(given.size):
        rewards[r] = given[r]
        too_much |= not abs(given[r]) <= most
        ended[r] = terminated[r] or truncated[r]
        rewarded[r] = ended[r]
        any_ended |= ended[r]
    for n in range(event_rows.size):
        if event_values[n] != 0.0:
            rewarded[event_rows[n]] = True
    return any_ended, too_much


@kernel
def note_surprises(learned: Any, told: Any, surprised: Any) -> None:
    """Mark the rows that have learned without being told anything."""
    for r in range(learned.size):
        surprised[r] = learned[r] and not told[r]


@kernel
def add_outer(keep: float, gate: Floats, signal: Floats, trace: Floats) -> None:
    """G_ai <- keep G_ai + gate_a F_i."""
    for a in range(gate.size):
        for i in range(signal.size):
            trace[a, i] = keep * trace[a, i] + gate[a] * signal[i]


@kernel
def note_beyond(rows: Rows, numbers: Floats, limit: float, beyond: Any) -> int:
    """Mark the rows whose numbers, (all rows, n), are not finite or longer as a vector than a limit; return how many.

    Squares are added up in 64 bits, in which those of 32-bit numbers never overflow.
    """
    found = 0
    for r in rows:
        if not _sum_of_squares(numbers[r]) <= limit * limit:
            beyond[r] = True
            found += 1
    return found


def are_within(rows: Rows, arrays: Sequence[Floats], limit: float) -> bool:
    """Return whether `note_beyond` would mark no row of any of these arrays; three are done in one pass.

    Args:
        rows: whose.
        arrays: (all rows, n) each; so many that three divides their number, see `in_threes`.
        limit: that of `note_beyond`.
    """
    for k in range(0, len(arrays), 3):  # noqa: SIM110 - a generator costs more than a pass
        if not _are_within(rows, arrays[k], arrays[k + 1], arrays[k + 2], limit):
            return False
    return True


def in_threes(arrays: Sequence[Floats], more: int = 0) -> tuple[Floats, ...]:
    """Return arrays, (rows, n), and as many empty ones as make their number, with so many more, divisible by three."""
    return (*arrays, *[arrays[0][:, :0]] * (-(len(arrays) + more) % 3)) if arrays else ()


@kernel
def _are_within(rows: Rows, one: Floats, two: Floats, three: Floats, limit: float) -> bool:
    most = limit * limit
    for r in rows:
        if not _sum_of_squares(one[r]) <= most:
            return False
        if not _sum_of_squares(two[r]) <= most:
            return False
        if not _sum_of_squares(three[r]) <= most:
            return False
    return True


@kernel
def _sum_of_squares(numbers: Floats) -> float:
    total = 0.0
    for k in range(numbers.size):
        number = float(numbers[k])
        total += number * number
    return total
