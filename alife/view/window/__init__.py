"""The window: panels on a canvas, keys and mouse, captions, the last minute backwards."""

import alife.view._pygame_ce  # noqa: F401  # before anything of another is used
