"""Find the plain tables of a file and bind their columns to fields by the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from ingestion.document import Document, DocumentError, Line
from ingestion.form_labels import OTHER, header_label, label_of
from ingestion.message import Text
from ingestion.numbers import UNITS
from ingestion.private import is_organization
from ingestion.reference import remembered
from ingestion.synonyms import TABLE_COLUMN, synonyms
from ingestion.units import UNKNOWN_UNIT, captioned_units, labelled_units
from ingestion.vocabulary import canonical

BUDGET, INDICATORS = "budget", "indicators"
KINDS = (BUDGET, INDICATORS)
"""The kinds of tables, in the order in which a document holds them."""

NAMES = {BUDGET: Text("预算表", "budget table"), INDICATORS: Text("指标表", "indicator table")}

_COMMON = {
    "单位名称": "organization",
    "年度": "year",
    "项目名称": "project",
    "主管部门": "competent_unit",
    "实施单位": "implementing_unit",
}
COLUMNS = {
    BUDGET: {
        **_COMMON,
        "年初预算数": "initial_budget",
        "全年预算数": "annual_budget",
        "全年执行数": "executed",
        "金额单位": "amount_unit",
        "币种": "currency",
        "分值": "weight",
        "执行率": "execution_rate",
        "得分": "score",
    },
    INDICATORS: {
        **_COMMON,
        "一级指标": "level1",
        "二级指标": "level2",
        "三级指标": "level3",
        "年度指标值": "target",
        "实际完成值": "actual",
        "计量单位": "measure_unit",
        "分值": "weight",
        "得分": "score",
        "偏差原因分析及改进措施": "deviation_reason",
    },
}
"""The columns that each kind of table can have: the label of the standard form and the field."""

AMOUNTS = ("initial_budget", "annual_budget", "executed")
_UNIT = "单位"
_PARTS = {BUDGET: "fund_column", INDICATORS: "indicator_column"}
_LONGEST_UNIT = 2
_TITLE_ROWS = 5
_LEAST_HEADINGS = 2
SHEET = "工作表"
"""How the place of a line in a workbook begins."""

_ACCOUNT = re.compile(r"[行栏]次|.*科目|项目(?:\(|$)|功能分类|经济分类")
"""Headings of an account table, whose 项目 are items."""

_OTHER_YEAR = re.compile(r"上年|上一年|去年|前年|上期|以前年度|次年|下年|结转|结余|prior|previous|last year")
"""Headings of amounts of another year than that of the row, or of what is left of them."""

_INCLUDED = re.compile(r"(?:包?含|包括|including)[^()（）]*")
"""What an amount includes, such as 含上年结转."""

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_REMARK = re.compile(r"\s*\([^()]*\)$")
_SHEET = re.compile(rf"{SHEET}“.*”(?=第\d+行)", re.DOTALL)


@dataclass
class Table:
    """A plain table.

    Attributes:
        kind: One of `KINDS`.
        heading: The row of its headings.
        rows: The lines below it, blank ones and notes among them.
        columns: The place of each field's column.
        extra: The headings of the columns that are left out.
        unit: The unit of amounts that its headings or the lines above them name, or an empty string.
        other_sheets: Of the first table of a workbook the sheets that hold rows and are no plain table.
    """

    kind: str
    heading: Line
    rows: Sequence[Line]
    columns: dict[str, int]
    extra: list[str] = field(default_factory=list)
    unit: str = ""
    other_sheets: list[str] = field(default_factory=list)

    def label(self, name: str) -> str:
        """Return the heading of a field's column as printed, or an empty string."""
        place = self.columns.get(name)
        return "" if place is None else _texts(self.heading)[place]


@dataclass(frozen=True)
class Known:
    """What the user gives for all rows of a file, and whether it is a file of separated cells."""

    organization: bool = False
    year: bool = False
    is_separated: bool = False


