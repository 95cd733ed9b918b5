"""A world to begin from: the place in alife/app/templates under another name, its test, and a configuration."""

from alife.app._template import Template

_PLACE = Template(
    "new-world",
    {"NAME.py": "place.py", "test_NAME.py": "test_place.py", "NAME.yaml": "place.yaml"},
    module="alife.app.templates.place",
    class_name="Clearing",
    like="pond",
)
_NEXT = """{name}.py, test_{name}.py and {name}.yaml are here: {kind}, a world that works and is yours to change.
check it:        alife check-world {kind}
                 python -m pytest test_{name}.py
live in it:      alife run {name}.yaml --reload
play it by hand: alife play {name}.yaml"""


def new_world(name: str) -> str:
    """Write NAME.py, test_NAME.py and NAME.yaml into the working directory and return what to do next.

    Raises:
        ConfigError: the name does not serve, or is taken.
        DiskError: the files cannot be written.
    """
    return _NEXT.format(name=name, kind=_PLACE.write_files(name))
