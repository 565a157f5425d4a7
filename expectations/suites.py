"""The suites of the two gates, read from yml into dataclasses.

Great Expectations isn't imported here: that takes 6 to 12 seconds, which Dagster's code location
and other readers of the list of expectations don't need.

A suite is the file of a table, named after it: `gate_1/raw_document.yml` for `raw.raw_document`.
Entries of `_every_table.yml` belong to every suite of the gate. An entry is written out, or uses a
rule of `rules.yml` with arguments, as a dbt model uses a generic test. README.md shows the format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

from expectations.entry import Entry, SuiteError
from ingestion import contract

Gate = Literal["gate_1", "gate_2"]
GATES: tuple[Gate, ...] = get_args(Gate)

SUITES_ROOT = Path(__file__).resolve().parent
RULES_FILE = "rules.yml"
SHARED_FILE = "_every_table.yml"

ROW_RULE = "unexpected_rows_expectation"
QUERY = "unexpected_rows_query"
COLUMNS_RULE = "expect_table_columns_to_match_set"
CONTRACT_COLUMNS = "contract"

EXPECTATION_TYPES: dict[str, frozenset[str]] = {
    ROW_RULE: frozenset({QUERY}),
    COLUMNS_RULE: frozenset({"column_set"}),
    "expect_table_row_count_to_be_between": frozenset(),
    "expect_column_values_to_not_be_null": frozenset({"column"}),
    "expect_column_values_to_be_null": frozenset({"column"}),
    "expect_column_values_to_be_in_set": frozenset({"column", "value_set"}),
    "expect_column_values_to_be_unique": frozenset({"column"}),
    "expect_column_values_to_match_regex": frozenset({"column", "regex"}),
    "expect_column_values_to_not_match_regex": frozenset({"column", "regex"}),
    "expect_compound_columns_to_be_unique": frozenset({"column_list"}),
}
"""The types that are tested on DuckDB, with their required keyword arguments."""

PREVIOUS_RELEASE = "previous_release"
PLACE = ("document_id", "source_line")
TEXTS = ("id", "title_zh", "why")


@dataclass(frozen=True)
class Expectation:
    """One rule of a suite.

    Attributes:
        id: A sentence that is true of good data, unique in its suite.
        type: The Great Expectations type in snake_case.
        title_zh: The sentence in Chinese.
        why: The consequence if it isn't true, or the remedy.
        kwargs: Arguments of the type. Great Expectations fills in `{batch}` in SQL.
        requires: `previous_release` if the rule compares with it, or None.
    """

    id: str
    type: str
    title_zh: str
    why: str
    kwargs: Mapping[str, Any] = field(hash=False)
    requires: str | None = None

    @property
    def is_of_table(self) -> bool:
        """Whether the rule is of the whole table, without offending rows."""
        return self.type.startswith("expect_table_")


@dataclass(frozen=True)
class Suite:
    """The rules of one table at one gate.

    Attributes:
        gate: The gate it belongs to.
        name: The table's name without its schema.
        table: `schema.table`.
        description_zh: The content of the table, in Chinese.
        description_en: The same in English.
        expectations: Shared rules of the gate first, then the table's own.
        key: The columns that identify an offending row, the place first.
    """

    gate: Gate
    name: str
    table: str
    description_zh: str
    description_en: str
    expectations: tuple[Expectation, ...]
    key: tuple[str, ...] = PLACE


def load_suites(gate: Gate, root: Path = SUITES_ROOT) -> tuple[Suite, ...]:
    """Read the suites of a gate, in the order of their file names.

    Args:
        gate: `gate_1` or `gate_2`.
        root: The folder with a folder for each gate, and `rules.yml`.

    Raises:
        SuiteError: A file is malformed, or the gate has none.
    """
    folder = root / gate
    rules = Entry.read(root / RULES_FILE).content if (root / RULES_FILE).exists() else {}
    shared: list[Any] = []
    if (folder / SHARED_FILE).exists():
        content = Entry.read(folder / SHARED_FILE)
        content.allow("expectations")
        shared = content.sequence("expectations")
    files = sorted(path for path in folder.glob("*.yml") if path.name != SHARED_FILE)
    if not files:
        raise SuiteError(f"{gate}: no suite found; expected one yml a table in {folder}")
    return tuple(_read_suite(gate, path, shared, rules) for path in files)


def _read_suite(gate: Gate, path: Path, shared: list[Any], rules: Mapping[str, Any]) -> Suite:
    content = Entry.read(path)
    content.allow("table", "description", "key", "expectations")
    table = content.text("table")
    if table.count(".") != 1 or table.split(".")[1] != path.stem:
        content.fail(f"'table' must be schema.{path.stem}, as the file is named, not '{table}'")
    description = content.child("description")
    description.allow("zh", "en")
    key = tuple(map(str, content.sequence("key"))) or PLACE
    known = {"batch": "{batch}", "table": table, "key": ", ".join(key)}
    expectations = tuple(
        expectation
        for where, entries in ((f"{SHARED_FILE}: ", shared), ("", content.sequence("expectations")))
        for number, item in enumerate(entries, start=1)
        for entry in _fill(content.nested(f"{where}expectation {number}", item), rules, known)
        if (expectation := _read_rule(entry, table))
    )
    for name, times in Counter(expectation.id for expectation in expectations).items():
        if times > 1:
            content.fail(f"id '{name}' is used {times} times; an id is unique in its suite")
    return Suite(gate, path.stem, table, description.text("zh"), description.text("en"), expectations, key)


def _fill(use: Entry, rules: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[Entry]:
    """Yield an entry, or the rule that it uses, once for each combination of the items of its lists."""
    if "rule" not in use.content:
        yield use
        return
    name = use.text("rule")
    use.label(name)
    if name not in rules:
        use.fail(f"no such rule in {RULES_FILE}; known are {', '.join(rules)}")
    rule = use.nested(f"in {RULES_FILE}", rules[name]).content
    own = {"rule", "requires", "except", *TEXTS}
    lists = {
        argument: value if isinstance(value, list) else [value]
        for argument, value in use.content.items()
        if argument not in own
    }
    written = {option: use.content[option] for option in own - {"rule"} if option in use.content}
    for values in product(*lists.values()):
        arguments = {**known, **dict(zip(lists, values, strict=True))}
        try:
            yield use.nested("", _formatted(rule, arguments) | written)
        except (KeyError, ValueError) as error:
            use.fail(f"the rule needs an argument, or has a brace that doesn't pair: {error}")


def _formatted(value: Any, arguments: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _formatted(item, arguments) for name, item in value.items()}
    return value.format(**arguments) if isinstance(value, str) else value


def _read_rule(entry: Entry, table: str) -> Expectation | None:
    entry.allow(*TEXTS, "type", "kwargs", "requires", "except")
    entry.label(entry.text("id"))
    if table in entry.sequence("except"):
        return None
    requires = entry.optional_text("requires")
    if requires not in {None, PREVIOUS_RELEASE}:
        entry.fail(f"'requires' is '{requires}'; it can be {PREVIOUS_RELEASE}")
    kind = entry.text("type")
    if kind not in EXPECTATION_TYPES:
        entry.fail(f"unknown type '{kind}'; known are {', '.join(EXPECTATION_TYPES)}")
    kwargs = dict(entry.child("kwargs").content)
    missing = EXPECTATION_TYPES[kind] - kwargs.keys()
    if missing:
        entry.fail(f"'kwargs' lacks {', '.join(sorted(missing))}")
    if kwargs.get("column_set") == CONTRACT_COLUMNS:
        name = table.split(".")[1]
        if name not in contract.RAW_TABLES:
            entry.fail(f"'column_set: {CONTRACT_COLUMNS}', but the contract has no table '{name}'")
        kwargs["column_set"] = list(contract.columns(name))
    if kind == ROW_RULE and "{batch}" not in kwargs[QUERY]:
        entry.fail("the SQL must read the table as {batch}")
    return Expectation(entry.text("id"), kind, entry.text("title_zh"), entry.text("why"), kwargs, requires)
