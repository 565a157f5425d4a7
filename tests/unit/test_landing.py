"""The landing folder: adding, removing, restoring; corrections; malicious names and files."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from drawn_documents import as_docx, as_xlsx
from drawn_documents import table as drawn_table
from drawn_forms import TITLE
from drawn_forms import form as drawn_form
from ingestion_documents import DISCLOSURE, SEEDS, disclosure, extract_text, form
from openpyxl import load_workbook

from ingestion import intake, submission
from ingestion.batch import Limits, run_bounded
from ingestion.contract import RAW_TABLES
from ingestion.files import MANIFEST, Row, check_submission, read_rows, write_raw
from ingestion.filing import Filing, filing_of, normalised, read_filings
from ingestion.intake import Outcome, add, expand, in_inbox, waiting
from ingestion.landing import Landed, Landing, UnknownDocumentError, landed
from ingestion.message import Text, in_chinese
from ingestion.names import LONGEST_NAME, safe_name
from ingestion.reference import ReferenceTableError
from ingestion.report import REASONS_ZH, UNREAD_SHOWN, describe_unread
from ingestion.submission import Given, Refused, Taken, Task, check_given
from ingestion.vocabulary import OMISSION_REASONS

OFFICE = Given(organization="石桥街道办事处")
NAME = "项目名称|{}||||||"
SAMPLE_ID = "dd34fb40634d9"
SAMPLE_NAME = "北京市丰台区人民政府和义街道办事处"


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing", tmp_path / "var" / "quarantine", SEEDS)


def at_once(work: intake.Work, jobs: Iterable[Task], **_: object) -> Iterator[tuple[Task, Taken | Refused]]:
    """Do the work of `run_bounded` in this process; its bounds have their own tests."""
    for job in jobs:
        yield job, work(job)


@pytest.fixture(autouse=True)
def reading_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "run_bounded", at_once)


@pytest.fixture
def in_children(reading_in_this_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "run_bounded", run_bounded)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    return folder


NO_UNIT = "主管部门||||实施单位|文体科||"


TITLE_OF_OFFICE = "石桥街道办事处 2024 年度绩效自评"


def one_form(project: str, **changes: str | None) -> str:
    return disclosure(form(name=NAME.format(project), **changes))


def forms(*projects: str, note: str = "") -> str:
    return disclosure(*(form(name=NAME.format(project)) for project in projects)) + note


def write(folder: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.txt")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def put(landing: Landing, folder: Path, given: Given = OFFICE, **texts: str) -> list[Outcome]:
    return list(add(landing, write(folder, **texts), given))


def put_one(landing: Landing, folder: Path, text: str, given: Given = OFFICE, name: str = "a") -> Outcome:
    (outcome,) = put(landing, folder, given, **{name: text})
    return outcome


def ids(landing: Landing) -> set[str]:
    return {entry.document_id for entry in landing.active() if not entry.is_sample}


def manifest(outcome: Outcome) -> dict[str, object]:
    assert outcome.folder is not None
    read: dict[str, object] = json.loads((outcome.folder / MANIFEST).read_text(encoding="utf-8"))
    return read


# In.


def test_a_document_is_landed_with_its_rows_manifest_report_and_source(
    landing: Landing, papers: Path
) -> None:
    outcome = put_one(landing, papers, forms("运动会", "夜校"))
    assert (outcome.landed, outcome.refused, outcome.warnings) == (Landed.ADDED, (), ())
    assert outcome.folder == landing.root / outcome.document_id
    assert {path.name for path in outcome.folder.iterdir()} == {
        *(f"{table}.csv" for table in RAW_TABLES),
        "manifest.json",
        "report.md",
        "source",
    }
    assert (outcome.folder / "source" / "a.txt").read_bytes() == (papers / "a.txt").read_bytes()
    (filing,) = read_filings(outcome.folder)
    assert (filing.organization, filing.fiscal_year, filing.forms, filing.indicators) == (
        "石桥街道办事处",
        "2024",
        2,
        6,
    )
    written = manifest(outcome)
    assert written["status"] == "active"
    # The 96 cells in rows of the forms, and two goals of each.
    assert written["cells_taken"] == 96 + 4
    assert written["cells_unread"] == {}
    assert landed(landing.root) == [outcome.folder]
    assert not list(landing.root.glob(".work-*"))


def test_what_could_not_be_read_is_said_with_its_reason(landing: Landing, papers: Path) -> None:
    damaged = form(name=NAME.format("夜校"), output="|产出指标|数量指标|参加人数|≥1OO人|96人|40|38|下雨")
    outcome = put_one(landing, papers, disclosure(form(), damaged))
    assert (outcome.refused, outcome.quarantine) == ((), None)
    assert outcome.folder is not None
    assert manifest(outcome)["cells_unread"] == {"damaged": 1}
    assert [warning for warning in outcome.warnings if "未读 1 格" in warning]
    report = (outcome.folder / "report.md").read_text(encoding="utf-8")
    assert "- 1 damaged: 字符损坏" in report
    assert "| 项目支出绩效自评表 社区运动会 |  | 7–21 | 15 | ✓ |" in report
    assert "| self-evaluation form 社区运动会 |  | 7–21 | 15 | ✓ |" in report
    assert "2 telephone: 电话号码，默认不提取" in report
    assert "2 telephone: a telephone number" in report


def test_the_report_lists_unread_cells_with_place_labels_and_reason(landing: Landing, papers: Path) -> None:
    wrong = drawn_form(indicators=("产出指标|数量指标|参加人数|≥100人|96人|四十|38|下雨",))
    (papers / "a.xlsx").write_bytes(as_xlsx([*TITLE, wrong]))
    (outcome,) = add(landing, [papers / "a.xlsx"], OFFICE)
    assert outcome.folder is not None
    report = (outcome.folder / "report.md").read_text(encoding="utf-8")
    assert (
        "- 1 not_a_number: 应为数字的栏中印有其他文字；请对照印件更正。\n"
        "  - 工作表“表1”F15（第 1 张绩效表，行“参加人数”，列“分值”）：“四十”"
    ) in report
    assert (
        "- 1 not_a_number: the column asks for a number and something else is printed; correct it by the printed form.\n"
        "  - 工作表“表1”F15 (form 1, row “参加人数”, column “分值”): “四十”"
    ) in report
    assert f"where document_id = '{outcome.document_id}'" in report


def test_a_report_lists_so_many_unread_cells_and_says_how_many_there_are_more() -> None:
    cells = [
        Row(number, {"source_line": str(number), "cell_text": f"甲{number}", "reason_code": "no_column"})
        for number in range(1, UNREAD_SHOWN + 8)
    ]
    cells.append(
        Row(99, {"source_line": "99", "table_kind": "any", "cell_text": "5.OO", "reason_code": "damaged"})
    )
    lines = describe_unread("d1", cells)
    listed = [line for line in lines if line.startswith("  - ")]
    assert len(listed) == UNREAD_SHOWN
    # Misread cells come before those without a column.
    assert listed[0] == Text("  - 第 99 行（any）：“5.OO”", "  - line 99 (any): “5.OO”")
    assert Text("- … 另有 8 格", "- … and 8 more cells") in lines
    assert "where document_id = 'd1'" in lines[-1]


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        ("旧小区改造", "no_column", "（数据仓库没有存放它们的列）"),
        (
            "共投入2 880万元，另行核算",
            "figure_without_column",
            "（其中 1 格印有金额或数字而没有存放的列，请查看）",
        ),
        ("12.50", "figure_without_column", "（其中 1 格印有金额或数字而没有存放的列，请查看）"),
        ("0.00", "no_column", "（数据仓库没有存放它们的列）"),
        ("每户300元/月", "no_column", "（数据仓库没有存放它们的列）"),
    ],
)
def test_what_no_column_holds_is_told_and_a_figure_among_it_asks_for_a_look(
    landing: Landing, papers: Path, value: str, code: str, said: str
) -> None:
    lines = form(
        units=f"主管部门|石桥街道办事处|||实施单位|文体科||\n项目属性|{value}||||||".replace("|", "\t")
    )
    outcome = put_one(landing, papers, disclosure(lines))
    assert manifest(outcome)["cells_unread"] == {code: 1}
    [warning] = outcome.warnings
    assert "未读 1 格" + said in warning
    assert outcome.folder is not None
    [row] = read_rows(outcome.folder, "raw_unread_cell")
    assert row["cell_text"] == value
    [form_row] = read_rows(outcome.folder, "raw_self_evaluation")
    assert form_row["reading"] == "complete"


def test_an_unread_cell_keeps_the_spaces_that_are_printed(landing: Landing, papers: Path) -> None:
    lines = form(fund_total="|年度资金总额|4.00|13 100 000.00|4.50|10|90.00%|9.00")
    outcome = put_one(landing, papers, disclosure(lines))
    assert outcome.folder is not None
    rows = read_rows(outcome.folder, "raw_unread_cell")
    assert [row["cell_text"] for row in rows] == ["13 100 000.00"]


def test_a_part_that_is_refused_goes_to_quarantine_with_its_place(landing: Landing, papers: Path) -> None:
    whole = DISCLOSURE.read_text(encoding="utf-8")
    outcome = put_one(landing, papers, whole.replace("综合得分\t100\t88.50\n", ""))
    (part,) = outcome.refused
    assert part.part == Text("绩效评价结论一览表", "conclusion of an evaluation")
    assert outcome.quarantine == landing.quarantine / outcome.document_id
    assert (outcome.quarantine / "refused.csv").is_file()
    assert outcome.folder is not None
    assert not (outcome.folder / "refused").exists()
    report = (outcome.folder / "report.md").read_text(encoding="utf-8")
    assert f"- 绩效评价结论一览表，第 {part.line} 行" in report
    assert f"- conclusion of an evaluation, line {part.line}" in report


def test_the_same_bytes_are_one_document_whatever_they_are_called(landing: Landing, papers: Path) -> None:
    first, second = put(landing, papers, a=forms("甲"), b=forms("甲"))
    assert (first.landed, second.landed) == (Landed.ADDED, Landed.ALREADY)
    assert put_one(landing, papers, forms("甲"), Given(), "c").landed == Landed.ALREADY
    assert ids(landing) == {first.document_id}
    assert landing.past() == []


def test_an_option_that_is_left_out_again_gives_the_file_back_what_it_prints(
    landing: Landing, papers: Path
) -> None:
    (path,) = write(papers, a=STATEMENT)
    (first,) = add(landing, [path])
    (other,) = add(landing, [path], Given("别的局", "2022"))
    assert first.filing is not None
    assert other.filing is not None
    own = ("石桥街道办事处", "2024")
    assert (first.filing.organization, first.filing.fiscal_year) == own
    assert (other.filing.organization, other.filing.fiscal_year) == ("别的局", "2022")
    [warning] = [text for text in other.warnings if "同一文件" in text]
    assert f"替代了同一文件此前的 {own[0]} {own[1]} ({first.document_id})" in in_chinese(warning)
    (again,) = add(landing, [path])
    assert again.landed == Landed.UPDATED
    assert again.filing is not None
    assert (again.filing.organization, again.filing.fiscal_year) == own
    assert f"此前的 别的局 2022 ({other.document_id})" in "".join(map(in_chinese, again.warnings))
    assert ids(landing) == {first.document_id}


def test_a_newer_extractor_reads_the_same_bytes_again(
    landing: Landing, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = put_one(landing, papers, forms("甲"))
    assert outcome.folder is not None
    path = outcome.folder / MANIFEST
    path.write_text(json.dumps({**manifest(outcome), "extractor_version": "0"}), encoding="utf-8")
    again = put_one(landing, papers, forms("甲"), Given())
    assert again.landed == Landed.UPDATED
    assert manifest(again)["extractor_version"] != "0"
    # The user's earlier options still apply.
    assert again.filing is not None
    assert again.filing.organization == "石桥街道办事处"
    assert landing.past() == []


def test_a_wording_of_the_installation_is_read_and_makes_earlier_readings_outdated(
    landing: Landing, papers: Path
) -> None:
    put_one(landing, papers, forms("甲"))
    assert intake.outdated(landing) == []
    own = landing.root / "reference" / "header_synonym.csv"
    own.parent.mkdir()
    own.write_text("part,label,synonym\nform_header,项目名称,办事名称\n", encoding="utf-8")
    assert [source.name for source in intake.outdated(landing)] == ["a.txt"]
    assert len(landing.active()) == len(landing.sample_entries()) + 1
    (outcome,) = put(landing, papers, b=forms("乙").replace("项目名称|乙", "办事名称|乙"))
    assert outcome.folder is not None
    assert ",乙," in (outcome.folder / "raw_self_evaluation.csv").read_text(encoding="utf-8")


def test_documents_that_are_read_again_supersede_nothing(landing: Landing, papers: Path) -> None:
    # Two files of one form came together: both stay, and both stay when another reader reads them.
    put(landing, papers, a=forms("甲"), b=forms("甲", note="\n附注\n"))
    assert len(ids(landing)) == 2
    for entry in landing.active():
        if not entry.is_sample:
            path = entry.folder / MANIFEST
            path.write_text(json.dumps({**entry.manifest, "wordings": "others"}), encoding="utf-8")
    before = ids(landing)
    sources = intake.outdated(Landing(landing.root, landing.quarantine, landing.sample))
    assert len(sources) == 2
    again = list(add(landing, sources[:1], is_read_again=True)) + list(
        add(landing, sources[1:], is_read_again=True)
    )
    assert {outcome.landed for outcome in again} == {Landed.UPDATED}
    assert ids(landing) == before


@pytest.mark.parametrize(
    ("earlier", "later", "forms_of_each"),
    [("budget", "accounts", 0), ("forms:target_form", "forms:self_evaluation", 1)],
)
def test_no_kind_of_document_corrects_another(earlier: str, later: str, forms_of_each: int) -> None:
    first, second = (
        Filing(
            part,
            "某局",
            "2024",
            parts=frozenset({part}),
            forms=forms_of_each,
            projects=(("文体科", "夜校"),) * forms_of_each,
        )
        for part in (earlier, later)
    )
    assert first.key != second.key
    assert not first.corrects(second)
    assert not second.corrects(first)
    assert not second.shares_forms_with(first)


def test_another_word_of_the_user_changes_the_document(landing: Landing, papers: Path) -> None:
    put_one(landing, papers, forms("甲"))
    again = put_one(landing, papers, forms("甲"), Given(organization="南桥街道办事处", fiscal_year="2022"))
    assert again.landed == Landed.UPDATED
    assert again.filing is not None
    assert (again.filing.organization, again.filing.fiscal_year) == ("南桥街道办事处", "2022")
    assert any("2024" in warning and "2022" in warning for warning in again.warnings)


def test_the_sample_is_not_loaded_twice(landing: Landing, papers: Path) -> None:
    raw = papers / "raw"
    shutil.copytree(SEEDS, raw)
    (outcome,) = add(landing, [raw])
    assert outcome.landed == Landed.IN_SAMPLE
    assert landed(landing.root) == []


@pytest.mark.parametrize(
    ("text", "given", "word"),
    [
        (one_form("甲").replace("2024", ""), OFFICE, "--year"),
        (one_form("甲").replace("(万元)", ""), OFFICE, "--amount-unit"),
    ],
)
def test_what_gate_1_asks_for_and_nobody_prints_is_asked_of_the_user(
    landing: Landing, papers: Path, text: str, given: Given, word: str
) -> None:
    outcome = put_one(landing, papers, text, given)
    assert outcome.landed is None
    assert word in outcome.reason
    assert ids(landing) == set()
    complete = Given("石桥街道办事处", "2024", "万元")
    assert put_one(landing, papers, text, complete).landed == Landed.ADDED


def test_the_default_organization_is_for_documents_that_name_none(landing: Landing, papers: Path) -> None:
    default = Given(default_organization="默认单位")
    blank = put_one(landing, papers, one_form("甲").replace(TITLE_OF_OFFICE, ""), default)
    printed = put_one(landing, papers, DISCLOSURE.read_text(encoding="utf-8"), default, "b")
    assert blank.filing is not None
    assert printed.filing is not None
    assert blank.filing.organization == "默认单位"
    assert printed.filing.organization == "青禾市云溪区石桥街道办事处"
    assert not any("默认单位" in warning for warning in printed.warnings)


def test_forms_that_print_no_organization_are_their_competent_unit_s(landing: Landing, papers: Path) -> None:
    outcome = put_one(landing, papers, one_form("甲").replace(TITLE_OF_OFFICE, ""), Given())
    assert outcome.filing is not None
    assert outcome.filing.organization == "石桥街道办事处"
    assert any("主管部门" in warning for warning in outcome.warnings)


def test_a_form_that_gate_1_would_refuse_does_not_cost_the_others(landing: Landing, papers: Path) -> None:
    outcome = put_one(landing, papers, DISCLOSURE.read_text(encoding="utf-8"), Given())
    assert outcome.landed == Landed.ADDED
    assert outcome.folder is not None
    assert check_submission(outcome.folder) == []


SENTENCE = "教育支出（类）。年初预算为10.00万元，支出决算为{}万元，完成年初预算的{}%。"
STATEMENT = "石桥街道办事处2024年度部门决算说明\n" + SENTENCE.format("9.00", "90")


def test_a_document_of_sentences_alone_is_landed_and_its_report_says_so(
    landing: Landing, papers: Path
) -> None:
    outcome = put_one(landing, papers, STATEMENT)
    assert (outcome.landed, outcome.refused) == (Landed.ADDED, ())
    assert outcome.folder is not None
    report = (outcome.folder / "report.md").read_text(encoding="utf-8")
    assert "| 正文中的支出决算 |  | 2–2 | 1 | ✓ |" in report
    assert "| sentences with final accounts of items |  | 2–2 | 1 | ✓ |" in report
    assert any("没有识别出表格" in warning for warning in outcome.warnings)
    # 万元 is printed behind each amount, and nowhere else.
    assert check_submission(outcome.folder) == []


def test_a_damaged_amount_of_an_account_table_is_named_by_its_place(landing: Landing, papers: Path) -> None:
    accounts = drawn_table(
        "支出决算表|<|<",
        "单位：万元|<|<",
        "功能分类科目编码|科目名称|决算数",
        "205|教育支出|3O0.00",
    )
    (papers / "a.docx").write_bytes(as_docx([*TITLE, drawn_form(), accounts]))
    (outcome,) = add(landing, [papers / "a.docx"], OFFICE)
    assert outcome.refused == ()
    assert outcome.folder is not None
    [row] = read_rows(outcome.folder, "raw_unread_cell")
    assert (row["cell_text"], row["reason_code"], row["source_place"]) == ("3O0.00", "damaged", "表2第4行")


def test_a_document_of_which_nothing_can_be_read_is_refused_as_a_whole(
    landing: Landing, papers: Path
) -> None:
    outcome = put_one(landing, papers, "\n".join(one_form("甲").split("\n")[:9]))
    assert outcome.landed is None
    assert "表中只有表头" in outcome.reason
    assert ids(landing) == set()


def test_a_workbook_says_which_formula_has_no_stored_value(landing: Landing, papers: Path) -> None:
    book = load_workbook(io.BytesIO(as_xlsx([*TITLE, drawn_form()])))
    cell = next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "4.50")
    cell.value = "=4+0.5"
    book.save(papers / "a.xlsx")
    (outcome,) = add(landing, [papers / "a.xlsx"], OFFICE)
    assert outcome.landed == Landed.ADDED
    assert [text for text in outcome.warnings if f"{cell.coordinate}的公式没有保存结果" in text]
    assert outcome.folder is not None
    assert "" in [row["executed"] for row in read_rows(outcome.folder, "raw_self_evaluation_fund")]


def test_a_rule_profile_is_given_to_every_form_and_one_that_is_not_seeded_is_refused(
    landing: Landing, papers: Path
) -> None:
    outcome = put_one(landing, papers, forms("甲", "乙"), Given(rule_profile="mof_2021_101"))
    assert outcome.landed == Landed.ADDED
    (folder,) = landed(landing.root)
    with (folder / "raw_self_evaluation.csv").open(encoding="utf-8", newline="") as file:
        assert [row["rule_profile"] for row in csv.DictReader(file)] == ["mof_2021_101"] * 2
    again = put_one(landing, papers, forms("甲", "乙"), Given(rule_profile="mof_2020_10"))
    assert again.landed == Landed.UPDATED
    wrong = check_given(Given(rule_profile="mof_2099"))
    assert wrong is not None
    assert "mof_2020_10" in wrong


@pytest.mark.parametrize("year", ["23", "二〇二三", "1889", "２０２３"])
def test_a_year_that_is_none_is_refused_at_once(year: str) -> None:
    assert check_given(Given(fiscal_year=year)) is not None
    assert check_given(Given(fiscal_year="2023", amount_unit="万元")) is None
    assert check_given(Given(amount_unit="美元")) is not None


def test_every_reason_for_leaving_a_cell_out_is_explained_in_chinese_too() -> None:
    assert OMISSION_REASONS.keys() <= REASONS_ZH.keys()


# Corrections.


def test_a_corrected_filing_takes_the_place_of_the_old_one_which_stays_in_history(
    landing: Landing, papers: Path
) -> None:
    old = put_one(landing, papers, forms("甲", "乙"))
    new = put_one(landing, papers, forms("甲", "乙", "丙"), Given("石桥 街道办事处"), "b")
    assert new.superseded == (old.document_id,)
    assert ids(landing) == {new.document_id}
    (past,) = landing.past()
    assert past.folder == landing.history / f"{old.document_id}-1"
    assert (past.manifest["why"], past.manifest["superseded_by"]) == ("superseded", new.document_id)
    assert past.manifest["at"]
    assert (past.folder / "source" / "a.txt").is_file()


@pytest.mark.parametrize(
    "given",
    [Given("另一街道办事处"), Given("石桥街道办事处", fiscal_year="2023")],
    ids=["another organization", "another year"],
)
def test_another_organization_or_year_corrects_nothing(landing: Landing, papers: Path, given: Given) -> None:
    put_one(landing, papers, forms("甲", "乙"))
    other = put_one(landing, papers, forms("甲", "乙", "丙"), given, "b")
    assert other.superseded == ()
    assert len(ids(landing)) == 2


def test_forms_filed_one_by_one_do_not_supersede_each_other(landing: Landing, papers: Path) -> None:
    put(landing, papers, a=one_form("甲"), b=one_form("乙"))
    corrected = put_one(
        landing, papers, one_form("甲", quality="||质量指标|安全|无事故|2起|40|30|"), name="c"
    )
    assert len(corrected.superseded) == 1
    assert len(ids(landing)) == 2


def test_two_forms_of_one_name_that_come_together_are_two(landing: Landing, papers: Path) -> None:
    other = one_form("甲", quality="||质量指标|安全|无事故|2起|40|30|")
    first, second = put(landing, papers, a=one_form("甲"), b=other)
    assert second.superseded == ()
    assert any(first.document_id in warning for warning in second.warnings)
    # Which of them a third one corrects is unknown.
    third = put_one(landing, papers, one_form("甲", satisfaction=None), name="c")
    assert third.superseded == ()
    assert len(ids(landing)) == 3
    assert any("jixiao remove" in warning for warning in third.warnings)


def test_a_project_of_another_office_is_another_project(landing: Landing, papers: Path) -> None:
    put_one(landing, papers, one_form("党建经费"))
    other = one_form("党建经费", units="主管部门|石桥街道办事处|||实施单位|综合办||")
    assert put_one(landing, papers, other, name="b").superseded == ()
    assert len(ids(landing)) == 2


def test_a_second_volume_of_forms_is_no_correction_of_the_first(landing: Landing, papers: Path) -> None:
    first = put_one(landing, papers, forms("甲", "乙", "丙"))
    second = put_one(landing, papers, forms("丙", "丁", "戊"), name="b")
    assert second.superseded == ()
    assert any(first.document_id in warning for warning in second.warnings)
    assert len(ids(landing)) == 2


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (forms("甲", "乙", "丙"), forms("丙", "丁", "戊"), "有同名项目"),
        (forms("甲", "乙"), forms("丙", "丁"), "项目大多不同"),
        (STATEMENT, forms("丙", "丁"), "它有本文件没有的部分"),
    ],
)
def test_two_documents_that_are_both_kept_say_why_when_added_and_when_restored(
    landing: Landing, papers: Path, first: str, second: str, why: str
) -> None:
    given = Given("石桥街道办事处", "2024", "万元")
    before = put_one(landing, papers, first, given)
    after = put_one(landing, papers, second, given, "b")
    said = f"与 {before.document_id}（a.txt）为同一单位、同一年度，{why}，均保留"
    assert [warning for warning in after.warnings if said in warning]
    landing.remove(after.document_id)
    assert [warning for warning in landing.restore(after.document_id).warnings if said in warning]


def test_many_documents_that_are_all_kept_are_one_warning(landing: Landing, papers: Path) -> None:
    given = Given("石桥街道办事处", "2024", "万元")
    *before, last = (
        put_one(landing, papers, forms("甲", *others), given, name)
        for name, others in (("a", "乙丙"), ("b", "丁戊"), ("c", "己庚"), ("d", "辛壬"))
    )
    kept = [warning for warning in last.warnings if "均保留" in warning]
    assert len(kept) == 1
    assert "等 3 份" in kept[0]
    assert sum(one.document_id in kept[0] for one in before) == 1


def test_forms_alone_do_not_supersede_a_disclosure_with_accounts() -> None:
    projects = (("办", "甲"), ("办", "乙"))
    whole = Filing("d1", "某办", "2024", parts=frozenset({"accounts"}), forms=2, projects=projects)
    alone = Filing("d2", "某办", "2024", forms=2, projects=projects)
    assert not alone.corrects(whole)
    assert whole.corrects(alone)


def test_sentences_and_tables_of_accounts_in_files_of_their_own_correct_only_their_like(
    landing: Landing, papers: Path
) -> None:
    table = "{}\n单位：万元\n功能分类科目编码\t科目名称\t年初预算数\t全年预算数\t决算数\n205\t教育支出\t10.00\t10.00\t{}\n"
    given = Given("石桥街道办事处", "2024", "万元")
    revenue, spending = "一般公共预算财政拨款支出决算表", "政府性基金预算财政拨款支出决算表"
    texts = {
        "one": STATEMENT,
        "two": table.format(revenue, "9.00"),
        "three": table.format(spending, "9.00"),
    }
    outcomes = [put_one(landing, papers, text, given, name) for name, text in texts.items()]
    assert [outcome.landed for outcome in outcomes] == [Landed.ADDED] * 3
    assert [outcome.superseded for outcome in outcomes] == [()] * 3
    corrected = put_one(landing, papers, texts["two"].replace("9.00", "8.00"), given, "four")
    assert corrected.superseded == (outcomes[1].document_id,)
    corrected = put_one(landing, papers, STATEMENT.replace("9.00", "8.00"), given, "five")
    assert corrected.superseded == (outcomes[0].document_id,)


def test_a_manifest_of_an_earlier_version_counts_items_by_its_rows() -> None:
    filing = Filing("d1", "某办", "2024", "a.txt", items=5)
    written = {"document_id": "d1", "source_file": "a.txt", "source_sha256": "", "filing": filing.to_json()}
    assert filing_of(written).items == 5
    old = {name: value for name, value in filing.to_json().items() if name != "items"}
    rows = {"raw_final_account": 3, "raw_budget_account": 1, "raw_self_evaluation": 9}
    assert filing_of(written | {"filing": old, "rows": rows}).items == 4
    assert filing_of(written | {"filing": old}).items == 0


def test_an_unknown_organization_or_year_is_no_identity() -> None:
    assert Filing("d1", "", "2024").key is None
    assert Filing("d1", "某办", " ").key is None
    assert not Filing("d1", "", "2024").corrects(Filing("d2", "", "2024"))


@pytest.mark.parametrize(
    "name", ["石桥街道（本级）", "石桥街道(本级)", " 石桥 街道（本级） ", "石桥街道〔本级〕"]
)
def test_a_name_is_the_same_however_it_is_spaced_and_bracketed(name: str) -> None:
    assert normalised(name) == "石桥街道(本级)"


def test_a_corrected_filing_of_the_samples_unit_takes_the_sample_out(landing: Landing, papers: Path) -> None:
    raw = hand_made(papers / "raw", "corrected", SEEDS)
    (outcome,) = add(landing, [raw])
    assert (outcome.landed, outcome.superseded) == (Landed.ADDED, (SAMPLE_ID,))
    assert [entry.document_id for entry in landing.active()] == ["corrected"]
    row = landing.withdrawn()[SAMPLE_ID]
    assert (row["why"], row["superseded_by"]) == ("superseded", "corrected")
    back = landing.restore(SAMPLE_ID)
    assert (back.landed, back.superseded) == (Landed.RETURNED, ("corrected",))
    assert [entry.document_id for entry in landing.active()] == [SAMPLE_ID]
    assert landing.withdrawn() == {}


# Removing and restoring.


def test_what_is_removed_stays_in_history_and_comes_back(landing: Landing, papers: Path) -> None:
    outcome = put_one(landing, papers, forms("甲"))
    landing.remove(outcome.document_id)
    assert ids(landing) == set()
    assert [entry.manifest["why"] for entry in landing.past()] == ["removed"]
    assert landing.restore(outcome.document_id).landed == Landed.RETURNED
    assert ids(landing) == {outcome.document_id}
    assert landing.past() == []
    assert landing.restore(outcome.document_id).landed == Landed.ALREADY


def test_bytes_that_are_in_history_come_back_when_they_are_added(landing: Landing, papers: Path) -> None:
    outcome = put_one(landing, papers, forms("甲"))
    landing.remove(outcome.document_id)
    assert put_one(landing, papers, forms("甲")).landed == Landed.RETURNED
    assert ids(landing) == {outcome.document_id}


def test_an_old_version_that_comes_back_takes_its_place_again(landing: Landing, papers: Path) -> None:
    old = put_one(landing, papers, forms("甲", "乙"))
    new = put_one(landing, papers, forms("甲", "乙", "丙"), name="b")
    assert landing.restore(old.document_id).superseded == (new.document_id,)
    assert ids(landing) == {old.document_id}


def test_an_unknown_id_names_those_that_are_meant(landing: Landing, papers: Path) -> None:
    outcome = put_one(landing, papers, forms("甲"))
    with pytest.raises(UnknownDocumentError) as caught:
        landing.remove(outcome.document_id[:6])
    assert caught.value.candidates == [outcome.document_id]
    with pytest.raises(UnknownDocumentError):
        landing.restore("nothing")


def test_at_most_three_close_ids_are_named_and_none_that_is_not_close(landing: Landing, papers: Path) -> None:
    for name in "abcde":
        put_one(landing, papers, forms(name), name=name)
    for document_id, number in (("d", 3), ("dzzzz", 0)):
        with pytest.raises(UnknownDocumentError) as caught:
            landing.remove(document_id)
        assert len(caught.value.candidates) == number


def test_the_sample_can_be_removed_and_brought_back(landing: Landing) -> None:
    landing.remove(SAMPLE_ID)
    assert landing.active() == []
    with pytest.raises(UnknownDocumentError):
        landing.remove(SAMPLE_ID)
    assert landing.restore(SAMPLE_ID).landed == Landed.RETURNED
    assert [entry.document_id for entry in landing.active()] == [SAMPLE_ID]


def test_two_processes_do_not_change_the_folder_at_once(landing: Landing, papers: Path) -> None:
    (path,) = write(papers, a=forms("甲"))
    other = Landing(landing.root, landing.quarantine, SEEDS)
    done = threading.Event()
    with landing.workspace() as workspace:
        taken = intake.take(Task(path, workspace / "0", OFFICE))
        assert isinstance(taken, Taken)

        def settle() -> None:
            other.settle(workspace / "0")
            done.set()

        with landing.lock():
            thread = threading.Thread(target=settle)
            thread.start()
            assert not done.wait(0.3)
            assert ids(landing) == set()
        thread.join(10)
    assert done.is_set()
    with landing.lock():
        assert ids(landing) == {document_id for document_id, _ in taken.documents}


def test_a_folder_that_was_being_replaced_when_the_process_was_killed_is_whole_again(
    landing: Landing, papers: Path
) -> None:
    outcome = put_one(landing, papers, forms("甲"))
    assert outcome.folder is not None
    outcome.folder.rename(landing.root / f".old-{outcome.document_id}")
    with landing.lock():
        pass
    assert check_submission(outcome.folder) == []


def test_a_workspace_that_a_killed_process_left_is_removed_and_one_in_use_is_not(landing: Landing) -> None:
    left = landing.root / ".work-left"
    left.mkdir(parents=True)
    with landing.workspace() as mine:
        assert not left.exists()
        with Landing(landing.root, landing.quarantine, SEEDS).workspace() as other:
            assert mine.exists()
            assert other.exists()
    assert not mine.exists()


# Raw CSVs made by hand.


def hand_made(folder: Path, document_id: str, source: Path) -> Path:
    """Write raw CSVs of another document, as if made by hand."""
    folder.mkdir(parents=True)
    for table in RAW_TABLES:
        with (source / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *([document_id, *row[1:]] for row in rows)])
    return folder


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    extraction = extract_text(forms("甲", "乙"))
    extraction.ledger.tables["raw_document"][0]["organization_name"] = "石桥街道办事处"
    write_raw(extraction, tmp_path / "made")
    return hand_made(tmp_path / "raw", "2024-001", tmp_path / "made")


def test_raw_csvs_made_by_hand_are_taken_as_they_are(landing: Landing, raw: Path) -> None:
    (outcome,) = add(landing, [raw])
    assert (outcome.landed, outcome.document_id) == (Landed.ADDED, "2024-001")
    assert outcome.folder == landing.root / "2024-001"
    for table in RAW_TABLES:
        assert (outcome.folder / f"{table}.csv").read_bytes() == (raw / f"{table}.csv").read_bytes()
    (again,) = add(landing, [raw])
    assert again.landed == Landed.ALREADY


def test_raw_csvs_that_were_changed_replace_those_before_which_stay_in_history(
    landing: Landing, raw: Path
) -> None:
    list(add(landing, [raw]))
    path = raw / "raw_self_evaluation.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("甲", "丙"), encoding="utf-8")
    (outcome,) = add(landing, [raw])
    assert outcome.landed == Landed.UPDATED
    (past,) = landing.past()
    assert (past.document_id, past.manifest["why"]) == ("2024-001", "replaced")
    assert "丙" in (landing.root / "2024-001" / "raw_self_evaluation.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "column"),
    [
        (Given(organization="乙局"), "organization_name"),
        (Given(fiscal_year="2020"), "fiscal_year"),
        (Given(amount_unit="元"), "amount_unit"),
        (Given(rule_profile="x"), "rule_profile"),
    ],
)
def test_an_option_that_differs_from_raw_csvs_is_refused(
    landing: Landing, raw: Path, given: Given, column: str
) -> None:
    (outcome,) = add(landing, [raw], given)
    assert outcome.landed is None
    assert f"[{column}]" in outcome.reason
    (same,) = add(landing, [raw], Given(organization="石桥街道办事处"))
    assert same.landed == Landed.ADDED


def test_an_id_of_raw_csvs_that_another_year_has_is_asked_about(landing: Landing, raw: Path) -> None:
    list(add(landing, [raw]))
    path = raw / "raw_document.csv"
    row = path.read_text(encoding="utf-8")
    entry = landing.find("2024-001")
    assert entry is not None
    changed = row.replace(",2024,", ",2019,")
    # Another reading of the same file is a correction.
    path.write_text(changed, encoding="utf-8")
    assert [outcome.landed for outcome in add(landing, [raw])] == [Landed.UPDATED]
    path.write_text(row.replace(entry.filing.source_sha256, "0" * 64), encoding="utf-8")
    (outcome,) = add(landing, [raw])
    assert "is that of another document: 石桥街道办事处 2019" in outcome.reason
    kept = landing.find("2024-001")
    assert kept is not None
    assert kept.filing.fiscal_year == "2019"


def test_raw_csvs_with_errors_are_refused_with_file_line_and_column(landing: Landing, raw: Path) -> None:
    path = raw / "raw_self_evaluation_fund.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace("2024-001", "2024-002", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (outcome,) = add(landing, [raw])
    assert outcome.landed is None
    assert outcome.reason == Text(
        f"{path}:3 [document_id]: '2024-002' 与本文件夹的文件编号 '2024-001' 不符",
        f"{path}:3 [document_id]: '2024-002' is not the document of this folder, '2024-001'",
    )
    assert (landing.quarantine / "raw" / "reason.txt").is_file()
    assert raw.is_dir()
    assert ids(landing) == set()


def test_a_folder_put_there_without_a_manifest_is_a_document_like_any_other(
    landing: Landing, raw: Path
) -> None:
    shutil.copytree(raw, landing.root / "put there")
    assert ids(landing) == {"2024-001"}
    landing.remove("2024-001")
    assert landed(landing.root) == []
    assert landing.restore("2024-001").folder == landing.root / "2024-001"


@pytest.mark.parametrize("document_id", ["../../x", "inbox", "HISTORY", "a/b", ".hidden", "CON", "甲" * 200])
def test_no_document_id_leads_out_of_the_landing_folder(
    landing: Landing, raw: Path, tmp_path: Path, document_id: str
) -> None:
    before = {path for path in tmp_path.rglob("*") if landing.root not in path.parents}
    (outcome,) = add(landing, [hand_made(tmp_path / "hostile", document_id, raw)])
    assert outcome.landed == Landed.ADDED
    (folder,) = landed(landing.root)
    assert folder.parent == landing.root
    landing.remove(document_id)
    (past,) = landing.past()
    assert past.folder.parent == landing.history
    after = {path for path in tmp_path.rglob("*") if landing.root not in path.parents}
    assert {path for path in after - before if "hostile" not in path.parts} == {landing.root}


# Malicious names and files.


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("报告.txt", "报告.txt"),
        ("../../x.txt", "_.._.._x.txt"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a\nb\x1b.txt", "a_b_.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        (".hidden", "_.hidden"),
        ("c:\\x.txt", "c__x.txt"),
        ("a\u202etxt.exe", "a_txt.exe"),
        ("inbox", "inbox"),
    ],
)
def test_a_name_from_outside_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_suffix_and_tells_itself_from_others() -> None:
    first, second = safe_name("甲" * 300 + ".docx"), safe_name("甲" * 301 + ".docx")
    assert first != second
    assert first.endswith(".docx")
    assert len(first.encode()) <= LONGEST_NAME
    assert safe_name("x" * 255 + ".") == safe_name("x" * 255)


@pytest.mark.parametrize(
    "name", [b"a\nb\x1b[31m.txt", "社区".encode("gb18030") + b".txt", b"CON", b"x" * 250]
)
def test_a_file_is_taken_in_whatever_it_is_called(landing: Landing, papers: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(papers) + b"/" + name))
    path.write_text(forms("甲"), encoding="utf-8")
    (outcome,) = add(landing, [path], OFFICE)
    assert outcome.landed == Landed.ADDED
    assert outcome.filing is not None
    assert outcome.filing.source_file.isprintable()
    (source,) = landing.root.glob("*/source/*")
    source.name.encode("utf-8")
    assert source.read_bytes() == path.read_bytes()


def test_one_bad_file_never_stops_the_rest(landing: Landing, papers: Path) -> None:
    empty, binary, good = papers / "empty.txt", papers / "odd.bin", papers / "good.txt"
    empty.touch()
    binary.write_bytes(bytes(range(256)) * 10)
    good.write_text(forms("甲"), encoding="utf-8")
    os.mkfifo(papers / "pipe.txt")
    sources = [empty, binary, papers / "none.txt", papers / "pipe.txt", papers, good]
    outcomes = list(add(landing, sources, OFFICE))
    assert [outcome.source for outcome in outcomes] == sources
    assert [outcome.landed for outcome in outcomes] == [None] * 5 + [Landed.ADDED]
    assert all(outcome.reason for outcome in outcomes[:5])
    assert sorted(path.name for path in landing.quarantine.iterdir()) == ["empty.txt", "odd.bin"]


def hang_or_take(task: Task) -> Taken | Refused:
    """A reader that a file can hang or kill."""
    if task.source.name == "hang.txt":
        time.sleep(600)
    if task.source.name == "die.txt":
        os._exit(9)
    return intake.take(task)


@pytest.mark.usefixtures("in_children")
def test_a_file_that_hangs_or_kills_its_reader_is_refused_and_the_rest_goes_on(
    landing: Landing, papers: Path
) -> None:
    sources = write(papers, hang="x", die="y", good=forms("甲"))
    hung, dead, good = add(landing, sources, OFFICE, work=hang_or_take, limits=Limits(seconds=10))
    assert "stopped after 10 s" in hung.reason
    assert "exit code 9" in dead.reason
    assert good.landed == Landed.ADDED
    assert (landing.quarantine / "hang.txt" / "reason.txt").is_file()
    assert not list(landing.root.glob(".work-*"))


def test_a_file_larger_than_any_that_is_read_leaves_only_its_reason(landing: Landing, papers: Path) -> None:
    path = papers / "large.txt"
    with path.open("wb") as file:
        file.truncate(101 * 2**20)
    (outcome,) = add(landing, [path], OFFICE)
    assert "101 MB" in outcome.reason
    assert [file.name for file in (landing.quarantine / "large.txt").iterdir()] == ["reason.txt"]


# A file with the documents of several years.


def two_years(*, second: str = "夜校", **changes: str | None) -> str:
    """Return two forms, of 2023 and 2024, in one text."""
    first = one_form("运动会").replace("2024", "2023")
    return f"{first}\n{one_form(second, **changes)}"


def years(landing: Landing) -> dict[str, str]:
    return {e.document_id: e.filing.fiscal_year for e in landing.active() if not e.is_sample}


def test_a_file_of_two_years_is_two_documents(landing: Landing, papers: Path) -> None:
    first, second = put(landing, papers, Given(), a=two_years())
    assert (first.landed, second.landed) == (Landed.ADDED, Landed.ADDED)
    assert years(landing) == {first.document_id: "2023", f"{first.document_id}_2": "2024"}
    assert [manifest(o)["documents"] for o in (first, second)] == [
        [first.document_id, second.document_id]
    ] * 2
    assert any("2 documents" in warning for warning in first.warnings)
    for outcome in (first, second):
        assert outcome.folder is not None
        assert (outcome.folder / "source" / "a.txt").read_bytes() == (papers / "a.txt").read_bytes()
        assert check_submission(outcome.folder) == []
    assert not list(landing.root.glob(".work-*"))


def test_a_file_of_two_years_is_there_already(landing: Landing, papers: Path) -> None:
    put(landing, papers, Given(), a=two_years())
    again = put(landing, papers, Given(), a=two_years())
    assert [outcome.landed for outcome in again] == [Landed.ALREADY] * 2
    assert landing.past() == []


def test_one_of_two_documents_of_a_file_is_removed_and_brought_back(landing: Landing, papers: Path) -> None:
    first, second = put(landing, papers, Given(), a=two_years())
    landing.remove(first.document_id)
    assert set(years(landing)) == {second.document_id}
    landing.restore(first.document_id)
    landing.remove(second.document_id)
    assert set(years(landing)) == {first.document_id}
    again = put(landing, papers, Given(), a=two_years())
    assert [outcome.landed for outcome in again] == [Landed.ALREADY, Landed.RETURNED]
    assert set(years(landing)) == {first.document_id, second.document_id}


def test_a_file_of_two_years_that_the_user_says_is_of_one_is_one_document(
    landing: Landing, papers: Path
) -> None:
    first, _ = put(landing, papers, Given(), a=two_years())
    (whole,) = put(landing, papers, Given(fiscal_year="2024"), a=two_years())
    assert (whole.landed, years(landing)) == (Landed.UPDATED, {first.document_id: "2024"})


def test_a_corrected_file_of_one_year_takes_the_place_of_that_year_alone(
    landing: Landing, papers: Path
) -> None:
    first, second = put(landing, papers, Given(), a=two_years())
    (corrected,) = put(landing, papers, Given(), b=one_form("夜校") + "\n更正")
    assert corrected.superseded == (second.document_id,)
    assert set(years(landing)) == {first.document_id, corrected.document_id}


def test_reading_a_file_again_brings_nothing_back_that_was_removed(
    landing: Landing, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = put(landing, papers, Given(), a=two_years())
    landing.remove(first.document_id)
    monkeypatch.setattr(submission, "EXTRACTOR_VERSION", "later")
    sources = intake.outdated(landing)
    assert len(sources) == 1
    list(add(landing, sources, is_read_again=True))
    assert set(years(landing)) == {second.document_id}


def test_a_document_of_a_file_that_can_not_be_landed_keeps_the_other_one_not_back(
    landing: Landing, papers: Path
) -> None:
    no_unit = {"fund_heading": "项目资金||年初预算数|全年预算数|全年执行数|分值|执行率|得分"}
    first, refused = put(landing, papers, Given(), a=two_years(**no_unit))
    assert first.landed == Landed.ADDED
    assert "2024" in refused.reason
    assert "--amount-unit" in refused.reason
    assert years(landing) == {first.document_id: "2023"}


# Folders and the inbox.


def test_a_folder_stands_for_the_documents_in_it(papers: Path, raw: Path) -> None:
    write(papers, b="x", a="x")
    (papers / "more").mkdir()
    write(papers / "more", c="x")
    for name in ("~$a.docx", ".DS_Store", "d.part", "e.crdownload", "f.TMP", "Thumbs.db"):
        (papers / name).touch()
    (papers / "link.txt").symlink_to("/etc/hostname")
    shutil.copytree(raw, papers / "raw")
    found = [path.relative_to(papers).as_posix() for path in expand([papers, papers / "a.txt"])]
    assert found == ["a.txt", "b.txt", "more/c.txt", "raw"]


def test_only_what_has_lain_still_is_taken_from_the_inbox(papers: Path) -> None:
    (path,) = write(papers, a="x")
    # Copying a file can preserve an old modification time.
    os.utime(path, (0, 0))
    changed = path.stat().st_ctime
    assert in_inbox(papers) == [path]
    assert waiting(papers, now=changed + 9) == []
    assert waiting(papers, now=changed + 10) == [path]


def test_what_came_through_the_inbox_is_taken_away(landing: Landing, raw: Path) -> None:
    folder = landing.inbox / "石桥"
    folder.mkdir(parents=True)
    (landing.inbox / "bad.txt").write_bytes(b"first")
    shutil.copytree(raw, landing.inbox / "raw")
    write(folder, a=one_form("夜校"))
    (landing.quarantine / "bad.txt").mkdir(parents=True)
    (landing.quarantine / "bad.txt" / "bad.txt").write_bytes(b"of another day")
    found = expand([landing.inbox])
    outcomes = list(add(landing, found, OFFICE, consume=True))
    assert [outcome.landed for outcome in outcomes] == [None, Landed.ADDED, Landed.ADDED]
    assert list(landing.inbox.iterdir()) == []
    assert (landing.quarantine / "bad.txt" / "bad.txt").read_bytes() == b"of another day"
    assert (landing.quarantine / "bad.txt-2" / "bad.txt").read_bytes() == b"first"


def touch_and_take(task: Task) -> Taken | Refused:
    """A file that is rewritten while it is being read."""
    taken = intake.take(task)
    task.source.write_text("the next version, longer or shorter", encoding="utf-8")
    return taken


def test_what_was_written_anew_in_the_meantime_stays_in_the_inbox(landing: Landing) -> None:
    landing.inbox.mkdir(parents=True)
    (path,) = write(landing.inbox, a=one_form("夜校"))
    (outcome,) = add(landing, [path], OFFICE, consume=True, work=touch_and_take)
    assert outcome.landed == Landed.ADDED
    assert path.read_text(encoding="utf-8") == "the next version, longer or shorter"


def test_a_form_without_a_unit_beside_one_that_prints_it_keeps_its_amounts_unread_and_the_rest_loads(
    landing: Landing, papers: Path
) -> None:
    heading = "项目资金||年初预算数|全年预算数|全年执行数|分值|执行率|得分"
    text = disclosure(form(name=NAME.format("甲")), form(name=NAME.format("乙"), fund_heading=heading))
    outcome = put_one(landing, papers, text)
    assert (outcome.landed, outcome.folder is not None) == (Landed.ADDED, True)
    assert outcome.folder is not None
    funds = read_rows(outcome.folder, "raw_self_evaluation_fund")
    assert {row["executed"] for row in funds if row["form_no"] == "1"} >= {"4.50"}
    assert {
        row[name] for row in funds if row["form_no"] == "2" for name in ("annual_budget", "executed")
    } == {""}
    unread = read_rows(outcome.folder, "raw_unread_cell")
    assert {(row["form_no"], row["reason_code"]) for row in unread} == {("2", "unknown_unit")}
    assert "4.50" in {row["cell_text"] for row in unread}
    again = put_one(landing, papers, text, replace(OFFICE, amount_unit="万元"))
    assert again.folder is not None
    assert {row["executed"] for row in read_rows(again.folder, "raw_self_evaluation_fund")} >= {"4.50"}
    assert read_rows(again.folder, "raw_unread_cell") == []


def test_a_table_of_wordings_that_cannot_be_used_is_named_and_no_file_is_refused_for_it(
    landing: Landing, papers: Path
) -> None:
    own = landing.root / "reference" / "header_synonym.csv"
    own.parent.mkdir(parents=True)
    own.write_text("part,word\nform_header,x\n", encoding="utf-8")
    with pytest.raises(ReferenceTableError, match=r"header_synonym\.csv:1"):
        put_one(landing, papers, forms("甲"))
    assert not landing.quarantine.exists()
