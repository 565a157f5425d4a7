"""The Excel work paper (复核底稿) of one or several documents, which a reviewer fills in and imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import Outline
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
    Case,
    DocumentReview,
    Finding,
    FormLine,
    ProjectRisk,
    Rule,
    RuleCount,
    Unchecked,
    count_unchecked,
)
from jixiao.review.paper_reader import (
    CASE_ID,
    DAY,
    DECISION,
    FINDING_ID,
    FOLDED,
    LEADING,
    OPINION,
    RANK,
    REPLY,
    ROLE,
    SHEET,
)
from jixiao.review.terms import DecisionTerm, Severity

COVER, RISKS, UNCHECKED, UNCHECKED_ROWS, RULES = "封面", "风险排名", "无法核对", "无法核对明细", "规则"

TITLE = "预算绩效自评复核底稿"

# The decisions of a finding, on the list and on the sheet of its form; the keys identify the row on import.
_DECISION_COLUMNS = (
    Column(DECISION, 8, "jx_input"),
    Column(OPINION, 12, "jx_input"),
    Column(ROLE, 8, "jx_input"),
    Column(DAY, 10, "jx_day"),
    Column(REPLY, 13, "jx_input"),
)

_KEY_COLUMNS = (Column(CASE_ID, 34, "jx_key"), Column(FINDING_ID, 34, "jx_key"))
"""The last columns, which are not printed."""

_UNIT = Column("单位", 14)
"""Only in a paper of several documents."""

_FINDING_COLUMNS = (
    Column("案件", 5, "jx_centre"),
    Column(RANK, 5, "jx_centre"),
    Column("严重程度", 5, "jx_centre"),
    Column("规则", 11),
    Column("自评表编号", 6, "jx_centre"),
    Column("项目名称", 13),
    Column("项目或指标", 13),
    Column("源文件行号", 6, "jx_centre"),
    Column("填报值", 8, "jx_number"),
    Column("应为值", 8, "jx_number"),
    Column("差异", 8, "jx_number"),
    Column("计量单位", 5, "jx_centre"),
    Column("问题说明", 36),
    Column("对照处", 13),
    *_DECISION_COLUMNS,
    *_KEY_COLUMNS,
)

_FORM_COLUMNS = (
    Column("源文件行号", 6, "jx_centre"),
    Column("一级指标", 7),
    Column("二级指标", 9),
    Column("三级指标", 15),
    Column("年度指标值", 10),
    Column("实际完成值", 10),
    Column("分值", 6, "jx_number"),
    Column("得分", 6, "jx_number"),
    Column("偏差原因", 9),
    Column("案件", 5, "jx_centre"),
    Column("严重程度", 5, "jx_centre"),
    Column("问题说明", 34),
    *_DECISION_COLUMNS,
    Column(RANK, 6, "jx_key"),
    *_KEY_COLUMNS,
)

_FUND_HEADINGS = (
    *(
        "源文件行号",
        "项目资金",
        "年初预算数",
        "资金来源",
        "全年预算数",
        "全年执行数",
        "分值",
        "得分",
        "执行率",
    ),
)

_OF_FORM = 9
"""Columns that show what the form prints; the others are of the findings beside it."""

_PRINTED = len(_FORM_COLUMNS) - len(_KEY_COLUMNS) - 1
"""Columns of the sheet of a form that are printed on paper."""

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
    Column("类别", 9),
    Column("规则", 16),
    Column("检查问题", 26),
    Column("为什么检查", 26),
    Column("整改建议", 26),
    Column("依据", 20),
    Column("公式", 22),
    Column("容差", 7, "jx_number"),
    Column("容差单位", 6, "jx_centre"),
)

_HOW_TO_USE = (
    f"1. “{SHEET}”按案件排列：同一原因的问题归为一案，主要问题在前，同案问题列在其下（可展开）。也可以在各张自评表的工作表上对照原表复核。"
    f"在黄色各列选填{DECISION}（{{labels}}）、{OPINION}、{ROLE}和{DAY}；{{closing}}须写明{OPINION}；{ROLE}填岗位，不要填姓名或电话。",
    f"2. {RANK}为“{LEADING}”的一行的决定适用于全案；同案问题另有决定的，以其自己的决定为准。填报习惯只在“{SHEET}”中按全案决定。{REPLY}只留在本底稿中，不导入。",
    f"3. 可以排序、筛选、隐藏列，但不要改列名、“{SHEET}”的表名、{CASE_ID}和{FINDING_ID}；改动已有决定时请同时更新{DAY}，"
    f"{DAY}留空即为导入当天；清空单元格不会撤销已有决定。",
    "4. 填好后保存为 .xlsx，运行 `jixiao review import 文件名`，决定在下次构建（`jixiao build`）时生效。",
)

_HOW_TO_OPEN = (
    f"5. “{SHEET}”的源文件行号、各张自评表的工作表上的案件号，链接到文件网页上的这个问题。链接按本底稿所在的文件夹写，底稿移走后失效；"
    f"网页是版本中的 documents/文件编号.html，地址后加 #f-{FINDING_ID} 即到该问题。"
)

_COVER_WIDTHS = (34, 10, 10, 10, 10, 10, 10, 10, 26)


@dataclass(frozen=True)
class Paper:
    """The content of a work paper.

    Attributes:
        reviews: The review of each document; their findings are those of the chosen severities.
        lines: The printed lines of each form.
        rules: All rules by id and version.
        build: The build that made the release.
        severities: By code, the most severe first.
        chosen: Codes of the chosen severities.
        decisions: By code.
        has_all_forms: Whether forms without a finding have a sheet, too.
        pages: The address of a document's page, as of the paper's folder, by document.
    """

    reviews: Sequence[DocumentReview]
    lines: Mapping[str, Sequence[FormLine]]
    rules: Mapping[tuple[str, int], Rule]
    build: Build
    severities: Mapping[str, Severity]
    chosen: Sequence[str]
    decisions: Mapping[str, DecisionTerm]
    has_all_forms: bool = False
    pages: Mapping[str, str] = field(default_factory=dict)

    def on_page(self, finding: Finding, text: str | int | None) -> Value:
        """Return a cell that leads to a finding on the page of its document, if there is one."""
        page = self.pages.get(finding.document_id)
        if page is None:
            return text
        return Link("网页" if text is None else text, f"f-{finding.finding_id}", page)

    @property
    def is_of_several(self) -> bool:
        """Whether it is of more than one document."""
        return len(self.reviews) > 1

    def severity(self, code: str) -> str:
        """Return the Chinese name of a severity."""
        return self.severities[code].label.zh if code in self.severities else code

    def unit(self, review: DocumentReview) -> list[Value]:
        """Return the cell that names the unit of a row, if there are several."""
        return [
            f"{review.document.organization_name} {review.document.fiscal_year or ''}"
        ] * self.is_of_several

    def with_unit(self, columns: Sequence[Column]) -> list[Column]:
        """Return the columns of a list, with that of the unit if there are several."""
        return [*[_UNIT] * self.is_of_several, *columns]


@dataclass(frozen=True)
class _Member:
    """A finding in its case, with the number of the case in the paper."""

    case_no: int
    case: Case
    finding: Finding

    @property
    def is_leading(self) -> bool:
        return self.finding is self.case.leading

    @property
    def explanation(self) -> str:
        """The finding in words; the row of a habit begins with the habit."""
        parts = [self.finding.message_zh]
        if self.is_leading and self.case.is_habit:
            parts = [self.case.message_zh, f"例：{self.finding.message_zh}"]
        if self.finding.hypothesis:
            parts.append(f"另一种可能：{self.finding.hypothesis}")
        return "\n".join(parts)


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
    """Make the work paper: cover, cases, projects by risk, what could not be checked, rules, each form."""
    book = Workbook()
    add_styles(book)
    book.properties.creator = "jixiao"
    book.properties.title = TITLE
    cover = book.active
    assert isinstance(cover, Worksheet)
    cover.title = COVER
    names = _project_sheets(paper)
    members = [
        (review, [_Member(number, case, finding) for finding in case.findings])
        for number, (review, case) in enumerate(
            ((review, case) for review in paper.reviews for case in review.cases), start=1
        )
    ]
    _fill_cover(cover, paper)
    _fill_findings(book.create_sheet(SHEET), paper, members, names)
    _fill_risks(book.create_sheet(RISKS), paper, names)
    _fill_unchecked(book.create_sheet(UNCHECKED), paper)
    _fill_unchecked_rows(book.create_sheet(UNCHECKED_ROWS), paper, names)
    _fill_rules(book.create_sheet(RULES), paper)
    _fill_projects(book, paper, [member for _, case in members for member in case], names)
    first = paper.reviews[0].document
    header = (
        f"{len(paper.reviews)} 份文件"
        if paper.is_of_several
        else f"{first.organization_name} {first.fiscal_year or ''}"
    )
    for sheet in book.worksheets:
        set_page(sheet, header, f"版本 {paper.build.release_id}")
    return book


def _project_sheets(paper: Paper) -> dict[str, str]:
    taken = [COVER, SHEET, RISKS, UNCHECKED, UNCHECKED_ROWS, RULES]
    names: dict[str, str] = {}
    for number, review in enumerate(paper.reviews, start=1):
        found = {finding.project_id for finding in review.findings}
        for risk in sorted(review.risks, key=lambda risk: (risk.form_no, risk.project_id)):
            if not (paper.has_all_forms or risk.project_id in found):
                continue
            document = f"{number}-" if paper.is_of_several else ""
            names[risk.project_id] = sheet_name(f"{document}第{risk.form_no:03d}张", taken)
            taken.append(names[risk.project_id])
    return names


def _fill_cover(sheet: Worksheet, paper: Paper) -> None:
    set_widths(sheet, _COVER_WIDTHS)
    write(sheet, 1, 1, TITLE, "jx_title")
    sheet.row_dimensions[1].height = 30
    row = _fields(
        sheet,
        2,
        [
            *_document_fields(paper),
            ("数据版本", paper.build.release_id),
            ("构建时间（UTC）", paper.build.started_at[:19].replace("T", " ")),
            ("本底稿所列", "、".join(paper.severity(code) for code in paper.chosen)),
        ],
    )
    write(sheet, row + 1, 1, "问题数", "jx_heading")
    cases = Counter(case.leading.severity for review in paper.reviews for case in review.cases)
    row = _fields(
        sheet,
        row + 2,
        [
            *(
                (paper.severity(code), sum(review.totals.get(code, 0) for review in paper.reviews))
                for code in paper.severities
            ),
            ("已有处理决定", sum(review.decided for review in paper.reviews)),
            ("无法核对", sum(review.not_checkable for review in paper.reviews)),
            ("本底稿案件", "，".join(f"{paper.severity(code)} {cases[code]} 案" for code in paper.chosen)),
        ],
    )
    write(sheet, row + 1, 1, "使用方法", "jx_heading")
    row += 2
    labels = "、".join(term.label.zh for term in paper.decisions.values())
    closing = "、".join(term.label.zh for term in paper.decisions.values() if not term.is_open)
    for line in (*_HOW_TO_USE, *[_HOW_TO_OPEN] * bool(paper.pages)):
        _write_note(sheet, row, line.replace("{labels}", labels).replace("{closing}", closing))
        row += 1
    write(sheet, row + 1, 1, "复核", "jx_heading")
    row = _fields(sheet, row + 2, [("复核人角色", None), ("复核日期", None)], "jx_input")
    write(sheet, row + 1, 1, "各规则结果（按问题数）", "jx_heading")
    headings = ["规则", "严重程度", "问题", "案件", "检查数", "通过", "不适用", "无法核对", "规则编号"]
    write_row(sheet, row + 2, headings, "jx_column")
    for row, counts in enumerate(_rule_counts(paper), start=row + 3):  # noqa: B020
        for column, value in enumerate(counts, start=1):
            style = {1: "jx_text", 2: "jx_centre", len(headings): "jx_key"}.get(column, "jx_number")
            write(sheet, row, column, value, style)
        fit_height(sheet, row, [(counts[0], _COVER_WIDTHS[0])])


def _document_fields(paper: Paper) -> Iterator[tuple[str, Value]]:
    if not paper.is_of_several:
        document = paper.reviews[0].document
        yield "单位", document.organization_name
        yield "年度", document.fiscal_year
        yield "源文件", f"{document.source_file}（文件编号 {document.document_id}）"
        yield "自评表", f"{document.forms} 张"
        return
    for number, review in enumerate(paper.reviews, start=1):
        document = review.document
        yield (
            f"文件 {number}",
            f"{document.organization_name} {document.fiscal_year or ''}：{document.source_file}"
            f"（文件编号 {document.document_id}），{document.forms} 张自评表",
        )


def _rule_counts(paper: Paper) -> list[tuple[Value, ...]]:
    """Return a row a rule, those with most findings first."""
    cases = Counter(case.leading.rule_id for review in paper.reviews for case in review.cases)
    counts: dict[str, list[RuleCount]] = {}
    for review in paper.reviews:
        for rule in review.rules:
            counts.setdefault(rule.rule_id, []).append(rule)
    # A sort keeps the order of rules with equal counts: by severity.
    ordered = sorted(counts.items(), key=lambda item: -sum(rule.failed for rule in item[1]))
    return [
        (
            found[0].title_zh,
            paper.severity(found[0].severity),
            sum(rule.failed for rule in found),
            cases[rule_id],
            *(sum(rule.subjects for rule in found), sum(rule.passed for rule in found)),
            *(sum(rule.not_applicable for rule in found), sum(rule.not_checkable for rule in found)),
            rule_id,
        )
        for rule_id, found in ordered
    ]


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


def _fill_findings(
    sheet: Worksheet,
    paper: Paper,
    cases: Sequence[tuple[DocumentReview, Sequence[_Member]]],
    names: Mapping[str, str],
) -> None:
    columns = paper.with_unit(_FINDING_COLUMNS)
    rows = (
        (
            *paper.unit(review),
            member.case_no,
            LEADING if member.is_leading else FOLDED,
            paper.severity(member.finding.severity),
            member.finding.rule_title,
            _form_link(member.finding, names),
            member.finding.project_name,
            member.finding.item,
            # Of a page or a sheet, the line is no help.
            paper.on_page(member.finding, member.finding.source_place or member.finding.source_line),
            *_figures(member.finding),
            member.explanation,
            member.finding.against_zh,
            *_decision(member.finding, paper),
            member.case.case_id,
            member.finding.finding_id,
        )
        for review, members in cases
        for member in members
    )
    last = write_list(sheet, columns, rows)
    sheet.freeze_panes = sheet.cell(2, len(columns) - len(_FINDING_COLUMNS) + 4).coordinate
    sheet.print_area = f"A1:{get_column_letter(len(columns) - len(_KEY_COLUMNS))}{last}"
    sheet.sheet_properties.outlinePr = Outline(summaryBelow=False)
    for row, member in enumerate((member for _, members in cases for member in members), start=2):
        if member.is_leading:
            sheet.cell(row, len(columns) - len(_FINDING_COLUMNS) + 1).style = "jx_column"
            sheet.row_dimensions[row].collapsed = member.case.is_habit and len(member.case.findings) > 1
        else:
            sheet.row_dimensions[row].outlineLevel = 1
            # The hundreds of a habit are unfolded by a click.
            sheet.row_dimensions[row].hidden = member.case.is_habit
    if last > 1:
        _offer_decisions(sheet, paper, columns, 2, last)


def _offer_decisions(
    sheet: Worksheet, paper: Paper, columns: Sequence[Column], first: int, last: int
) -> None:
    column = get_column_letter([column.heading for column in columns].index(DECISION) + 1)
    choice = DataValidation(
        type="list",
        formula1=f'"{",".join(term.label.zh for term in paper.decisions.values())}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=DECISION,
        error="请从列表中选择。",
    )
    choice.add(f"{column}{first}:{column}{last}")
    sheet.add_data_validation(choice)


def _form_link(row: Finding | Unchecked | ProjectRisk, names: Mapping[str, str]) -> Value:
    name = names.get(row.project_id or "")
    return Link.to_sheet(row.form_no, name) if name is not None and row.form_no is not None else row.form_no


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


def _decision(finding: Finding, paper: Paper) -> tuple[Value, ...]:
    """Return the cells to fill in."""
    label = finding.decision
    if label is not None and label in paper.decisions:
        label = paper.decisions[label].label.zh
    return label, finding.decision_reason, finding.decided_by_role, finding.decided_on, None


def _fill_risks(sheet: Worksheet, paper: Paper, names: Mapping[str, str]) -> None:
    columns = [
        Column(
            paper.severity(column.heading[1]) if column.heading[0] == "{" else column.heading,
            column.width,
            column.style,
        )
        for column in paper.with_unit(_RISK_COLUMNS)
    ]
    rows = (
        (
            *paper.unit(review),
            risk.risk_rank,
            _form_link(risk, names),
            risk.project_name,
            risk.implementing_unit,
            *(risk.errors, risk.warnings, risk.informations),
            _in_10_000(risk.executed_yuan),
            *(risk.checks, risk.not_checkable, risk.not_checkable_share),
            *(risk.severity_component, risk.amount_component, risk.not_checkable_component),
            risk.risk_score,
            risk.source_line,
        )
        for review in paper.reviews
        for risk in review.risks
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
        for number, (first, group) in enumerate(
            count_unchecked([row for review in paper.reviews for row in review.unchecked]), start=1
        )
    )
    write_list(sheet, _UNCHECKED_COLUMNS, rows)


def _fill_unchecked_rows(sheet: Worksheet, paper: Paper, names: Mapping[str, str]) -> None:
    found = ((review, row) for review in paper.reviews for row in review.unchecked)
    rows = (
        (
            *paper.unit(review),
            number,
            row.rule_title,
            _form_link(row, names),
            row.project_name,
            row.item,
            row.source_line,
            row.reason_zh,
        )
        for number, (review, row) in enumerate(found, start=1)
    )
    write_list(sheet, paper.with_unit(_UNCHECKED_ROW_COLUMNS), rows)


def _fill_rules(sheet: Worksheet, paper: Paper) -> None:
    counted = dict.fromkeys(
        (count.rule_id, count.rule_version) for review in paper.reviews for count in review.rules
    )
    found = map(paper.rules.get, counted)
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


def _fill_projects(
    book: Workbook, paper: Paper, members: Sequence[_Member], names: Mapping[str, str]
) -> None:
    findings: dict[str | None, list[_Member]] = {}
    for member in members:
        findings.setdefault(member.finding.project_id, []).append(member)
    unchecked: dict[str | None, list[Unchecked]] = {}
    for check in (check for review in paper.reviews for check in review.unchecked):
        unchecked.setdefault(check.project_id, []).append(check)
    for review in paper.reviews:
        for risk in sorted(review.risks, key=lambda risk: (risk.form_no, risk.project_id)):
            if risk.project_id in names:
                sheet = book.create_sheet(names[risk.project_id])
                row = _fill_project(
                    sheet,
                    paper,
                    risk,
                    f"{risk.risk_rank} / {len(review.risks)}",
                    findings.get(risk.project_id, []),
                )
                last = _fill_project_unchecked(sheet, row + 1, unchecked.get(risk.project_id, []))
                sheet.print_area = f"A1:{get_column_letter(_PRINTED)}{last}"


def _fill_project(
    sheet: Worksheet, paper: Paper, risk: ProjectRisk, place: str, members: Sequence[_Member]
) -> int:
    """Fill the sheet of a form: what it prints, line by line, with the findings beside the line.

    Returns:
        The row below.
    """
    widths = [column.width for column in _FORM_COLUMNS]
    headings = [column.heading for column in _FORM_COLUMNS]
    set_widths(sheet, widths)
    write(sheet, 1, 1, f"第{risk.form_no}张自评表　{risk.project_name}", "jx_title")
    sheet.row_dimensions[1].height = 26
    texts = (
        *(
            ("主管部门", 1, 2),
            (risk.competent_unit, 3, 4),
            ("实施单位", 5, 5),
            (risk.implementing_unit, 6, 8),
        ),
        *(("风险名次", 9, 9), (place, 10, 11)),
    )
    for number, (value, first, last) in enumerate(texts):
        write(sheet, 2, first, value, "jx_text" if number % 2 else "jx_label")
        if last > first:
            merge(sheet, 2, first, last)
    for column, target in ((_PRINTED - 1, SHEET), (_PRINTED, RISKS)):
        write(sheet, 2, column, Link.to_sheet(f"返回{target}", target), "jx_link")
    fit_height(
        sheet,
        2,
        [
            *((value, sum(widths[first - 1 : last])) for value, first, last in texts),
            *((f"返回{target}", 10) for target in (SHEET, RISKS)),
        ],
    )
    write_row(sheet, 3, headings, "jx_column")
    fit_height(sheet, 3, zip(headings, widths, strict=True))
    # On the second page of a long form too.
    sheet.print_title_rows = "1:3"
    sheet.freeze_panes = "A4"
    row = 4
    has_funds = False
    for line, beside in _beside_lines(paper.lines.get(risk.project_id, []), members):
        if line is not None and line.kind == "fund" and not has_funds:
            has_funds = True
            write_row(sheet, row, _FUND_HEADINGS, "jx_label")
            fit_height(sheet, row, list(zip(_FUND_HEADINGS, widths, strict=False)))
            row += 1
        rows: Sequence[_Member | None] = beside or [None]
        for number, member in enumerate(rows):
            printed = _cells_without_line(member) if line is None else _printed_cells(line)
            values: Sequence[Value] = (
                *(printed if number == 0 else [None] * _OF_FORM),
                *_finding_cells(member, paper),
            )
            for column, (cell, layout) in enumerate(zip(values, _FORM_COLUMNS, strict=True), start=1):
                # Only the row of a finding is filled in.
                style = "jx_text" if member is None and column > _OF_FORM else layout.style
                write(sheet, row, column, cell, style)
            fit_height(sheet, row, list(zip(values, widths, strict=True))[:_PRINTED])
            row += 1
    if members:
        _offer_decisions(sheet, paper, _FORM_COLUMNS, 4, row - 1)
    return row


def _beside_lines(
    lines: Sequence[FormLine], members: Sequence[_Member]
) -> Iterator[tuple[FormLine | None, Sequence[_Member]]]:
    """Yield what a form prints, in order, each line with its findings; those of no printed line come first."""
    printed = {line.source_line for line in lines}
    found: dict[int | None, list[_Member]] = {}
    for member in members:
        place = member.finding.source_line
        found.setdefault(place if place in printed else None, []).append(member)
    for member in found.pop(None, []):
        yield None, [member]
    for line in sorted(lines, key=lambda line: (line.kind != "fund", line.source_line)):
        # Two rows on one line share their findings.
        yield line, found.pop(line.source_line, [])


def _cells_without_line(member: _Member | None) -> tuple[Value, ...]:
    found = member.finding if member is not None else None
    place, item = (found.source_line, found.item) if found is not None else (None, None)
    return (place, "表头等", None, item, *[None] * (_OF_FORM - 4))


def _printed_cells(line: FormLine) -> tuple[Value, ...]:
    if line.kind == "fund":
        rate = None if line.rate is None else f"{(line.rate * 100).normalize():f}%"
        return (
            *(line.source_line, None, _in_10_000(line.initial_yuan), line.label3),
            *(
                _in_10_000(_number(line.first)),
                _in_10_000(_number(line.second)),
                line.weight,
                line.score,
                rate,
            ),
        )
    name = "总分" if line.kind == "total" else line.label1
    return (
        *(line.source_line, name, line.label2, line.label3, line.first, line.second),
        *(line.weight, line.score, line.reason),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _finding_cells(member: _Member | None, paper: Paper) -> tuple[Value, ...]:
    if member is None:
        return (None,) * (len(_FORM_COLUMNS) - _OF_FORM)
    finding = member.finding
    parts = [finding.message_zh]
    for label, text in (
        ("对照", finding.against_zh),
        ("另一种可能", finding.hypothesis),
        ("整改", finding.remedy_zh),
    ):
        if text:
            parts.append(f"{label}：{text}")
    return (
        paper.on_page(finding, member.case_no),
        paper.severity(finding.severity),
        "\n".join(parts),
        *_decision(finding, paper),
        # What is decided on the sheet of one form is no decision on the habit of all.
        LEADING if member.is_leading and not member.case.is_habit else FOLDED,
        member.case.case_id,
        finding.finding_id,
    )


def _fill_project_unchecked(sheet: Worksheet, row: int, unchecked: Sequence[Unchecked]) -> int:
    """Fill in what could not be checked of a form and return the last row."""
    widths = [column.width for column in _FORM_COLUMNS]
    write(sheet, row, 1, f"{UNCHECKED}（{len(unchecked)} 项）", "jx_heading")
    row += 1
    headings = ("规则", "无法核对的原因", "源文件行号", "项数")
    for (column, _), heading in zip(_UNCHECKED_SPANS, headings, strict=True):
        write(sheet, row, column, heading, "jx_column")
    _merge_unchecked(sheet, row)
    for first, group in count_unchecked(unchecked):
        row += 1
        lines = sorted({line.source_line for line in group if line.source_line is not None})
        values: tuple[Value, ...] = (
            *(first.rule_title, first.reason_zh, "、".join(map(str, lines)), len(group)),
        )
        for (column, _), value in zip(_UNCHECKED_SPANS, values, strict=True):
            write(sheet, row, column, value, "jx_number" if isinstance(value, int) else "jx_text")
        fit_height(
            sheet,
            row,
            [
                (value, sum(widths[left - 1 : right]))
                for value, (left, right) in zip(values, _UNCHECKED_SPANS, strict=True)
            ],
        )
        _merge_unchecked(sheet, row)
    return row


_UNCHECKED_SPANS = ((1, 4), (5, 11), (12, 16), (17, 17))


def _merge_unchecked(sheet: Worksheet, row: int) -> None:
    for first, last in _UNCHECKED_SPANS:
        if last > first:
            merge(sheet, row, first, last)
