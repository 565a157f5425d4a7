"""The review of forms of other places, against the labels of three readers who had not seen any output.

The forms are text files in `tests/fixtures/elsewhere`: `a_` and `b_` with layouts and figures of published forms of nine
provinces, `c_` made up in the layouts of others, with slips put in by hand. `*_labels.csv` lists every finding that a reader wants, `*_doubtful.csv` what a reader would not
decide: it counts neither way.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
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

_BEFORE = (
    # Rules that did not exist then are left out.
    "| a, b | 573 | 0.876 | 0.810 | 0.935 |",
    "| c | 237 | 0.880 (73/83) | 0.983 (117/119) | 0.882 (209/237) |",
)
"""What was measured on each set when it was new."""


@dataclass(frozen=True)
class Place:
    """Where a rule finds something, or should: a file, a form (0: none) and a line."""

    file: str
    rule_id: str
    form_no: int
    line: int


@dataclass(frozen=True)
class Found:
    """The findings of a rule at a place, which count as one: a rule may judge several columns of a line.

    Attributes:
        place: The place.
        severity: Its severity.
        cases: The cases that they are of.
    """

    place: Place
    severity: str
    cases: frozenset[str]


@dataclass(frozen=True)
class Assessment:
    """The agreement of findings and labels.

    Attributes:
        forms: Forms read.
        measures: One for each rule with a label or a finding.
        severities: Findings by severity: right and all that are not in doubt.
        cases: Cases by severity, likewise; a case is right if one of its findings is.
        missed: Labels without a finding.
        false: Findings without a label.
    """

    forms: int
    measures: list[Measure]
    severities: dict[str, tuple[int, int]]
    cases: dict[str, tuple[int, int]]
    missed: list[Place] = field(default_factory=list)
    false: list[Place] = field(default_factory=list)


def assess(settings: Settings) -> Assessment:
    """Read and review the forms, and hold the findings against the labels.

    Raises:
        AssertionError: A file isn't read.
    """
    found, forms = review(settings, sorted(FORMS.glob("*.txt")))
    return compare(found, read_places("labels"), read_places("doubtful"), forms)


def review(settings: Settings, files: Iterable[Path]) -> tuple[list[Found], int]:
    """Return the findings of some files, and the number of their forms."""
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
        with open_session(settings, rules, folders, ["review.fct_finding"]) as connection:
            rows = connection.execute(
                """
                select
                    document_id, rule_id, coalesce(form_no, 0), coalesce(source_line, 0), min(severity), list(case_id)
                from review.fct_finding
                group by all
                """
            ).fetchall()
            [(forms,)] = connection.execute("select count(*) from raw.raw_self_evaluation").fetchall()
    found = [
        Found(Place(file_of[document_id], rule_id, form_no, line), severity, frozenset(cases))
        for document_id, rule_id, form_no, line, severity, cases in rows
    ]
    return found, forms


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
    found: Iterable[Found], labels: Iterable[Place], doubts: Iterable[Place], forms: int
) -> Assessment:
    """Match findings and labels: at the line, else in the form, else in the file, and leave the doubtful out."""
    by_place = {one.place: one for one in found}
    left, wanted = set(by_place), set(labels)
    right = {place for place, _ in _matches(left, wanted)}
    for _ in _matches(left, set(doubts)):
        pass
    counts = {
        name: Counter(place.rule_id for place in places)
        for name, places in (("right", right), ("false", left))
    }
    lost = Counter(place.rule_id for place in wanted)
    measures = [
        Measure(rule, its_right + lost[rule], its_right + counts["false"][rule], its_right)
        for rule in read_catalogue()
        for its_right in [counts["right"][rule]]
        if its_right + counts["false"][rule] + lost[rule]
    ]
    severities, cases = {}, {}
    for severity in "EWI":
        good, bad = (
            {place for place in places if by_place[place].severity == severity} for places in (right, left)
        )
        severities[severity] = (len(good), len(good) + len(bad))
        good_cases, bad_cases = (
            frozenset[str]().union(*(by_place[place].cases for place in places)) for places in (good, bad)
        )
        cases[severity] = (len(good_cases), len(good_cases | bad_cases))
    return Assessment(
        forms, measures, severities, cases, sorted(wanted, key=_order), sorted(left, key=_order)
    )


def _matches(left: set[Place], wanted: set[Place]) -> Iterable[tuple[Place, Place]]:
    """Take the matches out of both sets, the closest first, and yield them: the finding and the label."""
    for way in (_same_line, _same_form, _same_file):
        groups: dict[Place, list[Place]] = defaultdict(list)
        for place in sorted(left, key=_order):
            groups[way(place)].append(place)
        for place in sorted(wanted, key=_order):
            if candidates := groups[way(place)]:
                match = candidates.pop(0)
                left.remove(match)
                wanted.remove(place)
                yield match, place


def _same_line(place: Place) -> Place:
    return place


def _same_form(place: Place) -> Place:
    return replace(place, line=0)


def _same_file(place: Place) -> Place:
    return replace(place, line=0, form_no=0)


def _order(place: Place) -> tuple[str, str, int, int]:
    return place.file, place.rule_id, place.form_no, place.line


def section(done: Assessment) -> list[str]:
    """Return the lines of the page about these forms."""
    titles = {rule: row["title_zh"] for rule, row in read_catalogue().items()}
    expected, right = (sum(getattr(one, name) for one in done.measures) for name in ("expected", "right"))
    return [
        "## 其他地方的表 Forms of other places",
        "",
        f"三组共 {done.forms} 张表（`tests/fixtures/elsewhere/`）：前两组取九个省份已公开自评表的版式和数字，第三组按其他省份的版式编写；"
        "都有阅读者植入的差错。三位阅读者只看规则的问题，未见过规则的实现和本系统的任何输出；拿不准的不计。"
        "标注之后据此改正过规则，因此下表不再是未见数据上的估计。",
        "",
        f"{done.forms} forms in three sets: the first two with layouts and figures of published forms of nine provinces, the "
        "third made up in the layouts of others; all with slips that the readers put in. Three readers had the rules' "
        "questions alone and had seen neither their SQL nor any output; what they would not decide doesn't count. Rules were "
        "mended after the labels were made, so the table is no estimate for unseen documents any more.",
        "",
        "改正之前 Before rules were mended:",
        "",
        "| 表 Forms | 标注 Labels | E 准确率 precision | W 准确率 precision | 召回率 recall |",
        "|---|--:|--:|--:|--:|",
        *_BEFORE,
        "",
        f"合计 Total: 召回率 recall {_rate(right, expected)}（{right}/{expected}）。 "
        + "；".join(
            f"{severity} 准确率 precision {_rate(*done.severities[severity])}（{'/'.join(map(str, done.severities[severity]))}），"
            f"按案件 by case {_rate(*done.cases[severity])}（{'/'.join(map(str, done.cases[severity]))}）"
            for severity in "EWI"
        )
        + "。 目标 aims: E 0.99, W 0.95, 召回率 recall 0.98。",
        "",
        "| 规则 Rule | | 标注 Labelled | 发现 Found | 召回率 Recall | 准确率 Precision |",
        "|---|---|--:|--:|--:|--:|",
        *(
            f"| `{one.rule_id}` | {titles[one.rule_id]} | {one.expected} | {one.found} "
            f"| {_rate(one.right, one.expected)} | {_rate(one.right, one.found)} |"
            for one in done.measures
        ),
        "",
        "不一致之处 Where they differ:",
        "",
        "| | 文件 File | 行 Line | 规则 Rule |",
        "|---|---|--:|---|",
        *(
            f"| {what} | {place.file} | {place.line} | `{place.rule_id}` |"
            for what, places in (("误 false", done.false), ("漏 missed", done.missed))
            for place in places
        ),
        "",
    ]


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "—"