def find(document: Document, *, organization: bool = False, year: bool = False) -> list[Table]:
    """Return the plain tables of a file, one a sheet; none where the file is a document of another kind.

    Args:
        document: The file.
        organization: Whether the user gives the organization of all rows.
        year: Whether the user gives the fiscal year of all rows.

    Raises:
        DocumentError: If a table lacks a column without which its rows mean nothing, two of its columns mean the
            same, or it holds amounts and indicators in one.
    """
    known = Known(organization, year, document.name.lower().endswith((".csv", ".tsv")))
    tables: list[Table] = []
    others: list[str] = []
    for lines in _sheets(document):
        if (table := _table(lines, document.name, known)) is not None:
            tables.append(table)
        elif any(len(line.filled) > 1 for line in lines) and (sheet := _SHEET.match(lines[0].place)):
            others.append(sheet[0])
    for table in tables[:1]:
        table.other_sheets = others
    return tables


def _sheets(document: Document) -> Iterator[list[Line]]:
    sheet: list[Line] = []
    name = ""
    for line in document.lines:
        match = _SHEET.match(line.place)
        if sheet and (match[0] if match else "") != name:
            yield sheet
            sheet = []
        name = match[0] if match else ""
        sheet.append(line)
    if sheet:
        yield sheet


def _table(lines: list[Line], file: str, known: Known) -> Table | None:
    filled = [number for number, line in enumerate(lines) if line.text]
    for number in filled[:_TITLE_ROWS]:
        line = lines[number]
        if len(line.filled) >= _LEAST_HEADINGS:
            table = _read_heading(line, lines[:number], lines[number + 1 :], file, known)
            if table is not None:
                return table
    return None


def _read_heading(
    heading: Line, above: Sequence[Line], rows: Sequence[Line], file: str, known: Known
) -> Table | None:
    """Return the table below a heading, or None where it is the heading of no plain table.

    The blocks of a form have such headings too, but none of them names the year or the organization. The account
    tables and lists of a disclosure have no column of years either.
    """
    texts = _texts(heading)
    fields = {kind: _fields(kind, texts, rows, known) for kind in KINDS}
    if any(cell.width > 1 for row in (heading, *rows) for cell in row.cells):
        return None
    pairs = zip(fields[BUDGET], fields[INDICATORS], strict=True)
    has_amounts = any(amount in AMOUNTS and not other for amount, other in pairs)
    content = {"level3", "target", "actual"} & set(fields[INDICATORS])
    has_indicators = "level3" in content and len(content) > 1
    if not (has_amounts or has_indicators):
        return None
    columns = set(fields[BUDGET if has_amounts else INDICATORS])
    has_organization, has_year = "organization" in columns, "year" in columns
    if not has_year and not (known.is_separated or (has_organization and known.year)):
        return None
    if not (has_year or has_organization):
        if any(_ACCOUNT.match(canonical(text)) for text in texts) or "project" not in columns:
            return None
        if not (known.organization and known.year):
            if has_indicators or "amount_unit" in columns:
                _ask_whose(heading, file)
            return None
    if "project" not in columns and not (has_year and has_organization):
        return None
    _refuse_odd(heading, file, columns, has_amounts=has_amounts, has_indicators=has_indicators)
    _refuse_two_rows(heading, rows, fields[BUDGET if has_amounts else INDICATORS], file)
    kind = BUDGET if has_amounts else INDICATORS
    return _bind(kind, fields[kind], heading, above, rows, file)


def _ask_whose(heading: Line, file: str) -> NoReturn:
    raise DocumentError(
        Text(
            f"{file}:{heading.number}: 没有“单位名称”和“年度”列；请补上，或用 --organization 和 --year 指定。",
            f"{file}:{heading.number}: The table has no columns of organizations and years: add columns 单位名称 (organization) and 年度 (year), or give --organization and --year.",
        )
    )


