"""The files of one release: the published schemas of a build, as a DuckDB file and as Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb

from jixiao.release.store import DATABASE_NAME, ReleaseError
from jixiao.settings import DuckDBConfig

STORAGE_VERSION = "v1.0.0"
"""Storage version of a release: BI drivers still carry DuckDB 1.x, which can't open what 2.0 writes."""

PARQUET = "format parquet, compression zstd, compression_level 1"
"""How DuckDB writes Parquet: the third level, its default, takes a quarter more time and makes no smaller files."""

RAW_CSV = "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', comment = '', strict_mode = false"
"""How DuckDB reads raw CSVs. It would guess otherwise, and take a row that begins with # for a comment."""

_SORTED_AT_ONCE = 2_000_000
"""So many rows are sorted at once, more of them stretch after stretch: a sort of all doesn't fit into memory."""

_TARGET = "jixiao release"
"""Catalog of the file being written; the space keeps it apart from any build's file name."""


@dataclass(frozen=True)
class _Relation:
    """A table or view of the build that is published.

    Attributes:
        schema: Its schema.
        name: Its name.
        ddl: Its `create table` statement, or None for a view.
        comment: Its comment, if any.
        columns: Names of the stored columns in order; generated columns are left out.
        column_comments: Comment by column, of those that have one.
        key: Columns of the primary key; empty where there is none.
    """

    schema: str
    name: str
    ddl: str | None
    comment: str | None
    columns: tuple[str, ...]
    column_comments: dict[str, str]
    key: tuple[str, ...]

    @property
    def order(self) -> str:
        """The SQL terms that fix the order of rows.

        Rows of a document are in its own order, so that a reader of one document reads one stretch of the
        file; a sum over the row decides between those of one line, at a fraction of the cost of its columns.
        """
        if not self._is_by_document:
            return _ascending(self.key or self.columns)
        place = [column for column in ("document_id", "source_line") if column in self.columns]
        return f"{_ascending(place)}, hash({', '.join(map(quote_identifier, self.columns))})"

    @property
    def leading(self) -> str:
        """The column that the order begins with."""
        return "document_id" if self._is_by_document else (self.key or self.columns)[0]

    @property
    def _is_by_document(self) -> bool:
        return not self.key and "document_id" in self.columns

    @property
    def label(self) -> str:
        """The name with its schema, `schema.table`."""
        return f"{self.schema}.{self.name}"

    def within(self, catalog: str) -> str:
        """Return the quoted three-part name in one of the attached files."""
        return ".".join(map(quote_identifier, (catalog, self.schema, self.name)))


def quote_identifier(name: str) -> str:
    """Quote a name for use as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """Quote a text for use as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _ascending(columns: Sequence[str]) -> str:
    return ", ".join(f"{quote_identifier(column)} asc nulls last" for column in columns)


def write_snapshot(
    build_db: Path, folder: Path, schemas: Sequence[str], config: DuckDBConfig
) -> dict[str, int]:
    """Write `jixiao.duckdb` and `parquet/<schema>/<table>.parquet` of a build into a folder.

    Tables keep their constraints, defaults and comments; secondary indexes stay behind, since the order of
    the rows serves readers as well. A view becomes a table: it may read schemas that aren't published.
    Both outputs hold the rows in the order of the primary key; where there is none, in that of their documents,
    and of all columns where they are of none.

    Args:
        build_db: The DuckDB file of the build, opened read-only.
        folder: An existing empty folder.
        schemas: The schemas to take, of those that the build has.
        config: The bounds of DuckDB.

    Returns:
        Rows per table, by `schema.table`.

    Raises:
        ReleaseError: The build can't be read, holds nothing to publish, or a table can't be copied.
    """
    if not build_db.is_file():
        raise ReleaseError(f"{build_db}: no such build file; run the build before publishing it")
    with duckdb.connect(config={**config, "preserve_insertion_order": True}) as con:
        source = _attach(con, build_db, folder / DATABASE_NAME)
        relations = _read_relations(con, source, schemas)
        if not relations:
            raise ReleaseError(
                f"{build_db}: no table in any of the schemas {', '.join(schemas)}; "
                "check that the build ran to its end"
            )
        rows = _copy_relations(con, source, relations)
        with _failing_as("the parquet files can't be written"):
            for relation in relations:
                export_parquet(con, relation, folder / "parquet")
        _detach(con, folder / DATABASE_NAME)
    return rows


