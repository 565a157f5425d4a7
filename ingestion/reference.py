"""Reference tables: the project's in `seeds/reference/`, overlaid with the rows of an installation.

An installation keeps its own decisions, wordings, aliases and rule profiles in `landing/reference/`: a CSV of
the same name holds rows to add and rows to change. The project's files stay as published, so that updates
never conflict with a user's data.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from ingestion.message import Text
from ingestion.project import PROJECT_ROOT

P = ParamSpec("P")
R = TypeVar("R")

FOLDER = "reference"
"""The installation's folder of tables in its landing folder."""

SEEDS = PROJECT_ROOT / "seeds" / "reference"

KEYS = {
    "direction_word": ("word",),
    "finding_exception": ("finding_id", "decided_on"),
    "header_synonym": ("part", "synonym"),
    "organization_kind": ("suffix",),
    "review_rule": ("rule_id", "version"),
    "risk_weight": ("component",),
    "rule_profile": ("profile_id",),
    "rule_profile_assignment": ("evaluation_type", "organization_prefix", "year_from"),
    "rule_profile_band": ("profile_id", "band"),
    "rule_profile_class": ("profile_id", "class_code"),
    "rule_profile_grade": ("profile_id", "grade"),
    "rule_profile_parameter": ("profile_id", "parameter_code"),
    "rule_profile_weight": ("profile_id", "weight_class"),
    "rule_setting": ("rule_id",),
    "severity": ("severity",),
    "tolerance": ("tolerance_code",),
    "unit_alias": ("organization_name", "alias"),
}
"""The tables that an installation may extend or change, each with its key columns."""

WORDINGS = ("header_synonym", "account_item")
"""The tables that reading depends on."""


class ReferenceTableError(Exception):
    """A reference table of the installation can't be used; the message names file, line and remedy."""


@dataclass(frozen=True)
class Reference:
    """The reference tables of one installation.

    Attributes:
        own: The installation's folder of tables, or None where it has none.
        seeds: The project's folder of tables.
    """

    own: Path | None = None
    seeds: Path = SEEDS

    def rows(self, table: str) -> list[dict[str, str]]:
        """Return the rows of a table; rows of the installation replace the project's rows with the same key.

        A replacing row may leave columns out, which then keep the project's values.

        Raises:
            ReferenceTableError: A file can't be read, has an unknown column or no key, or repeats a row.
        """
        columns, rows = _read(self.seeds / f"{table}.csv")
        own = self.path(table)
        if own is None or not own.is_file():
            return rows
        key = KEYS[table]
        found = {_place(row, key): row for row in rows}
        own_columns, own_rows = _read(own)
        wrong = [column for column in own_columns if column not in columns]
        if wrong or not set(key) <= set(own_columns):
            raise ReferenceTableError(
                Text(
                    f"{own}:1: 列名不对：{'、'.join(wrong) or '缺少主键列'}；可用的列为 {','.join(columns)}；其中必须有 {','.join(key)}",
                    f"{own}:1: wrong columns: {', '.join(wrong) or 'a key column is missing'}; the columns are {','.join(columns)}, and {','.join(key)} must be among them",
                )
            )
        seen: set[tuple[str, ...]] = set()
        for number, row in enumerate(own_rows, start=2):
            place = _place(row, key)
            if place in seen:
                raise ReferenceTableError(
                    Text(
                        f"{own}:{number}: 与前面的行重复，请只保留一行：{', '.join(place)}",
                        f"{own}:{number}: the row is there already, keep one: {', '.join(place)}",
                    )
                )
            seen.add(place)
            if place not in found and (missing := [column for column in columns if column not in row]):
                raise ReferenceTableError(
                    Text(
                        f"{own}:{number}: 新增的行须填写所有列，缺少 {','.join(missing)}",
                        f"{own}:{number}: a new row needs all columns, missing are {','.join(missing)}",
                    )
                )
            found[place] = {**found.get(place, {}), **row}
        return list(found.values())

    def path(self, table: str) -> Path | None:
        """Return the installation's file of a table, or None if it has none."""
        return self.own / f"{table}.csv" if self.own is not None and table in KEYS else None

    def tables(self) -> list[str]:
        """Return the tables that the installation extends or changes.

        Raises:
            ReferenceTableError: A file is none of these tables.
        """
        if self.own is None or not self.own.is_dir():
            return []
        files = sorted(path for path in self.own.iterdir() if not path.name.startswith((".", "~$")))
        for path in files:
            if path.suffix != ".csv" or path.stem not in KEYS:
                raise ReferenceTableError(
                    Text(
                        f"{path}: 不是可以调整的基础表，请移走；可以调整的有 {', '.join(KEYS)}",
                        f"{path}: not a table that can be added to, move it away; those are: {', '.join(KEYS)}",
                    )
                )
        return [path.stem for path in files]

    def write(self, folder: Path) -> None:
        """Write the tables that the installation extends or changes, with all rows, as CSVs into a folder.

        Raises:
            ReferenceTableError: One of them can't be used.
        """
        for table in self.tables():
            rows = self.rows(table)
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(
                    file, list(_read(self.seeds / f"{table}.csv")[0]), lineterminator="\n"
                )
                writer.writeheader()
                writer.writerows(rows)

    def digest(self, tables: Iterable[str] = WORDINGS) -> str:
        """Return a short digest of tables, by default of those that reading depends on."""
        digest = hashlib.sha256()
        for table in tables:
            for path in (self.seeds / f"{table}.csv", self.path(table)):
                if path is not None and path.is_file():
                    digest.update(path.read_bytes())
        return digest.hexdigest()[:12]


def _place(row: dict[str, str], key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row[column].strip() for column in key)


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = [row for row in csv.reader(file, strict=True) if any(map(str.strip, row))] or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReferenceTableError(
            Text(
                f"{path}: 无法读取，请另存为 UTF-8 的 CSV：{error}",
                f"{path}: can't be read, save it as CSV in UTF-8: {error}",
            )
        ) from error
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ReferenceTableError(
                Text(
                    f"{path}:{number}: 有 {len(row)} 格，表头有 {len(header)} 格；含逗号的格须加引号",
                    f"{path}:{number}: the row has {len(row)} cells, the header {len(header)}; quote cells with commas",
                )
            )
    columns = [column.strip() for column in header]
    return columns, [dict(zip(columns, row, strict=True)) for row in rows]


@dataclass
class _InUse:
    """The tables that this process reads documents by, and the caches derived from them."""

    reference: Reference
    digest: str
    caches: list[Callable[[], None]] = field(default_factory=list)


_in_use = _InUse(Reference(), "")


def in_use() -> Reference:
    """Return the tables that this process reads documents by."""
    return _in_use.reference


def use(reference: Reference) -> str:
    """Use these tables, in their current state, for reading; return their digest."""
    digest = reference.digest()
    if (reference, digest) != (_in_use.reference, _in_use.digest):
        _in_use.reference, _in_use.digest = reference, digest
        for clear in _in_use.caches:
            clear()
    return digest


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Cache a function's result until `use` changes the tables."""
    cached = lru_cache(maxsize=65_536)(function)
    _in_use.caches.append(cached.cache_clear)
    return cached  # type: ignore[return-value]
