"""Plain tables of budgets and indicators: recognised by headings, read row by row, split by organization and year."""

import csv
import datetime
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result
from drawn_documents import FORMATS
from drawn_forms import TITLE, form
from openpyxl import Workbook
from typer.testing import CliRunner

from ingestion.batch import Limits
from ingestion.intake import Outcome, add, expand, outdated
from ingestion.landing import Landed, Landing
from ingestion.message import in_chinese
from ingestion.submission import Given, take
from jixiao.cli.add import DOCUMENTS_SHOWN
from jixiao.cli.main import app

BUDGET = "单位名称,年度,项目名称,年初预算数,全年预算数,执行数,金额单位"
INDICATORS = "单位名称,年度,项目名称,一级指标,二级指标,三级指标,年度指标值,实际完成值,分值,得分"
ROAD = "甲局,2024,道路,100,120,90,万元"
LAMPS = "甲局,2024,道路,产出指标,数量指标,路灯,≥20盏,18盏,10,9"


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Landing:
    """An empty landing folder; files are read in this process, which is faster than starting others."""

    def directly(work, jobs, *, limits: Limits | None = None):
        for job in jobs:
            yield job, work(job)

    monkeypatch.setattr("ingestion.intake.run_bounded", directly)
    return Landing(tmp_path / "landing", tmp_path / "quarantine", tmp_path / "sample")


class Files:
    """A helper that writes tables and adds them."""

    def __init__(self, root: Path, landing: Landing) -> None:
        self.root = root
        self.landing = landing

    def write(self, name: str, *lines: str, encoding: str = "utf-8") -> Path:
        self.root.mkdir(exist_ok=True)
        path = self.root / name
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return path

    def add(self, *paths: Path, **given: str) -> list[Outcome]:
        return list(add(self.landing, expand(paths), Given(**given), work=take))

    def budget(
        self, *lines: str, heading: str = BUDGET, name: str = "budget.csv", **given: str
    ) -> list[Outcome]:
        return self.add(self.write(name, heading, *lines), **given)

    def rows(self, table: str, document_id: str | None = None) -> list[dict[str, str]]:
        """Return the rows of a raw table of one landed document, or of the only one."""
        entries = [e for e in self.landing.active() if document_id in (None, e.document_id)]
        assert len(entries) == 1, [entry.document_id for entry in entries]
        path = entries[0].folder / f"{table}.csv"
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def amounts(self) -> list[tuple[str, str, str, str]]:
        names = ("initial_budget", "annual_budget", "executed", "amount_unit")
        return [tuple(row[name] for name in names) for row in self.rows("raw_self_evaluation_fund")]  # type: ignore[misc]


@pytest.fixture
def files(tmp_path: Path, landing: Landing) -> Files:
    return Files(tmp_path / "files", landing)


def _reasons(outcomes: Sequence[Outcome]) -> str:
    refused = [f"{part.line} {part.part} {part.reason}" for one in outcomes for part in one.refused]
    return "\n".join([*refused, *(outcome.reason for outcome in outcomes)])


# Recognised.


def test_a_budget_table_becomes_a_form_with_its_total_of_funds(files: Files) -> None:
    (outcome,) = files.budget(ROAD)
    assert outcome.landed == Landed.ADDED
    (document,) = files.rows("raw_document")
    assert (document["organization_name"], document["fiscal_year"], document["amount_unit"]) == (
        *("甲局", "2024"),
        "万元",
    )
    (form,) = files.rows("raw_self_evaluation")
    assert (form["project_name"], form["implementing_unit"], form["form_year"]) == ("道路", "甲局", "2024")
    (fund,) = files.rows("raw_self_evaluation_fund")
    assert (fund["fund_source"], fund["source_line"]) == ("年度资金总额", "2")
    assert files.amounts() == [("100", "120", "90", "万元")]
    assert files.rows("raw_source_place") == [
        {"document_id": outcome.document_id, "source_line": "2", "source_place": "budget.csv 第2行"}
    ]


def test_an_indicator_table_becomes_a_form_with_its_indicators(files: Files) -> None:
    files.add(files.write("i.csv", INDICATORS, LAMPS, LAMPS.replace("路灯", "信号灯")))
    first, second = files.rows("raw_self_evaluation_indicator")
    assert [
        first[name] for name in ("level1", "level2", "level3", "target", "actual", "weight", "score")
    ] == [
        *("产出指标", "数量指标", "路灯", "≥20盏", "18盏", "10", "9"),
    ]
    assert (second["indicator_no"], second["level3"], second["source_line"]) == ("2", "信号灯", "3")
    assert len(files.rows("raw_self_evaluation")) == 1


@pytest.mark.parametrize(
    "heading",
    [
        "organization,year,project,initial,adjusted,executed,unit",
        "Organization,Fiscal Year,Project Name,Initial Budget,Adjusted Budget,Executed,Amount Unit",
        "单位,年度,项目,年初预算,调整预算数,执行数,金额单位",
        "预算单位,预算年度,项目名称,年初预算数,调整后预算数,实际支出,金额单位",
    ],
)
def test_headings_in_both_languages_are_known(files: Files, heading: str) -> None:
    files.budget(ROAD, heading=heading)
    assert files.amounts() == [("100", "120", "90", "万元")]


