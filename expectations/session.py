"""A run of Great Expectations on a database: all code that needs to import it."""

from __future__ import annotations

import datetime
import html
import logging
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import great_expectations as gx
import sqlalchemy as sa
from great_expectations.core import ExpectationSuite, RunIdentifier
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.registry import get_expectation_impl

from expectations import docs_site
from expectations.datasource import DuckDBDatasource, connection_string
from expectations.suites import ROW_RULE, Expectation, Gate, Suite
from expectations.verdicts import SAMPLE_ROWS, Verdict, describe_row
from ingestion.message import Text, join

DOCS_ROWS = 20
"""Offending rows shown in Data Docs."""

MOST_ROWS = 1000
"""Offending rows of a column rule that are fetched for their documents."""

BATCHES: dict[Gate, str] = {
    # A blank of a raw table is as good as none; a mart has its blanks made null by the models.
    "gate_1": "select if(trim(columns(*), ' 　') = '', null, columns(*)) as \"\\0\" from {table}",
    "gate_2": "select * from {table}",
}
"""The query by which the expectations of a gate read a table."""


@contextmanager
def open_session(
    gate: Gate,
    database: Path,
    previous_release: Path | None,
    docs_dir: Path | None,
    config: Mapping[str, Any],
) -> Iterator[Session]:
    """Open a database read only, with the last release beside it, and close both at the end."""
    if docs_dir is not None:
        docs_site.forget(docs_dir, gate)
    with _quiet():
        context = gx.get_context(mode="ephemeral", project_config=docs_site.context_config(docs_dir))
        source: DuckDBDatasource = context.data_sources.add_duckdb(
            "warehouse",
            connection_string=connection_string(database),
            kwargs={"connect_args": {"read_only": True, "config": dict(config)}},
        )
        engine = source.get_execution_engine()
        try:
            yield Session(context, source, engine, previous_release, docs_dir)
        finally:
            engine.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the log: an error of a query gives a verdict, not a traceback."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


class Session:
    """An open database and an ephemeral context."""

    def __init__(
        self,
        context: AbstractDataContext,
        source: DuckDBDatasource,
        engine: SqlAlchemyExecutionEngine,
        previous_release: Path | None,
        docs_dir: Path | None,
    ) -> None:
        self._context = context
        self._source = source
        self._engine = engine
        self._docs_dir = docs_dir
        self._run_time = datetime.datetime.now(datetime.UTC)
        self._has_previous = previous_release is not None
        if previous_release is not None:
            self._attach(previous_release)
        self._tables = self._list_tables()
        self._source_files = self._list_source_files()

    def run(self, suite: Suite) -> Iterator[Verdict]:
        """Evaluate a suite and yield a verdict for each expectation, in the suite's order."""
        reasons = {
            expectation.id: reason
            for expectation in suite.expectations
            if (reason := self._why_not_applicable(expectation, suite))
        }
        results = self._validate(suite, skip=reasons.keys())
        for expectation in suite.expectations:
            if expectation.id in reasons:
                yield _verdict(suite, expectation, status="not_applicable", observed=reasons[expectation.id])
            else:
                yield self._judge(suite, expectation, results[expectation.id])

    def build_docs(self) -> None:
        """Write the static site of all results kept in the docs folder."""
        assert self._docs_dir is not None
        self._context.build_data_docs()
        docs_site.drop_static_files(self._docs_dir)

    def _attach(self, previous_release: Path) -> None:
        path = str(previous_release).replace("'", "''")
        with self._engine.get_connection() as connection:
            connection.execute(sa.text(f"attach '{path}' as previous (read_only)"))
            # Or the rollback after a rule whose SQL fails would detach it from the rules that follow.
            connection.commit()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._engine.execute_query(sa.text(query)).fetchall()]

    def _list_tables(self) -> frozenset[str]:
        """Return the names of all tables as in suites; those of the last release begin with `previous.`."""
        rows = self._rows(
            "select concat_ws('.', nullif(table_catalog, current_database()), table_schema, table_name) "
            "from information_schema.tables"
        )
        return frozenset(name for (name,) in rows)

    def _list_source_files(self) -> dict[str, str]:
        query = "select document_id, min(source_file) from raw.raw_document group by document_id"
        try:
            rows = self._rows(query)
        except sa.exc.DBAPIError:
            # It is for gate 1 to say that the table or its columns are missing.
            return {}
        return {document: file for document, file in rows if document and file}

    def _why_not_applicable(self, expectation: Expectation, suite: Suite) -> str | None:
        if expectation.requires is None:
            return None
        if not self._has_previous:
            return Text("首次发布，无可比较", "first release, nothing to compare with")
        if f"previous.{suite.table}" not in self._tables:
            return Text("上一版本没有此表", f"the last release has no {suite.table}")
        return None

    def _validate(self, suite: Suite, skip: Collection[str]) -> dict[str, ExpectationValidationResult]:
        name = f"{suite.gate}.{suite.name}"
        # A query asset: a table asset reflects its columns through a Postgres catalogue that DuckDB
        # has only in part, and raises where the table is missing.
        asset = self._source.add_query_asset(name, query=BATCHES[suite.gate].format(table=suite.table))
        batch = asset.add_batch_definition_whole_table("whole table").get_batch()
        items = {item.id: item for item in suite.expectations if item.id not in skip}
        built = {name: _build(item) for name, item in items.items()}
        gx_suite = ExpectationSuite(
            name,
            expectations=list(built.values()),
            meta={"notes": f"{suite.description_zh} {suite.description_en}"},
        )
        # Whether they hold costs one query for all rules of columns; the rows that break one cost some more.
        outcome = batch.validate(gx_suite, result_format={"result_format": "BOOLEAN_ONLY"})
        for result in outcome.results:
            item = items[_rule_id(result)]
            if result.success:
                result.result = {
                    "observed_value": Text("符合", "as expected") if item.is_of_table else "0 行 rows"
                }
            elif _exception(result) is None:
                result.result = batch.validate(built[item.id], result_format=_details(suite, item)).result
                _gather_rows(result.result)
        if self._docs_dir is not None:
            self._keep_for_docs(suite.gate, gx_suite, outcome, batch.id)
        return {_rule_id(result): result for result in outcome.results}

    def _keep_for_docs(
        self, gate: Gate, suite: ExpectationSuite, outcome: ExpectationSuiteValidationResult, batch_id: str
    ) -> None:
        for result in outcome.results:
            self._show_rows(result)
        run = RunIdentifier(run_name=gate, run_time=self._run_time)
        outcome.meta |= {"run_id": run, "validation_time": self._run_time}
        suite_id = ExpectationSuiteIdentifier(name=suite.name)
        self._context.suites.add_or_update(suite)
        self._context.validation_results_store.store_validation_results(
            suite_validation_result=outcome,
            suite_validation_result_identifier=ValidationResultIdentifier(suite_id, run, batch_id),
            expectation_suite_identifier=suite_id,
        )

    def _show_rows(self, result: ExpectationValidationResult) -> None:
        # Great Expectations renders only the count of a row rule, but the sampled values of any rule.
        rows = _offending_rows(result)
        if rows:
            texts = [html.escape(describe_row(self._with_source_file(row))) for row in rows[:DOCS_ROWS]]
            result.result |= {
                "partial_unexpected_list": texts,
                "partial_unexpected_counts": [],
                "unexpected_count": _count(result),
            }

    def _with_source_file(self, row: dict[str, Any]) -> dict[str, Any]:
        file = self._source_files.get(str(row.get("document_id")))
        return row | {"source_file": file} if file else row

    def _judge(self, suite: Suite, expectation: Expectation, result: ExpectationValidationResult) -> Verdict:
        exception = _exception(result)
        if exception is not None:
            if suite.table not in self._tables:
                exception = Text(f"缺少表 {suite.table}", f"there is no table {suite.table}")
            observed = Text("无法执行", "could not be evaluated")
            return _verdict(suite, expectation, status="failed", observed=observed, exception=exception)
        count = None if expectation.is_of_table else _count(result)
        rows = _offending_rows(result)
        return _verdict(
            suite,
            expectation,
            status="passed" if result.success else "failed",
            observed=_observed(result.result) if count is None else Text(f"{count} 行", f"{count} rows"),
            unexpected_count=count,
            sample=[self._with_source_file(row) for row in rows[:SAMPLE_ROWS]],
            documents=tuple(dict.fromkeys(str(row["document_id"]) for row in rows if row.get("document_id"))),
        )


