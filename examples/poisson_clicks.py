"""Poisson clicks: which side clicked more often? One answer after ten seconds, one reward per trial, and no labels.

Five seconds of clicks, four of silence, one to answer: 200 ticks (benchmarks.learning.tasks.poisson_clicks). 50 spiking
neurons hear 21 channels, and a readout of two membranes chooses at the last tick. Then comes one backward pass from the
traces.

    supervised      the right side is told; the readout's decay is .99
    reward          one side is drawn from the readout, and 1 (right) or 0 (wrong) is all that is heard
    decay           as reward, but the readout starts at a decay of .9, a half-life of .33 s: when it answers, nothing
                    of the clicks is left. The trace at its inputs is slower (.99), and by it the decay is learned.

Share of right answers in the last 100 of 1,000 trials, mean of ten networks (worst network); decays are medians. An
observer that counts every spike has .998, a network that learns nothing .512:

    supervised      .964 (.93)
    reward          .965 (.94)      a coin for a reward .508
    decay           .975 (.93)      decay .9987, half-life 27 s; with the decay kept at .9 .489; a coin for a reward
                                    .511, decay .893 (.81 to .96); --trace-decay .9 (no trace of the clicks) .519

The gradient of the decay is that of the steady membrane, c / (1 - d): it asks that what the trace holds count for more,
and does not know how old it is. A task in which only the last clicks count is no task for it.

for mode in supervised reward decay; do python -m examples.poisson_clicks --mode $mode; done
python -m examples.poisson_clicks --mode decay --picture docs/examples/poisson_clicks.png
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from alife import loss, nn
from alife.plot.style import COLOURS, GUIDE, finish, new_figure
from benchmarks.learning.tasks import poisson_clicks as task

SEEDS = range(10)
RATE, DECAY_RATE = 3e-4, 3e-2  # steps of Adam at first, falling to 0 in a straight line; chosen on seeds 100 to 129
TICK = 0.05  # seconds
WINDOW = 100  # trials, over which accuracies are reported


class Arm(NamedTuple):
    """What a network learns from: the `answer`, a `reward`, or a `coin` in its place; and whether its decay learns."""

    teacher: str
    decay_learns: bool = False


MODES = {
    "supervised": {"told the answer": Arm("answer")},
    "reward": {"one reward per trial": Arm("reward"), "a coin for a reward": Arm("coin")},
    "decay": {
        "decay learned": Arm("reward", decay_learns=True),
        "decay stays .9": Arm("reward"),
        "a coin for a reward": Arm("coin", decay_learns=True),
    },
}
START = {"supervised": 0.99, "reward": 0.99, "decay": 0.9}  # decay of the readout


class Course(NamedTuple):
    """What happened to an arm, (trials, seeds)."""

    right: NDArray[np.bool_]  # whether the more probable side was right
    observer: NDArray[np.bool_]  # whether an observer was that counts the spikes of the first 5 s
    decays: NDArray[np.float64]  # of the readout, before the trial


def learn(mode: str, trials: int, seeds: Sequence[int] = SEEDS, trace_decay: float = 0.99) -> dict[str, Course]:
    """Learn for so many trials. All arms of a mode learn side by side, a row for each arm and seed."""
    arms, generator = MODES[mode], torch.Generator().manual_seed(seeds[0])
    rows = (len(arms) * len(seeds),)
    hidden = nn.LIF(task.CHANNELS, 50, decay=0.5, trace_decay=0.99, rows=rows, generator=generator)
    readout = nn.LIS(50, 2, decay=START[mode], trace_decay=trace_decay, learn=("weight", "decay"), rows=rows)
    network, reflect = nn.Sequential(hidden, readout), loss.Reflect(2, rows=rows)
    free_decay: Any = readout.free_decay  # the decay before its sigmoid, where every number is allowed
    optimizer = torch.optim.Adam([hidden.weight, readout.weight], lr=RATE, betas=(0.0, 0.999))
    optimizer.add_param_group({"params": [free_decay], "lr": DECAY_RATE})
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, trials)
    coin, learns = (
        torch.tensor(flags).repeat_interleave(len(seeds))
        for flags in ([arm.teacher == "coin" for arm in arms.values()], [arm.decay_learns for arm in arms.values()])
    )
    course = []
    for number in range(trials):
        trial, decays = task.draw_trials([*seeds] * len(arms), number), readout.decay.squeeze(1).double().numpy()
        network.zero_states()
        reflect.zero_states()
        for inputs in torch.from_numpy(trial.inputs):
            probabilities = network(inputs)
        output = network.mean_output()
        if mode == "supervised":
            signal = loss.nll(output, torch.from_numpy(trial.labels)).signal
        else:
            action = torch.multinomial(probabilities, 1, generator=generator).squeeze(1)
            reward = torch.from_numpy(trial.right(action.numpy())).float()
            reward = torch.where(coin, torch.rand(rows, generator=generator).round(), reward)
            reflect.observe(probabilities, action)
            signal = reflect(reward, output).signal
        network.backward(signal)
        free_decay.grad *= learns.unsqueeze(1)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        counted = task.observer(trial.inputs, np.random.default_rng(number))
        course.append((trial.right(probabilities.argmax(1).numpy()), trial.right(counted), decays))
    parts = [np.stack(part).reshape(trials, len(arms), len(seeds)) for part in zip(*course, strict=True)]
    return {name: Course(*(part[:, k] for part in parts)) for k, name in enumerate(arms)}


def report(name: str, course: Course) -> str:
    """Return one line: accuracy in the last trials, mean and worst seed, beside the observer's, and the decay."""
    right, observer = course.right[-WINDOW:].mean(0), course.observer[-WINDOW:].mean()
    low, middle, high = np.quantile(course.decays[-1], (0.0, 0.5, 1.0))
    return (
        f"{name:32}{right.mean():.3f}  worst seed {right.min():.2f}  of the observer's {observer:.3f}: "
        f"{right.mean() / observer:.1%}  decay {middle:.4f} ({low:.4f} to {high:.4f})"
    )