def test_columns_may_come_in_any_order_and_those_not_known_are_named_and_left_out(files: Files) -> None:
    (outcome,) = files.budget("90,某处,道路,甲局,2024年", heading="执行数（万元）,经办处室,项目,部门,年度")
    assert files.amounts() == [("", "", "90", "万元")]
    assert any("经办处室" in warning for warning in outcome.warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_make_no_difference(files: Files, encoding: str, separator: str) -> None:
    lines = [line.replace(",", separator) for line in (BUDGET, ROAD, "", "")]
    files.add(files.write("export.csv", *lines, encoding=encoding))
    assert files.amounts() == [("100", "120", "90", "万元")]


def test_a_column_with_values_and_no_heading_is_named(files: Files) -> None:
    (outcome,) = files.budget(f"{ROAD},,备用", heading=f"{BUDGET},,")
    assert any("#9" in warning for warning in outcome.warnings)
    assert not any("#8" in warning for warning in outcome.warnings)


def test_a_sheet_that_is_no_table_is_named(files: Files, tmp_path: Path) -> None:
    book = Workbook()
    for line in (BUDGET, ROAD):
        book.worksheets[0].append(line.split(","))
    book.create_sheet("汇总").append(["部门", "预算"])
    book.save(tmp_path / "tables.xlsx")
    (outcome,) = files.add(tmp_path / "tables.xlsx")
    assert any(warning.startswith("工作表“汇总”不是预算表或指标表") for warning in outcome.warnings)


def test_a_workbook_with_both_tables_is_one_document(files: Files, tmp_path: Path) -> None:
    book = Workbook()
    guide, budget = book.worksheets[0], book.create_sheet("预算")
    guide.append(["说明：每行一个项目"])
    for row in (["2024年预算执行"], BUDGET.split(","), ["甲局", 2024, "道路", 100, 120.5, -90, "万元"]):
        budget.append(row)
    sheet = book.create_sheet("指标")
    for line in (INDICATORS, LAMPS):
        sheet.append(line.split(","))
    path = tmp_path / "tables.xlsx"
    book.save(path)
    files.add(path)
    assert files.amounts() == [("100", "120.5", "-90", "万元")]
    assert [row["level3"] for row in files.rows("raw_self_evaluation_indicator")] == ["路灯"]
    places = [row["source_place"] for row in files.rows("raw_source_place")]
    assert places == ["tables.xlsx 工作表“预算”第3行", "tables.xlsx 工作表“指标”第2行"]


def test_an_account_table_with_options_is_no_plain_table(files: Files) -> None:
    lines = ("项目,行次,年初预算数,决算数", "一、基本支出,1,100,90")
    (outcome,) = files.add(
        files.write("a.csv", *lines), organization="甲局", fiscal_year="2024", amount_unit="元"
    )
    assert "缺少" not in outcome.reason
    assert not any(entry.document_id.startswith("t") for entry in files.landing.active())


@pytest.mark.parametrize(
    ("heading", "row", "organization", "unit", "competent"),
    [
        ("单位,年度,项目,执行数,金额单位", "石桥镇,2024,道路,1,万元", "石桥镇", "万元", ""),
        ("单位名称,年度,项目,执行数,单位", "石桥镇,2024,道路,1,万元", "石桥镇", "万元", ""),
        ("部门,单位,年度,项目,执行数（千元）", "教育局,第一小学,2024,道路,1", "第一小学", "千元", "教育局"),
        (
            "主管部门,实施单位,年度,项目,执行数（元）",
            "教育局,第一小学,2024,道路,1",
            "第一小学",
            "元",
            "教育局",
        ),
    ],
)
def test_a_column_of_units_or_of_organizations_is_told_by_what_it_holds(
    files: Files, heading: str, row: str, organization: str, unit: str, competent: str
) -> None:
    # An organization that is only for documents without one changes nothing.
    files.budget(row, heading=heading, default_organization="" if "实施" in heading else "甲局")
    assert files.landing.active()[0].filing.organization == organization
    assert files.amounts()[0][-1] == unit
    assert files.rows("raw_self_evaluation")[0]["competent_unit"] == competent


@pytest.mark.parametrize(("unit", "measure"), [("盏", "盏"), ("平方米", "平方米")])
def test_a_column_of_units_of_an_indicator_table_is_that_of_measure(
    files: Files, unit: str, measure: str
) -> None:
    heading = INDICATORS + ",单位"
    files.add(files.write("i.csv", heading, f"{LAMPS},{unit}"))
    assert files.rows("raw_self_evaluation_indicator")[0]["measure_unit"] == measure


def test_two_headings_are_enough_where_options_give_the_rest(files: Files) -> None:
    path = files.write("b.csv", "项目名称,执行数（万元）", "道路,90")
    files.add(path, organization="甲局", fiscal_year="2024")
    assert files.amounts() == [("", "", "90", "万元")]


def test_a_table_without_organizations_and_years_asks_for_them(files: Files) -> None:
    (outcome,) = files.budget("道路,90,万元", heading="项目名称,执行数,金额单位")
    assert "--organization and --year" in outcome.reason


def test_the_unit_that_is_missing_is_asked_for_at_the_amount(files: Files) -> None:
    (outcome,) = files.budget("甲局,2024,道路,90", heading="单位名称,年度,项目名称,执行数")
    assert "budget.csv:2 [执行数]" in outcome.reason
    assert "--amount-unit" in outcome.reason


def test_a_year_that_is_written_in_another_way_is_the_same(files: Files) -> None:
    (outcome,) = files.budget(ROAD, "甲局,2024年度,桥梁,1,1,1,万元", fiscal_year="2024")
    assert outcome.is_whole
    assert outcome.warnings == ()
    assert len(files.rows("raw_self_evaluation")) == 2


@pytest.mark.parametrize(
    "year",
    [
        *("2024-12-31", "2024/1/1", "2024.12", "2024年12月", "2024年1月5日", "2024-01-01 00:00:00"),
        *("二〇二四年", "2024财年", "2024会计年度", "FY2024"),
    ],
)
def test_a_date_and_other_notations_are_their_year(files: Files, year: str) -> None:
    files.budget(ROAD.replace("2024", year))
    assert files.rows("raw_document")[0]["fiscal_year"] == "2024"


@pytest.mark.parametrize("year", ["24", "2024-2025", "2024-13-01", "2024年度—2025年度", "20241231", "45658"])
def test_what_is_no_year_is_refused(files: Files, year: str) -> None:
    (outcome,) = files.budget(ROAD.replace("2024", year))
    assert outcome.landed is None
    assert f"“{year}”不是年度" in in_chinese(outcome.reason)


def test_a_date_of_a_workbook_is_its_year(files: Files, tmp_path: Path) -> None:
    book = Workbook()
    for row in (BUDGET.split(","), ["甲局", datetime.date(2024, 1, 1), "道路", 100, 120, 90, "万元"]):
        book.active.append(row)
    book.active["B2"].number_format = "yyyy"
    book.save(tmp_path / "b.xlsx")
    files.add(tmp_path / "b.xlsx")
    assert files.rows("raw_document")[0]["fiscal_year"] == "2024"


def test_amounts_and_indicators_in_one_table_are_refused(files: Files) -> None:
    heading = "单位名称,年度,项目名称,执行数,指标名称,目标值,完成值"
    (outcome,) = files.budget("甲局,2024,道路,90,路灯,20,18", heading=heading)
    assert "part it into a budget table and an indicator table" in outcome.reason


def test_two_columns_that_mean_the_same_are_refused(files: Files) -> None:
    (outcome,) = files.budget(
        "甲局,2024,道路,1,2,万元", heading="单位名称,年度,项目,调整预算,调整后预算,金额单位"
    )
    assert "mean the same" in outcome.reason


def test_a_table_without_projects_names_the_column_that_is_missing(files: Files) -> None:
    (outcome,) = files.budget("甲局,2024,1,万元", heading="单位名称,年度,执行数,金额单位")
    assert "“项目名称”" in outcome.reason


# Organizations and years.


def test_each_organization_and_year_is_a_document(files: Files) -> None:
    files.budget(ROAD, ROAD.replace("2024", "2023"), ROAD.replace("甲", "乙"), ROAD.replace("道路", "桥梁"))
    found = {(e.filing.organization, e.filing.fiscal_year): e.filing.forms for e in files.landing.active()}
    assert found == {("甲局", "2024"): 2, ("甲局", "2023"): 1, ("乙局", "2024"): 1}


def test_budget_and_indicators_complete_each_other_whether_they_come_at_once_or_not(files: Files) -> None:
    budget, indicators = files.write("b.csv", BUDGET, ROAD), files.write("i.csv", INDICATORS, LAMPS)
    first, second = files.add(budget, indicators)
    assert first.document_id == second.document_id
    assert (first.landed, second.landed) == (Landed.ADDED, Landed.UPDATED)
    both = {
        table: files.rows(table) for table in ("raw_self_evaluation_fund", "raw_self_evaluation_indicator")
    }
    assert [len(rows) for rows in both.values()] == [1, 1]
    assert len(files.rows("raw_self_evaluation")) == 1
    assert [row["source_place"] for row in files.rows("raw_source_place")] == ["b.csv 第2行", "i.csv 第2行"]
    files.landing.remove(first.document_id)
    files.add(indicators)
    files.add(budget)
    assert {table: files.rows(table) for table in both} == both
    assert [outcome.landed for outcome in files.add(budget, indicators)] == [Landed.ALREADY] * 2


def test_a_changed_file_replaces_what_it_gave_and_keeps_the_other_table(files: Files) -> None:
    files.add(files.write("b.csv", BUDGET, ROAD), files.write("i.csv", INDICATORS, LAMPS))
    (outcome,) = files.budget(ROAD.replace("90", "95"), name="corrected.csv")
    assert outcome.landed == Landed.UPDATED
    assert files.amounts() == [("100", "120", "95", "万元")]
    assert len(files.rows("raw_self_evaluation_indicator")) == 1


def test_a_file_that_lacks_projects_of_the_one_it_replaces_names_them(files: Files) -> None:
    files.budget(ROAD, ROAD.replace("道路", "桥梁"), name="all.csv")
    (outcome,) = files.budget(ROAD.replace("90", "95"), name="part.csv")
    (warning,) = outcome.warnings
    assert "“all.csv”" in warning
    assert "桥梁" in warning
    assert "道路" not in warning
    (outcome,) = files.budget(ROAD.replace("90", "96"), name="again.csv")
    assert not outcome.warnings


def test_two_budgets_of_one_organization_and_year_in_one_run_are_refused(files: Files) -> None:
    one = files.write("one.csv", BUDGET, ROAD)
    two = files.write("two.csv", BUDGET, ROAD.replace("道路", "桥梁"))
    first, second = files.add(one, two)
    assert first.landed == Landed.ADDED
    assert second.landed is None
    assert "one.csv" in second.reason
    assert [row["project_name"] for row in files.rows("raw_self_evaluation")] == ["道路"]


def test_projects_of_one_name_are_told_apart_by_their_unit(files: Files) -> None:
    heading = f"{BUDGET},实施单位"
    files.budget(f"{ROAD},东站", f"{ROAD},西站".replace("90", "80"), heading=heading)
    indicators = INDICATORS + ",实施单位"
    files.add(files.write("i.csv", indicators, f"{LAMPS},西站"))
    forms = {row["form_no"]: row["implementing_unit"] for row in files.rows("raw_self_evaluation")}
    (indicator,) = files.rows("raw_self_evaluation_indicator")
    assert forms[indicator["form_no"]] == "西站"
    assert len(forms) == 2


# Rows that are set aside.


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ('甲局,2024,桥梁,1,"100,5",1,万元', "全年预算数", "decimal comma"),
        ("甲局,2024,桥梁,1,1,80%,万元", "执行数", "percentage"),
        ("甲局,2024,桥梁,1,1,约九十,万元", "执行数", "something else is printed"),
        ("甲局,2024,桥梁,1,1,1.2E+07,元", "执行数", "something else is printed"),
        ("甲局,2024,桥梁,1,1,1,美元", "金额单位", "is no unit of amounts"),
        ("甲局,2024,桥梁,1,1,1,", "金额单位", "has no unit"),
        ("甲局,2024,,1,1,1,万元", "项目名称", "name of the project"),
        # 2 * 10^10 in 万元 are 200 trillion yuan.
        ("甲局,2024,桥梁,1,1,20000000000,万元", "执行数", "100 trillion yuan"),
        (ROAD, "项目名称", "the same row is on line 2"),
    ],
)
def test_a_bad_row_is_set_aside_alone_with_its_line_and_column(
    files: Files, line: str, column: str, reason: str
) -> None:
    (outcome,) = files.budget(ROAD, line, "甲局,2024,隧道,5,5,5,万元")
    (part,) = outcome.refused
    assert (part.line, in_chinese(part.part)) == (3, f"预算表“{column}”")
    assert reason in part.reason
    assert [row["project_name"] for row in files.rows("raw_self_evaluation")] == ["道路", "隧道"]
    assert outcome.quarantine is not None
    assert "budget.csv" in (outcome.quarantine / "refused.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2024,桥梁,1,1,1,万元", "为空；请填写单位名称"),
        ("甲局,24,桥梁,1,1,1,万元", "write four digits"),
        ("甲局,2024,桥梁,1,200,1,300,1,万元", "quote numbers with commas"),
    ],
)
def test_a_row_whose_document_is_not_known_is_named_with_file_and_line(
    files: Files, line: str, reason: str
) -> None:
    landed, refused = files.budget(ROAD, line)
    assert landed.is_whole
    assert "budget.csv:3" in refused.reason
    assert reason.removeprefix("“单位名称”: ") in refused.reason
    assert files.amounts() == [("100", "120", "90", "万元")]


