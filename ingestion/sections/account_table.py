"""Account tables of units: final accounts and published budgets, with any sides, by code, item or heading.

Cells are bound by headings and positions, never by order. A cell that can't be bound or read stays unread
with its reason; a row whose cells don't fit the heading stays unread as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingestion.account_caption import (
    BUDGET,
    FINAL,
    UNKNOWN_UNIT,
    Caption,
    caption_of,
    document_phase,
    filer_of,
    names_both,
    phase_in,
    phase_of_heading,
    unit_below,
)
from ingestion.account_heading import (
    EXPENDITURE_LABEL,
    LEVELS,
    NAME,
    NATURES,
    PHASES,
    PROJECT_NAME,
    REVENUE_LABEL,
    THREE_PUBLIC,
    TOTAL,
    UNIT_NAME,
    Amounts,
    Heading,
    Panel,
    find_heading,
    is_caption,
    is_numbers_row,
    label_of,
    layout,
)
from ingestion.account_labels import class_names
from ingestion.blocks import Block
from ingestion.document import Cell, Document, Line
from ingestion.grid import Column
from ingestion.ledger import Ledger, Value
from ingestion.numbers import UNITS, amount_problem, is_amount, parts_of_amount
from ingestion.private import reason_of
from ingestion.vocabulary import canonical, half_width, is_dash

FINAL_TABLE, BUDGET_TABLE = "raw_final_account", "raw_budget_account"
REVENUE, EXPENDITURE = "revenue", "expenditure"

_LONGEST_ITEM = 60
_SIDES_OF_SUMMARY = 3
_FINAL_COLUMNS = {
    "年初预算数": "initial_budget",
    "全年预算数": "annual_budget",
    "预算数": "annual_budget",
    "决算数": "final_account",
    "执行数": "final_account",
    "金额": "final_account",
    "": "final_account",
}
_BUDGET_COLUMNS = {
    "年初预算数": "budget",
    "预算数": "budget",
    "金额": "budget",
    "": "budget",
    "上年预算数": "last_year_budget",
}
_FUNCTION, _ECONOMIC, _UNIT_ITEM = "function_item", "economic_item", "unit_item"
_THREE_PUBLIC, _PROCUREMENT, _PROJECT = "three_public", "procurement", "project"
_BY_SOURCE, _FUNCTION_SOURCE = "source_item", "function_source_item"
_TOTAL_ITEM = re.compile(
    r"(?:本年|人员经费|公用经费|收入|支出|财政拨款)*(?:合计|总计|小计|共计)|合计\(.{0,10}\)"
)
_SUBTOTAL = re.compile("小计")
_FUNCTION_CODE = re.compile(r"2\d{2}(?:\d{2}){0,2}")
_ECONOMIC_CODE = re.compile(r"[35]\d{2}(?:\d{2})?")
_UNIT_CODE = re.compile(r"\d{3,12}")
_CODED_NAME = re.compile(r"[\[(【]?([235]\d{2}(?:\d{2}){0,2})[\])】]?[-—_ .、]?(?=[一-龥])")
_CODED_FUNCTION = re.compile(r"[\[(【]?(2\d{4}(?:\d{2})?)[\])】]?[-—_ .、]?(?=[一-龥])")
_LENGTH_BEFORE = (0, 3, 5)
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|\(?[一二三四五六七八九十\d]+\)|\d+[.．、])")
_TOP_NUMBERING = re.compile(r"[一二三四五六七八九十]+、")
_CARRIED_OVER = re.compile(r"(?:上年|年初)(?:财政拨款)?(?:结转|结余)")
_BALANCE = re.compile(
    r"(?:上年|年初|年末|结转|结余|用事业基金|使用非财政|弥补|转入|下年|待分配|总计|本年支出合计|支出合计|收入合计$|^本年(?:收入|支出)$)"
)
_COUNT = re.compile(
    r"[(（](?:个|人|人次|辆|批|批次|台|套|台/套|台、套|台\(套\)|次|家|组|平方米)[)）]|人数|人次|团组数|批次|保有量|购置数|数量|统计数$"
    r"|(?<!公务)用车$|单价\d+万元"
)
_ECONOMIC_CLASS = re.compile(
    r"(?:机关)?(?:工资福利支出|商品和服务支出)|对个人和家庭的?补助(?:支出)?|(?:机关)?资本性支出(?:\([一二]\))?"
    r"|债务利息(?:及费用)?支出|对(?:企业|事业单位|社会保障基金)(?:的)?补助"
)
_LIST_OF_PROJECTS = re.compile(r"^(?!.*基本支出).*(?:项目支出|项目资金|专项资金|项目经费)(?!.*绩效).{0,8}表")
_CLASS_NAME = re.compile(rf"(?:{_NUMBERING.pattern[1:]})?(?:{'|'.join(class_names())})")
_NOTE = re.compile(r"(?:注|说明|备注)[:：\d.]|本表")
_BUDGET_SET = re.compile(
    r"(?:(?:19|20)\d{2}年度?)?(?:部门|单位)?(?:(?:财政拨款)?收支|收入|支出)(?:总表|总体情况表)(?:\(.*\))?"
    r"|(?:(?:19|20)\d{2}年度?)?一般公共预算(?:财政拨款)?(?:基本)?支出(?:情况)?表(?:\(.*\))?"
)
"""The names of the tables of the budget set; those of final accounts have the same names with 决算."""

_SENTENCE = re.compile("[，。；]")
_NO_DATA = re.compile(r".{0,40}(?:无数据|为空表?|为空)。?")
_YEAR = re.compile(r"((?:19|20)\d{2})年")


@dataclass(frozen=True)
class Setting:
    """Properties that all account tables of a document share.

    Attributes:
        phase: The phase that its tables agree on, or an empty string.
        title_phase: The only phase in the document's own title, or an empty string.
        year: Its fiscal year, or None.
        organization: The filing organization, or an empty string.
        unit: The unit of its amounts, or an empty string.
        is_drawn: Whether the source marks merged cells.
        names_final: Whether it prints a word for final accounts anywhere.
        units: The units printed above its tables, by their titles.
        foreign: First lines of tables that it repeats for another department or unit.
    """

    phase: str = ""
    title_phase: str = ""
    year: int | None = None
    organization: str = ""
    unit: str = ""
    is_drawn: bool = False
    names_final: bool = True
    units: Mapping[str, frozenset[str]] = field(default_factory=dict)
    foreign: frozenset[int] = frozenset()

    def unit_of(self, caption: Caption) -> str:
        """Return the unit of a table: its own, that of its title, or unknown if tables print several.

        A table without a title continues an earlier one; the unit of the document applies to it.
        """
        if caption.unit or not caption.title:
            return caption.unit
        own = self.units.get(caption.title, frozenset())
        if len(own) == 1:
            return next(iter(own))
        return UNKNOWN_UNIT if len(frozenset().union(*self.units.values())) > 1 else ""


def year_of(tables: Iterable[Block]) -> str:
    """Return the last year that the headings of account tables name over amounts, or an empty string."""
    labels = [
        label_of(text) for block in tables if block.heading is not None for _, text in block.heading.texts()
    ]
    years = [label.year for label in labels if label is not None and label.year and label.name in PHASES]
    return str(max(years)) if years else ""


def setting_of(document: Document, tables: Iterable[Block], title: str, row: Mapping[str, str]) -> Setting:
    """Return the shared properties of a document's account tables.

    Args:
        document: The document.
        tables: Its account tables.
        title: Its title.
        row: Its row of `raw_document`.
    """
    phases: set[str] = set()
    units: dict[str, frozenset[str]] = {}
    filers: dict[str, str] = {}
    foreign: set[int] = set()
    for block in tables:
        heading = find_heading(block.rows)
        if heading is not None:
            before = document.lines[: block.caption_line - 1]
            caption = _caption(block, heading, document.lines, row["organization_name"])
            phases.add(phase_in(caption.title) or phase_of_heading(heading))
            if caption.unit in UNITS:
                units[caption.title] = units.get(caption.title, frozenset()) | {caption.unit}
            filer = re.sub("[^一-龥]", "", filer_of(heading, before))
            if caption.title and filer and filers.setdefault(caption.title, filer) != filer:
                foreign.add(block.first_line)
    phases.discard("")
    own = "" if _SENTENCE.search(title) or names_both(title) else phase_in(title)
    phase = own or (phases.pop() if len(phases) == 1 else "")
    year = int(row["fiscal_year"]) if row["fiscal_year"].isdigit() else None
    names_final = any("决算" in line.text for line in document.lines)
    organization, unit = row["organization_name"], row["amount_unit"]
    title_phase = "" if own == FINAL and "预" in title else own
    return Setting(
        phase,
        title_phase,
        year,
        organization,
        unit,
        document.is_drawn,
        names_final,
        units,
        frozenset(foreign),
    )


def _caption(block: Block, heading: Heading, lines: Sequence[Line], organization: str) -> Caption:
    """Return the captions of a table, its unit also from below; two different units make it unknown."""
    caption = caption_of(heading, lines[: block.caption_line - 1], organization)
    rows = [row for row in block.rows if row.number > heading.last_line]
    below = unit_below(rows, lines[block.last_line :])
    if not below or below == caption.unit:
        return caption
    return Caption(caption.title, UNKNOWN_UNIT if caption.unit else below)


def read(block: Block, ledger: Ledger, lines: Sequence[Line], setting: Setting) -> None:
    """Emit the items of an account table.

    Args:
        block: The table, starting with captions in its own rows.
        ledger: The target of its rows.
        lines: The lines of the document, for the table's title, unit and phase.
        setting: The shared properties of the document's tables.
    """
    heading = find_heading(block.rows)
    if heading is None:
        return
    before = lines[: block.caption_line - 1]
    caption = _caption(block, heading, lines, setting.organization)
    panels = layout(heading, is_drawn=setting.is_drawn)
    phase = _phase(heading, caption, before, setting)
    own_units = {amounts.unit for panel in panels for amounts in panel.amounts} - {""}
    if len(own_units) == 1 and not caption.unit:
        # A unit after one of the headings applies to all if no other is printed.
        caption = Caption(caption.title, own_units.pop())
    if block.first_line in setting.foreign:
        for row in block.rows:
            ledger.unread(row.filled, "other_organization", row=row.head[:_LONGEST_ITEM])
        return
    if unit := setting.unit_of(caption):
        caption = Caption(caption.title, unit)
    is_summary = len(panels) == _SIDES_OF_SUMMARY and not any(panel.codes for panel in panels)
    if is_summary and phase == FINAL and caption.unit in {"", setting.unit}:
        # The summary of a whole department is not in the set of tables: its rows name neither title nor unit.
        caption = Caption("", "")
    table = _Table(heading, caption, panels, phase, setting, ledger)
    table.settle(block.rows)
    for row in block.rows:
        table.read_row(row)


def _phase(heading: Heading, caption: Caption, before: Sequence[Line], setting: Setting) -> str:
    own = phase_in(caption.title)
    of_heading = phase_of_heading(heading)
    if of_heading == setting.title_phase == BUDGET:
        # Earlier headings in running text can refer to last year's final account.
        return BUDGET
    if own:
        return own
    year = setting.year if setting.title_phase == BUDGET else None
    around = document_phase([*before, *heading.captions], year)
    if of_heading == FINAL or (of_heading and around != FINAL):
        return of_heading
    if not (around or setting.phase or setting.names_final) and _BUDGET_SET.fullmatch(
        canonical(caption.title)
    ):
        return BUDGET
    return around or setting.phase


@dataclass
class _Row:
    """The cells of a row in one panel.

    Attributes:
        name: The cell with the item's name, or None.
        codes: The cells of its code.
        unit: The cells of the unit's code.
        number: The cell of its row number, or None.
        second: Cells of a second catalogue of codes.
        amounts: Its cells of amounts, each with its column.
        others: Cells under no heading of the panel.
        doubled: Cells of one column that hold more than one amount.
    """

    name: Cell | None = None
    codes: list[Cell] = field(default_factory=list)
    unit: list[Cell] = field(default_factory=list)
    number: Cell | None = None
    second: list[Cell] = field(default_factory=list)
    amounts: list[tuple[Cell, Amounts]] = field(default_factory=list)

    def cells(self) -> list[Cell]:
        """Return all of its cells."""
        own = [*self.codes, *self.unit, *self.second, *(cell for cell, _ in self.amounts)]
        return [*own, *(cell for cell in (self.name, self.number) if cell is not None)]


@dataclass
class _State:
    """The state of a panel after the rows read so far, which the next row depends on."""

    side: str
    basis: str
    title: str
    classification: str = ""
    last_code: str = ""
    is_carried_over: bool = False
    carries_on: bool = False
    is_beside: bool = False
    has_natures: bool = False

    def turn_to(self, side: str) -> None:
        """Switch to another side; an empty string changes nothing."""
        if side and side != self.side:
            self.side, self.classification, self.is_carried_over = side, "", False


@dataclass
class _Table:
    """An account table while it is read."""

    heading: Heading
    caption: Caption
    panels: list[Panel]
    phase: str
    setting: Setting
    ledger: Ledger
    states: list[_State] = field(default_factory=list)
    year: int | None = None
    single_unit: bool = True
    wide_rows: int = 0
    is_list_of_both: bool = False

    @property
    def raw_table(self) -> str:
        """The raw table of its rows."""
        return BUDGET_TABLE if self.phase == BUDGET else FINAL_TABLE

    def settle(self, rows: Sequence[Line]) -> None:
        """Determine the properties that depend on all rows: sides, kind of codes, years, units."""
        data = [row for row in rows if row.number > self.heading.last_line and row.filled]
        title = canonical(self.caption.title)
        titles = _titles(self.caption.title, len(self.panels))
        for number, panel in enumerate(self.panels):
            read = [row for line in data if (row := self._part(line, number)) is not None]
            side = _side(panel, canonical(titles[number]), read, len(self.panels))
            if not side and panel.codes:
                # Beside a table of codes whose title names both sides.
                panel.amounts = [
                    replace(amounts, reason=amounts.reason or "ambiguous_heading")
                    for amounts in panel.amounts
                ]
            self.states.append(_State(side, _basis(panel, title, read), titles[number]))
        self.is_list_of_both = len(self.panels) == 1 and not self.states[0].basis and _names_both(title)
        if any(state.basis == _THREE_PUBLIC for state in self.states):
            # Items beside those of 三公 spending are not items by function.
            for state in self.states:
                state.basis = state.basis or _THREE_PUBLIC
        years = {amounts.year for panel in self.panels for amounts in panel.amounts if amounts.year}
        found = _YEAR.search(title)
        self.year = max(years) if len(years) > 1 else (int(found[1]) if found else self.setting.year)
        units = {cell.text for line in data for cell in self._unit_cells(line)}
        self.single_unit = len(units) <= 1
        self.wide_rows = sum(any(is_amount(cell.text) for cell in line.filled) for line in data)

    def _unit_cells(self, line: Line) -> list[Cell]:
        return [cell for number in range(len(self.panels)) for cell in self._part(line, number).unit]

    # ------------------------------------------------------------------ rows

    def read_row(self, row: Line) -> None:
        """Account for all cells of a row."""
        if row.number <= self.heading.last_line:
            self._omit_heading(row)
        elif is_numbers_row(row) and self._is_numbering(row):
            self.ledger.omit(row, "column_number")
            self.ledger.omit(row, "label")
        elif self._repeats_heading(row):
            self.ledger.omit(row, "repeated_label")
        elif len(row.filled) <= 2 and (
            any(_NO_DATA.fullmatch(canonical(cell.text)) for cell in row.filled)
            or all(cell.text == "无" for cell in row.filled)
        ):
            self.ledger.omit(row, "no_data")
        elif len(row.filled) == 1 and is_caption(row):
            self.ledger.omit(row, "label")
        elif _is_note(row):
            self.ledger.omit(row, "narrative")
        else:
            self._read_data(row)

    def _omit_heading(self, row: Line) -> None:
        levels = [cell for cell in row.filled if cell.text in LEVELS]
        self.ledger.omit(levels, "label")
        if is_numbers_row(row):
            self.ledger.omit(row, "column_number")
        self.ledger.omit(row, "label")
        self.ledger.omit(row, "column_number")

    def _is_numbering(self, row: Line) -> bool:
        """Return whether a row of small numbers numbers the columns: right below the heading, or with 栏次."""
        has_word = any(label_of(cell.text) is not None for cell in row.filled)
        return has_word or not any(panel.is_wide for panel in self.panels)

    def _repeats_heading(self, row: Line) -> bool:
        texts = set(self.heading.texts())
        return len(row.filled) > 1 and all((cell.column, cell.text) in texts for cell in row.filled)

    def _read_data(self, row: Line) -> None:
        parts = [self._part(row, number) for number in range(len(self.panels))]
        taken = {id(cell) for part in parts for cell in part.cells()}
        loose = [cell for cell in row.filled if id(cell) not in taken]
        levels = [cell for cell in loose if cell.text in LEVELS]
        self.ledger.omit(levels, "label")
        loose = [cell for cell in loose if cell not in levels]
        if self._is_out_of_place(row, parts, loose):
            self.ledger.unread(row.filled, "out_of_place", row=row.head[:_LONGEST_ITEM])
            return
        if len(parts) == 1 and self.panels[0].is_wide and not self._name_wide(parts[0], loose):
            self.ledger.unread(row.filled, "no_heading", row=row.head[:_LONGEST_ITEM])
            return
        self.ledger.unread(loose, "no_heading", row=row.head[:_LONGEST_ITEM])
        _carry_totals(parts, self.panels)
        for number, part in enumerate(parts):
            self._read_part(row, part, number)

    def _name_wide(self, part: _Row, loose: list[Cell]) -> bool:
        """Name a row below item columns by the words before its amounts; return whether all are understood.

        Several rows under one heading differ only by them: words that aren't understood make the row unread.
        """
        unknown = [cell for cell, amounts in part.amounts if amounts.reason == "unknown_heading"]
        words = [cell for cell in [*loose, *unknown] if re.search(r"[一-龥]", cell.text)]
        if part.name is None and len(words) == 1 and _names_row(words[0].text):
            part.name = words[0]
            part.amounts = [pair for pair in part.amounts if pair[0] is not words[0]]
            loose[:] = [cell for cell in loose if cell is not words[0]]
            return True
        return not words or self.wide_rows == 1

    def _is_out_of_place(self, row: Line, parts: list[_Row], loose: list[Cell]) -> bool:
        """Return whether a row's cells don't fit the heading, so that amounts can be under a wrong label."""
        if not any(part.amounts for part in parts):
            return False
        for part in parts:
            columns = Counter(amounts.column.start for _, amounts in part.amounts)
            if any(count > 1 for count in columns.values()):
                return True
            if part.name is not None and is_amount(part.name.text):
                return True
        if self.setting.is_drawn:
            return False
        last = max(amounts.column.start for panel in self.panels for amounts in panel.amounts)
        return len(row.cells) + self._lost(row) <= last or any(
            is_amount(cell.text) or is_dash(cell.text) for cell in loose
        )

    def _lost(self, row: Line) -> int:
        """Return the number of cells after a total's label that a text dropped, as it was merged over them."""
        panel = self.panels[0]
        lost = min(amounts.column.start for amounts in panel.amounts) - 1
        if self.setting.is_drawn or len(self.panels) > 1 or lost < 1 or len(row.cells) < 2:
            return 0
        width = max(len(line.cells) for line in self.heading.rows)
        is_total = bool(_TOTAL_ITEM.fullmatch(canonical(row.cells[0].text))) and is_amount(row.cells[1].text)
        return lost if is_total and len(row.cells) == width - lost else 0

    def _part(self, row: Line, number: int) -> _Row:
        """Return the cells of a row in a panel."""
        panel, part = self.panels[number], _Row()
        lost = self._lost(row)
        for cell in row.filled:
            place = cell.column + lost if cell.column else 0
            amounts = next((a for a in panel.amounts if a.column.start <= place < a.column.end), None)
            if amounts is not None:
                if not (cell.text in LEVELS and not is_amount(cell.text)):
                    part.amounts.append((cell, amounts))
            elif cell.column in panel.codes:
                part.codes.append(cell)
            elif any(_covers(column, cell) for column in panel.second):
                part.second.append(cell)
            elif _covers(panel.name, cell):
                part.name = cell
            elif _covers(panel.row_number, cell):
                part.number = cell
            elif (
                _covers(panel.unit_code, cell)
                or _covers(panel.unit_name, cell)
                or _covers(panel.serial, cell)
            ):
                part.unit.append(cell)
        part.codes = [cell for cell in part.codes if cell.text not in LEVELS]
        if part.name is None:
            words = [
                cell
                for cell in [*part.codes, *part.unit]
                if re.search(r"[一-龥]", cell.text) and len(cell.text) > 1
            ]
            if len(words) == 1:
                part.name = words[0]
                part.codes = [cell for cell in part.codes if cell is not words[0]]
                part.unit = [cell for cell in part.unit if cell is not words[0]]
        if part.name is None:
            # The label of a total can be below any heading before the amounts.
            sums = [cell for cell in part.second if _TOTAL_ITEM.fullmatch(canonical(cell.text))]
            if len(sums) == len(part.second) == 1:
                part.name, part.second = sums[0], []
        if part.name is None:
            # It can be merged over all columns before them.
            totals = [pair for pair in part.amounts if pair[1].reason and _TOTAL_ITEM.fullmatch(pair[0].text)]
            if len(totals) == 1 and part.amounts[0] is totals[0]:
                part.name = totals[0][0]
                part.amounts = part.amounts[1:]
        return part

    # ------------------------------------------------------------------ one panel of a row

    def _read_part(self, row: Line, part: _Row, number: int) -> None:
        panel, state = self.panels[number], self.states[number]
        if state.basis == _FUNCTION and (_is_unit_row(part, panel) or self._names_organization(part)):
            state = replace(state, basis=_UNIT_ITEM)
        if state.basis == _PROJECT:
            state = replace(state, basis=self._basis_beside_projects(part, panel))
        if not self.phase and part.amounts:
            self.ledger.unread(part.cells(), "unknown_phase", row=part.name.text if part.name else "")
            return
        if panel.is_wide:
            self._read_wide(row, part, panel)
            return
        if part.name is None:
            self._omit_number(part)
            self.ledger.unread(part.cells(), "no_label")
            return
        label = part.name.text[:_LONGEST_ITEM]
        if state.basis == _THREE_PUBLIC and _COUNT.search(canonical(part.name.text)):
            self.ledger.omit([part.number] if part.number is not None else [], "column_number")
            self.ledger.unread(part.cells(), "no_column", row=label)
            return
        if len(part.name.text) > _LONGEST_ITEM and not part.amounts:
            self.ledger.omit(part.cells(), "narrative")
            return
        code, reason = self._code(part, panel, state)
        reason = reason or self._reason_beside_classes(part, panel, state)
        if reason:
            self.ledger.unread(part.cells(), reason, row=label)
            return
        if self.is_list_of_both:
            state.turn_to(_side_of_item(canonical(part.name.text)))
        self._emit_item(row, part, panel, state, code)

    def _reason_beside_classes(self, part: _Row, panel: Panel, state: _State) -> str:
        """Return why a row without a code that is not of a summary can't be read, or an empty string.

        In a list of items by function without printed codes, only classes have a known level: read as items
        of a summary, sections and items would count twice. Items below 三公 spending (机关运行经费) are not part of
        it.
        """
        name = _NUMBERING.sub("", canonical(part.name.text) if part.name is not None else "")
        if state.basis == _THREE_PUBLIC:
            label = label_of(_NUMBERING.sub("", name))
            if label is not None and label.code:
                state.is_beside = label.code == THREE_PUBLIC["机关运行经费"]
            return "no_column" if state.is_beside and (label is None or not label.code) else ""
        label = label_of(panel.name.labels[-1]) if panel.name is not None else None
        is_list = label is not None and label.name == NAME and len(self.panels) == 1 and not panel.codes
        if not is_list or state.basis or self.is_list_of_both or state.side != EXPENDITURE:
            return ""
        title = canonical(state.title)
        is_summary = "总" in title or "支出" not in title or "经济" in title + panel.name_label
        is_known = _CLASS_NAME.fullmatch(name) or _TOTAL_ITEM.fullmatch(name) or _BALANCE.search(name)
        return (
            "" if is_summary or is_known or _ECONOMIC_CLASS.fullmatch(name) or label_of(name) else "bad_code"
        )

    def _names_organization(self, part: _Row) -> bool:
        """Return whether a row without a code is the total of the filing organization."""
        name = canonical(part.name.text) if part.name is not None else ""
        return bool(name) and not part.codes and name == canonical(self.setting.organization)

    def _basis_beside_projects(self, part: _Row, panel: Panel) -> str:
        """Return the kind of a row in a list of projects: a project, or the total of a unit or a function."""
        if part.name is None and len(part.second) == 1 and part.codes:
            part.name, part.second = part.second[0], []
            return _FUNCTION
        if part.name is not None and not part.codes and _CODED_FUNCTION.match(half_width(part.name.text)):
            return _FUNCTION
        is_total = part.name is not None and _TOTAL_ITEM.fullmatch(canonical(part.name.text))
        is_unit = part.name is not None and (
            _covers(panel.unit_name, part.name) or _covers(panel.unit_code, part.name)
        )
        return _UNIT_ITEM if self._names_organization(part) or (is_unit and not is_total) else _PROJECT

    def _omit_number(self, part: _Row) -> None:
        if part.number is not None and not part.amounts:
            self.ledger.omit(part.number, "column_number")
            part.number = None

    def _code(self, part: _Row, panel: Panel, state: _State) -> tuple[str, str]:
        """Return the code of a row's item and an empty reason, or the reason why it has none."""
        name = canonical(part.name.text) if part.name is not None else ""
        if state.basis == _UNIT_ITEM:
            codes = [half_width(cell.text) for cell in [*part.unit, *part.codes]]
            return next((text for text in codes if _UNIT_CODE.fullmatch(text)), ""), ""
        if state.basis == _PROJECT:
            # Its code is that of its function, or one of its own.
            code = _joined_code(part.codes, panel, state.last_code) if part.codes else None
            if not part.codes:
                matches = (_CODED_NAME.match(half_width(cell.text)) for cell in part.second)
                code = next((match[1] for match in matches if match), None)
            return code or "".join(half_width(cell.text) for cell in part.codes), ""
        if not panel.codes:
            found = _CODED_NAME.match(half_width(name))
            is_coded = state.basis in {_FUNCTION, _ECONOMIC}
            plain = _NUMBERING.sub("", name)
            if found is None and is_coded and not (_TOTAL_ITEM.fullmatch(plain) or _BALANCE.search(plain)):
                return "", "bad_code"
            return (found[1] if found else ""), ""
        if not part.codes and (coded := _CODED_FUNCTION.match(half_width(name))) and state.basis == _FUNCTION:
            return coded[1], ""
        if not part.codes:
            if _TOTAL_ITEM.fullmatch(_NUMBERING.sub("", name)):
                return "", ""
            return "", "" if state.basis == _UNIT_ITEM else "bad_code"
        code = _joined_code(part.codes, panel, state.last_code)
        pattern = _ECONOMIC_CODE if state.basis == _ECONOMIC else _FUNCTION_CODE
        if code is None or not pattern.fullmatch(code):
            return "", "bad_code"
        state.last_code = code
        return code, ""

    def _emit_item(self, row: Line, part: _Row, panel: Panel, state: _State, code: str) -> None:
        assert part.name is not None
        if reason_of(part.name.text) is not None:
            # A person in place of an item makes the whole row unreadable.
            self.ledger.unread(part.cells(), "no_label")
            return
        name = canonical(part.name.text)
        classification = self._classification(name, panel, state, code)
        if not classification:
            self.ledger.unread(part.cells(), "no_label", row=part.name.text[:_LONGEST_ITEM])
            return
        groups = self._grouped(part, part.name.text[:_LONGEST_ITEM])
        number: dict[str, Value] = {}
        if part.number is not None and self.phase == FINAL and part.number.text.isdigit():
            number = {"printed_row_no": part.number}
        elif part.number is not None and len(part.number.text) <= 3 and part.number.text.isdigit():
            self.ledger.omit(part.number, "column_number")
        elif part.number is not None:
            self.ledger.unread(part.number, "not_a_number", row=part.name.text[:_LONGEST_ITEM])
        item, item_code = self._item_name(part, state, code)
        for (nature, source, unit), values in groups.items():
            self._emit(
                row.number,
                {
                    "account_side": state.side or EXPENDITURE,
                    "classification": self._part_of(classification, nature, source, state),
                    "item_name": item,
                    **number,
                    **values,
                    "item_code": item_code,
                    "spending_nature": nature,
                    "fund_source": source,
                    "amount_unit": "" if unit == UNKNOWN_UNIT else unit,
                    "table_title": state.title,
                },
            )
        self.ledger.claim(self.raw_table, "item_name", part.name)
        for cell in part.codes:
            self.ledger.claim(self.raw_table, "item_code", cell)
        self._account_for_units(part, state)
        self.ledger.unread(part.second, "no_column", row=part.name.text[:_LONGEST_ITEM])

    def _emit(self, line: int, values: dict[str, Value]) -> None:
        claims = {column: value for column, value in values.items() if value is not None}
        self.ledger.emit(self.raw_table, line, {"table_title": self.caption.title, **claims})
        for column, value in claims.items():
            if isinstance(value, _Amount):
                self.ledger.claim(self.raw_table, column, value.cell)

    def _account_for_units(self, part: _Row, state: _State) -> None:
        for cell in part.unit:
            if state.basis == _UNIT_ITEM and _UNIT_CODE.fullmatch(half_width(cell.text)):
                self.ledger.claim(self.raw_table, "item_code", cell)
            elif self.single_unit:
                self.ledger.omit(cell, "unit_code")
            else:
                self.ledger.unread(cell, "no_column", row=part.name.text if part.name else "")

    def _item_name(self, part: _Row, state: _State, code: str) -> tuple[Value, str]:
        assert part.name is not None
        text = part.name.text
        if code and not part.codes and state.basis != _UNIT_ITEM:
            found = _CODED_NAME.match(half_width(canonical(text)))
            return (text[found.end() :] if found else text), code
        if state.basis == _THREE_PUBLIC and not code:
            label = label_of(_NUMBERING.sub("", _NUMBERING.sub("", canonical(text).removeprefix("其中："))))
            total = _TOTAL_ITEM.fullmatch(_NUMBERING.sub("", canonical(text)))
            if label is not None and label.code:
                return part.name, label.code
            if not total:
                return part.name, ""
            emitted = self.ledger.tables[FINAL_TABLE] + self.ledger.tables[BUDGET_TABLE]
            has_total = any(row["item_code"] == THREE_PUBLIC["三公经费"] for row in emitted)
            if has_total and _SUBTOTAL.fullmatch(canonical(text)):
                # Of the three, only cars have parts that are added up.
                return part.name, THREE_PUBLIC["公务用车购置及运行费"]
            return part.name, THREE_PUBLIC["三公经费"]
        return part.name, code

    def _classification(self, name: str, panel: Panel, state: _State, code: str) -> str:
        if panel.codes or (state.basis and (code or not _is_balance_beside_codes(name, state))):
            return state.basis
        if code:
            return _ECONOMIC if code[0] in "35" else _FUNCTION
        if not state.side:
            return ""
        plain = _NUMBERING.sub("", name)
        if _TOP_NUMBERING.match(name):
            state.is_carried_over = state.carries_on = bool(_CARRIED_OVER.match(plain))
        elif not _NUMBERING.match(name) and not state.carries_on:
            state.is_carried_over = bool(_CARRIED_OVER.match(plain))
        has_both = len(self.panels) > 1 or self.is_list_of_both
        is_fiscal = "财政拨款" in canonical(self.caption.title) and has_both
        prefix = "fiscal_" if is_fiscal else ""
        if re.match(r"(?:支出)?经济分类", plain):
            state.classification = "economic"
            return "economic"
        is_total = bool(re.fullmatch(r"[本当]年(?:收入|支出)[合小]计", plain))
        if state.classification != "balance":
            kind = state.classification or _kind(panel, state.side, plain)
            state.has_natures = state.has_natures or kind == "nature"
            if kind in {"function", "nature"} and state.has_natures and _ECONOMIC_CLASS.fullmatch(plain):
                kind = "economic"
            if is_total or _BALANCE.search(plain) or state.is_carried_over:
                result = "source" if is_total and state.side == REVENUE else "balance"
                if is_total or "总计" in plain:
                    state.classification = "balance"
                return prefix + result
            return (prefix if kind in {"source", "function"} else "") + kind
        return prefix + "balance"

    def _part_of(self, classification: str, nature: str, source: str, state: _State) -> str:
        """Return the classification of a part of an item: by nature of spending, or by source of funds."""
        if classification == _FUNCTION and state.side == REVENUE:
            return _BY_SOURCE
        if classification == _FUNCTION and (nature or source):
            return _FUNCTION_SOURCE if source else "nature_item"
        is_fiscal = classification.startswith("fiscal_")
        if nature and is_fiscal:
            return _FUNCTION_SOURCE
        if (nature or source) and classification in {"source", "function", "nature", "economic", "balance"}:
            return _BY_SOURCE if state.side == REVENUE else _FUNCTION_SOURCE
        return classification

    # ------------------------------------------------------------------ amounts

    def _grouped(self, part: _Row, label: str) -> dict[tuple[str, str, str], dict[str, Value]]:
        """Return the readable amounts of a row by nature, source and unit; the others stay unread."""
        groups: dict[tuple[str, str, str], dict[str, Value]] = {}
        for cell, amounts in part.amounts:
            found = self._amount(cell, amounts, label)
            if found is not None:
                column, value, unit = found
                groups.setdefault((amounts.nature, amounts.source, unit), {})[column] = value
        if not groups:
            groups["", "", self._unit(None)] = {}
        return dict(sorted(groups.items(), key=lambda item: item[0][0] != "" or item[0][1] != ""))

    def _amount(self, cell: Cell, amounts: Amounts, label: str) -> tuple[str, Value, str] | None:
        """Return the raw column, the value and the unit of an amount, or None if it stays unread."""
        heading = amounts.column.heading
        column = "" if amounts.reason else self._raw_column(amounts)
        unit = self._unit(amounts)
        problem = amounts.reason or amount_problem(cell) or ("" if column else "no_column")
        parts = parts_of_amount(cell.text)
        if not problem and parts is not None and parts[1]:
            unit = parts[1]
        if not problem and unit == UNKNOWN_UNIT:
            problem = "unknown_unit"
        if problem:
            self.ledger.unread(cell, problem, row=label, column=heading)
            return None
        if parts is not None and parts[1]:
            return column, _Amount(parts[0], cell), unit
        return column, cell, unit

    def _unit(self, amounts: Amounts | None) -> str:
        return (amounts.unit if amounts is not None else "") or self.caption.unit

    def _raw_column(self, amounts: Amounts) -> str:
        columns = _BUDGET_COLUMNS if self.phase == BUDGET else _FINAL_COLUMNS
        column = columns.get(amounts.phase, "")
        if column and amounts.year is not None and self.year is not None and amounts.year < self.year:
            return "last_year_budget" if column == "budget" and amounts.phase != "金额" else ""
        return column

    # ------------------------------------------------------------------ items as columns

    def _read_wide(self, row: Line, part: _Row, panel: Panel) -> None:
        """Read a row under a heading that names the items: one raw row an item."""
        label = part.name.text[:_LONGEST_ITEM] if part.name is not None else ""
        own_phase = found.name if (found := label_of(label)) is not None and found.name in PHASES else ""
        if own_phase == "金额" and any(amounts.phase == "预算数" for amounts in panel.amounts):
            # The row prints only its year.
            own_phase = "预算数"
        is_whole = (
            part.name is None or own_phase or self.wide_rows == 1 or _TOTAL_ITEM.fullmatch(canonical(label))
        )
        items: dict[tuple[str, str, str], dict[str, Value]] = {}
        for cell, amounts in part.amounts:
            year = found.year if own_phase and found is not None else amounts.year
            bound = Amounts(
                amounts.column, own_phase or amounts.phase, item=amounts.item, year=year, unit=amounts.unit,
                reason=amounts.reason,
            )  # fmt: skip
            got = self._amount(cell, bound, label)
            if got is None or amounts.item is None:
                continue
            column, value, unit = got
            values = items.setdefault((amounts.item.code, amounts.item.text, unit), {})
            if column in values:
                self.ledger.unread(cell, "ambiguous_heading", row=label, column=amounts.column.heading)
            else:
                values[column] = value
        for (code, text, unit), values in items.items():
            values |= {"account_side": EXPENDITURE, "amount_unit": unit}
            if is_whole:
                self._emit(
                    row.number,
                    {**values, "classification": _THREE_PUBLIC, "item_name": text, "item_code": code},
                )
            else:
                unit_code = next((c.text for c in part.unit if _UNIT_CODE.fullmatch(half_width(c.text))), "")
                self._emit(
                    row.number,
                    {
                        **values,
                        "classification": _UNIT_ITEM,
                        "item_name": part.name,
                        "item_code": unit_code,
                        "fund_source": _item_label(code, text),
                    },
                )
        rest = [cell for cell in [part.name, *part.unit, *part.codes] if cell is not None]
        if not items:
            self.ledger.unread(rest, "no_column", row=label)
        elif is_whole:
            self.ledger.omit(rest, "label")
            self.ledger.omit(rest, "unit_code")
        else:
            for cell in rest:
                self.ledger.claim(self.raw_table, "item_code" if cell is not part.name else "item_name", cell)


