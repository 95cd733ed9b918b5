"""The bench: every arm of every task runs, its rows say what they must, and tables are made of them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.optimizers.sgd import SGD
from benchmarks.learning import results
from benchmarks.learning.arms import ARMS, RATES, GroupedOptimizer, arm
from benchmarks.learning.bench import choose, main, measure_row
from benchmarks.learning.tasks.all import TASKS

KEYS = {"task", "rule", "seeds", "mean", "iqm", "low", "high", "backward_share", "learning_state_bytes", "seconds"}
TINY = {"binding": 0.01, "hidden_xor": 0.004, "poisson_clicks": 0.002, "tmaze": 0.001, "cosine": 0.1}
SHIFTED = [(task, TASKS[task].arms[k % len(TASKS[task].arms)]) for k, task in enumerate(TASKS)]
FIRST = {rule: task for task in reversed(TASKS) for rule in TASKS[task].arms}
ROWS = sorted({*SHIFTED, *((task, rule) for rule, task in FIRST.items())})  # each task and each rule is in one or more


@pytest.mark.slow
@pytest.mark.parametrize(("task", "rule"), ROWS, ids=[f"{task}-{rule}" for task, rule in ROWS])
def test_every_row_can_be_measured(task: str, rule: str) -> None:
    """Each task with one of its arms or more, each arm in its first task: a very small share, at a given rate."""
    row = measure_row(task, rule, seeds=2, learning_rate=0.003, share=TINY.get(task, 0.002))

    assert row.keys() >= {*KEYS, "curve", "ticks", "critic_updates", "command", "versions"}
    assert len(row["seeds"]) == 2
    assert row["low"] <= row["mean"] <= row["high"]
    assert (row["learning_state_bytes"] > 0) == (rule != "random")
    json.dumps(row, allow_nan=False)


@pytest.mark.parametrize("task", ["binding", "lantern"])
def test_a_learning_rate_is_chosen_on_other_seeds(task: str) -> None:
    """The rates each have their own rows; a row names those that were tried and takes the best."""
    tried = choose(TASKS[task], arm("gated_trace"), seeds=2, share=0.004)
    row = measure_row(task, "gated_trace", seeds=2, share=0.004)

    assert [float(rate) for rate in tried] == list(RATES)
    assert row["learning_rates_tried"] == tried
    assert tried[str(row["learning_rate"])] == max(tried.values())


def test_rates_side_by_side_are_those_rates() -> None:
    """Each group of rows goes as far as it would with its rate, in units of the rule's, and whoever does not learn stays."""
    weight, gradient = np.zeros((4, 3, 2)), np.ones((3, 3, 2))
    state = GroupedOptimizer((0.1, 0.5), SGD()).start(weight)
    state.update(np.array([0, 2, 3]), weight, gradient, np.ones(3), np.full(4, 2.0))

    assert weight[:, 0, 0].tolist() == pytest.approx([0.2, 0.0, 1.0, 1.0])


def test_controls_are_what_they_say() -> None:
    """A readout alone, no hidden layer, tanh units, the rewards of others, nothing learned."""
    share = 0.002
    ring, readout, linear, random = (
        measure_row("lantern", rule, 2, 0.003, share) for rule in ("ring", "readout_only", "linear", "random")
    )

    assert linear["learning_state_bytes"] < readout["learning_state_bytes"] < ring["learning_state_bytes"]
    assert random["critic_updates"] == 0
    assert random["backward_share"] == 0.0
    assert {ARMS[name].rewards for name in ARMS} == {"own", "shuffled"}


def test_a_seed_is_a_row_of_its_own() -> None:
    """The score of binding is the mean reward in the last episodes, each seed with its own."""
    row = measure_row("binding", "gated_trace", seeds=3, learning_rate=0.003, share=0.04)

    assert row["mean"] == pytest.approx(np.mean(row["seeds"]), abs=1e-3)
    assert len(set(row["seeds"])) > 1
    assert all(0.0 <= reward <= 1.0 for reward in row["seeds"])


def test_rows_become_tables_and_pictures(tmp_path: Path) -> None:
    """What is written is read again, and drawn with its command."""
    for rule in ("gated_trace", "random"):
        results.write_row(tmp_path, measure_row("binding", rule, 2, 0.003, 0.02))
    results.write_tables(tmp_path)
    text = (tmp_path / "README.md").read_text()

    assert [row["rule"] for row in results.read_rows(tmp_path)["binding"]] == ["gated_trace", "random"]
    assert "| `gated_trace` |" in text
    assert (tmp_path / "binding.png").stat().st_size > 5000
    assert (tmp_path / "pareto.png").stat().st_size > 5000


def test_what_a_task_asks_of_learning_is_asked_of_every_rule_but_not_of_those_who_do_not_learn() -> None:
    """A critic that sees nothing keeps fewer numbers, in episodes and in worlds; what an arm says goes before."""
    mean = {"critic": "mean"}
    for task, share in (("binding", 0.01), ("reversal", 0.001)):
        by_state = replace(TASKS[task], learning={}).run(arm("ring"), range(2), share)
        by_mean = replace(TASKS[task], learning=mean).run(arm("ring"), range(2), share)
        own = replace(TASKS[task], learning=mean).run(arm("ring").with_options(critic="state"), range(2), share)
        random = replace(TASKS[task], learning=mean).run(arm("random"), range(2), share)

        assert random.learning_state_bytes == 0
        assert by_mean.learning_state_bytes < by_state.learning_state_bytes == own.learning_state_bytes


def test_seasons_have_tables_of_their_own(tmp_path: Path) -> None:
    """What each brought, and when it went well, for every rule that was measured."""
    row = {**measure_row("reversal", "random", 2, share=0.002), "seasons": [[1.234, 2, 3500.0], [-0.5, 0, None]]}
    results.write_row(tmp_path, row)
    results.write_tables(tmp_path)
    text = (tmp_path / "README.md").read_text()

    assert "| rule | 1 | 2 |\n|---|---|---|\n| `random` | 1.23 | -0.50 |" in text
    assert "| `random` | 3,500 (2) | none |" in text


def test_whole_seasons_are_counted() -> None:
    """Of 2,500 ticks seasons of 1,000 make two; their mean is what who does not learn earned, and none does well."""
    course = replace(TASKS["reversal"], season=1000).run(arm("random"), range(2), 0.025)

    assert len(course.seasons) == 2
    assert np.mean([reward for reward, _, _ in course.seasons]) == pytest.approx(course.curves[:, :40].mean())
    assert all(seeds == 0 and ticks is None for _, seeds, ticks in course.seasons)


def test_a_rate_may_be_chosen_over_a_part_of_the_length() -> None:
    """A row says over how much, and its command says so, too."""
    row = measure_row("binding", "linear", seeds=2, share=0.08, choose_over=0.5)

    assert row["learning_rates_tried"] == choose(TASKS["binding"], arm("linear"), seeds=2, share=0.04)
    assert row["learning_rates_tried_over"] == 0.5
    assert "--share 0.08" in row["command"]
    assert "--choose-over 0.5" in row["command"]


def test_the_command_prints_one_object_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, with the keys that a reader expects."""
    assert main(["--task", "binding", "--rule", "random", "--seeds", "2", "--share", "0.01", "--json"]) == 0

    assert json.loads(capsys.readouterr().out).keys() >= KEYS


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--task tag --json", "error: --task tag: there is no such task; there are cosine, binding"),
        ("--task binding --rule oja --json", "oja"),
    ],
)
def test_what_is_not_there_is_named(words: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In one sentence, and not with a traceback."""
    assert main(words.split()) == 2

    assert sentence in capsys.readouterr().err
