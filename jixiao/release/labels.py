"""Chinese headings for the columns of a query, from the dictionary of the release."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

import duckdb

from ingestion.message import Text
from jixiao.release.store import ReleaseError

_LABELS = "select table_name, column_name, column_label_zh from core.data_dictionary order by column_id"


class Labels:
    """The Chinese names of the columns of the published tables."""

    def __init__(self, documented: Iterable[tuple[str, str, str]]) -> None:
        """Set the table name, column name and Chinese label of each documented column."""
        self._of_column: dict[str, dict[str, str]] = {}
        for table, column, label in documented:
            self._of_column.setdefault(column, {})[table] = label

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """Read the dictionary of a release.

        Raises:
            ReleaseError: The release has none.
        """
        try:
            return cls(connection.execute(_LABELS).fetchall())
        except duckdb.CatalogException as error:
            raise ReleaseError(
                Text(
                    f"本版本没有数据字典，没有中文列名；请用本程序重新构建（{error}）",
                    f"the release has no core.data_dictionary; build again with this version ({error})",
                )
            ) from error

    def headings(self, columns: Sequence[str], query: str) -> tuple[str, ...]:
        """Name the columns of a result in Chinese.

        A name that several tables explain differently is read as in the tables that the query names, else as
        in most tables. A name that no table has, such as an alias, stays.

        Args:
            columns: The names of the columns.
            query: The SQL that gave them.

        Returns:
            As many headings, no two of them the same.
        """
        words = set(re.findall(r"\w+", query))
        labels = [self._label(column, words) for column in columns]
        names: dict[str, set[str]] = {}
        for column, label in zip(columns, labels, strict=True):
            names.setdefault(label, set()).add(column)
        # Columns of different names that share a label are distinguished by their names.
        return distinct(
            f"{label}（{column}）" if len(names[label]) > 1 and label != column else label
            for column, label in zip(columns, labels, strict=True)
        )

    def _label(self, column: str, words: set[str]) -> str:
        of_table = self._of_column.get(column)
        if of_table is None:
            return column
        near = [label for table, label in of_table.items() if table in words]
        # The first of those that occur equally often, in the order of the dictionary.
        return Counter(near or of_table.values()).most_common(1)[0][0]


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Number the names that were there before: `a, a, a` becomes `a, a_2, a_3`."""
    given = list(names)
    taken: set[str] = set()
    unique = []
    for name in given:
        number, wanted = 2, name
        # A numbered name must not be that of a later column either.
        while wanted in taken or (number > 2 and wanted in given):
            wanted, number = f"{name}_{number}", number + 1
        taken.add(wanted)
        unique.append(wanted)
    return tuple(unique)
