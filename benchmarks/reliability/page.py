"""The page of reliability: what was asked of each attack and what it has found, in a marked block."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alife.runs.checkpoints import cpu
from alife.runs.summary import versions
from benchmarks.measured import fill_block, read_rows, write_rows

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
MEASURED = PAGE.with_suffix("") / "measured.json"
BEGIN, END = "<!-- measured by python -m benchmarks.reliability -->", "<!-- end of what was measured -->"

Row = Mapping[str, Any]


def write(rows: Sequence[Row], names: Sequence[str]) -> None:
    """Write what was found into the block of the page, beside what others of these attacks have found before.

    Args:
        rows: of the attacks that were made.
        names: of all attacks, in the order of the page.

    Raises:
        ValueError: the page has no block.
    """
    found = {row["name"]: row for row in read_rows(MEASURED)} | {row["name"]: row for row in rows}
    rows = [found[name] for name in names if name in found]
    write_rows(MEASURED, rows)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(fill_block(text, BEGIN, END, block(rows)), encoding="utf-8")


def block(rows: Sequence[Row]) -> str:
    """Return the table, and what was wrong below it."""
    found = versions()
    machine = (
        f"On {cpu()}, {os.cpu_count()} cores, " + ", ".join(f"{name} {found[name]}" for name in sorted(found)) + "."
    )
    minutes = sum(row["seconds"] for row in rows) / 60
    lines = ["| attack | must hold | faults | seen | minutes |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row['title']} | {row['asked']} | **{len(row['faults'])}** | {row['said']} | {row['seconds'] / 60:.1f} |"
        for row in rows
    ]
    lines.append(f"| all | | **{sum(len(row['faults']) for row in rows)}** | | {minutes:.0f} |")
    faults = [f"- {row['name']}: {fault}" for row in rows for fault in row["faults"]]
    return "\n".join([machine, "", *lines, *(["", "What was wrong:", "", *faults] if faults else [])])


def say(row: Row) -> str:
    """Return what one attack has found, for a terminal."""
    verdict = "held" if not row["faults"] else f"{len(row['faults'])} FAULTS"
    head = f"{row['name']:<10} {verdict:<10} {row['seconds']:6.0f} s  {row['title']}: {row['said']}"
    return "\n".join([head, *(f"    {fault}" for fault in row["faults"][:20])])
