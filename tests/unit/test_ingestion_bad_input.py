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
    line_of,
    tabbed,
)

from ingestion.contract import RAW_TABLES
from ingestion.document import DocumentError, printable
from ingestion.extract import Extraction, extract
from ingestion.ledger import PartError
from ingestion.message import in_chinese

TEXT = DISCLOSURE.read_text(encoding="utf-8")


def _first_and_last_load(extraction: Extraction) -> None:
    tables = extraction.ledger.tables
    loaded = [(row["form_no"], row["project_name"]) for row in tables["raw_self_evaluation"]]
    assert loaded == [("1", "第一个"), (str(extraction.forms), "最后一个")]
    assert len(tables["raw_self_evaluation_fund"]) == 8
    assert len(tables["raw_self_evaluation_indicator"]) == 6
    assert extraction.refusals == []


def _between_good_forms(*bad: list[str]) -> str:
    return disclosure(form(name="项目名称|第一个|||"), *bad, form(name="项目名称|最后一个|||"))


def _start_of_second(text: str) -> int:
    """Return the 1-based line on which the second part begins, after its title and year."""
    lines = text.split("\n")
    first = lines.index("(2024 年度)")
    return lines.index("(2024 年度)", first + 1) + 3


def _assert_says(reason: str, pattern: str) -> None:
    assert re.search(pattern, reason), reason


