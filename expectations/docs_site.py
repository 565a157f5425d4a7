"""Data Docs of the gates: a static site without remote files.

Great Expectations' own pages load styles, icons, scripts and a logo from seven remote hosts.
Offline their index is empty and no status is visible, and online those hosts see each reader.
The views below put the templates of `data_docs/` before the packaged ones.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
from great_expectations.render.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

TEMPLATES = Path(__file__).resolve().parent / "data_docs"
STORE = "store"


class OfflinePageView(DefaultJinjaPageView):
    """A page of results or of a suite, without remote files."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _prefer_own_templates(self.env)


class OfflineIndexPageView(DefaultJinjaIndexPageView):
    """The page that lists all others, without remote files."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _prefer_own_templates(self.env)


def _prefer_own_templates(env: Environment) -> None:
    assert env.loader is not None
    env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), env.loader])


def context_config(docs_dir: Path | None) -> DataContextConfig:
    """Return the configuration of a context without analytics that writes only to `docs_dir`.

    Results are kept below `docs_dir`, so that one site shows both gates. Without `docs_dir`
    they are in memory.
    """
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars={"globally": False},  # type: ignore[arg-type]
    )
    if docs_dir is not None:
        for store in ("expectations_store", "validation_results_store"):
            config.stores[store]["store_backend"] = _folder(docs_dir / STORE / store, ".json")
        config.data_docs_sites = {"jixiao": _site(docs_dir)}
    return config


def _site(docs_dir: Path) -> dict[str, Any]:
    page = {"module_name": __name__, "class_name": OfflinePageView.__name__}
    index = {"module_name": __name__, "class_name": OfflineIndexPageView.__name__}
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": _folder(docs_dir),
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "view": index},
        "site_section_builders": {
            "expectations": {"view": page},
            "validations": {"view": page},
            "profiling": "none",
        },
    }


def _folder(path: Path, suffix: str | None = None) -> dict[str, Any]:
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(path.resolve())}
    return backend | ({"filepath_suffix": suffix} if suffix else {})


def forget(docs_dir: Path, gate: str) -> None:
    """Remove the results of earlier runs of the gate, so that the site shows only the last one."""
    for store in ("expectations_store", "validation_results_store"):
        shutil.rmtree(docs_dir / STORE / store / gate, ignore_errors=True)


def drop_static_files(docs_dir: Path) -> None:
    """Remove the 4 MB of fonts and pictures that no page refers to."""
    shutil.rmtree(docs_dir / "static", ignore_errors=True)
