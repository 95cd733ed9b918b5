"""Warnings: one line each, and once from each place, however often it warns."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alife.core.errors import WorldWarning
from alife.core.sentences import plain
from alife.core.terminal import print_warning


@contextmanager
def warnings_in_lines() -> Iterator[None]:
    """Print warnings as lines on standard error: ours as they are, others with their place."""
    said: set[tuple[Any, ...]] = set()

    def show(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        ours = issubclass(category, WorldWarning)
        place = str(message) if ours else f"{filename}:{lineno}"
        if (category, place) not in said:
            said.add((category, place))
            told = plain(message) if ours else f"{category.__name__}: {plain(message)} ({place})"
            print_warning(f"warning: {told}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield
