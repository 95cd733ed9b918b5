"""Seeds as a person writes them: 0-9, or 0,3,7, or 0-3,8."""

import re

from alife.core.errors import ConfigError

MAX_SEEDS = 10_000

_PART = re.compile(r"([0-9]{1,19})(?:-([0-9]{1,19}))?")
_LARGEST = 2**63 - 1


def parse_seeds(text: str, source: str = "--seeds") -> tuple[int, ...]:
    """Return the seeds that a text lists, in its order.

    Args:
        text: that lists them.
        source: named in front of a fault.

    Raises:
        ConfigError: a part is no seed and no range of seeds, a seed is given twice, or there are too many.
    """
    seeds: dict[int, None] = {}
    try:
        for part in text.split(","):
            for seed in _range(part.strip(), MAX_SEEDS - len(seeds)):
                if seed in seeds:
                    raise _WrongError(f"gives seed {seed} twice")
                seeds[seed] = None
    except _WrongError as why:
        form = "must be seeds and ranges of them, as in 0-9 or 0,3,7"
        raise ConfigError(f"{source} {text[:40]!r}: {form}; it {why}") from None
    return tuple(seeds)


class _WrongError(Exception):
    """What a list of seeds does."""


def _range(part: str, room: int) -> range:
    match = _PART.fullmatch(part)
    if match is None:
        raise _WrongError(f"has the part {part[:40]!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    if last > _LARGEST:
        raise _WrongError(f"goes to {last}, seeds end at {_LARGEST}")
    if last < first:
        raise _WrongError(f"has the range {part}, which ends before it begins")
    if last - first >= room:
        raise _WrongError(f"has more than {MAX_SEEDS:,} seeds")
    return range(first, last + 1)