class _Amount(str):
    """An amount printed with its own unit: only the number, with the cell that prints both."""

    cell: Cell

    def __new__(cls, number: str, cell: Cell) -> _Amount:
        """Return the number as text, with its cell."""
        amount = super().__new__(cls, number)
        amount.cell = cell
        return amount


def _covers(column: Column | None, cell: Cell) -> bool:
    return column is not None and column.start <= cell.column < column.end


def _is_balance_beside_codes(name: str, state: _State) -> bool:
    """Return whether a row among items with codes in their names is the carry-over or a total with it."""
    is_coded = state.basis in {_FUNCTION, _ECONOMIC}
    return is_coded and bool(_BALANCE.search(_NUMBERING.sub("", name)))


def _names_row(text: str) -> bool:
    """Return whether a text before a row of amounts names their phase, or marks them as totals."""
    label = label_of(text)
    return label is not None and label.name in {*PHASES, TOTAL}


def _is_note(row: Line) -> bool:
    """Return whether a row is running text: a note, or a sentence in one cell."""
    if len(row.filled) != 1:
        return False
    text = canonical(row.filled[0].text)
    return bool(_NOTE.match(text)) or len(text) > _LONGEST_ITEM


def _carry_totals(parts: list[_Row], panels: list[Panel]) -> None:
    """Give a total without amounts those of the next panel: its label is merged over the panels between."""
    for number, part in enumerate(parts[:-1]):
        if part.name is None or part.amounts or part.codes:
            continue
        after = parts[number + 1]
        column = panels[number + 1].name
        reaches = column is not None and part.name.column + part.name.width > column.start
        is_total = bool(re.search(r"合计|总计|结余|结转|分配", part.name.text))
        if after.name is None and not after.codes and (reaches or is_total):
            has_amounts = any(later.amounts for later in parts[number + 1 :])
            if has_amounts:
                after.name, part.name = part.name, None


