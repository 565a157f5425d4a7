"""Reference tables: the project's own, with the rows of an installation laid over them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingestion.reference import KEYS, SEEDS, Reference, ReferenceTableError

TOLERANCE = "tolerance_code,unit,tolerance,why\n"


@pytest.fixture
def tables(tmp_path: Path) -> Reference:
    own, seeds = tmp_path / "own", tmp_path / "seeds"
    own.mkdir()
    seeds.mkdir()
    (seeds / "tolerance.csv").write_text(TOLERANCE + "score,分,0.005,half\nweight,分,0.005,half\n", "utf-8")
    return Reference(own, seeds)


def put(tables: Reference, text: str, name: str = "tolerance.csv") -> None:
    assert tables.own is not None
    (tables.own / name).write_text(text, encoding="utf-8")


def test_without_a_file_of_its_own_an_installation_has_the_tables_of_the_project(tables: Reference) -> None:
    assert [row["tolerance_code"] for row in tables.rows("tolerance")] == ["score", "weight"]
    assert tables.tables() == []


def test_a_row_with_a_known_key_changes_what_it_names_and_another_is_added(tables: Reference) -> None:
    put(tables, "tolerance_code,tolerance\nscore,0.05\n")
    assert tables.rows("tolerance") == [
        {"tolerance_code": "score", "unit": "分", "tolerance": "0.05", "why": "half"},
        {"tolerance_code": "weight", "unit": "分", "tolerance": "0.005", "why": "half"},
    ]
    put(tables, TOLERANCE + "amount,元,1,rounded\n")
    assert [row["tolerance_code"] for row in tables.rows("tolerance")] == ["score", "weight", "amount"]


def test_tables_with_rows_of_the_installation_are_written_whole(tables: Reference, tmp_path: Path) -> None:
    put(tables, "tolerance_code,tolerance\nscore,0.05\n")
    tables.write(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["tolerance.csv"]
    written = (tmp_path / "out" / "tolerance.csv").read_text(encoding="utf-8")
    assert written == TOLERANCE + "score,分,0.05,half\nweight,分,0.005,half\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tolerance_code,size\nscore,1\n", "tolerance.csv:1: 列名不对：size"),
        ("unit,tolerance\n分,1\n", "tolerance.csv:1: 列名不对：缺少主键列"),
        ("tolerance_code,tolerance\namount,1\n", "tolerance.csv:2: 新增的行须填写所有列"),
        ("tolerance_code,tolerance\nscore,1\nscore,2\n", "tolerance.csv:3: 与前面的行重复"),
        ("tolerance_code,tolerance\nscore,1,2\n", "tolerance.csv:2: 有 3 格，表头有 2 格"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_with_its_line(
    tables: Reference, text: str, message: str
) -> None:
    put(tables, text)
    with pytest.raises(ReferenceTableError) as raised:
        tables.rows("tolerance")
    assert message in str(raised.value)


def test_a_file_that_is_not_in_utf_8_is_named_with_what_to_do(tables: Reference) -> None:
    assert tables.own is not None
    (tables.own / "tolerance.csv").write_bytes("tolerance_code,why\nscore,半\n".encode("gbk"))
    with pytest.raises(ReferenceTableError, match=r"tolerance\.csv: 无法读取，请另存为 UTF-8"):
        tables.rows("tolerance")


@pytest.mark.parametrize("name", ["amount_unit.csv", "tolerance.xlsx"])
def test_a_file_that_is_no_such_table_is_named_with_those_that_are(tables: Reference, name: str) -> None:
    put(tables, "a\n", name)
    with pytest.raises(ReferenceTableError, match="header_synonym"):
        tables.tables()


@pytest.mark.parametrize("table", KEYS)
def test_the_key_of_a_table_tells_its_rows_apart(table: str) -> None:
    with (SEEDS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        keys = [tuple(row[column] for column in KEYS[table]) for row in csv.DictReader(file)]
    assert len(set(keys)) == len(keys)
