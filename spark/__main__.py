"""The command line of the room: `python -m spark VERB`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.settings import PROJECT_ROOT, Settings
from spark import ADDRESS, ENVIRONMENT, RELEASE, STORAGE, SparkError
from spark.inputs import WORK, write_inputs
from spark.marts import open_marts, take_marts

app = typer.Typer(
    name="python -m spark",
    help="在 Spark 集群上运行同一套模型。 The same models on a Spark cluster; see docs/spark.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Storage = Annotated[
    Path,
    typer.Option(
        envvar=STORAGE, help="集群也能读写的文件夹。 A folder that the cluster reads and writes as well."
    ),
]
Address = Annotated[
    str,
    typer.Option(
        envvar=ADDRESS, help="集群如何称呼该文件夹。 The folder as the cluster names it: s3a://…, hdfs://…"
    ),
]
Build = Annotated[Path, typer.Option(help="DuckDB 文件。 The DuckDB file.")]
Environment = Annotated[
    Path,
    typer.Option(
        envvar=ENVIRONMENT,
        help="装有 dbt-spark 的环境。 The environment that dbt-spark is installed in.",
    ),
]


Release = Annotated[
    bool,
    typer.Option(
        "--release",
        envvar=RELEASE,
        help="随后在本机生成版本。 Then make a release on this machine, for all who read releases.",
    ),
]


@app.command()
def build(
    storage: Storage,
    address: Address = "",
    full: Annotated[bool, typer.Option("--full", help="全部重算。 Compute everything.")] = False,
    release: Release = False,
    environment: Environment = PROJECT_ROOT / ".venv-spark",
) -> None:
    """在集群上构建并发布。 Build what has changed on the cluster, judge it, and publish it there."""
    # Help and the other verbs do without Dagster's neighbours.
    from jixiao.builds.scope import describe  # noqa: PLC0415
    from jixiao.builds.session import BuildLockedError, BuildSession  # noqa: PLC0415
    from jixiao.cli.build import ProgressLines  # noqa: PLC0415
    from spark.build import Cluster  # noqa: PLC0415
    from spark.build import build as build_on  # noqa: PLC0415

    session = BuildSession(Settings.load())
    lines = ProgressLines(console())
    session.listen(lines)
    try:
        done = build_on(session, Cluster.of(environment, storage, address, is_released=release), full=full)
    except BuildLockedError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(exits.LOCKED) from error
    lines.say(" ".join(f"{name}: {value}" for name, value in describe(done).items()))
    for entry in session.record.quarantined:
        lines.say(f"已隔离 quarantined: {entry.source}: {entry.reason}")
    raise typer.Exit(exits.QUARANTINED if session.record.quarantined else exits.OK)


@app.command()
def dev(
    storage: Storage,
    address: Address = "",
    release: Release = False,
    environment: Environment = PROJECT_ROOT / ".venv-spark",
    port: Annotated[int, typer.Option(help="网页端口。 Port of the web page.")] = 3000,
) -> None:
    """打开 Dagster 网页，定时在集群上构建。 Dagster's web page, and the schedule that builds on the cluster."""
    from jixiao.cli.dev import run_dev  # noqa: PLC0415

    os.environ |= {
        STORAGE: str(storage.resolve()),
        ADDRESS: address,
        ENVIRONMENT: str(environment.resolve()),
        RELEASE: "1" if release else "",
    }
    raise typer.Exit(run_dev(port, "spark.definitions"))


@app.command()
def inputs(storage: Storage, build: Build) -> None:
    """把原始表和参考表写成 Parquet。 Write the raw and reference tables of a DuckDB file as Parquet."""
    _print_rows(write_inputs(build, storage))


@app.command()
def marts(storage: Storage, build: Build) -> None:
    """把已发布的表取回 DuckDB 文件。 Take the published tables from the storage into a DuckDB file."""
    _print_rows(take_marts(storage, build))


@app.command()
def gate(
    storage: Storage,
    docs: Annotated[Path | None, typer.Option(help="检验报告写到这里。 Where Data Docs are written.")] = None,
) -> None:
    """对上一次构建的表执行关卡二。 Judge the tables that the last build made by gate 2."""
    from expectations.runner import run_gate  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "spark.duckdb"
        open_marts(storage, database, WORK)
        result = run_gate("gate_2", database, docs_dir=docs, config=Settings.load().duckdb)
    print(result.message())
    raise typer.Exit(exits.OK if result.passed else exits.FAILED)


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