BAD_LAMPS = LAMPS.replace(",9", ",九分半")


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
@pytest.mark.parametrize("is_at_once", [True, False])
def test_bad_rows_belong_to_the_document_that_another_file_gives(
    files: Files, names: tuple[str, str], is_at_once: bool
) -> None:
    budget = files.write(names[0], BUDGET, ROAD)
    # Of 甲局 2024 no indicator can be read; 丙局 has no document at all.
    lamps = files.write(
        names[1], INDICATORS, BAD_LAMPS, LAMPS.replace("甲", "乙"), BAD_LAMPS.replace("甲", "丙")
    )
    outcomes = files.add(files.root) if is_at_once else [*files.add(budget), *files.add(lamps)]
    (own,) = [outcome for outcome in outcomes if outcome.refused]
    assert (own.source, own.filing and own.filing.organization) == (lamps, "甲局")
    assert [(part.file, part.line) for part in own.refused] == [(names[1], 2)]
    assert "九分半" in own.refused[0].reason
    (rest,) = [outcome for outcome in outcomes if outcome.landed is None]
    assert (rest.is_rest, rest.left_out) == (True, 1)
    assert f"{names[1]}:4 [得分]" in rest.reason
    assert {entry.filing.organization: entry.refused for entry in files.landing.active()} == {
        "甲局": 1,
        "乙局": 0,
    }
    listed = (files.landing.quarantine / own.document_id / "refused.csv").read_text("utf-8")
    assert f"{names[1]},指标表“得分”,2," in listed
    # Said again, they are the same; corrected, none is left, and the amounts are as before.
    files.add(lamps)
    assert files.landing.find(own.document_id).refused == 1  # type: ignore[union-attr]
    files.add(files.write(names[1], INDICATORS, LAMPS, LAMPS.replace("甲", "乙")))
    assert files.landing.find(own.document_id).refused == 0  # type: ignore[union-attr]
    assert not (files.landing.quarantine / own.document_id).exists()
    (fund,) = files.rows("raw_self_evaluation_fund", own.document_id)
    assert (fund["initial_budget"], fund["annual_budget"], fund["executed"]) == ("100", "120", "90")


