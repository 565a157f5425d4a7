"""`jixiao sql`: run one query, or a prompt, on the current release, read only."""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Any

import duckdb
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from ingestion.message import Text
from jixiao.cli import exits
from jixiao.cli.console import console, one_line
from jixiao.language import shown, text
from jixiao.release.labels import Labels, distinct
from jixiao.release.query import QueryResult, connect
from jixiao.release.releases import ReleaseError
from jixiao.settings import Settings
from jixiao.values import to_json, to_text

ROWS_SHOWN = 500
"""Rows that a table on the screen shows; CSV and JSON have all."""

RECORDS_SHOWN = 100
"""Rows that are shown as records, each on as many lines as it has columns."""

GAP = 2
"""Blank columns between those of a table."""

LEAVE = ".exit"
BYTE_ORDER_MARK = "\ufeff"

_LEAVING = {LEAVE, ".quit", "exit", "quit"}

PROMPT, CONTINUED = "jixiao> ", "   ...> "

HELP = Text(
    """\
以分号结束一条 SQL；太宽的结果逐行列出。
  .tables   列出各表
  .labels   中文列名开关
  .help     本说明
  exit      退出（或 quit、Ctrl-D）""",
    """\
End a query with a semicolon. A result that is too wide is shown record by record.
  .tables   list the tables and their rows
  .labels   switch Chinese column headings on or off
  .help     this text
  exit      leave (or quit, or Ctrl-D)""",
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
        has_printed: Whether a result was printed before.
    """

    connection: duckdb.DuckDBPyConnection
    output: str
    has_labels: bool
    has_printed: bool = False


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
    """Run the statements of a text, print the result of each, and return the exit code."""
    try:
        found = session.connection.extract_statements(query)
    except duckdb.Error as error:
        return _complain(str(error))
    if not found:
        return _complain(Text("没有 SQL 语句", "the SQL holds no statement"))
    return max([_run_statement(session, statement) for statement in found])


def _run_statement(session: _Session, statement: duckdb.Statement) -> int:
    try:
        cursor = session.connection.execute(statement)
        columns = tuple(column[0] for column in cursor.description or ())
        rows = cursor.fetchall()
        if session.has_labels:
            columns = Labels.read(session.connection).headings(columns, statement.query)
    except (duckdb.Error, ReleaseError) as error:
        return _complain(str(error))
    PRINTERS[session.output](QueryResult(columns, rows), not session.has_printed)
    session.has_printed = True
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
        if statement == LEAVE:
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
    typed = takewhile(lambda statement: statement != LEAVE, statements(lines))
    return max((_answer(session, statement) for statement in typed), default=exits.OK)


def statements(lines: Iterator[str | None]) -> Iterator[str]:
    """Join lines to statements, each up to a semicolon, or a command: `exit`, `quit`, or one that begins with a dot.

    Args:
        lines: Lines; None discards those before it. The rest at the end is a statement.
    """
    kept: list[str] = []
    for line in lines:
        if line is None:
            kept = []
        elif not kept and line.strip().rstrip("; ").lower() in _LEAVING:
            yield LEAVE
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


def print_table(result: QueryResult, is_first: bool = True) -> None:
    """Print aligned columns, numbers to the right; one record after the other where the screen is too narrow."""
    screen = console()
    if not is_first:
        screen.print()
    cells = [[_cell(value) for value in row] for row in result.rows[:ROWS_SHOWN]]
    numbers = [
        bool(cells) and all(isinstance(row[place], int | Decimal | float | None) for row in result.rows)
        for place in range(len(result.columns))
    ]
    if cells and len(result.columns) > 1 and _least_width(result.columns, cells, numbers) > screen.width:
        cells = cells[:RECORDS_SHOWN]
        _print_records(result.columns, cells, screen)
    else:
        _print_columns(result.columns, cells, numbers, screen)
    count, shown_rows = len(result.rows), len(cells)
    more = (
        text(f"，显示前 {shown_rows} 行；--csv 输出全部", f", {shown_rows} shown; --csv prints all")
        if count > shown_rows
        else ""
    )
    screen.print(text(f"（{count:,} 行{more}）", f"({count:,} rows{more})"))


def _cell(value: Any) -> str:
    # A printed text may hold what moves the cursor of a terminal; a plan has lines.
    return "\n".join(one_line(line) for line in to_text(value).split("\n"))


def _least_width(columns: Sequence[str], cells: Sequence[Sequence[str]], numbers: Sequence[bool]) -> int:
    """Return the width of a screen on which a table has its numbers and names whole and its text on two lines."""
    width = GAP * (len(columns) - 1)
    for place, name in enumerate(columns):
        longest = max(cell_len(line) for row in cells for line in row[place].split("\n"))
        width += max(cell_len(name), longest if numbers[place] else (longest + 1) // 2)
    return width


def _print_columns(
    columns: Sequence[str], cells: Sequence[Sequence[str]], numbers: Sequence[bool], screen: Console
) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for name, is_number in zip(columns, numbers, strict=True):
        table.add_column(
            name,
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=is_number,
            min_width=None if len(columns) == 1 else cell_len(name),
        )
    for row in cells:
        table.add_row(*row)
    screen.print(table)


def _print_records(columns: Sequence[str], cells: Sequence[Sequence[str]], screen: Console) -> None:
    names = max(map(cell_len, columns))
    for number, row in enumerate(cells, start=1):
        screen.print(f"── {number} ".ljust(names, "─"))
        record = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=False)
        # Every record has its values in the same column, on a screen that is not much wider than the names, too.
        record.add_column(width=min(names, screen.width // 2), overflow="fold")
        record.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            record.add_row(name, cell)
        screen.print(record)


def print_csv(result: QueryResult, is_first: bool = True) -> None:
    """Print CSV; null is an empty cell. The first begins with a byte order mark, by which Excel knows UTF-8."""
    if is_first and not sys.stdout.isatty() and _is_utf_8(sys.stdout.encoding):
        sys.stdout.write(BYTE_ORDER_MARK)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([to_text(value) for value in row] for row in result.rows)


def _is_utf_8(encoding: str | None) -> bool:
    return encoding is not None and codecs.lookup(encoding).name == "utf-8"


def print_json(result: QueryResult, _is_first: bool = True) -> None:
    """Print a list of objects, one line for each row; decimals keep their digits."""
    names = distinct(result.columns)
    rows = (to_json(dict(zip(names, row, strict=True))) for row in result.rows)
    print("[" + ",\n ".join(rows) + "]")


PRINTERS: dict[str, Callable[[QueryResult, bool], None]] = {
    "table": print_table,
    "csv": print_csv,
    "json": print_json,
}
