"""The example that listens learns what is in a line, online, and its rows stay one network."""

from pathlib import Path

import pytest
import torch

pytest.importorskip("mnist1d")

from examples import mnist1d

pytestmark = pytest.mark.slow


def some_of_two_classes() -> tuple[mnist1d.Data, mnist1d.Data]:
    """Return 200 lines of two classes to learn and 40 held out, of the example's own."""
    parts = []
    for (lines, classes), count in zip(mnist1d.data(), (200, 40), strict=True):
        two = (classes < 2).nonzero().squeeze(1)[:count]
        parts.append((lines[two], classes[two]))
    return parts[0], parts[1]


def test_it_tells_two_classes_apart_and_not_from_shuffled_names() -> None:
    """Four passes over 200 lines are enough for eight in ten; with shuffled classes it stays near one half."""
    (lines, classes), held_out = some_of_two_classes()
    shuffled = classes[torch.randperm(len(classes), generator=torch.Generator().manual_seed(0))]

    net, accuracies = mnist1d.run((lines, classes), held_out, 4, seed=0)
    _, nonsense = mnist1d.run((lines, shuffled), held_out, 4, seed=0)

    assert accuracies[-1] > 0.8
    assert nonsense[-1] < 0.75
    for layer in net.layers:
        assert torch.equal(layer.weight, layer.weight[:1].expand_as(layer.weight))


def test_the_picture(tmp_path: Path) -> None:
    """A network that learned nothing can be drawn as well."""
    net = mnist1d.network(mnist1d.BATCH, torch.Generator().manual_seed(0))
    mnist1d.save_figure(net, mnist1d.data()[1], [[0.1, 0.2], [0.1, 0.3]], tmp_path / "mnist1d.png")

    assert (tmp_path / "mnist1d.png").stat().st_size > 5_000
