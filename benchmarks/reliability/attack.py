"""What an attack is, and what it has found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """What an attack is given.

    Args:
        count: of attempts.
        seed: of all that is drawn.
        folder: empty, for whatever it writes.
        jobs: how many attempts go on at once.
    """

    count: int
    seed: int
    folder: Path
    jobs: int = 2


@dataclass(frozen=True)
class Finding:
    """What an attack has found: figures in words, and each fault in one line."""

    said: str
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Attack:
    """An attack.

    Args:
        name: of one word.
        title: what is done, for the page; {count} stands for the number of attempts.
        asked: what must hold.
        count: of attempts.
        few: of attempts, where it is tried briefly.
        run: does it.
    """

    name: str
    title: str
    asked: str
    count: int
    few: int
    run: Callable[[Setting], Finding]
