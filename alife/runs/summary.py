"""The summary of a run: what it came to, in one JSON object and in a few lines to read."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import alife
from alife.sim.simulation import Simulation


def summarise(simulation: Simulation, seconds: float, ended: str) -> dict[str, Any]:
    """Return the summary.

    Args:
        simulation: that has run.
        seconds: of wall time that its ticks took.
        ended: how: "done", "stopped", "interrupted", "extinct", or the error that ended it.
    """
    creatures = sum(metrics.rows for metrics in simulation.metrics.values())
    return {
        "name": simulation.config.name,
        "seed": simulation.config.seed,
        "ended": ended,
        "ticks": simulation.tick,
        "seconds": round(seconds, 3),
        "creature_ticks_per_second": round(simulation.tick * creatures / max(seconds, 1e-9), 1),
        "event_log_sha256": simulation.events.digest.hex(),
        "peak_rss_mb": peak_rss_mb(),
        "species": {name: _species(simulation, name) for name in simulation.populations},
        "warnings": list(simulation.warnings.values()),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of what decides, beside a configuration, what happens in a run."""
    try:
        torch = version("torch")
    except PackageNotFoundError:  # most runs do without it
        torch = "not installed"
    return {
        "tracelife": alife.__version__,
        "torch": torch,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def _species(simulation: Simulation, name: str) -> dict[str, Any]:
    metrics, population = simulation.metrics[name], simulation.populations[name]
    return {
        "rows": metrics.rows,
        "reward_per_100_ticks": [round(mean, 4) for mean in metrics.tenths()],
        "backward_share": round(metrics.backward_share(), 6),
        "learning_state_bytes": population.learning_state_bytes(),
        "faults": simulation.faults.borne[name],
        "clipped": simulation.faults.clipped[name],
        "firing_rate": [round(rate, 6) for rate in population.firing_rates()],
        **_lives(simulation, name),
        **_episodes(simulation, name),
    }


def _lives(simulation: Simulation, name: str) -> dict[str, Any]:
    """Return births, deaths and the median lifespan; empty for a species without births and deaths."""
    lives = simulation.lives.by_species.get(name)
    if lives is None:
        return {}
    return {
        "alive": int(np.count_nonzero(lives.alive)),
        "births": lives.births,
        "deaths": lives.deaths,
        "median_lifespan": lives.median_lifespan(simulation.tick),
    }


def _episodes(simulation: Simulation, name: str) -> dict[str, Any]:
    """Return what the episodes were like that ended in the last tenth; empty where none did, or where lives end."""
    if simulation.lives.by_species.get(name) is not None:
        return {}
    found = simulation.metrics[name].last_episodes()
    told = {} if found is None else {what: number for what, number in found._asdict().items() if number is not None}
    return {"episodes": {what: round(number, 4) for what, number in told.items()}} if told else {}


def peak_rss_mb() -> float | None:
    """Return the most memory this process has held, in MiB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def summary_text(summary: dict[str, Any]) -> str:
    """Return the summary as lines for a person."""
    lines = [
        f"{summary['name']}, seed {summary['seed']}: {summary['ticks']:,} ticks in {summary['seconds']:.1f} s, "
        f"{summary['creature_ticks_per_second']:,.0f} creature-ticks per second ({summary['ended']})",
        "reward per 100 ticks and creature, in the first and in the last tenth of the run:",
    ]
    for name, species in summary["species"].items():
        tenths = species["reward_per_100_ticks"]
        lines.append(
            f"  {name:<12} {tenths[0]:+6.2f} -> {tenths[-1]:+6.2f}   "
            f"{species['rows']} creatures, each {_learning(species)}"
        )
        if "episodes" in species:
            found = species["episodes"]
            success = f"; {found['success']:.0%} a success" if "success" in found else ""
            lines.append(
                f"  {'':<12} {found['ended']:,} episodes ended in the last tenth: return {found['mean_return']:.4g}, "
                f"{found['mean_length']:.4g} ticks long, mean{success}"
            )
        if "births" in species:
            lines.append(f"  {'':<12} {_lived(species)}")
    return "\n".join(lines)


def _lived(species: dict[str, Any]) -> str:
    median = species["median_lifespan"]
    span = "more than half outlive the run" if median is None else f"median lifespan {median:,.0f} ticks"
    return f"{species['births']:,} born, {species['deaths']:,} died, {species['alive']:,} alive, {span}"


def _learning(species: dict[str, Any]) -> str:
    if species["backward_share"]:
        return f"learned at {species['backward_share']:.1%} of its ticks"
    if species["learning_state_bytes"]:
        return "never learned"  # it has a rule, and nothing has set it off yet
    return "does not learn"
