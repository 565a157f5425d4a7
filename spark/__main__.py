"""The command line of the Spark target: `python -m spark COMMAND`."""

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
from jixiao.cli.usage import Command, Group
from jixiao.language import shown, text
from jixiao.settings import PROJECT_ROOT, Settings
from spark import ADDRESS, ENVIRONMENT, RELEASE, STORAGE, SparkError
from spark.inputs import WORK, write_inputs
from spark.marts import open_marts, take_marts

app = typer.Typer(
    cls=Group,
    name="python -m spark",
    help=text(
        "在 Spark 集群上运行同一套模型。", "Run the same models on a Spark cluster; see docs/spark.md."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Storage = Annotated[
    Path,
    typer.Option(
        envvar=STORAGE,
        help=text("集群也能读写的文件夹。", "A folder that the cluster can read and write, too."),
    ),
]
Address = Annotated[
    str,
    typer.Option(
        envvar=ADDRESS,
        help=text("集群如何称呼该文件夹。", "The name of that folder on the cluster: s3a://…, hdfs://…"),
    ),
]
Build = Annotated[Path, typer.Option(help=text("DuckDB 文件。", "The DuckDB file."))]
Environment = Annotated[
    Path,
    typer.Option(
        envvar=ENVIRONMENT,
        help=text("装有 dbt-spark 的环境。", "The environment in which dbt-spark is installed."),
    ),
]


Release = Annotated[
    bool,
    typer.Option(
        "--release",
        envvar=RELEASE,
        help=text("随后在本机生成版本。", "Make a release on this machine afterwards."),
    ),
]


@app.command(
    cls=Command,
    help=text(
        "在集群上构建并发布。", "Build on the cluster what has changed, check it, and publish it there."
    ),
)
def build(
    storage: Storage,
    address: Address = "",
    full: Annotated[bool, typer.Option("--full", help=text("全部重算。", "Compute everything."))] = False,
    release: Release = False,
    environment: Environment = PROJECT_ROOT / ".venv-spark",
) -> None:
    """Build on the cluster what has changed, check it, and publish it there."""
    # Help and the other commands need none of these imports.
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
        print(shown(str(error)), file=sys.stderr)
        raise typer.Exit(exits.LOCKED) from error
    lines.say(" ".join(f"{name}: {shown(value)}" for name, value in describe(done).items()))
    for entry in session.record.quarantined:
        lines.say(text("已隔离：", "quarantined: ") + f"{entry.source}: {shown(entry.reason)}")
    raise typer.Exit(exits.QUARANTINED if session.record.quarantined else exits.OK)


@app.command(
    cls=Command,
    help=text(
        "打开 Dagster 网页，定时在集群上构建。",
        "Open Dagster's web page and build on the cluster by schedule.",
    ),
)
def dev(
    storage: Storage,
    address: Address = "",
    release: Release = False,
    environment: Environment = PROJECT_ROOT / ".venv-spark",
    port: Annotated[int, typer.Option(help=text("网页端口。", "Port of the web page."))] = 3000,
) -> None:
    """Open Dagster's web page and build on the cluster by schedule."""
    from jixiao.cli.dev import run_dev  # noqa: PLC0415

    os.environ |= {
        STORAGE: str(storage.resolve()),
        ADDRESS: address,
        ENVIRONMENT: str(environment.resolve()),
        RELEASE: "1" if release else "",
    }
    raise typer.Exit(run_dev(port, "spark.definitions"))


@app.command(
    cls=Command,
    help=text(
        "把原始表和参考表写成 Parquet。", "Write the raw and reference tables of a DuckDB file as Parquet."
    ),
)
def inputs(storage: Storage, build: Build) -> None:
    """Write the raw and reference tables of a DuckDB file as Parquet."""
    _print_rows(write_inputs(build, storage))


@app.command(
    cls=Command,
    help=text(
        "把已发布的表取回 DuckDB 文件。", "Copy the published tables from the storage into a DuckDB file."
    ),
)
def marts(storage: Storage, build: Build) -> None:
    """Copy the published tables from the storage into a DuckDB file."""
    _print_rows(take_marts(storage, build))


@app.command(
    cls=Command, help=text("对上一次构建的表执行关卡二。", "Check the tables of the last build by gate 2.")
)
def gate(
    storage: Storage,
    docs: Annotated[
        Path | None, typer.Option(help=text("检验报告写到这里。", "The folder to write Data Docs to."))
    ] = None,
) -> None:
    """Check the tables of the last build by gate 2."""
    from expectations.runner import run_gate  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "spark.duckdb"
        open_marts(storage, database, WORK)
        result = run_gate("gate_2", database, docs_dir=docs, config=Settings.load().duckdb)
    print(shown(result.message()))
    raise typer.Exit(exits.OK if result.passed else exits.FAILED)


def _print_rows(rows: Mapping[str, int]) -> None:
    for table, count in rows.items():
        print(f"{count:>14,}  {table}")


def main() -> None:
    """Run the command line; an expected error is printed in one line, without a traceback."""
    try:
        app()
    except (SparkError, duckdb.Error, OSError) as error:
        print(shown(str(error)), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
