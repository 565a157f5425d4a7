"""Account tables of units: final accounts and published budgets, of one side or two, by code or by item.

The heading says what stands where: codes, names, and amounts of a phase (budget, final account), a nature of
spending or a source of funds. Cells are bound to it by their places, whatever its order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingestion.account_heading import (
    AMOUNT,
    CODE,
    CODE_TEXT,
    COUNT_ITEM,
    LONGEST_LABEL,
    NAME,
    ROW_NUMBER,
    SOURCE_LABEL,
    THREE_PUBLIC,
    TOTAL_LABEL,
    UNITS,
    field_of,
    heading_length,
    is_numbers_row,
    label_of,
    words_of,
)
from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.grid import Column, Grid, bind, columns_of
from ingestion.ledger import Ledger, Value
from ingestion.numbers import amount_problem, is_amount
from ingestion.vocabulary import canonical, half_width, is_dash, is_number

FINAL_TABLE, BUDGET_TABLE = "raw_final_account", "raw_budget_account"
REVENUE, EXPENDITURE = "revenue", "expenditure"

_FURTHEST_TITLE = 12
_LONGEST_ECONOMIC_CODE = 5
_LONGEST_TITLE = 60
_TOTALS = {
    "合计",
    "总计",
    "小计",
    "支出合计",
    "收入合计",
    "本年支出合计",
    "本年收入合计",
    "支出总计",
    "收入总计",
}
_NATURES = (
    ("人员经费", "basic_personnel"),
    ("公用经费", "basic_public"),
    ("日常公用", "basic_public"),
    ("基本支出", "basic"),
    ("项目支出", "project"),
    ("上缴上级支出", "remitted_upward"),
    ("事业单位经营支出", "operating"),
    ("经营支出", "operating"),
    ("对附属单位补助支出", "affiliated_subsidy"),
)
_PROPER_NAMES = re.compile(
    r"一般公共预算|政府性基金预算|国有资本经营预算|公共预算财政拨款|部门预算经济分类|预算单位|预算科目"
)
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")
_SEVERAL = "several"
"""The unit of a table whose headings name several."""

_UNIT = re.compile(rf"单位：?\(?({UNITS})\)?|\(({UNITS})\)")
_TITLE = re.compile(r"(?:表|情况|一览)(?:\(.*\))?$")
_NUMBERING = re.compile(
    r"^(?:附?表?[0-9一二三四五六七八九十]+(?:-[0-9]+)?[、.．：]|[(（][一二三四五六七八九十]+[)）]|公开[0-9]+表)"
)
_NOTE = re.compile(r"(?:注|说明|备注)[:：0-9.]|本表")
_NATIONAL_TITLE = re.compile(
    r"^(?:19|20)[0-9]{2}年度?(?=(?:收入|支出|财政拨款收入|财政拨款支出|一般公共预算财政拨款(?:基本)?支出|政府性基金|国有资本)[^“三]*$)"
)
_BALANCE = re.compile(
    r"^(?:本年支出合计|使用.*结余|用.*弥补.*|年初.*结[转余].*|年末.*结[转余].*|结余分配|收入总计|支出总计|总计|上年结转.*|结转下年)"
)


@dataclass(frozen=True)
class Place:
    """What an amount column holds.

    Attributes:
        phase: The raw column: `initial_budget`, `annual_budget`, `final_account`, `budget`, `last_year_budget`; blank
            where the table has no place for it.
        nature: The nature of spending, or an empty string.
        source: The printed source of funds, or an empty string.
        item: The item that the heading names, in a table whose items are its columns.
    """

    phase: str
    nature: str = ""
    source: str = ""
    item: str = ""


@dataclass
class Panel:
    """A part of a table that has a column of items of its own.

    Attributes:
        side: `revenue` or `expenditure`.
        classification: By what its items are classified.
        codes: Its columns of codes.
        name: Its column of names.
        row_number: Its column 行次, or None.
        amounts: Its columns of amounts, each with what it holds.
        last_code: The code of the row before, whose beginning merged cells carry down.
    """

    side: str
    classification: str
    codes: list[Column]
    name: Column | None
    row_number: Column | None
    amounts: list[tuple[Column, Place]] = field(default_factory=list)
    last_code: str = ""


@dataclass(frozen=True)
class Caption:
    """What is printed above a table: its title, unit, and whether it is of a budget."""

    title: str
    unit: str
    is_budget: bool | None


def read(
    block: Block,
    ledger: Ledger,
    before: Sequence[Line],
    *,
    is_drawn: bool,
    title: str,
) -> None:
    """Emit the items of an account table.

    Args:
        block: The table, its heading first.
        ledger: Where its rows go.
        before: The lines of the document above it, for its title and unit.
        is_drawn: Whether the source says which cells are merged.
        title: The document's title, which says of a table without a phase whether it is of a budget.
    """
    grid = Grid(block.rows, is_drawn)
    length = heading_length(block.rows)
    heading = [row for row in block.rows[:length] if not is_numbers_row(row)]
    for row in block.rows[:length]:
        ledger.omit((cell for cell in row.filled if cell.text.isdigit()), "column_number")
        ledger.omit(row, "label")
    columns = columns_of(heading, grid, field_of, stretch=(NAME, CODE))
    caption = _caption([*before], heading, title)
    if caption.is_budget is None or caption.unit == _SEVERAL:
        reason = "unknown_phase" if caption.is_budget is None else "unknown_unit"
        for row in block.rows[length:]:
            ledger.unread(row.filled, reason, row=row.head[:LONGEST_LABEL])
        return
    panels = _panels(columns, caption, is_drawn=is_drawn)
    width = max((len(row.cells) for row in heading), default=0)
    repeated = {label_of(cell) for row in block.rows[:length] for cell in row.filled}
    for row in block.rows[length:]:
        if (
            all(label_of(cell) in repeated or is_numbers_row(row) for cell in row.filled)
            and not any(is_amount(cell.text) and not cell.text.isdigit() for cell in row.filled)
            and len(row.filled) > 1
            and not _has_item(row, panels)
        ):
            ledger.omit(row, "repeated_label")
            ledger.omit(row, "column_number")
        elif len(row.filled) == 1 and (_NOTE.match(canonical(row.head)) or len(row.head) > LONGEST_LABEL):
            ledger.omit(row, "narrative")
        elif not panels[0].codes and panels[0].name is None:
            _read_wide(row, panels[0], caption, ledger)
        else:
            for panel in panels:
                _read_item(row, panel, caption, grid, ledger, width=width)


def _has_item(row: Line, panels: list[Panel]) -> bool:
    return any(_item_cells(row, panel)[0] is not None and panel.codes == [] for panel in panels) and any(
        is_amount(cell.text) for cell in row.filled
    )


def _caption(before: Sequence[Line], heading: Sequence[Line], document_title: str) -> Caption:
    title, unit = "", ""
    labels = [label_of(cell) for row in heading for cell in row.filled]
    own = {
        found[1]
        for row in heading
        for cell in row.filled
        if (found := re.search(rf"\((?:单位：)?({UNITS})\)$", canonical(cell.text)))
    }
    if own:
        unit = next(iter(own)) if len(own) == 1 else _SEVERAL
    for line in reversed(before[-_FURTHEST_TITLE:]):
        texts = [cell.text for cell in line.filled] if line.is_row else [line.text]
        if line.is_row and len(texts) > 1 and (len(texts) > 3 or any(is_amount(text) for text in texts)):
            break
        for text in texts:
            plain = canonical(text)
            found = _UNIT.search(plain) if len(plain) <= _LONGEST_TITLE * 2 else None
            unit = unit or (found[1] or found[2] if found else "")
            if (
                not title
                and len(plain) <= _LONGEST_TITLE
                and _TITLE.search(plain)
                and not plain.startswith("公开")
            ):
                title = _NATIONAL_TITLE.sub(
                    "", _NUMBERING.sub("", re.sub(r"\(?公开[0-9]+表\)?", "", text.strip()))
                )
        if title and unit:
            break
    return Caption(title, unit, _is_budget(title, labels, document_title))


def _title(text: str) -> str:
    """Return a title without its number and without the organization before its year."""
    plain = _NUMBERING.sub("", re.sub(r"[(（]?公开[0-9]+表[)）]?", "", text.strip()))
    plain = re.sub(r"^[一-龥（）()]{2,40}?(?=(?:19|20)[0-9]{2}年)", "", plain)
    return _NATIONAL_TITLE.sub("", plain)


def _is_budget(title: str, labels: Sequence[str], document_title: str) -> bool | None:
    """Whether a table is of a budget: its title tells, or its headings, or the document's title."""
    plain = _PROPER_NAMES.sub("", canonical(title))
    if "决算" in plain:
        return False
    heads = [_PROPER_NAMES.sub("", label) for label in labels]
    if any("决算" in label for label in heads):
        return False
    if "预算" in plain or any("预算" in label for label in heads):
        return True
    plain = _PROPER_NAMES.sub("", canonical(document_title))
    if "决算" in plain:
        return False
    return True if "预算" in canonical(document_title) else None


