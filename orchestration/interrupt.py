"""Knowing for certain that Ctrl-C was pressed."""

from __future__ import annotations

import signal
import socket
import threading
from types import TracebackType


class InterruptWitness:
    """Remember a SIGINT of this process, whichever handler answers it.

    A library between the handler and us can swallow the exception that the handler raises, and a
    child process that got the same signal then looks like one that failed. Python writes each
    signal's number to the wake-up descriptor before any handler runs. Only the main thread hears
    of signals; elsewhere the witness sees none.
    """

    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)
        self._seen = b""
        self._before: int | None = None

    def __enter__(self) -> InterruptWitness:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._listen()
        if self._before is not None:
            signal.set_wakeup_fd(self._before)
        self._ear.close()
        self._mouth.close()

    @property
    def interrupted(self) -> bool:
        """Whether a SIGINT has come since the witness began to listen."""
        self._listen()
        return signal.SIGINT in self._seen

    def _listen(self) -> None:
        try:
            while heard := self._ear.recv(4096):
                self._seen += heard
        except OSError:
            # Nothing more to hear, or no longer listening.
            return
