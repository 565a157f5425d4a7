"""The printed labels of the final accounts by function code, and which rows are a heading of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache

from ingestion.document import Cell, Line
from ingestion.synonyms import TABLE, synonyms
from ingestion.vocabulary import canonical

CODE = "科目编码"
NAME = "科目名称"
LEVELS = ("类", "款", "项")
COLUMN_NUMBERS = "栏次"

AMOUNTS = {"年初预算数": "initial_budget", "全年预算数": "annual_budget", "决算数": "final_account"}
"""The kinds of amount, each with its raw column."""

NATURES = {
    "基本支出": "basic",
    "人员经费": "basic_personnel",
    "公用经费": "basic_public",
    "项目支出": "project",
    "上缴上级支出": "remitted_upward",
    "经营支出": "operating",
    "对附属单位补助支出": "affiliated_subsidy",
}
"""The natures of spending, each with its code in the catalogue of account items."""

MOST_HEADING_ROWS = 4
MOST_CAPTION_ROWS = 4

_UNIT = re.compile(r"\((亿元|万元|元)\)$")
_COLUMN_NUMBER = re.compile(r"\d{1,3}")
_CAPTION = re.compile(
    r"[^：]{0,40}决算[^：]{0,12}表(?:\(.{0,20}\))?|公开\d{1,2}表|(?:部门|单位|编制单位|编制部门|部门名称|单位名称|金额单位)：.{0,60}"
)
_ITEMS = TABLE.with_name("account_item.csv")


def label_of(cell: Cell) -> str | None:
    """Return the label of the standard form that a heading's cell stands for, or None."""
    return synonyms("final_account_column").get(_UNIT.sub("", canonical(cell.text)))


def unit_of(cell: Cell) -> str | None:
    """Return the unit that a heading's cell prints behind its label, or None."""
    found = _UNIT.search(canonical(cell.text))
    return found[1] if found else None


def is_heading(row: Line) -> bool:
    """Whether every filled cell of a row is a label, or the number of a column behind 栏次."""
    has_numbers = any(cell.text == COLUMN_NUMBERS for cell in row.filled)
    return all(
        label_of(cell) is not None
        or (has_numbers and (cell.text == COLUMN_NUMBERS or bool(_COLUMN_NUMBER.fullmatch(cell.text))))
        for cell in row.filled
    )


def is_caption(row: Line) -> bool:
    """Whether a row is no part of the table but stands above it in its columns: title, department, unit."""
    return bool(row.filled) and all(_CAPTION.fullmatch(canonical(cell.text)) for cell in row.filled)


def heading_rows(rows: Sequence[Line]) -> list[Line]:
    """Return the rows of a heading that these lines begin with; captions and text may stand above it.

    Rows that hold nothing part nothing.
    """
    heading: list[Line] = []
    for row in rows:
        if not heading and (is_caption(row) or not row.is_row):
            continue
        if not row.is_row or (row.filled and not is_heading(row)) or len(heading) == MOST_HEADING_ROWS:
            break
        if row.filled:
            heading.append(row)
    return heading


def heading_labels(rows: Sequence[Line]) -> list[tuple[int, str]]:
    """Return the labels of the heading that rows begin with, each with its column."""
    return [
        (cell.column, label) for row in heading_rows(rows) for cell in row.filled if (label := label_of(cell))
    ]


def opens(rows: Sequence[Line]) -> bool:
    """Whether a table by function code begins here: one code, one name, and an amount.

    Two columns of codes stand side by side in the tables by economic class: those are others.
    """
    labels = [label for _, label in heading_labels(rows)]
    is_coded = labels.count(CODE) == 1 or (CODE not in labels and set(LEVELS) <= set(labels))
    has_amount = any(label in AMOUNTS or label in NATURES for label in labels)
    return is_coded and labels.count(NAME) == 1 and has_amount


@cache
def class_names() -> tuple[str, ...]:
    """Return the names of the classes of functions, with and without 支出, the longest first.

    A name that another classification has too ("其他支出") tells nothing by itself: it is left out.
    """
    with _ITEMS.open(encoding="utf-8", newline="") as file:
        items = list(csv.DictReader(file))
    others = {row["item_name"] for row in items if row["classification"] != "function"}
    names = {row["item_name"] for row in items if row["classification"] == "function"} - others
    stems = {name.removesuffix("支出") for name in names}
    return tuple(sorted(names | stems, key=lambda name: (-len(name), name)))
