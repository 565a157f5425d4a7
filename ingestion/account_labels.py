"""The names of the classes of functions, which identify items in sentences of running text."""

from __future__ import annotations

from functools import cache

from ingestion.reference import Reference

ITEMS = "account_item"


@cache
def class_names() -> tuple[str, ...]:
    """Return the names of the classes of functions, with and without 支出, longest first.

    Ambiguous names that another classification also has ("其他支出") are left out.
    """
    items = Reference().rows(ITEMS)
    others = {row["item_name"] for row in items if row["classification"] != "function"}
    names = {row["item_name"] for row in items if row["classification"] == "function"} - others
    stems = {name.removesuffix("支出") for name in names}
    return tuple(sorted(names | stems, key=lambda name: (-len(name), name)))
