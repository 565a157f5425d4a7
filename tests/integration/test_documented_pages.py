"""The examples of the guides for analysts run on the sample without changes."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from documented_queries import ROOT, assert_result, examples
from installation import Installation

COOKBOOK = examples("docs/cookbook.md")
SNIPPETS = re.findall(
    r"```python\n(.+?)```", (ROOT / "docs" / "ways-in.md").read_text(encoding="utf-8"), re.DOTALL
)

# Printed in the disclosure: 139 forms, 7,980.631675万元 executed.
EXECUTED_YUAN = Decimal("79806316.75")


@pytest.mark.parametrize(
    ("query", "table"), COOKBOOK, ids=[f"question {number}" for number in range(1, len(COOKBOOK) + 1)]
)
def test_the_cookbook_shows_what_its_queries_give(
    sample: duckdb.DuckDBPyConnection, query: str, table: str
) -> None:
    assert_result(sample, query, table)


def test_the_cookbook_answers_twenty_questions_and_none_of_the_readme() -> None:
    page = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
    assert len(COOKBOOK) == len(re.findall(r"^### [0-9]+[.] .*？$", page, re.MULTILINE)) == 20
    assert not {query for query, _ in COOKBOOK} & {query for query, _ in examples("README.md")}


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_a_snippet_reads_the_printed_sum_with_every_digit(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snippet: str
) -> None:
    (tmp_path / "var").symlink_to(installation.var)
    done = installation.run("export", "mart_project_execution", "--out", str(tmp_path / "exported"))
    assert done.returncode == 0, done.stderr
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(snippet, "ways-in.md", "exec"), names)
    assert (type(names["executed"]), names["executed"]) == (Decimal, EXECUTED_YUAN)


def test_the_ways_of_python_are_all_shown() -> None:
    imported = {name for snippet in SNIPPETS for name in re.findall(r"^import (\w+)", snippet, re.MULTILINE)}
    assert imported == {"duckdb", "pandas", "polars", "pyarrow"}
