"""The seeds of `--seeds`, as a person writes them: 0-9, or 0,3,7, or 0-3,8."""

import re

from alife.core.errors import ConfigError

MAX_SEEDS = 10_000

_PART = re.compile(r"([0-9]{1,19})(?:-([0-9]{1,19}))?")
_LARGEST = 2**63 - 1


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds that a text lists, in its order.

    Raises:
        ConfigError: a part is no seed and no range of seeds, a seed is given twice, or there are too many.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        for seed in _range(text, part.strip(), MAX_SEEDS - len(seeds)):
            if seed in seeds:
                raise _wrong(text, f"gives seed {seed} twice")
            seeds[seed] = None
    return tuple(seeds)


def _range(text: str, part: str, room: int) -> range:
    match = _PART.fullmatch(part)
    if match is None:
        raise _wrong(text, f"has the part {part[:40]!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    if last > _LARGEST:
        raise _wrong(text, f"goes to {last}, seeds end at {_LARGEST}")
    if last < first:
        raise _wrong(text, f"has the range {part}, which ends before it begins")
    if last - first >= room:
        raise _wrong(text, f"has more than {MAX_SEEDS:,} seeds")
    return range(first, last + 1)


def _wrong(text: str, why: str) -> ConfigError:
    return ConfigError(f"--seeds {text[:40]!r}: must be seeds and ranges of them, as in 0-9 or 0,3,7; it {why}")