def _joined_code(cells: list[Cell], panel: Panel, last_code: str) -> str | None:
    """Join the cells of a code; if merged cells leave its beginning blank, use that of the previous row."""
    code = ""
    places = [panel.codes.index(cell.column) for cell in cells]
    if places[-1] - places[0] != len(places) - 1:
        return None
    for place, cell in zip(places, cells, strict=True):
        text = re.sub(r"[-.\s]", "", half_width(cell.text))
        if not text.isdigit():
            return None
        if len(text) >= 3:
            # A column can print the complete code of its level.
            if code and not text.startswith(code):
                return None
            code = text
        elif place == 0 or place >= len(_LENGTH_BEFORE):
            return None
        else:
            before = code or last_code[: _LENGTH_BEFORE[place]]
            if len(before) != _LENGTH_BEFORE[place]:
                return None
            code = before + text.zfill(2)
    return code


def _basis(panel: Panel, title: str, rows: Sequence[_Row]) -> str:
    """Return the property that identifies the items of a panel."""
    names_projects = PROJECT_NAME in panel.name_label and "采购" not in title
    if names_projects and (not panel.codes or re.search("项目|专项", title)):
        return _PROJECT
    if panel.codes:
        codes = [re.sub(r"\D", "", half_width(row.codes[0].text))[:1] for row in rows if row.codes]
        firsts = Counter(code for code in codes if code)
        if "经济" in panel.code_label or (firsts and firsts.most_common(1)[0][0] in "35"):
            return _ECONOMIC
        return _FUNCTION
    if panel.name is not None and _is_unit_column(panel):
        return _UNIT_ITEM
    names = [canonical(row.name.text) for row in rows if row.name is not None]
    coded = [found[1] for name in names if (found := _CODED_NAME.match(half_width(name)))]
    if coded and len(coded) * 2 >= len(names):
        return _FUNCTION if coded[0].startswith("2") else _ECONOMIC
    if _LIST_OF_PROJECTS.search(title) and not any(_CLASS_NAME.fullmatch(name) for name in names):
        return _PROJECT
    if "采购" in title and panel.name is not None:
        return _PROCUREMENT
    known = [
        label
        for name in names
        if (label := label_of(_NUMBERING.sub("", name.removeprefix("其中：")))) and label.code
    ]
    if re.search(r"三公|机关运行经费", title) or (len(known) >= 2 and len(known) * 3 >= len(names)):
        return _THREE_PUBLIC
    return ""


