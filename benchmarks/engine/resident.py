"""What a process holds after TICKS and after ten times as many: `python -m benchmarks.engine.resident TICKS`.

It does nothing but one arena of forage, so that nothing else is in its memory.
"""

import os
import sys
from pathlib import Path

from benchmarks.engine.loops import LoopTicks, arenas


def resident_bytes() -> int:
    """Return the bytes of memory that this process holds.

    Raises:
        FileNotFoundError: the system is not Linux.
    """
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Print the bytes."""
    ticks = int(sys.argv[1])
    loop = LoopTicks(arenas(1), warm_up=ticks)
    few = resident_bytes()
    for _ in range(9 * ticks):
        loop.run_tick()
    print(few, resident_bytes())


if __name__ == "__main__":
    main()