def _build(expectation: Expectation) -> Any:
    return get_expectation_impl(expectation.type)(
        **expectation.kwargs,
        description=f"{expectation.title_zh} {expectation.id}: {expectation.why}",
        meta={"id": expectation.id},
    )


def _details(suite: Suite, expectation: Expectation) -> dict[str, Any]:
    """Return the format of the result of a rule that failed: its first rows, named by the suite's key."""
    if expectation.type == ROW_RULE:
        return {"result_format": "COMPLETE"}
    return {
        "result_format": "SUMMARY",
        "partial_unexpected_count": MOST_ROWS,
        "unexpected_index_column_names": list(suite.key),
    }


def _rule_id(result: ExpectationValidationResult) -> str:
    assert result.expectation_config is not None
    return str(result.expectation_config.meta["id"])


def _verdict(suite: Suite, expectation: Expectation, **outcome: Any) -> Verdict:
    return Verdict(
        gate=suite.gate,
        suite=suite.name,
        table=suite.table,
        expectation_id=expectation.id,
        expectation_type=expectation.type,
        title_zh=expectation.title_zh,
        why=expectation.why,
        **outcome,
    )


def _gather_rows(result: dict[str, Any]) -> None:
    """Move the rows of a column rule to the place where a row rule has its rows."""
    if "unexpected_count" in result:
        # Columns that are unique together are found without the rest of their key, each row as often as it is there.
        rows = result.get("partial_unexpected_index_list") or result["partial_unexpected_list"]
        result["details"] = {"unexpected_rows": list({tuple(row.items()): row for row in rows}.values())}


def _offending_rows(result: ExpectationValidationResult) -> list[dict[str, Any]]:
    details = result.result.get("details") or {}
    return list(details.get("unexpected_rows") or [])


def _count(result: ExpectationValidationResult) -> int:
    return (
        0 if result.success else int(result.result.get("unexpected_count") or result.result["observed_value"])
    )


def _observed(result: dict[str, Any]) -> str:
    mismatched = (result.get("details") or {}).get("mismatched") or {}
    labels = {"missing": Text("缺少：", "missing: "), "unexpected": Text("多出：", "not expected: ")}
    parts = [label + ", ".join(mismatched[kind]) for kind, label in labels.items() if mismatched.get(kind)]
    return join("; ", parts) or str(result["observed_value"])


def _exception(result: ExpectationValidationResult) -> str | None:
    """Return the first line of the database's error, without the SQL and the traceback."""
    info = result.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    messages = sorted(str(entry["exception_message"]) for entry in entries if entry["raised_exception"])
    if not messages:
        return None
    return re.sub(r"^\(_?duckdb\.\w+\) ", "", messages[0].splitlines()[0])
