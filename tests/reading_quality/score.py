"""The raw rows of one document against its truth.

A truth says what a document prints: its forms with funds and indicators, and the rows of its account tables. A cell
that it leaves blank or fills with a dash prints no value and isn't counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reading_quality.accounts import ACCOUNTS, score_accounts
from reading_quality.cells import Cell, Row, Sheet, Truth, is_blank, same_number, same_text, text

FUND_AMOUNTS = {"initial": "initial_budget", "annual": "annual_budget", "executed": "executed"}
INDICATOR_TEXTS = {"level3": "level3", "target": "target", "actual": "actual", "reason": "deviation_reason"}
FORM_ROWS = {
    "raw_self_evaluation": ("project_name", "total_weight", "total_score"),
    "raw_self_evaluation_fund": (*FUND_AMOUNTS.values(), "weight", "execution_rate", "score"),
    "raw_self_evaluation_indicator": ("level3", "target", "actual", "weight", "score", "deviation_reason"),
}


def score(truth: Truth, tables: dict[str, list[Row]], lines: Iterable[str]) -> Sheet:
    """Judge the raw rows of a document."""
    sheet = Sheet(truth["file"], truth["kind"], list(lines), list(tables.get("raw_unread_cell", ())))
    document = tables["raw_document"][0] if tables.get("raw_document") else {}
    default = {"amount_unit": document.get("amount_unit", "")}
    tables = {
        name: [{**row, "amount_unit": row.get("amount_unit") or default["amount_unit"]} for row in rows]
        for name, rows in tables.items()
    }
    forms = tables.get("raw_self_evaluation", [])
    if not truth.get("partial"):
        _score_cover(sheet, truth, document, forms)
    _score_forms(sheet, truth, tables, forms)
    own = "raw_budget_account" if truth["kind"] == "budget" else "raw_final_account"
    score_accounts(sheet, truth, tables.get(own, []), own)
    for other in ACCOUNTS.keys() - {own}:
        for row in tables.get(other, ()):
            sheet.invented(f"{other} {row['item_name']}", row, ACCOUNTS[other])
    if truth.get("partial"):
        sheet.cells = [cell for cell in sheet.cells if cell.state != "invented"]
    return sheet


def _score_cover(sheet: Sheet, truth: Truth, document: Row, forms: list[Row]) -> None:
    """Judge year and organization; where the cover names none, the forms' own count, as they do for the marts."""
    units = [form[column] for form in forms for column in ("competent_unit", "implementing_unit")]
    years = [document.get("fiscal_year", ""), *(form["form_year"] for form in forms)]
    filed = document.get("organization_name", "")
    # A document that prints none is filed under the name of its file, which the marts leave out.
    names = ["" if filed.startswith("（未载明：") else filed, *units]
    known = [truth.get("organization"), *(form.get("implementing_unit") for form in truth["forms"])]
    known += [form.get("competent_unit") for form in truth["forms"]]
    printed = [text(name) for name in known if name and "未载明" not in name]
    source = text("".join(sheet.lines))
    if truth.get("year"):
        year, read = str(truth["year"]), next(filter(None, years), "")
        if not read and source and year not in source:
            sheet.cells.append(Cell("年度", "unprinted", year))
        else:
            sheet.judge("年度", "", year, read, same_text)
    if printed:
        name, read = printed[0], next(filter(None, names), "")
        if read and name.endswith(text(read)) and text(read) in source and name not in source:
            # The truth completes a name that the document prints short.
            sheet.cells.append(Cell("编制单位", "as_printed", name, read))
        elif not read and source and name not in source:
            sheet.cells.append(Cell("编制单位", "unprinted", name))
        else:
            sheet.judge("编制单位", "", name, read, lambda _, name: text(name) in printed)