def adopt_snapshot(
    build_db: Path, folder: Path, schemas: Sequence[str], config: DuckDBConfig
) -> dict[str, int]:
    """Make a release of a build that was laid over an earlier release's database: its file is the new one's.

    The file gets a second name in the folder; `publish` removes the first one at the end.

    Args:
        build_db: The DuckDB file, in the storage version of releases; it may be written.
        folder: An existing empty folder of the same file system.
        schemas: The schemas to publish; others are dropped.
        config: The bounds of DuckDB.

    Returns:
        Rows per table, by `schema.table`.

    Raises:
        ReleaseError: The file can't be read, or a table not be written as Parquet.
    """
    database = folder / DATABASE_NAME
    with _failing_as(f"{build_db} can't be made a release of"):
        with duckdb.connect(str(build_db), config=config) as con:
            for schema in _other_schemas(con, schemas):
                con.execute(f"drop schema {quote_identifier(schema)} cascade")
            con.execute("checkpoint")
        database.hardlink_to(build_db)
        with duckdb.connect(config=config) as con:
            con.execute(f"attach {quote_literal(str(database))} as {quote_identifier(_TARGET)} (read_only)")
            relations = _read_relations(con, _TARGET, schemas)
            rows = {relation.label: _count(con, relation) for relation in relations}
            for relation in relations:
                export_parquet(con, relation, folder / "parquet")
    return rows