def test_bad_rows_of_one_sheet_belong_to_the_document_of_the_other(files: Files, tmp_path: Path) -> None:
    book = Workbook()
    for number, (title, lines) in enumerate(
        {"预算": (BUDGET, ROAD), "指标": (INDICATORS, BAD_LAMPS)}.items()
    ):
        sheet = book.create_sheet(title, number)
        for line in lines:
            sheet.append(line.split(","))
    book.save(tmp_path / "both.xlsx")
    (outcome,) = files.add(tmp_path / "both.xlsx")
    assert [in_chinese(part.part) for part in outcome.refused] == ["指标表“得分”"]
    assert outcome.document_id == files.landing.active()[0].document_id
    # The rows of the sheet come in a file of their own.
    files.add(files.write("i.csv", INDICATORS, LAMPS))
    assert [entry.refused for entry in files.landing.active()] == [0]


def test_rows_of_one_project_with_other_amounts_leave_open_which_holds_so_none_is_taken(files: Files) -> None:
    (outcome,) = files.budget(ROAD, ROAD.replace("90", "95"), ROAD.replace("道路", "桥梁"))
    assert [part.line for part in outcome.refused] == [2, 3]
    assert [row["project_name"] for row in files.rows("raw_self_evaluation")] == ["桥梁"]


def test_totals_are_left_out_and_named(files: Files) -> None:
    (outcome,) = files.budget(ROAD, "合计,,,100,120,90,万元", "甲局,2024,小计,100,120,90,万元")
    assert files.amounts() == [("100", "120", "90", "万元")]
    assert any("2 rows are totals" in warning for warning in outcome.warnings)
    assert outcome.refused == ()


@pytest.mark.parametrize(
    "total",
    [
        "甲局,2024,合 计",
        "甲局,2024,项目支出小计",
        "甲局合计,2024,",
        "合计：,,",
        ",,总　计",
        "甲局,2024,合计（万元）",
    ],
)
def test_a_total_is_told_by_the_end_of_its_name(files: Files, total: str) -> None:
    (outcome,) = files.budget(ROAD, f"{total},100,120,90,万元")
    assert files.amounts() == [("100", "120", "90", "万元")]
    assert any("1 行是合计，未收录（第一个在第3行）" in in_chinese(warning) for warning in outcome.warnings)
    assert outcome.is_whole


