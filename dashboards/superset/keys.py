"""The demo's secrets: created once, kept beside its state, readable only by their owner."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

SECRET_KEY = "SUPERSET_SECRET_KEY"
ADMIN_PASSWORD = "JIXIAO_DASHBOARD_PASSWORD"
READER_PASSWORD = "JIXIAO_READER_PASSWORD"
NAMES = (SECRET_KEY, ADMIN_PASSWORD, READER_PASSWORD)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SecretsError(Exception):
    """A secret is missing and the demo's own secrets are not allowed."""


def take_secrets(state: Path, host: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets by name.

    Secrets of the environment take precedence. For a server on this machine alone, missing ones are random
    and kept in `state/secrets.env`.

    Args:
        state: The folder of Superset's state.
        host: The address that the server will listen on.
        environment: Environment variables.

    Raises:
        SecretsError: The server is reachable from elsewhere and a secret isn't in the environment.
    """
    given = {name: environment[name] for name in NAMES if environment.get(name)}
    missing = [name for name in NAMES if name not in given]
    if missing and host not in LOOPBACK:
        raise SecretsError(
            f"{host}: 不是本机地址，须先设置环境变量 {'、'.join(missing)}。 The demo's own secrets are for 127.0.0.1 "
            f"alone; set {', '.join(missing)} in the environment."
        )
    file = state / "secrets.env"
    kept = _read(file)
    made = {
        name: kept.get(name) or secrets.token_urlsafe(42 if name == SECRET_KEY else 12) for name in missing
    }
    if made:
        _write(file, {**kept, **made})
    return {**made, **given}


def _read(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _write(file: Path, values: Mapping[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        os.fchmod(descriptor, 0o600)
        stream.writelines(f"{name}={value}\n" for name, value in values.items())
