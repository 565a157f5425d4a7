"""`jixiao sql`: run one query, or a prompt, on the current release, read only."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import duckdb
from rich.table import Table

from ingestion.message import Text
from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.language import shown, text
from jixiao.release.labels import Labels, distinct
from jixiao.release.query import QueryResult, connect
from jixiao.release.releases import ReleaseError
from jixiao.settings import Settings
from jixiao.values import to_json, to_text

ROWS_SHOWN = 500
"""Rows that a table on the screen shows; CSV and JSON have all."""

PROMPT, CONTINUED = "jixiao> ", "   ...> "

HELP = Text(
    """\
以分号结束一条 SQL。
  .tables   列出各表
  .labels   中文列名开关
  .help     本说明
  .exit     退出（或 Ctrl-D）""",
    """\
End a query with a semicolon.
  .tables   list the tables and their rows
  .labels   switch Chinese column headings on or off
  .help     this text
  .exit     leave (or Ctrl-D)""",
)

_TABLES = """
    select schema_name || '.' || table_name as table_name, estimated_size as row_count, comment
    from duckdb_tables() where not internal order by all
"""


@dataclass
class _Session:
    """A connection and the way its results are printed.

    Attributes:
        connection: The release, read only.
        output: One of `PRINTERS`.
        has_labels: Whether documented columns get their Chinese names as headings.
    """

    connection: duckdb.DuckDBPyConnection
    output: str
    has_labels: bool


def run_sql_command(query: str | None, output: str, has_labels: bool = False) -> int:
    """Run one query, or those of the prompt or standard input, and return the exit code.

    Args:
        query: The SQL; None reads it from the terminal or from standard input.
        output: One of `PRINTERS`.
        has_labels: Whether documented columns get their Chinese names as headings.
    """
    try:
        connection = connect(Settings.load())
    except ReleaseError as error:
        return _complain(str(error))
    with connection:
        session = _Session(connection, output, has_labels)
        if query is not None:
            return _run(session, query)
        if sys.stdin.isatty():
            return _converse(session)
        return _read_script(session)


def _run(session: _Session, query: str) -> int:
    try:
        cursor = session.connection.execute(query)
        if cursor is None:
            return _complain(Text("没有 SQL 语句", "the SQL holds no statement"))
        columns = tuple(column[0] for column in cursor.description or ())
        rows = cursor.fetchall()
        if session.has_labels:
            columns = Labels.read(session.connection).headings(columns, query)
    except (duckdb.Error, ReleaseError) as error:
        return _complain(str(error))
    PRINTERS[session.output](QueryResult(columns, rows))
    return exits.OK


def _complain(message: str) -> int:
    print(shown(message), file=sys.stderr)
    return exits.FAILED


def _converse(session: _Session) -> int:
    # Only the arrow keys need it.
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415
    print(shown(HELP))
    for statement in statements(_typed_lines()):
        if statement == ".exit":
            break
        _answer(session, statement)
    return exits.OK


def _typed_lines() -> Iterator[str | None]:
    """Yield the lines that are typed; None where Ctrl-C discards the statement."""
    prompt = PROMPT
    while True:
        try:
            line = input(prompt)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print()
            prompt = PROMPT
            yield None
            continue
        prompt = PROMPT if line.startswith(".") or not line.strip() or is_complete(line) else CONTINUED
        yield line


def _read_script(session: _Session) -> int:
    lines: Iterator[str | None] = iter(sys.stdin)
    codes = [_answer(session, text) for text in statements(lines) if text != ".exit"]
    return max(codes, default=exits.OK)


def statements(lines: Iterator[str | None]) -> Iterator[str]:
    """Join lines to statements, each up to a semicolon or a command that begins with a dot.

    Args:
        lines: Lines; None discards those before it. The rest at the end is a statement.
    """
    kept: list[str] = []
    for line in lines:
        if line is None:
            kept = []
        elif not kept and line.strip().startswith("."):
            yield line.strip()
        elif line.strip():
            kept.append(line.rstrip("\n"))
            if is_complete("\n".join(kept)):
                yield "\n".join(kept)
                kept = []
    if kept:
        yield "\n".join(kept)


def is_complete(text: str) -> bool:
    """Return whether SQL ends with a semicolon outside quotes."""
    return text.rstrip().endswith(";") and text.count("'") % 2 == 0 and text.count('"') % 2 == 0


def _answer(session: _Session, statement: str) -> int:
    """Run a statement or a command of the prompt and return its exit code."""
    if statement == ".tables":
        return _run(session, _TABLES)
    if statement == ".labels":
        session.has_labels = not session.has_labels
        # A program may read standard output.
        print(
            text("中文列名：开", "labels on") if session.has_labels else text("中文列名：关", "labels off"),
            file=sys.stderr,
        )
        return exits.OK
    if statement == ".help":
        print(shown(HELP))
        return exits.OK
    if statement.startswith("."):
        return _complain(Text(f"{statement}: 未知命令；见 .help", f"{statement}: no such command; see .help"))
    return _run(session, statement)


def print_table(result: QueryResult) -> None:
    """Print aligned columns; numbers to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(result.columns):
        numbers = all(isinstance(row[place], int | Decimal | float | None) for row in result.rows)
        table.add_column(name, justify="right" if numbers and result.rows else "left", overflow="fold")
    for row in result.rows[:ROWS_SHOWN]:
        table.add_row(*(to_text(value) for value in row))
    screen = console()
    screen.print(table)
    count = len(result.rows)
    is_cut = count > ROWS_SHOWN
    more = (
        text(f"，显示前 {ROWS_SHOWN} 行；--csv 输出全部", f", {ROWS_SHOWN} shown; --csv prints all")
        if is_cut
        else ""
    )
    screen.print(text(f"（{count:,} 行{more}）", f"({count:,} rows{more})"))


def print_csv(result: QueryResult) -> None:
    """Print CSV; null is an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([to_text(value) for value in row] for row in result.rows)


def print_json(result: QueryResult) -> None:
    """Print a list of objects, one line for each row; decimals keep their digits."""
    names = distinct(result.columns)
    rows = (to_json(dict(zip(names, row, strict=True))) for row in result.rows)
    print("[" + ",\n ".join(rows) + "]")


PRINTERS: dict[str, Callable[[QueryResult], None]] = {
    "table": print_table,
    "csv": print_csv,
    "json": print_json,
}
