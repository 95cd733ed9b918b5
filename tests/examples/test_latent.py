"""The example beside ordinary PyTorch: spikes learn from what a frozen encoder says."""

from pathlib import Path

import pytest
import torch

pytest.importorskip("sklearn")

from examples import latent
from examples.digits import data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def learned() -> latent.Autoencoder:
    """An autoencoder after ten epochs."""
    return latent.autoencoder(data()[0][0], 10)


def test_classes_are_learned_from_a_learned_encoder_and_not_from_a_fresh_one(
    learned: latent.Autoencoder, tmp_path: Path
) -> None:
    """One pass over 300 digits: half right from a learned latent, less than a third from a fresh one."""
    (images, classes), (others, other_classes) = data()
    seen, held_out = (images[:300], classes[:300]), (others[:100], other_classes[:100])
    fresh = latent.autoencoder(images, 0)

    with_learned, with_fresh = (latent.run(net, seen, held_out, 1, 2) for net in (learned, fresh))

    assert with_learned.min() > 0.5
    assert with_fresh.max() < 0.33
    assert not any(parameter.requires_grad for parameter in learned.parameters())
    latent.save_figure(learned, others, {"learned": with_learned, "fresh": with_fresh}, tmp_path / "latent.png")
    assert (tmp_path / "latent.png").stat().st_size > 5_000


def test_what_comes_back_is_close_to_what_went_in(learned: latent.Autoencoder) -> None:
    """Ten epochs lose less than a third of the variance of held-out digits; none lose more than there is."""
    (images, _), (others, _) = data()
    lost, all_lost = ((net(others) - others).square().mean() for net in (learned, latent.autoencoder(images, 0)))

    assert lost < others.var() / 3
    assert torch.ge(all_lost, others.var())
