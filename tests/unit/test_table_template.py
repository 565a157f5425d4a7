"""The templates of the tables: they load unchanged, and the page on CSVs names their columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from ingestion.numbers import UNITS
from ingestion.submission import Given, Taken, Task, take
from ingestion.synonyms import TABLE_COLUMN, synonyms
from ingestion.tables import headings
from ingestion.tables.parts import read_parts
from jixiao.cli.main import app
from jixiao.export.table_template import COLUMNS, write_table_template

PAGE = Path(__file__).parents[2] / "docs" / "csv.md"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_template_loads_with_all_of_its_columns(tmp_path: Path, kind: str, ending: str) -> None:
    path = tmp_path / f"{kind}.{ending}"
    write_table_template(kind, path, 2025)
    taken = take(Task(path, tmp_path / "landed", Given()))
    assert isinstance(taken, Taken)
    assert taken.refused == ()
    assert len(taken.documents) == 2
    parts = [read_parts(folder)[kind] for _, folder in taken.documents]
    assert [len(part.records) for part in parts] == [2, 1]
    assert {part.year for part in parts} == {"2025"}
    assert [warning for part in parts for warning in part.warnings] == []
    held = {name for part in parts for record in part.records for name in record.values}
    assert held == set(headings.COLUMNS[kind].values())


def test_a_workbook_has_a_sheet_that_explains_every_column(tmp_path: Path) -> None:
    write_table_template("budget", tmp_path / "budget.xlsx")
    guide = load_workbook(tmp_path / "budget.xlsx")["填表说明"]
    text = "\n".join(str(cell.value) for (cell,) in guide.iter_rows())
    assert all(column.label in text and column.english in text for column in COLUMNS["budget"])


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (["budget", "--csv"], "budget.csv"),
        (["indicators"], "indicators.csv"),
        (["indicators", "--xlsx"], "indicators.xlsx"),
        (["budget", "--xlsx", "mine.xlsx"], "mine.xlsx"),
        (["budget", "mine.xlsx"], "mine.xlsx"),
        (["budget", "--csv", "mine.csv", "--year", "2023"], "mine.csv"),
    ],
)
def test_the_command_writes_the_file_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], written: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["template", *arguments])
    assert done.exit_code == 0, done.output
    assert [path.name for path in tmp_path.iterdir()] == [written]
    assert f"jixiao add {written}" in done.output
    again = CliRunner().invoke(app, ["template", *arguments])
    assert (again.exit_code, "--force" in again.output) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["budget", "--csv", "--xlsx"],
        ["budget", "--xlsx", "mine.csv"],
        ["budget", "mine.pdf"],
        ["budget", "--forms", "2"],
        ["self-evaluation", "--csv"],
    ],
)
def test_what_cannot_be_written_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["template", *arguments]).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_page_on_csvs_names_every_column_synonym_and_unit() -> None:
    text = PAGE.read_text(encoding="utf-8")
    labels = {label for columns in headings.COLUMNS.values() for label in columns}
    missing = [word for word in (*labels, *synonyms(TABLE_COLUMN), *UNITS) if f"`{word}`" not in text]
    assert missing == []
