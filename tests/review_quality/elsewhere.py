"""The review of forms of other places, against the labels of two readers who had not seen any output.

The forms are text files in `tests/fixtures/elsewhere`: layouts and figures of published forms of nine provinces, with
slips put in by hand. `*_labels.csv` lists every finding that a reader wants, `*_doubtful.csv` what a reader would not
decide: it counts neither way.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingestion.submission import Given
from jixiao.checking import compiled
from jixiao.checking.documents import read_files
from jixiao.checking.session import open_session
from jixiao.settings import Settings
from review_quality.labels import Measure, read_catalogue
from review_quality.warehouse import ROOT

FORMS = ROOT / "tests" / "fixtures" / "elsewhere"


@dataclass(frozen=True)
class Place:
    """Where a rule finds something, or should: a file, a form (0: none) and a line."""

    file: str
    rule_id: str
    form_no: int
    line: int


@dataclass(frozen=True)
class Assessment:
    """The agreement of findings and labels.

    Attributes:
        forms: Forms read.
        measures: One for each rule with a label or a finding.
        severities: Precision counts by severity: (right, found).
        missed: Labels without a finding.
        false: Findings without a label.
    """

    forms: int
    measures: list[Measure]
    severities: dict[str, tuple[int, int]]
    missed: list[Place] = field(default_factory=list)
    false: list[Place] = field(default_factory=list)


def assess(settings: Settings, files: Sequence[Path] | None = None) -> Assessment:
    """Read and review the forms, and hold the findings against the labels.

    Raises:
        AssertionError: A file isn't read.
    """
    files = files if files is not None else sorted(FORMS.glob("*.txt"))
    found, severity_of, forms = review(settings, files)
    names = {path.name for path in files}
    labels = [place for place in read_places("labels") if place.file in names]
    doubts = read_places("doubtful")
    return compare(found, labels, doubts, severity_of, forms)


def review(settings: Settings, files: Iterable[Path]) -> tuple[list[Place], dict[str, str], int]:
    """Return the findings of some files, the severity of each rule, and the number of forms."""
    rules = compiled.prepare(settings)
    with ExitStack() as stack:
        file_of: dict[str, str] = {}
        folders = []
        for path in files:
            # A landing folder of its own: made-up units may have the same name.
            for outcome in stack.enter_context(read_files(settings, [path], Given())):
                assert outcome.landed is not None, f"{path.name}: {outcome.reason}"
                assert outcome.folder is not None
                file_of[outcome.document_id] = path.name
                folders.append(outcome.folder)
        wanted = ["core.dim_document", "core.dim_project", "review.fct_finding"]
        with open_session(settings, rules, folders, wanted) as connection:
            rows = connection.execute(
                "select document_id, rule_id, coalesce(form_no, 0), coalesce(source_line, 0), severity from review.fct_finding"
            ).fetchall()
            [(forms,)] = connection.execute("select count(*) from raw.raw_self_evaluation").fetchall()
    places = [Place(file_of[document_id], rule, form, line) for document_id, rule, form, line, _ in rows]
    return places, {rule: severity for _, rule, _, _, severity in rows}, forms


def read_places(kind: str) -> list[Place]:
    """Return the labels, or what was left undecided."""
    places = []
    for path in sorted(FORMS.glob(f"*_{kind}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            places += [
                Place(row["file"], row["rule_id"], int(row["form_no"] or 0), int(row["source_line"] or 0))
                for row in csv.DictReader(file)
            ]
    return places


def compare(
    found: Iterable[Place],
    labels: Iterable[Place],
    doubts: Iterable[Place],
    severity_of: dict[str, str],
    forms: int,
) -> Assessment:
    """Match findings and labels: at the line, else in the form, else in the file, and leave the doubtful out."""
    # A rule may judge several columns of a line: one slip.
    left, wanted = Counter(set(found)), Counter(set(labels))
    right: Counter[str] = Counter()
    for place in _ways(left, wanted):
        right[place.rule_id] += 1
    for _ in _ways(left, Counter(doubts)):
        pass
    false, missed = sorted(left.elements(), key=_order), sorted(wanted.elements(), key=_order)
    wrong, lost = Counter(one.rule_id for one in false), Counter(one.rule_id for one in missed)
    measures = [
        Measure(rule, right[rule] + lost[rule], right[rule] + wrong[rule], right[rule])
        for rule in read_catalogue()
        if right[rule] + wrong[rule] + lost[rule]
    ]
    severities: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for rule in measures:
        if rule.found:
            before = severities[severity_of[rule.rule_id]]
            severities[severity_of[rule.rule_id]] = (before[0] + rule.right, before[1] + rule.found)
    return Assessment(forms, measures, dict(severities), missed, false)


def _ways(left: Counter[Place], wanted: Counter[Place]) -> Iterable[Place]:
    """Take matches out of both counters, the closest first, and yield them."""
    for way in (_same_line, _same_form, _same_file):
        groups: dict[Place, list[Place]] = defaultdict(list)
        for place in left.elements():
            groups[way(place)].append(place)
        for place in sorted(wanted.elements(), key=_order):
            if candidates := groups[way(place)]:
                match = candidates.pop(0)
                left[match] -= 1
                wanted[place] -= 1
                yield place
        for counter in (left, wanted):
            for place in [place for place, count in counter.items() if count <= 0]:
                del counter[place]


def _same_line(place: Place) -> Place:
    return place


def _same_form(place: Place) -> Place:
    return replace(place, line=0)


def _same_file(place: Place) -> Place:
    return replace(place, line=0, form_no=0)


def _order(place: Place) -> tuple[str, str, int, int]:
    return place.file, place.rule_id, place.form_no, place.line


def main() -> None:
    """Print the agreement by rule, and each difference."""
    done = assess(Settings.load())
    print(f"forms {done.forms}")
    for one in done.measures:
        print(f"{one.rule_id:32} labelled {one.expected:4} found {one.found:4} right {one.right:4}")
    for severity, (right, found) in sorted(done.severities.items()):
        print(f"precision {severity}: {right}/{found} = {right / found:.3f}")
    expected, right = (sum(getattr(one, name) for one in done.measures) for name in ("expected", "right"))
    print(f"recall: {right}/{expected} = {right / expected:.3f}")
    for title, places in (("missed", done.missed), ("false", done.false)):
        for place in places:
            print(f"{title} {place.file}:{place.line} form {place.form_no} {place.rule_id}")


if __name__ == "__main__":
    main()
