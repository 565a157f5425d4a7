"""dbt imported and the project parsed, once, when this module is: only the process that dbt is forked from does."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import env_scrubber, msg_to_dict

from jixiao.settings import Settings
from orchestration.defs.dbt import commands
from orchestration.defs.dbt.manifest import PARTIAL_PARSE, fingerprint

_ONLY_LOGGED = ("debug", "test")
_MOUTH = threading.Lock()


def context(project: str) -> dict[str, Any]:
    """What dbt's command line is handed on: the manifest, if it is that of a project with this fingerprint."""
    return {"manifest": _MANIFEST} if _MANIFEST is not None and project == _FINGERPRINT else {}


def tell(event: EventMsg) -> None:
    """Print an event as a line of JSON, unless only a log would have it: dbt's models are built by several threads."""
    if event.info.level in _ONLY_LOGGED:
        return
    line = env_scrubber(json.dumps(msg_to_dict(event), sort_keys=True))
    with _MOUTH:
        sys.stdout.write(f"{line}\n")


def _parse(settings: Settings) -> Any:
    """The project's manifest, or None where it doesn't parse: the dbt that needs it will say why."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch)
        os.environ.update(commands.environment(settings, target=target, logs=target, inherited=before))
        saved = settings.dbt_target / PARTIAL_PARSE
        try:
            return (
                dbtRunner()
                .invoke(
                    [*commands.parse_arguments(), "--no-write-json", "--partial-parse-file-path", str(saved)]
                )
                .result
            )
        finally:
            os.environ.clear()
            os.environ.update(before)


# Ctrl-C is for the build, which ends this process with it.
_heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
_FINGERPRINT = ""
_MANIFEST: Any = None
with suppress(OSError):
    _settings = Settings.load()
    _FINGERPRINT = fingerprint(_settings)
    _MANIFEST = _parse(_settings)
# What lives on in every fork is not looked through by the collector of each.
gc.collect()
gc.freeze()
signal.signal(signal.SIGINT, _heard)
