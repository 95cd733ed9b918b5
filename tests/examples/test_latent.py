"""The example beside ordinary PyTorch: spikes learn from what a frozen encoder says."""

from pathlib import Path

import pytest
import torch

pytest.importorskip("sklearn")

from examples import latent
from examples.digits import data


def test_classes_are_learned_from_a_learned_encoder_and_not_from_a_fresh_one(tmp_path: Path) -> None:
    """One pass over 300 digits: half right from a learned latent, less than a third from a fresh one."""
    (images, classes), (others, other_classes) = data()
    seen, held_out = (images[:300], classes[:300]), (others[:100], other_classes[:100])
    learned, fresh = latent.autoencoder(images, 10), latent.autoencoder(images, 0)

    with_learned, with_fresh = (latent.run(net, seen, held_out, 1, 2) for net in (learned, fresh))

    assert with_learned.min() > 0.5
    assert with_fresh.max() < 0.33
    assert not any(parameter.requires_grad for parameter in learned.parameters())
    latent.save_figure(learned, others, {"learned": with_learned, "fresh": with_fresh}, tmp_path / "latent.png")
    assert (tmp_path / "latent.png").stat().st_size > 5_000


def test_what_comes_back_is_close_to_what_went_in() -> None:
    """Ten epochs lose less than a third of the variance of held-out digits; none lose more than there is."""
    (images, _), (others, _) = data()
    learned, fresh = (
        (net(others) - others).square().mean() for net in (latent.autoencoder(images, n) for n in (10, 0))
    )

    assert learned < others.var() / 3
    assert torch.ge(fresh, others.var())
