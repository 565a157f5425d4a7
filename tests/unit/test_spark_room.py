"""The exchange of tables with a Spark cluster, and the errors if some are missing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from local_cluster import _undisturbed, find_home, find_java
from typer.testing import CliRunner

from jixiao.settings import PROJECT_ROOT
from spark import SparkError
from spark.__main__ import app
from spark.inputs import write_inputs
from spark.marts import open_marts, take_marts


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build with one raw and one reference table."""
    file = tmp_path / "build.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute("create schema raw; create schema reference")
        connection.execute("create table raw.raw_document (document_id varchar, fiscal_year varchar)")
        connection.execute("insert into raw.raw_document values ('007', '2023'), ('''\\\"', null), ('', '')")
        connection.execute("create table reference.tolerance (code varchar, tolerance decimal(12, 6))")
        connection.execute("create view reference.kind as select 1::bigint as kind where false")
    return file


def test_inputs_keep_types_blanks_and_signs(build: Path, tmp_path: Path) -> None:
    rows = write_inputs(build, tmp_path / "storage")
    assert rows == {"build_raw.raw_document": 3, "build_reference.kind": 0, "build_reference.tolerance": 0}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{build}' as build (read_only)")
        for table in rows:
            parquet = f"read_parquet('{tmp_path}/storage/{table.replace('.', '/')}/*.parquet')"
            name = table.removeprefix("build_")
            described = connection.execute(f"describe build.{name}").fetchall()
            assert connection.execute(f"describe from {parquet}").fetchall() == described
            left = connection.execute(f"from build.{name} except all from {parquet}").fetchall()
            assert left == []


def test_inputs_that_are_written_again_hold_nothing_of_the_last_time(build: Path, tmp_path: Path) -> None:
    old = tmp_path / "storage/build_raw/raw_document/of-last-time.parquet"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"")
    write_inputs(build, tmp_path / "storage")
    assert not old.exists()


def test_inputs_of_a_build_without_seeds_say_what_loads_them(tmp_path: Path) -> None:
    with pytest.raises(SparkError, match="no such file; `dbt seed`"):
        write_inputs(tmp_path / "none.duckdb", tmp_path)
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(empty).close()
    with pytest.raises(SparkError, match="no table in raw, reference; `dbt seed`"):
        write_inputs(empty, tmp_path)


def test_marts_come_back_as_they_were_written(tmp_path: Path) -> None:
    folder = tmp_path / "core/dim_unit"
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        for part in (1, 2):
            connection.execute(
                f"copy (select {part}.25::decimal(18, 2) as yuan) to '{folder}/{part}.parquet' (format parquet)"
            )
    (folder / "_SUCCESS").touch()
    # Neither raw tables nor an incompletely written table.
    for other in ("raw/raw_document/_SUCCESS", "core/dim_project/1.parquet"):
        (tmp_path / other).parent.mkdir(parents=True)
        (tmp_path / other).touch()
    build = tmp_path / "build.duckdb"
    assert take_marts(tmp_path, build) == {"core.dim_unit": 2}
    with duckdb.connect(build, read_only=True) as connection:
        rows = connection.execute("select cast(yuan as varchar) from core.dim_unit order by 1").fetchall()
        assert rows == [("1.25",), ("2.25",)]


def test_what_a_build_works_on_is_open_by_the_names_of_a_build(build: Path, tmp_path: Path) -> None:
    storage, views = tmp_path / "storage", tmp_path / "views.duckdb"
    write_inputs(build, storage)
    for schema, unit in (("build_core", "built"), ("core", "published")):
        folder = storage / schema / "dim_unit"
        folder.mkdir(parents=True)
        duckdb.sql(f"copy (select '{unit}' as unit) to '{folder}/1.parquet' (format parquet)")
        (folder / "_SUCCESS").touch()
    open_marts(storage, views, "build_")
    with duckdb.connect(views, read_only=True) as connection:
        assert connection.execute("from core.dim_unit").fetchall() == [("built",)]
        assert connection.execute("select count(*) from raw.raw_document").fetchall() == [(3,)]
    open_marts(storage, views)
    with duckdb.connect(views, read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        assert names == [("core", "dim_unit")]
        assert connection.execute("from core.dim_unit").fetchall() == [("published",)]


def test_no_marts_are_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(SparkError, match="no marts; `python -m spark build`"):
        take_marts(tmp_path, tmp_path / "build.duckdb")


def test_a_machine_without_java_is_told_which_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkError, match=r"No java in JAVA_HOME=.*install Java 17 or 21"):
        find_java()
    java = tmp_path / "bin/java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    with pytest.raises(SparkError, match=r'openjdk version "1.8.0_402": Spark 4 needs Java 17 or 21'):
        find_java()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\"' >&2\n", encoding="utf-8")
    assert find_java() == java


def test_an_environment_without_pyspark_is_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(SparkError, match="installs it"):
        find_home(tmp_path)


def test_the_command_says_how_many_rows_went_and_came(build: Path, tmp_path: Path) -> None:
    paths = ["--storage", str(tmp_path / "storage"), "--build", str(build)]
    went = CliRunner().invoke(app, ["inputs", *paths])
    assert went.exit_code == 0
    assert went.output.split() == [
        "3", "build_raw.raw_document", "0", "build_reference.kind", "0", "build_reference.tolerance"
    ]  # fmt: skip


def test_the_command_says_in_one_line_what_it_cannot_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "spark", "marts", "--storage", str(tmp_path), "--build", str(tmp_path / "b")],
        cwd=PROJECT_ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1, f"{tmp_path}: no marts; `python -m spark build` writes them\n"
    )  # fmt: skip


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Handle Ctrl-C as on a terminal; processes in the background of a shell ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_waits_until_a_process_that_is_being_started_is_known() -> None:
    seen: list[str] = []

    def start() -> None:
        with _undisturbed():
            signal.raise_signal(signal.SIGINT)
            seen.append("started")
        seen.append("too late")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert seen == ["started"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
