"""Two processes give what one gives, whatever becomes of the second; the sample's oracle covers the figures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from carereport.side_by_side import both

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the second process is a fork")


def test_both_results_come_back_and_the_second_was_made_elsewhere() -> None:
    here, there = both(os.getpid, os.getpid)
    assert here == os.getpid()
    assert there != here


def test_what_a_second_process_cannot_do_is_done_here() -> None:
    home = os.getpid()

    def second() -> str:
        if os.getpid() != home:
            os._exit(7)
        return "done here"

    assert both(lambda: "first", second) == ("first", "done here")


@pytest.mark.parametrize(("seconds", "elsewhere"), [(0.1, False), (None, True)])
def test_a_second_half_that_takes_long_is_done_here_unless_it_is_to_be_waited_for(
    seconds: float | None, elsewhere: bool
) -> None:
    home = os.getpid()

    def second() -> bool:
        if os.getpid() != home:
            time.sleep(1)
        return os.getpid() != home

    assert both(lambda: "first", second, seconds) == ("first", elsewhere)


def test_an_error_of_the_second_half_is_raised_here() -> None:
    def second() -> str:
        raise ValueError("of the second half")

    with pytest.raises(ValueError, match="of the second half"):
        both(lambda: "first", second)


def test_an_error_of_the_first_half_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    fork = os.fork

    def remembered() -> int:
        started.append(fork())
        return started[-1]

    monkeypatch.setattr(os, "fork", remembered)

    def first() -> str:
        raise ValueError("of the first half")

    with pytest.raises(ValueError, match="of the first half"):
        both(first, lambda: "second")
    (child,) = started
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)


KILLED = """
import os, signal, sys, time
from carereport.side_by_side import both

def second():
    print("here", flush=True)
    time.sleep(60)

def first():
    time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)

both(first, second)
"""


def test_where_the_first_is_killed_the_second_ends_too() -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "here\n"
        assert started.wait() == -signal.SIGKILL
        began = time.monotonic()
        assert started.stdout.read() == "", "its output ends when the second process has ended"
        assert time.monotonic() - began < 30
