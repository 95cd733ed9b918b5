"""Drawing: from scenes and numbers to pixels, in the colours of the theme."""

import alife.view._pygame_ce  # noqa: F401  # before anything of another is used
