"""Checks that cannot fail: each expectation of both gates and each data test of dbt, against tables with one thing wrong.

    PYTHONPATH=tests/fixtures:tests/integration python -m benchmarks.mutations --work var/mutations

In the folder it builds the sample with a small document of every kind, unless a build is there. Then it breaks one
table after the other: a row doubled, removed, all removed; in a column a value made null, changed, replaced by the
largest; in some single rows, then in all rows. A check that none of this makes fail survives. The survivors are
printed and counted in `docs/mutations.md`, with why each is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.scale import installation, run_build
from expectations.runner import run_gate
from expectations.suites import GATES, QUERY, ROW_RULE, Suite, load_suites
from jixiao.dbt import commands
from jixiao.settings import PROJECT_ROOT, Settings

PAGE = PROJECT_ROOT / "docs" / "mutations.md"
NOTES = Path(__file__).parent / "mutations.json"
"""Why a check that survives is kept, by its name."""

DBT = "dbt"
SINGLE_ROWS = 3
TABLE = re.compile(r'"?\b([a-z_]+)"?\."?([a-z][a-z_0-9]*)\b"?')

Table = tuple[str, str]
Tables = Mapping[Table, Sequence[tuple[str, str]]]
"""The columns of each table, with their types."""


@dataclass(frozen=True)
class Check:
    """Something that must hold, as SQL that returns the rows where it does not.

    Attributes:
        kind: `gate_1`, `gate_2` or `dbt`.
        name: Its table and sentence, or its name in dbt.
        sql: The rows that break it.
        reads: The tables that the SQL reads, those below its views included.
        text: The SQL, with that of the views that it reads.
    """

    kind: str
    name: str
    sql: str
    reads: frozenset[Table]
    text: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, default=Path("var/mutations"))
    work: Path = parser.parse_args(arguments).work.resolve()
    settings = installation(work)
    if not (settings.open_build / "build.duckdb").exists():
        _build(settings, work)
    database, original = work / "broken" / "build.duckdb", work / "original.duckdb"
    database.parent.mkdir(exist_ok=True)
    shutil.copyfile(settings.open_build / "build.duckdb", original)
    shutil.copyfile(original, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"attach '{original}' as previous (read_only)")
        tables = _without_constraints(connection)
        checks = [*_row_rules(connection, tables), *_dbt_tests(settings, work, connection, tables)]
        survivors = {check.name: check.kind for check in find_survivors(connection, tables, checks)}
    counted = Counter(check.kind for check in checks)
    for suite in (suite for gate in GATES for suite in load_suites(gate)):
        rules = tuple(rule for rule in suite.expectations if rule.type != ROW_RULE)
        counted[suite.gate] += len(rules)
        survivors |= {
            f"{suite.name}: {name}": suite.gate
            for name in _surviving_types(replace(suite, expectations=rules), original, work)
        }
    notes = json.loads(NOTES.read_text(encoding="utf-8"))
    PAGE.write_text(_page(counted, survivors, notes), encoding="utf-8")
    for name, kind in sorted(survivors.items()):
        print(f"{kind} {name}: {notes.get(name, '?')}")
    sys.exit(bool(survivors.keys() - notes.keys()))


def _build(settings: Settings, work: Path) -> None:
    # A fixture of the tests, which only this needs.
    from test_every_kind import DOCUMENTS  # noqa: PLC0415

    documents = work / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    for name, content in DOCUMENTS.items():
        (documents / name).write_bytes(content)
    subprocess.run(
        [sys.executable, "-c", "from jixiao.cli.main import main; main()", "add", str(documents)],
        env=os.environ | {"JIXIAO_VAR": str(settings.var), "JIXIAO_LANDING": str(settings.landing)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    run_build(settings, "build")


def _without_constraints(connection: duckdb.DuckDBPyConnection) -> Tables:
    """Make plain tables of those with keys, so that a key can be broken; return all tables."""
    rows = connection.execute(
        "select schema_name, table_name, list((column_name, data_type) order by column_index)"
        " from duckdb_columns() inner join duckdb_tables() using (database_name, schema_name, table_name)"
        " where database_name = current_database() group by all order by all"
    ).fetchall()
    for schema, name, _ in rows:
        connection.execute(f'create or replace table {schema}."{name}" as from previous.{schema}."{name}"')
    return {(schema, name): columns for schema, name, columns in rows}


def _row_rules(connection: duckdb.DuckDBPyConnection, tables: Tables) -> Iterator[Check]:
    from expectations.session import BATCHES  # noqa: PLC0415  (Great Expectations takes long to import)

    for gate in GATES:
        for suite in load_suites(gate):
            batch = f"({BATCHES[gate].format(table=suite.table)})"
            for rule in suite.expectations:
                if rule.type == ROW_RULE:
                    sql = rule.kwargs[QUERY].replace("{batch}", batch)
                    yield Check(gate, f"{suite.name}: {rule.id}", sql, *_reads(sql, connection, tables))


def _dbt_tests(
    settings: Settings, work: Path, connection: duckdb.DuckDBPyConnection, tables: Tables
) -> Iterator[Check]:
    target = work / "target"
    environment = commands.environment(settings, target=target, logs=work / "logs", inherited=os.environ)
    subprocess.run(
        [*commands.dbt_command(), "compile", "--quiet", "--select", "test_type:data"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            sql = node["compiled_code"]
            yield Check(DBT, node["name"], sql, *_reads(sql, connection, tables))


def _reads(sql: str, connection: duckdb.DuckDBPyConnection, tables: Tables) -> tuple[frozenset[Table], str]:
    views = {
        (schema, name): text
        for schema, name, text in connection.execute(
            "select schema_name, view_name, sql from duckdb_views() where not internal"
        ).fetchall()
    }
    seen: set[Table] = set()
    texts = [sql]
    for text in texts:
        named = set(TABLE.findall(text.replace('"build".', ""))) - seen
        seen |= named
        texts += [views[name] for name in named & views.keys()]
    return frozenset(seen & tables.keys()), "\n".join(texts)


def find_survivors(
    connection: duckdb.DuckDBPyConnection, tables: Tables, checks: Iterable[Check]
) -> Iterator[Check]:
    """Yield the checks that no change to a table makes fail."""
    alive = list(checks)
    for check in alive:
        if _fails(connection, check):
            raise RuntimeError(f"{check.name} fails before anything is broken")
    for table, columns in tables.items():
        words = set(re.findall(r"\w+", " ".join(check.text for check in alive if table in check.reads)))
        for change in _changes(
            connection, ".".join(table), [column for column in columns if column[0] in words]
        ):
            reading = [check for check in alive if table in check.reads]
            if not reading:
                break
            failed = _failed_after(connection, change, reading)
            alive = [check for check in alive if check.name not in failed]
    yield from alive


def _failed_after(connection: duckdb.DuckDBPyConnection, change: str, checks: Iterable[Check]) -> set[str]:
    """Return the names of the checks that fail after a change, and take it back."""
    failed = set()
    connection.execute("begin")
    try:
        connection.execute(change)
        for check in checks:
            if _fails(connection, check):
                failed.add(check.name)
    except duckdb.Error:
        # The column's type can't hold the value, or SQL can't read it: no failure that a check is there for.
        pass
    connection.execute("rollback")
    return failed


def _fails(connection: duckdb.DuckDBPyConnection, check: Check) -> bool:
    return connection.execute(f"select exists (from ({check.sql}\n))").fetchone() == (True,)


def _changes(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[tuple[str, str]]
) -> Iterator[str]:
    """Yield the statements that break a table: single rows first."""
    ids = [row for (row,) in connection.execute(f"select rowid from {name} order by rowid").fetchall()]
    picked = sorted({ids[len(ids) * part // SINGLE_ROWS] for part in range(SINGLE_ROWS)}) if ids else []
    for where in [*(f" where rowid = {row}" for row in picked), ""]:
        yield f"insert into {name} select * from {name}{where}"
        yield f"delete from {name}{where}"
        for column, kind in columns:
            for value in (_changed(f'"{column}"', kind), "null", f'(select max("{column}") from {name})'):
                yield f'update {name} set "{column}" = {value}{where}'


def _changed(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"concat({column}, '{{x}}')"
    if kind == "BOOLEAN":
        return f"not coalesce({column}, false)"
    return (
        f"{column} + interval 1 day"
        if kind.startswith(("DATE", "TIMESTAMP"))
        else f"3 * coalesce({column}, 0) + 1"
    )


def _surviving_types(suite: Suite, original: Path, work: Path) -> set[str]:
    """Return the rules of Great Expectations' own types that no change to their table makes fail."""
    alive = suite.expectations
    named = {column for rule in alive for column in _listed(rule.kwargs)}
    copy = work / "broken" / "table.duckdb"
    copy.unlink(missing_ok=True)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"create schema {suite.table.split('.')[0]}")
        _copied(connection, suite.table, original)
        columns = [column[:2] for column in connection.execute(f"describe {suite.table}").fetchall()]
        changes = [
            *_changes(connection, suite.table, [column for column in columns if column[0] in named]),
            f"alter table {suite.table} add column more int",
        ]
    for change in changes:
        if not alive:
            break
        with duckdb.connect(str(copy)) as connection:
            _copied(connection, suite.table, original)
            connection.execute(change)
        verdicts = run_gate(suite.gate, copy, suites=[replace(suite, expectations=alive)]).verdicts
        failed = {verdict.expectation_id for verdict in verdicts if verdict.success is False}
        alive = tuple(rule for rule in alive if rule.id not in failed)
    return {rule.id for rule in alive}


