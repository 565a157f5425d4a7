"""The Excel work paper (复核底稿) of one document, which a reviewer fills in and imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from jixiao.atomic import replacing
from jixiao.export.sheets import (
    Column,
    Link,
    Value,
    add_styles,
    fit_height,
    merge,
    set_page,
    set_widths,
    sheet_name,
    write,
    write_list,
    write_row,
)
from jixiao.review.findings import (
    Build,
    DocumentReview,
    Finding,
    ProjectRisk,
    Rule,
    Unchecked,
    count_unchecked,
)
from jixiao.review.paper_reader import DAY, DECISION, FINDING_ID, OPINION, ROLE, SHEET
from jixiao.review.terms import DecisionTerm, Severity

COVER, RISKS, UNCHECKED, UNCHECKED_ROWS, RULES = "封面", "风险排名", "无法核对", "无法核对明细", "规则"

TITLE = "预算绩效自评复核底稿"

_FINDING_COLUMNS = (
    Column("序号", 5, "jx_centre"),
    Column("严重程度", 5, "jx_centre"),
    Column("规则", 13),
    Column("自评表编号", 7, "jx_centre"),
    Column("项目名称", 17),
    Column("项目或指标", 15),
    Column("源文件行号", 7, "jx_centre"),
    Column("填报值", 13, "jx_number"),
    Column("应为值", 13, "jx_number"),
    Column("差异", 13, "jx_number"),
    Column("单位", 5, "jx_centre"),
    Column("问题说明", 40),
    Column("另一种可能", 20),
    Column("依据", 17),
    Column(DECISION, 9, "jx_input"),
    Column(OPINION, 17, "jx_input"),
    Column(ROLE, 10, "jx_input"),
    Column(DAY, 11, "jx_day"),
    # The last column: it identifies the row on import, and is not printed.
    Column(FINDING_ID, 34, "jx_key"),
)

_RISK_COLUMNS = (
    Column("名次", 6, "jx_centre"),
    Column("自评表编号", 8, "jx_centre"),
    Column("项目名称", 36),
    Column("实施单位", 18),
    Column("{E}", 8, "jx_number"),
    Column("{W}", 8, "jx_number"),
    Column("{I}", 8, "jx_number"),
    Column("执行数（万元）", 15, "jx_money"),
    Column("检查数", 8, "jx_number"),
    Column("无法核对数", 9, "jx_number"),
    Column("无法核对比例", 9, "jx_share"),
    Column("严重程度位次", 9, "jx_place"),
    Column("资金规模位次", 9, "jx_place"),
    Column("无法核对位次", 9, "jx_place"),
    Column("风险分", 9, "jx_place"),
    Column("源文件行号", 9, "jx_centre"),
)

_UNCHECKED_COLUMNS = (
    Column("序号", 6, "jx_centre"),
    Column("严重程度", 8, "jx_centre"),
    Column("规则", 28),
    Column("无法核对的原因", 56),
    Column("项数", 9, "jx_number"),
    Column("涉及自评表", 10, "jx_number"),
)

_UNCHECKED_ROW_COLUMNS = (
    Column("序号", 7, "jx_centre"),
    Column("规则", 24),
    Column("自评表编号", 8, "jx_centre"),
    Column("项目名称", 32),
    Column("项目或指标", 36),
    Column("源文件行号", 9, "jx_centre"),
    Column("无法核对的原因", 44),
)

_RULE_COLUMNS = (
    Column("序号", 6, "jx_centre"),
    Column("严重程度", 6, "jx_centre"),
    Column("类别", 11),
    Column("规则", 20),
    Column("检查问题", 34),
    Column("为什么检查", 34),
    Column("整改建议", 34),
    Column("依据", 28),
    Column("公式", 30),
    Column("容差", 9, "jx_number"),
    Column("容差单位", 7, "jx_centre"),
)

_PROJECT_COLUMNS = (
    Column("序号", 6, "jx_centre"),
    Column("严重程度", 6, "jx_centre"),
    Column("规则", 20),
    Column("项目或指标", 22),
    Column("源文件行号", 8, "jx_centre"),
    Column("填报值", 12, "jx_number"),
    Column("应为值", 12, "jx_number"),
    Column("差异", 12, "jx_number"),
    Column("单位", 6, "jx_centre"),
    Column("问题说明", 48),
    Column("另一种可能", 28),
)

_HOW_TO_USE = (
    f"1. 在“{SHEET}”逐条复核，按源文件行号对照公开文件，在黄色各列选填{DECISION}（{{labels}}）、{OPINION}、"
    f"{ROLE}和{DAY}；{{closing}}须写明{OPINION}；{ROLE}填岗位，不要填姓名或电话。",
    f"2. 可以排序、筛选、隐藏列，但不要改列名、工作表名和{FINDING_ID}；改动已有决定时请同时更新{DAY}，{DAY}留空即为导入当天；"
    "清空单元格不会撤销已有决定。",
    "3. 填好后保存为 .xlsx，运行 `jixiao review import 文件名`，决定在下次构建（`jixiao build`）时生效。",
)

# On A4 their many columns would shrink below what can be read.
_LARGE = (SHEET, RULES)

_COVER_WIDTHS = (24, 10, 36, 11, 11, 11, 11, 11)


@dataclass(frozen=True)
class Paper:
    """The content of a work paper.

    Attributes:
        review: The review of the document; its findings are those of the chosen severities.
        rules: All rules by id and version.
        build: The build that made the release.
        severities: By code, the most severe first.
        chosen: Codes of the chosen severities.
        decisions: By code.
    """

    review: DocumentReview
    rules: Mapping[tuple[str, int], Rule]
    build: Build
    severities: Mapping[str, Severity]
    chosen: Sequence[str]
    decisions: Mapping[str, DecisionTerm]

    def severity(self, code: str) -> str:
        """Return the Chinese name of a severity."""
        return self.severities[code].label.zh if code in self.severities else code


def write_work_paper(paper: Paper, target: Path) -> int:
    """Write the work paper, in one step.

    Args:
        paper: Its content.
        target: The file; an existing one is replaced.

    Returns:
        The number of sheets.

    Raises:
        OSError: It can't be written.
    """
    book = make_work_paper(paper)
    with replacing(target) as file:
        book.save(file)
    return len(book.sheetnames)


def make_work_paper(paper: Paper) -> Workbook:
    """Make the work paper: cover, findings, projects by risk, what could not be checked, rules, each project."""
    book = Workbook()
    add_styles(book)
    book.properties.creator = "jixiao"
    book.properties.title = TITLE
    cover = book.active
    assert isinstance(cover, Worksheet)
    cover.title = COVER
    names = _project_sheets(paper.review.risks)
    _fill_cover(cover, paper)
    _fill_findings(book.create_sheet(SHEET), paper, names)
    _fill_risks(book.create_sheet(RISKS), paper, names)
    _fill_unchecked(book.create_sheet(UNCHECKED), paper)
    _fill_unchecked_rows(book.create_sheet(UNCHECKED_ROWS), paper, names)
    _fill_rules(book.create_sheet(RULES), paper)
    _fill_projects(book, paper, names)
    document = paper.review.document
    for sheet in book.worksheets:
        set_page(
            sheet,
            f"{document.organization_name} {document.fiscal_year or ''}",
            f"版本 {paper.build.release_id}",
            is_large=sheet.title in _LARGE,
        )
    return book


def _project_sheets(risks: Sequence[ProjectRisk]) -> dict[str, str]:
    taken = [COVER, SHEET, RISKS, UNCHECKED, UNCHECKED_ROWS, RULES]
    names: dict[str, str] = {}
    for risk in sorted(risks, key=lambda risk: (risk.form_no, risk.project_id)):
        names[risk.project_id] = sheet_name(f"第{risk.form_no:03d}张", taken)
        taken.append(names[risk.project_id])
    return names


def _fill_cover(sheet: Worksheet, paper: Paper) -> None:
    review, document = paper.review, paper.review.document
    set_widths(sheet, _COVER_WIDTHS)
    write(sheet, 1, 1, TITLE, "jx_title")
    sheet.row_dimensions[1].height = 30
    row = _fields(
        sheet,
        2,
        [
            ("单位", document.organization_name),
            ("年度", document.fiscal_year),
            ("源文件", f"{document.source_file}（文件编号 {document.document_id}）"),
            ("自评表", f"{document.forms} 张"),
            ("数据版本", paper.build.release_id),
            ("构建时间（UTC）", paper.build.started_at[:19].replace("T", " ")),
            ("本底稿所列", "、".join(paper.severity(code) for code in paper.chosen)),
        ],
    )
    write(sheet, row + 1, 1, "问题数", "jx_heading")
    row = _fields(
        sheet,
        row + 2,
        [
            *((paper.severity(code), review.totals.get(code, 0)) for code in paper.severities),
            ("已有处理决定", review.decided),
            ("无法核对", review.not_checkable),
        ],
    )
    write(sheet, row + 1, 1, "使用方法", "jx_heading")
    row += 2
    labels = "、".join(term.label.zh for term in paper.decisions.values())
    closing = "、".join(term.label.zh for term in paper.decisions.values() if not term.is_open)
    for line in _HOW_TO_USE:
        _write_note(sheet, row, line.replace("{labels}", labels).replace("{closing}", closing))
        row += 1
    write(sheet, row + 1, 1, "复核", "jx_heading")
    row = _fields(sheet, row + 2, [("复核人角色", None), ("复核日期", None)], "jx_input")
    write(sheet, row + 1, 1, "各规则结果", "jx_heading")
    headings = ["规则编号", "严重程度", "规则", "检查数", "通过", "问题", "不适用", "无法核对"]
    write_row(sheet, row + 2, headings, "jx_column")
    for row, rule in enumerate(review.rules, start=row + 3):  # noqa: B020
        write(sheet, row, 1, rule.rule_id, "jx_key")
        write(sheet, row, 2, paper.severity(rule.severity), "jx_centre")
        write(sheet, row, 3, rule.title_zh, "jx_text")
        counts = (rule.subjects, rule.passed, rule.failed, rule.not_applicable, rule.not_checkable)
        for column, count in enumerate(counts, start=4):
            write(sheet, row, column, count, "jx_number")


def _fields(sheet: Worksheet, row: int, fields: Sequence[tuple[str, Value]], style: str = "jx_text") -> int:
    for number, (label, value) in enumerate(fields, start=row):
        write(sheet, number, 1, label, "jx_label")
        write(sheet, number, 2, value, style)
        merge(sheet, number, 2, len(_COVER_WIDTHS))
    return row + len(fields)


def _write_note(sheet: Worksheet, row: int, text: str) -> None:
    write(sheet, row, 1, text, "jx_note")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_COVER_WIDTHS))
    fit_height(sheet, row, [(text, sum(_COVER_WIDTHS))])


def _fill_findings(sheet: Worksheet, paper: Paper, names: Mapping[str, str]) -> None:
    rows = (
        (
            number,
            paper.severity(finding.severity),
            finding.rule_title,
            _form_link(finding, names),
            finding.project_name,
            finding.item,
            finding.source_line,
            *_figures(finding),
            finding.message_zh,
            finding.hypothesis,
            finding.clause,
            _decision(finding, paper),
            finding.decision_reason,
            finding.decided_by_role,
            finding.decided_on,
            finding.finding_id,
        )
        for number, finding in enumerate(paper.review.findings, start=1)
    )
    last = write_list(sheet, _FINDING_COLUMNS, rows)
    sheet.freeze_panes = "D2"
    sheet.print_area = f"A1:{get_column_letter(len(_FINDING_COLUMNS) - 1)}{last}"
    if last > 1:
        column = get_column_letter([column.heading for column in _FINDING_COLUMNS].index(DECISION) + 1)
        choice = DataValidation(
            type="list",
            formula1=f'"{",".join(term.label.zh for term in paper.decisions.values())}"',
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=DECISION,
            error="请从列表中选择。",
        )
        choice.add(f"{column}2:{column}{last}")
        sheet.add_data_validation(choice)


def _form_link(row: Finding | Unchecked, names: Mapping[str, str]) -> Value:
    name = names.get(row.project_id or "")
    return Link(row.form_no, name) if name is not None and row.form_no is not None else row.form_no


def _figures(finding: Finding) -> tuple[Value, Value, Value, Value]:
    return (
        _figure(finding.reported, finding.reported_value),
        _figure(finding.expected, finding.expected_value),
        finding.difference,
        finding.unit,
    )


def _figure(text: str | None, value: Decimal | None) -> Value:
    """Return a printed figure, as a number if it is one."""
    if text is None or value is None:
        return text if value is None else value
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _decision(finding: Finding, paper: Paper) -> str | None:
    if finding.decision is None or finding.decision not in paper.decisions:
        return finding.decision
    return paper.decisions[finding.decision].label.zh


def _fill_risks(sheet: Worksheet, paper: Paper, names: Mapping[str, str]) -> None:
    columns = [
        Column(
            paper.severity(column.heading[1]) if column.heading[0] == "{" else column.heading,
            column.width,
            column.style,
        )
        for column in _RISK_COLUMNS
    ]
    rows = (
        (
            risk.risk_rank,
            Link(risk.form_no, names[risk.project_id]),
            risk.project_name,
            risk.implementing_unit,
            *(risk.errors, risk.warnings, risk.informations),
            _in_10_000(risk.executed_yuan),
            *(risk.checks, risk.not_checkable, risk.not_checkable_share),
            *(risk.severity_component, risk.amount_component, risk.not_checkable_component),
            risk.risk_score,
            risk.source_line,
        )
        for risk in paper.review.risks
    )
    write_list(sheet, columns, rows)


def _in_10_000(yuan: Decimal | None) -> Decimal | None:
    return None if yuan is None else yuan / 10_000


def _fill_unchecked(sheet: Worksheet, paper: Paper) -> None:
    rows = (
        (
            number,
            paper.severity(first.severity),
            first.rule_title,
            first.reason_zh,
            len(group),
            len({row.project_id for row in group if row.project_id is not None}),
        )
        for number, (first, group) in enumerate(count_unchecked(paper.review.unchecked), start=1)
    )
    write_list(sheet, _UNCHECKED_COLUMNS, rows)


def _fill_unchecked_rows(sheet: Worksheet, paper: Paper, names: Mapping[str, str]) -> None:
    rows = (
        (
            number,
            row.rule_title,
            _form_link(row, names),
            row.project_name,
            row.item,
            row.source_line,
            row.reason_zh,
        )
        for number, row in enumerate(paper.review.unchecked, start=1)
    )
    write_list(sheet, _UNCHECKED_ROW_COLUMNS, rows)


def _fill_rules(sheet: Worksheet, paper: Paper) -> None:
    found = (paper.rules.get((count.rule_id, count.rule_version)) for count in paper.review.rules)
    rows = (
        (
            number,
            paper.severity(rule.severity),
            rule.category_zh,
            rule.title_zh,
            rule.question_zh,
            rule.why_zh,
            rule.remedy_zh,
            rule.clause,
            rule.formula,
            rule.tolerance,
            rule.tolerance_unit,
        )
        for number, rule in enumerate((rule for rule in found if rule is not None), start=1)
    )
    write_list(sheet, _RULE_COLUMNS, rows)


def _fill_projects(book: Workbook, paper: Paper, names: Mapping[str, str]) -> None:
    findings: dict[str | None, list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(paper.review.findings, start=1):
        findings.setdefault(finding.project_id, []).append((number, finding))
    unchecked: dict[str | None, list[Unchecked]] = {}
    for row in paper.review.unchecked:
        unchecked.setdefault(row.project_id, []).append(row)
    risks = {risk.project_id: risk for risk in paper.review.risks}
    for project_id, name in names.items():
        _fill_project(
            book.create_sheet(name),
            paper,
            risks[project_id],
            findings.get(project_id, []),
            unchecked.get(project_id, []),
        )


def _fill_project(
    sheet: Worksheet,
    paper: Paper,
    risk: ProjectRisk,
    findings: Sequence[tuple[int, Finding]],
    unchecked: Sequence[Unchecked],
) -> None:
    width = len(_PROJECT_COLUMNS)
    widths = [column.width for column in _PROJECT_COLUMNS]
    headings = [column.heading for column in _PROJECT_COLUMNS]
    set_widths(sheet, widths)
    write(sheet, 1, 1, f"第{risk.form_no}张自评表　{risk.project_name}", "jx_title")
    sheet.row_dimensions[1].height = 26
    # On the second page of a long form too.
    sheet.print_title_rows = "1:1"
    sheet.freeze_panes = "A2"
    row = 1
    for row, (label, value, style) in enumerate(_project_fields(paper, risk), start=2):
        write(sheet, row, 1, label, "jx_label")
        merge(sheet, row, 1, 3)
        write(sheet, row, 4, value, style)
    write(sheet, 2, width, Link(f"返回{SHEET}", SHEET), "jx_link")
    write(sheet, 3, width, Link(f"返回{RISKS}", RISKS), "jx_link")
    row += 2
    write(sheet, row, 1, f"问题（{len(findings)} 项，序号同“{SHEET}”）", "jx_heading")
    write_row(sheet, row + 1, headings, "jx_column")
    fit_height(sheet, row + 1, zip(headings, widths, strict=True))
    row += 2
    for number, finding in findings:
        values: Sequence[Value] = (
            number,
            paper.severity(finding.severity),
            finding.rule_title,
            finding.item,
            finding.source_line,
            *_figures(finding),
            finding.message_zh,
            finding.hypothesis,
        )
        for column, (value, layout) in enumerate(zip(values, _PROJECT_COLUMNS, strict=True), start=1):
            write(sheet, row, column, value, layout.style)
        fit_height(sheet, row, zip(values, widths, strict=True))
        row += 1
    _fill_project_unchecked(sheet, row + 1, unchecked)


def _project_fields(paper: Paper, risk: ProjectRisk) -> Iterator[tuple[str, Value, str]]:
    yield "主管部门", risk.competent_unit, "jx_text"
    yield "实施单位", risk.implementing_unit, "jx_text"
    yield "执行数（万元）", _in_10_000(risk.executed_yuan), "jx_money"
    yield "风险名次", f"{risk.risk_rank} / {len(paper.review.risks)}", "jx_text"
    yield "源文件行号", risk.source_line, "jx_text"


def _fill_project_unchecked(sheet: Worksheet, row: int, unchecked: Sequence[Unchecked]) -> None:
    width = len(_PROJECT_COLUMNS)
    widths = [column.width for column in _PROJECT_COLUMNS]
    write(sheet, row, 1, f"{UNCHECKED}（{len(unchecked)} 项）", "jx_heading")
    row += 1
    for column, heading in ((1, "规则"), (4, "无法核对的原因"), (width - 1, "源文件行号"), (width, "项数")):
        write(sheet, row, column, heading, "jx_column")
    _merge_unchecked(sheet, row)
    for first, group in count_unchecked(unchecked):
        row += 1
        lines = sorted({line.source_line for line in group if line.source_line is not None})
        write(sheet, row, 1, first.rule_title, "jx_text")
        write(sheet, row, 4, first.reason_zh, "jx_text")
        places = "、".join(map(str, lines))
        write(sheet, row, width - 1, places, "jx_text")
        write(sheet, row, width, len(group), "jx_number")
        fit_height(
            sheet,
            row,
            [
                (first.rule_title, sum(widths[:3])),
                (first.reason_zh, sum(widths[3:-2])),
                (places, widths[-2]),
            ],
        )
        _merge_unchecked(sheet, row)


def _merge_unchecked(sheet: Worksheet, row: int) -> None:
    merge(sheet, row, 1, 3)
    merge(sheet, row, 4, len(_PROJECT_COLUMNS) - 2)