# Files that are not documents.


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        ("\u3000\n \t\n".encode(), "no table"),
        (b"\xef\xbb\xbf", "no table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "a picture without text"),
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
    with pytest.raises(DocumentError, match=f"(?s)文件.txt: [^a-z]*[一-龥].*{reason}"):
        extract(path)


def test_a_missing_file_and_a_folder_are_refused_by_path(tmp_path: Path) -> None:
    with pytest.raises(
        DocumentError, match=r"(?s)missing.txt: 无法读取（.*）；请检查路径.*cannot be read.*check the path"
    ):
        extract(tmp_path / "missing.txt")
    with pytest.raises(DocumentError, match=r"(?s)不是普通文件.*cannot be read.*check the path"):
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


def _unread(extraction: Extraction) -> dict[str, str]:
    """Return the text of each unread cell with its reason."""
    return {row["cell_text"]: row["reason_code"] for row in extraction.ledger.tables["raw_unread_cell"]}


def _forms(extraction: Extraction) -> list[str]:
    return [row["project_name"] for row in extraction.ledger.tables["raw_self_evaluation"]]


def _rows_of(extraction: Extraction, table: str, form_no: str) -> list[dict[str, str]]:
    return [row for row in extraction.ledger.tables[table] if row["form_no"] == form_no]


@pytest.mark.parametrize(
    ("key", "funds", "indicators"),
    [
        ("fund_total", 1, 0),
        ("fund_other", 4, 0),
        ("goal", 4, 0),
        ("indicator_heading", 4, 0),
        ("output", 4, 1),
        ("satisfaction", 4, 3),
    ],
)
def test_a_form_that_is_cut_by_the_next_form_loads_what_it_has(key: str, funds: int, indicators: int) -> None:
    cut = form()[: list(FORM).index(key) + 1]
    extraction = extract_text(_between_good_forms(cut))
    assert _forms(extraction) == ["第一个", "社区运动会", "最后一个"]
    assert extraction.refusals == []
    assert len(_rows_of(extraction, "raw_self_evaluation_fund", "2")) == funds
    assert len(_rows_of(extraction, "raw_self_evaluation_indicator", "2")) == indicators
    (cut_form,) = _rows_of(extraction, "raw_self_evaluation", "2")
    assert (cut_form["total_weight"], cut_form["total_score"]) == ("", "")
    for other in ("1", "3"):
        assert len(_rows_of(extraction, "raw_self_evaluation_fund", other)) == 4
        assert len(_rows_of(extraction, "raw_self_evaluation_indicator", other)) == 3


@pytest.mark.parametrize("key", ["name", "units", "person"])
def test_a_header_alone_is_no_form_and_its_cells_stay_unread(key: str) -> None:
    extraction = extract_text(_between_good_forms(form()[: list(FORM).index(key) + 1]))
    assert _forms(extraction) == ["第一个", "最后一个"]
    assert set(_unread(extraction).values()) == {"no_block"}
    assert "社区运动会" in _unread(extraction)


@pytest.mark.parametrize("length", range(4, 15))
def test_a_form_that_is_cut_by_the_end_of_the_file_loads_what_it_has(length: int) -> None:
    text = disclosure(form(name="项目名称|第一个|||"), form()[:length])
    extraction = extract_text(text.rstrip("\n"))
    assert _forms(extraction) == ["第一个", "社区运动会"]
    assert (
        _moved(extract_text(disclosure(form(name="项目名称|第一个|||"), form())), extraction, _FORM_TABLES)
        == []
    )


def test_a_form_that_is_cut_inside_a_row_moves_no_figure() -> None:
    whole = extract_text(TEXT)
    for end in range(len(TEXT) - 400, len(TEXT) - 8, 7):
        extraction = extract_text(TEXT[:end])
        assert extraction.forms == 4
        moved = _moved(whole, extraction, {"raw_self_evaluation", "raw_self_evaluation_fund"})
        # The cell at the cut is shorter; no other differs.
        assert all(before.startswith(after) for *_, before, after in moved), moved


def test_a_form_whose_start_is_lost_stays_unread_and_is_not_added_to_the_one_before() -> None:
    for key in ("units", "person", "fund_heading", "indicator_heading"):
        extraction = extract_text(_between_good_forms(form()[list(FORM).index(key) :]))
        _first_and_last_load(extraction)
        assert set(_unread(extraction).values()) == {"no_project_name"}
        assert "≥100人" in _unread(extraction)


# Rows that fit no pattern.

FUND = "fund_total"
_WHOLE_ROW = "the whole row"


@pytest.mark.parametrize(
    ("key", "row", "unread"),
    [
        # In a text row that lost or gained a cell, the place of the change is unknown.
        (FUND, "|年度资金总额|4.00|5.00|10|90.00%|9.00", _WHOLE_ROW),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10|9.00", _WHOLE_ROW),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10|90.00%|9.00|8", _WHOLE_ROW),
        (FUND, "|年度资金总额|4.00||5.00|4.50|10|90.00%|9.00", _WHOLE_ROW),
        # A dash means that no value is required: below one of three amounts, it was moved.
        (FUND, "|年度资金总额|4.00|5.00|—|10|90.00%|9.00", _WHOLE_ROW),
        # Two numbers in one cell.
        (FUND, "|年度资金总额|4.00|5.00 4.50||10|90.00%|9.00", {"5.00 4.50": "not_a_number"}),
        (FUND, "|年度资金总额|10.5 10.5|5.00|4.50|10|90.00%|9.00", {"10.5 10.5": "not_a_number"}),
        (FUND, "|年度资金总额|100 200|5.00|4.50|10|90.00%|9.00", {"100 200": "ambiguous_number"}),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10 9|90.00%|9.00", {"10 9": "ambiguous_number"}),
        # No amount.
        (FUND, "|年度资金总额|四万元|5.00|4.50|10|90.00%|9.00", {"四万元": "not_a_number"}),
        (FUND, "|年度资金总额|4.00|5.OO|4.50|10|90.00%|9.00", {"5.OO": "damaged"}),
        (FUND, "|年度资金总额|95%|5.00|4.50|10|90.00%|9.00", {"95%": "percentage_in_amount"}),
        (FUND, "|年度资金总额|1200,5|5.00|4.50|10|90.00%|9.00", {"1200,5": "decimal_comma"}),
        (FUND, "|年度资金总额|4.00|5.00|4.50|10|约九成|9.00", {"约九成": "not_a_number"}),
        (FUND, "|年度资金总额|4.00|5.00|4.50|90.00%|10|9.00", {"90.00%": "not_a_number"}),
        # Indicators.
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|四十|38|", {"四十": "not_a_number"}),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40|IO|", {"IO": "not_a_number"}),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40|38|原因|再说", _WHOLE_ROW),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40|38|97%", _WHOLE_ROW),
        ("output", "|产出指标|数量指标|≥100人|96人|40|38|", _WHOLE_ROW),
        ("output", "|产出指标|数量指标|参加人数|96人|40|38|", _WHOLE_ROW),
        ("output", "|产出指标|数量指标|参加人数|≥100人|96人|40||38", _WHOLE_ROW),
        ("output", "|上年结转资金|0|0|0|—||—", _WHOLE_ROW),
        ("quality", "||安全指标|质量指标|无事故|无事故|40|40|", _WHOLE_ROW),
        # Header, goals, total.
        ("units", "主管部门|甲办|乙科|||||", {"乙科": "no_column"}),
        ("goal", "|上年结转资金|3.00|3.00|3.00|—||—", _WHOLE_ROW),
        ("total", "总分||||||100|97|3", {"100": "out_of_place", "97": "out_of_place", "3": "out_of_place"}),
        ("total", "总分||||||一百|97|", {"一百": "out_of_place"}),
        ("total", "总分||||||100 97||", {"100 97": "out_of_place"}),
        ("total", "总分||||||97|", {"97": "out_of_place"}),
        ("total", "总分|||||100|||", {"100": "out_of_place"}),
        ("total", "总分|100|", {"100": "out_of_place"}),
    ],
)
def test_a_cell_that_fits_nowhere_stays_unread_and_its_form_loads(
    key: str, row: str, unread: dict[str, str] | str
) -> None:
    whole = extract_text(_between_good_forms(form()))
    extraction = extract_text(_between_good_forms(form(**{key: row})))
    assert _forms(extraction) == _forms(whole)
    assert extraction.refusals == []
    levels = {"产出指标", "数量指标", "总分"}
    if isinstance(unread, str):
        assert set(_unread(extraction)) | levels >= {cell for cell in row.split("|") if cell}
    else:
        assert _unread(extraction) == unread
    lines = {r["source_line"] for r in extraction.ledger.tables["raw_unread_cell"]}
    start = _start_of_second(_between_good_forms(form()))
    assert lines == {str(start + list(FORM).index(key))}
    moved = _moved(whole, extraction, _FORM_TABLES)
    assert [entry for entry in moved if entry[-1] not in row.split("|")] == []


