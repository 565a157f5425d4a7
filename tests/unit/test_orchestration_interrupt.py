"""The witness of Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import pytest

from orchestration.interrupt import InterruptWitness


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Make SIGINT raise, even if the shell of the tests runs in the background and ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_whose_exception_is_swallowed_was_still_seen():
    with InterruptWitness() as witness:
        assert not witness.interrupted
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert witness.interrupted


def test_an_interrupt_is_known_after_the_end():
    with InterruptWitness() as witness, contextlib.suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert witness.interrupted


def test_another_signal_is_no_interrupt():
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        with InterruptWitness() as witness:
            signal.raise_signal(signal.SIGUSR1)
        assert not witness.interrupted
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_what_listened_before_listens_again():
    with InterruptWitness() as outer:
        with InterruptWitness():
            pass
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert outer.interrupted


def test_a_thread_has_a_witness_that_sees_nothing():
    seen = []

    def listen() -> None:
        with InterruptWitness() as witness:
            seen.append(witness.interrupted)

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [False]
