"""Import dbt and parse the project once, in the process that every dbt process is forked from."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from jixiao.dbt import commands
from jixiao.dbt.manifest import PARTIAL_PARSE, fingerprint
from jixiao.settings import Settings


def manifest_of(project: str) -> Manifest | None:
    """Return the parsed project if it has this fingerprint, else None: dbt then parses it itself."""
    return _MANIFEST if project == _FINGERPRINT else None


def _parse(settings: Settings) -> Manifest | None:
    """Return the project's manifest, or None if it can't be parsed: the dbt process reports the reason."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch)
        os.environ.update(commands.environment(settings, target=target, logs=target, inherited=before))
        saved = settings.dbt_target / PARTIAL_PARSE
        arguments = [
            *commands.parse_arguments(),
            *("--no-write-json", "--partial-parse-file-path", str(saved)),
        ]
        try:
            result = dbtRunner().invoke(arguments).result
            return result if isinstance(result, Manifest) else None
        finally:
            os.environ.clear()
            os.environ.update(before)


# The build handles Ctrl-C, and ends this process.
_handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
_FINGERPRINT = ""
_MANIFEST: Manifest | None = None
with suppress(OSError):
    _settings = Settings.load()
    _FINGERPRINT = fingerprint(_settings)
    _MANIFEST = _parse(_settings)
# Keep the shared objects out of the garbage collection of the forked processes.
gc.collect()
gc.freeze()
signal.signal(signal.SIGINT, _handler)