def _is_unit_row(part: _Row, panel: Panel) -> bool:
    """Return whether a row of a table by function is a unit's total, with the unit's code and no item's."""
    codes = [cell for cell in part.unit if _covers(panel.unit_code, cell)]
    return (
        not part.codes
        and part.name is not None
        and any(_UNIT_CODE.fullmatch(half_width(cell.text)) for cell in codes)
        and not _TOTAL_ITEM.fullmatch(canonical(part.name.text))
    )


def _is_unit_column(panel: Panel) -> bool:
    label = label_of(panel.name.labels[-1]) if panel.name is not None else None
    return label is not None and label.name == UNIT_NAME


def _titles(title: str, count: int) -> list[str]:
    """Return the title of each panel: tables side by side have their titles in one row."""
    parts = title.split()
    is_each = len(parts) == count and all(part.endswith("表") for part in parts)
    return parts if is_each else [title] * count


def _side(panel: Panel, title: str, rows: Sequence[_Row], count: int) -> str:
    """Return the side of a panel by the labels above it, its heading, the title or its items; else blank."""
    for text in (panel.group, "" if panel.codes else panel.name_label):
        has = ("收入" in text, "支出" in text or "功能" in text or "经济" in text or "经费" in text)
        if has[0] != has[1]:
            return REVENUE if has[0] else EXPENDITURE
    plain = title.replace("财政拨款收入支出", "收入支出")
    if count > 1 and panel.codes:
        # Two tables side by side: both have the same items, such as 教育支出.
        has = ("收" in plain, "支" in plain)
        if has[0] != has[1]:
            return REVENUE if has[0] else EXPENDITURE
        of_columns = _side_of_columns(panel, default="")
        if of_columns or (all(has) and _is_by_function(rows)):
            return of_columns
    if count == 1:
        has = ("收入" in plain or "收支" in plain, "支" in plain or "经费" in plain or "采购" in plain)
        if has[0] != has[1]:
            return REVENUE if has[0] else EXPENDITURE
        if panel.codes or panel.is_wide:
            return _side_of_columns(panel)
    names = [canonical(row.name.text) for row in rows if row.name is not None]
    revenue = sum(name.endswith(("收入", "拨款")) or "收入合计" in name for name in names)
    expenditure = sum(name.endswith("支出") or "支出合计" in name or "经费" in name for name in names)
    if revenue != expenditure:
        return REVENUE if revenue > expenditure else EXPENDITURE
    return _side_of_columns(panel) if panel.codes or not names else ""


