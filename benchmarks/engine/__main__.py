"""The command `python -m benchmarks.engine`."""

import sys

from benchmarks.engine.bench import main

if __name__ == "__main__":
    sys.exit(main())
