"""Detect Ctrl-C reliably."""

from __future__ import annotations

import signal
import socket
import threading
from types import TracebackType


class InterruptWitness:
    """Record a SIGINT of this process, whichever handler handles it.

    A library can swallow the exception that the handler raises, and a child process that got the
    same signal then looks like one that failed. Python writes each signal's number to the wake-up
    descriptor before any handler runs. Only the main thread can set it; in others the witness
    records nothing.
    """

    def __init__(self) -> None:
        self._receiver, self._sender = socket.socketpair()
        self._receiver.setblocking(False)
        self._sender.setblocking(False)
        self._seen = b""
        self._before: int | None = None

    def __enter__(self) -> InterruptWitness:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._receive()
        if self._before is not None:
            signal.set_wakeup_fd(self._before)
        self._receiver.close()
        self._sender.close()

    @property
    def interrupted(self) -> bool:
        """Whether a SIGINT has arrived since the start of the block."""
        self._receive()
        return signal.SIGINT in self._seen

    def _receive(self) -> None:
        try:
            while received := self._receiver.recv(4096):
                self._seen += received
        except OSError:
            # No more signals, or the socket is closed.
            return
