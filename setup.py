"""Put the dbt project into the wheel; everything else about the package is in pyproject.toml."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PROJECT = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests/dbt", "pyproject.toml")


class BuildWithProject(build_py):
    """Copies the dbt project, with the name of Dagster's code location, to `jixiao/project/`, where `ingestion.project` finds it without a checkout."""

    def run(self) -> None:
        """Build the packages, and copy the project unless they stay in the checkout."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "jixiao" / "project"
        shutil.rmtree(target, ignore_errors=True)
        for name in PROJECT:
            source = Path(name)
            if source.is_dir():
                shutil.copytree(source, target / name)
            else:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target / name)


setup(cmdclass={"build_py": BuildWithProject})
