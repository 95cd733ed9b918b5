"""The page of performance: tables and plots made of what was measured, in a marked block."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

from alife.plot.style import colour, finish, new_figure
from benchmarks.engine.measure import SHAPE, Row
from benchmarks.measured import fill_block, read_rows, write_rows

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- measured by python -m benchmarks.engine -->", "<!-- end of what was measured -->"
NOTHING = "Not measured yet."

PLOTS = {  # file: title, label of x, what of a row is x
    "rows": ("Cost of rows", "rows: brains, or arenas with one creature", "rows"),
    "crowd": ("Cost of creatures in one arena, at the density of the pond", "creatures", "creatures"),
    "things": ("Cost of things in the pond of 24 creatures", "things, times those of the pond", "things"),
    "neurons": ("Cost of neurons in one hidden layer", "neurons", "neurons"),
    "active": ("Cost of spikes that arrive", "share of the inputs that spike", "active"),
}


def measured_rows(folder: Path) -> list[Row]:
    """Return what was measured last, none if nothing was."""
    return read_rows(folder / "measured.json")


def write(folder: Path, rows: Sequence[Row]) -> None:
    """Write rows and plots into a folder, and the block of the page beside it, if that page is there."""
    write_rows(folder / "measured.json", rows)
    for name in PLOTS:
        draw(folder / f"{name}.png", name, rows)
    page = folder.with_suffix(".md")
    if page.exists():
        page.write_text(fill(page.read_text(encoding="utf-8"), rows), encoding="utf-8")


def fill(page: str, rows: Sequence[Row]) -> str:
    """Return the page with its block as these rows make it.

    Raises:
        ValueError: the page has no block.
    """
    return fill_block(page, BEGIN, END, block(rows))


def block(rows: Sequence[Row]) -> str:
    """Return the tables and plots."""
    if not rows:
        return NOTHING
    parts = [_machine(rows), _tick(rows), _peers(rows), _crowds(rows), _against(rows), _resident(rows)]
    plots = [
        f"![{title}, microseconds for each row and tick](performance/{name}.png)"
        for name, (title, _, _) in PLOTS.items()
    ]
    return "\n\n".join([*filter(None, parts), *plots])


def _of(rows: Sequence[Row], part: str) -> list[Row]:
    return [row for row in rows if row["part"] == part]


def _machine(rows: Sequence[Row]) -> str:
    (machine,), (memory,) = _of(rows, "machine"), _of(rows, "bandwidth")
    return (
        f"On {machine['processor']}, {machine['cores']} cores, Python {machine['python']}, numpy {machine['numpy']}, "
        f"torch {machine['torch']}; one thread reads {memory['bytes_per_second'] / 1e9:.1f} GB of memory per second."
    )


def _tick(rows: Sequence[Row]) -> str:
    found = [row for part in ("forward", "learning", "world", "loop") for row in _of(rows, part)]
    cells = [
        (
            row["part"],
            f"{row['rows']:,}",
            row["threads"],
            f"**{row['microseconds']:.2f}**",
            f"{1e6 / row['microseconds']:,.0f}",
            f"{row['bytes']:,}" if "bytes" in row else "",
            f"{row['of_bandwidth']:.0%}" if "of_bandwidth" in row else "",
        )
        for row in found
    ]
    head = ("part", "rows", "threads", "µs per row and tick", "row-ticks per second", "bytes read", "of the bandwidth")
    return _table(head, cells)


def _peers(rows: Sequence[Row]) -> str:
    cells = [
        (row["name"], f"{row['rows']:,}", row.get("absent") or f"**{row['microseconds']:.2f}**")
        for row in _of(rows, "peers")
    ]
    return f"Forward passes of {SHAPE} on one thread:\n\n" + _table(("by", "rows", "µs per row and tick"), cells)


def _crowds(rows: Sequence[Row]) -> str:
    cells = [
        (f"{row['creatures']:,}", row["name"], row["threads"], f"**{row['microseconds']:.2f}**")
        for row in _of(rows, "crowd")
    ]
    return "One arena:\n\n" + _table(("creatures", "part", "threads", "µs per creature and tick"), cells)


def _against(rows: Sequence[Row]) -> str:
    cells = [
        (
            row["name"],
            f"{row['old_microseconds']:,.0f}",
            f"{row['new_microseconds']:,.0f}",
            f"**{row['ratio']:.3f}**",
            f"{row['lowest']:.3f} to {row['highest']:.3f}",
        )
        for row in _of(rows, "against")
    ]
    head = ("whole loop", "µs per tick before", "now", "ratio", "lowest to highest")
    return _table(head, cells) if cells else ""


def _resident(rows: Sequence[Row]) -> str:
    (row,) = _of(rows, "resident")
    few, many = row["bytes"], row["bytes_after_ten_times"]
    return (
        f"Resident memory of one arena of forage: {few / 2**20:.0f} MiB after {row['ticks']:,} ticks, "
        f"{many / 2**20:.0f} MiB after {10 * row['ticks']:,}: ratio {many / few:.3f}."
    )


def _table(head: Iterable[str], lines: Iterable[Iterable[Any]]) -> str:
    rows = [list(head), *[[str(cell) for cell in line] for line in lines]]
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def draw(path: Path, name: str, rows: Sequence[Row]) -> None:
    """Draw the lines of one plot: microseconds for each row and tick against what grows."""
    title, label, x = PLOTS[name]
    figure = new_figure()
    axes = figure.add_subplot()
    lines = lines_of(name, rows)
    for k, (line, points) in enumerate(lines.items()):
        style = "o--" if points[0]["threads"] > 1 else "o-"
        axes.plot(
            [row[x] for row in points], [row["microseconds"] for row in points], style, color=colour(k), label=line
        )
    axes.set_yscale("log")
    _number_plainly(axes.yaxis, LogLocator(subs=(1.0, 2.0, 5.0)))
    if name != "active":
        axes.set_xscale("log")
        _number_plainly(axes.xaxis, FixedLocator(sorted({row[x] for points in lines.values() for row in points})))
    axes.legend()
    finish(axes, title, label, "microseconds for each row and tick")
    figure.savefig(path)


def _number_plainly(axis: Axis, places: FixedLocator | LogLocator) -> None:
    """Write numbers on a logarithmic axis as they are, not as powers."""
    axis.set_major_locator(places)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_formatter(NullFormatter())


def lines_of(name: str, rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the points of each line of a plot by the line's name."""
    wanted = ("forward", "learning", "world", "loop") if name == "rows" else (name,)
    lines: dict[str, list[Row]] = {}
    for row in rows:
        if row["part"] in wanted:
            key = str(row.get("name", row["part"])) + ("" if row["threads"] == 1 else f", {row['threads']} threads")
            lines.setdefault(key, []).append(row)
    return lines
