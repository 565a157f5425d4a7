"""Serve the desk until it is stopped."""

from __future__ import annotations

import socket

import uvicorn

from jixiao.desk.app import create_app
from jixiao.desk.guard import Access
from jixiao.settings import Settings

GRACE_SECONDS = 3
"""For answers that are under way when the desk is stopped."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises:
        OSError: The port is taken, or the address isn't one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(64)
    except OSError:
        made.close()
        raise
    return made


def serve(settings: Settings, access: Access, listening: socket.socket) -> None:
    """Serve the desk on a socket until the process is told to stop."""
    make_server(settings, access).run(sockets=[listening])


def make_server(settings: Settings, access: Access, *, prepares: bool = True) -> uvicorn.Server:
    """Return the server of a desk; it logs no address, since one can hold the token."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings, access, prepares=prepares),
            access_log=False,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
