"""Small runs for the tests of this folder."""

from typing import Any

from alife.config.simulation_config import SimulationConfig, parse_config


def small(ticks: int | None = 60, **changes: Any) -> SimulationConfig:
    """Return a forage of two copies, one learner and one control in each, with eight neurons a brain."""
    raw: dict[str, Any] = {
        "ticks": ticks,
        "world": {"kind": "forage", "copies": 2, "size": 4.0, "food": 6, "poison": 6},
        "creatures": {
            "learners": {
                "count": 2,
                "brain": {"layers": [{"kind": "lif", "size": 8, "decay": 0.5}]},
                "learning": {"kind": "gated_trace", "trigger": {"kind": "surprise", "threshold": 0.01}},
            },
            "control": {"like": "learners", "count": 1, "learning": {"kind": "none"}},
        },
        "record": {"metrics": 10},
        **changes,
    }
    return parse_config(raw, "small")
