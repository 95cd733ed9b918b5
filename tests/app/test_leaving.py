"""The end of the command, where something does not end."""

import subprocess
import sys

import pytest

from tests.command import ROOT

_THREAD = """
import sys, threading, time
from alife.app.leaving import leave
threading.Thread(target=time.sleep, args=[60], name="for ever").start()
assert "multiprocessing" not in sys.modules
leave(3)
"""
_CHILD = """
import multiprocessing, time
from alife.app.leaving import leave
child = multiprocessing.Process(target=time.sleep, args=[60], name="a child")
child.start()
leave(3)
"""


@pytest.mark.slow
def test_neither_a_thread_nor_a_child_keeps_a_command_from_ending_with_its_code() -> None:
    """They have some seconds, and are named; nothing is loaded to look for a child, and one that is there is ended."""
    started = [
        subprocess.Popen([sys.executable, "-c", each], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for each in (_THREAD, _CHILD)
    ]
    said = [each.communicate(timeout=30)[1] for each in started]  # the streams are the child's as well

    assert [each.returncode for each in started] == [3, 3]
    assert b"'for ever' of the world did not end" in said[0]
    assert b"'a child' of the world did not end" in said[1]
