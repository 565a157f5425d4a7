"""`jixiao metrics`: run MetricFlow's command line on the current release, read only."""

from __future__ import annotations

import os

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.language import text
from jixiao.settings import Settings


class NoUpdates:
    """Replaces MetricFlow's update checker, which asks a registry at each start and can't be switched off."""

    def check(self, _package_name: str, _package_version: str) -> None:
        """Return without a check."""


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables that point dbt and MetricFlow at the current release."""
    return {
        "DBT_TARGET": "release",
        "DBT_PROJECT_DIR": str(settings.project_root),
        "DBT_PROFILES_DIR": str(settings.project_root),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "JIXIAO_RELEASE_DB": str(settings.current / "jixiao.duckdb"),
    }


def run_metrics(arguments: list[str]) -> int:
    """Run `mf` with its own arguments and return its exit code."""
    settings = Settings.load()
    if not (settings.current / "jixiao.duckdb").is_file():
        console().print(
            text(f"✗ {settings.current} 中还没有版本：", f"✗ There is no release in {settings.current} yet: ")
            + "jixiao build"
        )
        return exits.FAILED
    os.environ.update(environment(settings))
    # MetricFlow looks for the parsed project in `target/` of the project and nowhere else.
    os.environ.pop("DBT_TARGET_PATH", None)
    os.chdir(settings.project_root)

    from dbt.cli.main import dbtRunner  # noqa: PLC0415
    from dbt_metricflow.cli import main as metricflow  # noqa: PLC0415

    parsed = dbtRunner().invoke(["parse", "--quiet"])
    if not parsed.success:
        console().print(f"✗ dbt parse: {parsed.exception}")
        return exits.FAILED
    metricflow.UpdateChecker = NoUpdates
    code = metricflow.cli.main(args=arguments, prog_name="jixiao metrics", standalone_mode=False)
    return int(code or exits.OK)
