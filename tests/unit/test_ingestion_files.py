"""Raw CSVs on disk: written, checked against contract one, and quarantined."""

import csv
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml
from ingestion_documents import DISCLOSURE, REPOSITORY, disclosure, extract_text, form

from ingestion import raw_rules
from ingestion.contract import KEY_COLUMNS, RAW_TABLES, columns
from ingestion.extract import Extraction, extract
from ingestion.files import (
    MANIFEST,
    Problem,
    check_names,
    check_raw,
    check_submission,
    quarantine_document,
    quarantine_parts,
    write_raw,
)


@cache
def made_up() -> Extraction:
    return extract(DISCLOSURE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_raw(made_up(), tmp_path / "raw")
    return tmp_path / "raw"


# Written.


def test_each_table_is_a_file_with_the_columns_of_the_contract(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {f"{table}.csv" for table in RAW_TABLES} | {MANIFEST}
    for table in RAW_TABLES:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [*KEY_COLUMNS, *RAW_TABLES[table]] == list(columns(table))


def test_rows_are_read_back_as_they_were_extracted(folder: Path) -> None:
    for table, rows in made_up().ledger.tables.items():
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == rows
    text = (folder / "raw_self_evaluation_indicator.csv").read_bytes().decode("utf-8")
    assert '"部分楼道,因""加装电梯""另行安排"' in text
    assert "\r" not in text


def test_writing_again_gives_the_same_bytes(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_raw(extract(DISCLOSURE), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_written_keeps_the_contract(folder: Path) -> None:
    assert check_raw(folder) == []


def test_the_manifest_says_what_was_read_and_what_stays_unread(tmp_path: Path) -> None:
    damaged = form(output="|产出指标|数量指标|参加人数|≥1OO人|96人|四十|38|")
    extraction = extract_text(disclosure(form(), damaged))
    write_raw(extraction, tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["source_file"] == "made_up.txt"
    assert manifest["document_id"] == f"d{manifest['source_sha256'][:12]}"
    assert manifest["forms"] == 2
    assert manifest["rows"]["raw_self_evaluation"] == 2
    assert manifest["rows"]["raw_self_evaluation_fund"] == 8
    assert manifest["cells_unread"] == {"damaged": 1, "not_a_number": 1}
    assert manifest["rows"]["raw_unread_cell"] == 2
    assert manifest["refused"] == []


def test_narrative_stays_out_of_files_that_are_written_without_it(tmp_path: Path) -> None:
    extraction = extract_text(disclosure(form()))
    (goal,) = extraction.ledger.tables["raw_project_goal"]
    assert goal["expected"]
    assert goal["achieved"]
    write_raw(extraction, tmp_path, narrative=False)
    with (tmp_path / "raw_project_goal.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {**goal, "expected": "", "achieved": "", "withheld": "expected;achieved"}


# Checked.


def _change(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / f"{name}.csv"
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")

    return apply


def _bytes(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / f"{name}.csv"
        path.write_bytes(change(path.read_bytes()))

    return apply


FUND = "raw_self_evaluation_fund"


@pytest.mark.parametrize(
    ("damage", "line", "column", "reason"),
    [
        (_change(FUND, lambda text: ""), 1, "document_id", "missing from the header"),
        (
            _change(FUND, lambda text: text.replace("fund_source", "source_of_funds", 1)),
            1,
            "fund_source",
            "missing from the header",
        ),
        (
            _change(FUND, lambda text: text.replace("fund_source", "source_of_funds", 1)),
            1,
            "source_of_funds",
            "has no such column",
        ),
        (
            _change(FUND, lambda text: text.replace("executed", "annual_budget", 1)),
            1,
            "annual_budget",
            "more than once",
        ),
        (_change(FUND, lambda text: text + "d1,9,1\n"), 18, "", "3 cells for 12 columns"),
        (
            _change(FUND, lambda text: text + "d1,9,1,a,1,234.5,1,1,1,1,1,1,1\n"),
            18,
            "",
            "13 cells for 12 columns",
        ),
        (_change(FUND, lambda text: text.replace("\n", "\n\n", 1)), 2, "", "0 cells for 12 columns"),
        (_bytes(FUND, lambda data: data.decode().encode("gb18030")), 2, "", "not UTF-8"),
        (_bytes(FUND, lambda data: data + "年".encode("gb18030")), 18, "", "not UTF-8"),
        (_bytes(FUND, lambda data: data.decode().encode("utf-16")), 1, "", "not UTF-8"),
        (_change(FUND, lambda text: text + 'd1,9,"1'), 18, "", "not a valid CSV"),
        (_change(FUND, lambda text: text + 'd1,9,"1"x,1,1,1,1,1,1,1\n'), 18, "", "not a valid CSV"),
    ],
)
def test_a_damaged_file_is_named_by_line_and_column(
    folder: Path, damage: Callable[[Path], None], line: int, column: str, reason: str
) -> None:
    damage(folder)
    problems = check_raw(folder)
    assert {problem.file.name for problem in problems} == {f"{FUND}.csv"}
    found = [problem for problem in problems if (problem.line, problem.column) == (line, column)]
    assert len(found) == 1
    assert reason in found[0].reason
    message = str(found[0])
    assert message.startswith(str(folder / f"{FUND}.csv") + (f":{line}" if line else ""))
    assert (f"[{column}]" in message) == bool(column)


def test_the_byte_that_is_no_utf8_is_counted_from_the_start_of_a_large_file(folder: Path) -> None:
    path = folder / f"{FUND}.csv"
    good = path.read_bytes() + b"d1,9,1,a,1,1,1,1,1,1\n" * 5000
    path.write_bytes(good + b"\xff\n")
    (problem,) = check_raw(folder)
    assert problem.line == 17 + 5000 + 1
    assert f"byte {len(good)}" in problem.reason


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem(folder: Path) -> None:
    for table in RAW_TABLES:
        path = folder / f"{table}.csv"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_raw(folder) == []


def test_columns_in_another_order_are_no_problem(folder: Path) -> None:
    path = folder / f"{FUND}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [list(reversed(row)) for row in csv.reader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert check_raw(folder) == []


def test_a_column_that_no_form_prints_may_be_absent(folder: Path) -> None:
    path = folder / "raw_self_evaluation.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    place = header.index("rule_profile")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*row[:place], *row[place + 1 :]] for row in (header, *rows))
    assert check_raw(folder) == []


def test_of_an_empty_folder_only_the_file_that_names_the_document_is_missing(tmp_path: Path) -> None:
    (problem,) = check_raw(tmp_path)
    assert problem.file.name == "raw_document.csv"
    assert "the file is missing" in problem.reason


def test_a_missing_file_is_an_empty_one(made: Path) -> None:
    for table in set(RAW_TABLES) - {DOCUMENT, FORMS, FUND, INDICATORS}:
        (made / f"{table}.csv").unlink()
    assert check_submission(made) == []


def test_a_misspelt_file_is_named_with_the_one_that_is_meant(made: Path) -> None:
    (made / f"{FUND}.csv").rename(made / "raw_self_evaluation_funds.csv")
    (problem,) = check_names(made)
    assert problem.file.name == "raw_self_evaluation_funds.csv"
    assert f"perhaps {FUND}.csv" in problem.reason.en


def test_a_problem_prints_file_line_column_and_reason() -> None:
    assert str(Problem(Path("a.csv"), 3, "weight", "wrong")) == "a.csv:3 [weight]: wrong"
    assert str(Problem(Path("a.csv"), 0, "", "missing")) == "a.csv: missing"


# Rows, as gate 1 would judge them.


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Two forms of one document: 8 fund rows, 6 indicators."""
    write_raw(extract_text(disclosure(form(), form(name="项目名称|夜校|||||"))), tmp_path / "made")
    return tmp_path / "made"


def _cell(folder: Path, table: str, line: int, **cells: str) -> None:
    """Write other cells into a line of a CSV; the header is line 1, the line after the last is a copy of it."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if line - 2 == len(rows):
        rows.append(list(rows[-1]) if rows else ["d1", "1", *[""] * (len(header) - 2)])
    for column, value in cells.items():
        rows[line - 2][header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


DOCUMENT = "raw_document"
FORMS = "raw_self_evaluation"
INDICATORS = "raw_self_evaluation_indicator"
GOALS = "raw_project_goal"


@pytest.mark.parametrize(
    ("table", "line", "cells", "column", "reason"),
    [
        (FUND, 3, {"document_id": " "}, "document_id", "blank"),
        (FUND, 3, {"document_id": "d2"}, "document_id", "'d2' 与本文件夹的文件编号"),
        (FUND, 3, {"source_line": ""}, "source_line", "whole number"),
        (FUND, 3, {"source_line": "0"}, "source_line", "whole number"),
        (FUND, 3, {"source_line": "-4"}, "source_line", "whole number"),
        (FUND, 3, {"source_line": "3.0"}, "source_line", "whole number"),
        (FUND, 3, {"source_line": "99999999999"}, "source_line", "whole number"),
        (FUND, 4, {"form_no": "9"}, "form_no", "'9' 不在 raw_self_evaluation.csv"),
        (INDICATORS, 2, {"form_no": "3"}, "form_no", "'3' 不在 raw_self_evaluation.csv"),
        (INDICATORS, 3, {"indicator_no": "1"}, "indicator_no", "'1' 已在第 2 行出现"),
        (INDICATORS, 3, {"indicator_no": "一"}, "indicator_no", "whole number"),
        (FUND, 3, {"fund_source": ""}, "fund_source", "blank"),
        (GOALS, 2, {"form_no": "9"}, "form_no", "'9' 不在 raw_self_evaluation.csv"),
        (GOALS, 2, {"goal_no": "—"}, "goal_no", "whole number"),
        (GOALS, 4, {}, "goal_no", "'1' 已在第 3 行出现"),
        # The warehouse holds five digits before the point.
        ("raw_evaluation", 2, {"total_weight": "123456"}, "total_weight", "neither a number"),
        (FORMS, 3, {"form_no": "1"}, "form_no", "'1' 已在第 2 行出现"),
        (FORMS, 3, {"form_no": "二"}, "form_no", "whole number"),
        (FORMS, 3, {"form_kind": "表"}, "form_kind", "self_evaluation, transfer_self_evaluation"),
        (DOCUMENT, 2, {"fiscal_year": "2024年"}, "fiscal_year", "'2024年' 不是年度"),
        (DOCUMENT, 2, {"fiscal_year": "1024"}, "fiscal_year", "'1024' 不是年度"),
        (DOCUMENT, 2, {"amount_unit": "美元"}, "amount_unit", "'美元' 须为下列之一"),
        (DOCUMENT, 2, {"currency": "cny"}, "currency", "'cny' is no code of a currency"),
        (DOCUMENT, 2, {"source_sha256": "abc"}, "source_sha256", "64 hexadecimal digits"),
        (DOCUMENT, 2, {"source_file": ""}, "source_file", "blank"),
        (DOCUMENT, 3, {}, "", "a second document"),
        ("raw_final_account", 2, {"account_side": "收入"}, "account_side", "revenue, expenditure"),
        ("raw_final_account", 2, {"classification": "其他"}, "classification", "source, function"),
        ("raw_evaluation", 2, {"evaluation_type": "unit"}, "evaluation_type", "department, project"),
        ("raw_evaluation_indicator", 2, {"evaluation_type": "project"}, "subject_name", "no evaluation"),
        ("raw_project_execution", 2, {"period": "q1"}, "period", "total, q1_q2, q3, q4"),
        ("raw_project_spending", 2, {"project_name": ""}, "project_name", "blank"),
        ("raw_final_account", 2, {"item_name": ""}, "item_name", "blank"),
        ("raw_reported_figure", 2, {"figure_code": "x"}, "value", "blank"),
        ("raw_reported_figure", 2, {"figure_code": "x", "value": "≥5"}, "value", "is no number"),
        ("raw_reported_figure", 2, {"figure_code": "x", "value": "9" * 17}, "value", "is no number"),
        ("raw_source_place", 2, {"source_place": ""}, "source_place", "blank"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_by_line_and_column(
    made: Path, table: str, line: int, cells: dict[str, str], column: str, reason: str
) -> None:
    assert check_raw(made) == []
    document_id = made_up_id(made)
    _cell(made, table, line, **({"document_id": document_id} | cells))
    problems = check_raw(made)
    found = [
        problem
        for problem in problems
        if (problem.file.name, problem.line, problem.column) == (f"{table}.csv", line, column)
    ]
    assert found, problems
    assert reason in found[0].reason


def made_up_id(folder: Path) -> str:
    with (folder / "raw_document.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))["document_id"]


@pytest.mark.parametrize(
    ("item", "column"),
    [
        ({"classification": "function_item", "item_code": "20"}, "item_code"),
        ({"classification": "nature_item"}, "spending_nature"),
        ({"classification": "function", "spending_nature": "basic"}, "spending_nature"),
        ({"classification": "function", "amount_unit": "两"}, "amount_unit"),
    ],
)
def test_an_item_by_function_is_checked_as_gate_1_does(made: Path, item: dict[str, str], column: str) -> None:
    good = {"document_id": made_up_id(made), "account_side": "expenditure", "classification": "function_item"}
    _cell(made, "raw_final_account", 2, **good, item_name="行政运行", item_code="2010301", amount_unit="元")
    assert check_raw(made) == []
    _cell(made, "raw_final_account", 2, **item)
    (problem,) = check_raw(made)
    assert (problem.line, problem.column) == (2, column)


def test_a_row_is_counted_by_the_line_on_which_it_begins(made: Path) -> None:
    _cell(made, INDICATORS, 2, target="第一行\n第二行\n第三行")
    _cell(made, INDICATORS, 3, source_line="x")
    (problem,) = check_raw(made)
    assert problem.line == 5


def test_rows_of_a_file_that_cannot_be_read_are_missed_by_no_other(made: Path) -> None:
    (made / f"{FORMS}.csv").write_bytes("项目".encode("gb18030"))
    assert [problem.file.stem for problem in check_raw(made)] == [FORMS]


def test_rows_without_the_file_of_their_forms_are_orphans(made: Path) -> None:
    (made / f"{FORMS}.csv").unlink()
    assert {problem.file.stem for problem in check_raw(made)} == {FUND, INDICATORS, GOALS}


def test_words_for_an_amount_are_refused_in_accounts_and_a_finding_in_forms(made: Path) -> None:
    _cell(made, FUND, 2, annual_budget="约十二")
    assert check_raw(made) == []
    item = {"document_id": made_up_id(made), "account_side": "expenditure", "classification": "function_item"}
    _cell(
        made, "raw_final_account", 2, **item, item_name="行政运行", amount_unit="元", annual_budget="约十二"
    )
    (problem,) = check_raw(made)
    assert (problem.file.stem, problem.line, problem.column) == ("raw_final_account", 2, "annual_budget")


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [
        ("600,50", "", "decimal comma"),
        ("1200000,50", "", "decimal comma"),
        ("80%", "", "percentage"),
        ("1 200", "", "ambiguous_number"),
        # 1.5 * 10^10 under 万元 are 150 trillion yuan; China's public budgets together are below 100.
        ("15,000,000,000.00", "万元", "100 trillion yuan"),
    ],
)
def test_an_amount_that_the_reader_of_documents_leaves_unread_is_refused(
    made: Path, amount: str, unit: str, reason: str
) -> None:
    _cell(made, FUND, 2, annual_budget=amount, amount_unit=unit)
    (problem,) = check_raw(made)
    assert (problem.line, problem.column) == (2, "annual_budget")
    _, english = raw_rules.unread_reasons().get(reason, (reason, reason))
    assert repr(amount) in problem.reason
    assert english in problem.reason


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        *[("(1,200)", "元"), ("（1,200）", "元"), ("-12.5", "元"), ("", "元"), ("—", "元"), ("¥95.00", "元")],
        *[("1200000", "千元"), ("854万(其中示范建设295万元)", "元"), ("150,000,000", "万元"), ("0", "亿元")],
    ],
)
def test_an_amount_that_can_be_read_is_accepted(made: Path, amount: str, unit: str) -> None:
    _cell(made, FUND, 2, annual_budget=amount, amount_unit=unit)
    assert check_raw(made) == []


def test_a_unit_of_a_fund_row_that_is_not_known_is_refused(made: Path) -> None:
    _cell(made, FUND, 2, amount_unit="美元")
    (problem,) = check_raw(made)
    assert (problem.line, problem.column) == (2, "amount_unit")


def test_a_form_without_indicators_funds_or_levels_is_one(made: Path) -> None:
    for table in (INDICATORS, FUND):
        path = made / f"{table}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join([header, *rows[:3]]), encoding="utf-8")
    _cell(made, INDICATORS, 4, level2="")
    assert check_raw(made) == []


def test_a_file_without_a_document_is_no_submission(made: Path) -> None:
    path = made / "raw_document.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert ("raw_document", 0, "") in {(p.file.stem, p.line, p.column) for p in check_raw(made)}


@pytest.mark.parametrize("column", ["organization_name", "fiscal_year", "amount_unit"])
def test_what_a_document_may_leave_unprinted_is_asked_for_of_a_submission(made: Path, column: str) -> None:
    _cell(made, DOCUMENT, 2, organization_name="石桥街道办事处")
    assert check_submission(made) == []
    _cell(made, DOCUMENT, 2, **{column: ""})
    assert check_raw(made) == []
    (problem,) = check_submission(made)
    assert (problem.file.stem, problem.line, problem.column) == (DOCUMENT, 2, column)


def test_the_lists_of_values_are_those_of_gate_1() -> None:
    for (table, column), allowed in raw_rules._CHOICES.items():
        if column in {"form_kind", "reading"}:
            # Written by the reader alone; blank is the usual one.
            continue
        file = REPOSITORY / "expectations" / "gate_1" / f"{table}.yml"
        rules = yaml.safe_load(file.read_text(encoding="utf-8"))["expectations"]
        (values,) = (
            kwargs["value_set"]
            for rule in rules
            if (kwargs := rule.get("kwargs", {})).get("column") == column and "value_set" in kwargs
        )
        assert set(values) == set(allowed), (table, column)


# Quarantined.


def _without_total() -> Extraction:
    """Return the made-up disclosure with a conclusion without its total."""
    return extract_text(DISCLOSURE.read_text(encoding="utf-8").replace("综合得分\t100\t88.50\n", ""))


def test_refused_parts_go_to_quarantine_with_their_lines_and_reasons(tmp_path: Path) -> None:
    extraction = _without_total()
    folder = quarantine_parts(extraction, tmp_path)
    assert folder == tmp_path / extraction.document.document_id
    with (folder / "refused.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["source_file"], row["part"]) == ("made_up.txt", "绩效评价结论一览表")
    assert "综合得分" in row["reason"]
    part = folder / f"lines_{row['first_line']}-{row['last_line']}.txt"
    assert part.read_text(encoding="utf-8").startswith("评价内容\t分值\t评价得分")
    assert {path.name for path in folder.iterdir()} == {"refused.csv", part.name}


def test_cells_of_a_refused_part_stay_unread(tmp_path: Path) -> None:
    extraction = _without_total()
    (refusal,) = extraction.refusals
    lines = {int(row["source_line"]) for row in extraction.ledger.tables["raw_unread_cell"]}
    assert lines == set(range(refusal.first_line, refusal.last_line + 1))


def test_a_second_run_replaces_what_the_first_put_into_quarantine(tmp_path: Path) -> None:
    extraction = _without_total()
    folder = quarantine_parts(extraction, tmp_path)
    assert folder is not None
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "lines_1-2.txt").write_text("of an older run", encoding="utf-8")
    assert quarantine_parts(extraction, tmp_path) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_document_without_a_refused_part_leaves_nothing_in_quarantine(tmp_path: Path) -> None:
    assert quarantine_parts(made_up(), tmp_path) is None
    stale = tmp_path / made_up().document.document_id
    stale.mkdir()
    (stale / "refused.csv").write_text("of an older run", encoding="utf-8")
    assert quarantine_parts(made_up(), tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_refused_document_goes_to_quarantine_beside_its_reason(tmp_path: Path) -> None:
    source = tmp_path / "坏.txt"
    source.write_bytes(b"\x89PNG\0")
    folder = quarantine_document(source, "binary", tmp_path / "quarantine")
    assert folder == tmp_path / "quarantine" / "坏.txt"
    assert (folder / "坏.txt").read_bytes() == b"\x89PNG\0"
    assert (folder / "reason.txt").read_text(encoding="utf-8") == "binary\n"


def test_a_document_that_is_refused_again_replaces_itself(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    for data, reason in ((b"1", "first"), (b"2", "second")):
        source.write_bytes(data)
        folder = quarantine_document(source, reason, tmp_path / "quarantine")
    assert (folder / "a.txt").read_bytes() == b"2"
    assert (folder / "reason.txt").read_text(encoding="utf-8") == "second\n"
    assert len(list(folder.iterdir())) == 2


def test_a_document_that_is_missing_leaves_its_reason(tmp_path: Path) -> None:
    folder = quarantine_document(tmp_path / "missing.txt", "cannot be read", tmp_path / "quarantine")
    assert [path.name for path in folder.iterdir()] == ["reason.txt"]


def test_a_document_called_like_the_reason_keeps_its_own_copy(tmp_path: Path) -> None:
    source = tmp_path / "reason.txt"
    source.write_text("the document", encoding="utf-8")
    folder = quarantine_document(source, "why", tmp_path / "quarantine")
    assert (folder / "reason.txt").read_text(encoding="utf-8") == "why\n"
    assert (folder / "source_reason.txt").read_text(encoding="utf-8") == "the document"


def test_a_document_that_lies_in_quarantine_can_be_refused_again(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("document", encoding="utf-8")
    folder = quarantine_document(source, "first", tmp_path / "quarantine")
    again = quarantine_document(folder / "a.txt", "second", tmp_path / "quarantine")
    assert again == folder
    assert (folder / "a.txt").read_text(encoding="utf-8") == "document"
    assert (folder / "reason.txt").read_text(encoding="utf-8") == "second\n"


@pytest.mark.parametrize(
    "source",
    ["..", ".", "/", "../..", "a/..", "../outside.txt", "/etc/hostname", "a/../../b.txt", "..\\x.txt"],
)
def test_no_name_leads_out_of_quarantine(tmp_path: Path, source: str) -> None:
    quarantine = tmp_path / "var" / "quarantine"
    folder = quarantine_document(Path(source), "why", quarantine)
    assert folder.resolve().parent == quarantine.resolve()
    assert (folder / "reason.txt").is_file()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.resolve().is_relative_to(folder.resolve()) for path in written)


def test_an_item_of_a_table_that_is_there_twice_is_refused_with_both_of_its_lines(made: Path) -> None:
    item = {"document_id": made_up_id(made), "account_side": "expenditure", "classification": "nature"}
    _cell(made, "raw_final_account", 2, **item, source_line="12", item_name="培训费")
    _cell(made, "raw_final_account", 3, **item, source_line="40", item_name="培训费")
    # Without a row number two rows of one name are two items.
    assert check_raw(made) == []
    for line in (2, 3):
        _cell(made, "raw_final_account", line, printed_row_no="7")
    (problem,) = check_raw(made)
    assert (problem.line, problem.column) == (3, "item_name")
    assert "source lines 12 and 40" in problem.reason
    _cell(made, "raw_final_account", 3, source_line="12")
    assert [problem.line for problem in check_raw(made)] == [3]


def test_a_second_row_that_means_the_total_is_refused_in_a_table_made_by_hand(made: Path) -> None:
    _cell(made, DOCUMENT, 2, organization_name="甲局")
    _cell(made, FUND, 4, fund_source="合计")
    # A document may print several, of which the first counts.
    assert check_submission(made) == []
    (problem,) = check_submission(made, is_made_by_hand=True)
    assert (problem.line, problem.column) == (4, "fund_source")
    assert "on line 2 already ('年度资金总额')" in problem.reason


@pytest.mark.parametrize(("place", "total"), [("", "100"), ("x", "100"), ("x", "")])
def test_a_total_of_a_form_without_its_line_is_refused(made: Path, place: str, total: str) -> None:
    _cell(made, FORMS, 2, total_source_line=place, total_weight=total, total_score="")
    (problem,) = check_raw(made)
    assert (problem.line, problem.column) == (2, "total_source_line")


def test_a_form_without_totals_needs_no_line_of_them(made: Path) -> None:
    _cell(made, FORMS, 2, total_source_line="", total_weight="", total_score="")
    assert check_raw(made) == []