def _copied(connection: duckdb.DuckDBPyConnection, table: str, original: Path) -> None:
    # Views name the tables that they read by the database's name.
    connection.execute(f"attach '{original}' as build (read_only)")
    connection.execute(f"create or replace table {table} as from build.{table}; detach build")


def _listed(kwargs: Mapping[str, Any]) -> list[str]:
    return list(kwargs.get("column_list") or [kwargs.get("column", "")])


def _page(counted: Counter[str], survivors: Mapping[str, str], notes: Mapping[str, str]) -> str:
    lines = [
        "# Checks against broken tables",
        "",
        "`make mutations` breaks the tables of a build, the sample with a small document of every kind, one change at",
        "a time: a row doubled or removed, all rows removed, a value made null, changed, or replaced by another row's.",
        "A check that no change makes fail cannot fail, or watches what this data has no example of.",
        "",
        "| Checks | All | Fail when their data is broken | Survive |",
        "|---|---|---|---|",
    ]
    for kind, count in sorted(counted.items()):
        left = sum(found == kind for found in survivors.values())
        lines.append(f"| {kind} | {count} | {count - left} | {left} |")
    if survivors:
        lines += ["", "| Survivor | Why it is kept |", "|---|---|"]
        lines += [f"| `{name}` | {notes.get(name, '')} |" for name in sorted(survivors)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
