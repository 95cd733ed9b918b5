"""The window, the film and the still picture of a run: frames in, commands out.

Nothing here is imported until a window or a film is opened: pygame comes with the modules, not with the package.
"""

import os

# Standard output belongs to the caller, and pygame greets on import.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
