"""The example that memorises recalls by the right cue, and by no other."""

from pathlib import Path

import pytest
import torch

from examples import memorise

pytestmark = pytest.mark.slow


def test_each_cue_recalls_its_own_picture(tmp_path: Path) -> None:
    """After 200 showings a cue brings back its picture within 1 %, and neither the other one nor a stranger does."""
    errors, course, answers = memorise.run(200)

    assert errors.diagonal().max() < 0.01
    assert min(errors[0, 1], errors[1, 0]) > 0.2
    assert errors[2].min() > 0.03
    assert course[:, 0].max() <= 1.0
    memorise.save_figure(errors, course, answers, tmp_path / "memorise.png")
    assert (tmp_path / "memorise.png").stat().st_size > 5_000


def test_without_showings_nothing_is_recalled() -> None:
    """The control: a network that was shown nothing makes the whole error."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    net = memorise.network(generator)

    assert not memorise.answer(net, torch.full((memorise.INPUTS,), 0.5), generator).any()
