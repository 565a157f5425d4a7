"""The blank form: after filling in and extraction, every value is in the raw rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from ingestion.extract import Extraction, extract
from jixiao.cli.main import app
from jixiao.export.template import write_template

FORM, FUND, INDICATOR = "raw_self_evaluation", "raw_self_evaluation_fund", "raw_self_evaluation_indicator"
HEADER = {"C3": "社区运动会", "C4": "石桥街道办事处", "H4": "文体科", "C5": "甘小棠", "H5": "55500102"}
FIRST_INDICATOR = 14
"""The row below the heading of the indicators."""

ROWS_OF_INDICATORS = 27
TOTAL_ROW = FIRST_INDICATOR + ROWS_OF_INDICATORS


def fill(sheet: Worksheet, cells: dict[str, object]) -> None:
    for place, value in cells.items():
        sheet[place] = value


def filled(path: Path, **sheets: dict[str, object]) -> Extraction:
    """Fill in sheets of a template and extract it."""
    book = load_workbook(path)
    for name, cells in sheets.items():
        fill(book[name], cells)
    book.save(path)
    return extract(path)


def whole_form(name: str = "社区运动会") -> dict[str, object]:
    return {
        **HEADER,
        "C3": name,
        "D7": "4.00",
        "E7": "5.00",
        "F7": "4.50",
        "G7": "10",
        "H7": "90.00%",
        "I7": "9.00",
        "D8": "4.00",
        "E8": "5.00",
        "F8": "4.50",
        "D9": "0",
        "E9": "0",
        "F9": "0",
        "B12": "举办一次社区运动会。",
        "F12": "已举办一次。",
        "D14": "参加人数",
        "E14": "≥100人",
        "F14": "96人",
        "G14": "40",
        "H14": "38",
        "I14": "下雨",
        "D17": "安全",
        "E17": "无事故",
        "F17": "无事故",
        "G17": "40",
        "H17": "40",
        "D38": "满意率",
        "E38": "≥90%",
        "F38": "95%",
        "G38": "10",
        "H38": "10",
        f"G{TOTAL_ROW}": "100",
        f"H{TOTAL_ROW}": "97",
    }


def test_a_filled_in_template_loses_nothing(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    write_template(path, year=2024)
    extraction = filled(path, 自评表1=whole_form())
    assert extraction.refusals == []
    tables = extraction.ledger.tables
    [form] = tables[FORM]
    assert {
        key: form[key] for key in ("form_year", "project_name", "competent_unit", "implementing_unit")
    } == {
        "form_year": "2024",
        "project_name": "社区运动会",
        "competent_unit": "石桥街道办事处",
        "implementing_unit": "文体科",
    }
    assert (form["total_weight"], form["total_score"]) == ("100", "97")
    columns = (
        "fund_source",
        "initial_budget",
        "annual_budget",
        "executed",
        "weight",
        "execution_rate",
        "score",
    )
    assert [tuple(row[c] for c in columns) for row in tables[FUND]] == [
        ("年度资金总额", "4.00", "5.00", "4.50", "10", "90.00%", "9.00"),
        ("其中：当年财政拨款", "4.00", "5.00", "4.50", "—", "—", "—"),
        ("上年结转资金", "0", "0", "0", "—", "—", "—"),
        ("其他资金", "", "", "", "—", "—", "—"),
    ]
    assert {row["amount_unit"] for row in tables[FUND]} == {"万元"}
    columns = ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation_reason")
    assert [tuple(row[c] for c in columns) for row in tables[INDICATOR]] == [
        ("产出指标", "数量指标", "参加人数", "≥100人", "96人", "40", "38", "下雨"),
        ("产出指标", "质量指标", "安全", "无事故", "无事故", "40", "40", ""),
        ("满意度指标", "服务对象满意度指标", "满意率", "≥90%", "95%", "10", "10", ""),
    ]


def test_several_forms_of_one_workbook_stay_apart_and_a_blank_one_is_none(tmp_path: Path):
    path = tmp_path / "forms.xlsx"
    write_template(path, forms=3, year=2024)
    extraction = filled(path, 自评表1=whole_form("甲"), 自评表3=whole_form("丙"))
    assert [row["project_name"] for row in extraction.ledger.tables[FORM]] == ["甲", "丙"]
    assert extraction.refusals == []
    unread = extraction.ledger.tables["raw_unread_cell"]
    assert {(row["form_no"], row["reason_code"]) for row in unread} == {("2", "no_project_name")}


def test_without_a_year_the_form_has_none(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    write_template(path)
    extraction = filled(path, 自评表1=whole_form())
    assert extraction.refusals == []
    assert extraction.ledger.tables[FORM][0]["form_year"] == ""


def test_numbers_that_were_typed_as_numbers_are_read_as_they_are_shown(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    write_template(path, year=2024)
    book = load_workbook(path)
    sheet = book["自评表1"]
    fill(sheet, whole_form())
    for place, value, number_format in (
        ("D7", 4.1, "0.00"),
        ("H7", 0.9, "0.00%"),
        ("E7", 1234.5, "#,##0.00"),
    ):
        sheet[place] = value
        sheet[place].number_format = number_format
    book.save(path)
    fund = extract(path).ledger.tables[FUND][0]
    assert (fund["initial_budget"], fund["annual_budget"], fund["execution_rate"]) == (
        "4.10",
        "1,234.50",
        "90.00%",
    )


words = st.text("社区文化体育养老助餐图书环境", min_size=1, max_size=20)
targets = st.one_of(words, st.integers(1, 100).map(lambda n: f"≥{n}%"), st.integers(1, 999).map(str))
points = st.integers(0, 50).map(str)
indicators = st.dictionaries(
    st.integers(FIRST_INDICATOR, TOTAL_ROW - 1),
    st.tuples(words, targets, targets, points, points, words),
    min_size=1,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=indicators)
def test_whatever_rows_are_filled_in_come_out(tmp_path: Path, rows: dict[int, tuple[str, ...]]):
    path = tmp_path / "form.xlsx"
    write_template(path, year=2024)
    cells = {place: value for place, value in whole_form().items() if not 14 <= int(place[1:]) < TOTAL_ROW}
    cells |= {
        f"{column}{row}": text
        for row, texts in rows.items()
        for column, text in zip("DEFGHI", texts, strict=True)
    }
    extraction = filled(path, 自评表1=cells)
    assert extraction.refusals == []
    columns = ("level3", "target", "actual", "weight", "score", "deviation_reason")
    read = [tuple(row[c] for c in columns) for row in extraction.ledger.tables[INDICATOR]]
    assert read == [rows[row] for row in sorted(rows)]


def test_the_command_writes_the_template_and_keeps_what_is_there(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    runner = CliRunner()
    first = runner.invoke(
        app, ["template", "self-evaluation", "--xlsx", str(path), "--forms", "2", "--year", "2024"]
    )
    assert first.exit_code == 0, first.output
    assert load_workbook(path).sheetnames == ["填表说明", "自评表1", "自评表2"]
    again = runner.invoke(app, ["template", "self-evaluation", "--xlsx", str(path)])
    assert (again.exit_code, "--force" in again.output) == (2, True)
    assert load_workbook(path).sheetnames == ["填表说明", "自评表1", "自评表2"]
    forced = runner.invoke(app, ["template", "self-evaluation", "--xlsx", str(path), "--force"])
    assert forced.exit_code == 0
    assert load_workbook(path).sheetnames == ["填表说明", "自评表1"]


@pytest.mark.parametrize("arguments", [["final-account"], ["self-evaluation", "--year", "24"]])
def test_what_there_is_no_template_for_is_a_usage_error(tmp_path: Path, arguments: list[str]):
    path = tmp_path / "form.xlsx"
    assert CliRunner().invoke(app, ["template", *arguments, "--xlsx", str(path)]).exit_code == 2
    assert not path.exists()