def _panels(columns: list[Column], caption: Caption, *, is_drawn: bool) -> list[Panel]:
    years = sorted(
        {int(y) for column in columns for text in column.labels for y in _YEAR.findall(canonical(text))}
    )
    panels: list[Panel] = []
    for column in columns:
        last = panels[-1] if panels else None
        opens_panel = last is None or bool(last.amounts)
        if column.field == CODE:
            if opens_panel:
                panels.append(_panel(column, caption, len(panels)))
            panels[-1].codes.append(column)
        elif column.field == NAME:
            if opens_panel or panels[-1].name is not None:
                panels.append(_panel(column, caption, len(panels)))
            panels[-1].name = column
        elif column.field == ROW_NUMBER and last is not None:
            last.row_number = column
        elif column.field == AMOUNT:
            if last is None:
                panels.append(_panel(column, caption, 0))
            panels[-1].amounts.append((column, _place(column, caption, years)))
    for panel in panels:
        panel.classification = _classification(panel, caption)
    return panels


def _panel(column: Column, caption: Caption, number: int) -> Panel:
    top = canonical("".join(column.labels))
    title = canonical(caption.title)
    is_two_sided = bool(re.search(r"收入支出|收支", title))
    if re.match(r"收入", top):
        side = REVENUE
    elif re.match(r"支出", top) or ("功能" in top and is_two_sided):
        side = EXPENDITURE
    elif is_two_sided:
        side = REVENUE if number == 0 else EXPENDITURE
    else:
        side = REVENUE if "收入" in title and "支出" not in title else EXPENDITURE
    return Panel(side, "", [], None, None)


