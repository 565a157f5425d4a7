"""`make dashboard`: set up Superset from the files of this folder and serve it.

Run with the warehouse's own Python; Superset has a separate environment.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboards.superset.additions import DOCUMENTS_PATH
from dashboards.superset.bundle import ASSETS, dashboards_bundle, roles_as_json
from dashboards.superset.keys import ADMIN_PASSWORD, READER_PASSWORD, SecretsError, take_secrets
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import PROJECT_ROOT, Settings

FOLDER = Path(__file__).parent
PORT = 8088
READER_ROLE = "绩效查看"
DOCUMENTS_ADDRESS = "JIXIAO_DOCUMENTS_URL"


class ServeError(Exception):
    """Superset can't be set up; the message gives the reason and the remedy."""


@dataclass(frozen=True)
class Server:
    """One Superset of this project.

    Attributes:
        executables: The `bin` folder of Superset's environment.
        state: The folder of its own database, secrets and log.
        database: The displayed release.
        secrets: The secrets by name.
        host: The address that it listens on.
        port: The port that it listens on.
        documents: The address under which browsers find the pages of documents.
        assets: The imported assets.
    """

    executables: Path
    state: Path
    database: Path
    secrets: Mapping[str, str]
    host: str
    port: int
    documents: str = DOCUMENTS_PATH
    assets: Path = ASSETS

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its processes."""
        return {
            **os.environ,
            **self.secrets,
            "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
            "JIXIAO_SUPERSET_STATE": str(self.state),
            "JIXIAO_DATABASE": str(self.database),
            # The modules that the configuration imports.
            "PYTHONPATH": str(FOLDER),
            "FLASK_APP": "superset.app:create_app()",
            "SCARF_ANALYTICS": "false",
            "DO_NOT_TRACK": "1",
            "PYTHONWARNINGS": "ignore",
        }

    @property
    def command(self) -> list[str]:
        """Return the command that serves it."""
        return [
            str(self.executables / "gunicorn"),
            *("--bind", f"{self.host}:{self.port}"),
            *("--workers", "2", "--worker-class", "gthread", "--threads", "8", "--timeout", "120"),
            *("--log-level", "warning", "superset.app:create_app()"),
        ]

    def provision(self) -> None:
        """Update Superset's own database from the files of the folder, including existing objects.

        Raises:
            ServeError: It failed; its output is in `provision.log` of the state folder.
        """
        self.state.mkdir(parents=True, exist_ok=True)
        log = self.state / "provision.log"
        with tempfile.TemporaryDirectory(dir=self.state) as scratch:
            bundle, roles = Path(scratch) / "jixiao.zip", Path(scratch) / "roles.json"
            bundle.write_bytes(dashboards_bundle(self.database, self.assets, self.documents))
            roles.write_text(roles_as_json(), encoding="utf-8")
            command = [
                *(str(self.executables / "python"), str(FOLDER / "provision.py"), "--upgrade"),
                *("--roles", str(roles)),
                *("--user", "admin", "Admin", ADMIN_PASSWORD),
                *("--user", "reader", READER_ROLE, READER_PASSWORD),
                *("--assets", str(bundle), "--as", "admin"),
            ]
            with log.open("w", encoding="utf-8") as stream:
                done = subprocess.run(
                    command,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
        if done.returncode != 0:
            raise ServeError(f"Superset could not be set up ({done.returncode}); its words are in {log}")


def server_of(
    settings: Settings, executables: Path, host: str, port: int, environment: Mapping[str, str]
) -> Server:
    """Return the server of an installation.

    Raises:
        ServeError: There is no release to show, or Superset isn't installed.
        SecretsError: A secret is missing.
    """
    database = settings.current / DATABASE_NAME
    if not database.is_file():
        raise ServeError(
            f"{database}: 没有可展示的版本，请先运行 make run。 No release to show; run `make run` first."
        )
    if not (executables / "superset").is_file():
        raise ServeError(f"{executables / 'superset'}: not installed; `make dashboard` installs it")
    state = settings.var / "superset"
    documents = environment.get(DOCUMENTS_ADDRESS) or DOCUMENTS_PATH
    return Server(executables, state, database, take_secrets(state, host, environment), host, port, documents)


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up Superset and replace this process by its server; return only on failure or without serving."""
    parser = argparse.ArgumentParser(prog="make dashboard", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=PORT, help="port to listen on")
    parser.add_argument(
        "--superset", type=Path, default=PROJECT_ROOT / ".venv-superset", help="its environment"
    )
    parser.add_argument("--no-serve", action="store_true", help="set up only")
    parser.add_argument(
        "--bundle", type=Path, metavar="ZIP", help="write the archive for another Superset instead"
    )
    options = parser.parse_args(arguments)
    if options.bundle:
        documents = os.environ.get(DOCUMENTS_ADDRESS, "")
        database = Settings.load().current / DATABASE_NAME
        options.bundle.write_bytes(dashboards_bundle(database, documents=documents))
        return 0
    try:
        server = server_of(Settings.load(), options.superset / "bin", options.host, options.port, os.environ)
        print("正在配置 Superset … setting Superset up, about a minute the first time", flush=True)
        server.provision()
    except (ServeError, SecretsError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    print(
        f"http://{server.host}:{server.port} · 用户 user: admin, reader · 密码 passwords: {server.state}/secrets.env"
    )
    if not options.no_serve:
        sys.stdout.flush()
        os.execve(server.command[0], server.command, server.environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
