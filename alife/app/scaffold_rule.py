"""A learning rule to begin from: the one in alife/app/templates under another name, and its test."""

from alife.app._template import Template

_RULE = Template(
    "new-rule",
    {"NAME.py": "rule.py", "test_NAME.py": "test_rule.py"},
    module="alife.app.templates.rule",
    class_name="ThreeFactor",
    like="oja",
)
_NEXT = """{name}.py and test_{name}.py are here: {kind}, a rule that works and is yours to change.
check it:    python -m pytest test_{name}.py
live by it:  alife run --set creatures.learners.learning.kind={kind}
measure it:  python -m benchmarks.learning --task binding --rule {kind}        (in a clone of the project)"""


def new_rule(name: str) -> str:
    """Write NAME.py and test_NAME.py into the working directory and return what to do next.

    Raises:
        ConfigError: the name does not serve, or is taken.
        DiskError: the files cannot be written.
    """
    return _NEXT.format(name=name, kind=_RULE.write_files(name))
