"""Great Expectations takes long to import: that can be done while dbt is at work in its own process."""

from __future__ import annotations

import importlib
import threading


def preload_engine() -> None:
    """Begin to import what the gates run on; whoever imports it later waits for the rest of it."""
    threading.Thread(
        target=importlib.import_module, args=("expectations.session",), name="preload", daemon=True
    ).start()