def _classification(panel: Panel, caption: Caption) -> str:
    title = canonical(caption.title)
    if panel.codes:
        if panel.side == REVENUE:
            return "source_item"
        is_economic = any(
            "经济" in label for column in panel.codes for label in map(canonical, column.labels)
        )
        return "economic_item" if is_economic or "经济分类" in title else "function_item"
    if panel.name is None or THREE_PUBLIC.search(title):
        return "three_public"
    is_fiscal = "财政拨款" in title and "收" in title
    if panel.side == REVENUE:
        return "fiscal_source" if is_fiscal else "source"
    return "fiscal_function" if is_fiscal else "function"


def _place(column: Column, caption: Caption, years: Sequence[int]) -> Place:
    printed = words_of(column.labels)
    labels = [_PROPER_NAMES.sub("", text) for text in printed]
    joined = "/".join(labels)
    nature = next((code for word, code in _NATURES if any(word in label for label in reversed(printed))), "")
    source = ""
    for label in reversed(printed):
        if nature or TOTAL_LABEL.fullmatch(label) or _YEAR.search(label):
            continue
        if SOURCE_LABEL.fullmatch(label):
            source = label
            break
    items = [
        text
        for text in map(str, column.labels)
        if THREE_PUBLIC.search(canonical(text)) or canonical(text) in {"合计", "小计"}
    ]
    item = _wide_item(items)
    return Place(_phase(joined, caption, years), nature, source, item)


