"""Who may ask what: the names that the desk answers to, the token, and the origin of what is sent."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.desk.pages import message_page

LOOPBACK = ("127.0.0.1", "localhost", "::1")

SHORTEST_TOKEN = 16

TOKEN_FIELD, TOKEN_COOKIE, SESSION_COOKIE = "token", "jixiao_token", "jixiao_session"

KEPT_PAGES = ("/release/", "/checked/")
"""Pages that were written as files: each has its own script and styles, and no business with the desk."""

_OWN_PAGES = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# Without `allow-same-origin`, a script in such a page can neither read a page of the desk nor send it a form.
_KEPT_PAGES = (
    "default-src 'self' data:; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals"
)

_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Access:
    """Who may use the desk.

    Attributes:
        host: The address that it listens on.
        port: Its port.
        token: What a user has to know; empty on this machine alone.
        secret: Signs the forms of this process.
    """

    host: str
    port: int
    token: str = ""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def answers_to(self, host: str) -> bool:
        """Return whether a `Host` header names the desk.

        A page of another site can have its own name resolve to this machine, but its requests still carry that name.
        """
        try:
            # The port can be that of a tunnel or proxy.
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in (*LOOPBACK, self.host.lower()):
            return True
        return self.is_everywhere and (_is_address(name) or name in _names_of_this_machine())

    @property
    def is_everywhere(self) -> bool:
        """Whether it listens on all addresses of the machine."""
        return _is_address(self.host) and ipaddress.ip_address(self.host).is_unspecified

    @property
    def pass_of_token(self) -> str:
        """What the cookie holds in place of the token."""
        return hmac.new(self.token.encode(), b"jixiao desk", hashlib.sha256).hexdigest()

    def form_key(self, session: str) -> str:
        """Return what each form of a browser carries."""
        return hmac.new(self.secret, session.encode(), hashlib.sha256).hexdigest()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _names_of_this_machine() -> set[str]:
    name = socket.gethostname().lower()
    return {name, f"{name}.local", socket.getfqdn().lower()}


class Guard:
    """Lets a request through to the desk, or answers with a refusal; sets the headers of every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            # The desk has no sockets.
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        session, is_new = request.cookies.get(SESSION_COOKIE, ""), False
        if not session:
            session, is_new = secrets.token_urlsafe(16), True
        request.state.form_key = self._access.form_key(session)
        request.state.nonce = secrets.token_urlsafe(16)
        policy = _KEPT_PAGES if scope["path"].startswith(KEPT_PAGES) else _OWN_PAGES

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", policy)
                headers.setdefault("Cache-Control", "no-store")
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                if is_new:
                    headers.append(
                        "Set-Cookie", f"{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax"
                    )
            await send(message)

        refusal = self._refusal(request)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        if not self._access.answers_to(host):
            return message_page(
                request,
                "地址不符",
                f"这里不是“{host}”。请用启动时显示的地址打开，如 http://127.0.0.1:{self._access.port}。",
                HTTPStatus.MISDIRECTED_REQUEST,
            )
        if request.method not in {"GET", "HEAD"} and not _is_of(request, host):
            return message_page(request, "来源不符", "这个请求来自别的网页，未予受理。", HTTPStatus.FORBIDDEN)
        # The styles of the page that asks for the token.
        is_free = not self._access.token or request.url.path.startswith("/static/")
        return None if is_free else self._without_token(request)

    def _without_token(self, request: Request) -> Response | None:
        given = request.cookies.get(TOKEN_COOKIE, "")
        if hmac.compare_digest(given.encode(), self._access.pass_of_token.encode()):
            return None
        asked = request.query_params.get(TOKEN_FIELD)
        if asked is not None and hmac.compare_digest(asked.encode(), self._access.token.encode()):
            others = [
                (name, value) for name, value in request.query_params.multi_items() if name != TOKEN_FIELD
            ]
            # The path alone: an address that begins with `//` would lead to another site.
            path = "/" + request.url.path.lstrip("/")
            answer = RedirectResponse(f"{path}?{urlencode(others)}" if others else path, HTTPStatus.SEE_OTHER)
            answer.set_cookie(
                TOKEN_COOKIE, self._access.pass_of_token, max_age=_YEAR, httponly=True, samesite="lax"
            )
            return answer
        return message_page(
            request,
            "需要令牌",
            "令牌不对。" if asked else "请输入启动时设定的令牌；本浏览器只需一次。",
            HTTPStatus.UNAUTHORIZED,
            asks_token=True,
        )


def _is_of(request: Request, host: str) -> bool:
    """Return whether a browser sent a form from a page of the desk; what is no browser names no origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc == host


def page_policy(nonce: str) -> str:
    """Return the policy of a page of a document on the desk: its own script alone, and its styles."""
    return _OWN_PAGES.replace("script-src 'self'", f"script-src 'self' 'nonce-{nonce}'").replace(
        "style-src 'self'", "style-src 'self' 'unsafe-inline'"
    )
