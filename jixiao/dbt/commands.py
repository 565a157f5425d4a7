"""What dbt is called with: pure functions, so that the commands can be read and tested."""

from __future__ import annotations

import sysconfig
from collections.abc import Mapping
from pathlib import Path

from jixiao.settings import Settings

AFTER_GATES = "after_gates"
"""Tag of the models that are built after the gates: they read what these said, or only serve the release."""

ACROSS_ORGANIZATIONS = "across_organizations"
"""Tag of the models that are built anew when a few organizations were laid over all others."""

DEVELOPMENT = "development"
"""Tag of the tests that a nightly build leaves out: those of intermediate models, and of the keys of staging."""

MANY_DOCUMENTS = 1000
"""So many documents, some 140,000 forms, keep all processors busy with one query."""

_NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# A unit test tries a model on invented rows: it tells about the code, not about tonight's data.

SEEDS_SELECT = "resource_type:seed"
MODELS_SELECT = "resource_type:model"
AFTER_GATES_SELECT = f"tag:{AFTER_GATES}"
NOT_BEFORE_GATES_SELECT = f"{AFTER_GATES_SELECT} tag:{DEVELOPMENT}"
ACROSS_SELECT = f"tag:{ACROSS_ORGANIZATIONS}"


def seed_arguments() -> list[str]:
    """Load the seeds and test those that need nothing but seeds."""
    return ["build", "--select", SEEDS_SELECT, "--indirect-selection", "cautious"]


def raw_arguments() -> list[str]:
    """Load the raw tables alone, where the reference tables are there already."""
    return ["seed", "--select", "path:seeds/raw"]


def models_arguments(documents: int) -> list[str]:
    """Build and test the models of so many documents, but for those that wait for the gates."""
    return [
        *("build", "--select", MODELS_SELECT, "--exclude", NOT_BEFORE_GATES_SELECT),
        *_NO_UNIT_TESTS,
        *threads_for(documents),
    ]


def threads_for(documents: int) -> list[str]:
    """How many models are built at once: of many documents one, else as many as the profile says."""
    # Two large queries at once would share the memory that one can use.
    return ["--threads", "1"] if documents > MANY_DOCUMENTS else []


def after_gates_arguments() -> list[str]:
    """Build and test the models that wait for the gates."""
    return ["build", "--select", AFTER_GATES_SELECT, *_NO_UNIT_TESTS]


def across_arguments() -> list[str]:
    """Build and test the models whose rows depend on all organizations, in a database that holds them all."""
    return ["build", "--select", ACROSS_SELECT, *_NO_UNIT_TESTS]


def empty_arguments() -> list[str]:
    """Make the tables of all models but those that wait for the gates, with no row in them."""
    return ["run", "--empty", "--exclude", AFTER_GATES_SELECT]


def docs_arguments() -> list[str]:
    """Write dbt's own documentation as one page, from the manifest that is in the target folder."""
    return ["docs", "generate", "--static", "--no-compile"]


def parse_arguments() -> list[str]:
    """Write the manifest."""
    return ["parse", "--quiet"]


def executable() -> str:
    """The dbt of this environment, whether or not the environment is activated."""
    return str(Path(sysconfig.get_path("scripts")) / "dbt")


def environment(
    settings: Settings, *, target: Path, logs: Path, inherited: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of a dbt process.

    The paths of the build are those of the link `builds/open`, the same for every build: dbt parses the
    whole project anew where a profile or an environment variable has changed.

    Args:
        settings: Where things are.
        target: Where dbt writes its artifacts.
        logs: Where dbt writes its log.
        inherited: The environment of this process; dbt settings of the user's own are left out of it.
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
        "JIXIAO_SPILL": str(settings.spill),
        "JIXIAO_RAW": str(settings.open_build / "raw"),
    }
