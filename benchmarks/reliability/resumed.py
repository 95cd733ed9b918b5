"""Every shipped configuration, stopped and gone on with: equal to one that was never stopped."""

import json
from functools import partial
from pathlib import Path

from benchmarks.hashes import configurations
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS, attempts, run

_TICKS = 600


def resume_all(setting: Setting) -> Finding:
    """Stop so many configurations at half their ticks, go on, and compare."""
    names = [CONFIGS.parent / name for name in configurations(CONFIGS.parent)][: setting.count]
    faults = [fault for fault in attempts(setting.jobs, partial(_resume, setting.folder), names) if fault]
    return Finding(f"{len(names) - len(faults)} of {len(names)} equal in events and metrics", faults)


def _resume(folder: Path, config: Path) -> str:
    """Return what differs, nothing if all is equal."""
    halves, whole = (folder / f"{config.stem}-{which}" for which in ("halves", "whole"))
    words: list[str | Path] = ["run", config, "--headless", "--set", "record.metrics=50"]
    once = [
        run([*words, "--ticks", str(ticks), "--out", out], out.with_suffix(".txt"))
        for out, ticks in ((halves, _TICKS // 2), (whole, _TICKS))
    ]
    again = run(["resume", halves, "--trust", "--ticks", str(_TICKS), "--headless"], halves.with_suffix(".again.txt"))
    if failed := [ended.last for ended in (*once, again) if ended.code]:
        return f"{config.stem}: {failed[0]}"
    digests = [json.loads((out / "summary.json").read_text())["event_log_sha256"] for out in (halves, whole)]
    metrics = [(out / "metrics.jsonl").read_bytes() for out in (halves, whole)]
    return "" if digests[0] == digests[1] and metrics[0] == metrics[1] else f"{config.stem}: another end"


RESUMED = Attack(
    "resumed",
    "every shipped configuration stopped after 300 ticks and gone on with to 600",
    "as if never stopped, to the bit",
    100,  # there are fewer
    1,
    resume_all,
)
