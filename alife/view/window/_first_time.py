"""Whether the window is opened for the first time, remembered in a small file of the user."""

import os
import sys
from contextlib import suppress
from pathlib import Path

_FILE = "story-told"


def is_first_time() -> bool:
    """Return whether the story was never told to the end; False where that could not be remembered."""
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK) and not (folder / _FILE).exists()
    except OSError:
        return False


def remember_story() -> None:
    """Write down that the story was told, where the folder can be written."""
    with suppress(OSError):
        _folder().mkdir(parents=True, exist_ok=True)
        (_folder() / _FILE).write_text(
            "The window has told its story; delete this file to see it at the next start, or press g.\n"
        )


def _folder() -> Path:
    """Return where programs keep such things on this system."""
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "alife"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "alife"
    return Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "alife"