def _fields(kind: str, texts: Sequence[str], rows: Sequence[Line], known: Known) -> list[str]:
    """Return the field of each column, or an empty string.

    Without a column of organizations, the implementing unit is used instead, else the competent unit.
    """
    labels = [_label(kind, text) for text in texts]
    fields = [COLUMNS[kind].get(label, "") for label in labels]
    for place, text in enumerate(texts):
        if fields[place] in AMOUNTS and _OTHER_YEAR.search(_INCLUDED.sub("", text.lower())):
            fields[place] = ""
    if kind == BUDGET and "amount_unit" not in fields and "计量单位" in labels:
        place = labels.index("计量单位")
        if not {line.cells[place].text for line in rows if place < len(line.cells)}.isdisjoint(UNITS):
            fields[place] = "amount_unit"
    if _UNIT in labels:
        _settle_unit(kind, labels.index(_UNIT), fields, rows, known)
    has_organization = known.organization or "organization" in fields
    for other in ("implementing_unit", "competent_unit"):
        if not has_organization and other in fields:
            fields[fields.index(other)], has_organization = "organization", True
    return fields


def _settle_unit(kind: str, place: int, fields: list[str], rows: Sequence[Line], known: Known) -> None:
    """Decide by its values whether a column 单位 holds units or organizations.

    Beside a column 部门 with organizations it names the unit, and 部门 the department in charge of it.
    """
    values = {line.cells[place].text for line in rows if place < len(line.cells)} - {""}
    unit = "amount_unit" if kind == BUDGET else "measure_unit"
    if kind == BUDGET:
        holds_units = not values or not values.isdisjoint(UNITS)
    else:
        holds_units = not any(map(is_organization, values)) and (
            known.organization or not values or any(len(value) <= _LONGEST_UNIT for value in values)
        )
    if holds_units:
        fields[place] = unit if unit not in fields else ""
    elif "organization" not in fields:
        fields[place] = "organization"
    elif any(map(is_organization, values)) and "competent_unit" not in fields:
        fields[fields.index("organization")], fields[place] = "competent_unit", "organization"
    else:
        fields[place] = unit if unit not in fields else ""


def _refuse_odd(
    heading: Line, file: str, columns: set[str], *, has_amounts: bool, has_indicators: bool
) -> None:
    place = f"{file}:{heading.number}"
    if has_amounts and has_indicators:
        raise DocumentError(
            Text(
                f"{place}: 一张表中既有金额又有指标；请分成预算表和指标表两张（jixiao template budget、indicators 给出样式）。",
                f"{place}: The table holds amounts and indicators: part it into a budget table and an indicator table.",
            )
        )
    if "project" not in columns:
        raise DocumentError(
            Text(
                f"{place}: 缺少“项目名称”列；请补上这一列。",
                f"{place}: The table has no column of projects: add a column 项目名称 (project).",
            )
        )


def _refuse_two_rows(heading: Line, rows: Sequence[Line], fields: Sequence[str], file: str) -> None:
    """Refuse headings that continue on a second row: a cell of the first spans several columns, blank beside it."""
    second = next((line for line in rows if line.text), None)
    if second is None:
        return
    texts = _texts(heading)
    filled = {cell.column: cell.text for cell in second.filled}
    names = {place for place, name in enumerate(fields) if name in ("organization", "year", "project")}
    is_below_blank = any(place < len(texts) and not texts[place] for place in filled)
    if is_below_blank and not names & filled.keys() and not any(re.search(r"\d", t) for t in filled.values()):
        raise DocumentError(
            Text(
                f"{file}:{heading.number}: 标题占两行（第 {second.number} 行是下级标题）；请合并为一行，如“年初预算数”“全年执行数”。",
                f"{file}:{heading.number}: The headings take two rows (line {second.number} holds those below): write them in "
                "one row, such as 年初预算数, 全年执行数.",
            )
        )


