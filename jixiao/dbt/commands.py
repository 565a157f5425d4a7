"""The arguments and the environment of dbt, as pure functions that can be tested."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from jixiao.settings import Settings

AFTER_GATES = "after_gates"
"""Tag of the models that are built after the gates: they read the verdicts, or only serve the release."""

ACROSS_ORGANIZATIONS = "across_organizations"
"""Tag of the models that are built anew after a few organizations are laid over the others."""

DEVELOPMENT = "development"
"""Tag of the tests that a nightly build leaves out: of intermediate models, and of the keys of staging."""

MANY_DOCUMENTS = 1000
"""Above this number of documents, some 140,000 forms, one query keeps all processors busy."""

_NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# A unit test runs a model on invented rows: it checks the code, not the data of a build.

SEEDS_SELECT = "resource_type:seed"
MODELS_SELECT = "resource_type:model"
AFTER_GATES_SELECT = f"tag:{AFTER_GATES}"
NOT_BEFORE_GATES_SELECT = f"{AFTER_GATES_SELECT} tag:{DEVELOPMENT}"
ACROSS_SELECT = f"tag:{ACROSS_ORGANIZATIONS}"


def seed_arguments() -> list[str]:
    """Return the arguments that load the seeds and run the tests that need only seeds."""
    return ["build", "--select", SEEDS_SELECT, "--indirect-selection", "cautious"]


def raw_arguments() -> list[str]:
    """Return the arguments that load the raw tables alone, if the reference tables are loaded already."""
    return ["seed", "--select", "path:seeds/raw"]


def models_arguments(documents: int) -> list[str]:
    """Return the arguments that build and test the models of a number of documents, except those after the gates."""
    return [
        *("build", "--select", MODELS_SELECT, "--exclude", NOT_BEFORE_GATES_SELECT),
        *_NO_UNIT_TESTS,
        *threads_for(documents),
    ]


def threads_for(documents: int) -> list[str]:
    """Return the option for the models built at once: one for many documents, else as many as in the profile."""
    # Two large queries at once would share the memory that one alone can use.
    return ["--threads", "1"] if documents > MANY_DOCUMENTS else []


def after_gates_arguments() -> list[str]:
    """Return the arguments that build and test the models after the gates."""
    return ["build", "--select", AFTER_GATES_SELECT, *_NO_UNIT_TESTS]


def across_arguments() -> list[str]:
    """Return the arguments that build and test the models whose rows depend on all organizations."""
    return ["build", "--quiet", "--select", ACROSS_SELECT, *_NO_UNIT_TESTS]


def empty_arguments() -> list[str]:
    """Return the arguments that make empty tables of all models except those after the gates."""
    return ["run", "--empty", "--exclude", AFTER_GATES_SELECT]


def docs_arguments() -> list[str]:
    """Return the arguments that write dbt's documentation as one page, from the manifest in the target folder."""
    return ["docs", "generate", "--quiet", "--static", "--no-compile"]


def parse_arguments() -> list[str]:
    """Return the arguments that write the manifest."""
    return ["parse", "--quiet"]


def dbt_command() -> list[str]:
    """Return the beginning of a command line of dbt in this environment, activated or not."""
    return [sys.executable, "-m", "dbt.cli.main"]


def environment(
    settings: Settings, *, target: Path, logs: Path, inherited: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of a dbt process.

    Paths of the build go through the link `builds/open`, so that they are the same in every build: dbt parses
    the whole project again if a profile or an environment variable has changed.

    Args:
        settings: The installation's.
        target: The folder for dbt's artifacts.
        logs: The folder for dbt's log.
        inherited: The environment of this process; its `DBT_*` variables are left out.
    """
    return {
        **{name: value for name, value in inherited.items() if not name.startswith("DBT_")},
        "PYTHONUNBUFFERED": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_LOG_LEVEL_FILE": "debug",
        "DBT_USE_COLORS_FILE": "false",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(logs),
        "DBT_PROJECT_DIR": str(settings.project_root),
        "DBT_PROFILES_DIR": str(settings.project_root),
        "JIXIAO_BUILD_DB": str(settings.open_build / "build.duckdb"),
        "JIXIAO_BUILD_DIR": str(settings.open_build),
        "JIXIAO_MEMORY": settings.memory,
        "JIXIAO_THREADS": str(settings.threads),
        "JIXIAO_SPILL": str(settings.spill),
        "JIXIAO_RAW": str(settings.open_build / "raw"),
    }