def _other_schemas(con: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> list[str]:
    found = con.execute(
        "select schema_name from duckdb_schemas() where not internal and database_name = current_database() "
        "and schema_name <> 'main' and not list_contains(?, schema_name) order by all",
        [list(schemas)],
    ).fetchall()
    return [schema for (schema,) in found]


def _count(con: duckdb.DuckDBPyConnection, relation: _Relation) -> int:
    found = con.execute(f"select count(*) from {relation.within(_TARGET)}").fetchone()
    return int(found[0]) if found else 0


@contextmanager
def _failing_as(what: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise ReleaseError(f"{what}: {error}") from error


def _attach(con: duckdb.DuckDBPyConnection, build_db: Path, database: Path) -> str:
    # Views written by dbt name the catalog, which DuckDB derives from the file name.
    source = build_db.stem
    with _failing_as(f"{build_db} can't be read; make sure that no process has it open for writing"):
        con.execute(f"attach {quote_literal(str(build_db))} as {quote_identifier(source)} (read_only)")
    with _failing_as(f"{database} can't be written"):
        con.execute(
            f"attach {quote_literal(str(database))} as {quote_identifier(_TARGET)} "
            f"(storage_version {quote_literal(STORAGE_VERSION)})"
        )
    return source


def _detach(con: duckdb.DuckDBPyConnection, database: Path) -> None:
    with _failing_as(f"{database} can't be finished"):
        con.execute("use memory")
        con.execute(f"checkpoint {quote_identifier(_TARGET)}")
        con.execute(f"detach {quote_identifier(_TARGET)}")
    # A reader with a read-only file system couldn't replay a log, and the checksum wouldn't cover it.
    if database.with_name(f"{database.name}.wal").exists():
        raise ReleaseError(f"{database}: its write-ahead log was left over; publish again")


def _read_relations(
    con: duckdb.DuckDBPyConnection, source: str, schemas: Sequence[str]
) -> tuple[_Relation, ...]:
    # DuckDB loads a table after those that its foreign keys refer to, hence the order by oid.
    found = con.execute(
        """
        select schema_name, table_name as name, sql, comment, table_oid as oid
        from duckdb_tables() where database_name = $source and schema_name in $schemas and not internal
        union all
        select schema_name, view_name, null, comment, view_oid
        from duckdb_views() where database_name = $source and schema_name in $schemas and not internal
        order by sql is null, oid
        """,
        {"source": source, "schemas": list(schemas)},
    ).fetchall()
    return tuple(
        _read_relation(con, source, (schema, name), ddl, comment) for schema, name, ddl, comment, _ in found
    )


def _read_relation(
    con: duckdb.DuckDBPyConnection,
    source: str,
    name: tuple[str, str],
    ddl: str | None,
    comment: str | None,
) -> _Relation:
    stored = con.execute(
        "select column_name, comment from duckdb_columns() where database_name = ? and schema_name = ? "
        "and table_name = ? and not is_generated order by column_index",
        (source, *name),
    ).fetchall()
    key = con.execute(
        "select constraint_column_names from duckdb_constraints() where database_name = ? "
        "and schema_name = ? and table_name = ? and constraint_type = 'PRIMARY KEY'",
        (source, *name),
    ).fetchone()
    columns = tuple(column for column, _ in stored)
    return _Relation(
        *name,
        ddl=ddl,
        comment=comment,
        columns=columns,
        column_comments={column: text for column, text in stored if text is not None},
        key=tuple(key[0]) if key else (),
    )


def _copy_relations(
    con: duckdb.DuckDBPyConnection, source: str, relations: Sequence[_Relation]
) -> dict[str, int]:
    # The stored DDL names the schema but not the catalog.
    con.execute(f"use {quote_identifier(_TARGET)}")
    for schema in dict.fromkeys(relation.schema for relation in relations):
        con.execute(f"create schema {quote_identifier(schema)}")
    rows = {}
    for relation in relations:
        with _failing_as(f"{relation.label} can't be copied into the release; fix its model and build again"):
            _create(con, source, relation)
            rows[relation.label] = copy_rows(con, source, relation)
    return rows


def _create(con: duckdb.DuckDBPyConnection, source: str, relation: _Relation) -> None:
    target = relation.within(_TARGET)
    con.execute(relation.ddl or f"create table {target} as from {relation.within(source)} with no data")
    if relation.comment is not None:
        con.execute(f"comment on table {target} is {quote_literal(relation.comment)}")
    for column, text in relation.column_comments.items():
        con.execute(f"comment on column {target}.{quote_identifier(column)} is {quote_literal(text)}")


def copy_rows(con: duckdb.DuckDBPyConnection, source: str, relation: _Relation) -> int:
    """Copy the rows of one relation in their fixed order and return how many there are."""
    columns = ", ".join(map(quote_identifier, relation.columns))
    inserted = 0
    for stretch in _stretches(con, source, relation):
        counted = con.execute(
            f"insert into {relation.within(_TARGET)} ({columns}) "
            f"select {columns} from {relation.within(source)} where {stretch} order by {relation.order}"
        ).fetchone()
        inserted += int(counted[0]) if counted else 0
    return inserted


def _stretches(con: duckdb.DuckDBPyConnection, source: str, relation: _Relation) -> list[str]:
    """Conditions that part the rows of a relation, in their order, into as many as are sorted at once.

    Rows with one value in the leading column, those of a document, stay together.
    """
    leading = quote_identifier(relation.leading)
    ends = con.execute(
        f"select cast(max(first_term) as varchar) from ("
        f"select {leading} as first_term, sum(count(*)) over (order by {leading}) as rows_so_far "
        f"from {relation.within(source)} where {leading} is not null group by {leading}) "
        "group by rows_so_far // ? order by max(first_term)",
        [_SORTED_AT_ONCE],
    ).fetchall()
    bounds = [quote_literal(end) for (end,) in ends[:-1]]
    if not bounds:
        return ["true"]
    between = [f"{leading} > {low} and {leading} <= {high}" for low, high in pairwise(bounds)]
    last = f"({leading} > {bounds[-1]} or {leading} is null)"
    return [f"{leading} <= {bounds[0]}", *between, last]


def export_parquet(con: duckdb.DuckDBPyConnection, relation: _Relation, folder: Path) -> None:
    """Write one published table to `<folder>/<schema>/<table>.parquet`.

    Raises:
        ReleaseError: The table's name can't be a file name.
    """
    file = folder / relation.schema / f"{relation.name}.parquet"
    if file.parent.parent != folder or "\0" in file.name:
        raise ReleaseError(f"{relation.label}: the name can't be a file name; rename the model")
    file.parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"copy (from {relation.within(_TARGET)}) to {quote_literal(str(file))} ({PARQUET})")
