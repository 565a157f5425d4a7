"""The harness itself: missed and false findings, and the slips in its copies."""

from __future__ import annotations

import copy
import random
from collections import Counter

import pytest
from review_quality.elsewhere import FORMS, Found, Place, read_places
from review_quality.elsewhere import compare as compare_elsewhere
from review_quality.labels import LABELS, key_of, labelled_rules, measure, read_catalogue, read_labels
from review_quality.mutations import KINDS, mutate
from review_quality.report import compare, page
from review_quality.warehouse import Finding, read_tables

TABLES = read_tables()
SAMPLE = TABLES["raw_document"][0]["document_id"]
CATALOGUE = read_catalogue()


def found_as_labelled() -> list[Finding]:
    """Findings that are exactly the labels: a form's own has the line of its form, whichever it is."""
    return [Finding(SAMPLE, rule, form, line or 7) for rule, form, line in read_labels().elements()]


def test_labels_are_of_known_rules_that_were_read_whole_and_of_forms_that_exist() -> None:
    labels = read_labels()
    assert {rule for rule, _, _ in labels} <= set(labelled_rules()) <= set(CATALOGUE)
    assert {form for _, form, _ in labels} <= {
        int(row["form_no"]) for row in TABLES["raw_self_evaluation"]
    } | {0}


def test_every_provable_rule_that_the_sample_can_show_is_labelled() -> None:
    provable = {rule for rule, row in CATALOGUE.items() if row["is_provable"] == "true"}
    # The sample has no such cell, no choice of a profile, one evaluated project that a form prints alike, and one rank.
    unlabelled = {"number_unreadable", "rule_profile", "evaluated_project_form", "contradictory_rank"}
    assert provable - set(labelled_rules()) == unlabelled


def test_findings_that_are_the_labels_measure_one() -> None:
    for item in measure(found_as_labelled()):
        assert item.recall in (None, 1.0)
        assert item.precision in (None, 1.0)


def test_a_missed_label_lowers_recall_and_is_named() -> None:
    found = [item for item in found_as_labelled() if (item.rule_id, item.form_no) != ("reported_total", 11)]
    item = next(item for item in measure(found) if item.rule_id == "reported_total")
    assert (item.expected, item.found, item.right) == (7, 6, 6)
    assert item.missed == (("reported_total", 11, 0),)


def test_a_finding_that_no_label_knows_lowers_precision_and_is_named() -> None:
    found = [*found_as_labelled(), Finding(SAMPLE, "score_above_weight", 12, 1045)]
    item = next(item for item in measure(found) if item.rule_id == "score_above_weight")
    assert (item.right, item.found) == (2, 3)
    assert item.false == (("score_above_weight", 12, 1045),)


def test_the_page_names_every_rule_whose_precision_was_not_measured() -> None:
    written = page(compare(found_as_labelled(), SAMPLE, [], [], 139))
    sentence = next(line for line in written.splitlines() if "未标注" in line)
    table = {line.split("`")[1] for line in written.splitlines() if line.startswith("| `")}
    assert set(sentence.split("`")[1::2]) == set(CATALOGUE) - set(labelled_rules())
    assert table >= set(labelled_rules())


def test_the_same_finding_twice_is_right_once() -> None:
    found = [*found_as_labelled(), Finding(SAMPLE, "score_above_weight", 11, 1023)]
    item = next(item for item in measure(found) if item.rule_id == "score_above_weight")
    assert (item.right, item.found) == (2, 3)


def test_a_slip_counts_as_caught_only_on_its_form_and_line() -> None:
    rows, slips = mutate(TABLES, "copy", 33, random.Random(1))
    by_line = next(slip for slip in slips if slip.expected[2])
    rule, form, line = by_line.expected
    elsewhere = Finding("copy", rule, form, line + 1)
    there = Finding("copy", rule, form, line)
    assert not compare([elsewhere], SAMPLE, ["copy"], [by_line], 139).caught
    assert compare([there], SAMPLE, ["copy"], [by_line], 139).caught == [by_line]
    assert len(rows["raw_self_evaluation"]) == 139


