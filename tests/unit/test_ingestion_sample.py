"""The published sample, if available: counts, sums and single values as printed."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from ingestion_documents import SAMPLE, SEEDS, table_rows

from ingestion.contract import NARRATIVE_COLUMNS, RAW_TABLES
from ingestion.extract import Extraction, extract
from ingestion.files import MANIFEST, check_raw, write_raw

assert SAMPLE is not None, "this module is collected only beside the sample"


@pytest.fixture(scope="module")
def extraction() -> Extraction:
    return extract(SAMPLE)


@pytest.fixture(scope="module")
def printed() -> dict[int, list[str]]:
    return dict(table_rows(SAMPLE.read_text(encoding="utf-8")))


def _amount(value: str) -> Decimal:
    return Decimal(value.replace(",", ""))


def _row(extraction: Extraction, table: str, line: int) -> dict[str, str]:
    rows = [row for row in extraction.ledger.tables[table] if row["source_line"] == str(line)]
    assert len(rows) == 1
    return rows[0]


def test_extracting_again_gives_the_committed_files_byte_for_byte(
    extraction: Extraction, tmp_path: Path
) -> None:
    write_raw(extraction, tmp_path, narrative=False)
    names = {f"{table}.csv" for table in RAW_TABLES} | {MANIFEST}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert {path.name for path in SEEDS.iterdir() if path.suffix != ".yml"} == names
    for name in sorted(names):
        assert (tmp_path / name).read_bytes() == (SEEDS / name).read_bytes(), name


def test_the_committed_files_keep_contract_one() -> None:
    assert check_raw(SEEDS) == []


def test_the_sample_holds_139_forms_556_fund_rows_and_985_indicators(extraction: Extraction) -> None:
    counts = extraction.counts()
    assert extraction.forms == 139
    assert counts["raw_self_evaluation"] == 139
    assert counts["raw_self_evaluation_fund"] == 556
    assert counts["raw_self_evaluation_indicator"] == 985
    assert extraction.refusals == []


def test_the_printed_text_has_as_many_form_starts_and_totals(
    extraction: Extraction, printed: dict[int, list[str]]
) -> None:
    heads = {line: next((cell for cell in cells if cell), "") for line, cells in printed.items()}
    starts = [line for line, head in heads.items() if head == "项目名称"]
    totals = [line for line, head in heads.items() if head == "总分"]
    assert len(starts) == len(totals) == 139
    forms = extraction.ledger.tables["raw_self_evaluation"]
    assert [int(form["source_line"]) for form in forms] == starts
    assert [int(form["total_source_line"]) for form in forms] == totals


def test_each_form_has_four_fund_rows_and_its_indicators_are_numbered(extraction: Extraction) -> None:
    tables = extraction.ledger.tables
    assert set(Counter(row["form_no"] for row in tables["raw_self_evaluation_fund"]).values()) == {4}
    assert [row["form_no"] for row in tables["raw_self_evaluation"]] == [str(n) for n in range(1, 140)]
    numbers: dict[str, list[int]] = {}
    for row in tables["raw_self_evaluation_indicator"]:
        numbers.setdefault(row["form_no"], []).append(int(row["indicator_no"]))
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_indicators_are_the_rows_between_their_heading_and_the_total(
    extraction: Extraction, printed: dict[int, list[str]]
) -> None:
    inside, lines = False, []
    for line, cells in printed.items():
        head = next((cell for cell in cells if cell), "")
        if "三级指标" in cells and "四级指标" not in cells:
            inside = True
        elif head == "总分":
            inside = False
        elif inside and head:
            lines.append(line)
    rows = extraction.ledger.tables["raw_self_evaluation_indicator"]
    assert [int(row["source_line"]) for row in rows] == lines


def test_the_forms_add_up_to_7980_631675_executed(extraction: Extraction) -> None:
    funds = extraction.ledger.tables["raw_self_evaluation_fund"]
    totals = [row for row in funds if row["fund_source"] == "年度资金总额"]
    assert len(totals) == 139
    assert sum(_amount(row["executed"]) for row in totals) == Decimal("7980.631675")


def test_repeated_project_names_stay_forms_of_their_own(
    extraction: Extraction, printed: dict[int, list[str]]
) -> None:
    names = Counter(
        [cell for cell in cells if cell][1]
        for cells in printed.values()
        if next((cell for cell in cells if cell), "") == "项目名称"
    )
    rows = Counter(row["project_name"] for row in extraction.ledger.tables["raw_self_evaluation"])
    assert len([name for name, times in names.items() if times > 1]) == 16
    assert rows == names


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (809, "target", "106,029.00"),
        (809, "actual", "106,029.00"),
        (857, "target", "86.825947万元"),
        (787, "target", "949.82万元"),
        (973, "target", "480"),
        (973, "actual", "270"),
        (1023, "weight", "20"),
        (1023, "score", "28"),
        (2610, "weight", "15"),
        (2610, "score", "18"),
        (2612, "actual", "2.1955577万元"),
        (4118, "level1", "效益指标"),
        (790, "level2", "服务对象满意度指标"),
        (790, "level1", "满意度指标"),
        (952, "level1", "效益指标"),
        (953, "level2", "社会效益指标"),
        (1358, "target", "100%"),
        (1840, "target", "≤20件"),
        (1840, "actual", "<20件"),
    ],
)
def test_an_indicator_reads_as_printed(extraction: Extraction, line: int, column: str, value: str) -> None:
    assert _row(extraction, "raw_self_evaluation_indicator", line)[column] == value


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (846, "executed", "86.825947"),
        (847, "annual_budget", "86.825947"),
        (1350, "executed", "11.775915"),
        (3399, "initial_budget", "49.7874"),
        (940, "initial_budget", "50.00"),
        (940, "annual_budget", "50"),
        (943, "weight", "—"),
        (943, "executed", ""),
        (4061, "execution_rate", "—"),
        (1733, "execution_rate", "100.00%"),
        (1468, "fund_source", "其中：当年财政拨款"),
    ],
)
def test_a_fund_row_reads_as_printed(extraction: Extraction, line: int, column: str, value: str) -> None:
    assert _row(extraction, "raw_self_evaluation_fund", line)[column] == value


def test_the_form_at_line_2138_has_weights_and_no_scores(extraction: Extraction) -> None:
    form = next(
        row
        for row in extraction.ledger.tables["raw_self_evaluation"]
        if int(row["source_line"]) <= 2150 <= int(row["total_source_line"])
    )
    rows = [
        row
        for row in extraction.ledger.tables["raw_self_evaluation_indicator"]
        if row["form_no"] == form["form_no"]
    ]
    assert [row["weight"] for row in rows] == ["10", "10", "10", "20", "15", "15", "10"]
    assert {row["score"] for row in rows} == {""}
    assert (form["total_weight"], form["total_score"]) == ("100", "")


def test_no_other_score_is_blank(extraction: Extraction) -> None:
    rows = extraction.ledger.tables["raw_self_evaluation_indicator"]
    blank = [int(row["source_line"]) for row in rows if not row["score"]]
    assert blank == list(range(2150, 2157))


def test_one_form_says_2022(extraction: Extraction) -> None:
    forms = extraction.ledger.tables["raw_self_evaluation"]
    assert Counter(form["form_year"] for form in forms) == {"2023": 138, "2022": 1}
    late = next(form for form in forms if form["form_year"] == "2022")
    assert 3911 < int(late["source_line"]) < 3920


def test_scores_above_their_weight_are_data(extraction: Extraction) -> None:
    rows = extraction.ledger.tables["raw_self_evaluation_indicator"]
    above = [
        int(row["source_line"])
        for row in rows
        if row["score"] and _amount(row["score"]) > _amount(row["weight"])
    ]
    assert above == [1023, 2610]


def test_a_label_and_its_value_in_one_cell_are_parted(extraction: Extraction) -> None:
    form = _row(extraction, "raw_self_evaluation", 1345)
    assert form["implementing_unit"] == "民生保障办"
    assert form["competent_unit"] == "和义街道办事处"


@pytest.mark.parametrize(
    ("part", "total"),
    [("部门决策", "7.84"), ("部门管理", "16.57"), ("部门产出", "34.85"), ("部门效益", "26.00")],
)
def test_the_leaves_of_a_part_of_the_department_add_up(extraction: Extraction, part: str, total: str) -> None:
    rows = extraction.ledger.tables["raw_evaluation_indicator"]
    scores = [_amount(row["score"]) for row in rows if row["level1"].startswith(part)]
    assert sum(scores) == Decimal(total)


@pytest.mark.parametrize(
    ("kind", "weight", "score"), [("department", "100", "85.26"), ("project", "100", "86.36")]
)
def test_the_leaves_of_an_evaluation_add_up_to_its_total(
    extraction: Extraction, kind: str, weight: str, score: str
) -> None:
    rows = [
        row for row in extraction.ledger.tables["raw_evaluation_indicator"] if row["evaluation_type"] == kind
    ]
    assert sum(_amount(row["weight"]) for row in rows) == Decimal(weight)
    assert sum(_amount(row["score"]) for row in rows) == Decimal(score)


def test_the_conclusions_read_as_printed(extraction: Extraction) -> None:
    rows = extraction.ledger.tables["raw_evaluation"]
    conclusion = [
        (row["source_line"], row["part_name"], row["total_weight"], row["total_score"], row["grade"])
        for row in rows
        if row["part_name"] != "合计"
    ]
    assert conclusion == [
        ("16", "部门决策", "10", "7.83", ""),
        ("17", "部门管理", "20", "16.57", ""),
        ("18", "部门产出", "40", "34.86", ""),
        ("19", "部门效益", "30", "26.00", ""),
        ("20", "", "100", "85.26", "良好"),
        ("530", "项目决策", "10", "9.84", ""),
        ("531", "项目管理", "20", "19.52", ""),
        ("532", "项目产出", "30", "25.80", ""),
        ("533", "项目效益", "40", "31.20", ""),
        ("534", "", "100", "86.36", "良好"),
    ]
    assert {row["subject_name"] for row in rows} == {
        "北京市丰台区人民政府和义街道办事处",
        "2023年城市居民最低生活保障",
    }


@pytest.mark.parametrize(
    ("classification", "final"),
    [
        ("function", "6509.86 0.46 15.00 89.27 4639.67 2395.03 138.75 1204.71 323.42 1602.58 2.50 2.00"),
        ("economic", "7287.50 6916.95 1361.06 1356.29 1.44"),
        ("nature", "7326.08 9597.17"),
        ("source", "14816.98 3.44 2.50 16.71"),
    ],
)
def test_the_items_of_the_final_accounts_are_each_in_their_block(
    extraction: Extraction, classification: str, final: str
) -> None:
    amounts = [
        row["final_account"].replace(",", "")
        for row in extraction.ledger.tables["raw_final_account"]
        if row["classification"] == classification and "、" in row["item_name"][:4]
    ]
    assert [amount for amount in amounts if amount not in {"", "—"}] == final.split()


@pytest.mark.parametrize(
    ("classification", "column", "total"),
    [
        ("nature", "annual_budget", "17416.47"),
        ("nature", "final_account", "16923.25"),
        ("function", "final_account", "16923.25"),
        # The printed items are rounded: they differ by a cent from the printed 17,416.47.
        ("function", "annual_budget", "17416.48"),
    ],
)
def test_the_items_of_a_block_add_up(
    extraction: Extraction, classification: str, column: str, total: str
) -> None:
    amounts = [
        _amount(row[column])
        for row in extraction.ledger.tables["raw_final_account"]
        if row["classification"] == classification and "、" in row["item_name"][:4] and row[column]
    ]
    assert sum(amounts) == Decimal(total)


def test_the_printed_row_numbers_of_the_final_accounts_are_each_there_once(extraction: Extraction) -> None:
    rows = extraction.ledger.tables["raw_final_account"]
    numbers = [int(row["printed_row_no"]) for row in rows]
    # Rows that are printed with a number and without an item.
    empty = {*range(9, 27), 30, 66, 67, *range(79, 84), 87}
    assert sorted(numbers) == sorted(set(range(1, 89)) - empty)
    assert Counter(row["classification"] for row in rows) == {
        "source": 9,
        "function": 26,
        "nature": 8,
        "economic": 11,
        "balance": 7,
    }


def test_carry_over_and_totals_stand_on_their_side(extraction: Extraction) -> None:
    rows = extraction.ledger.tables["raw_final_account"]
    balance = {
        (row["account_side"], row["item_name"]): row["final_account"]
        for row in rows
        if row["classification"] == "balance"
    }
    assert balance == {
        ("expenditure", "本年支出合计"): "16,923.25",
        ("revenue", "使用非财政拨款结余和专用结余"): "—",
        ("expenditure", "结余分配"): "—",
        ("revenue", "年初结转和结余"): "2,576.85",
        ("expenditure", "年末结转和结余"): "493.22",
        ("revenue", "总计"): "17,416.47",
        ("expenditure", "总计"): "17,416.47",
    }


def test_the_quarters_of_the_evaluated_project_add_up(extraction: Extraction) -> None:
    rows = [
        row
        for row in extraction.ledger.tables["raw_project_execution"]
        if row["project_name"] == "2023年城市居民最低生活保障"
    ]
    by_period = {row["period"]: row for row in rows}
    assert set(by_period) == {"total", "q1_q2", "q3", "q4"}
    for column in ("arrived", "executed"):
        parts = [_amount(by_period[period][column]) for period in ("q1_q2", "q3", "q4")]
        assert sum(parts) == _amount(by_period["total"][column]) == Decimal("744.59")
    assert by_period["total"]["progress_rate"] == "100.00"


@pytest.mark.parametrize(
    ("line", "code", "value", "unit"),
    [
        (7, "department_total_score", "85.26", "分"),
        (7, "department_grade", "良好", ""),
        (7, "department_decision_score", "7.83", "分"),
        (7, "department_output_score", "34.86", "分"),
        (33, "internal_departments", "11", "个"),
        (35, "staff_administrative", "82", "人"),
        (35, "staff_administrative_change", "2", "人"),
        (35, "staff_workers", "2", "人"),
        (35, "staff_institution", "44", "人"),
        (35, "staff_institution_change", "5", "人"),
        (35, "staff_community", "157", "人"),
        (35, "staff_community_change", "1", "人"),
        (35, "staff_employed", "60", "人"),
        (107, "department_output_weight", "30", "分"),
        (107, "department_benefit_weight", "40", "分"),
        (129, "annual_budget", "17,416.47", "万元"),
        (129, "basic_budget", "7,815.23", "万元"),
        (129, "project_budget", "9,601.24", "万元"),
        (129, "total_spending", "16,923.25", "万元"),
        (129, "basic_spending", "7,326.08", "万元"),
        (129, "project_spending", "9,597.17", "万元"),
        (129, "budget_execution_rate", "97.17", "%"),
        (155, "complaints", "9391", "件"),
        (155, "complaints_change_rate", "-37.02", "%"),
        (217, "total_assets", "2,072.43", "万元"),
        (217, "total_assets_change_rate", "-5.76", "%"),
        (217, "total_liabilities", "890.36", "万元"),
        (217, "total_liabilities_change_rate", "-27.95", "%"),
        (217, "net_assets", "1,182.07", "万元"),
        (217, "net_assets_change_rate", "22.72", "%"),
        (219, "fixed_assets", "651.87", "万元"),
        (219, "fixed_assets_buildings", "221.63", "万元"),
        (219, "fixed_assets_equipment", "296.52", "万元"),
        (219, "fixed_assets_relics", "0.65", "万元"),
        (219, "fixed_assets_books", "43.41", "万元"),
        (219, "fixed_assets_furniture", "89.66", "万元"),
        (229, "carryover", "493.22", "万元"),
        (229, "adjusted_budget", "17,416.47", "万元"),
        (229, "carryover_rate", "2.83", "%"),
        (233, "actual_spending", "16,923.25", "万元"),
        (233, "budget_amount", "17,416.47", "元"),
        (233, "final_account_variance_rate", "-2.83", "%"),
        (243, "department_decision_score", "7.83", "分"),
        (245, "department_management_score", "16.57", "分"),
        (249, "department_output_weight", "40", "分"),
        (251, "department_benefit_weight", "30", "分"),
        (479, "budget_adjustment_rate", "56.04", "%"),
        (481, "carryover_rate", "-2.83", "%"),
        (482, "public_expense_control_rate", "100", "%"),
        (521, "project_total_score", "86.36", "分"),
        (553, "evaluated_project_households_target", "281", "户"),
        (559, "evaluated_project_cost_target", "7,445,949.64", "元"),
        (591, "evaluated_project_initial_budget", "9,700,000.00", "元"),
        (591, "evaluated_project_annual_budget", "7,445,949.64", "元"),
        (593, "evaluated_project_spending", "7,445,949.64", "元"),
        (599, "project_grade", "良好", ""),
        (605, "evaluated_project_persons_paid", "504", "人"),
        (607, "project_benefit_score", "31.20", "分"),
    ],
)
def test_a_figure_of_running_text_is_found(
    extraction: Extraction, line: int, code: str, value: str, unit: str
) -> None:
    found = [
        (row["value"], row["unit"])
        for row in extraction.ledger.tables["raw_reported_figure"]
        if (row["source_line"], row["figure_code"]) == (str(line), code)
    ]
    assert found == [(value, unit)]


def test_the_document_is_named_dated_and_measured(extraction: Extraction) -> None:
    (document,) = extraction.ledger.tables["raw_document"]
    assert document["organization_name"] == "北京市丰台区人民政府和义街道办事处"
    assert document["district_name"] == "丰台区"
    assert document["fiscal_year"] == "2023"
    assert document["amount_unit"] == "万元"


def test_the_seed_files_are_read_back_as_the_extracted_rows(extraction: Extraction) -> None:
    for table in set(RAW_TABLES) - set(NARRATIVE_COLUMNS):
        with (SEEDS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == extraction.ledger.tables[table]
