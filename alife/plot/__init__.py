"""Pictures of what was measured. Every function draws into given axes or a new figure, and returns the figure."""

from alife.plot.brain import brain
from alife.plot.distributions import distributions
from alife.plot.effects import effects
from alife.plot.event_average import event_average
from alife.plot.learning_curve import learning_curve
from alife.plot.line_graph import line_graph
from alife.plot.measurement_manager import MeasurementManager
from alife.plot.population import population
from alife.plot.recording import Recording
from alife.plot.render_image import render_image
from alife.plot.seed_curves import seed_curves
from alife.plot.spike_train import spike_train

__all__ = [
    "MeasurementManager",
    "Recording",
    "brain",
    "distributions",
    "effects",
    "event_average",
    "learning_curve",
    "line_graph",
    "population",
    "render_image",
    "seed_curves",
    "spike_train",
]
