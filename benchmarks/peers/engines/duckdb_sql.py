"""The floor of the slice: DuckDB's SQL over the raw store."""

from __future__ import annotations

from benchmarks.peers.engines import sql
from benchmarks.peers.engines.task import RAW_COLUMNS, REFERENCE_COLUMNS, Task


def main() -> None:
    """Compute the slice."""
    task = Task()
    with task.stage("start"):
        import duckdb  # noqa: PLC0415

        connection = duckdb.connect(config={"preserve_insertion_order": False})
    with task.stage("work"):
        for table, columns in RAW_COLUMNS.items():
            connection.execute(
                f"create view {table} as select {', '.join(f'rows.{name}' for name in ('document_id', *columns))} "
                f"from read_parquet('{task.files(table)}', hive_partitioning = true, "
                "hive_types = {'year': 'varchar', 'batch': 'varchar'}) as rows "
                f"semi join read_parquet('{task.documents}') as active using (document_id, batch)"
            )
        for table in REFERENCE_COLUMNS:
            connection.execute(
                f"create table {table} as from read_csv('{task.reference_file(table)}', header = true)"
            )
        for name, query in sql.typed().items():
            connection.execute(f"create temp table {name} as {query}")
        for name, query in sql.results().items():
            connection.execute(f"copy ({query}) to '{task.result(name)}' (format parquet, compression zstd)")
        connection.close()
    task.write_times()


if __name__ == "__main__":
    main()
