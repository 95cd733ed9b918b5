"""python -m alife: the command line."""

import sys

from alife.cli import main

sys.exit(main())
