"""Read the current release with SQL, without a way to anything else on the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.message import Text
from jixiao.release.releases import ReleaseError, current
from jixiao.settings import Settings

_HELD = re.compile(r"Conflicting lock is held in (.+?) \(PID (\d+)\)")
"""DuckDB's words for a file that another process has open for writing."""


@dataclass(frozen=True)
class QueryResult:
    """The result of a query.

    Attributes:
        columns: The names of the columns.
        rows: The rows, with a Python value for each column.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def connect(settings: Settings, writable: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open the current release for reading only.

    The connection can't write, attach, load extensions or reach files. Its configuration is locked, since
    `enable_logging` on a file would end the whole process and profiling writes files. It stays on the
    release it opened when readers are switched. The caller closes it.

    Args:
        settings: Where the release is.
        writable: A folder whose files may be reached and written after all, by its whole path.

    Raises:
        ReleaseError: There is no current release, or it can't be opened.
    """
    release = current(settings)
    if release is None:
        raise ReleaseError(
            f"{settings.current}: "
            + Text("还没有版本；请先运行 jixiao build", "there is no release yet; run jixiao build first")
        )
    # By default DuckDB spills beside the database, into the release.
    # Not through the link, which may be switched meanwhile.
    try:
        connection = duckdb.connect(str(release.database), read_only=True, config=settings.duckdb)
    except duckdb.Error as error:
        raise ReleaseError(_why_not(release.database, error)) from error
    if writable is not None:
        connection.execute("set allowed_directories = ['{}']".format(str(writable).replace("'", "''")))
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _why_not(database: Path, error: duckdb.Error) -> Text:
    """Return why a release can't be opened, with the program that holds it if one does."""
    holder = _HELD.search(str(error))
    if holder is None:
        return Text(
            f"{database}: 无法打开；`jixiao doctor` 检查，下一次构建修复，或退回另一版本：{error}",
            f"{database}: it can't be opened; `jixiao doctor` checks it and the next build repairs it, or go back to "
            f"another release: {error}",
        )
    program, process = holder.groups()
    return Text(
        f"{database}: 程序 {program}（进程 {process}）以读写方式打开着它；请关闭该连接，或改为只读连接"
        "（DBeaver：连接设置中选 read-only）。版本完好，构建不受影响。",
        f"{database}: the program {program} (process {process}) has it open for writing; close that connection, or "
        "connect read-only (DBeaver: a setting of the connection). The release is sound, and builds go on.",
    )


def run_sql(settings: Settings, sql: str) -> QueryResult:
    """Run SQL on the current release.

    Args:
        settings: Where the release is.
        sql: One statement or more; the last one gives the result.

    Returns:
        The columns and rows of the last statement.

    Raises:
        ReleaseError: There is no current release, it can't be opened, or the SQL holds no statement.
        duckdb.Error: The SQL is wrong or not allowed to a reader.
    """
    with connect(settings) as con:
        cursor = con.execute(sql)
        # DuckDB's own annotation leaves this case out.
        if cursor is None:
            raise ReleaseError(
                Text(
                    "没有 SQL 语句；请给出查询，如 `select * from core.dim_unit`",
                    "the SQL holds no statement; pass a query such as `select * from core.dim_unit`",
                )
            )
        return QueryResult(
            columns=tuple(column[0] for column in cursor.description or ()), rows=cursor.fetchall()
        )
