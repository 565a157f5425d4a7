"""`jixiao serve`: the desk, a web page for the daily work."""

from __future__ import annotations

import sys
from contextlib import suppress

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.desk.guard import LOOPBACK, SHORTEST_TOKEN, Access
from jixiao.desk.serve import listen, serve
from jixiao.language import text
from jixiao.settings import Settings


def run_serve(host: str, port: int, token: str) -> int:
    """Serve the desk until it is stopped, and return the exit code.

    Args:
        host: The address to listen on.
        port: Its port; 0 takes a free one.
        token: What a user has to know; empty is for this machine alone.
    """
    settings, out, errors = Settings.load(), console(), console(sys.stderr)
    if not token and host not in LOOPBACK:
        errors.print(
            text(
                f"✗ --host {host}：其他机器也能访问，须用 --token 或环境变量 JIXIAO_DESK_TOKEN 设一个令牌。",
                f"✗ --host {host}: other machines reach it; set a token with --token or JIXIAO_DESK_TOKEN.",
            ),
            soft_wrap=True,
        )
        return exits.USAGE
    if token and len(token) < SHORTEST_TOKEN:
        errors.print(
            text(
                f"✗ 令牌至少 {SHORTEST_TOKEN} 个字符，如 `openssl rand -hex 16` 所生成。",
                f"✗ A token has at least {SHORTEST_TOKEN} characters, as `openssl rand -hex 16` makes one.",
            )
        )
        return exits.USAGE
    try:
        listening = listen(host, port)
    except OSError as error:
        errors.print(
            text(f"✗ 无法监听 {host}:{port}：", f"✗ Can't listen on {host}:{port}: ") + str(error.strerror)
        )
        return exits.FAILED
    with listening:
        access = Access(host, listening.getsockname()[1], token)
        out.print(
            f"http://{f'[{host}]' if ':' in host else host}:{access.port}"
            + text(" · Ctrl-C 结束", " · Ctrl-C ends it"),
            soft_wrap=True,
        )
        out.file.flush()
        # Ctrl-C is how it is meant to end.
        with suppress(KeyboardInterrupt):
            serve(settings, access, listening)
    return exits.OK
