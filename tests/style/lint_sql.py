"""Lint the SQL, leaving out files that passed before with the same text and the same surroundings.

`var/lint_sql.json` holds a digest of each file that passed. With `CI` set in the environment, every file is linted.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("models", "tests/dbt")
TOOLS = (
    "sqlfluff",
    "sqlfluffrs",
    "sqlfluff-templater-dbt",
    "dbt-core",
    "dbt-adapters",
    "dbt-duckdb",
    "jinja2",
)

# The trees of a file are large, and none is garbage before its end: looking for it takes a third of the time. Four
# rules of layout make the same sequence of a file, which takes another third: it is kept until the next file.
SQLFLUFF = """
import gc, runpy
from functools import lru_cache
from sqlfluff.utils.reflow.sequence import ReflowSequence
gc.set_threshold(200_000, 50, 1000)
make = lru_cache(maxsize=1)(ReflowSequence.from_root)
ReflowSequence.from_root = lambda root_segment, config: make(root_segment, config)
runpy.run_module("sqlfluff", run_name="__main__")
"""


def surroundings(root: Path = ROOT) -> str:
    """Return a digest of what a finding depends on besides the text of the file itself.

    These are the tools, their settings, and the macros and properties that dbt renders a file with.
    """
    files = [
        *(root / name for name in ("pyproject.toml", "dbt_project.yml", "profiles.yml")),
        *root.glob("macros/**/*"),
        *(file for folder in ("models", "seeds", "tests/dbt") for file in root.glob(f"{folder}/**/*.yml")),
        *root.glob("tests/dbt/generic/*.sql"),
    ]
    return _digest(
        [*(f"{tool} {version(tool)}" for tool in TOOLS), *(_of_file(root, file) for file in files)]
    )


def unchecked(root: Path, passed: dict[str, str], around: str) -> dict[str, str]:
    """Return the digest of each file that has not passed as it is, by its path from the root."""
    files = {
        file.relative_to(root).as_posix(): _digest([around, _of_file(root, file)])
        for folder in FOLDERS
        for file in sorted(root.glob(f"{folder}/**/*.sql"))
    }
    return {path: digest for path, digest in files.items() if passed.get(path) != digest}


def lint(root: Path = ROOT) -> subprocess.CompletedProcess[str] | None:
    """Lint what has to be linted; returns None where that is nothing."""
    memory = root / "var" / "lint_sql.json"
    passed = {} if os.environ.get("CI") or not memory.is_file() else json.loads(memory.read_text("utf-8"))
    todo = unchecked(root, passed, surroundings(root))
    if not todo:
        return None
    memory.parent.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", SQLFLUFF, "lint", "--disable-progress-bar", *todo],
        cwd=root,
        env={**os.environ, "JIXIAO_BUILD_DB": str(root / "var" / "lint.duckdb")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode == 0:
        memory.write_text(json.dumps({**passed, **todo}, indent=0), encoding="utf-8")
    return done


def _of_file(root: Path, file: Path) -> str:
    content = file.read_bytes() if file.is_file() else b""
    return f"{file.relative_to(root).as_posix()} {hashlib.sha256(content).hexdigest()}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


if __name__ == "__main__":
    linted = lint()
    if linted is None:
        print("SQL: no file has changed since it passed")
    else:
        print(linted.stdout, end="")
        sys.exit(linted.returncode)
