"""python -m alife: the command line."""

import sys

from alife.app.cli import main

sys.exit(main())