def test_a_finding_on_an_untouched_form_is_a_false_alarm_unless_it_is_labelled() -> None:
    alarm = Finding("copy", "score_above_weight", 12, 1045)
    labelled = Finding("copy", "score_above_weight", 11, 1023)
    repeated = Finding("copy", "same_project_name", 12, 1029)
    quality = compare([alarm, labelled, repeated], SAMPLE, ["copy"], [], 139)
    assert quality.alarms == [("copy", ("score_above_weight", 12, 1045))]
    assert "false alarms on 139 untouched forms: 1" in page(quality)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_slip_finds_an_occasion_and_changes_its_form_alone(kind: object) -> None:
    before = {row["form_no"]: row for row in TABLES["raw_self_evaluation"]}
    slips = []
    for seed in range(3):
        rows, mutations = mutate(TABLES, SAMPLE, 66, random.Random(seed))
        slips += [slip for slip in mutations if slip.kind == kind.name]  # type: ignore[attr-defined]
        touched = {str(slip.expected[1]) for slip in mutations}
        for row in rows["raw_self_evaluation"]:
            assert row["form_no"] in touched or row == before[row["form_no"]]
    assert slips


def test_slips_are_the_same_for_the_same_seed_and_leave_the_sample_as_it_is() -> None:
    kept = copy.deepcopy(TABLES)
    first = mutate(TABLES, "copy", 66, random.Random(5))
    assert mutate(TABLES, "copy", 66, random.Random(5)) == first
    assert kept == TABLES


def test_a_form_gets_one_slip_and_none_that_has_a_labelled_error() -> None:
    _, slips = mutate(TABLES, "copy", 66, random.Random(5))
    forms = Counter(slip.expected[1] for slip in slips)
    wrong = {
        form for rule, form, _ in read_labels() if rule in ("reported_total", "score_blank", "weights_total")
    }
    assert set(forms.values()) == {1}
    assert not wrong & set(forms)


def test_a_form_s_own_finding_has_no_line_in_its_key() -> None:
    assert key_of(CATALOGUE, "reported_total", 11, 1025) == ("reported_total", 11, 0)
    assert key_of(CATALOGUE, "fund_total", 11, 1010) == ("fund_total", 11, 1010)
    assert key_of(CATALOGUE, "score_above_weight", 11, 1023) == ("score_above_weight", 11, 1023)
    assert LABELS.is_dir()


def at(line: int, rule: str = "reported_total", form: int = 1, file: str = "a.txt") -> Place:
    return Place(file, rule, form, line)


def found_at(place: Place, case: str = "c", severity: str = "E") -> Found:
    return Found(place, severity, frozenset({case}))


def test_a_finding_elsewhere_matches_the_closest_label_and_leaves_doubts_out() -> None:
    done = compare_elsewhere(
        [
            found_at(at(9)),
            found_at(at(3), "d"),
            found_at(at(7, form=2), "e"),
            found_at(at(5, "form_year"), "f"),
        ],
        # At the line, in the form at another line, nowhere.
        labels=[at(9), at(4), at(4, "weights_total")],
        doubts=[at(7, form=2)],
        forms=2,
    )
    assert (done.severities["E"], done.cases["E"]) == ((2, 3), (2, 3))
    assert (done.missed, done.false) == ([at(4, "weights_total")], [at(5, "form_year")])
    assert {one.rule_id: (one.right, one.found, one.expected) for one in done.measures} == {
        "weights_total": (0, 0, 1),
        "reported_total": (2, 2, 2),
        "form_year": (0, 1, 0),
    }


def test_a_case_is_right_if_one_of_its_findings_is() -> None:
    done = compare_elsewhere([found_at(at(9)), found_at(at(9, "weights_total"))], [at(9)], [], 1)
    assert (done.severities["E"], done.cases["E"]) == ((1, 2), (1, 1))


def test_every_label_elsewhere_is_of_a_known_rule_in_a_file_that_exists() -> None:
    places = read_places("labels")
    assert {place.file for place in places} <= {path.name for path in FORMS.glob("*.txt")}
    # Ranks aren't read; the labels wait for a rule.
    assert {place.rule_id for place in places} - {"contradictory_rank"} <= set(CATALOGUE)
