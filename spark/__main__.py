"""The command line of the room: `python -m spark VERB`."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from spark import SparkError
from spark.inputs import write_inputs
from spark.local import HOST, LocalCluster, find_java
from spark.marts import take_marts

app = typer.Typer(
    name="python -m spark",
    help="在 Spark 集群上运行同一套模型。 The same models on a Spark cluster; see docs/spark.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Storage = Annotated[
    Path, typer.Option(help="集群也能读写的文件夹。 A folder that the cluster reads and writes as well.")
]
Build = Annotated[Path, typer.Option(help="DuckDB 文件。 The DuckDB file.")]


@app.command()
def inputs(storage: Storage, build: Build) -> None:
    """把原始表和参考表写成 Parquet。 Write the raw and reference tables of a DuckDB file as Parquet."""
    _print_rows(write_inputs(build, storage))


@app.command()
def marts(storage: Storage, build: Build) -> None:
    """把集群建出的表取回 DuckDB 文件。 Take the published tables from the storage into a DuckDB file."""
    _print_rows(take_marts(storage, build))


@app.command()
def cluster(
    environment: Annotated[
        Path, typer.Option(help="装有 pyspark 的环境。 The environment that pyspark is installed in.")
    ] = Path(".venv-spark"),
    check: Annotated[
        bool, typer.Option("--check", help="只检查 Java。 Only look for the Java that it needs.")
    ] = False,
) -> None:
    """在本机启动集群，Ctrl-C 结束。 Start a cluster on 127.0.0.1, say its port, and end it on Ctrl-C."""
    find_java()
    if check:
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="jixiao-spark-") as state,
            LocalCluster(environment.resolve(), Path(state)) as started,
        ):
            print(
                f"JIXIAO_SPARK_HOST={HOST} JIXIAO_SPARK_PORT={started.port}  (logs: {started.logs})",
                flush=True,
            )
            signal.pause()
    except KeyboardInterrupt:
        return


def _print_rows(rows: Mapping[str, int]) -> None:
    for table, count in rows.items():
        print(f"{count:>14,}  {table}")


def main() -> None:
    """Run the command line; what can't be done is said in one line, without a traceback."""
    try:
        app()
    except (SparkError, duckdb.Error, OSError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