def test_a_heading_that_is_not_known_costs_its_column() -> None:
    heading = "项目资金(万元)||年初预算数|甲类数|全年执行数|分值|执行率|得分"
    extraction = extract_text(disclosure(form(fund_heading=heading)))
    total = extraction.ledger.tables["raw_self_evaluation_fund"][0]
    assert (total["initial_budget"], total["annual_budget"], total["executed"]) == ("4.00", "", "4.50")
    unread = extraction.ledger.tables["raw_unread_cell"]
    assert {(row["column_label"], row["reason_code"]) for row in unread} == {("甲类数", "unknown_heading")}
    assert unread[0]["row_label"] == "年度资金总额"


def test_a_person_is_not_named_among_the_unread_cells() -> None:
    for person in ("项目负责人|甘小棠|||联系电话|55500102|", "项目负责人：甘小棠||||电话|55500102|"):
        extraction = extract_text(disclosure(form(person=person)))
        assert "甘小棠" not in str(extraction.ledger.tables)
        assert "55500102" not in str(extraction.ledger.tables)


def test_rows_after_the_total_stay_unread_and_the_form_loads() -> None:
    for row in ("补充|1|2", "|≥90%|95%|10|10"):
        extraction = extract_text(_between_good_forms([*form(name="项目名称|中间|||"), tabbed(row)]))
        assert _forms(extraction) == ["第一个", "中间", "最后一个"]
        assert len(_rows_of(extraction, "raw_self_evaluation_indicator", "2")) == 3
        assert set(_unread(extraction)) <= {cell for cell in row.split("|") if cell}
        assert _unread(extraction)


def test_an_unknown_table_stays_unread_and_everything_else_loads() -> None:
    table = [tabbed("序号|供应商|金额"), tabbed("1|某公司|3.50"), tabbed("2|另一公司|2.50")]
    extraction = extract_text(_between_good_forms(table))
    _first_and_last_load(extraction)
    assert _unread(extraction) == dict.fromkeys(
        ("序号", "供应商", "金额", "1", "某公司", "3.50", "2", "另一公司", "2.50"), "unknown_table"
    )


# The department's tables.


