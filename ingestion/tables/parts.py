"""The parts of a file: for each organization and fiscal year a budget part, an indicator part, or both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingestion.document import Document, DocumentError
from ingestion.filing import normalised
from ingestion.message import Text, from_json, in_chinese, in_english, join, to_json
from ingestion.tables.headings import BUDGET, NAMES, Table
from ingestion.tables.rows import Fault, LeftOut, Overrides, Record, read, year_of

FOLDER = "tables"
"""The folder of a landed document's parts."""

_FAULTS_SHOWN = 20
_NAMES_SHOWN = 5

Owner = tuple[str, str]
"""Organization and fiscal year, as they are compared."""


@dataclass
class Part:
    """The rows of one kind of table in one file for one organization and fiscal year.

    Attributes:
        kind: One of `headings.KINDS`.
        organization: The organization as printed or given.
        year: The fiscal year.
        file: The file's name.
        sha256: The digest of its bytes.
        encoding: Its encoding, or the format of a workbook.
        given: The options of the user, as in `ingestion.submission.Given`.
        records: The rows that were read.
        faults: The rows that were set aside.
        warnings: What the user should know of the table.
    """

    kind: str
    organization: str
    year: str
    file: str
    sha256: str
    encoding: str
    given: dict[str, str]
    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write the part into the folder of its document."""
        path = folder / FOLDER / f"{self.kind}.json"
        path.parent.mkdir(exist_ok=True)
        rows = {
            "records": [vars(row) for row in self.records],
            "faults": [to_json(vars(row)) for row in self.faults],
            "warnings": to_json(self.warnings),
        }
        path.write_text(json.dumps(vars(self) | rows, ensure_ascii=False), encoding="utf-8")


def read_parts(folder: Path) -> dict[str, Part]:
    """Return the parts of a landed document by their kinds."""
    found = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        part: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        part["records"] = [Record(**record) for record in part["records"]]
        part["faults"] = [Fault(**from_json(fault)) for fault in part["faults"]]
        part["warnings"] = from_json(part["warnings"])
        found[path.stem] = Part(**part)
    return found


@dataclass
class FileParts:
    """The parts of a file, and the rows that belong to none.

    Attributes:
        owners: The parts of each organization and fiscal year, by kind.
        named: The bad rows of each organization and fiscal year of which the file has no other row.
        faults: A message for each bad row that doesn't name both, with file, line and column.
    """

    owners: dict[Owner, dict[str, Part]] = field(default_factory=dict)
    named: dict[Owner, list[Fault]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_file(
    document: Document, tables: Sequence[Table], given: Overrides, said: dict[str, str]
) -> FileParts:
    """Read the tables of a file.

    Args:
        document: The file.
        tables: Its tables, as `headings.find` returns them.
        given: The values that the user gives for all rows.
        said: The options of the user, which the parts keep.

    Raises:
        DocumentError: If an option contradicts the table as a whole, or no row can be read.
    """
    found = FileParts()
    faulty: list[Fault] = []
    for table in tables:
        warnings = [*_check_given(document, table, given), *_warn_of_left_out(table)]
        records: list[Record] = []
        faults: list[Fault] = []
        left_out: list[LeftOut] = []
        for row in read(table, given):
            if isinstance(row, Record):
                records.append(row)
            elif isinstance(row, Fault):
                faults.append(row)
            else:
                left_out.append(row)
        for is_total, chinese, english in (
            (True, "合计", "totals"),
            (False, "说明，没有金额或指标", "remarks without amounts or indicators"),
        ):
            places = [row.place for row in left_out if row.is_total == is_total]
            if places:
                warnings.append(
                    Text(
                        f"{len(places)} 行是{chinese}，未收录（第一个在{in_chinese(places[0])}）。",
                        f"{len(places)} rows are {english} and left out, the first of them at {in_english(places[0])}.",
                    )
                )
        records, twice = _set_aside_twice(table, records)
        for record in records:
            part = _part(found, document, record, table, said)
            part.records.append(record)
            part.warnings += [warning for warning in warnings if warning not in part.warnings]
        faulty += (replace(fault, kind=table.kind, file=document.name) for fault in (*faults, *twice))
    for fault in faulty:
        parts = found.owners.get(fault.owner, {}) if fault.owner else {}
        if parts:
            parts.get(fault.kind, next(iter(parts.values()))).faults.append(fault)
        elif fault.owner:
            found.named.setdefault(fault.owner, []).append(fault)
        else:
            found.faults.append(describe(fault))
    _refuse_empty(document, found)
    return found


def describe(fault: Fault) -> str:
    """Return a line about a bad row, with file, line and column."""
    where = f"（{fault.place}）" if fault.place else ""
    column = f" [{fault.column}]" if fault.column else ""
    return f"{fault.file}:{fault.line}{where}{column}: " + fault.reason


def _part(found: FileParts, document: Document, record: Record, table: Table, said: dict[str, str]) -> Part:
    kinds = found.owners.setdefault(record.owner, {})
    if table.kind not in kinds:
        names = record["organization"], record["year"], document.name, document.sha256, document.encoding
        kinds[table.kind] = Part(table.kind, *names, said)
    return kinds[table.kind]


def _check_given(document: Document, table: Table, given: Overrides) -> list[str]:
    """Return warnings of options that differ from the table; refuse an option that would merge several values."""
    warnings: list[str] = []
    for name, value, option in (
        ("organization", given.organization, "--organization"),
        ("year", given.fiscal_year, "--year"),
    ):
        place = table.columns.get(name)
        if not value or place is None:
            continue
        printed = {line.cells[place].text for line in table.rows if place < len(line.cells)} - {""}
        others = sorted(text for text in printed if normalised(year_of(text)) != normalised(value))
        if len(printed) > 1 and others:
            shown = "、".join(others[:_NAMES_SHOWN])
            raise DocumentError(
                Text(
                    f"{document.name}: 表中“{table.label(name)}”列有 {len(printed)} 个不同的值（{shown}…），{option} 会把它们并为一个；"
                    f"请去掉 {option}，或只给出该列的一个值。",
                    f"{document.name}: the column {table.label(name)} has {len(printed)} different values and "
                    f"{option} would make them one: leave it out, or give a table with one value.",
                )
            )
        if others:
            warnings.append(
                Text(
                    f"印作 {others[0]!r}，按指定取 {value!r}（{table.label(name)}）",
                    f"printed as {others[0]!r}, taken as given: {value!r} ({table.label(name)})",
                )
            )
    if given.amount_unit and table.unit not in ("", given.amount_unit):
        raise DocumentError(
            Text(
                f"{document.name}: 标题写的金额单位是{table.unit}，--amount-unit 指定的是{given.amount_unit}；请改为一致。",
                f"{document.name}: the headings name {table.unit} and --amount-unit {given.amount_unit}: make them the same.",
            )
        )
    return warnings


def _warn_of_left_out(table: Table) -> list[str]:
    warnings: list[str] = [
        Text(
            f"{sheet}不是预算表或指标表，未读取。",
            f"{sheet} is no budget or indicator table and was not read.",
        )
        for sheet in table.other_sheets
    ]
    if not table.extra:
        return warnings
    names = "、".join(dict.fromkeys(table.extra))
    return [
        *warnings,
        Text(
            f"{NAMES[table.kind].zh}有未收录的列：{names}；含义相同的列可在 header_synonym.csv 的 table_column 中加一行。",
            f"Columns of the {NAMES[table.kind].en} that are left out: {names}; a row of header_synonym.csv (part "
            "table_column) makes one known.",
        ),
    ]


def _set_aside_twice(table: Table, records: Sequence[Record]) -> tuple[list[Record], list[Fault]]:
    """Return the records without repeated ones, and a fault for each of those.

    An identical row counts once. Budget rows of one project with different amounts are all set aside, since
    nothing decides between them.
    """
    seen: dict[tuple[str, ...], Record] = {}
    kept: list[Record] = []
    faults: list[Fault] = []
    contested: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        own = (*record.key, *sorted(f"{name}={text}" for name, text in record.values.items()))
        key = record.key if table.kind == BUDGET else own
        first = seen.setdefault(key, record)
        if first is record:
            kept.append(record)
        elif first.values == record.values and first.foreign == record.foreign:
            faults.append(
                _fault(
                    table,
                    record,
                    Text(
                        f"与第 {first.line} 行重复，只收录一次；请删去这一行。",
                        f"the same row is on line {first.line}: remove this one",
                    ),
                )
            )
        else:
            contested.setdefault(key, [first]).append(record)
    for rows in contested.values():
        kept.remove(rows[0])
        lines = "、".join(str(row.line) for row in rows)
        reason = Text(
            f"同一项目有几行不同的金额（第 {lines} 行），均未收录；请每个项目只留一行，或以“实施单位”列区分。",
            f"the project has rows with different amounts (lines {lines}) and none was taken: leave one row a project, "
            "or tell them apart by a column 实施单位 (implementing unit)",
        )
        faults += [_fault(table, row, reason) for row in rows]
    return kept, faults


def _fault(table: Table, record: Record, reason: str) -> Fault:
    return Fault(record.line, record.place, table.label("project"), reason, record.owner)


def _refuse_empty(document: Document, found: FileParts) -> None:
    if found.owners:
        return
    faults = [*found.faults, *(describe(fault) for named in found.named.values() for fault in named)]
    if faults:
        raise DocumentError(join("\n", faults[:_FAULTS_SHOWN]))
    raise DocumentError(
        Text(
            f"{document.name}: 表中没有数据行；请在标题下填写。",
            f"{document.name}: the table has no rows: fill in rows below the headings.",
        )
    )
