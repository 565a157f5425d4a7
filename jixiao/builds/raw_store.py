"""The raw rows of landed documents as Parquet, so that a build reads only CSVs that are new or changed.

    raw/<raw_table>/year=<yyyy>/batch=<number>/data.parquet    columns of contract one, all text, in document order
    raw/documents.parquet                                      the active documents: the batch of their rows,
                                                               their folder, and its signature
    raw/documents.sha256                                       its SHA-256

New or changed documents make new batches. A batch never changes: rows of a corrected or withdrawn document
remain in it, but `documents.parquet`, replaced in one step, no longer refers to them. Batches without an active
document are removed, and small ones are joined.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import RAW_TABLES, columns
from ingestion.submission import hash_raw
from jixiao.release.snapshot import PARQUET, RAW_CSV, quote_literal
from jixiao.release.store import sha256_of
from jixiao.settings import DuckDBConfig

DOCUMENTS, CHECKSUM = "documents.parquet", "documents.sha256"
BATCH_DOCUMENTS = 1000
"""The most documents of a batch: some 140,000 forms."""

SMALL_BATCHES = 16
"""The most batches of less than half the size that are kept; more are joined."""

NO_YEAR = "unknown"
"""The year of documents without a valid one."""

HIVE = "hive_partitioning = true, hive_types = {'year': 'varchar', 'batch': 'varchar'}"
"""Options of the reader: years and batches, which are folders, are read as text."""


@dataclass(frozen=True)
class Folder:
    """A folder of raw CSVs whose rows are in the store.

    Attributes:
        signature: Identifies the state of the folder without reading its files.
        document_ids: The documents in it.
    """

    signature: str
    document_ids: tuple[str, ...]


def signature_of(folder: Path) -> str:
    """Return a hash of the names, sizes and times of a folder's CSVs."""
    digest = hashlib.sha256()
    for table in RAW_TABLES:
        path = folder / f"{table}.csv"
        if path.is_file():
            state = path.stat()
            digest.update(f"{table} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class RawStore:
    """The raw rows of one installation; only the process with the build's lock changes them.

    Args:
        root: The folder; it is created if need be.
        config: The bounds of DuckDB.
    """

    def __init__(self, root: Path, config: DuckDBConfig | None = None) -> None:
        self.root = root
        self._config = config or {}

    @property
    def documents(self) -> Path:
        """The active documents: document_id, fiscal_year, batch, raw_sha256, folder, signature, digests; no file if none.

        `digests` is a JSON object with the SHA-256 of each file of the batch and year, by table.
        """
        return self.root / DOCUMENTS

    def folders(self) -> dict[str, Folder]:
        """Return the folders whose rows are in the store, by name."""
        if not self.documents.is_file():
            return {}
        with duckdb.connect() as connection:
            rows = connection.execute(
                "select folder, any_value(signature), list(document_id order by document_id) "
                "from read_parquet(?) group by folder order by folder",
                [str(self.documents)],
            ).fetchall()
        return {name: Folder(signature, tuple(ids)) for name, signature, ids in rows}

    def inputs(self) -> list[tuple[str, str, str | None]]:
        """Return the active documents by id, each with the digest of its folder's rows and its organization's name."""
        if not self.documents.is_file():
            return []
        with duckdb.connect() as connection:
            return connection.execute(
                "select document_id, documents.raw_sha256, stored.organization_name "
                "from read_parquet($documents) as documents "
                f"inner join read_parquet($rows, {HIVE}) as stored using (document_id, batch) order by document_id",
                {
                    "documents": str(self.documents),
                    "rows": str(self.root / "raw_document" / "*/*/data.parquet"),
                },
            ).fetchall()

    def damaged(self) -> list[Path]:
        """Return the files of active documents that are missing, changed, or lack a column of contract one.

        A file of an earlier version lacks its checksum or a column. Only files with their checksum are opened: changed
        bytes can end the process inside DuckDB.
        """
        if not self.documents.exists():
            return []
        if _sha256_or_blank(self.documents) != _text_or_blank(self.root / CHECKSUM):
            return [self.documents]
        try:
            with self._open() as connection:
                batches = connection.execute(
                    "select fiscal_year, batch, any_value(digests) from active group by all order by all"
                ).fetchall()
        except duckdb.Error:
            return [self.documents]
        found = []
        with duckdb.connect() as connection:
            for year, batch, digests in batches:
                known = json.loads(digests or "{}")
                for table in RAW_TABLES:
                    file = self._file(table, year, batch)
                    if _sha256_or_blank(file) != known.get(table) or not _has_columns(
                        connection, file, table
                    ):
                        found.append(file)
        return found

    def _file(self, table: str, year: str, batch: str) -> Path:
        return self.root / table / f"year={year}" / f"batch={batch}" / "data.parquet"

    def rows(self, table: str) -> int:
        """Return the number of rows of a table, those of corrected and withdrawn documents included."""
        files = [str(file) for file in self.root.glob(f"{table}/*/*/data.parquet")]
        if not files:
            return 0
        with duckdb.connect() as connection:
            found = connection.execute(
                "select sum(num_rows) from parquet_file_metadata(?)", [files]
            ).fetchone()
        return int(found[0]) if found else 0

    def select(self, document_ids: Sequence[str], target: Path) -> None:
        """Write the batch of each of these documents to `target`, a Parquet file."""
        if not self.documents.is_file():
            return
        with duckdb.connect() as connection:
            connection.execute(
                "copy (select document_id, batch from read_parquet($documents) "
                "semi join (select unnest(cast($selected as varchar[])) as document_id) using (document_id) "
                f"order by document_id) to {quote_literal(str(target))} (format parquet)",
                {"documents": str(self.documents), "selected": list(document_ids)},
            )

    def update(self, kept: Sequence[str], changed: Mapping[str, Path]) -> None:
        """Update the store to the state of the landing folder.

        Args:
            kept: Names of the unchanged folders.
            changed: The folders that are new or changed, by name; they keep contract one.

        Raises:
            OSError: The store can't be written.
            duckdb.Error: A CSV can't be read.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            self._forget(connection, [*kept, *changed])
            for names in _chunks(sorted(changed), BATCH_DOCUMENTS):
                self._add(connection, {name: changed[name] for name in names})
            self._join_small(connection)
            self._save(connection)
            self._remove_dead(connection)

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(config=self._config) as connection:
            connection.execute(
                "create table active (document_id varchar, fiscal_year varchar, batch varchar, "
                "raw_sha256 varchar, folder varchar, signature varchar, digests varchar)"
            )
            if self.documents.is_file():
                connection.execute("insert into active by name from read_parquet(?)", [str(self.documents)])
            yield connection

    def _forget(self, connection: duckdb.DuckDBPyConnection, present: list[str]) -> None:
        """Drop the documents of removed folders."""
        connection.execute("create table present as select unnest(cast(? as varchar[])) as folder", [present])
        connection.execute("delete from active where folder not in (from present)")

    def _add(self, connection: duckdb.DuckDBPyConnection, folders: Mapping[str, Path]) -> None:
        """Write a batch of folders; those with the same rows as before stay in their batch."""
        states = [(name, hash_raw(path), signature_of(path)) for name, path in folders.items()]
        connection.execute(
            "create or replace table landed as "
            "select unnest(cast(? as varchar[])) as folder, unnest(cast(? as varchar[])) as raw_sha256, "
            "unnest(cast(? as varchar[])) as signature",
            [list(column) for column in zip(*states, strict=True)],
        )
        connection.execute(
            "update active set signature = landed.signature from landed "
            "where active.folder = landed.folder and active.raw_sha256 = landed.raw_sha256"
        )
        new = connection.execute("select folder from landed anti join active using (folder, raw_sha256)")
        read = {name: folders[name] for (name,) in sorted(new.fetchall())}
        if not read:
            return
        for table in RAW_TABLES:
            _stage(connection, table, read)
        batch = self._next_batch(connection)
        connection.execute(
            "delete from active where folder in (select unnest(cast(? as varchar[])))", [list(read)]
        )
        connection.execute(
            "insert into active by name "
            f"select staged.document_id, {_YEAR} as fiscal_year, ? as batch, landed.* "
            "from staged_raw_document as staged inner join landed on staged.folder = landed.folder",
            [batch],
        )
        self._write(connection, batch)

    def _join_small(self, connection: duckdb.DuckDBPyConnection) -> None:
        small = [
            batch
            for (batch,) in connection.execute(
                "select batch from active group by batch having count(*) < ? order by batch",
                [BATCH_DOCUMENTS // 2],
            ).fetchall()
        ]
        if len(small) <= SMALL_BATCHES:
            return
        for table in RAW_TABLES:
            files = [
                str(file) for batch in small for file in sorted(self.root.glob(f"{table}/*/batch={batch}/*"))
            ]
            connection.execute(
                f"create or replace table staged_{table} as select stored.* exclude (year) "
                f"from read_parquet(?, {HIVE}) as stored "
                "semi join active using (document_id, batch)",
                [files],
            )
        batch = self._next_batch(connection)
        connection.execute(
            "update active set batch = ? where batch in (select unnest(cast(? as varchar[])))", [batch, small]
        )
        self._write(connection, batch)

    def _next_batch(self, connection: duckdb.DuckDBPyConnection) -> str:
        # A killed update leaves files of a batch without documents.
        on_disk = (path.name.removeprefix("batch=") for path in self.root.glob("*/year=*/batch=*"))
        taken = [int(batch) for batch in on_disk]
        known = connection.execute("select max(cast(batch as integer)) from active").fetchone()
        return f"{max([*taken, (known[0] if known else None) or 0]) + 1:05}"

    def _write(self, connection: duckdb.DuckDBPyConnection, batch: str) -> None:
        """Write the staged rows as a batch, one file for each table and year."""
        years = connection.execute(
            "select distinct fiscal_year from active where batch = ? order by fiscal_year", [batch]
        ).fetchall()
        for (year,) in years:
            digests = {}
            for table in RAW_TABLES:
                file = self._file(table, year, batch)
                file.parent.mkdir(parents=True, exist_ok=True)
                names = ", ".join(f"staged.{name}" for name in columns(table))
                connection.execute(
                    f"copy (select {names} from staged_{table} as staged semi join "
                    f"(from active where batch = {quote_literal(batch)} and fiscal_year = {quote_literal(year)}) "
                    "as documents on staged.document_id = documents.document_id) "
                    f"to {quote_literal(str(file))} ({PARQUET})"
                )
                digests[table] = sha256_of(file)
            connection.execute(
                "update active set digests = ? where batch = ? and fiscal_year = ?",
                [json.dumps(digests), batch, year],
            )
        for table in RAW_TABLES:
            connection.execute(f"drop table staged_{table}")

    def _save(self, connection: duckdb.DuckDBPyConnection) -> None:
        if not connection.execute("select 1 from active limit 1").fetchone():
            self.documents.unlink(missing_ok=True)
            (self.root / CHECKSUM).unlink(missing_ok=True)
            return
        partial = self.root / f".{DOCUMENTS}"
        connection.execute(
            f"copy (from active order by document_id) to {quote_literal(str(partial))} ({PARQUET})"
        )
        digest = sha256_of(partial)
        partial.replace(self.documents)
        # Killed before this line, the next build finds another checksum and reads all rows again.
        (self.root / CHECKSUM).write_text(digest, encoding="utf-8")

    def _remove_dead(self, connection: duckdb.DuckDBPyConnection) -> None:
        alive = {
            (f"year={year}", f"batch={batch}")
            for year, batch in connection.execute("select distinct fiscal_year, batch from active").fetchall()
        }
        for folder in self.root.glob("*/year=*/batch=*"):
            if (folder.parent.name, folder.name) not in alive:
                shutil.rmtree(folder)


_YEAR = f"if(regexp_full_match(fiscal_year, '[0-9]{{4}}'), fiscal_year, '{NO_YEAR}')"


def _stage(connection: duckdb.DuckDBPyConnection, table: str, folders: Mapping[str, Path]) -> None:
    """Read a table of many folders into `staged_<table>`, with the name of each row's folder."""
    names = ", ".join(f"{name} varchar" for name in columns(table))
    connection.execute(f"create or replace table staged_{table} ({names}, folder varchar)")
    files = {
        str(path / f"{table}.csv"): name
        for name, path in folders.items()
        if (path / f"{table}.csv").is_file()
    }
    if not files:
        return
    connection.execute(
        f"insert into staged_{table} by name "
        "select rows.* exclude (filename), names.folder "
        f"from read_csv(?, {RAW_CSV}, union_by_name = true, filename = true) as rows inner join "
        "(select unnest(cast(? as varchar[])) as filename, unnest(cast(? as varchar[])) as folder) as names "
        "using (filename)",
        [list(files), list(files), list(files.values())],
    )


def _sha256_or_blank(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError:
        return ""


def _text_or_blank(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def _has_columns(connection: duckdb.DuckDBPyConnection, file: Path, table: str) -> bool:
    try:
        connection.execute(f"select {', '.join(columns(table))} from read_parquet(?) limit 0", [str(file)])
    except duckdb.Error:
        return False
    return True


def _chunks(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
