"""Dagster's own folder: where it is and how it is set up."""

from __future__ import annotations

import os
from pathlib import Path

from jixiao.settings import Settings

CONFIG_NAME = "dagster.yaml"

CONFIG = """\
# Written by Jixiao where there is none; your changes stay.
telemetry:
  enabled: false
nux:
  enabled: false

# Dagster's own log of runs, with its files kept open.
event_log_storage:
  module: orchestration.event_log
  class: EventLog
  config:
    home:
      env: DAGSTER_HOME

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
    """Return Dagster's folder and make it the one of this process and its children.

    `DAGSTER_HOME` of the environment is respected; otherwise it is `var/dagster`, with a configuration.
    """
    given = os.environ.get("DAGSTER_HOME")
    if given:
        return Path(given)
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / CONFIG_NAME
    if not config.exists():
        config.write_text(CONFIG, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return home
