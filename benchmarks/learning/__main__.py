"""The command `python -m benchmarks.learning`: worker processes import the bench by its own name, not as `__main__`."""

import sys

from benchmarks.learning.bench import main

if __name__ == "__main__":
    sys.exit(main())
