"""Bad input: the form at fault is refused with its line and reason, the others load, never a traceback."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingestion_documents import (
    DISCLOSURE,
    FORM,
    disclosure,
    extract_text,
    form,
    forms_refused,
    line_of,
    tabbed,
)

from ingestion.contract import RAW_TABLES
from ingestion.document import DocumentError, printable
from ingestion.extract import Extraction, extract
from ingestion.ledger import Omission, PartError, Refusal

TEXT = DISCLOSURE.read_text(encoding="utf-8")


def _first_and_last_load(extraction: Extraction) -> None:
    tables = extraction.ledger.tables
    loaded = [(row["form_no"], row["project_name"]) for row in tables["raw_self_evaluation"]]
    assert loaded == [("1", "第一个"), (str(extraction.forms), "最后一个")]
    assert len(tables["raw_self_evaluation_fund"]) == 8
    assert len(tables["raw_self_evaluation_indicator"]) == 6
    assert extraction.forms == 2 + forms_refused(extraction)


def _between_good_forms(*bad: list[str]) -> str:
    return disclosure(form(name="项目名称|第一个|||"), *bad, form(name="项目名称|最后一个|||"))


def _refuse(text: str) -> Refusal:
    extraction = extract_text(text)
    _first_and_last_load(extraction)
    (refusal,) = extraction.refusals
    return refusal


def _start_of_second(text: str) -> int:
    """Return the 1-based line on which the second part begins, after its title and year."""
    lines = text.split("\n")
    first = lines.index("(2024 年度)")
    return lines.index("(2024 年度)", first + 1) + 3


def _assert_says(reason: str, pattern: str) -> None:
    assert re.search(pattern, reason), reason


# Files that are no document at all.


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        ("\u3000\n \t\n".encode(), "no table"),
        (b"\xef\xbb\xbf", "no table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "binary"),
        (TEXT.encode() + b"\0", "binary"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nstream\xff\x80", "a damaged PDF"),
        (TEXT.encode("utf-16-le"), "UTF-16 without a byte order mark; save it again as UTF-8"),
        (TEXT.encode("utf-16-be") * 1000, "UTF-16 without a byte order mark"),
        ("项目名称\t甲\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        (b"\0\0\0\1" * 1000, "binary"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1], "marked as utf-16"),
        (b"\xef\xbb\xbf" + TEXT.encode("gb18030"), "marked as utf-8"),
        ("本年度没有项目。\n".encode(), "no table"),
        ("甲\t乙\n1\t2\n".encode(), "no table"),
    ],
)
def test_a_file_that_is_no_disclosure_is_refused_by_name(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "文件.txt"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=f"文件.txt: .*{reason}"):
        extract(path)


def test_a_missing_file_and_a_folder_are_refused_by_path(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"missing.txt: cannot be read.*check the path"):
        extract(tmp_path / "missing.txt")
    with pytest.raises(DocumentError, match=r"cannot be read.*check the path"):
        extract(tmp_path)


def test_a_name_that_is_no_utf8_can_be_written_in_rows_and_messages() -> None:
    name = "决算.txt".encode("gb18030").decode("utf-8", "surrogateescape")
    with pytest.raises(UnicodeEncodeError):
        name.encode("utf-8")
    assert printable(name).encode("utf-8").endswith(b".txt")
    assert printable(Path("决算.txt")) == "决算.txt"
    with pytest.raises(DocumentError) as caught:
        extract(Path("missing") / name)
    assert b"missing" in str(caught.value).encode("utf-8")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r\n").encode("utf-16"), "utf-16"),
        (TEXT.rstrip("\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\n\f").encode(), "utf-8"),
    ],
    ids=["gb18030", "utf-16", "utf-16-be", "bom", "crlf", "utf-16-crlf", "no-last-newline", "form-feeds"],
)
def test_the_same_text_in_other_bytes_gives_the_same_rows(tmp_path: Path, data: bytes, encoding: str) -> None:
    path = tmp_path / DISCLOSURE.name
    path.write_bytes(data)
    extraction = extract(path)
    assert extraction.document.encoding == encoding
    assert extraction.refusals == []
    own = {"document_id", "source_sha256"}
    for table, rows in extract(DISCLOSURE).ledger.tables.items():
        assert [
            {k: v for k, v in row.items() if k not in own} for row in extraction.ledger.tables[table]
        ] == [{k: v for k, v in row.items() if k not in own} for row in rows]


# Forms that are cut.


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("name", "no fund block"),
        ("person", "no fund block"),
        ("fund_heading", f"no row {'年度资金总额'}"),
        ("fund_other", "without an indicator block"),
        ("goal", "without an indicator block"),
        ("indicator_heading", "without an indicator"),
        ("output", r"without a total \(总分\): the form is cut"),
        ("satisfaction", r"without a total \(总分\): the form is cut"),
    ],
)
def test_a_form_that_is_cut_by_the_next_form_is_refused(key: str, reason: str) -> None:
    keys = list(FORM)
    cut = form()[: keys.index(key) + 1]
    text = _between_good_forms(cut)
    refusal = _refuse(text)
    assert refusal.part == "第2张自评表"
    first = _start_of_second(text)
    assert (refusal.first_line, refusal.last_line) == (first, first + len(cut) - 1)
    assert refusal.first_line <= refusal.line <= refusal.last_line
    _assert_says(refusal.reason, reason)


@pytest.mark.parametrize("length", range(1, 15))
def test_a_form_that_is_cut_by_the_end_of_the_file_is_refused_and_the_others_load(length: int) -> None:
    text = disclosure(form(name="项目名称|第一个|||"), form()[:length])
    extraction = extract_text(text.rstrip("\n"))
    assert [row["project_name"] for row in extraction.ledger.tables["raw_self_evaluation"]] == ["第一个"]
    assert len(extraction.ledger.tables["raw_self_evaluation_fund"]) == 4
    assert len(extraction.ledger.tables["raw_self_evaluation_indicator"]) == 3
    (refusal,) = extraction.refusals
    assert (refusal.part, extraction.forms) == ("第2张自评表", 2)
    assert refusal.last_line == refusal.first_line + length - 1


def test_a_form_that_is_cut_inside_a_row_is_refused() -> None:
    for end in range(len(TEXT) - 400, len(TEXT) - 8, 7):
        extraction = extract_text(TEXT[:end])
        assert extraction.forms == 4
        assert len(extraction.ledger.tables["raw_self_evaluation"]) == 3
        assert forms_refused(extraction) == 1


def test_a_form_whose_start_is_lost_is_refused_and_not_added_to_the_one_before() -> None:
    for key in ("units", "person", "fund_heading"):
        keys = list(FORM)
        text = _between_good_forms(form()[keys.index(key) :])
        refusal = _refuse(text)
        assert refusal.part == "第2张自评表"
        assert "without 项目名称" in refusal.reason
        assert refusal.line == refusal.first_line


def test_rows_of_a_form_without_any_header_are_refused_as_an_unknown_table() -> None:
    text = _between_good_forms(form()[list(FORM).index("indicator_heading") :])
    refusal = _refuse(text)
    assert refusal.part == "无法识别的表格"
    assert refusal.line == _start_of_second(text)
    assert "not known" in refusal.reason


# Rows that fit no pattern.

FUND = "fund_total"
CURRENT = "fund_current"


@pytest.mark.parametrize(
    ("key", "row", "reason"),
    [
        # Two amounts where three are asked for.
        (FUND, "|年度资金总额|4.00|5.00||10|90.00%|9.00", "年度资金总额: 2 of 3 amounts"),
        (FUND, "|年度资金总额|4.00||4.50|10|90.00%|9.00", "年度资金总额: 2 of 3 amounts"),
        (FUND, "|年度资金总额||5.00|4.50|10|90.00%|9.00", "年度资金总额: 2 of 3 amounts"),
        (FUND, "|年度资金总额|4.00|5.00|10|90.00%|9.00", "5 cells for 6 columns; one is missing"),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10|9.00", "5 cells for 6 columns; one is missing"),
        (FUND, "|年度资金总额|4.00|5.00|4.50|90.00%|10|9.00", "'90.00%' in weight is no number"),
        (FUND, "|年度资金总额|4.00|5.00|—|10|90.00%|9.00", "年度资金总额: 2 of 3 amounts"),
        (FUND, "|年度资金总额|—|—|—|10||", "年度资金总额: 0 of 3 amounts"),
        (FUND, "|年度资金总额||||10|100%|10", "年度资金总额: 0 of 3 amounts"),
        (CURRENT, "|其中：当年财政拨款|4.00|5.00|—||—", "5 cells for 6 columns; one is missing"),
        (CURRENT, "|其中：当年财政拨款|4.00|5.00|—||—|", "其中：当年财政拨款: 2 of 3 amounts"),
        (CURRENT, "|其中：当年财政拨款|4.00|5.00||—||—", "其中：当年财政拨款: 2 of 3 amounts"),
        (CURRENT, "|其中：当年财政拨款||5.00||—||—", "其中：当年财政拨款: 1 of 3 amounts"),
        # Two numbers in one cell.
        (FUND, "|年度资金总额|4.00|5.00 4.50||10|90.00%|9.00", "'5.00 4.50' in annual_budget is no number"),
        (
            FUND,
            "|年度资金总额|10.5 10.5|5.00|4.50|10|90.00%|9.00",
            "'10.5 10.5' in initial_budget is no number",
        ),
        (
            FUND,
            "|年度资金总额|100 200|5.00|4.50|10|90.00%|9.00",
            "'100 200' in initial_budget can be one number or two",
        ),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10 9|90.00%|9.00", "'10 9' in weight can be one number or two"),
        (FUND, "|年度资金总额|4.00|5.00|1,000 2,000|10|90%|9", "'1,000 2,000' in executed is no number"),
        # No amount.
        (FUND, "|年度资金总额|四万元|5.00|4.50|10|90.00%|9.00", "'四万元' in initial_budget is no number"),
        (FUND, "|年度资金总额|4.00|5.OO|4.50|10|90.00%|9.00", "'5.OO' in annual_budget is no number"),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10|约九成|9.00", "'约九成' in execution_rate is no number"),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10|90.00%|9.00|8", "7 cells for 6 columns"),
        (FUND, "|年度资金总额|4.00||5.00|4.50|10|90.00%|9.00", "7 cells for 6 columns"),
        (FUND, None, "no row 年度资金总额"),
        # Headings that do not say what stands under them.
        (
            "fund_heading",
            "项目资金(万元)||年初预算数|调整数|全年执行数|分值|执行率|得分",
            "'调整数' is not known",
        ),
        (
            "fund_heading",
            "项目资金(万元)||年初预算数|全年执行数|分值|执行率|得分",
            "no 全年预算数 or 全年执行数",
        ),
        (
            "fund_heading",
            "项目资金(万元)||全年预算数|全年预算数|全年执行数|分值|执行率|得分",
            "'全年预算数' is not known",
        ),
        (
            "indicator_heading",
            "绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值",
            "lacks one of the columns",
        ),
        # Indicators.
        (
            "output",
            "|产出指标|数量指标|参加人数|≥100人|96人|",
            "indicator row fits no pattern: 产出指标 | 数量指标",
        ),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|四十|38|", "indicator row fits no pattern"),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40|IO|", "indicator row fits no pattern"),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40 38||", "indicator row fits no pattern"),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40|3 8|", "indicator row fits no pattern"),
        (
            "output",
            "|产出指标|数量指标|参加人数|≥100人|96人|40|38|原因|再说",
            "indicator row fits no pattern",
        ),
        ("output", "||||||40|38|", "indicator row fits no pattern: 40 | 38"),
        ("output", "|||剩下的半句话|||||", "indicator row fits no pattern: 剩下的半句话"),
        ("output", "|上年结转资金|0|0|0|—||—", "indicator row fits no pattern: 上年结转资金"),
        ("output", "|产出指标|数量指标|≥100人|96人|40|38|", "indicator row fits no pattern"),
        ("output", "|产出指标|数量指标||≥100人|96人|40|38|", "indicator row fits no pattern"),
        ("output", "|产出指标|数量指标|参加人数|96人|40|38|", "indicator row fits no pattern"),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40||38", "indicator row fits no pattern"),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40|38|97%", "indicator row fits no pattern"),
        ("quality", "||安全指标|质量指标|无事故|无事故|40|40|", "indicator row fits no pattern"),
        # Header, goals, total.
        ("units", "主管部门|甲办|乙科|||||", "form header: cell 3 has no label before it"),
        ("name", "项目名称|||||||", "without 项目名称"),
        ("goal", "|上年结转资金|3.00|3.00|3.00|—||—", "3 cells stand in no raw column.*: 3.00"),
        (
            "goal_heading",
            "年度总体目标|预期目标|12.5||实际完成情况|||",
            "1 cells stand in no raw column.*: 12.5",
        ),
        ("total", "总分||||||100|97|3", r"total row \(总分\): expected a weight and a score"),
        ("total", "总分||||||一百|97|", r"total row \(总分\): expected a weight and a score"),
        ("total", "总分||||||100 97||", r"total row \(总分\): expected a weight and a score"),
        ("total", "总分||||||97|", r"total row \(总分\): one figure, and no telling weight from score"),
        ("total", "总分|||||100|||", r"total row \(总分\): one figure, and no telling weight from score"),
        ("total", "总分|100|", r"total row \(总分\): one figure, and no telling weight from score"),
    ],
)
def test_a_form_with_a_row_that_fits_no_pattern_is_refused_by_line_and_reason(
    key: str, row: str | None, reason: str
) -> None:
    text = _between_good_forms(form(**{key: row}))
    refusal = _refuse(text)
    start = _start_of_second(text)
    lines = form(**{key: row})
    assert refusal.part == "第2张自评表"
    assert (refusal.first_line, refusal.last_line) == (start, start + len(lines) - 1)
    _assert_says(refusal.reason, reason)
    if row is not None and "no row" not in reason and "项目名称" not in reason:
        assert refusal.line == start + list(FORM).index(key)


def test_a_person_is_not_named_by_the_reason_of_a_refusal() -> None:
    for person in ("项目负责人|甘小棠|丁一方||联系电话|55500102|55500103", "|甘小棠|||联系电话|55500102||"):
        refusal = _refuse(_between_good_forms(form(person=person)))
        assert "has no label before it" in refusal.reason
        assert not {"甘小棠", "丁一方", "55500103"} & set(refusal.reason.split())
        assert "甘小棠" not in refusal.reason
        assert "55500103" not in refusal.reason


def test_several_forms_at_fault_are_each_refused() -> None:
    extraction = extract_text(
        _between_good_forms(form(total=None), form(fund_total=None), form(output="|||半句话|||||"))
    )
    _first_and_last_load(extraction)
    assert [refusal.part for refusal in extraction.refusals] == ["第2张自评表", "第3张自评表", "第4张自评表"]


def test_a_document_of_refused_forms_only_gives_no_row_but_the_document() -> None:
    extraction = extract_text(disclosure(form(total=None)))
    counts = extraction.counts()
    assert counts.pop("raw_document") == 1
    assert counts.pop("raw_reported_figure") == 0
    assert set(counts.values()) == {0}
    assert extraction.forms == forms_refused(extraction) == 1


def test_cells_of_a_refused_form_are_accounted_for_as_quarantined() -> None:
    extraction = extract_text(disclosure(form(total=None), form()))
    (refusal,) = extraction.refusals
    entries = {
        (line, column): entry
        for (line, column), entry in extraction.ledger.cells.items()
        if refusal.first_line <= line <= refusal.last_line
    }
    assert set(entries.values()) == {Omission("quarantined")}
    filled = [cell for line in form(total=None) for cell in line.split("\t") if cell]
    assert len(entries) == len(filled)


def test_rows_after_the_total_are_refused_and_the_form_loads() -> None:
    for row in ("补充|1|2", "|≥90%|95%|10|10", "100|200|"):
        text = _between_good_forms([*form(name="项目名称|中间|||"), tabbed(row)])
        extraction = extract_text(text)
        names = [form_row["project_name"] for form_row in extraction.ledger.tables["raw_self_evaluation"]]
        assert names == ["第一个", "中间", "最后一个"]
        (refusal,) = extraction.refusals
        assert refusal.part == "无法识别的表格"
        assert refusal.line == _start_of_second(text) + len(FORM)
        assert "not known" in refusal.reason


def test_an_unknown_table_is_refused_and_everything_else_loads() -> None:
    table = [tabbed("序号|供应商|金额"), tabbed("1|某公司|3.50"), tabbed("2|另一公司|2.50")]
    text = _between_good_forms(table)
    refusal = _refuse(text)
    assert refusal == Refusal(
        "无法识别的表格",
        line_of(text, "供应商"),
        line_of(text, "另一公司"),
        line_of(text, "供应商"),
        "a table that is not known: '序号'; nothing of it was read",
    )


# The department's tables.


def _changed(old: str, new: str, within: str | None = None) -> str:
    """Replace a printed row of the made-up disclosure; both are written with bars."""
    old, new = tabbed(old), tabbed(new)
    start = TEXT.index(within) if within else 0
    assert old in TEXT[start:]
    return TEXT[:start] + TEXT[start:].replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "part", "table", "reason"),
    [
        ("部门产出|40|36.00", "部门产出|40|", "绩效评价结论一览表", "", "expected name, weight and score"),
        ("部门产出|40|36.00", "部门产出|40 36.00|", "绩效评价结论一览表", "", "expected name, weight and score"),
        ("综合得分|100|88.50\n", "", "绩效评价结论一览表", "", "no row 综合得分"),
        ("绩效评定级别|良好|", "绩效评定级别|良好|95", "绩效评价结论一览表", "", "no raw column.*: 95"),
        ("二、教育支出|8||", "二、教育支出|8|约五万|", "收入支出情况决算表", "raw_final_account", "'约五万' in initial_budget"),
        ("二、教育支出|8||", "二、教育支出|8|100 200|", "收入支出情况决算表", "raw_final_account", "'100 200' in initial_budget"),
        ("二、教育支出|8|", "|8|5.00", "收入支出情况决算表", "raw_final_account", "amounts without an item"),
        ("二、其他收入|2|", "二、其他收入|||||", "收入支出情况决算表", "raw_final_account", ""),
        ("项目|行次|", "|行次|", "收入支出情况决算表", "raw_final_account", ""),
        ("人员经费|13|500.00|", "人员经费|13|", "收入支出情况决算表", "raw_final_account", "a cell is missing"),
        ("二、教育支出|8||||人员经费", "二、教育支出|8|||人员经费", "收入支出情况决算表", "raw_final_account", "a cell is missing"),
        ("二、教育支出|8||||人员经费|13|", "二、教育支出|8||||13|人员经费|", "收入支出情况决算表", "raw_final_account", "'13' stands where an item is named"),
        ("人员经费|13|", "人员经费|1.3|", "收入支出情况决算表", "raw_final_account", "'1.3' in printed_row_no"),
        ("|资金总额:|1,150.00|", "|资金总额:|1,150.00|99.00", "部门绩效目标申报表", "raw_department_target", "no raw column.*99.00"),
        ("|其他:||", "|其他:||\n|其中：财政拨款|88.00|", "部门绩效目标申报表", "raw_department_target", "no raw column.*88.00"),
        ("||产出质量指标|符合标准", "||产出质量指标|符合标准|甲|乙", "部门绩效目标申报表", "raw_department_target", "no raw column.*: 甲, 乙"),
        ("||产出进度指标|12月31日前", "|||12月31日前", "部门绩效目标申报表", "raw_department_target", "no raw column.*: 12月31日前"),
        ("||产出进度指标|12月31日前", "||产出进度指标||12月31日前", "部门绩效目标申报表", "raw_department_target", "no raw column.*: 12月31日前"),
        ("|目标与职责相符|5|4.40|", "|目标与职责相符|5||", "指标体系及打分情况表", "", "1 figures, expected weight and score"),
        ("|目标与职责相符|5|4.40|", "|目标与职责相符|5|4.40|3|", "指标体系及打分情况表", "", "3 figures, expected weight and score"),
        ("|||目标与职责相符|5|4.40|", "||||5|4.40|", "指标体系及打分情况表", "", "figures without an indicator"),
        ("部门管理 (20分)|预算执行 (10分)|", "部门管理 (20分)||", "指标体系及打分情况表", "", "a level is blank between two others"),
        ("合计||||100.00|88.50|", "合计||||100.00||", "指标体系及打分情况表", "", "the total has no weight and score"),
        ("部门决策 (10分)|目标设定 (10分)|", "|续行|||||\n部门决策 (10分)|目标设定 (10分)|", "指标体系及打分情况表", "", "table's first"),
        ("部门决策 (10分)|目标设定 (10分)|", "|(3分)|目标写得清楚|5|4.60\n部门决策 (10分)|目标设定 (10分)|", "指标体系及打分情况表", "", "table's first"),
        ("|灯具采购和安装|60.00|58.00", "|灯具采购和安装|60.00|", "绩效目标完成情况及收支明细表", "raw_project_spending", "an item and two amounts"),
        ("|灯具采购和安装|60.00|58.00", "|灯具采购和安装|60.00|58 60", "绩效目标完成情况及收支明细表", "raw_project_spending", "an item and two amounts"),
        ("|总预算|其中：财政拨款", "|预算|其中：财政拨款", "项目预算执行情况表", "raw_project_execution", "no column 总预算"),
        ("|小计|第一、二 季度|", "|小计|小计|", "项目预算执行情况表", "raw_project_execution", "two columns under the same headings"),
        ("|小计|第一、二 季度|", "||第一、二 季度|", "项目预算执行情况表", "raw_project_execution", "'58.00' stands under no known heading"),
        ("照 明改造|2|60.00|", "照 明改造|2|约六十|", "项目预算执行情况表", "raw_project_execution", "'约六十' stands under no known heading"),
        ("照 明改造|2|60.00|", "照 明改造|60|60.00|", "项目预算执行情况表", "raw_project_execution", ""),
    ],
)  # fmt: skip
def test_a_department_table_that_fits_no_pattern_is_refused_whole_and_the_rest_loads(
    old: str, new: str, part: str, table: str, reason: str
) -> None:
    extraction = extract_text(_changed(old, new))
    (refusal,) = extraction.refusals
    assert refusal.part == part
    assert refusal.first_line <= refusal.line <= refusal.last_line
    _assert_says(refusal.reason, reason)
    if table == "raw_department_target":
        kinds = {row["source_part"] for row in extraction.ledger.tables[table]}
        assert kinds == {"completion"}
    elif table:
        assert extraction.ledger.tables[table] == []
    assert len(extraction.ledger.tables["raw_self_evaluation"]) == extraction.forms == 4
    whole = extract(DISCLOSURE)
    for other in set(RAW_TABLES) - {table, "raw_document", "raw_evaluation", "raw_evaluation_indicator"}:
        if other != "raw_reported_figure":
            assert len(extraction.ledger.tables[other]) == len(whole.ledger.tables[other])


@pytest.mark.parametrize(
    ("last", "part"),
    [
        ("三、城乡社区支出", "收入支出情况决算表"),
        ("目标与职责相符", "指标体系及打分情况表"),
        ("部门产出\t40", "绩效评价结论一览表"),
    ],
)
def test_a_department_table_that_is_cut_is_refused(last: str, part: str) -> None:
    cut = "\n".join(TEXT.split("\n")[: line_of(TEXT, last)])
    extraction = extract_text(cut)
    assert [refusal.part for refusal in extraction.refusals] == [part]
    assert "cut" in extraction.refusals[0].reason
    assert extraction.refusals[0].line == line_of(TEXT, last)


def test_a_department_table_that_is_only_a_heading_is_refused() -> None:
    headings = (
        "评价内容|分值|评价得分",
        "收入||支出",
        "合计|一级指标|二级指标|三级指标|四级指标",
        "一级指标|二级指标|三级指标|四级指标",
        "项目|预算批复|资金到位情况|预算执行情况",
        "绩效评定级别|评价内容|分值|评价得分",
    )
    for heading in headings:
        text = disclosure([tabbed(heading)], form())
        extraction = extract_text(text)
        (refusal,) = extraction.refusals
        assert refusal.line == line_of(text, tabbed(heading))
        assert len(extraction.ledger.tables["raw_self_evaluation"]) == 1


def test_a_conclusion_without_a_grade_loads_with_a_blank_one() -> None:
    for changed in (_changed("绩效评定级别|良好|", "绩效评定级别||"), _changed("绩效评定级别|良好|\n", "")):
        extraction = extract_text(changed)
        assert extraction.refusals == []
        grades = [row["grade"] for row in extraction.ledger.tables["raw_evaluation"]]
        assert [grade for grade in grades if grade] == ["优秀"]


def test_a_part_error_names_its_line() -> None:
    assert str(PartError(12, "what is wrong")) == "line 12: what is wrong"


# A cell that is lost, blank, doubled or pushed aside: the figures stay under their headings.

_FIGURES = {
    *("initial_budget", "annual_budget", "executed", "weight", "score", "execution_rate", "total_weight"),
    *("total_score", "final_account", "approved", "arrived", "spent", "executed_this_year", "progress_rate"),
    *("target", "actual", "deviation_reason"),
}


def _damages(row: str) -> Iterator[str]:
    cells = row.split("\t")
    for place, printed in enumerate(cells):
        yield "\t".join([*cells[:place], *cells[place + 1 :]])
        yield "\t".join([*cells[:place], "", *cells[place:]])
        if printed:
            yield "\t".join([*cells[:place], "", *cells[place + 1 :]])
            yield "\t".join([*cells[:place], printed, *cells[place:]])


def _figures(extraction: Extraction, tables: set[str]) -> dict[tuple[str, ...], str]:
    """Return every figure by the row that it belongs to; a row is known by what names it."""
    found = {}
    for table in tables:
        for row in extraction.ledger.tables[table]:
            names = [row.get(column, "") for column in ("account_side", "item_name", "period", "level4")]
            for column in _FIGURES & row.keys():
                found[(table, row["source_line"], *names, column)] = row[column]
    return found


def _moved(whole: Extraction, damaged: Extraction, tables: set[str]) -> list[tuple[str, ...]]:
    before = _figures(whole, tables)
    return [
        (*key, before[key], value)
        for key, value in _figures(damaged, tables).items()
        if key in before and value not in {"", before[key]}
    ]


@pytest.mark.parametrize("key", FORM)
def test_a_cell_lost_from_a_form_moves_no_figure_under_another_heading(key: str) -> None:
    whole = extract_text(disclosure(form()))
    tables = {table for table in RAW_TABLES if table.startswith("raw_self_evaluation")}
    for damaged in _damages(tabbed(FORM[key])):
        extraction = extract_text(disclosure(form(**{key: damaged})))
        assert _moved(whole, extraction, tables) == [], damaged
        assert extraction.forms == len(extraction.ledger.tables["raw_self_evaluation"]) + len(
            [refusal for refusal in extraction.refusals if refusal.part == "第1张自评表"]
        )


_DEPARTMENT = TEXT[: TEXT.index("三、项目支出绩效自评表")].split("\n")
_AMOUNT_ROWS = [
    number
    for number, line in enumerate(_DEPARTMENT)
    if "\t" in line and re.search(r"\t\d[\d,]*\.\d\d", line) and "专家" not in line
]


@pytest.mark.parametrize("number", _AMOUNT_ROWS, ids=lambda number: f"line {number + 1}")
def test_a_cell_lost_from_a_department_table_moves_no_figure_under_another_heading(number: int) -> None:
    tables = {"raw_final_account", "raw_evaluation", "raw_project_execution", "raw_project_spending"}
    whole = extract_text("\n".join(_DEPARTMENT))
    cells = _DEPARTMENT[number].split("\t")
    for place, printed in enumerate(cells):
        if not printed:
            continue
        damaged = "\t".join([*cells[:place], *cells[place + 1 :]])
        lines = [*_DEPARTMENT[:number], damaged, *_DEPARTMENT[number + 1 :]]
        assert _moved(whole, extract_text("\n".join(lines)), tables) == [], damaged
