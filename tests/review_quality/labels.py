"""Findings against labels that people made by reading the printed document, without sight of the rules' output."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from review_quality.warehouse import ROOT, Finding

LABELS = ROOT / "tests" / "fixtures" / "labels"

Key = tuple[str, int, int]
"""Rule, form, line; the line is 0 where the rule judges a form as a whole."""


@dataclass(frozen=True)
class Measure:
    """What one rule found of what it should: counts, and the two rates (None over nothing)."""

    rule_id: str
    expected: int
    found: int
    right: int
    missed: tuple[Key, ...] = ()
    false: tuple[Key, ...] = ()

    @property
    def recall(self) -> float | None:
        """Right of what should be found."""
        return self.right / self.expected if self.expected else None

    @property
    def precision(self) -> float | None:
        """Right of what was found."""
        return self.right / self.found if self.found else None


def read_catalogue() -> dict[str, dict[str, str]]:
    """The rules by id."""
    with (ROOT / "seeds" / "reference" / "review_rule.csv").open(encoding="utf-8", newline="") as file:
        return {row["rule_id"]: row for row in csv.DictReader(file)}


def labelled_rules() -> list[str]:
    """The rules for which the whole document was read, in the order of their file."""
    return (LABELS / "rules.txt").read_text(encoding="utf-8").split()


def read_labels(folder: Path = LABELS) -> Counter[Key]:
    """The labels, each as often as it is printed."""
    catalogue = read_catalogue()
    counted: Counter[Key] = Counter()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                counted[
                    key_of(catalogue, row["rule_id"], int(row["form_no"] or 0), int(row["source_line"]))
                ] += 1
    return counted


def key_of(catalogue: dict[str, dict[str, str]], rule_id: str, form_no: int, line: int) -> Key:
    """What a finding and its label must share: a form's own finding has no line of its own."""
    of_whole_form = catalogue[rule_id]["subject"].split(" ")[0] == "form" and rule_id != "fund_total"
    return rule_id, form_no, 0 if of_whole_form else line


def measure(found: Iterable[Finding]) -> list[Measure]:
    """Measure each labelled rule on the findings of one document."""
    catalogue = read_catalogue()
    expected = read_labels()
    actual: Counter[Key] = Counter(
        key_of(catalogue, item.rule_id, item.form_no, item.source_line) for item in found
    )
    measures = []
    for rule in labelled_rules():
        wanted = Counter({key: count for key, count in expected.items() if key[0] == rule})
        given = Counter({key: count for key, count in actual.items() if key[0] == rule})
        measures.append(
            Measure(
                rule,
                expected=wanted.total(),
                found=given.total(),
                right=(wanted & given).total(),
                missed=tuple(sorted((wanted - given).elements())),
                false=tuple(sorted((given - wanted).elements())),
            )
        )
    return measures
