"""The page of worlds: what each is, from its docstring, and how learners fare in it, from what was measured."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "worlds.md"
FIGURES = ROOT / "docs" / "worlds" / "figures"


def as_text(row: dict[str, Any]) -> str:
    """Return a row as it lies on disk."""
    text = json.dumps(row, indent=1)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + " ".join(found[1].split()) + "]", text) + "\n"


def page() -> str:
    """Return the whole page."""
    return ""
