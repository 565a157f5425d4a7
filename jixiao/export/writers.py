"""One file of one source, in one of the formats: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from jixiao.atomic import replacing
from jixiao.export.sources import Shape, Source, shape_of
from jixiao.export.text_files import write_csv, write_json
from jixiao.export.workbook import ROWS_OF_SHEET, write_xlsx
from jixiao.release.labels import Labels

FORMATS = ("csv", "xlsx", "parquet", "json")

_ROWS_AT_ONCE = 10_000


def write_file(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    target: Path,
    file_format: str,
    labels: Labels | None = None,
    rows_of_sheet: int = ROWS_OF_SHEET,
) -> int:
    """Write the rows of a source; the target is replaced at the end, or stays as it was.

    Args:
        connection: The release; for Parquet it may write to the folder of the target.
        source: What to write.
        target: Where to.
        file_format: One of `FORMATS`.
        labels: Chinese names to head columns with; None keeps the names of the database.
        rows_of_sheet: Where a sheet of Excel ends and the next one begins.

    Returns:
        How many rows were written.

    Raises:
        duckdb.Error: The query is wrong.
        OSError: The file can't be written.
    """
    with connection.cursor() as cursor:
        cursor.execute(source.sql)
        shape = shape_of(cursor, source.sql, labels)
        with replacing(target) as file:
            if file_format == "csv":
                return write_csv(file, shape.headings, _rows(cursor))
            if file_format == "json":
                return write_json(file, shape.headings, _rows(cursor))
            if file_format == "xlsx":
                return write_xlsx(file, shape, _rows(cursor), source.name, rows_of_sheet)
            return _write_parquet(cursor, source, shape, Path(file.name))


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield from rows


def _write_parquet(cursor: duckdb.DuckDBPyConnection, source: Source, shape: Shape, path: Path) -> int:
    headings = ", ".join('"{}"'.format(heading.replace('"', '""')) for heading in shape.headings)
    quoted = str(path).replace("'", "''")
    # The last line of the query may be a comment.
    copied = cursor.execute(
        f"copy (select * from (\n{source.sql}\n) as result ({headings})) to '{quoted}' "
        "(format parquet, compression zstd, use_tmp_file false)"
    ).fetchone()
    assert copied is not None, "COPY says how many rows it wrote"
    return int(copied[0])