def save_figure(courses: dict[str, Course], path: Path) -> None:
    """Save a picture of one trial, the accuracies over the trials, and how long the readout remembers."""
    figure = new_figure((13.0, 4.2))
    spikes, accuracy, memory = figure.subplots(1, 3, width_ratios=(1.1, 1.3, 1.3))
    inputs = task.draw_trials(SEEDS[0], 0).inputs[:, 0]
    colours = [COLOURS[side] for side in (3, 5) for _ in range(task.PER_SIDE)]
    times = [np.flatnonzero(channel) * TICK for channel in inputs.T]
    spikes.eventplot(times, colors=[*colours, "0.2"], linelengths=0.8)
    spikes.set_yticks([4.5, 14.5, 20.0], ["left", "right", "answer"])
    finish(spikes, "one trial: which side clicks more?", "seconds", "")
    width = min(50, len(next(iter(courses.values())).right))
    for colour, (name, course) in zip(COLOURS, courses.items(), strict=False):
        curve = np.convolve(course.right.mean(1), np.full(width, 1 / width), "valid")
        accuracy.plot(np.arange(len(curve)) + width, curve, color=colour, label=name)
        memory.plot(-TICK / np.log2(course.decays), color=colour, linewidth=0.7, alpha=0.6)
    accuracy.axhline(course.observer.mean(), color="0.2", linestyle="--", label="counts every spike")
    accuracy.axhline(task.CHANCE, color=GUIDE, linestyle=":", label="chance")
    accuracy.set_ylim(0.4, 1.02)
    accuracy.legend(frameon=False, fontsize="small", loc="center right")
    finish(accuracy, f"right answers (mean of {len(SEEDS)} networks)", "trial", f"share in {width} trials")
    memory.set(yscale="log", yticks=[0.1, 1.0, 10.0, 100.0], yticklabels=["0.1", "1", "10", "100"])
    silence, last = task.SILENCE * TICK, len(course.decays)
    memory.axhline(silence, color="0.2", linestyle="--")
    memory.annotate("the silence", (last, silence * 0.93), ha="right", va="top", fontsize="small")
    finish(memory, "what the readout remembers (each network)", "trial", "half-life, seconds")
    figure.savefig(path)


def main() -> None:
    """Run a mode, print its figures and save its picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", choices=MODES, default="reward")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--trace-decay", type=float, default=0.99, help="of the trace at the readout's inputs")
    parser.add_argument("--quick", action="store_true", help="200 trials")
    parser.add_argument("--picture", type=Path, help="where to save a picture")
    options = parser.parse_args()
    torch.set_num_threads(1)
    start = time.perf_counter()
    courses = learn(options.mode, 200 if options.quick else options.trials, trace_decay=options.trace_decay)
    for name, course in courses.items():
        print(report(name, course))
    print(f"{'no learning':32}{task.CHANCE:.3f}  the readout starts at zero and always says left")
    print(f"{time.perf_counter() - start:.0f} s")
    if options.picture:
        save_figure(courses, options.picture)


if __name__ == "__main__":
    main()
