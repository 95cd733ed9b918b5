"""The pygame that windows and films are drawn with; importing this refuses another.

Raises ConfigError: what is installed is not pygame-ce.
"""

import pygame

from alife.core.errors import ConfigError

if not getattr(pygame, "IS_CE", False):
    raise ConfigError(
        "windows and films need pygame-ce, and pygame is installed in its place or beside it; "
        "pip uninstall -y pygame pygame-ce, and then pip install pygame-ce"
    )
