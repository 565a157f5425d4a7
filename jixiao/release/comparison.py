"""The tables of a release for comparisons, read from its Parquet: a client that holds the database doesn't matter."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.message import Text
from jixiao.release.snapshot import quote_identifier, quote_literal
from jixiao.release.store import Release, sha256_of

PARQUET_FOLDER = "parquet"


def write_views(release: Release, target: Path) -> list[Text]:
    """Write a DuckDB file of views over the Parquet files of a release, under the names of its tables.

    Args:
        release: The release.
        target: The file to write; an existing one is replaced.

    Returns:
        A message for each table that is left out because its file is missing or damaged; without a readable
        manifest, one message for all.
    """
    files = release.manifest.get("files", {})
    tables = [
        (name, *name.removesuffix(".parquet").split("/")[1:])
        for name in sorted(files)
        if name.startswith(f"{PARQUET_FOLDER}/")
    ]
    if not tables:
        return [
            Text(
                f"{release.path}: 清单不可读，无法与该版本比较",
                f"{release.path}: its manifest can't be read, so that nothing is compared with it",
            )
        ]
    target.unlink(missing_ok=True)
    missing = []
    with duckdb.connect(str(target)) as connection:
        for name, schema, table in tables:
            file = release.path / name
            if not file.is_file() or sha256_of(file) != files[name].get("sha256"):
                missing.append(
                    Text(
                        f"{file} 缺失或已损坏，未与上一版本的这张表比较",
                        f"{file} is missing or damaged; this table isn't compared with the last release's",
                    )
                )
                continue
            connection.execute(f"create schema if not exists {quote_identifier(schema)}")
            connection.execute(
                f"create view {quote_identifier(schema)}.{quote_identifier(table)} "
                f"as from read_parquet({quote_literal(str(file))})"
            )
    return missing
