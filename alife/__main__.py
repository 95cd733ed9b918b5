"""python -m alife: the command line."""

import sys

if __name__ == "__main__":
    # Python puts the working directory first. Unless it is the house itself, no file in it stands in for a library's.
    if not sys.flags.safe_path and sys.path[0] != __file__[: -len("/alife/__main__.py")]:
        del sys.path[0]
    from alife.app.cli import command

    command()
