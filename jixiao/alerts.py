"""Send notices of builds by webhook, mail or a command.

Sending never raises: a channel that fails is returned with its reason, which has no address, password or token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shlex
import smtplib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage
from functools import partial
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, unquote, urlsplit
from urllib.request import Request, urlopen

from ingestion.message import Text
from jixiao.language import shown, text
from jixiao.settings import Alerts

SECONDS = 10
"""The longest wait for an answer of a server, and for the end of the command."""

LONGEST = {"wecom": 2_000, "dingtalk": 18_000, "feishu": 18_000, "slack": 18_000}
"""Bytes of text that a webhook takes: 企业微信 refuses more than 2,048, 钉钉 and 飞书 about 20,000."""


@dataclass(frozen=True)
class Notice:
    """What is reported about a build.

    Attributes:
        event: `failed`, `set_aside`, `quarantined`, `new_errors` or `test`.
        build_id: The id of the build; blank for a test.
        title: One line, in the language of the process.
        text: The whole text below the title, in the same language.
        documents: Ids of the documents that were set aside, or names of refused files.
        new_errors: The errors that the previous release did not have.
    """

    event: str
    build_id: str
    title: str
    text: str
    documents: list[str] = field(default_factory=list)
    new_errors: int = 0


@dataclass(frozen=True)
class Delivery:
    """The result of sending a notice by one channel.

    Attributes:
        channel: `wecom`, `dingtalk`, `feishu`, `slack`, `mail` or `command`.
        problem: Why it was not delivered; None if it was.
    """

    channel: str
    problem: str | None = None


class _RefusedError(Exception):
    """A channel refused the notice; the message has no secret."""


def send(notice: Notice, alerts: Alerts) -> list[Delivery]:
    """Send a notice by all channels that are set, one after another.

    Returns:
        One result for each channel.
    """
    return [Delivery(name, _problem(deliver, notice)) for name, deliver in _channels(alerts)]


def _channels(alerts: Alerts) -> Iterator[tuple[str, Callable[[Notice], None]]]:
    for name, url in alerts.webhooks.items():
        yield name, partial(_post, name, url, alerts.secrets.get(name, ""))
    if alerts.mail or alerts.smtp:
        yield "mail", partial(_mail, alerts)
    if alerts.command:
        yield "command", partial(_run, alerts.command)


def _problem(deliver: Callable[[Notice], None], notice: Notice) -> str | None:
    """Send a notice and return why it failed; of unexpected errors only the type, since a message may quote a secret."""
    try:
        deliver(notice)
    except _RefusedError as error:
        return str(error)
    except HTTPError as error:
        return f"HTTP {error.code}"
    except TimeoutError:
        return Text(f"{SECONDS} 秒内无应答", f"no answer in {SECONDS} s")
    except URLError as error:
        reason = error.reason
        return (reason.strerror if isinstance(reason, OSError) else None) or type(reason).__name__
    except smtplib.SMTPResponseException as error:
        return f"SMTP {error.smtp_code}"
    except OSError as error:
        return error.strerror or type(error).__name__
    except Exception as error:
        return type(error).__name__
    return None


def payload(
    channel: str, content: str, secret: str = "", now: float | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the request of a webhook.

    Args:
        channel: `wecom`, `dingtalk`, `feishu` or `slack`.
        content: The text of the message.
        secret: The secret of `dingtalk` or `feishu` that signs the request; blank if it isn't signed.
        now: Seconds since 1970; by default now.

    Returns:
        What is appended to the address, and the JSON of the body.
    """
    seconds = time.time() if now is None else now
    if channel == "slack":
        return "", {"text": content}
    if channel == "feishu":
        signed: dict[str, Any] = {}
        if secret:
            stamp = str(int(seconds))
            # The text to sign is the key, and the signed message is empty.
            signed = {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", "")}
        return "", {**signed, "msg_type": "text", "content": {"text": content}}
    suffix = ""
    if channel == "dingtalk" and secret:
        stamp = str(int(seconds * 1000))
        suffix = f"&timestamp={stamp}&sign=" + quote_plus(_signature(secret, f"{stamp}\n{secret}"))
    return suffix, {"msgtype": "text", "text": {"content": content}}


def _signature(key: str, message: str) -> str:
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _post(channel: str, url: str, secret: str, notice: Notice) -> None:
    suffix, body = payload(channel, _cut(f"{notice.title}\n{notice.text}", LONGEST[channel]), secret)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise _RefusedError(Text("地址须以 https:// 开头", "the address must begin with https://"))
    request = Request(
        url + suffix,
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    with urlopen(request, timeout=SECONDS) as response:
        answer = response.read(10_000)
    # The three answer 200 to what they refuse, with a code other than 0.
    if channel != "slack":
        try:
            content = json.loads(answer)
            code = content.get("errcode", content.get("code", content.get("StatusCode", 0)))
        except (ValueError, AttributeError) as error:
            raise _RefusedError(
                Text("应答不是此类 webhook 的格式", "the answer is not that of a webhook of this kind")
            ) from error
        if code:
            raise _RefusedError(Text(f"被拒绝，错误码 {code}", f"refused with code {code}"))


def _cut(content: str, size: int) -> str:
    encoded = content.encode()
    return content if len(encoded) <= size else encoded[: size - 3].decode(errors="ignore") + "…"


def _mail(alerts: Alerts, notice: Notice) -> None:
    server = urlsplit(alerts.smtp)
    if server.scheme not in {"smtp", "smtps"} or not server.hostname or not alerts.mail:
        raise _RefusedError(
            Text(
                "JIXIAO_ALERT_SMTP（smtp://主机:端口）与 JIXIAO_ALERT_MAIL 须同时设置",
                "JIXIAO_ALERT_SMTP (smtp://host:port) and JIXIAO_ALERT_MAIL are both needed",
            )
        )
    message = EmailMessage()
    user, password = unquote(server.username or ""), unquote(server.password or "")
    message["Subject"] = notice.title
    message["From"] = alerts.sender or (user if "@" in user else f"jixiao@{socket.gethostname()}")
    message["To"] = alerts.mail
    message.set_content(notice.text)
    context = ssl.create_default_context()
    is_encrypted = server.scheme == "smtps"
    with (
        smtplib.SMTP_SSL(server.hostname, server.port or 465, timeout=SECONDS, context=context)
        if is_encrypted
        else smtplib.SMTP(server.hostname, server.port or 25, timeout=SECONDS)
    ) as connection:
        connection.ehlo_or_helo_if_needed()
        if not is_encrypted and connection.has_extn("starttls"):
            connection.starttls(context=context)
        if user:
            connection.login(user, password)
        connection.send_message(message)


def _run(command: str, notice: Notice) -> None:
    content = json.dumps(asdict(notice), ensure_ascii=False)
    try:
        done = subprocess.run(
            shlex.split(command),
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _RefusedError(Text(f"{SECONDS} 秒未结束", f"still running after {SECONDS} s")) from error
    if done.returncode:
        raise _RefusedError(Text(f"退出码 {done.returncode}", f"exit code {done.returncode}"))


def undelivered(deliveries: list[Delivery]) -> list[str]:
    """Return a line for each channel that failed, in the language of the process."""
    return [
        text(f"通知未送达（{entry.channel}）：", f"A notice was not delivered ({entry.channel}): ")
        + shown(entry.problem)
        for entry in deliveries
        if entry.problem
    ]
