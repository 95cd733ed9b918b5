"""The window, the film and the still picture of a run: frames in, commands out.

Nothing here is imported until a window or a film is opened, and pygame with it.

Raises:
    ConfigError: the pygame that is installed is another than pygame-ce.
"""

import os

# Standard output belongs to the caller, and pygame greets on import.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from alife.core.errors import ConfigError

if not getattr(pygame, "IS_CE", False):
    raise ConfigError(
        "windows and films need pygame-ce, and pygame is installed in its place or beside it; "
        "pip uninstall -y pygame pygame-ce, and then pip install pygame-ce"
    )
