"""Header synonyms: labels of other provinces and years for the labels of the standard forms.

The reader and queries share one table, `seeds/reference/header_synonym.csv`. A synonym is a whole printed
label or a pattern in which `*` stands for any characters; a whole label takes precedence over a pattern, and
a longer pattern over a shorter one.
"""

from __future__ import annotations

import re

from ingestion.reference import in_use, remembered

TABLE = "header_synonym"
TABLE_COLUMN = "table_column"
"""The part with headings of plain tables: words such as 目标 or unit, which label nothing in a form."""

_ANY = "*"


@remembered
def synonyms(part: str) -> dict[str, str]:
    """Return the whole printed labels of one part of a form, each with the label of the standard form.

    Args:
        part: The part, as in the table: `form_header`, `fund_column`, `fund_source`, `indicator_column`,
            `final_account_column` ...

    Raises:
        KeyError: If the table has no such part.
    """
    return {synonym: label for synonym, label in _rows(part) if _ANY not in synonym}


def match(part: str, text: str) -> str | None:
    """Return the standard form's label for a printed text, by whole label or pattern, or None."""
    known = synonyms(part).get(text)
    if known is not None:
        return known
    return next((label for pattern, label in _patterns(part) if pattern.fullmatch(text)), None)


@remembered
def every_label() -> frozenset[str]:
    """Return the whole printed labels of all parts of forms, and the labels of the standard form."""
    rows = (row for row in _table() if row["part"].strip() != TABLE_COLUMN)
    texts = (row[column].strip() for row in rows for column in ("label", "synonym"))
    return frozenset(text for text in texts if _ANY not in text)


@remembered
def _patterns(part: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = [(synonym, label) for synonym, label in _rows(part) if _ANY in synonym]
    rows.sort(key=lambda row: -len(row[0].replace(_ANY, "")))
    return tuple((re.compile(".*".join(map(re.escape, s.split(_ANY)))), label) for s, label in rows)


@remembered
def _rows(part: str) -> tuple[tuple[str, str], ...]:
    found = tuple(
        (row["synonym"].strip(), row["label"].strip()) for row in _table() if row["part"].strip() == part
    )
    if not found:
        raise KeyError(f"{TABLE} holds no part {part!r}")
    return found


@remembered
def _table() -> list[dict[str, str]]:
    return in_use().rows(TABLE)
