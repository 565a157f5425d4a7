"""Read the rows of a plain table; set bad rows aside with the reason and what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingestion.document import Cell, Line, cell_place
from ingestion.filing import normalised
from ingestion.ledger import unread_reasons
from ingestion.message import Text
from ingestion.numbers import UNITS, amount_problem, parts_of_amount, too_large
from ingestion.raw_rules import FIRST_YEAR, LAST_YEAR, is_year
from ingestion.tables.headings import AMOUNTS, BUDGET, SHEET, Table, year_in_heading
from ingestion.units import is_note
from ingestion.vocabulary import half_width, is_dash, is_rate

_YEAR = re.compile(
    r"(?:FY)?(\d{4})(?:年度?|\.0|(?:财政|会计|预算)年度|财年)?"
    # A date: 2024-12-31, 2024/1, 2024年12月, also with the time of a stored date.
    r"|(\d{4})[-/.年](?:0?[1-9]|1[0-2])(?:月|[-/.月](?:0?[1-9]|[12]\d|3[01])日?)?(?:[ T]?00:00(?::00)?(?:\.0+)?)?",
    re.IGNORECASE,
)
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}年度?")
_TOTAL = re.compile(
    r".*(?:合计|总计|小计)(?:数|\([^()]*\))?:?|总额:?|(?:grand|sub)?total:?|sum:?", re.IGNORECASE
)
_UNIT_IN_WORDS = re.compile(r"(?:金额)?(?:单位:)?\(?(?:单位:)?(?P<unit>[^():]+)\)?")
_YUAN = frozenset({"", "人民币", "人民币元", "cny", "rmb", "¥", "元"})
_CURRENCIES = {
    "美元": "USD",
    "欧元": "EUR",
    "日元": "JPY",
    "英镑": "GBP",
    "港币": "HKD",
    "港元": "HKD",
    "澳元": "AUD",
    "加元": "CAD",
    "韩元": "KRW",
    "瑞士法郎": "CHF",
    "卢布": "RUB",
}
"""Codes of ISO 4217 by name; any other text is kept as printed."""

_YUAN_SIGN = re.compile(r"[¥￥]|人民币")
_RATES = ("weight", "execution_rate", "score")
_LONGEST_SHOWN = 30


@dataclass(frozen=True)
class Fault:
    """A row that is set aside, or a part of one.

    Attributes:
        line: 1-based line of the file.
        place: Where it is in a workbook, or an empty string.
        column: The heading of the column at fault, or an empty string.
        reason: What is wrong and what to write, in Chinese and English.
        owner: Organization and fiscal year of the row, where it names both.
        kind: One of `headings.KINDS`; blank for that of the part that it is in.
        file: The name of its file; blank for that of the part.
    """

    line: int
    place: str
    column: str
    reason: str
    owner: tuple[str, str] | None = None
    kind: str = ""
    file: str = ""


@dataclass
class Record:
    """A row that was read.

    Attributes:
        kind: One of `headings.KINDS`.
        line: 1-based line of the file.
        place: Where it is in a workbook, or an empty string.
        values: The text of each field that the table has.
        foreign: The amounts of a row in a foreign currency, by field the heading and the amount with its currency.
    """

    kind: str
    line: int
    place: str
    values: dict[str, str]
    foreign: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def owner(self) -> tuple[str, str]:
        """The organization and the fiscal year, as they are compared."""
        return normalised(self["organization"]), self["year"]

    @property
    def key(self) -> tuple[str, ...]:
        """The key by which repeated rows are found."""
        names = ("organization", "year", "project", "implementing_unit")
        return tuple(normalised(self[name]) for name in names)


class RowError(Exception):
    """A row that can't be read: the field at fault and the reason in Chinese and English."""

    def __init__(self, name: str, chinese: str, english: str) -> None:
        super().__init__(Text(chinese, english))
        self.field = name


@dataclass(frozen=True)
class LeftOut:
    """A row that is no row of a project: its place, and whether it is a total; otherwise it is a note."""

    place: str
    is_total: bool


@dataclass(frozen=True)
class Overrides:
    """Values that the user gives for all rows; an empty string leaves what the rows print."""

    organization: str = ""
    default_organization: str = ""
    fiscal_year: str = ""
    amount_unit: str = ""
    default_year: str = ""