def test_remarks_below_a_table_are_left_out_and_named(files: Files) -> None:
    notes = (
        "注：本表以万元为单位,,,,,,",
        ",,2.执行数为全年累计,,,,",
        "填表人：甲,,,填表日期：2025年1月10日,,,",
    )
    (outcome,) = files.budget(ROAD, "", *notes)
    assert files.amounts() == [("100", "120", "90", "万元")]
    assert any("3 行是说明" in in_chinese(warning) for warning in outcome.warnings)
    assert outcome.is_whole
    # With an amount it is a row that lacks something.
    outcomes = files.budget(ROAD, ",,桥梁,1,,,万元")
    assert [one.is_whole for one in outcomes] == [True, False]
    # Without columns of organizations and years a project without amounts is a project.
    files.add(
        files.write(
            "c.csv", "项目名称,全年预算数,执行数,金额单位", "道路,1,1,万元", "桥梁,,,万元", "备注：无,,,"
        ),
        organization="丙局",
        fiscal_year="2024",
    )
    entries = [entry for entry in files.landing.active() if entry.filing.organization == "丙局"]
    assert [entry.filing.forms for entry in entries] == [2]


def test_remarks_below_indicators_are_left_out(files: Files) -> None:
    notes = ("合计,,,,,,,,10,9", "注：得分按规则计算,,,,,,,,,", "填表人：甲,,,,,日期：2025年1月,,,,")
    (outcome,) = files.add(files.write("i.csv", INDICATORS, LAMPS, *notes))
    assert outcome.is_whole
    assert [row["level3"] for row in files.rows("raw_self_evaluation_indicator")] == ["路灯"]


@pytest.mark.parametrize(
    ("heading", "lost"),
    [("上年预算数", "annual"), ("去年执行数", "executed"), ("结转资金执行数", "executed")],
)
def test_an_amount_of_another_year_is_not_that_of_the_year(files: Files, heading: str, lost: str) -> None:
    columns = ["年初预算数", "全年预算数", "执行数"]
    place = {"annual": 1, "executed": 2}[lost]
    columns[place] = heading
    (outcome,) = files.budget(ROAD, heading=f"单位名称,年度,项目名称,{','.join(columns)},金额单位")
    expected = ["100", "120", "90"]
    expected[place] = ""
    assert files.amounts() == [(*expected, "万元")]
    assert any(f"未收录的列：{heading}" in in_chinese(warning) for warning in outcome.warnings)


def test_an_amount_that_includes_what_was_carried_over_is_that_of_the_year(files: Files) -> None:
    files.budget(ROAD, heading=BUDGET.replace("全年预算数", "全年预算数（含上年结转）"))
    assert files.amounts() == [("100", "120", "90", "万元")]


def test_a_heading_with_a_year_holds_for_rows_of_that_year(files: Files) -> None:
    heading = "单位名称,年度,项目名称,2023年预算数,金额单位"
    outcomes = files.budget("甲局,2023,道路,1,万元", "甲局,2024,道路,2,万元", heading=heading)
    assert [(one.filing.fiscal_year if one.filing else "", one.is_whole) for one in outcomes] == [
        ("2023", True), ("", False)
    ]  # fmt: skip
    assert "标题“2023年预算数”是2023年的，该行年度是2024" in in_chinese(outcomes[1].reason)


def test_headings_on_two_rows_are_refused(files: Files) -> None:
    # 上年 and 本年 would be taken for one another.
    heading = "单位名称,年度,项目名称,预算,,支出,"
    (outcome,) = files.budget(",,,上年,本年,上年,本年", "甲局,2024,道路,1,2,3,4", heading=heading)
    assert outcome.landed is None
    assert "标题占两行（第 2 行是下级标题）" in in_chinese(outcome.reason)


def test_a_row_of_units_below_the_headings_names_the_unit(files: Files) -> None:
    heading = "单位名称,年度,项目名称,年初预算数,全年预算数,执行数"
    files.budget(",,,千元,（千元）,千元", "甲局,2024,道路,1,2,3", heading=heading)
    assert files.amounts() == [("1", "2", "3", "千元")]
    (outcome,) = files.budget(",,,千元,千元,千元", "甲局,2024,道路,1,2,3", heading=heading, amount_unit="元")
    assert "make them the same" in outcome.reason


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("12亿元", "“12亿元”的单位是亿元，标题、“金额单位”列或 --amount-unit 写的是万元；请改为一致"),
        ("100元", "“100元”的单位是元，标题、“金额单位”列或 --amount-unit 写的是万元；请改为一致"),
        ("12万元", ""),
        ("12万", ""),
    ],
)
@pytest.mark.parametrize("place", ["heading", "column", "above", "option", "workbook"])
def test_a_cell_in_another_unit_than_the_one_that_is_named_is_refused(
    files: Files, tmp_path: Path, amount: str, reason: str, place: str
) -> None:
    bare, cells = "单位名称,年度,项目名称,年初预算数", f"甲局,2024,道路,{amount}"
    other = "甲局,2024,桥梁,5"
    in_heading = [f"{bare}（万元）", cells, other]
    if place == "workbook":
        book = Workbook()
        for line in in_heading:
            book.worksheets[0].append(line.split(","))
        book.save(tmp_path / "b.xlsx")
        (outcome,) = files.add(tmp_path / "b.xlsx")
    else:
        lines = {
            "heading": in_heading,
            "column": [f"{bare},金额单位", f"{cells},万元", f"{other},万元"],
            "above": ["金额单位：万元", bare, cells, other],
            "option": [bare, cells, other],
        }[place]
        path = files.write("b.csv", *lines)
        (outcome,) = files.add(path, **({"amount_unit": "万元"} if place == "option" else {}))
    assert [in_chinese(part.reason) for part in outcome.refused] == [reason] * bool(reason)
    amounts = [row["initial_budget"] for row in files.rows("raw_self_evaluation_fund")]
    assert amounts == (["5"] if reason else [amount, "5"])


