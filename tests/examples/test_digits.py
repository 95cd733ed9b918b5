"""The example of the digits learns to read from answers and from rewards, and not from shuffled ones."""

from pathlib import Path

import pytest
import torch

pytest.importorskip("sklearn")

from examples import digits
from examples.learners import ANN, Spiking, TraceTorch

pytestmark = pytest.mark.slow


def small() -> tuple[digits.Data, digits.Data]:
    """Return 300 digits to learn and 100 held out."""
    (images, classes), (others, other_classes) = digits.data()
    return (images[:300], classes[:300]), (others[:100], other_classes[:100])


def test_told_the_class_it_reads_held_out_digits_and_told_nonsense_it_does_not() -> None:
    """One pass over 300 digits is enough for two thirds right; with shuffled classes it stays near chance."""
    (images, classes), held_out = small()
    shuffled = classes[torch.randperm(300, generator=torch.Generator().manual_seed(1))]

    told = digits.learn(Spiking(64, 64, 2, (2e-3, 2e-2), 300), "told", (images, classes), held_out, 1)
    nonsense = digits.learn(Spiking(64, 64, 2, (2e-3, 2e-2), 300), "told", (images, shuffled), held_out, 1)

    assert told.min() > 0.66
    assert nonsense.max() < 0.35


def test_a_reward_alone_teaches_to_tell_two_digits_apart() -> None:
    """Of zeros and ones, right or wrong alone leads to nine in ten right; a reward for every answer does not."""
    (images, classes), (others, other_classes) = digits.data()
    few, some = (classes < 2).nonzero().squeeze(1), (other_classes < 2).nonzero().squeeze(1)
    seen, held_out = (images[few], classes[few]), (others[some], other_classes[some])
    learner = Spiking(64, 64, 2, (3e-3, 1e-2), 2 * len(few))

    rewarded = digits.learn(learner, "guessed", seen, held_out, 2)
    useless = Spiking(64, 64, 2, (3e-3, 1e-2), 2 * len(few))
    fixed = digits.learn(useless, "guessed", (seen[0], torch.full_like(seen[1], 9)), held_out, 2)

    assert rewarded[-1].min() > 0.9
    assert fixed[-1].max() < 0.3


def test_the_ann_learns_by_the_same_signals() -> None:
    """An ordinary network in the same loop reads too."""
    seen, held_out = small()

    assert digits.learn(ANN(64, 64, 2, (3e-3, 1e-2), 300), "told", seen, held_out, 1).min() > 0.66


def test_tracetorch_takes_part_where_it_is_installed() -> None:
    """Its network goes through the same loop in both ways; nothing is claimed about how well."""
    pytest.importorskip("tracetorch")
    (images, classes), (others, other_classes) = small()
    for how in digits.PASSES:
        learner = TraceTorch(64, 32, 0, 1e-3, 20)
        accuracies = digits.learn(learner, how, (images[:20], classes[:20]), (others[:20], other_classes[:20]), 1)
        assert accuracies.shape == (1, 1)


def test_the_picture_shows_both_ways(tmp_path: Path) -> None:
    """Curves of different lengths end at the same pass."""
    curves = {how: {"a": torch.rand(4, 3), "b": torch.rand(1, 1)} for how in digits.PASSES}
    digits.save_figure(curves, digits.data()[0][0][0], tmp_path / "digits.png")

    assert (tmp_path / "digits.png").stat().st_size > 5_000