def _score_forms(sheet: Sheet, truth: Truth, tables: dict[str, list[Row]], forms: list[Row]) -> None:
    """Judge each form with its funds and indicators, and what was read of forms that aren't there."""
    left = list(forms)
    for place, form in enumerate(truth["forms"], 1):
        name, unit = text(form.get("project_name")), text(form.get("implementing_unit"))
        head = next((row for row in left if name and text(row["project_name"]) == name), None)
        if head is None and not name:
            head = next((row for row in left if unit and text(row["implementing_unit"]) == unit), None)
        if head is None and len(forms) == len(truth["forms"]):
            head = next((row for row in left if row["form_no"] == str(place)), None)
        if head is not None:
            left.remove(head)
        read = head or {}
        mark = f"表{place}"
        for column in ("project_name", "competent_unit", "implementing_unit"):
            sheet.judge(f"{mark} {column}", "", form.get(column), read.get(column), same_text)
        for column in ("total_weight", "total_score"):
            sheet.judge(f"{mark} {column}", "", form.get(column), read.get(column), same_number)
        number_of = read.get("form_no", "0")
        of_form = {
            table: [row for row in tables.get(table, ()) if row["form_no"] == number_of]
            for table in ("raw_self_evaluation_fund", "raw_self_evaluation_indicator")
        }
        _score_funds(sheet, mark, form["funds"], of_form["raw_self_evaluation_fund"], truth.get("unit") or "")
        _score_indicators(sheet, mark, form["indicators"], of_form["raw_self_evaluation_indicator"])
    for row in left:
        for table, columns in FORM_ROWS.items():
            for part in tables.get(table, ()):
                if part["form_no"] == row["form_no"]:
                    sheet.invented(f"多出的表 {row['form_no']}", part, columns)


def _score_funds(sheet: Sheet, mark: str, funds: list[Truth], rows: list[Row], unit: str) -> None:
    left = list(rows)
    for fund in funds:
        key = source_name(fund.get("source"))
        row = _take(left, [source_name(row["fund_source"]) == key for row in left])
        where, label = f"{mark} 资金 {fund.get('source') or ''}", fund.get("source") or ""
        sheet.judge(f"{where} source", label, label, row.get("fund_source"), lambda *_: True)
        for name, column in FUND_AMOUNTS.items():
            if not is_blank(fund.get(name)):
                sheet.judge_amount(f"{where} {name}", label, fund[name], unit, row, column)
        for name, column in (("weight", "weight"), ("rate", "execution_rate"), ("score", "score")):
            sheet.judge(f"{where} {name}", label, fund.get(name), row.get(column), same_number)
    for row in left:
        sheet.invented(f"{mark} 资金 {row['fund_source']}", row, FORM_ROWS["raw_self_evaluation_fund"])


def _score_indicators(sheet: Sheet, mark: str, indicators: list[Truth], rows: list[Row]) -> None:
    left = list(rows)
    for indicator in indicators:
        label = indicator.get("level3") or indicator.get("level2") or ""
        key, level2 = indicator_name(label), indicator.get("level2") or ""
        names = [indicator_name(row["level3"]) for row in left]
        same_class = [same_level(level2, row["level2"]) for row in left]
        row = _take(
            left,
            [name == key and is_same for name, is_same in zip(names, same_class, strict=True)],
            [name == key for name in names],
            [_begins_alike(name, key) for name in names],
        )
        where = f"{mark} 指标 {label}"
        for name in ("level1", "level2"):
            sheet.judge(f"{where} {name}", label, indicator.get(name), row.get(name), same_level)
        for name, column in INDICATOR_TEXTS.items():
            same = same_text if name != "level3" else _same_indicator
            sheet.judge(f"{where} {name}", label, indicator.get(name), row.get(column), same)
        for name in ("weight", "score"):
            sheet.judge(f"{where} {name}", label, indicator.get(name), row.get(name), same_number)
    for row in left:
        columns = FORM_ROWS["raw_self_evaluation_indicator"]
        sheet.invented(f"{mark} 指标 {row['level3']}", row, columns)


def _same_indicator(printed: str, read: str) -> bool:
    return indicator_name(printed) == indicator_name(read)


def _begins_alike(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 3 and (one.startswith(other) or other.startswith(one))


def _take(rows: list[Row], *matches: list[bool]) -> Row:
    """Take the row out that the first of the matches finds; an empty row is none."""
    for match in matches:
        if any(match):
            return rows.pop(match.index(True))
    return {}


def same_level(printed: str, read: str) -> bool:
    """Compare classes of indicators; their points in brackets or behind them are no part of the name."""
    bare = (re.sub(r"\(?\d+(\.\d+)?分\)?$", "", text(value)) for value in (printed, read))
    return len({value.removesuffix("指标") for value in bare}) == 1


def source_name(value: str | None) -> str:
    """A source of funds without the words around it."""
    return re.sub(r"\((万元|元)\)$", "", re.sub(r"^其中:?", "", text(value)))


def indicator_name(value: str | None) -> str:
    """An indicator without its placeholder."""
    return re.sub(r"^★*(指标\d*[:.]?)?★*", "", text(value))