@pytest.mark.parametrize(
    "unit", ["（万元）", "单位：万元", "人民币万元", "人民币（万元）", "金额单位：万元", "万"]
)
def test_a_unit_is_known_in_brackets_and_after_its_label(files: Files, unit: str) -> None:
    files.budget(ROAD.replace("万元", unit))
    assert files.amounts() == [("100", "120", "90", "万元")]


def test_a_column_of_measures_with_units_of_money_is_that_of_amounts(files: Files) -> None:
    files.budget(ROAD.replace("万元", "千元"), heading=BUDGET.replace("金额单位", "计量单位"))
    assert files.amounts() == [("100", "120", "90", "千元")]


def test_the_unit_that_carries_a_project_out_is_beside_the_organization(files: Files) -> None:
    files.budget(
        "甲局,道路科,2024,道路,1,万元", heading="单位名称,承担单位,年度,支出项目名称,累计支出,金额单位"
    )
    assert files.amounts() == [("", "", "1", "万元")]
    (form,) = files.rows("raw_self_evaluation")
    assert (form["implementing_unit"], form["project_name"]) == ("道路科", "道路")


def test_a_bar_parts_cells_as_well(files: Files) -> None:
    files.budget(ROAD.replace(",", "|"), heading=BUDGET.replace(",", "|"))
    assert files.amounts() == [("100", "120", "90", "万元")]


def test_a_score_that_is_no_number_sets_its_row_aside(files: Files) -> None:
    (outcome,) = files.add(files.write("i.csv", INDICATORS, LAMPS, LAMPS.replace(",10,9", ",10,良")))
    assert "“良” is no number" in outcome.refused[0].reason


# Amounts and units.


@pytest.mark.parametrize(
    "amount", ["(1,200.50)", "（1,200.50）", "-1200.5", "1,200.50", "¥95.00", "—", "12万元"]
)
def test_amounts_are_kept_as_printed(files: Files, amount: str) -> None:
    files.budget(f'甲局,2024,道路,"{amount}",1,1,万元')
    assert files.amounts() == [(amount, "1", "1", "万元")]


def test_an_amount_like_a_telephone_number_is_an_amount(files: Files) -> None:
    files.budget("甲局,2024,电话改造,13800138000,13912345678,13700000000,元")
    assert files.amounts() == [("13800138000", "13912345678", "13700000000", "元")]


@pytest.mark.parametrize("unit", ["元", "千元", "万元", "百万元", "亿元"])
def test_the_unit_comes_from_the_column_the_heading_a_line_above_or_the_option(
    files: Files, unit: str
) -> None:
    bare = "单位名称,年度,项目名称,执行数"
    files.budget(f"甲局,2021,道路,1,{unit}", heading=f"{bare},金额单位", name="1.csv")
    files.budget("甲局,2022,道路,1", heading=f"{bare}（{unit}）", name="2.csv")
    files.add(files.write("3.csv", f"金额单位：{unit},,,", bare, "甲局,2023,道路,1"))
    files.budget("甲局,2024,道路,1", heading=bare, name="4.csv", amount_unit=unit)
    entries = files.landing.active()
    assert len(entries) == 4
    for entry in entries:
        (row,) = files.rows("raw_self_evaluation_fund", entry.document_id)
        assert row["amount_unit"] == unit, entry.filing


def test_of_several_units_the_document_has_the_smallest(files: Files) -> None:
    files.budget(ROAD, "甲局,2024,桥梁,1,1,1,元", "甲局,2024,铁路,1,1,20000,亿元")
    assert files.rows("raw_document")[0]["amount_unit"] == "元"


def test_one_file_under_another_year_is_one_document_and_the_other_table_stays(files: Files) -> None:
    path = files.write("b.csv", BUDGET.replace("年度,", ""), ROAD.replace("2024,", ""))
    files.add(path, fiscal_year="2023")
    files.add(files.write("i.csv", INDICATORS, LAMPS.replace("2024", "2023")))
    files.add(path, fiscal_year="2024")
    found = {entry.filing.fiscal_year: entry for entry in files.landing.active()}
    assert sorted(found) == ["2023", "2024"]
    assert len(files.rows("raw_self_evaluation_fund", found["2024"].document_id)) == 1
    assert files.rows("raw_self_evaluation_fund", found["2023"].document_id) == []
    assert len(files.rows("raw_self_evaluation_indicator", found["2023"].document_id)) == 1
    files.landing.remove(found["2023"].document_id)
    files.add(path, fiscal_year="2025")
    assert [entry.filing.fiscal_year for entry in files.landing.active()] == ["2025"]


def test_a_province_in_yuan_is_read(files: Files) -> None:
    (outcome,) = files.budget("甲省,2024,转移支付,1,1,99999999999999.99,元")
    assert outcome.refused == ()
    assert files.rows("raw_self_evaluation_fund")[0]["executed"] == "99999999999999.99"


def test_a_foreign_amount_is_kept_and_shown_and_added_to_nothing(files: Files) -> None:
    heading = BUDGET + ",币种"
    (outcome,) = files.budget(
        "甲局,2024,使馆,10,20,15.5,,usd", "甲局,2024,领馆,,3,,万元,美元", f"{ROAD},CNY", heading=heading
    )
    assert outcome.is_whole
    assert files.amounts() == [("100", "120", "90", "万元")]
    unread = [
        (row["row_label"], row["column_label"], row["cell_text"]) for row in files.rows("raw_unread_cell")
    ]
    assert unread == [
        ("使馆", "年初预算数", "10 USD"),
        ("使馆", "全年预算数", "20 USD"),
        ("使馆", "执行数", "15.5 USD"),
        ("领馆", "全年预算数", "3万 USD"),
    ]
    assert {row["reason_code"] for row in files.rows("raw_unread_cell")} == {"foreign_currency"}


