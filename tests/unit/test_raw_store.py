"""The raw store: its content after documents were added, changed and removed."""

from __future__ import annotations

import csv
import os
import random
import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import RAW_TABLES, columns
from jixiao.builds import raw_store
from jixiao.builds.raw_store import RawStore, signature_of


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path / "raw")


def land(tmp_path: Path, *documents: str, name: str = "", year: str = "2023", forms: int = 2) -> Path:
    """Write a folder of raw CSVs with a row for each document, and `forms` rows of forms each."""
    folder = tmp_path / "landing" / (name or documents[0])
    folder.mkdir(parents=True, exist_ok=True)
    for table in RAW_TABLES:
        rows: list[dict[str, str]] = []
        if table == "raw_document":
            rows = [{"document_id": document, "fiscal_year": year} for document in documents]
        elif table == "raw_self_evaluation":
            rows = [
                {
                    "document_id": document,
                    "source_line": str(9 - number),
                    "project_name": f"#项目{number}，\n“甲”",
                }
                for document in documents
                for number in range(forms)
            ]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(table), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def rows_of(store: RawStore, table: str = "raw_self_evaluation") -> list[tuple[str, str, str]]:
    """Return the active rows: document, line and project, in the order of the files."""
    with duckdb.connect() as connection:
        return connection.execute(
            "select stored.document_id, source_line, project_name from read_parquet(?, hive_partitioning = true, "
            "hive_types = {'year': 'varchar', 'batch': 'varchar'}) as stored "
            "semi join read_parquet(?) as documents using (document_id, batch)",
            [str(store.root / table / "*/*/data.parquet"), str(store.documents)],
        ).fetchall()


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """Return a file with some other bytes, or without its end."""
    place = chance.randrange(len(content))
    if chance.random() < 0.2:
        return content[:place]
    other = bytearray(content)
    for changed in {place, *chance.choices(range(len(content)), k=chance.choice((0, 0, 20)))}:
        other[changed] ^= chance.randrange(1, 256)
    return bytes(other)


def batches(store: RawStore) -> set[str]:
    return {path.name for path in store.root.glob("raw_document/*/*")}


def test_rows_are_stored_as_printed_and_in_their_order(store: RawStore, tmp_path: Path):
    store.update([], {"a": land(tmp_path, "a")})
    assert rows_of(store) == [("a", "9", "#项目0，\n“甲”"), ("a", "8", "#项目1，\n“甲”")]
    assert store.folders()["a"].document_ids == ("a",)
    assert store.folders()["a"].signature == signature_of(tmp_path / "landing" / "a")


def test_years_are_kept_apart_and_what_is_no_year_stays_as_printed_a_blank_as_null(
    store: RawStore, tmp_path: Path
):
    folders = {
        "a": land(tmp_path, "a", year="2022"), "b": land(tmp_path, "b", year=""), "c": land(tmp_path, "c", year="二三年")
    }  # fmt: skip
    store.update([], folders)
    assert {path.name for path in (store.root / "raw_document").iterdir()} == {"year=2022", "year=unknown"}
    years = duckdb.sql(
        f"select document_id, fiscal_year from read_parquet('{store.root}/raw_document/*/*/*') order by 1"
    )
    assert years.fetchall() == [("a", "2022"), ("b", None), ("c", "二三年")]


def test_a_document_that_came_later_makes_a_batch_of_its_own(store: RawStore, tmp_path: Path):
    store.update([], {"a": land(tmp_path, "a")})
    before = {path: path.stat().st_mtime_ns for path in store.root.glob("raw_*/*/*/*")}
    store.update(["a"], {"b": land(tmp_path, "b", "c", name="b")})
    assert batches(store) == {"batch=00001", "batch=00002"}
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert {document for document, *_ in rows_of(store)} == {"a", "b", "c"}


def test_a_corrected_document_has_its_new_rows_alone(store: RawStore, tmp_path: Path):
    store.update([], {"a": land(tmp_path, "a", forms=3), "b": land(tmp_path, "b")})
    store.update(["b"], {"a": land(tmp_path, "a", forms=1)})
    assert sorted(rows_of(store)) == [
        ("a", "9", "#项目0，\n“甲”"), ("b", "8", "#项目1，\n“甲”"), ("b", "9", "#项目0，\n“甲”")
    ]  # fmt: skip


