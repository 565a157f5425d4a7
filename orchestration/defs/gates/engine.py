"""Import Great Expectations, which takes long, while dbt runs in its own process."""

from __future__ import annotations

import importlib
import threading


def preload_engine() -> None:
    """Start to import the gates' engine in a thread; a later import waits for it."""
    threading.Thread(
        target=importlib.import_module, args=("expectations.session",), name="preload", daemon=True
    ).start()
