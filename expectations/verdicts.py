"""The verdicts of a gate, one for each expectation, as text and as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from expectations.suites import Gate
from ingestion.message import Text, beside, join
from jixiao.values import NAMED_DOCUMENTS

Status = Literal["passed", "failed", "not_applicable"]

SAMPLE_ROWS = 5
"""The most offending rows in a verdict."""

LONGEST_VALUE = 60
"""The most characters of a value in a message; a target can be a paragraph."""

GATE_NAMES: dict[Gate, str] = {
    "gate_1": Text("关卡一（原始数据）", "gate 1 (raw data)"),
    "gate_2": Text("关卡二（发布前）", "gate 2 (before publishing)"),
}

CSV_COLUMNS = (
    "gate",
    "suite",
    "table_name",
    "expectation",
    "expectation_type",
    "title_zh",
    "status",
    "success",
    "observed",
    "unexpected_count",
)


@dataclass(frozen=True)
class Verdict:
    """The result of one expectation.

    Attributes:
        gate: The gate.
        suite: The suite's name.
        table: `schema.table`.
        expectation_id: The expectation's sentence.
        expectation_type: The Great Expectations type.
        title_zh: The sentence in Chinese.
        why: The consequence if it isn't true, or the remedy.
        status: `passed`, `failed`, or `not_applicable` if there is nothing to compare with.
        observed: The observation, in a few words.
        unexpected_count: Number of offending rows; None if the rule doesn't count rows or didn't run.
        sample: The first offending rows, with the source file if it is known.
        documents: The documents of all offending rows that name one.
        exception: Why the rule couldn't be evaluated, or None.
    """

    gate: Gate
    suite: str
    table: str
    expectation_id: str
    expectation_type: str
    title_zh: str
    why: str
    status: Status
    observed: str
    unexpected_count: int | None = None
    sample: list[dict[str, Any]] = field(default_factory=list)
    documents: tuple[str, ...] = ()
    exception: str | None = None

    @property
    def success(self) -> bool | None:
        """True, False, or None if the rule doesn't apply."""
        return None if self.status == "not_applicable" else self.status == "passed"


@dataclass(frozen=True)
class GateResult:
    """The verdicts of one gate, in the order of the suites.

    Attributes:
        gate: The gate.
        verdicts: One for each expectation.
    """

    gate: Gate
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether at least one expectation passed and none failed."""
        return not self.failures and any(verdict.success for verdict in self.verdicts)

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """The failed verdicts."""
        return tuple(verdict for verdict in self.verdicts if verdict.status == "failed")

    @property
    def counts(self) -> dict[str, int]:
        """The number of verdicts by status."""
        return dict(Counter(verdict.status for verdict in self.verdicts))

    def message(self) -> Text:
        """Return the outcome of the gate, with the first offending rows of each failure."""
        return join("\n", (self._headline(), *_failure_lines(self.failures)))

    def _headline(self) -> Text:
        total, failed = len(self.verdicts), len(self.failures)
        skipped = sum(verdict.status == "not_applicable" for verdict in self.verdicts)
        state = Text("通过", " passed") if self.passed else Text("未通过", " failed")
        return (
            GATE_NAMES[self.gate]
            + state
            + Text(
                f"：{total} 项检查，{failed} 项未通过，{skipped} 项不适用",
                f": {total} expectations, {failed} failed, {skipped} not applicable",
            )
        )


def write_verdicts(result: GateResult, path: Path) -> None:
    """Write the verdicts as CSV (UTF-8, one row for each), the same bytes for equal verdicts.

    Args:
        result: The gate's verdicts.
        path: The file, by convention `<folder>/<gate>.csv`; its folder is created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        writer.writerows(_csv_row(verdict) for verdict in result.verdicts)


def _csv_row(verdict: Verdict) -> tuple[str, ...]:
    return (
        verdict.gate,
        verdict.suite,
        verdict.table,
        verdict.expectation_id,
        verdict.expectation_type,
        verdict.title_zh,
        verdict.status,
        "" if verdict.success is None else str(verdict.success).lower(),
        beside(verdict.observed),
        "" if verdict.unexpected_count is None else str(verdict.unexpected_count),
    )


def _failure_lines(failures: Sequence[Verdict]) -> Iterator[str]:
    for (table, suite), group in groupby(failures, key=lambda verdict: (verdict.table, verdict.suite)):
        yield f"{table} (suite {suite})"
        verdicts = list(group)
        exceptions = {verdict.exception for verdict in verdicts}
        if len(verdicts) > 1 and len(exceptions) == 1 and None not in exceptions:
            count = len(verdicts)
            could_not = Text(f"  ✗ {count} 项检查无法执行：", f"  ✗ {count} expectations could not run: ")
            yield could_not + (exceptions.pop() or "")
            continue
        for verdict in verdicts:
            yield from _verdict_lines(verdict)


def _verdict_lines(verdict: Verdict) -> Iterator[str]:
    title = Text(f"  ✗ {verdict.title_zh} {verdict.expectation_id}：", f"  ✗ {verdict.expectation_id}: ")
    yield title + (verdict.exception or verdict.observed)
    yield f"    {verdict.why}"
    for row in verdict.sample:
        yield f"    - {describe_row(row)}"
    rest = (verdict.unexpected_count or 0) - len(verdict.sample)
    if verdict.sample and rest > 0:
        yield Text(f"    … 另有 {rest} 行", f"    … and {rest} more rows")
        if verdict.documents:
            yield f"    {NAMED_DOCUMENTS}{', '.join(verdict.documents)}"


def describe_row(row: dict[str, Any]) -> str:
    """Return a row as text, its place first: `2023.txt:17 (doc-1) form_no='3'`."""
    cells = dict(row)
    line, document, file = (
        str(cells.pop(name, None) or "").strip() for name in ("source_line", "document_id", "source_file")
    )
    place = f"{file or document or '?'}:{line or '?'}" if file or document or line else ""
    key = f"({document})" if file and document else ""
    values = ", ".join(f"{name}={_short(value)}" for name, value in cells.items())
    return " ".join(part for part in (place, key, values) if part)


def _short(value: Any) -> str:
    # Quotes show a blank; of an amount only the figure is of interest.
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
