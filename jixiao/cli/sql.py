"""`jixiao sql`: one query, or a prompt, on the current release; nothing can be written."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import duckdb
from rich.table import Table

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.release.labels import Labels, distinct
from jixiao.release.query import QueryResult, connect
from jixiao.release.releases import ReleaseError
from jixiao.settings import Settings
from jixiao.values import to_json, to_text

ROWS_SHOWN = 500
"""Rows of a table on the screen; CSV and JSON have them all."""

PROMPT, CONTINUED = "jixiao> ", "   ...> "

HELP = """\
以分号结束一条 SQL。 End a query with a semicolon.
  .tables   列出各表 the tables and their rows
  .labels   中文列名开关 Chinese column headings, on or off
  .help     本说明 this text
  .exit     退出 leave (or Ctrl-D)"""

_TABLES = """
    select schema_name || '.' || table_name as table_name, estimated_size as row_count, comment
    from duckdb_tables() where not internal order by all
"""


@dataclass
class _Session:
    """A connection, and how its answers are shown.

    Attributes:
        connection: The release, read only.
        output: One of `PRINTERS`.
        has_labels: Whether documented columns get their Chinese names as headings.
    """

    connection: duckdb.DuckDBPyConnection
    output: str
    has_labels: bool


def run_sql_command(query: str | None, output: str, has_labels: bool = False) -> int:
    """Run one query, or read them from the prompt; returns the exit code.

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
            return _complain("没有 SQL 语句 the SQL holds no statement")
        columns = tuple(column[0] for column in cursor.description or ())
        rows = cursor.fetchall()
        if session.has_labels:
            columns = Labels.read(session.connection).headings(columns, query)
    except (duckdb.Error, ReleaseError) as error:
        return _complain(str(error))
    PRINTERS[session.output](QueryResult(columns, rows))
    return exits.OK


def _complain(message: str) -> int:
    print(message, file=sys.stderr)
    return exits.FAILED


def _converse(session: _Session) -> int:
    # Without it the arrow keys don't work; everything else does.
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415
    print(HELP)
    for statement in statements(_typed_lines()):
        if statement == ".exit":
            break
        _answer(session, statement)
    return exits.OK


def _typed_lines() -> Iterator[str | None]:
    """Lines as they are typed; None where Ctrl-C gives up what was typed so far."""
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
    """Put lines together to statements: up to a semicolon, or a command that begins with a dot.

    Args:
        lines: Lines; None gives up what came before. What is left at the end counts as a statement.
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
    """Whether SQL ends with a semicolon that stands outside quotes."""
    return text.rstrip().endswith(";") and text.count("'") % 2 == 0 and text.count('"') % 2 == 0


def _answer(session: _Session, statement: str) -> int:
    """Run a statement or a command of the prompt; returns its exit code."""
    if statement == ".tables":
        return _run(session, _TABLES)
    if statement == ".labels":
        session.has_labels = not session.has_labels
        # Beside the answers, which may be read by a program.
        print(
            "中文列名：开 labels on" if session.has_labels else "中文列名：关 labels off",
            file=sys.stderr,
        )
        return exits.OK
    if statement == ".help":
        print(HELP)
        return exits.OK
    if statement.startswith("."):
        return _complain(f"{statement}: 未知命令 no such command; .help")
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
    more = f"，显示前 shown {ROWS_SHOWN}; --csv 输出全部 has all" if count > ROWS_SHOWN else ""
    screen.print(f"({count:,} 行 rows{more})")


def print_csv(result: QueryResult) -> None:
    """Print CSV; null is an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([to_text(value) for value in row] for row in result.rows)


def print_json(result: QueryResult) -> None:
    """Print a list of objects, a line a row; decimals keep their digits."""
    names = distinct(result.columns)
    rows = (to_json(dict(zip(names, row, strict=True))) for row in result.rows)
    print("[" + ",\n ".join(rows) + "]")


PRINTERS: dict[str, Callable[[QueryResult], None]] = {
    "table": print_table,
    "csv": print_csv,
    "json": print_json,
}