def _wide_item(items: list[str]) -> str:
    """Return the item that the labels over a column name, the lowest first; a sum is that of the label above it."""
    named = [text for text in items if canonical(text) not in {"合计", "小计"} and "三公" not in text]
    return named[-1] if named else next((text for text in items if "三公" not in text), "")


def _phase(joined: str, caption: Caption, years: Sequence[int]) -> str:
    found = [int(year) for year in _YEAR.findall(joined)]
    is_last_year = "上年" in joined or (len(years) > 1 and found and found[-1] < years[-1])
    if caption.is_budget:
        if "执行" in joined or "决算" in joined:
            return ""
        return "last_year_budget" if is_last_year else "budget"
    if is_last_year:
        return ""
    if "年初预算" in joined:
        return "initial_budget"
    if "决算" in joined:
        return "final_account"
    return "annual_budget" if "预算" in joined else "final_account"


def _item_cells(row: Line, panel: Panel) -> tuple[Cell | None, list[Cell]]:
    own = bind(row.filled, [*panel.codes, *([panel.name] if panel.name else [])])
    codes = [cell for cell, column in own if column is not None and column in panel.codes]
    name = next((cell for cell, column in own if column is not None and column == panel.name), None)
    if (
        codes
        and not any(CODE_TEXT.fullmatch(half_width(c.text)) or c.text.isdigit() for c in codes)
        and name is None
    ):
        return codes[0], []
    return name, codes


def _read_item(row: Line, panel: Panel, caption: Caption, grid: Grid, ledger: Ledger, *, width: int) -> None:
    levels = [cell for cell in row.filled if cell.text in {"类", "款", "项"}]
    if levels:
        # The total shares the row of the levels of codes.
        ledger.omit(levels, "label")
        row = replace(row, cells=tuple(cell for cell in row.cells if cell not in levels))
    name, codes = _item_cells(row, panel)
    amounts = [
        (cell, column)
        for cell, column in bind(row.filled, [column for column, _ in panel.amounts])
        if column is not None
    ]
    if panel.row_number is not None:
        for cell, column in bind(row.filled, [panel.row_number]):
            if column is not None and name is None:
                ledger.omit(cell, "column_number")
    if name is None and not codes:
        ledger.unread([cell for cell, _ in amounts], "no_label")
        return
    label = name.text if name is not None else codes[-1].text
    last = max((column.start for column, _ in panel.amounts), default=0)
    if (
        not grid.is_drawn
        and amounts
        and (len(row.cells) + len(levels) <= last or len(row.cells) + len(levels) < width)
    ):
        cells = [*codes, *([name] if name else []), *(cell for cell, _ in amounts)]
        ledger.unread(cells, "out_of_place", row=label)
        return
    if name is not None and (
        is_number(name.text)
        or (COUNT_ITEM.match(canonical(name.text)) and panel.classification == "three_public")
    ):
        reason = "no_column" if not is_number(name.text) else "out_of_place"
        ledger.unread([name, *(cell for cell, _ in amounts)], reason, row=label)
        return
    code = _code(codes, panel)
    is_total = name is not None and (canonical(name.text) in _TOTALS or name.text.endswith("合计"))
    if code is None or (panel.codes and not code and not is_total):
        ledger.unread(
            [*codes, *([name] if name else []), *(cell for cell, _ in amounts)], "bad_code", row=label
        )
        return
    by_place: dict[tuple[str, str], dict[str, Value]] = {}
    for cell, column in amounts:
        place = next(place for own, place in panel.amounts if own == column)
        problem = amount_problem(cell)
        if problem is not None:
            ledger.unread(cell, problem, row=label, column=column.heading)
        elif not place.phase:
            ledger.unread(cell, "no_column", row=label, column=column.heading)
        elif place.phase in by_place.get((place.nature, place.source), {}):
            ledger.unread(cell, "out_of_place", row=label, column=column.heading)
        else:
            by_place.setdefault((place.nature, place.source), {})[place.phase] = cell
    if not any(nature == "" and source == "" for nature, source in by_place) and not by_place:
        by_place[("", "")] = {}
    for (nature, source), values in by_place.items():
        _emit(row, panel, caption, ledger, name, codes, code, nature, source, values)


