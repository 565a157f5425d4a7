"""Organization, year and contents of a document, by which a corrected version of a document is recognised."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ingestion.files import Row, read_rows
from ingestion.sections import account_sentence

DISCLOSURE = "disclosure"
ACCOUNTS = "accounts"
ACCOUNT_SENTENCES = "account_sentences"
EVALUATIONS = "evaluations"
BUDGET = "budget"
_FORMS = "forms:"
_ITEMS = ("raw_final_account", "raw_budget_account")
_SELF_EVALUATIONS = f"{_FORMS}self_evaluation"
_TABLES_BY_CODE = frozenset({"function_item", "nature_item"})
_SPACE = re.compile(r"\s+")

Key = tuple[str, str, str]
"""Organization, fiscal year, scope."""


@dataclass(frozen=True)
class Filing:
    """The identity and contents of one document.

    Attributes:
        document_id: Its key.
        organization: The organization's name as printed or given; may be blank.
        fiscal_year: Four digits; may be blank.
        source_file: The name of the source.
        source_sha256: The digest of the source.
        parts: Those of `ACCOUNTS`, `ACCOUNT_SENTENCES` and `EVALUATIONS` that it holds. A table by function
            code is `ACCOUNTS`, a colon and its title, because units publish each as a file. A budget is
            `BUDGET`, and each kind of form is `forms:` and the kind: a document never corrects one with other
            kinds.
        forms: Number of its self-evaluation forms, including refused ones.
        indicators: Number of indicators of its forms.
        items: Number of rows of its tables and sentences of final accounts and budgets.
        projects: Implementing unit and project name of each form that was read.
    """

    document_id: str
    organization: str
    fiscal_year: str
    source_file: str = ""
    source_sha256: str = ""
    parts: frozenset[str] = frozenset()
    forms: int = 0
    indicators: int = 0
    items: int = 0
    projects: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def scope(self) -> str:
        """`disclosure`, `budget`, or the form of a document with one form, since units file forms one by one.

        The implementing unit belongs to it because two offices can have projects of the same name.
        """
        whole = self.parts - self.kinds
        if whole == {BUDGET}:
            return BUDGET
        if whole or self.forms != 1 or not self.projects:
            return DISCLOSURE
        unit, project = self.projects[0]
        kind = "".join(sorted(self.kinds - {_SELF_EVALUATIONS}))
        return f"form:{kind}{normalised(unit)}:{normalised(project)}"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its forms, as named in `parts`."""
        return frozenset(part for part in self.parts if part.startswith(_FORMS))

    @property
    def owner(self) -> tuple[str, str]:
        """Organization and fiscal year, as they are compared."""
        return normalised(self.organization), self.fiscal_year.strip()

    @cached_property
    def key(self) -> Key | None:
        """The key that all versions of a filing share, or None if organization or year is unknown."""
        return (*self.owner, self.scope) if all(self.owner) else None

    def corrects(self, other: Filing) -> bool:
        """Return whether this is another version of a filing, and not another part of the unit's filings.

        It has the same key and all parts of the other, and holds at least half of the other's projects: two
        volumes of forms don't correct each other.
        """
        if self.key is None or self.key != other.key or not other.parts <= self.parts:
            return False
        return not other.names or len(other.names & self.names) * 2 >= len(other.names)

    def shares_forms_with(self, other: Filing) -> bool:
        """Return whether a project of the same organization and year is in both, in forms of one kind."""
        if self.kinds and other.kinds and self.kinds.isdisjoint(other.kinds):
            return False
        same = self.key is not None and other.key is not None and self.key[:2] == other.key[:2]
        return same and not self.names.isdisjoint(other.names)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its projects, normalised for comparison."""
        return frozenset(normalised(project) for _, project in self.projects)

    def to_json(self) -> dict[str, Any]:
        """Return its entry in the manifest."""
        return {
            "organization_name": self.organization,
            "fiscal_year": self.fiscal_year,
            "parts": sorted(self.parts),
            "forms": self.forms,
            "indicators": self.indicators,
            "items": self.items,
            "projects": [list(project) for project in self.projects],
        }


@lru_cache(maxsize=65_536)
def normalised(name: str) -> str:
    """Return a name without differences of notation: white space, width of characters, brackets."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", name)).translate(_BRACKETS)


_BRACKETS = str.maketrans("〔〕[]【】", "()()()")


def read_filings(folder: Path) -> list[Filing]:
    """Return the filings of the documents in a folder of raw CSVs, in the order of `raw_document.csv`."""
    accounts = read_rows(folder, "raw_final_account")
    budgets = read_rows(folder, "raw_budget_account")
    evaluations = read_rows(folder, "raw_evaluation")
    forms = read_rows(folder, "raw_self_evaluation")
    indicators = read_rows(folder, "raw_self_evaluation_indicator")
    found: dict[str, Filing] = {}
    for row in read_rows(folder, "raw_document"):
        document_id = row["document_id"]
        mine = [form for form in forms if form["document_id"] == document_id]
        my_accounts = [account for account in accounts if account["document_id"] == document_id]
        my_budgets = sum(budget["document_id"] == document_id for budget in budgets)
        found[document_id] = Filing(
            document_id,
            row["organization_name"],
            row["fiscal_year"],
            row["source_file"],
            row["source_sha256"],
            frozenset(_account_part(account) for account in my_accounts)
            | {EVALUATIONS for evaluation in evaluations if evaluation["document_id"] == document_id}
            | ({BUDGET} if my_budgets else set())
            | {_FORMS + (form["form_kind"] or "self_evaluation") for form in mine},
            len(mine),
            sum(indicator["document_id"] == document_id for indicator in indicators),
            len(my_accounts) + my_budgets,
            tuple((form["implementing_unit"], form["project_name"]) for form in mine),
        )
    return list(found.values())


def _account_part(row: Row) -> str:
    if row["classification"] == account_sentence.CLASSIFICATION:
        return ACCOUNT_SENTENCES
    is_by_code = row["classification"] in _TABLES_BY_CODE
    return f"{ACCOUNTS}:{normalised(row['table_title'])}" if is_by_code else ACCOUNTS


def filing_of(manifest: dict[str, Any]) -> Filing:
    """Read a filing back from a manifest.

    Raises:
        KeyError, TypeError, ValueError: The manifest has none.
    """
    filing, rows = manifest["filing"], manifest.get("rows", {})
    return Filing(
        str(manifest["document_id"]),
        str(filing["organization_name"]),
        str(filing["fiscal_year"]),
        str(manifest["source_file"]),
        str(manifest["source_sha256"]),
        frozenset(filing["parts"]),
        int(filing["forms"]),
        int(filing["indicators"]),
        # Manifests of 0.1 have row counts only, and neither hand-made CSVs nor history are read again.
        int(filing["items"] if "items" in filing else sum(int(rows.get(table, 0)) for table in _ITEMS)),
        tuple((str(unit), str(project)) for unit, project in filing["projects"]),
    )