def test_a_withdrawn_document_has_none_and_its_batch_goes_with_the_last_of_it(
    store: RawStore, tmp_path: Path
):
    store.update([], {"a": land(tmp_path, "a"), "b": land(tmp_path, "b")})
    store.update(["a"], {})
    assert {document for document, *_ in rows_of(store)} == {"a"}
    assert batches(store) == {"batch=00001"}
    store.update([], {})
    assert store.folders() == {}
    assert batches(store) == set()


def test_a_folder_that_was_touched_stays_where_it_is(store: RawStore, tmp_path: Path):
    folder = land(tmp_path, "a")
    store.update([], {"a": folder})
    os.utime(folder / "raw_document.csv", ns=(1, 1))
    assert store.folders()["a"].signature != signature_of(folder)
    store.update([], {"a": folder})
    assert batches(store) == {"batch=00001"}
    assert store.folders()["a"].signature == signature_of(folder)


def test_many_small_batches_become_one(store: RawStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(raw_store, "SMALL_BATCHES", 2)
    names = ["a", "b", "c", "d"]
    for number, name in enumerate(names):
        store.update(names[:number], {name: land(tmp_path, name, year=str(2020 + number % 2))})
    # The third batch exceeded the limit of two, so they were joined; the fourth is separate.
    assert batches(store) == {"batch=00004", "batch=00005"}
    assert sorted({document for document, *_ in rows_of(store)}) == names
    assert len(rows_of(store)) == 8


def test_files_of_a_killed_update_are_not_read_and_do_not_stand_in_the_way(store: RawStore, tmp_path: Path):
    store.update([], {"a": land(tmp_path, "a")})
    left = store.root / "raw_self_evaluation" / "year=2023" / "batch=00002"
    shutil.copytree(left.with_name("batch=00001"), left)
    assert len(rows_of(store)) == 2
    store.update(["a"], {"b": land(tmp_path, "b")})
    assert {document for document, *_ in rows_of(store)} == {"a", "b"}
    assert batches(store) == {"batch=00001", "batch=00003"}
    assert not left.exists()


def test_columns_that_a_submission_may_leave_out_are_null(store: RawStore, tmp_path: Path):
    folder = land(tmp_path, "a")
    path = folder / "raw_self_evaluation.csv"
    lines = path.read_text(encoding="utf-8").split("\n", 1)
    assert "rule_profile" in lines[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [name for name in columns("raw_self_evaluation") if name != "rule_profile"]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerow({"document_id": "a", "source_line": "1"})
    (folder / "raw_source_place.csv").unlink()
    store.update([], {"a": folder, "b": land(tmp_path, "b")})
    found = duckdb.sql(
        f"select document_id, rule_profile from read_parquet('{store.root}/raw_self_evaluation/*/*/*')"
    )
    assert ("a", None) in found.fetchall()
    assert len(rows_of(store)) == 3


def test_a_changed_file_is_found_by_its_checksum_and_not_opened(
    store: RawStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store.update([], {"a": land(tmp_path, "a")})
    assert store.damaged() == []
    chance = random.Random(1)
    opened: list[Path] = []
    has_columns = raw_store._has_columns
    monkeypatch.setattr(
        raw_store, "_has_columns", lambda *of: opened.append(of[1]) or has_columns(*of)  # type: ignore[func-returns-value]
    )  # fmt: skip
    for file in (store.documents, *store.root.glob("raw_document/*/*/*")):
        content = file.read_bytes()
        for _ in range(50):
            file.write_bytes(spoiled(content, chance))
            assert store.damaged() == [file]
        file.write_bytes(content)
        assert file not in opened


def test_a_list_of_documents_without_its_checksum_is_damaged(store: RawStore, tmp_path: Path):
    store.update([], {"a": land(tmp_path, "a")})
    (store.root / raw_store.CHECKSUM).unlink()
    assert store.damaged() == [store.documents]
    store.update([], {})
    assert not list(store.root.glob("documents.*"))
    assert store.damaged() == []