def _bind(
    kind: str, fields: Sequence[str], heading: Line, above: Sequence[Line], rows: Sequence[Line], file: str
) -> Table:
    """Return the table with the column of each field; of two columns for one field the exact label is used."""
    texts = _texts(heading)
    table = Table(kind, heading, rows, {})
    for place, (name, text) in enumerate(zip(fields, texts, strict=True)):
        first = table.columns.get(name)
        if first is None and name:
            table.columns[name] = place
        elif first is None or _is_exact(kind, name, texts[first]) > _is_exact(kind, name, text):
            table.extra += [text] if text else []
        elif _is_exact(kind, name, text) > _is_exact(kind, name, texts[first]):
            table.columns[name] = place
            table.extra.append(texts[first])
        else:
            raise DocumentError(
                Text(
                    f"{file}:{heading.number}: 列“{texts[first]}”和“{text}”含义相同，无法取舍；请改名或删去其中一列。",
                    f"{file}:{heading.number}: The columns {texts[first]} and {text} mean the same: rename or remove one.",
                )
            )
    filled = {cell.column for row in rows for cell in row.filled}
    table.extra += [f"#{place + 1}" for place, text in enumerate(texts) if not text and place in filled]
    if kind == BUDGET:
        _read_units(table, above, file)
    return table


def _read_units(table: Table, above: Sequence[Line], file: str) -> None:
    """Set the unit of amounts from the headings or the lines above them.

    Raises:
        DocumentError: If they name several, or none of amounts in yuan.
    """
    places = [table.columns[name] for name in AMOUNTS if name in table.columns]
    printed = {_texts(table.heading)[place] for place in places}
    units = labelled_units(printed) or _units_below(table, places)
    units = units or set().union(*(captioned_units(line.text) for line in above))
    if len(units) > 1:
        raise DocumentError(
            Text(
                f"{file}:{table.heading.number}: 标题写有几种金额单位；请统一为一种，或另设“金额单位”列。",
                f"{file}:{table.heading.number}: The headings name several units of amounts: use one, or a column 金额单位 (amount unit).",
            )
        )
    table.unit = next(iter(units), "")
    if table.unit == UNKNOWN_UNIT:
        raise DocumentError(
            Text(
                f"{file}:{table.heading.number}: 标题中的金额单位不认识；请写元、千元、万元、百万元或亿元，外币请另设“币种”列。",
                f"{file}:{table.heading.number}: The headings name a unit of amounts that is not known: write 元, 千元, 万元, 百万元 or 亿元, and a foreign currency in a column 币种 (currency).",
            )
        )


def _units_below(table: Table, places: Sequence[int]) -> set[str]:
    """Return the units of a row below the headings that holds nothing but units under the amounts."""
    first = next((line for line in table.rows if line.text), None)
    texts = {first.cells[p].text for p in places if p < len(first.cells)} - {""} if first else set()
    units = {text.strip("()（）") for text in texts}
    return units if units.issubset(UNITS) else set()


def year_in_heading(text: str) -> str:
    """Return the year that a heading names (2023年预算数), or an empty string."""
    found = _YEAR.search(text)
    return found[1] if found else ""


def _texts(heading: Line) -> list[str]:
    return [cell.text for cell in heading.cells]


def _label(kind: str, text: str) -> str:
    """Return the label of the standard form for a heading, `单位` if that is ambiguous, or an empty string."""
    if not text:
        return ""
    plain = " ".join(canonical(text).lower().replace("_", " ").replace("-", " ").split())
    words = _whole_words()
    found = words.get(plain) or words.get(_REMARK.sub("", plain))
    if found is not None:
        return found
    label = label_of(_PARTS[kind], text, least=1)
    if label is not None:
        return "" if label == OTHER else label
    label = header_label(text)
    return label if label in _COMMON else ""


@remembered
def _whole_words() -> dict[str, str]:
    known = synonyms(TABLE_COLUMN)
    return {" ".join(word.lower().replace("_", " ").split()): label for word, label in known.items()}


def _is_exact(kind: str, name: str, text: str) -> bool:
    return COLUMNS[kind].get(canonical(text)) == name
