"""The units of a form's funds: each amount has the unit printed nearest to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingestion.document import Cell, Line
from ingestion.form_labels import AMOUNT_COLUMNS, FUND_COLUMNS, label_of
from ingestion.ledger import Ledger, Value
from ingestion.message import Text
from ingestion.numbers import UNITS, parts_of_amount
from ingestion.units import captioned_units, labelled_units, nearest
from ingestion.vocabulary import is_dash

Row = tuple[int, dict[str, Value]]
"""The line and the values of a row of funds."""

_LABEL = re.compile(r"(?:金额|货币|资金)?(?:计量)?单位[:：]?")
_BARE = re.compile(r"[(（].{1,8}元[)）]")
_HEADINGS = {name: label for label, name in FUND_COLUMNS.items()}

SOURCE, UNIT = "fund_source", "amount_unit"


@dataclass
class Printed:
    """The units that a fund block prints.

    Attributes:
        columns: Those above, or before, the amounts of each raw column.
        block: Those of its title and of rows that hold no funds.
        anywhere: All of them, including those above columns that the warehouse lacks.
    """

    columns: dict[str, set[str]] = field(default_factory=dict)
    block: set[str] = field(default_factory=set)
    anywhere: set[str] = field(default_factory=set)


def of_rows(rows: Iterable[Line]) -> set[str]:
    """Return the units that rows of a form name, in one cell or in the one after 金额单位."""
    found: set[str] = set()
    for row in rows:
        texts = [cell.text for cell in row.filled]
        pairs = [label + text for label, text in pairwise(texts) if _LABEL.fullmatch(label)]
        found |= set().union(*map(captioned_units, [*texts, *pairs]))
        found |= labelled_units(text for text in texts if _BARE.fullmatch(text))
    return found


def of_lines(lines: Iterable[Line]) -> set[str]:
    """Return the units of the last line that names any."""
    return nearest(captioned_units(line.text) for line in reversed(list(lines)))


def several(printed: Printed, around: Sequence[set[str]]) -> Text | None:
    """Return a sentence if the fund block and the text around it print different units, else None."""
    inner = nearest([printed.block, set().union(*printed.columns.values()), printed.anywhere])
    outer = nearest(around)
    if not inner or not outer or inner == outer:
        return None
    return Text(
        f"资金栏印有单位{'、'.join(sorted(inner))}，表头或表外印有{'、'.join(sorted(outer))}，以资金栏为准，请核对",
        f"the funds print the unit {', '.join(sorted(inner))}, the head of the form or the text around it {', '.join(sorted(outer))}; that of the funds was taken, check it",
    )


def in_units(funds: Sequence[Row], printed: Printed, around: Sequence[set[str]], ledger: Ledger) -> list[Row]:
    """Return the rows with their units; an amount in another unit than its row's has it after the number.

    A label above the column or before the row is nearest to an amount, then the title of the block, then the
    text around it. An amount with two equally near units stays unread.

    Args:
        funds: The rows.
        printed: The units that the block prints.
        around: Those printed around the block, nearest first.
        ledger: The target of amounts whose unit is unknown.
    """
    of_columns = set().union(*printed.columns.values())
    of_rows = set().union(*(_of_source(values) for _, values in funds))
    # If the block has a unit, a row's own unit applies to no other row.
    others = (printed.block or nearest(around) | of_rows) | of_columns or printed.anywhere
    found: list[tuple[int, dict[str, Value], dict[str, str]]] = []
    for line, printed_values in funds:
        values, units = dict(printed_values), dict[str, str]()
        for name in AMOUNT_COLUMNS:
            cell = values.get(name)
            if not isinstance(cell, Cell) or _needs_none(cell):
                continue
            known = printed.columns.get(name, set()) | _of_source(values) or others
            if len(known) < 2 and known <= set(UNITS):
                units[name] = next(iter(known), "")
            else:
                ledger.unread(cell, "unknown_unit", row=_source(values), column=_HEADINGS[name])
                del values[name]
        found.append((line, values, units))
    counted = Counter(unit for _, _, units in found for unit in units.values())
    common = max(counted or sorted(others & set(UNITS)), key=counted.__getitem__, default="")
    return [(line, _in_one(values, units, common)) for line, values, units in found]


def _in_one(values: Mapping[str, Value], units: Mapping[str, str], common: str) -> dict[str, Value]:
    """Return a row's values with its unit, which is the block's common one if the row has amounts in it."""
    own = common if common in units.values() else next(iter(units.values()), common)
    return {
        name: replace(value, text=value.text + units[name])
        if isinstance(value, Cell) and units.get(name, own) != own
        else value
        for name, value in values.items()
    } | {UNIT: own}


def _needs_none(cell: Cell) -> bool:
    parts = parts_of_amount(cell.text)
    return is_dash(cell.text) or (parts is not None and bool(parts[1]))


def _source(values: Mapping[str, Value]) -> str:
    cell = values.get(SOURCE)
    return cell.text if isinstance(cell, Cell) else ""


def _of_source(values: Mapping[str, Value]) -> set[str]:
    """Return the units of a row's label; a unit of one kind of amounts doesn't apply to the others."""
    label = _source(values)
    is_kind = label_of("fund_column", label, least=1) in FUND_COLUMNS
    return set() if is_kind else labelled_units([label])