def test_a_document_in_one_foreign_currency_keeps_it(files: Files) -> None:
    heading = BUDGET + ",币种"
    (outcome,) = files.budget(
        "甲局,2024,使馆,10,20,15.5,,usd", "甲局,2024,领馆,,3,,万美元,美元", heading=heading
    )
    assert outcome.is_whole
    assert files.rows("raw_document")[0]["currency"] == "USD"
    assert files.amounts() == [("10", "20", "15.5", "元"), ("", "3", "", "万元")]
    assert files.rows("raw_unread_cell") == []


def test_the_unit_of_foreign_amounts_is_the_one_that_is_given(files: Files) -> None:
    path = files.write("b.csv", BUDGET + ",币种", "甲局,2024,使馆,10,20,15.5,,USD")
    files.add(path, amount_unit="万元")
    assert files.amounts() == [("10", "20", "15.5", "万元")]


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [
        ("15.5", "万欧元", "“万欧元” is no unit of amounts"),
        ("15.5", "人民币万元", "“人民币万元” is no unit of amounts"),
        ("¥15.5", "万元", "“¥15.5” is in yuan and the column of the currency names USD"),
    ],
)
def test_an_amount_of_two_currencies_is_refused(files: Files, amount: str, unit: str, reason: str) -> None:
    row = f"甲局,2024,使馆,10,20,{amount},{unit},USD"
    (outcome,) = files.budget(row, f"{ROAD},CNY", heading=BUDGET + ",币种")
    (part,) = outcome.refused
    assert part.line == 2
    assert reason in part.reason


def test_an_unknown_currency_is_no_currency_of_a_document(files: Files) -> None:
    files.budget("甲局,2024,使馆,,20,,,人民币（元）", heading=BUDGET + ",币种")
    assert files.rows("raw_document")[0]["currency"] == ""
    assert [row["cell_text"] for row in files.rows("raw_unread_cell")] == ["20 人民币（元）"]


def test_an_amount_in_yuan_gives_no_document_a_currency(files: Files) -> None:
    files.budget(f"{ROAD},人民币", heading=BUDGET + ",币种")
    assert files.rows("raw_document")[0]["currency"] == ""


# Options of the user.


def test_options_hold_for_what_the_table_does_not_name(files: Files) -> None:
    path = files.write("b.csv", "项目名称,年初预算数,执行数", "道路,100,90")
    files.add(path, organization="甲局", fiscal_year="2024", amount_unit="千元", rule_profile="fengtai_2023")
    assert files.amounts() == [("100", "", "90", "千元")]
    (form,) = files.rows("raw_self_evaluation")
    assert form["rule_profile"] == "fengtai_2023"
    assert files.landing.active()[0].filing.organization == "甲局"


def test_an_option_against_several_values_of_a_column_is_refused(files: Files) -> None:
    rows = (ROAD, ROAD.replace("甲", "乙"))
    (outcome,) = files.budget(*rows, organization="丙局")
    assert "--organization would make them one" in outcome.reason
    (outcome,) = files.budget(ROAD, ROAD.replace("2024", "2023"), fiscal_year="2024")
    assert "--year would make them one" in outcome.reason


def test_an_option_against_the_one_value_of_a_column_holds_and_is_named(files: Files) -> None:
    (outcome,) = files.budget(ROAD, organization="丙局", fiscal_year="2023")
    assert (outcome.filing.organization, outcome.filing.fiscal_year) == ("丙局", "2023")  # type: ignore[union-attr]
    assert sum("taken as given" in warning for warning in outcome.warnings) == 2


def test_a_unit_against_that_of_the_heading_is_refused(files: Files) -> None:
    heading = "单位名称,年度,项目名称,执行数（万元）"
    (outcome,) = files.budget("甲局,2024,道路,1", heading=heading, amount_unit="元")
    assert "make them the same" in outcome.reason
    (outcome,) = files.budget(ROAD, amount_unit="元")
    assert "--amount-unit gives 元" in outcome.reason


# The landing folder.


