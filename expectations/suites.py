"""The suites of the two gates: yml in, dataclasses out.

Great Expectations isn't imported here: that costs 6 to 12 seconds, and whoever only needs to
know which expectations there are (Dagster's code location, a listing) shouldn't wait for it.

A suite is one file a table, named after it: `gate_1/raw_document.yml` for `raw.raw_document`.
Entries of `_every_table.yml` belong to every suite of the gate, or to those that declare what the
entry requires: its key, the raw rows it conserves, its amounts, its ratios. README.md shows the format.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, Literal, get_args

from expectations.entry import Entry, SuiteError
from ingestion import contract

Gate = Literal["gate_1", "gate_2"]
GATES: tuple[Gate, ...] = get_args(Gate)

SUITES_ROOT = Path(__file__).resolve().parent
SHARED_FILE = "_every_table.yml"

ROW_RULE = "unexpected_rows_expectation"
QUERY = "unexpected_rows_query"
CONTRACT_COLUMNS = "contract"

EXPECTATION_TYPES: dict[str, frozenset[str]] = {
    ROW_RULE: frozenset({QUERY}),
    "expect_table_columns_to_match_set": frozenset({"column_set"}),
    "expect_table_row_count_to_be_between": frozenset(),
}
"""Types that were tried on DuckDB, with the keyword arguments each must have."""

PREVIOUS_RELEASE = "previous_release"
DECLARATIONS = ("key", "conserves", "amounts", "ratios")

Placeholders = dict[str, str]
"""What stands in braces in a rule, and what a suite puts there."""


@dataclass(frozen=True)
class Expectation:
    """One rule of a suite.

    Attributes:
        id: A sentence, unique in its suite: what is true of good data.
        type: The Great Expectations type in snake_case.
        title_zh: The sentence in Chinese.
        why: What goes wrong where it isn't true, or what to do.
        kwargs: Arguments of the type. SQL has its own placeholders resolved; `{batch}` is left
            for Great Expectations.
        requires: What must be there when the gate runs for the rule to apply, or None.
    """

    id: str
    type: str
    title_zh: str
    why: str
    kwargs: Mapping[str, Any] = field(hash=False)
    requires: str | None = None


@dataclass(frozen=True)
class Suite:
    """The rules of one table at one gate.

    Attributes:
        gate: The gate it belongs to.
        name: The table's name without its schema.
        table: `schema.table`.
        description_zh: What the table holds, in Chinese.
        description_en: The same in English.
        expectations: Shared rules of the gate first, then the table's own.
    """

    gate: Gate
    name: str
    table: str
    description_zh: str
    description_en: str
    expectations: tuple[Expectation, ...]


def load_suites(gate: Gate, root: Path = SUITES_ROOT) -> tuple[Suite, ...]:
    """Read the suites of a gate, in the order of their file names.

    Args:
        gate: `gate_1` or `gate_2`.
        root: The folder that holds a folder a gate.

    Raises:
        SuiteError: A file is malformed, or the gate has none.
    """
    folder = root / gate
    shared = _read_shared(folder / SHARED_FILE)
    files = sorted(path for path in folder.glob("*.yml") if path.name != SHARED_FILE)
    if not files:
        raise SuiteError(f"{gate}: no suite found; expected one yml a table in {folder}")
    return tuple(_read_suite(gate, path, shared) for path in files)


def _read_shared(path: Path) -> list[Any]:
    if not path.exists():
        return []
    content = Entry.read(path)
    content.allow("expectations")
    return content.sequence("expectations")


def _read_suite(gate: Gate, path: Path, shared: list[Any]) -> Suite:
    content = Entry.read(path)
    content.allow("table", "description", *DECLARATIONS, "expectations")
    table = content.text("table")
    if table.count(".") != 1 or table.split(".")[1] != path.stem:
        content.fail(f"'table' must be schema.{path.stem}, as the file is named, not '{table}'")
    description = content.child("description")
    description.allow("zh", "en")
    declared = _read_declarations(content, table)
    expectations = tuple(
        expectation
        for where, entries in ((f"{SHARED_FILE}: ", shared), ("", content.sequence("expectations")))
        for number, entry in enumerate(entries, start=1)
        for expectation in _read_rule(content.nested(f"{where}expectation {number}", entry), table, declared)
    )
    for name, times in Counter(expectation.id for expectation in expectations).items():
        if times > 1:
            content.fail(f"id '{name}' is used {times} times; an id is unique in its suite")
    return Suite(gate, path.stem, table, description.text("zh"), description.text("en"), expectations)


def _read_declarations(suite: Entry, table: str) -> dict[str | None, list[Placeholders]]:
    """Return, a requirement, the placeholders of each rule that an entry with it becomes."""
    key = suite.texts("key")
    raw = _raw_rows(suite)
    always: Placeholders = {}
    if key:
        is_null = " or ".join(f"{column} is null" for column in key)
        always |= {"key": ", ".join(key), "key_is_null": is_null}
    if raw:
        always |= {"raw": raw}
    required: dict[str | None, list[Placeholders]] = {
        None: [{}],
        PREVIOUS_RELEASE: [{"previous": f"previous.{table}"}],
        "key": [{}] if key else [],
        "conserves": [{}] if raw else [],
        "amounts": [
            {"amount": amount, "printed": printed}
            for amount, printed in suite.mapped_texts("amounts").items()
        ],
        "ratios": [
            {"ratio": ratio} | _operands(suite, ratio, text)
            for ratio, text in suite.mapped_texts("ratios").items()
        ],
    }
    return {name: [always | item for item in items] for name, items in required.items()}


def _raw_rows(suite: Entry) -> str | None:
    """Return a raw table as it is, a select of raw rows in parentheses."""
    text = suite.optional_text("conserves")
    if text is None or re.fullmatch(r"raw\.\w+", text):
        return text
    if not text.startswith(("select ", "select\n")) or re.search(r"[{}]", text):
        suite.fail("'conserves' must be a raw table, or a select of raw rows without braces")
    return f"({text})"


def _operands(suite: Entry, ratio: str, text: str) -> Placeholders:
    operands = text.split(" / ")
    if len(operands) != 2:
        suite.fail(f"'ratios': '{ratio}' must be 'numerator / denominator', not '{text}'")
    return dict(zip(("numerator", "denominator"), operands, strict=True))


def _read_rule(
    entry: Entry, table: str, declared: Mapping[str | None, list[Placeholders]]
) -> Iterator[Expectation]:
    entry.allow("id", "title_zh", "why", "type", "kwargs", "requires", "except")
    entry.label(entry.text("id"))
    if table in entry.sequence("except"):
        return
    requires = entry.optional_text("requires")
    if requires not in declared:
        entry.fail(f"'requires' is '{requires}'; it can be {', '.join(filter(None, declared))}")
    for placeholders in declared[requires]:
        yield Expectation(
            id=_fill(entry.text("id"), placeholders),
            type=_known_type(entry),
            title_zh=_fill(entry.text("title_zh"), placeholders),
            why=_fill(entry.text("why"), placeholders),
            kwargs=_resolve_kwargs(entry, table, placeholders),
            requires=requires if requires == PREVIOUS_RELEASE else None,
        )


def _fill(text: str, placeholders: Placeholders) -> str:
    for name, value in placeholders.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _known_type(entry: Entry) -> str:
    name = entry.text("type")
    if name not in EXPECTATION_TYPES:
        entry.fail(f"unknown type '{name}'; known are {', '.join(EXPECTATION_TYPES)}")
    return name


def _resolve_kwargs(entry: Entry, table: str, placeholders: Placeholders) -> dict[str, Any]:
    kwargs = dict(entry.child("kwargs").content)
    missing = EXPECTATION_TYPES[entry.text("type")] - kwargs.keys()
    if missing:
        entry.fail(f"'kwargs' lacks {', '.join(sorted(missing))}")
    if kwargs.get("column_set") == CONTRACT_COLUMNS:
        kwargs["column_set"] = _contract_columns(entry, table)
    if QUERY in kwargs:
        kwargs[QUERY] = _resolve_query(entry, str(kwargs[QUERY]), placeholders)
    return kwargs


def _contract_columns(entry: Entry, table: str) -> list[str]:
    name = table.split(".")[1]
    if name not in contract.RAW_TABLES:
        entry.fail(f"'column_set: {CONTRACT_COLUMNS}', but the contract has no table '{name}'")
    return list(contract.columns(name))


def _resolve_query(entry: Entry, query: str, placeholders: Placeholders) -> str:
    try:
        names = {name for _, name, _, _ in Formatter().parse(query) if name is not None}
    except ValueError as error:
        entry.fail(f"the SQL has a brace that doesn't pair: {error}")
    allowed = {"batch", *placeholders}
    if "batch" not in names or names - allowed:
        entry.fail(
            f"the SQL must read the table as {{batch}}; in braces it can have {', '.join(sorted(allowed))} "
            f"('previous' needs 'requires: {PREVIOUS_RELEASE}', the others a declaration of the suite), "
            f"not {', '.join(sorted(names)) or 'nothing'}"
        )
    return _fill(query, placeholders)
