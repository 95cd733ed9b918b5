"""Memorise: a spiking network learns two pictures by heart and puts out the one whose cue it is shown.

A cue is 64 inputs, each spiking at random with a probability of its own, so that no two ticks are alike. A picture has
16 x 16 pixels, one output neuron for each. A cue is shown for 20 ticks; then the mean output is compared with its
picture and the network takes one step. No graph outlives the step, and memory does not grow with the ticks.
The control is a cue that was never shown: it brings back a blend of both.

After 500 showings of each cue the errors of the answers are 0.14 and 0.36 % of those before learning; measured
against the other picture they are 46 and 59 %. The stranger's are 23 and 11 %. It took 40 s on two shared cores.

python -m examples.memorise --picture docs/examples/memorise.png
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from alife import loss, nn
from alife.plot.style import COLOURS, finish, new_figure

INPUTS, HIDDEN, SIDE = 64, 128, 16
TICKS = 20  # that a cue is shown for
LISTEN = 200  # ticks over which an answer is averaged


def pictures() -> Tensor:
    """Return what to learn, (2, SIDE * SIDE) from 0 to 1: a face and a spiral."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] - (SIDE - 1) / 2
    radius, mouth = np.hypot(x, y), np.hypot(x, y - 0.5)
    lines = (np.hypot(np.abs(x) - 3.0, y + 2.5) < 1.2) | ((mouth > 3.4) & (mouth < 5.0) & (y > 1.6))
    face = np.where(lines, 1.0, np.where(radius < 7.8, 0.5, 0.0))
    spiral = np.where(radius < 8.0, 0.5 + 0.5 * np.cos(np.arctan2(y, x) - 1.2 * radius), 0.0)
    return torch.tensor(np.stack([face, spiral]), dtype=torch.float32).flatten(1)


def network(generator: torch.Generator) -> nn.Sequential:
    """Return spiking neurons below a leaky membrane for each pixel."""
    hidden = nn.LIF(INPUTS, HIDDEN, decay=0.9, trace_decay=0.98, generator=generator)
    nn.fluctuation_driven_(hidden, input_rate=0.5, firing_rate=0.2, generator=generator)
    return nn.Sequential(hidden, nn.LI(HIDDEN, SIDE * SIDE, decay=0.8, trace_decay=0.98))


def learn(
    net: nn.Sequential, cues: Tensor, targets: Tensor, showings: int, generator: torch.Generator
) -> list[list[float]]:
    """Show the cues in turn and return the errors of each, one for every showing."""
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    errors: list[list[float]] = [[] for _ in cues]
    for showing in range(showings):
        which = showing % len(cues)
        net.zero_states()
        for _ in range(TICKS):
            net(torch.bernoulli(cues[which], generator=generator))
        error = loss.mse(net.mean_output(), targets[which])
        net.backward(error.signal)
        optimizer.step()
        optimizer.zero_grad()
        errors[which].append(error.value.item())
    return errors


def answer(net: nn.Sequential, cue: Tensor, generator: torch.Generator) -> Tensor:
    """Return what the membranes put out on average while a cue is shown."""
    net.zero_states()
    outputs = [net(torch.bernoulli(cue, generator=generator)) for _ in range(TICKS + LISTEN)]
    return torch.stack(outputs[TICKS:]).mean(0)


def run(showings: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Learn and ask.

    Returns:
        Errors in shares of those at the start: of the answers to three cues, the third never shown, (3, 2) to each
        picture; of every showing, (2, showings / 2). And the answers, (3, SIDE * SIDE).
    """
    generator = torch.Generator().manual_seed(seed)
    cues, targets = torch.rand(3, INPUTS, generator=generator), pictures()
    net = network(generator)
    start = targets.square().mean(-1)  # before learning every membrane stays at 0
    course = torch.tensor(learn(net, cues[:2], targets, showings, generator))
    answers = torch.stack([answer(net, cue, generator) for cue in cues])
    errors = (answers.unsqueeze(1) - targets).square().mean(-1)
    return errors / start, course / start.unsqueeze(-1), answers


def save_figure(errors: Tensor, course: Tensor, answers: Tensor, path: Path) -> None:
    """Save the pictures, the three answers and the errors of the showings."""
    figure = new_figure((11.5, 4.2))
    grid = figure.add_gridspec(2, 4, width_ratios=(1, 1, 1, 2.6))
    for k, target in enumerate(pictures()):
        shown = {"to learn": target, f"recalled by cue {k + 1}\nerror {errors[k, k]:.1%}": answers[k]}
        if k == 0:
            shown["recalled by a cue\nnever shown before"] = answers[2]
        for column, (title, image) in enumerate(shown.items()):
            ax = figure.add_subplot(grid[k, column])
            ax.imshow(image.view(SIDE, SIDE).numpy(), vmin=0.0, vmax=1.0, cmap="viridis")
            ax.set_title(title, fontsize="small")
            ax.set(xticks=[], yticks=[])
    ax = figure.add_subplot(grid[:, 3])
    for k, line in enumerate(course):
        ax.semilogy(range(1, len(line) + 1), 100.0 * line.numpy(), color=COLOURS[k], label=f"picture {k + 1}", lw=1.0)
    ax.axhline(1.0, color="0.6", linestyle=":")
    ax.legend(frameon=False)
    finish(ax, "error while learning", f"showing of its cue ({TICKS} ticks, one step)", "% of the error at the start")
    figure.savefig(path)


def main() -> None:
    """Run with what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="300 showings instead of 1,000")
    parser.add_argument("--picture", type=Path, help="where to save a picture, a .png")
    options = parser.parse_args()
    torch.set_num_threads(1)
    errors, course, answers = run(300 if options.quick else 1000)
    for k in range(2):
        print(f"cue {k + 1}: error {errors[k, k]:.2%} of that at the start, {errors[k, 1 - k]:.0%} to the other")
    print(f"a cue never shown: error {errors[2, 0]:.0%} and {errors[2, 1]:.0%}")
    if options.picture:
        save_figure(errors, course, answers, options.picture)


if __name__ == "__main__":
    main()
