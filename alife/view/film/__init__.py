"""Films and still pictures of runs, drawn off-screen."""

import alife.view._pygame_ce  # noqa: F401  # before anything of another is used
