"""The bench: every arm of every task runs, its rows say what they must, and tables are made of them."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text

from agents.optimizers.sgd import SGD
from benchmarks.learning import results
from benchmarks.learning.arms import ARMS, RATES, SCALES, GroupedOptimizer, arm
from benchmarks.learning.bench import choose, main, measure_row, seeds_of
from benchmarks.learning.pictures import draw_curves
from benchmarks.learning.tasks.all import TASKS

KEYS = {
    "task",
    "rule",
    "seeds",
    "seed_range",
    "mean",
    "iqm",
    "low",
    "high",
    "backward_share",
    "learning_state_bytes",
    "seconds",
}
TINY = {
    "binding": 0.01,
    "hidden_xor": 0.004,
    "poisson_clicks": 0.002,
    "tmaze": 0.001,
    "cosine": 0.1,
    "cartpole": 0.2,
    "cartpole_long": 0.04,
    "acrobot": 0.25,
}
SHIFTED = [(task, TASKS[task].arms[k % len(TASKS[task].arms)]) for k, task in enumerate(TASKS)]
FIRST = {rule: task for task in reversed(TASKS) for rule in TASKS[task].arms}
ROWS = sorted({*SHIFTED, *((task, rule) for rule, task in FIRST.items())})  # each task and each rule is in one or more


@pytest.mark.slow
@pytest.mark.parametrize(("task", "rule"), ROWS, ids=[f"{task}-{rule}" for task, rule in ROWS])
def test_every_row_can_be_measured(task: str, rule: str) -> None:
    """Each task with one of its arms or more, each arm in its first task: a very small share, at a given rate."""
    row = measure_row(task, rule, range(2), learning_rate=0.003, share=TINY.get(task, 0.002))

    assert row.keys() >= {*KEYS, "curve", "ticks", "critic_updates", "command", "versions"}
    assert len(row["seeds"]) == 2
    assert row["low"] <= row["mean"] <= row["high"]
    assert (row["learning_state_bytes"] > 0) == (rule != "random")
    json.dumps(row, allow_nan=False)


@pytest.mark.slow
@pytest.mark.parametrize("task", ["binding", "lantern"])
def test_a_learning_rate_is_chosen_on_other_seeds(task: str) -> None:
    """The rates each have their own rows; a row names those that were tried and takes the best."""
    how, said = choose(TASKS[task], arm("gated_trace"), share=0.004)
    row = measure_row(task, "gated_trace", range(2), share=0.004)
    tried = row["learning_rates_tried"]

    assert said == {"learning_rates_tried": tried, "chosen_on": row["chosen_on"]}
    assert row["chosen_on"] == "100-139"
    assert [float(rate) for rate in tried] == list(RATES)
    assert tried[str(row["learning_rate"])] == max(tried.values())
    assert how.options["learning_rate"] == row["learning_rate"]


@pytest.mark.slow
@pytest.mark.parametrize("task", ["hidden_xor", "forage"])
def test_tanh_units_choose_the_scale_of_their_weights_too(task: str) -> None:
    """On the same other seeds, and the row says which they took; given a rate, they choose nothing."""
    row = measure_row(task, "ann", range(2), share=0.004)
    given = measure_row(task, "ann", range(2), learning_rate=0.01, share=0.004)

    assert [float(scale) for scale in row["scales_tried"]] == list(SCALES)
    assert row["scales_tried"][str(row["scale"])] == max(row["scales_tried"].values())
    assert max(row["learning_rates_tried"].values()) == max(row["scales_tried"].values())
    assert given["scale"] == 1.0
    assert "scales_tried" not in given


@pytest.mark.slow
def test_an_environment_has_the_settings_of_its_world() -> None:
    """No rate is chosen; a row says what whole episodes brought, and all that ended in the window."""
    row = measure_row("cartpole", "random", range(2), share=0.05)

    assert all(12.0 < score < 40.0 for score in row["seeds"])
    assert len(row["measures"]["ended_in_the_window"]) == 2
    assert not TASKS["cartpole"].chooses_rate(arm("ring"))


@pytest.mark.parametrize(
    ("text", "seeds"),
    [(None, range(20)), ("10", range(10)), ("1000-1009", range(1000, 1010)), ("3,7", (3, 7)), ("0-3", range(4))],
)
def test_seeds_are_so_many_or_those_that_are_listed(text: str | None, seeds: range) -> None:
    """Rows that a task is judged by have twenty where nothing is said."""
    assert list(seeds_of("lantern", "ring", text)) == list(seeds)
    assert len(seeds_of("lantern", "gated_trace", None)) == 10


@pytest.mark.slow
def test_more_seeds_change_nothing_of_the_first_ten() -> None:
    """So rows with ten and with twenty can be compared seed by seed."""
    ten, more = (measure_row("forage", "ring", range(count), 0.004, 0.01)["seeds"] for count in (10, 12))

    assert more[:10] == ten


def test_rates_side_by_side_are_those_rates() -> None:
    """Each group of rows goes as far as it would with its rate, in units of the rule's; who does not learn stays."""
    weight, gradient = np.zeros((4, 3, 2)), np.ones((3, 3, 2))
    state = GroupedOptimizer((0.1, 0.5), SGD()).start(weight)
    state.update(np.array([0, 2, 3]), weight, gradient, np.ones(3), np.full(4, 2.0))

    assert weight[:, 0, 0].tolist() == pytest.approx([0.2, 0.0, 1.0, 1.0])