def _emit(  # noqa: PLR0913, PLR0917
    row: Line,
    panel: Panel,
    caption: Caption,
    ledger: Ledger,
    name: Cell | None,
    codes: list[Cell],
    code: str,
    nature: str,
    source: str,
    values: dict[str, Value],
) -> None:
    table = BUDGET_TABLE if caption.is_budget else FINAL_TABLE
    classification = panel.classification
    if classification == "function_item" and (nature or source):
        classification = "nature_item" if nature and not source else "function_source_item"
    if classification in {"function_item", "nature_item", "function_source_item"} and code and code[0] != "2":
        classification = "economic_item"
    text = canonical(name.text) if name is not None else ""
    if classification == "function" and _BALANCE.match(re.sub(r"^[一二三四五六七八九十]+、", "", text)):
        classification = "balance"
    if classification == "source" and _BALANCE.match(re.sub(r"^[一二三四五六七八九十]+、", "", text)):
        classification = "balance"
    number = (
        next((c for c, column in bind(row.filled, [panel.row_number]) if column is not None), None)
        if panel.row_number is not None
        else None
    )
    extra: dict[str, Value] = {}
    if number is not None and table == FINAL_TABLE and number.text.isdigit():
        extra["printed_row_no"] = number
    elif number is not None:
        ledger.omit(number, "column_number")
    ledger.emit(
        table,
        row.number,
        {
            "account_side": panel.side,
            "classification": classification,
            "item_name": name if name is not None else "",
            **extra,
            **values,
            "item_code": code,
            "spending_nature": nature,
            "fund_source": source,
            "table_title": caption.title,
            "amount_unit": caption.unit,
        },
    )
    for cell in codes:
        ledger.claim(table, "item_code", cell)


def _code(cells: list[Cell], panel: Panel) -> str | None:
    """Join the cells of a code; merged cells leave its beginning blank: that of the row before holds."""
    if not cells:
        return ""
    printed = [half_width(cell.text).replace(" ", "") for cell in cells]
    if not all(text.isdigit() for text in printed):
        return None
    joined = "".join(printed)
    places = [next(n for n, column in enumerate(panel.codes) if column.overlap(cell) > 0) for cell in cells]
    if len(panel.codes) > 1 and places[0] > 0:
        joined = panel.last_code[: (0, 3, 5)[min(places[0], 2)]] + joined
    if not CODE_TEXT.fullmatch(joined) or (joined[0] != "2" and len(joined) > _LONGEST_ECONOMIC_CODE):
        return None
    panel.last_code = joined
    return joined


def _read_wide(row: Line, panel: Panel, caption: Caption, ledger: Ledger) -> None:
    """Read a row under a heading that names the items: one raw row an item."""
    found: dict[str, dict[str, Value]] = {}
    for cell, column in bind(row.filled, [column for column, _ in panel.amounts]):
        if column is None:
            ledger.unread(cell, "no_heading")
            continue
        place = next(place for own, place in panel.amounts if own == column)
        problem = amount_problem(cell)
        if problem is not None or not place.phase or not place.item:
            ledger.unread(cell, problem or "no_column", column=column.heading)
        elif place.phase in found.get(place.item, {}):
            ledger.unread(cell, "out_of_place", column=column.heading)
        else:
            found.setdefault(place.item, {})[place.phase] = cell
    table = BUDGET_TABLE if caption.is_budget else FINAL_TABLE
    for item, values in found.items():
        ledger.emit(
            table,
            row.number,
            {
                "account_side": EXPENDITURE,
                "classification": "three_public",
                "item_name": item,
                **values,
                "table_title": caption.title,
                "amount_unit": caption.unit,
            },
        )
