"""The command `python -m benchmarks.reliability`."""

import sys

from benchmarks.reliability.bench import main

if __name__ == "__main__":
    sys.exit(main())