def _changed(old: str, new: str, within: str | None = None) -> str:
    """Replace a printed row of the made-up disclosure; both are given with bars."""
    old, new = tabbed(old), tabbed(new)
    start = TEXT.index(within) if within else 0
    assert old in TEXT[start:]
    return TEXT[:start] + TEXT[start:].replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "part", "table", "reason"),
    [
        ("部门产出|40|36.00", "部门产出|40|", "绩效评价结论一览表", "", "expected name, weight and score"),
        ("部门产出|40|36.00", "部门产出|40 36.00|", "绩效评价结论一览表", "", "expected name, weight and score"),
        ("综合得分|100|88.50\n", "", "绩效评价结论一览表", "", "the row “综合得分” is missing"),
        ("|目标与职责相符|5|4.40|", "|目标与职责相符|5||", "指标体系及打分情况表", "", "1 figures, expected weight and score"),
        ("|目标与职责相符|5|4.40|", "|目标与职责相符|5|4.40|3|", "指标体系及打分情况表", "", "3 figures, expected weight and score"),
        ("|||目标与职责相符|5|4.40|", "||||5|4.40|", "指标体系及打分情况表", "", "figures without an indicator"),
        ("部门管理 (20分)|预算执行 (10分)|", "部门管理 (20分)||", "指标体系及打分情况表", "", "a level is blank between two others"),
        ("合计||||100.00|88.50|", "合计||||100.00||", "指标体系及打分情况表", "", "the total has no weight and score"),
        ("部门决策 (10分)|目标设定 (10分)|", "|续行|||||\n部门决策 (10分)|目标设定 (10分)|", "指标体系及打分情况表", "", "the first of its table"),
        ("部门决策 (10分)|目标设定 (10分)|", "|(3分)|目标写得清楚|5|4.60\n部门决策 (10分)|目标设定 (10分)|", "指标体系及打分情况表", "", "the first of its table"),
        ("|灯具采购和安装|60.00|58.00", "|灯具采购和安装|60.00|", "绩效目标完成情况及收支明细表", "raw_project_spending", "an item and two amounts"),
        ("|灯具采购和安装|60.00|58.00", "|灯具采购和安装|60.00|58 60", "绩效目标完成情况及收支明细表", "raw_project_spending", "an item and two amounts"),
        ("|总预算|其中：财政拨款", "|预算|其中：财政拨款", "项目预算执行情况表", "raw_project_execution", "no column “总预算”"),
        ("|小计|第一、二 季度|", "|小计|小计|", "项目预算执行情况表", "raw_project_execution", "two columns under the same headings"),
        ("|小计|第一、二 季度|", "||第一、二 季度|", "项目预算执行情况表", "raw_project_execution", "no known heading is above “58.00”"),
        ("照 明改造|2|60.00|", "照 明改造|2|约六十|", "项目预算执行情况表", "raw_project_execution", "no known heading is above “约六十”"),
        ("照 明改造|2|60.00|", "照 明改造|60|60.00|", "项目预算执行情况表", "raw_project_execution", ""),
    ],
)  # fmt: skip
def test_a_department_table_that_fits_no_pattern_is_refused_whole_and_the_rest_loads(
    old: str, new: str, part: str, table: str, reason: str
) -> None:
    extraction = extract_text(_changed(old, new))
    (refusal,) = extraction.refusals
    assert in_chinese(refusal.part) == part
    assert refusal.first_line <= refusal.line <= refusal.last_line
    _assert_says(refusal.reason, reason)
    if table == "raw_department_target":
        kinds = {row["source_part"] for row in extraction.ledger.tables[table]}
        assert kinds == {"completion"}
    elif table:
        assert extraction.ledger.tables[table] == []
    assert len(extraction.ledger.tables["raw_self_evaluation"]) == extraction.forms == 4
    whole = extract(DISCLOSURE)
    own = {table, "raw_document", "raw_evaluation", "raw_evaluation_indicator", "raw_unread_cell"}
    for other in set(RAW_TABLES) - own:
        if other != "raw_reported_figure":
            assert len(extraction.ledger.tables[other]) == len(whole.ledger.tables[other])


