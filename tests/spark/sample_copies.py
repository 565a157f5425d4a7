"""Documents of several organizations and years: the sample over and over, under other names."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.contract import RAW_TABLES
from jixiao.settings import Settings

_NEW_VALUES = {
    "document_id": "concat(document_id, '-', copy)",
    "organization_name": "concat(organization_name, copy // 2)",
    # Two years of each organization, so that years are compared.
    "fiscal_year": "cast(cast(fiscal_year as integer) - copy % 2 as varchar)",
    "source_sha256": "sha256(concat(source_sha256, copy))",
}


def write_copies(folder: Path, copies: int) -> None:
    """Write `<raw table>.parquet` for each raw table, with `copies` documents for one of the sample."""
    seeds = Settings.load().raw_seeds
    for table in RAW_TABLES:
        seed = f"read_csv('{seeds / table}.csv', all_varchar = true, header = true)"
        with duckdb.connect() as connection:
            columns = [name for name, *_ in connection.execute(f"describe from {seed}").fetchall()]
            cells = ", ".join(f"{_NEW_VALUES.get(name, name)} as {name}" for name in columns)
            connection.execute(
                f"copy (select {cells} from {seed}, range({copies}) as copies (copy)) "
                f"to '{folder / table}.parquet' (format parquet)"
            )