@pytest.mark.slow
def test_controls_are_what_they_say() -> None:
    """A readout alone, no hidden layer, tanh units, the rewards of others, nothing learned."""
    share = 0.002
    ring, readout, linear, random = (
        measure_row("lantern", rule, range(2), 0.003, share) for rule in ("ring", "readout_only", "linear", "random")
    )

    assert linear["learning_state_bytes"] < readout["learning_state_bytes"] < ring["learning_state_bytes"]
    assert random["critic_updates"] == 0
    assert random["backward_share"] == 0.0
    assert {ARMS[name].rewards for name in ARMS} == {"own", "shuffled"}


def test_a_seed_is_a_row_of_its_own() -> None:
    """The score of binding is the mean reward in the last episodes, each seed with its own."""
    row = measure_row("binding", "gated_trace", range(3), learning_rate=0.003, share=0.04)

    assert row["mean"] == pytest.approx(np.mean(row["seeds"]), abs=1e-3)
    assert len(set(row["seeds"])) > 1
    assert all(0.0 <= reward <= 1.0 for reward in row["seeds"])


@pytest.mark.slow
def test_rows_become_tables_and_pictures(tmp_path: Path) -> None:
    """What is written is read again, and drawn with its command."""
    for rule in ("gated_trace", "random"):
        results.write_row(tmp_path, measure_row("binding", rule, range(2), 0.003, 0.02))
    results.write_tables(tmp_path)
    text = (tmp_path / "README.md").read_text()

    assert [row["rule"] for row in results.read_rows(tmp_path)["binding"]] == ["gated_trace", "random"]
    assert "| `gated_trace` |" in text
    assert (tmp_path / "binding.png").stat().st_size > 5000
    assert (tmp_path / "pareto.png").stat().st_size > 5000


@pytest.mark.slow
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


@pytest.mark.slow
def test_what_else_is_counted_has_tables_of_its_own(tmp_path: Path) -> None:
    """Seasons, swaps and the ticks to a level, each with what says how sure it is."""
    row = {
        **measure_row("reversal", "random", range(2), share=0.002),
        "measures": {
            "ticks_to_reach": [4000.0, None],
            "season_reward": [[1.2, 1.2], [-0.5, -0.5]],
            "season_ticks": [[3000.0, 4000.0], [None, None]],
            "straight_before": [[0.5, 0.5]],
            "straight_after": [[0.25, 0.25]],
        },
    }
    results.write_row(tmp_path, row)
    results.write_tables(tmp_path)
    text = (tmp_path / "README.md").read_text()

    assert "| `random` | 1.20 ± 0.00 | -0.50 ± 0.00 |" in text
    assert "| `random` | 3,500 (2 of 2) | none (0 of 2) |" in text
    assert "| `random` | none (1 of 2) |" in text
    assert "| `random` | 0.50 ± 0.00 → 0.25 ± 0.00 |" in text


def test_differences_are_taken_seed_by_seed(tmp_path: Path) -> None:
    """Over the seeds that both rules have, at each mark that both have reached; a foreign row may lack much."""
    ring = {"seeds": [1.0] * 10 + [99.0] * 10, "mean": 50.0, "seed_range": "0-19", "ticks": 100_000}
    ring |= {"scores_after": {"30000": [2.0] * 20, "100000": ring["seeds"]}}
    other = {"seeds": [3.5] * 10, "mean": 3.5, "ticks": 30_000}
    for rule, row in (("ring", ring), ("stranger", other), ("elsewhere", {**other, "seed_range": "1000-1009"})):
        results.write_row(tmp_path, {"task": "forage", "rule": rule, "low": 0.0, "high": 99.0, **row})
    results.write_tables(tmp_path)
    text = (tmp_path / "README.md").read_text()
    differences = text.partition("seed by seed.\n")[2].partition("\n\n#")[0]

    assert "| `stranger` | 10 | 1.500 (1.500 to 1.500) |  |" in differences
    assert "elsewhere" not in differences
    assert "| `elsewhere` | 1000-1009 | **3.50** (3.50 to 3.50), 3.50 |" in text


@pytest.mark.slow
def test_names_beside_a_picture_do_not_touch() -> None:
    """Twelve lines that end in one point have twelve names with room between them."""
    rows = [{"rule": f"rule {k}", "curve": [[0, 0.0, 0, 0, 0, 0], [9, 1.0, 1, 1, 1, 1]]} for k in range(12)]
    figure = draw_curves("task", rows, ("time (ticks)", "reward"))
    figure.draw_without_rendering()
    boxes = sorted((Text.get_window_extent(text) for text in figure.axes[0].texts), key=lambda box: box.y0)

    assert len(boxes) == 12
    assert all(low.y1 <= high.y0 + 1.0 for low, high in pairwise(boxes))


@pytest.mark.slow
def test_a_rate_may_be_chosen_over_a_part_of_the_length() -> None:
    """A row says over how much, and its command says so, too."""
    row = measure_row("binding", "linear", range(2), share=0.08, choose_over=0.5)
    _, said = choose(TASKS["binding"], arm("linear"), share=0.04)

    assert row["learning_rates_tried"] == said["learning_rates_tried"]
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
        ("--task binding --rule ring --seeds 9-3 --json", "--seeds '9-3'"),
        ("--task binding --rule ring --seeds 0 --json", "--seeds 0"),
        ("--task binding --rule ring --seeds 95-101 --json", "--seeds 100-101"),
        ("--task cartpole --rule random --seeds 1 --share 0.001 --json", "--share 0.001"),
    ],
)
def test_what_is_not_there_is_named(words: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In one sentence, and not with a traceback."""
    assert main(words.split()) == 2

    assert sentence in capsys.readouterr().err
