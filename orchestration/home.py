"""Dagster's home folder and its configuration."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from ingestion.message import Text
from jixiao.settings import Settings, SettingsError

CONFIG_NAME = "dagster.yaml"

EVENT_LOG = "JIXIAO_EVENT_LOG"
"""The variable that chooses the event log: `dagster` for Dagster's own."""

_OPEN_FILES = """\
# Dagster's event log in its own files, which are kept open; JIXIAO_EVENT_LOG=dagster does without it.
event_log_storage:
  module: orchestration.event_log
  class: EventLog
  config:
    home:
      env: DAGSTER_HOME

"""

BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"
"""Dagster's variable for the most events that it stores at once, of those that it announces at the start of a run."""

POSTGRES = "JIXIAO_POSTGRES"
"""The variable with the address of a database in which Dagster stores runs, events and schedules."""

_DRIVER = "postgresql+psycopg2://"
"""SQLAlchemy's name of the driver that dagster-postgres installs; with `postgresql://` it looks for another."""

_POSTGRES = """\
# Runs, events and schedules in Postgres; JIXIAO_POSTGRES has the address, which is not written here.
storage:
  postgres:
    postgres_url:
      env: JIXIAO_POSTGRES

"""

CONFIG = """\
# Written by Jixiao where there is none; your changes stay.
telemetry:
  enabled: false
nux:
  enabled: false

# One build at a time; a second one waits its turn.
concurrency:
  runs:
    max_concurrent_runs: 1

# A run whose machine was switched off must not keep the others waiting; millions of forms take hours.
run_monitoring:
  enabled: true
  max_runtime_seconds: 86400

retention:
  schedule:
    purge_after_days: 90
"""


def prepare_home(settings: Settings) -> Path:
    """Return Dagster's home and set it for this process and its children.

    It is `DAGSTER_HOME` if that is set, else `var/dagster` with a configuration. An unchanged configuration follows
    the settings of Postgres and of the event log; one that the user has edited is kept.

    Raises:
        SettingsError: Postgres is set, but can't be used.
    """
    _check_postgres(os.environ.get(POSTGRES, ""))
    os.environ.setdefault(BATCH_SIZE, "1000")
    given = os.environ.get("DAGSTER_HOME")
    if given:
        return Path(given)
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / CONFIG_NAME
    ours = {CONFIG, CONFIG + _OPEN_FILES, CONFIG + _POSTGRES}
    wanted = CONFIG + _storage()
    if not config.exists() or config.read_text(encoding="utf-8") in ours - {wanted}:
        config.write_text(wanted, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def _storage() -> str:
    if os.environ.get(POSTGRES):
        return _POSTGRES
    return "" if os.environ.get(EVENT_LOG) == "dagster" else _OPEN_FILES


def _check_postgres(address: str) -> None:
    if address and not address.startswith(_DRIVER):
        raise SettingsError(
            Text(
                f"{POSTGRES}：须为地址 {_DRIVER}user:password@host:5432/database",
                f"{POSTGRES}: an address {_DRIVER}user:password@host:5432/database is expected",
            )
        )
    if address and find_spec("dagster_postgres") is None:
        raise SettingsError(
            Text(
                f"{POSTGRES}：未安装 dagster-postgres；`pip install 'jixiao[postgres]'`",
                f"{POSTGRES}: dagster-postgres is not installed; `pip install 'jixiao[postgres]'`",
            )
        )