def read(table: Table, given: Overrides) -> Iterator[Record | Fault | LeftOut]:
    """Yield a record, a fault or what is left out for each row of a table.

    Blank rows and repeated headings are skipped.
    """
    covering: dict[int, tuple[Cell, int]] = {}
    heading = [cell.text for cell in table.heading.cells]
    for line in table.rows:
        if not line.text or [cell.text for cell in line.cells] == heading:
            continue
        # The place of a line of text is its number.
        place = line.place if line.place.startswith(SHEET) else ""
        record = Record(table.kind, line.number, place, {})
        try:
            cells = _cells(line, len(heading), covering)
            record.values |= {name: cells[column].text for name, column in table.columns.items()}
            is_total = _is_total(record, cells)
            if is_total or _is_note(record, table, cells):
                yield LeftOut(place or Text(f"第{line.number}行", f"line {line.number}"), is_total=is_total)
                continue
            _complete(record, given)
            if table.kind == BUDGET:
                _check_budget(record, table, given, cells)
            else:
                _check_indicator(record)
            _check_rates(record)
            yield record
        except RowError as error:
            column = table.columns.get(error.field)
            where = cell_place(line, column) if place and column is not None else place
            owner = record.owner if record["organization"] and is_year(record["year"]) else None
            yield Fault(line.number, where, table.label(error.field), str(error), owner)


def _cells(line: Line, width: int, covering: dict[int, tuple[Cell, int]]) -> list[Cell]:
    """Return the cells of a row by column; a cell covered by a merged cell above gets its text.

    Raises:
        RowError: If there are more cells than headings.
    """
    if any(cell.text for cell in line.cells[width:]):
        raise RowError(
            "",
            f"该行有 {len(line.cells)} 格，标题只有 {width} 列；金额中的千位逗号须用引号括起或去掉",
            f"the row has {len(line.cells)} cells for {width} headings; quote numbers with commas or leave the commas out",
        )
    cells = [*line.cells[:width]]
    cells += [Cell(line.number, place, "", "") for place in range(len(cells), width)]
    for place, cell in enumerate(cells):
        if cell.height > 1:
            covering[place] = cell, cell.height - 1
        elif place in covering:
            above, rows = covering.pop(place)
            if not cell.text:
                cells[place] = above
            if rows > 1:
                covering[place] = above, rows - 1
    return cells


def _is_total(record: Record, cells: list[Cell]) -> bool:
    """Return whether the project ends like a total, or any cell of a row without a project."""
    texts = [record["project"]] if record["project"] else [cell.text for cell in cells]
    return any(_TOTAL.fullmatch(normalised(text)) for text in texts)


def _is_note(record: Record, table: Table, cells: list[Cell]) -> bool:
    """Return whether a row is a remark, such as 注：… or 填表人：…, and names no project with amounts or indicators."""
    names = [name for name in ("organization", "year", "project") if name in table.columns]
    if sum(bool(record[name]) for name in names) > 1 or (len(names) == 1 and not is_note(record["project"])):
        return False
    if table.kind == BUDGET:
        return not any(parts_of_amount(half_width(cell.text)) or is_rate(cell.text) for cell in cells[1:])
    return not (record["level3"] and (record["target"] or record["actual"]))


def _complete(record: Record, given: Overrides) -> None:
    """Fill in the values that the user gives, and check organization, year and project.

    Raises:
        RowError: If it names no organization, no fiscal year or no project.
    """
    values = record.values
    values["organization"] = given.organization or record["organization"] or given.default_organization
    if not values["organization"]:
        raise RowError(
            "organization",
            "为空；请填写单位名称，或用 --organization 指定",
            "blank: write the organization, or give it with --organization",
        )
    values["year"] = given.fiscal_year or year_of(record["year"]) or given.default_year
    if not is_year(values["year"]):
        wrong = f"“{_shown(values['year'])}”不是年度" if values["year"] else "为空"
        raise RowError(
            "year",
            f"{wrong}；请写 {FIRST_YEAR} 至 {LAST_YEAR} 的四位数字，如 2024，或用 --year 指定",
            f"no fiscal year: write four digits such as 2024, or give it with --year ({values['year']!r})",
        )
    if not values["project"]:
        raise RowError("project", "为空；请填写项目名称", "blank: write the name of the project")


def year_of(text: str) -> str:
    """Return the four digits of a fiscal year (2024年度, FY2024), or any other text as it is."""
    plain = half_width(text)
    if _CHINESE_YEAR.fullmatch(plain):
        plain = plain.translate(_CHINESE_DIGITS)
    year = _YEAR.fullmatch(plain)
    return (year[1] or year[2]) if year else text