@pytest.mark.parametrize(
    ("old", "new", "unread"),
    [
        ("绩效评定级别|良好|", "绩效评定级别|良好|95", ("95",)),
        ("|资金总额:|1,150.00|", "|资金总额:|1,150.00|99.00", ("99.00",)),
        ("|其他:||", "|其他:||\n|其中：财政拨款|88.00|", ("88.00",)),
        ("||产出质量指标|符合标准", "||产出质量指标|符合标准|甲|乙", ("甲", "乙")),
        ("||产出进度指标|12月31日前", "|||12月31日前", ("12月31日前",)),
        ("||产出进度指标|12月31日前", "||产出进度指标||12月31日前", ("12月31日前",)),
    ],
)
def test_a_cell_of_a_department_table_that_fits_nowhere_stays_unread(
    old: str, new: str, unread: tuple[str, ...]
) -> None:
    extraction = extract_text(_changed(old, new))
    assert extraction.refusals == []
    assert set(_unread(extraction)) >= set(unread)
    assert set(_unread(extraction).values()) == {"out_of_place"}


@pytest.mark.parametrize(
    ("last", "part"),
    [
        ("目标与职责相符", "指标体系及打分情况表"),
        ("部门产出\t40", "绩效评价结论一览表"),
    ],
)
def test_a_department_table_that_is_cut_is_refused(last: str, part: str) -> None:
    cut = "\n".join(TEXT.split("\n")[: line_of(TEXT, last)])
    extraction = extract_text(cut)
    assert [in_chinese(refusal.part) for refusal in extraction.refusals] == [part]
    assert "incomplete" in extraction.refusals[0].reason
    assert extraction.refusals[0].line == line_of(TEXT, last)


def test_a_department_table_that_is_only_a_heading_is_refused() -> None:
    headings = (
        "评价内容|分值|评价得分",
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


# A lost, blank, doubled or shifted cell: the figures stay under their headings.

_FORM_TABLES = {"raw_self_evaluation", "raw_self_evaluation_fund", "raw_self_evaluation_indicator"}
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
    """Return every figure by its row; a row is identified by its name."""
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
    for damaged in _damages(tabbed(FORM[key])):
        extraction = extract_text(disclosure(form(**{key: damaged})))
        assert _moved(whole, extraction, _FORM_TABLES) == [], damaged
        assert extraction.forms == 1


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


@pytest.mark.parametrize(
    ("old", "new", "unread"),
    [
        ("二、教育支出|8||", "二、教育支出|8|约五万|", {"约五万"}),
        ("二、教育支出|8||", "二、教育支出|8|100 200|", {"100 200"}),
        ("二、教育支出|8|", "|8|5.00", {"8", "5.00"}),
        ("人员经费|13|", "人员经费|1.3|", {"1.3"}),
    ],
)
def test_a_damaged_cell_of_the_final_accounts_costs_itself(old: str, new: str, unread: set[str]) -> None:
    extraction = extract_text(_changed(old, new))
    assert {row["cell_text"] for row in extraction.ledger.tables["raw_unread_cell"]} == unread
    assert {_amounts(row) for row in extraction.ledger.tables["raw_final_account"]} <= _amounts_of_whole()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("二、其他收入|2|", "二、其他收入|||||"),
        ("人员经费|13|500.00|", "人员经费|13|"),
        ("二、教育支出|8||||人员经费", "二、教育支出|8|||人员经费"),
        ("二、教育支出|8||||人员经费|13|", "二、教育支出|8||||13|人员经费|"),
    ],
)
def test_a_shifted_row_of_the_final_accounts_stays_unread_as_a_whole(old: str, new: str) -> None:
    extraction = extract_text(_changed(old, new))
    assert {row["reason_code"] for row in extraction.ledger.tables["raw_unread_cell"]} == {"out_of_place"}
    read = {_amounts(row) for row in extraction.ledger.tables["raw_final_account"]}
    lost = {item for item, *_ in _amounts_of_whole() - read}
    assert read < _amounts_of_whole()
    assert lost == {"二、其他收入", "二、教育支出", "人员经费"}


def _amounts(row: dict[str, str]) -> tuple[str, ...]:
    return row["item_name"], row["initial_budget"], row["annual_budget"], row["final_account"]


def _amounts_of_whole() -> set[tuple[str, ...]]:
    return {_amounts(row) for row in extract_text(TEXT).ledger.tables["raw_final_account"]}