def _names_both(title: str) -> bool:
    """Return whether the title of a table names revenue and expenditure."""
    return bool(re.search(r"收支|收入.*支出", title))


def _side_of_item(name: str) -> str:
    """Return the side of an item in a list of both sides, or an empty string if its name is ambiguous."""
    plain = _NUMBERING.sub("", name)
    if re.search(r"支出(?:[合总小]计)?$|结余分配|年末结转|年终结[转余]|结转下年|下年", plain):
        return EXPENDITURE
    return REVENUE if re.search(r"收入(?:[合总小]计)?$|拨款$|年初结转|上年结转", plain) else ""


def _is_by_function(rows: Sequence[_Row]) -> bool:
    return any(half_width(row.codes[0].text).startswith("2") for row in rows if row.codes)


def _side_of_columns(panel: Panel, default: str = EXPENDITURE) -> str:
    labels = [label_of(text) for amounts in panel.amounts for text in amounts.column.labels]
    names = {label.name for label in labels if label is not None}
    texts = [label.text for label in labels if label is not None]
    is_spent = bool(names & {*NATURES, EXPENDITURE_LABEL}) or any("支出" in text for text in texts)
    is_revenue = REVENUE_LABEL in names or any("收入" in text for text in texts)
    if is_revenue == is_spent:
        return default
    return REVENUE if is_revenue else EXPENDITURE


def _kind(panel: Panel, side: str, name: str) -> str:
    """Return the classification of an item without a code."""
    if side == REVENUE:
        return "source"
    heading = panel.name_label + panel.group
    if "性质" in heading or "用途" in heading:
        return "nature"
    if "经济" in heading:
        return "economic"
    label = label_of(name)
    if label is not None and label.name in NATURES and "功能" not in heading:
        return "nature"
    return "function"


def _item_label(code: str, text: str) -> str:
    """Return the printed label of a column's item; 小计 below a group has the group's label."""
    names = {code: name for name, code in THREE_PUBLIC.items()}
    return names.get(code, text) if _TOTAL_ITEM.fullmatch(text) else text
