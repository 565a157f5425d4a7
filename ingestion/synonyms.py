"""Header synonyms: what other provinces and years print for a label of the standard forms.

The table `seeds/reference/header_synonym.csv` is the one place for them, for the reader here and
for whoever asks in SQL how a column was found.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "seeds" / "reference" / "header_synonym.csv"


@cache
def synonyms(part: str) -> dict[str, str]:
    """Return the printed labels of one part of a form, each with the label of the standard form.

    Args:
        part: The part, as in the table: `form_header`, `fund_column`, `fund_source`,
            `indicator_column`, `final_account_column` ...

    Raises:
        KeyError: If the table knows no such part.
    """
    with TABLE.open(encoding="utf-8", newline="") as file:
        found = {row["synonym"]: row["label"] for row in csv.DictReader(file) if row["part"] == part}
    if not found:
        raise KeyError(f"{TABLE.name} holds no part {part!r}")
    return found