def test_of_a_file_with_many_documents_the_command_lists_the_first(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_LANDING", str(files.landing.root))
    monkeypatch.setenv("JIXIAO_VAR", str(files.root / "var"))
    rows = [ROAD.replace("甲局", f"第{number}局") for number in range(DOCUMENTS_SHOWN + 2)]
    path = files.write("b.csv", BUDGET + ",备用列", *(f"{row},x" for row in rows))
    done = CliRunner().invoke(app, ["add", str(path)])
    assert done.exit_code == 0, done.output
    assert "b.csv：另有 2 份" in done.output
    # A warning about the file is printed once.
    assert done.output.count("未收录的列：备用列") == 1


@pytest.fixture
def command(files: Files, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `jixiao add` on the landing folder of the test."""
    monkeypatch.setenv("JIXIAO_LANDING", str(files.landing.root))
    monkeypatch.setenv("JIXIAO_VAR", str(files.root / "var"))
    return lambda *paths: CliRunner().invoke(app, ["add", *map(str, paths)])


def test_each_line_names_organization_and_year_and_the_totals_come_last(
    files: Files, command: Callable[..., Result]
) -> None:
    bad = "乙局,2024,桥梁,1,1,80%,万元"
    unknown = "丙局,2024,桥梁,1,1,80%,万元"
    path = files.write("b.csv", BUDGET, ROAD.replace("2024", "2023"), ROAD.replace("甲", "乙"), bad, unknown)
    done = command(path)
    assert done.exit_code == 3
    assert done.output.splitlines()[:3] == [
        "[1/1] ✓ b.csv 甲局 2023 已添加",
        "[1/1] ✓ b.csv 乙局 2024 已添加，1 处被隔离",
        "[1/1] ! b.csv 其余部分未收录：1 行未读取，其余已读取： …",
    ]
    assert (
        "共 2 份：2 个单位，2 个年度，2 张表，0 项指标，0 行收支科目；隔离 2 处（1 处不属于任何文件，见下）"
        in done.output
    )


def test_what_an_earlier_file_of_the_document_left_set_aside_is_named_again(
    files: Files, command: Callable[..., Result]
) -> None:
    files.add(files.write("b.csv", BUDGET, ROAD, "甲局,2024,桥梁,1,1,80%,万元"))
    path = files.write("i.csv", INDICATORS, LAMPS)
    done = command(path)
    # The added file itself is whole.
    assert done.exit_code == 0
    assert "✓ i.csv 甲局 2024 已更新，另有此前的 1 处仍被隔离" in done.output
    assert "  此前：b.csv:3 预算表“执行数”: “80%”" in done.output
    # The correction of the first file leaves nothing.
    [outcome] = files.add(files.write("b.csv", BUDGET, ROAD, "甲局,2024,桥梁,1,1,0.8,万元"))
    assert (outcome.refused, outcome.remaining) == ((), ())


def test_files_of_a_folder_that_are_no_disclosures_are_passed_over_in_one_line(
    files: Files, command: Callable[..., Result]
) -> None:
    files.write("b.csv", BUDGET, ROAD)
    for name in ("a.json", "b.md", "c.md", "d.png", "e.py", ".DS_Store", "~$b.docx"):
        files.write(name, "x")
    # What is a disclosure is added under any name.
    (files.root / "form.dat").write_bytes(FORMATS["txt"]([*TITLE, form()]))
    done = command(files.root)
    assert done.exit_code == 0, done.output
    assert (
        "7 个文件不是披露文件，已跳过：.json 1（a.json）；.md 2（b.md、c.md）；.png 1（d.png）；.py 1（e.py）；"
        "隐藏文件、锁文件 2（.DS_Store、~$b.docx）"
    ) in done.output
    # Only what is added is counted: the table and the form.
    assert [line[:5] for line in done.output.splitlines() if line.startswith("[")] == ["[1/2]", "[2/2]"]
    assert not (files.root / "var" / "quarantine").exists()
    # A file that is named is wanted, and one that may hold a disclosure is refused as before.
    assert command(files.root / "a.json").exit_code == 3
    files.write("x.txt", "x")
    assert command(files.root).exit_code == 3


def test_a_folder_without_any_disclosure_is_none(files: Files, command: Callable[..., Result]) -> None:
    files.write("a.json", "x")
    done = command(files.root)
    assert (done.exit_code, "1 个文件不是披露文件" in done.output) == (2, True)


def test_an_option_that_is_left_out_again_gives_the_table_back_what_it_prints(files: Files) -> None:
    path = files.write("b.csv", BUDGET, ROAD)
    (first,) = files.add(path)
    (other,) = files.add(path, organization="别的局", fiscal_year="2023")
    assert other.landed == Landed.ADDED
    warnings = "".join(map(in_chinese, other.warnings))
    assert f"替代了同一文件此前的 甲局 2024 ({first.document_id})" in warnings
    (again,) = files.add(path)
    assert again.document_id == first.document_id
    assert f"替代了同一文件此前的 别的局 2023 ({other.document_id})" in "".join(
        map(in_chinese, again.warnings)
    )
    assert [entry.document_id for entry in files.landing.active()] == [first.document_id]
    # What it doesn't print stays as it was given once.
    bare = files.write("bare.csv", BUDGET.replace("单位名称,", ""), ROAD.removeprefix("甲局,"))
    (given,) = files.add(bare, organization="丙局")
    (same,) = files.add(bare)
    assert (same.landed, same.document_id, same.filing and same.filing.organization) == (
        *(Landed.UPDATED, given.document_id, "丙局"),
    )


def test_a_removed_document_comes_back_whole(files: Files) -> None:
    files.add(files.write("b.csv", BUDGET, ROAD), files.write("i.csv", INDICATORS, LAMPS))
    (entry,) = files.landing.active()
    files.landing.remove(entry.document_id)
    assert files.landing.active() == []
    assert files.landing.restore(entry.document_id).landed == Landed.RETURNED
    assert len(files.rows("raw_self_evaluation_indicator")) == 1


def test_tables_that_an_earlier_reader_read_are_read_again_with_what_the_user_said(files: Files) -> None:
    heading = "单位名称,年度,项目名称,执行数"
    files.add(files.write("old.csv", heading, "甲局,2024,道路,1", "乙局,2024,桥梁,1"), amount_unit="千元")
    files.add(files.write("new.csv", heading, "甲局,2024,道路,2"), amount_unit="元")
    for entry in files.landing.active():
        path = entry.folder / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**manifest, "extractor_version": "0"}), encoding="utf-8")
    landing = files.landing = Landing(files.landing.root, files.landing.quarantine, files.landing.sample)
    again = outdated(landing)
    assert sorted(path.name for path in again) == ["new.csv", "old.csv"]
    list(add(landing, again, is_read_again=True, work=take))
    assert outdated(landing) == []
    found = {}
    for entry in landing.active():
        (row,) = files.rows("raw_self_evaluation_fund", entry.document_id)
        found[entry.filing.organization] = (row["executed"], row["amount_unit"])
    # The older file doesn't override values of the newer one.
    assert found == {"甲局": ("2", "元"), "乙局": ("1", "千元")}


def test_many_units_in_two_files_are_all_there(files: Files) -> None:
    units, projects, each = 20, 3, 4
    budget = [f"第{u}局,2024,项目{p},10,20,{u}.5,万元" for u in range(units) for p in range(projects)]
    indicators = [
        f"第{u}局,2024,项目{p},产出指标,数量指标,指标{i},≥1次,1次,5,5"
        for u in range(units)
        for p in range(projects)
        for i in range(each)
    ]
    bad = "第3局,2024,项目9,10,20,约五,万元"
    outcomes = files.add(
        files.write("b.csv", BUDGET, *budget, bad), files.write("i.csv", INDICATORS, *indicators)
    )
    assert len(outcomes) == 2 * units
    filings = [entry.filing for entry in files.landing.active()]
    assert len(filings) == units
    assert sum(filing.forms for filing in filings) == units * projects
    assert sum(filing.indicators for filing in filings) == units * projects * each
    assert [part.line for outcome in outcomes for part in outcome.refused] == [len(budget) + 2]
