"""Dagster's home folder and its configuration."""

from __future__ import annotations

import os
from pathlib import Path

from jixiao.settings import Settings

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
    the setting of the event log; one that the user has edited is kept.
    """
    given = os.environ.get("DAGSTER_HOME")
    if given:
        return Path(given)
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / CONFIG_NAME
    fast = CONFIG + _OPEN_FILES
    wanted = CONFIG if os.environ.get(EVENT_LOG) == "dagster" else fast
    if not config.exists() or config.read_text(encoding="utf-8") in {CONFIG, fast} - {wanted}:
        config.write_text(wanted, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return home
