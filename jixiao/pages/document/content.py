"""What the page of a document shows: its raw rows as printed, and the findings by line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import duckdb

Row = Mapping[str, Any]

NEEDED = (
    "core.dim_document",
    "core.dim_project",
    "quality.fct_unread_cell",
    "review.dim_rule",
    "review.fct_case",
    "review.fct_finding",
    "score.mart_project_score",
)
"""The tables that the page reads, beside the raw ones."""

FUND_COLUMNS = (
    ("fund_source", "资金来源"),
    ("initial_budget", "年初预算数"),
    ("annual_budget", "全年预算数"),
    ("executed", "全年执行数"),
    ("weight", "分值"),
    ("execution_rate", "执行率"),
    ("score", "得分"),
)

INDICATOR_COLUMNS = (
    ("level1", "一级指标"),
    ("level2", "二级指标"),
    ("level3", "三级指标"),
    ("target", "年度指标值"),
    ("actual", "实际完成值"),
    ("weight", "分值"),
    ("score", "得分"),
    ("deviation_reason", "偏差原因分析及改进措施"),
)

_CITED = (
    ("raw_reported_figure", "正文数字", ("label", "value", "unit")),
    (
        "raw_final_account",
        "决算表",
        ("item_name", "initial_budget", "annual_budget", "final_account"),
    ),
    ("raw_budget_account", "预算表", ("item_name", "budget", "last_year_budget")),
    ("raw_evaluation", "评价结论", ("subject_name", "part_name", "total_weight", "total_score", "grade")),
    ("raw_evaluation_indicator", "评价指标", ("level1", "level2", "level3", "level4", "weight", "score")),
    ("raw_department_target", "部门绩效目标", ("level1", "level2", "target", "completion")),
    ("raw_project_execution", "评价项目资金", ("project_name", "period", "approved", "arrived", "executed")),
    ("raw_project_spending", "评价项目支出", ("section", "item_name", "approved", "arrived", "spent")),
    ("raw_self_evaluation", "自评表", ("form_no", "project_name", "competent_unit", "implementing_unit")),
    ("raw_self_evaluation_fund", "自评表资金", ("form_no", *(name for name, _ in FUND_COLUMNS))),
    ("raw_self_evaluation_indicator", "自评表指标", ("form_no", *(name for name, _ in INDICATOR_COLUMNS))),
)
"""Tables outside the forms whose rows are shown where a finding cites their line: columns in printed order."""

_NUMBER = re.compile(r"-?[\d,]*\.?\d+")


@dataclass(frozen=True)
class Line:
    """A row of a form, as printed.

    Attributes:
        line: Its line in the source.
        cells: Its cells by column.
        marked: The columns whose cell a finding names: the gravest severity, or `habit`.
        findings: The findings about it.
        unread: Its unread cells.
    """

    line: int
    cells: Row
    marked: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Row, ...] = ()
    unread: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Form:
    """A form as printed.

    Attributes:
        form_no: Its number.
        cells: Its head: year, project, units, printed total.
        funds: The rows of its funds.
        goals: The rows of its goals.
        indicators: The rows of its indicators.
        findings: Findings about it as a whole, or about lines that are none of these rows.
        total_findings: Findings about the row of the total.
        unread: Unread cells that are in none of these rows.
        recomputed_total: The sum of its scores; None if one is missing.
    """

    form_no: int
    cells: Row
    funds: tuple[Line, ...]
    goals: tuple[Line, ...]
    indicators: tuple[Line, ...]
    findings: tuple[Row, ...]
    total_findings: tuple[Row, ...]
    unread: tuple[Row, ...]
    recomputed_total: Decimal | None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentPage:
    """The content of the page.

    Attributes:
        document: Its row of `core.dim_document`.
        forms: Its forms in order.
        cited: Lines outside the forms that findings cite: line, place, rows as (title, texts), findings.
        unread: Unread cells outside the forms.
        cases: Its cases, the gravest first.
        rules: Rules with findings: id, title, severity, number.
        counts: Findings by severity.
    """

    document: Row
    forms: tuple[Form, ...]
    cited: tuple[Row, ...]
    unread: tuple[Row, ...]
    cases: tuple[Row, ...]
    rules: tuple[Row, ...]
    counts: Mapping[str, int]


def read_page(connection: duckdb.DuckDBPyConnection, document_id: str) -> DocumentPage:
    """Read the content of the page of a document.

    Args:
        connection: On a database with the raw tables and those of `NEEDED`.
        document_id: The document.

    Raises:
        KeyError: There is no such document.
    """

    def rows(sql: str) -> list[dict[str, Any]]:
        cursor = connection.execute(sql, [document_id])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    documents = rows("select * from core.dim_document where document_id = ?")
    if not documents:
        raise KeyError(document_id)
    findings = rows(
        """
        select findings.*, cases.case_kind, rules.title_zh, rules.remedy_zh
        from review.fct_finding as findings
        left join review.fct_case as cases on findings.case_id = cases.case_id
        left join review.dim_rule as rules
            on findings.rule_id = rules.rule_id and findings.rule_version = rules.rule_version
        where findings.document_id = ?
        order by position(findings.severity in 'EWI'), findings.source_line, findings.rule_id, findings.finding_id
        """
    )
    unread = rows(
        "select * from quality.fct_unread_cell where document_id = ? order by source_line, unread_cell_id"
    )
    totals = {
        row["form_no"]: row["recomputed_total"]
        for row in rows(
            """
            select projects.form_no, scores.recomputed_total
            from core.dim_project as projects
            inner join score.mart_project_score as scores using (project_id)
            where projects.document_id = ?
            """
        )
    }
    tables = {
        table: _by_form(
            rows(f"select * from raw.{table} where document_id = ? order by cast(source_line as integer)")
        )
        for table in ("raw_self_evaluation_fund", "raw_project_goal", "raw_self_evaluation_indicator")
    }
    by_form: dict[int | None, list[Row]] = defaultdict(list)
    for finding in findings:
        by_form[finding["form_no"]].append(finding)
    unread_of: dict[int | None, list[Row]] = defaultdict(list)
    for cell in unread:
        unread_of[cell["form_no"]].append(cell)
    forms = tuple(
        _form(
            cells,
            {table: found.get(number, []) for table, found in tables.items()},
            by_form.pop(number, []),
            unread_of.pop(number, []),
            totals.get(number),
        )
        for cells in rows(
            "select * from raw.raw_self_evaluation where document_id = ? order by cast(form_no as integer)"
        )
        for number in [int(cells["form_no"])]
    )
    outside = [finding for group in by_form.values() for finding in group]
    return DocumentPage(
        document=documents[0],
        forms=forms,
        cited=tuple(
            _cited(
                outside,
                {
                    table: list[Row](rows(f"select * from raw.{table} where document_id = ?"))
                    for table, _, _ in _CITED
                },
            )
        ),
        unread=tuple(cell for group in unread_of.values() for cell in group),
        cases=tuple(
            rows(
                """
                select * from review.fct_case where document_id = ?
                order by position(severity in 'EWI'), case_kind desc, amount_at_stake_yuan desc nulls last,
                    points_at_stake desc nulls last, source_line, case_id
                """
            )
        ),
        rules=tuple(
            rows(
                """
                select rule_id, any_value(title_zh) as title_zh, any_value(findings.severity) as severity, count(*) as findings
                from review.fct_finding as findings
                inner join review.dim_rule as rules using (rule_id, rule_version)
                where document_id = ?
                group by rule_id
                order by position(any_value(findings.severity) in 'EWI'), count(*) desc, rule_id
                """
            )
        ),
        counts=_counts(findings),
    )


def _by_form(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[int(row["form_no"])].append(row)
    return found


def _form(
    cells: Row,
    tables: Mapping[str, list[Row]],
    findings: list[Row],
    unread: list[Row],
    recomputed_total: Decimal | None,
) -> Form:
    total_line = int(cells["total_source_line"] or 0)
    lines = {int(row["source_line"]) for rows in tables.values() for row in rows}

    def parts(table: str, columns: Iterable[str]) -> tuple[Line, ...]:
        names = tuple(columns)
        return tuple(_line(row, names, findings, unread) for row in tables[table])

    return Form(
        form_no=int(cells["form_no"]),
        cells=cells,
        funds=parts("raw_self_evaluation_fund", (name for name, _ in FUND_COLUMNS)),
        goals=parts("raw_project_goal", ("expected", "achieved")),
        indicators=parts("raw_self_evaluation_indicator", (name for name, _ in INDICATOR_COLUMNS)),
        findings=tuple(one for one in findings if one["source_line"] not in lines | {total_line}),
        total_findings=tuple(
            one for one in findings if one["source_line"] == total_line and total_line not in lines
        ),
        unread=tuple(one for one in unread if one["source_line"] not in lines),
        recomputed_total=recomputed_total,
        counts=_counts(findings),
    )


def _line(row: Row, columns: Iterable[str], findings: Iterable[Row], unread: Iterable[Row]) -> Line:
    number = int(row["source_line"])
    own = tuple(one for one in findings if one["source_line"] == number)
    named: dict[str, str] = {}
    # They are in order of severity.
    for one in own:
        if one["reported"]:
            kind = "habit" if one["case_kind"] == "habit" else one["severity"]
            named.setdefault(_plain(one["reported"]), kind)
    marked = {name: named[text] for name in columns if (text := _plain(row[name] or "")) in named}
    return Line(number, row, marked, own, tuple(one for one in unread if one["source_line"] == number))


def _plain(text: str) -> str:
    """Return a printed text for comparison: a number without separators and zeros at its end."""
    found = _NUMBER.fullmatch(text.strip().rstrip("%％分元"))
    if found is None:
        return text.strip()
    try:
        return f"{Decimal(found[0].replace(',', '')).normalize():f}"
    except InvalidOperation:
        return text.strip()


def _cited(findings: Iterable[Row], tables: Mapping[str, list[Row]]) -> Iterable[Row]:
    by_line: dict[int, list[Row]] = defaultdict(list)
    for finding in findings:
        by_line[finding["source_line"] or 0].append(finding)
    for line in sorted(by_line):
        texts = [
            (title, [row[name] for name in columns if row[name]])
            for table, title, columns in _CITED
            for row in tables[table]
            if int(row["source_line"]) == line
        ]
        yield {
            "line": line,
            "place": by_line[line][0]["source_place"],
            "rows": texts,
            "findings": by_line[line],
        }


def _counts(findings: Iterable[Row]) -> dict[str, int]:
    counts = dict.fromkeys("EWI", 0)
    for finding in findings:
        counts[finding["severity"]] = counts.get(finding["severity"], 0) + 1
    return counts
