"""Targets of a generated load: the raw store as Parquet, or landed folders of raw CSVs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import duckdb

from ingestion.contract import RAW_TABLES

if TYPE_CHECKING:
    from benchmarks.generate import Document

DOCUMENTS = "documents.parquet"
GENERATED = "generated.parquet"
"""The generator's record of each document, including inactive ones; not part of the store."""

SETTINGS = "generated.json"
QueryOf = Callable[[str], str]


class Store(Protocol):
    """The target of a load's batches."""

    def write(
        self, connection: duckdb.DuckDBPyConnection, query_of: QueryOf, dead: frozenset[int] = frozenset()
    ) -> None:
        """Write the batch described in the connection.

        Args:
            connection: Has the table `document` and the inputs of the queries.
            query_of: Returns the query of a raw table.
            dead: Numbers of the batch's documents that a later version replaces.
        """

    def finish(self, seed: int, span: Sequence[int]) -> None:
        """Write the metadata of the whole load."""


class ParquetStore:
    """`<raw table>/year=<yyyy>/batch=<id>/data.parquet`, and `documents.parquet` of the active documents.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._made = duckdb.connect()
        self._made.execute(
            "create table made (document_id varchar, organization integer, fiscal_year integer, version integer, "
            "forms integer, batch varchar, is_active boolean)"
        )
        self.batches = 0
        if (root / GENERATED).exists():
            self._made.execute(f"insert into made from '{root / GENERATED}'")
            row = self._made.execute("select max(cast(batch as integer)) from made").fetchone()
            self.batches = row[0] if row else 0

    def write(
        self, connection: duckdb.DuckDBPyConnection, query_of: QueryOf, dead: frozenset[int] = frozenset()
    ) -> None:
        """Write a file for each raw table and fiscal year, and record the documents."""
        self.batches += 1
        batch = f"{self.batches:05d}"
        years = [
            year for (year,) in connection.execute("select distinct fiscal_year from document").fetchall()
        ]
        for table in RAW_TABLES:
            for year in years:
                file = self.root / table / f"year={year}" / f"batch={batch}" / "data.parquet"
                file.parent.mkdir(parents=True)
                # A batch with corrected documents also holds documents of other years.
                of_year = (
                    query_of(table)
                    if len(years) == 1
                    else f"select * from ({query_of(table)}) where document_id in "
                    f"(select document_id from document where fiscal_year = {year})"
                )
                connection.execute(f"copy ({of_year}) to '{file}' (format parquet, compression zstd)")
        made = connection.execute(
            "select document_no, document_id, organization, fiscal_year, version, most_forms from document order by 1"
        ).fetchall()
        rows = [(*row, batch, number not in dead) for number, *row in made]
        self._made.execute(
            "insert into made select unnest(rows, recursive := true) from (select ?::struct(a varchar, b integer, "
            "c integer, d integer, e integer, f varchar, g boolean)[] as rows)",
            [[dict(zip("abcdefg", row, strict=True)) for row in rows]],
        )

    def read(self) -> tuple[int, Sequence[int], Mapping[str, Document]]:
        """Return the seed, the fiscal years, and the active documents by id."""
        from benchmarks.generate import Document  # noqa: PLC0415

        settings = json.loads((self.root / SETTINGS).read_text(encoding="utf-8"))
        rows = self._made.execute(
            "select document_id, organization, fiscal_year, version, forms from made where is_active "
            "order by batch, fiscal_year, organization"
        ).fetchall()
        span = range(settings["first_year"], settings["last_year"] + 1)
        return settings["seed"], span, {key: Document(*values) for key, *values in rows}

    def kill(self, document_ids: Iterable[str]) -> None:
        """Make documents inactive."""
        self._made.execute(
            "update made set is_active = false where document_id in (select unnest(?))", [list(document_ids)]
        )

    def finish(self, seed: int, span: Sequence[int]) -> None:
        """Replace the list of active documents, each file atomically."""
        self._replace(
            DOCUMENTS,
            "select document_id, cast(fiscal_year as varchar) as fiscal_year, batch, "
            "sha256(document_id || '|' || version) as raw_sha256 from made where is_active",
        )
        self._replace(GENERATED, "select * from made")
        settings = {"seed": seed, "first_year": span[0], "last_year": span[-1]}
        (self.root / SETTINGS).write_text(json.dumps(settings) + "\n", encoding="utf-8")

    def _replace(self, name: str, query: str) -> None:
        partial = self.root / f".{name}"
        self._made.execute(
            f"copy ({query} order by batch, fiscal_year, document_id) to '{partial}' (format parquet, compression zstd)"
        )
        partial.replace(self.root / name)


class CsvStore:
    """`<document_id>/<raw table>.csv` of the active documents; earlier versions are under `history/`.

    Args:
        root: The folder; a landing folder that was filled by hand.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(
        self, connection: duckdb.DuckDBPyConnection, query_of: QueryOf, dead: frozenset[int] = frozenset()
    ) -> None:
        """Write a folder for each document, with one CSV a raw table."""
        folders = {
            document_id: self.root / "history" / f"{document_id}-1"
            if number in dead
            else self.root / document_id
            for number, document_id in connection.execute(
                "select document_no, document_id from document"
            ).fetchall()
        }
        for folder in folders.values():
            folder.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "batch.csv"
            for table in RAW_TABLES:
                connection.execute(f"copy ({query_of(table)}) to '{file}' (format csv, header)")
                self._split(file, table, folders)

    @staticmethod
    def _split(file: Path, table: str, folders: Mapping[str, Path]) -> None:
        """Divide a CSV of many documents: each row begins with its document's id, no cell holds a line break."""
        with file.open(encoding="utf-8", newline="") as lines:
            header = next(lines)
            empty = set(folders)
            for document_id, rows in groupby(lines, lambda line: line.partition(",")[0]):
                empty.remove(document_id)
                (folders[document_id] / f"{table}.csv").write_text(
                    header + "".join(rows), "utf-8", newline=""
                )
        for document_id in empty:
            (folders[document_id] / f"{table}.csv").write_text(header, "utf-8", newline="")

    def finish(self, seed: int, span: Sequence[int]) -> None:
        """Do nothing: landed folders have no metadata of the whole load."""