def _check_budget(record: Record, table: Table, given: Overrides, cells: list[Cell]) -> None:
    """Settle the unit and the currency of a row's amounts and check them.

    Raises:
        RowError: If an amount can't be read or can't be, or its unit is unknown.
    """
    currency = record.values.pop("currency", "")
    is_foreign = currency.lower() not in _YUAN
    code = _CURRENCIES.get(currency, currency.upper()) if is_foreign else ""
    unit = _unit(record, table, given, code)
    for name in AMOUNTS:
        if name not in table.columns:
            continue
        year = year_in_heading(table.label(name))
        if year not in ("", record["year"]):
            raise RowError(
                name,
                f"标题“{_shown(table.label(name))}”是{year}年的，该行年度是{record['year']}；请各年各占一行",
                f"the heading “{_shown(table.label(name))}” is of {year} and the row of {record['year']}: write a row a year",
            )
        cell = cells[table.columns[name]]
        problem = cell.problem or amount_problem(cell)
        if problem is None and cell.text and not is_dash(cell.text):
            parts = parts_of_amount(half_width(cell.text))
            if not unit and parts is not None and not parts[1]:
                raise RowError(
                    "amount_unit" if "amount_unit" in table.columns else name,
                    "金额没有单位；请在“金额单位”列或标题中写明元、千元、万元、百万元或亿元，或用 --amount-unit 指定",
                    "the amount has no unit: name it in a column 金额单位 (amount unit), in the heading, or with --amount-unit",
                )
            # Without a unit that is named, 元 stands for one of a foreign currency.
            named = "" if is_foreign and unit == UNITS[0] else unit
            if parts is not None and parts[1] and named and parts[1] != named:
                raise RowError(
                    name,
                    f"“{_shown(cell.printed)}”的单位是{parts[1]}，标题、“金额单位”列或 --amount-unit 写的是{named}；请改为一致",
                    f"“{_shown(cell.printed)}” is in {parts[1]}, and the heading, the column 金额单位 (amount unit) or "
                    f"--amount-unit names {named}: make them the same",
                )
            problem = too_large(half_width(cell.text), unit or UNITS[0])
            if code not in ("", "JPY") and _YUAN_SIGN.search(cell.text):
                raise RowError(
                    name,
                    f"“{_shown(cell.printed)}”是人民币，“币种”列写的是{code}；请改为一致",
                    f"“{_shown(cell.printed)}” is in yuan and the column of the currency names {code}: make them the same",
                )
        if problem is not None:
            chinese, english = unread_reasons()[problem]
            printed = _shown(cell.printed)
            raise RowError(name, f"“{printed}”：{chinese}", f"“{printed}”: {english}")
        if is_foreign and cell.text:
            record.foreign[name] = table.label(name), f"{cell.text}{unit.removesuffix('元')} {code}"
    record.values |= {"amount_unit": unit, "currency": code}


def _unit(record: Record, table: Table, given: Overrides, currency: str) -> str:
    """Return the unit of a row's amounts, and 元 for amounts in a foreign currency of which no unit is named.

    In a foreign currency 元 is one of it, and 万元 of 万美元 is ten thousand.

    Raises:
        RowError: If the unit is unknown, is of another currency, or two that are named differ.
    """
    own = normalised(record["amount_unit"])
    if (printed := _UNIT_IN_WORDS.fullmatch(own)) is not None:
        own = printed["unit"]
    if currency:
        rest = own.lstrip("百千万亿")
        if own and (rest in ("", "元") or _CURRENCIES.get(rest, rest.upper()) == currency):
            own = f"{own.removesuffix(rest)}元"
    else:
        own = own.replace("人民币", "").strip("()")
    own = {"万": "万元", "亿": "亿元", "cny": "元", "yuan": "元"}.get(own.lower(), own)
    named = own or table.unit
    if own and own not in UNITS:
        raise RowError(
            "amount_unit",
            f"“{_shown(own)}”不是金额单位；请写元、千元、万元、百万元或亿元",
            f"“{_shown(own)}” is no unit of amounts: write 元, 千元, 万元, 百万元 or 亿元",
        )
    for other, chinese, english in (
        (table.unit, "标题写的", "the heading names"),
        (given.amount_unit, "--amount-unit 指定的", "--amount-unit gives"),
    ):
        if named and other and named != other:
            raise RowError(
                "amount_unit",
                f"该行的金额单位是{named}，{chinese}是{other}；请改为一致",
                f"the unit of the row is {named}, {english} {other}: make them the same",
            )
    return named or given.amount_unit or (UNITS[0] if currency else "")


def _check_indicator(record: Record) -> None:
    if not record["level3"]:
        raise RowError("level3", "为空；请填写指标名称", "blank: write the name of the indicator")


def _check_rates(record: Record) -> None:
    for name in _RATES:
        text = half_width(record[name]).removesuffix("分")
        if text and not is_dash(text) and not is_rate(text):
            raise RowError(
                name,
                f"“{_shown(record[name])}”不是数字；请写数字或百分数，没有则留空",
                f"“{_shown(record[name])}” is no number: write a number or a percentage, or leave it blank",
            )


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
