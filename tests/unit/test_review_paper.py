"""The review of a handful of rows: on screen, as JSON, as a work paper, and its imported decisions."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from typer.testing import CliRunner, Result

from jixiao.cli import review_import as review_import_command
from jixiao.cli.main import app
from jixiao.export.sheets import CELL_LIMIT, CUT_MARK, clean_text, sheet_name
from jixiao.release.releases import publish
from jixiao.review import paper_reader
from jixiao.review.decisions import Import, decisions_path, import_decisions, move_decisions
from jixiao.review.findings import ReviewError
from jixiao.review.paper_reader import SHEET, read_paper
from jixiao.settings import PROJECT_ROOT, Settings

TODAY = date(2026, 6, 30)
"""The day of all these tests, even if they run over midnight."""

HOSTILE = {
    "f_formula": '=HYPERLINK("http://example.org","a")',
    "f_plus": "+1+cmd|' /C calc'!A0",
    "f_minus": "-2+3",
    "f_at": "@SUM(1)",
    "f_tab": "\t=1+1",
    "f_error": "#N/A",
    "f_escape": "a_x0041_b",
    "f_control": "a\x00b\x07c\x1bd\ufffee",
    "f_long": "长" * 40_000,
    "f_emoji": "🙂" * 20_000,
}

TABLES = """
create schema core; create schema review; create schema quality;
create table quality.build_info as
    select '20260102T020000Z' as release_id, '2026-01-02T02:00:00+00:00' as started_at;
create table core.dim_document as select * from (values
    ('d1', '甲街道办事处', 2023, 'jia.txt'), ('d2', '乙街道办事处', 2023, 'yi.txt')
) as v (document_id, organization_name, fiscal_year, source_file);
create table core.dim_project as select * from (values
    ('p11', 'd1', 11, '退休人员经费', '甲街道', '服务中心'), ('p58', 'd1', 58, '最低生活保障', '甲街道', null),
    ('q1', 'd2', 1, '物业管理', '乙街道', '乙街道')
) as v (project_id, document_id, form_no, project_name, competent_unit_text, implementing_unit_text);
create table review.dim_rule as select * from (values
    ('score_above_weight', 1, 'E', '错误', '得分', '得分超过分值', 0.005::decimal(12, 6), '分'),
    ('score_blank', 1, 'E', '错误', '得分', '得分未填', null, null),
    ('target_not_measurable', 1, 'W', '疑点', '指标', '指标值不可衡量', null, null),
    ('amount_rounding', 1, 'I', '提示', '资金', '金额小数位数不一致', 1, '末位')
) as v (rule_id, rule_version, severity, severity_zh, category_zh, title_zh, tolerance, tolerance_unit);
alter table review.dim_rule add column question_zh varchar default '问？';
alter table review.dim_rule add column why_zh varchar;
alter table review.dim_rule add column remedy_zh varchar;
alter table review.dim_rule add column clause varchar default '条款';
alter table review.dim_rule add column formula varchar default '= 得分';
create table review.fct_finding (
    finding_id varchar, rule_id varchar, rule_version int default 1, severity varchar, category varchar default 'c',
    document_id varchar default 'd1', project_id varchar, indicator_id varchar, item varchar, source_line int,
    reported varchar, expected varchar, reported_value decimal(20, 6), expected_value decimal(20, 6),
    difference decimal(20, 6), unit varchar, operands varchar, clause varchar default '条款', message_zh varchar,
    message_en varchar default 'm', hypothesis varchar, hypothesis_en varchar, decision varchar,
    decision_reason varchar, decided_by_role varchar, decided_on date, is_open boolean default true,
    case_id varchar, is_leading boolean default true, source_place varchar, against_line int, against_last_line int,
    against_zh varchar, against_en varchar, remedy_zh varchar, remedy_en varchar, case_kind varchar default 'slip'
);
create view review.mart_finding as
    select
        findings.* replace (coalesce(findings.case_id, 'c_' || findings.finding_id) as case_id),
        projects.form_no, projects.project_name, rules.title_zh
    from review.fct_finding as findings
    left join core.dim_project as projects using (project_id)
    left join review.dim_rule as rules using (rule_id, rule_version);
create view review.fct_case as
    select
        case_id, any_value(document_id) as document_id, any_value(case_kind) as case_kind,
        count(distinct project_id) as forms,
        max(case when case_kind = 'habit' then title_zh || '：属填报习惯' else message_zh end) filter (is_leading)
            as message_zh,
        'm' as message_en
    from review.mart_finding
    group by case_id;
insert into review.fct_finding
    (finding_id, rule_id, severity, project_id, item, source_line, reported, expected, reported_value,
     expected_value, difference, unit, message_zh, hypothesis, decision, decision_reason, decided_by_role, decided_on)
values
    ('f_late', 'score_above_weight', 'E', 'p58', '乙', 500, '12.50', '10', 12.5, 10, 2.5, '分', '得分超过', null,
     null, null, null, null),
    ('f_28', 'score_above_weight', 'E', 'p11', '社会效益', 1023, '28', '20', 28, 20, 8, '分', '得分28分，超出8分',
     '28可能是18', null, null, null, null),
    ('f_document', 'score_blank', 'E', null, null, 7, '空白', null, null, null, null, null, '整份文件', null,
     null, null, null, null),
    ('f_done', 'target_not_measurable', 'W', 'p11', '指标', 1024, '优良中差', null, null, null, null, null,
     '不可衡量', null, 'disputed', '有量表', '预算科复核岗', date '2025-12-01'),
    ('f_info', 'amount_rounding', 'I', 'p11', '金额', 1010, '3.74697', '3.7469', 3.74697, 3.7469, 0.00007, '万元',
     '末位', null, null, null, null, null);
insert into review.fct_finding (finding_id, rule_id, severity, document_id, project_id, source_line, message_zh)
values ('g_1', 'score_blank', 'E', 'd2', 'q1', 5, '乙的问题');
update review.fct_finding set against_line = 1023, against_zh = '第1023行 分值', against_en = 'source line 1023: weight',
    remedy_zh = '核对得分' where finding_id = 'f_28';
create table review.fct_rule_result as select * from (values
    ('d1', 'p11', '指标一', 'not_checkable', 'target_is_scale', '等级量表', 'a scale', 1023),
    ('d1', 'p11', '指标二', 'not_checkable', 'target_is_scale', '等级量表', 'a scale', 1024),
    ('d1', 'p58', '指标三', 'not_checkable', 'score_blank', '得分空白', 'blank', 2150),
    ('d1', 'p58', '指标四', 'pass', null, null, null, 2151)
) as v (document_id, project_id, item, status, reason_code, reason_zh, reason_en, source_line);
alter table review.fct_rule_result add column rule_id varchar default 'target_not_measurable';
alter table review.fct_rule_result add column rule_version int default 1;
alter table review.fct_rule_result add column severity varchar default 'W';
alter table review.fct_rule_result add column form_no int;
alter table review.fct_rule_result add column project_name varchar;
update review.fct_rule_result as results set form_no = projects.form_no, project_name = projects.project_name
    from core.dim_project as projects where results.project_id = projects.project_id;
create schema execution; create schema variance; create schema score;
create table execution.fct_project_fund as select
    'd1' as document_id, 'p11' as project_id, 1010 as source_line, '年度资金总额' as fund_source_text,
    36495.00::decimal(18, 2) as initial_budget_yuan, 36495.00::decimal(18, 2) as annual_budget_yuan,
    36495.00::decimal(18, 2) as executed_yuan, 1::decimal(12, 6) as reported_execution_rate,
    10::decimal(7, 2) as weight, 10::decimal(7, 2) as reported_score;
create table variance.fct_indicator_variance as select * from (values
    ('d1', 'p11', 1023, '效益指标', '社会效益指标', '丰富生活', '优良中差', '优', 20::decimal(7, 2), 28::decimal(7, 2), null),
    ('d1', 'p11', 1024, '满意度指标', '满意度', '投诉率', '≤5%', '4%', 10, 10, '无')
) as v (document_id, project_id, source_line, level1, level2, level3, target_text, actual_text, weight, reported_score,
        deviation_reason);
create table score.mart_project_score as select
    'd1' as document_id, 'p11' as project_id, 1025 as source_line, 100::decimal(7, 2) as reported_weights_total,
    98::decimal(7, 2) as reported_total;
create table review.mart_rule_summary as select * from (values
    ('d1', 'score_above_weight', 'E', '得分超过分值', 10, 8, 2, 0, 0),
    ('d1', 'score_blank', 'E', '得分未填', 2, 1, 1, 0, 0),
    ('d1', 'target_not_measurable', 'W', '指标值不可衡量', 5, 1, 1, 0, 3),
    ('d1', 'amount_rounding', 'I', '金额小数位数不一致', 3, 2, 1, 0, 0),
    ('d2', 'score_blank', 'E', '得分未填', 1, 0, 1, 0, 0)
) as v (document_id, rule_id, severity, title_zh, subjects, passed, failed, not_applicable, not_checkable);
alter table review.mart_rule_summary add column rule_version int default 1;
alter table review.mart_rule_summary add column category varchar default 'c';
alter table review.mart_rule_summary add column title_en varchar default 't';
alter table review.mart_rule_summary add column open_findings int default 0;
create table review.mart_project_risk as select * from (values
    ('p11', 'd1', 11, '退休人员经费', 2, 0.5::decimal(12, 6), 1, 1, 1, 36495.00::decimal(18, 2), 1007),
    ('p58', 'd1', 58, '最低生活保障', 1, 0.75, 1, 0, 0, null, 2138),
    ('q1', 'd2', 1, '物业管理', 1, 0.9, 1, 0, 0, 5.00, 2)
) as v (project_id, document_id, form_no, project_name, risk_rank, risk_score, errors, warnings, informations,
        executed_yuan, source_line);
alter table review.mart_project_risk add column checks int default 20;
alter table review.mart_project_risk add column not_checkable int default 2;
alter table review.mart_project_risk add column not_checkable_share decimal(12, 6) default 0.1;
alter table review.mart_project_risk add column severity_component decimal(12, 6) default 1;
alter table review.mart_project_risk add column amount_component decimal(12, 6) default 0.25;
alter table review.mart_project_risk add column not_checkable_component decimal(12, 6) default 0;
create table review.fct_finding_exception
    (exception_id varchar, finding_id varchar, decision varchar, reason varchar, by_role varchar, decided_on date,
     status varchar);
insert into review.fct_finding_exception values
    ('x1', 'f_done', 'disputed', '有量表', '预算科复核岗', date '2025-12-01', 'applied');
"""


@dataclass
class Place:
    """An installation with a copy of the project root, because tests write into its seeds."""

    settings: Settings
    folder: Path

    def release(self, *more: str) -> None:
        build = self.folder / "build.duckdb"
        build.unlink(missing_ok=True)
        with duckdb.connect(str(build)) as connection:
            connection.execute(TABLES)
            for sql in more:
                connection.execute(sql)
        publish(build, f"20260102T02{len(list(self.settings.var.glob('releases/*'))):04d}Z", self.settings)

    @property
    def decisions(self) -> str:
        return decisions_path(self.settings).read_text(encoding="utf-8")

    def write_decisions(self, *rows: str) -> None:
        text = "\n".join(["finding_id,decision,reason,by_role,decided_on", *rows]) + "\n"
        decisions_path(self.settings).parent.mkdir(parents=True, exist_ok=True)
        decisions_path(self.settings).write_text(text, encoding="utf-8")

    def paper(self, *arguments: str) -> Path:
        path = self.folder / "paper.xlsx"
        result = run("--document", "d1", "--xlsx", str(path), *arguments)
        assert result.exit_code == 0, result.output
        return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    root = tmp_path / "checkout"
    reference = root / "seeds" / "reference"
    reference.mkdir(parents=True)
    for name in ("severity.csv", "finding_decision.csv", "finding_exception.csv"):
        shutil.copy(PROJECT_ROOT / "seeds" / "reference" / name, reference)
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JIXIAO_LANDING", str(tmp_path / "landing"))
    monkeypatch.setattr("jixiao.settings.PROJECT_ROOT", root)
    monkeypatch.setattr(review_import_command, "today", lambda: TODAY)
    made = Place(Settings.load(), tmp_path)
    made.write_decisions("f_done,disputed,有量表,预算科复核岗,2025-12-01")
    return made


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The var folder of an installation with one release."""
    folder = tmp_path_factory.mktemp("published")
    made = Place(Settings(project_root=PROJECT_ROOT, var=folder / "var", landing=folder / "landing"), folder)
    made.release()
    return made.settings.var


@pytest.fixture
def released(place: Place, published: Path) -> Place:
    shutil.copytree(published, place.settings.var, symlinks=True, dirs_exist_ok=True)
    return place


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["review", *arguments])


def headings(sheet: Any, row: int = 1) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[row] if cell.value is not None}


def column(sheet: Any, name: str) -> list[Any]:
    place = headings(sheet)[name]
    return [sheet.cell(row, place).value for row in range(2, sheet.max_row + 1)]


def fill(path: Path, finding_id: str, of: str = SHEET, **values: object) -> None:
    """Write into the row of a finding, as a reviewer does."""
    book = load_workbook(path)
    sheet = book[of]
    names = headings(sheet, 1 if of == SHEET else 3)
    row = next(
        row for row in range(2, sheet.max_row + 1) if sheet.cell(row, names["问题编号"]).value == finding_id
    )
    for name, value in values.items():
        sheet.cell(row, names[name]).value = value
    book.save(path)


def take(place: Place, path: Path, today: date = TODAY) -> Import:
    return import_decisions(place.settings, path, today)


# --- on screen


def test_screen_says_what_was_found_what_not_and_what_was_decided(released: Place):
    result = run("--document", "甲街")
    assert result.exit_code == 0
    text = result.stdout
    assert "甲街道办事处 2023（jia.txt，文件编号 d1）：2 张自评表" in text
    assert "错误 E 3 · 疑点 W 1 · 提示 I 1；已处理 1；无法核对 3" in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "疑点 指标值不可衡量 1 3" in lines
    assert "2 11 退休人员经费 1 1 3.65 10.0 %" in lines
    assert "1 58 最低生活保障 1 0 — 10.0 %" in lines
    found = [
        line
        for line in lines
        if line.startswith(("错误 整", "错误 得分28", "对照", "? ", "错误 得分超过", "→", "提示 末"))
    ]
    assert found[-7:] == [
        *("错误 整份文件", "错误 得分28分，超出8分", "对照：第1023行 分值", "? 28可能是18", "错误 得分超过"),
        *("→ 有异议（预算科复核岗，2025-12-01）有量表", "提示 末位"),
    ]
    assert "乙的问题" not in text
    assert result.stderr == ""


def test_in_english_no_line_has_chinese_but_names_roles_and_reasons(released: Place):
    for arguments in (["--document", "d1"], ["--limit", "0"], ["--document", "none"], ["--severity", "x"]):
        result = CliRunner().invoke(app, ["--lang", "en", "review", *arguments])
        text = result.stdout + result.stderr
        for data in (
            "甲街道办事处",
            "乙街道办事处",
            "退休人员经费",
            "最低生活保障",
            "预算科复核岗",
            "有量表",
            "物业管理",
            "28可能是18",
        ):
            text = text.replace(data, "")
        assert [
            line for line in text.splitlines() if re.search("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", line)
        ] == []


def test_all_documents_are_shown_without_a_choice(released: Place):
    text = run().stdout
    assert text.index("甲街道办事处 2023") > text.index("乙街道办事处 2023") > -1


def test_severities_and_the_limit_cut_the_list_and_say_so(released: Place):
    text = run("--document", "d1", "--severity", "e", "--limit", "1").stdout
    assert "整份文件" in text
    assert "另有 2 案" in text
    assert "不可衡量" not in text
    assert "末位" in run("--document", "d1", "--severity", "I,W", "--limit", "0").stdout


def test_text_of_a_document_reaches_the_terminal_without_its_control_characters(place: Place):
    place.release("update review.fct_finding set message_zh = 'a\x1b[31m红\x07\nb' where finding_id = 'f_28'")
    text = run("--document", "d1").stdout
    assert "错误 a [31m红 b" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("wanted", "listed"),
    [("丙", ("d1", "d2")), ("街道", ("d1", "d2")), ("", ("d1", "d2")), (".TXT", ("d1", "d2"))],
)
def test_a_document_that_is_not_clear_is_two_with_the_candidates(
    released: Place, wanted: str, listed: tuple[str, ...]
):
    result = run("--document", wanted, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(f"  {document}  " in result.stderr for document in listed)


@pytest.mark.parametrize("severity", ["X", "E,X", "EW", "", ","])
def test_other_severities_are_two(released: Place, severity: str):
    result = run("--severity", severity)
    assert (result.exit_code, "E（错误）、W（疑点）、I（提示）" in result.stderr) == (2, True)


def test_without_a_release_it_says_what_to_do(place: Place):
    result = run()
    assert (result.exit_code, "还没有版本" in result.stderr) == (1, True)
    path = place.folder / "p.xlsx"
    path.touch()
    assert run("import", str(path)).exit_code == 1


def test_a_release_from_before_the_review_is_one(place: Place):
    place.release(
        "drop view review.fct_case", "drop view review.mart_finding", "drop table review.fct_finding"
    )
    result = run()
    assert result.exit_code == 1
    assert "jixiao build" in result.stderr
    assert "Traceback" not in result.output


LOST = """
insert into review.fct_finding_exception values
    ('x2', 'f_gone', 'fixed', null, null, null, 'unknown_finding'),
    ('x3', 'f_28', 'maybe', null, null, null, 'unknown_decision'),
    ('x4', 'f_28', 'fixed', null, null, null, 'superseded')
"""


def test_decisions_that_were_not_applied_are_named_with_what_to_do(place: Place):
    place.release(LOST)
    text = run().stdout
    assert "2 条处理决定没有生效" in text
    assert re.search(r"f_gone（fixed）: 本版本中没有这个问题.*核对编号", text)
    assert re.search(r"f_28（maybe）: .*finding_decision\.csv 中；改成其中之一", text)
    result = run("--json")
    assert json.loads(result.stdout)["documents"]
    assert "f_gone" in result.stderr


def test_decisions_that_were_applied_are_no_warning(released: Place):
    assert "没有生效" not in run().output


# --- JSON


def test_json_is_one_object_with_every_digit(released: Place):
    result = run("--json")
    assert result.stderr == ""
    found = json.loads(result.stdout, parse_float=Decimal)
    assert list(found) == ["documents", "rules", "findings", "not_checkable"]
    assert [(row["document_id"], row["findings"]) for row in found["documents"]] == [
        *(("d2", {"E": 1}), ("d1", {"E": 3, "W": 1, "I": 1})),
    ]
    [info] = [row for row in found["findings"] if row["finding_id"] == "f_info"]
    assert (info["reported_value"], info["difference"]) == (Decimal("3.746970"), Decimal("0.000070"))
    assert [(row["rule_id"], row["reason_code"], row["count"]) for row in found["not_checkable"]] == [
        *(("target_not_measurable", "score_blank", 1), ("target_not_measurable", "target_is_scale", 2)),
    ]


def test_json_is_filtered_by_document_and_severity(released: Place):
    found = json.loads(run("--json", "--document", "jia", "--severity", "E").stdout)
    assert [row["finding_id"] for row in found["findings"]] == ["f_document", "f_28", "f_late"]
    assert {row["severity"] for row in found["rules"]} == {"E"}
    assert found["not_checkable"] == []


# --- the work paper


def test_paper_holds_cover_lists_and_a_sheet_a_project(released: Place):
    book = load_workbook(released.paper())
    assert book.sheetnames == [
        *("封面", "问题清单", "风险排名", "无法核对", "无法核对明细", "规则", "第011张", "第058张"),
    ]
    cover = {row[0].value: row[1].value for row in book["封面"].iter_rows(max_col=2)}
    assert (cover["单位"], cover["年度"], cover["自评表"]) == ("甲街道办事处", 2023, "2 张")
    assert (cover["数据版本"], cover["构建时间（UTC）"]) == ("20260102T020000Z", "2026-01-02 02:00:00")
    assert (cover["错误"], cover["疑点"], cover["提示"], cover["无法核对"]) == (3, 1, 1, 3)
    assert "jia.txt" in cover["源文件"]
    rules = [row for row in book["封面"].iter_rows(values_only=True) if row[8] is not None]
    # Those with most findings first; among equals, errors before the others.
    assert [row[0] for row in rules] == [
        "规则",
        "得分超过分值",
        "得分未填",
        "指标值不可衡量",
        "金额小数位数不一致",
    ]
    assert rules[3] == ("指标值不可衡量", "疑点", 1, 1, 5, 1, 0, 3, "target_not_measurable")


def test_findings_are_sorted_and_prefilled(released: Place):
    sheet = load_workbook(released.paper())[SHEET]
    assert list(headings(sheet)) == [
        *(
            "案件",
            "主次",
            "严重程度",
            "规则",
            "自评表编号",
            "项目名称",
            "项目或指标",
            "源文件行号",
            "填报值",
            "应为值",
        ),
        *("差异", "计量单位", "问题说明", "对照处", "处理决定", "复核意见", "角色", "日期", "被评价单位意见"),
        *("案件编号", "问题编号"),
    ]
    assert column(sheet, "问题编号") == ["f_document", "f_28", "f_late", "f_done", "f_info"]
    done = [column(sheet, name)[3] for name in ("处理决定", "复核意见", "角色", "日期")]
    assert done == ["有异议", "有量表", "预算科复核岗", datetime.fromisoformat("2025-12-01")]
    assert [column(sheet, name)[1] for name in ("处理决定", "日期")] == [None, None]


def test_a_line_of_a_page_is_shown_by_its_place(place: Place):
    place.release("update review.fct_finding set source_place = '第3页表2第4行' where finding_id = 'f_28'")
    assert column(load_workbook(place.paper())[SHEET], "源文件行号") == [7, "第3页表2第4行", 500, 1024, 1010]


def test_figures_are_numbers_where_they_are_printed_as_numbers(released: Place):
    sheet = load_workbook(released.paper())[SHEET]
    assert column(sheet, "填报值") == ["空白", 28, 12.5, "优良中差", 3.74697]
    assert column(sheet, "差异") == [None, 8, 2.5, None, 0.00007]
    names = headings(sheet)
    assert {sheet.cell(3, names[name]).data_type for name in ("填报值", "应为值", "差异", "源文件行号")} == {
        "n"
    }


def test_only_the_chosen_severities_are_listed_and_the_cover_says_which(released: Place):
    book = load_workbook(released.paper("--severity", "W,I"))
    assert column(book[SHEET], "问题编号") == ["f_done", "f_info"]
    assert column(book["规则"], "规则") == ["指标值不可衡量", "金额小数位数不一致"]
    cover = {row[0].value: row[1].value for row in book["封面"].iter_rows(max_col=2)}
    assert (cover["本底稿所列"], cover["错误"]) == ("疑点、提示", 3)


def test_a_project_sheet_holds_its_findings_and_what_could_not_be_checked(released: Place):
    sheet = load_workbook(released.paper())["第011张"]
    rows = [[value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["第11张自评表　退休人员经费"]
    assert rows[1][:6] == ["主管部门", "甲街道", "实施单位", "服务中心", "风险名次", "2 / 2"]
    # What lines 1010 to 1025 print, in 万元, with the findings beside them.
    assert rows[3][2:5] == ["年初预算数", "资金来源", "全年预算数"]
    assert rows[4][:11] == [1010, 3.6495, "年度资金总额", 3.6495, 3.6495, 10, 10, "100%", 5, "提示", "末位"]
    assert rows[5][:10] == [1023, "效益指标", "社会效益指标", "丰富生活", "优良中差", "优", 20, 28, 2, "错误"]
    assert rows[5][10] == "得分28分，超出8分\n对照：第1023行 分值\n另一种可能：28可能是18\n整改：核对得分"
    assert rows[6][:11] == [1024, "满意度指标", "满意度", "投诉率", "≤5%", "4%", 10, 10, "无", 4, "疑点"]
    assert rows[6][12:15] == ["有异议", "有量表", "预算科复核岗"]
    assert rows[7] == [1025, "总分", 100, 98]
    assert rows[-1] == ["指标值不可衡量", "等级量表", "1023、1024", 2]
    assert [choice.formula1 for choice in sheet.data_validations.dataValidation] == ['"认可,有异议,已整改"']


def test_what_could_not_be_checked_is_counted_and_listed(released: Place):
    book = load_workbook(released.paper())
    counts = list(book["无法核对"].iter_rows(min_row=2, values_only=True))
    assert [row[2:] for row in counts] == [
        ("指标值不可衡量", "得分空白", 1, 1),
        ("指标值不可衡量", "等级量表", 2, 1),
    ]
    assert column(book["无法核对明细"], "源文件行号") == [2150, 1023, 1024]


def test_every_finding_leads_to_its_place_on_the_page_of_its_document(released: Place):
    pages = released.settings.current / "documents"
    pages.mkdir()
    (pages / "d1.html").touch()
    folder = released.folder / "底 稿"
    folder.mkdir()
    path = folder / "paper.xlsx"
    assert run("--document", "d1", "--xlsx", str(path)).exit_code == 0
    book = load_workbook(path)
    for name, heading, top, findings in (
        (SHEET, "源文件行号", 1, {"f_document", "f_28", "f_late", "f_done", "f_info"}),
        ("第011张", "案件", 3, {"f_28", "f_done", "f_info"}),
    ):
        sheet = book[name]
        names = headings(sheet, top)
        links = {
            sheet.cell(row, names["问题编号"]).value: sheet.cell(row, names[heading]).hyperlink
            for row in range(top + 1, sheet.max_row + 1)
        }
        # They hold as long as paper and release keep their places.
        assert {key: (link.target, link.location) for key, link in links.items() if link is not None} == {
            finding: ("../var/current/documents/d1.html", f"f-{finding}") for finding in findings
        }
    assert any("#f-问题编号" in str(cell.value) for (cell,) in book["封面"].iter_rows(max_col=1))


def test_every_link_leads_to_a_sheet(released: Place):
    book = load_workbook(released.paper())
    seen = set()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink is not None:
                    assert cell.hyperlink.target is None
                    seen.add((sheet.title, cell.hyperlink.location))
    assert {name for name, _ in seen} == {SHEET, "风险排名", "无法核对明细", "第011张", "第058张"}
    assert {location for _, location in seen} == {
        *("'第011张'!A1", "'第058张'!A1", "'问题清单'!A1", "'风险排名'!A1"),
    }


def test_every_sheet_prints_across_one_page_wide_with_page_numbers(released: Place):
    book = load_workbook(released.paper())
    for sheet in book.worksheets:
        page = sheet.page_setup
        assert (page.orientation, page.fitToWidth, page.fitToHeight) == ("landscape", 1, 0), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text
        titles = "$1:$3" if sheet.title.startswith("第") else "$1:$1"
        assert sheet.title == "封面" or (sheet.print_title_rows, bool(sheet.freeze_panes)) == (titles, True)
        fonts = {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert fonts == {"宋体"}
    for name in (SHEET, "风险排名", "无法核对", "无法核对明细", "规则"):
        assert book[name].auto_filter.ref == book[name].dimensions
    assert column(book["风险排名"], "自评表编号") == [58, 11]
    assert headings(book["风险排名"])["错误"] == 5


def test_every_row_is_high_enough_for_its_text_when_wrapped(released: Place):
    book = load_workbook(released.paper())
    wrapped = 0
    for sheet in book.worksheets:
        spans = {area.start_cell.coordinate: area.size["columns"] for area in sheet.merged_cells.ranges}
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if not (isinstance(cell.value, str) and cell.alignment.wrap_text):
                continue
            columns = range(cell.column, cell.column + spans.get(cell.coordinate, 1))
            width = sum(sheet.column_dimensions[get_column_letter(number)].width for number in columns)
            # A Chinese character is two Latin ones wide; text of 10 points takes 12 points a line at least.
            needed = len(cell.value.encode("gb18030", errors="replace")) / width
            height = sheet.row_dimensions[cell.row].height or 15
            assert height >= 12 * ceil(needed), (sheet.title, cell.coordinate, cell.value)
            wrapped += needed > 1
    assert wrapped > 10


def test_every_sheet_prints_on_a4_without_its_keys(released: Place):
    book = load_workbook(released.paper())
    assert {int(sheet.page_setup.paperSize) for sheet in book.worksheets} == {9}
    for name in (SHEET, "第011张"):
        printed = book[name].print_area.rpartition("$")[0].rpartition(":")[2].strip("$")
        row = 1 if name == SHEET else 3
        assert book[name][f"{printed}{row}"].value == "被评价单位意见"


def test_decisions_are_chosen_from_the_labels_of_the_reference_table(released: Place):
    path = released.settings.reference_seeds / "finding_decision.csv"
    path.write_text(
        "decision,label_zh,label_en,is_open\nfixed,整改完毕,done,false\ndisputed,不认,no,false\n",
        encoding="utf-8",
    )
    paper = released.paper()
    sheet = load_workbook(paper)[SHEET]
    [choice] = sheet.data_validations.dataValidation
    assert (choice.formula1, str(choice.sqref)) == ('"整改完毕,不认"', "O2:O6")
    assert sheet["O1"].value == "处理决定"
    assert sheet["O5"].value == "不认"
    fill(paper, "f_28", 处理决定="整改完毕", 角色="复核岗", 复核意见="已更正")
    assert [row.decision for row in take(released, paper).added] == ["fixed"]


# --- malicious text


@pytest.fixture
def hostile(place: Place) -> Place:
    values = ", ".join(f"('{name}', 'score_blank', 'E', 'p11', 1)" for name in HOSTILE)
    place.release(
        "insert into review.fct_finding (finding_id, rule_id, severity, project_id, source_line) values "
        + values
    )
    build = place.folder / "build.duckdb"
    with duckdb.connect(str(build)) as connection:
        for name, text in HOSTILE.items():
            connection.execute(
                "update review.fct_finding set message_zh = $2, item = $2, reported = $2, decision_reason = $2, "
                "against_zh = $2 where finding_id = $1",
                [name, text],
            )
        connection.execute("update review.mart_project_risk set project_name = $1", [HOSTILE["f_formula"]])
        connection.execute("update core.dim_project set project_name = $1", [HOSTILE["f_plus"]])
        connection.execute("update core.dim_document set organization_name = $1", ["=&L&[甲]*" + "长" * 300])
    publish(build, "20260103T020000Z", place.settings)
    return place


def test_text_stays_text_whatever_it_begins_with(hostile: Place):
    path = hostile.paper()
    with zipfile.ZipFile(path) as archive:
        parts = [
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")
        ]
    assert len(parts) >= 8
    assert not any(re.search("<f[ >/]", part) or 't="e"' in part for part in parts)
    sheet = load_workbook(path)[SHEET]
    ids, names = column(sheet, "问题编号"), headings(sheet)
    for finding_id in ("f_formula", "f_plus", "f_minus", "f_at", "f_tab", "f_error"):
        for name in ("问题说明", "项目或指标", "填报值", "复核意见", "对照处"):
            cell = sheet.cell(ids.index(finding_id) + 2, names[name])
            assert (cell.value, cell.data_type) == (HOSTILE[finding_id], "s")
            assert bool(cell.quotePrefix) == (finding_id != "f_error")


def test_what_xlsx_forbids_is_removed_and_escapes_are_kept_as_text(hostile: Place):
    sheet = load_workbook(hostile.paper())[SHEET]
    ids, texts = column(sheet, "问题编号"), column(sheet, "问题说明")
    assert texts[ids.index("f_control")] == "abcde"
    assert texts[ids.index("f_escape")] == "a_x005F_x0041_b"


def test_text_longer_than_a_cell_is_cut_with_a_mark(hostile: Place):
    sheet = load_workbook(hostile.paper())[SHEET]
    ids, texts = column(sheet, "问题编号"), column(sheet, "问题说明")
    long = texts[ids.index("f_long")]
    assert (len(long), long.endswith(CUT_MARK)) == (CELL_LIMIT, True)
    emoji = texts[ids.index("f_emoji")]
    assert CELL_LIMIT - 1 <= len(emoji.encode("utf-16-le")) / 2 <= CELL_LIMIT
    assert emoji == "🙂" * (len(emoji) - len(CUT_MARK)) + CUT_MARK


def test_text_of_a_whole_cell_is_not_cut():
    assert clean_text("长" * CELL_LIMIT) == "长" * CELL_LIMIT


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("第001张", [], "第001张"),
        ("a[b]c:d*e?f/g\\h", [], "a b c d e f g h"),
        ("Form", ["form"], "Form-2"),
        ("表", ["表", "表-2"], "表-3"),
        ("长" * 40, [], "长" * 31),
        ("长" * 40, ["长" * 31], "长" * 29 + "-2"),
        ("'''", [], "表"),
    ],
)
def test_sheet_names_are_valid_and_unique(wanted: str, taken: list[str], name: str):
    assert sheet_name(wanted, taken) == name


# --- the file


def test_a_paper_is_of_several_documents(released: Place):
    path = released.folder / "p.xlsx"
    assert run("--xlsx", str(path)).exit_code == 0
    book = load_workbook(path)
    assert book.sheetnames[-3:] == ["1-第001张", "2-第011张", "2-第058张"]
    units = dict(zip(column(book[SHEET], "问题编号"), column(book[SHEET], "单位"), strict=True))
    assert (units["g_1"], units["f_28"]) == ("乙街道办事处 2023", "甲街道办事处 2023")
    cover = {row[0].value: row[1].value for row in book["封面"].iter_rows(max_col=2)}
    assert cover["文件 1"] == "乙街道办事处 2023：yi.txt（文件编号 d2），1 张自评表"
    # The counts are those of both.
    assert (cover["错误"], cover["无法核对"]) == (4, 3)
    [blank] = [row for row in book["封面"].iter_rows(values_only=True) if row[8] == "score_blank"]
    assert blank[2:6] == (2, 2, 3, 1)
    fill(path, "g_1", 处理决定="认可", 角色="复核岗")
    assert [row.finding_id for row in take(released, path).added] == ["g_1"]
    named = run("--document", "d2", "--document", "yi", "--xlsx", str(released.folder / "q.xlsx"))
    assert (named.exit_code, "1 案" in named.output) == (0, True)


def test_too_many_documents_for_a_paper_are_two_with_their_list(
    released: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("jixiao.cli.paper.PAPER_DOCUMENTS", 1)
    result = run("--xlsx", str(released.folder / "p.xlsx"))
    assert result.exit_code == 2
    assert "  d1  " in result.stderr
    assert "  d2  " in result.stderr


def test_forms_without_a_finding_have_a_sheet_with_all_only(released: Place):
    assert load_workbook(released.paper("--severity", "W")).sheetnames[-1] == "第011张"
    assert "第058张" in load_workbook(released.paper("--severity", "W", "--all")).sheetnames
    assert run("--all").exit_code == 2


def test_the_name_of_a_paper_ends_in_xlsx(released: Place):
    assert run("--document", "d1", "--xlsx", str(released.folder / "p.csv")).exit_code == 2
    assert not (released.folder / "p.csv").exists()


def test_a_path_that_cannot_be_written_is_one(released: Place):
    result = run("--document", "d1", "--xlsx", str(released.folder / "none" / "p.xlsx"))
    assert result.exit_code == 1
    assert "无法写入：No such file" in result.stderr


def test_a_paper_that_cannot_be_finished_leaves_the_old_one(released: Place, monkeypatch: pytest.MonkeyPatch):
    path = released.paper()
    before, names = path.read_bytes(), set(path.parent.iterdir())

    def fail(_: Workbook, file: Any) -> None:
        file.write(b"PK half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Workbook, "save", fail)
    result = run("--document", "d1", "--xlsx", str(path))
    assert (result.exit_code, "No space left" in result.stderr) == (1, True)
    assert path.read_bytes() == before
    assert set(path.parent.iterdir()) == names


def test_a_file_that_is_no_workbook_is_never_replaced(released: Place):
    path = released.folder / "notes.xlsx"
    path.write_text("meine Notizen", encoding="utf-8")
    for force in ([], ["--force"]):
        result = run("--document", "d1", "--xlsx", str(path), *force)
        assert (result.exit_code, "不是 .xlsx" in result.stderr) == (1, True)
    assert path.read_text(encoding="utf-8") == "meine Notizen"


def test_another_workbook_is_replaced_by_force_only(released: Place):
    path = released.folder / "budget.xlsx"
    Workbook().save(path)
    result = run("--document", "d1", "--xlsx", str(path))
    assert (result.exit_code, "--force" in result.stderr) == (1, True)
    assert run("--document", "d1", "--xlsx", str(path), "--force").exit_code == 0
    assert SHEET in load_workbook(path).sheetnames


@pytest.mark.parametrize(
    "written",
    [{"处理决定": "认可", "角色": "复核岗"}, {"复核意见": "想一想"}, {"日期": "昨天"}, {"处理决定": "胡写"}],
    ids=str,
)
def test_a_paper_with_what_was_not_imported_is_replaced_by_force_only(
    released: Place, written: dict[str, str]
):
    path = released.paper()
    fill(path, "f_28", **written)
    before = path.read_bytes()
    result = run("--document", "d1", "--xlsx", str(path))
    assert result.exit_code == 1
    assert "1 行复核内容尚未导入（第 3 行）" in result.stderr
    assert path.read_bytes() == before
    released.paper("--force")
    assert column(load_workbook(path)[SHEET], "处理决定")[1] is None


def test_a_paper_whose_decisions_were_imported_is_replaced_without_force(released: Place):
    path = released.paper()
    released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    assert run("import", str(path)).exit_code == 0
    released.paper()


# --- cases

# The total of form 11 is wrong because of line 1023; a habit of two findings.
CASES = """
insert into review.fct_finding (finding_id, rule_id, severity, project_id, source_line, message_zh, case_id, is_leading)
values ('f_total', 'score_blank', 'E', 'p11', 1025, '总分98分', 'c_f_28', false);
update review.fct_finding set case_id = 'c_habit', case_kind = 'habit' where finding_id in ('f_done', 'f_info');
update review.fct_finding set is_leading = false where finding_id = 'f_info';
"""


@pytest.fixture
def cases(place: Place) -> Place:
    place.release(CASES)
    return place


def test_the_list_shows_a_case_with_its_findings_below_it(cases: Place):
    sheet = load_workbook(cases.paper())[SHEET]
    rows = list(zip(*(column(sheet, name) for name in ("案件", "主次", "问题编号")), strict=True))
    assert rows == [
        *((1, "主要", "f_document"), (2, "主要", "f_28"), (2, "同案", "f_total"), (3, "主要", "f_late")),
        *((4, "主要", "f_done"), (4, "同案", "f_info")),
    ]
    # Those of a habit are folded away.
    levels = [
        (sheet.row_dimensions[row].outlineLevel, sheet.row_dimensions[row].hidden) for row in range(2, 8)
    ]
    assert levels == [*((0, False), (0, False), (1, False), (0, False)), *((0, False), (1, True))]
    assert column(sheet, "问题说明")[4] == "指标值不可衡量：属填报习惯\n例：不可衡量"


def test_the_screen_shows_cases_with_their_findings(cases: Place):
    lines = [" ".join(line.split()) for line in run("--document", "d1").stdout.splitlines()]
    place = lines.index("错误 得分28分，超出8分")
    assert lines[place + 1 : place + 4] == ["对照：第1023行 分值", "? 28可能是18", "+ 错误 总分98分"]
    assert "案件（4 / 4，共 6 个问题）" in lines
    assert "疑点 指标值不可衡量：属填报习惯" in lines
    assert "提示 末位" not in lines


def test_the_decision_on_a_case_decides_its_findings(cases: Place):
    path = cases.paper()
    fill(path, "f_28", 处理决定="已整改", 复核意见="应为18", 角色="复核岗")
    assert {row.finding_id: row.reason for row in take(cases, path).added} == {
        "f_28": "应为18",
        "f_total": "应为18",
    }
    # It is changed with the case, while nobody decided otherwise.
    fill(path, "f_28", 处理决定="认可", 复核意见=None)
    assert {row.finding_id: row.decision for row in take(cases, path).changed} == {
        "f_28": "accepted",
        "f_total": "accepted",
    }


def test_a_finding_keeps_its_own_decision_beside_that_of_the_case(cases: Place):
    path = cases.paper()
    fill(path, "f_28", 处理决定="已整改", 复核意见="应为18", 角色="复核岗")
    fill(path, "f_total", 处理决定="认可", 角色="复核岗")
    assert {row.finding_id: row.decision for row in take(cases, path).added} == {
        "f_28": "fixed",
        "f_total": "accepted",
    }
    fill(path, "f_28", 处理决定="有异议", 复核意见="原表如此")
    fill(path, "f_total", 处理决定=None, 角色=None)
    result = take(cases, path)
    assert [row.finding_id for row in result.changed] == ["f_28"]
    assert [row.finding_id for row in result.cleared] == ["f_total"]


def test_a_refused_decision_on_a_case_is_refused_once(cases: Place):
    path = cases.paper()
    fill(path, "f_28", 处理决定="已整改", 角色="复核岗")
    result = take(cases, path)
    assert ([row.finding_id for row in result.refused], result.added) == (["f_28"], [])


def test_a_decision_on_the_sheet_of_a_form_is_imported(cases: Place):
    path = cases.paper()
    fill(path, "f_28", "第011张", 处理决定="认可", 角色="复核岗")
    assert {row.finding_id for row in take(cases, path).added} == {"f_28", "f_total"}
    # Changed there, it replaces what the list still says.
    fill(path, "f_done", "第011张", 处理决定="认可", 日期=date(2026, 1, 5))
    # It is one finding there, even if it leads a habit of many forms.
    result = take(cases, path)
    assert [row.finding_id for row in result.changed] == ["f_done"]
    assert result.added == []
    fill(path, "f_28", 处理决定="有异议", 复核意见="甲", 角色="复核岗")
    fill(path, "f_28", "第011张", 处理决定="已整改", 复核意见="乙", 角色="复核岗")
    refused = take(cases, path).refused
    assert [(row.sheet, row.row) for row in refused] == [(SHEET, 3), ("第011张", 6)]
    assert "第 3、第011张:6 行" in refused[0].reason
    assert "第011张:6 f_28" in run("import", str(path)).output


def test_findings_that_were_decided_as_their_case_follow_it(cases: Place):
    cases.write_decisions(*(f"{name},accepted,,岗,2026-01-02" for name in ("f_28", "f_total")))
    decided = "set decision = 'accepted', decided_by_role = '岗', decided_on = date '2026-01-02'"
    cases.release(CASES, f"update review.fct_finding {decided} where finding_id in ('f_28', 'f_total')")
    path = cases.paper()
    assert column(load_workbook(path)[SHEET], "处理决定")[1:3] == ["认可", "认可"]
    fill(path, "f_28", 处理决定="已整改", 复核意见="应为18", 日期=date(2026, 1, 5))
    assert {row.finding_id: row.decision for row in take(cases, path).changed} == {
        "f_28": "fixed",
        "f_total": "fixed",
    }


def test_a_finding_that_came_after_the_decision_on_its_case_waits_for_its_own(cases: Place):
    # The leading finding of the habit was decided before; the other one has no decision yet.
    result = take(cases, cases.paper())
    assert (result.added, result.changed, result.unchanged) == ([], [], 1)


def test_a_reply_of_the_unit_is_not_lost_with_the_paper(released: Place):
    path = released.paper()
    fill(path, "f_28", 被评价单位意见="已核对")
    assert take(released, path).added == []
    result = run("--document", "d1", "--xlsx", str(path))
    assert (result.exit_code, "1 行复核内容尚未导入" in result.stderr) == (1, True)


def test_a_paper_of_an_earlier_version_is_imported(released: Place):
    path = released.folder / "old.xlsx"
    book = Workbook()
    book.active.title = SHEET
    book.active.append(["序号", "处理决定", "复核意见", "角色", "日期", "问题编号"])
    book.active.append([1, "认可", None, "复核岗", None, "f_28"])
    book.save(path)
    assert [row.finding_id for row in take(released, path).added] == ["f_28"]


# --- import


def test_decisions_come_back(released: Place):
    path = released.paper()
    fill(
        path,
        "f_late",
        处理决定="fixed",
        复核意见="已更正，\n重新公开",
        角色=" 绩效科 复核岗 ",
        日期=date(2026, 1, 5),
    )
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    result = run("import", str(path))
    assert result.exit_code == 0
    assert "导入 2（新增 2，更改 0），未变 1" in result.output
    assert "下次构建时生效" in result.output
    assert decisions_path(released.settings).read_bytes().decode() == (
        "finding_id,decision,reason,by_role,decided_on\n"
        f"f_28,accepted,,复核岗,{TODAY.isoformat()}\n"
        "f_done,disputed,有量表,预算科复核岗,2025-12-01\n"
        "f_late,fixed,已更正， 重新公开,绩效科 复核岗,2026-01-05\n"
    )


def test_the_day_of_a_decision_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch):
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            # In Beijing it is the next day already.
            return cls(2026, 6, 30, 20, 0, tzinfo=tz)

    monkeypatch.setattr(review_import_command, "datetime", Clock)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert review_import_command.today() == date(2026, 7, 1)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_second_import_changes_nothing_and_keeps_the_days(released: Place):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    take(released, path, date(2026, 1, 10))
    file = decisions_path(released.settings)
    os.utime(file, ns=(1, 1))
    result = take(released, path, date(2026, 1, 20))
    assert (result.added, result.changed, result.unchanged) == ([], [], 2)
    assert file.stat().st_mtime_ns == 1
    assert "f_28,accepted,,复核岗,2026-01-10\n" in released.decisions


def test_a_new_decision_replaces_the_older_ones(released: Place):
    released.write_decisions(
        "f_28,accepted,甲,岗,2026-01-01",
        "f_28,fixed,乙,岗,2026-01-03",
        "f_done,disputed,有量表,预算科复核岗,2025-12-01",
    )
    path = released.paper()
    fill(path, "f_28", 处理决定="有异议", 角色="复核岗", 复核意见="丙")
    result = take(released, path, date(2026, 1, 10))
    assert [row.decision for row in result.changed] == ["disputed"]
    assert released.decisions.splitlines()[1:] == [
        "f_28,disputed,丙,复核岗,2026-01-10",
        "f_done,disputed,有量表,预算科复核岗,2025-12-01",
    ]


def test_an_old_paper_does_not_undo_what_was_decided_since(released: Place):
    path = released.paper()
    released.write_decisions("f_28,fixed,乙,岗,2026-01-09", "f_done,accepted,改判,岗,2026-01-08")
    before = released.decisions
    fill(path, "f_28", 处理决定="认可", 角色="岗", 日期="2026-01-02")
    result = take(released, path, date(2026, 1, 10))
    # A decision that the release had when the paper was made is not a new one.
    assert result.unchanged == 1
    assert [(row.row, "2026-01-09" in row.reason) for row in result.refused] == [(3, True)]
    assert released.decisions == before


def test_a_decision_of_the_release_that_the_table_has_lost_is_restored(released: Place):
    path = released.paper()
    decisions_path(released.settings).unlink()
    result = take(released, path)
    assert [(row.finding_id, row.decided_on) for row in result.added] == [("f_done", "2025-12-01")]


def test_rows_written_by_hand_stay_as_they_are(released: Place):
    released.write_decisions(
        'f_zzz,maybe," a, b ",,someday', "f_done,disputed,有量表,预算科复核岗,2025-12-01"
    )
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    take(released, path)
    assert 'f_zzz,maybe," a, b ",,someday\n' in released.decisions


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ({"问题编号": "f_nowhere"}, "不在当前版本中"),
        ({"问题编号": None}, "问题编号为空"),
        ({"处理决定": "同意"}, "认可、有异议、已整改"),
        ({"角色": None}, "没有填角色"),
        ({"处理决定": "有异议"}, "须在“复核意见”写明理由"),
        ({"处理决定": "已整改"}, "须在“复核意见”写明理由"),
        ({"角色": "#REF!"}, "公式出错"),
        ({"复核意见": "#NAME?"}, "公式出错"),
        ({"角色": "张三 13812345678"}, "电话"),
        ({"角色": "岗" * 41}, "只填岗位"),
        ({"复核意见": "请电13812345678"}, "电话"),
        ({"日期": "年底"}, "无法识别"),
        ({"日期": "2026-02-30"}, "无法识别"),
        ({"日期": TODAY + timedelta(days=1)}, "晚于今天"),
        ({"日期": "1926-01-05"}, "早于 2000 年"),
    ],
    ids=str,
)
def test_a_row_that_is_wrong_is_refused_and_the_others_are_taken(
    released: Place, written: dict[str, object], word: str
):
    path = released.paper()
    fill(path, "f_late", 处理决定="已整改", 角色="复核岗", 复核意见="已更正")
    fill(path, "f_28", **{"处理决定": "认可", "角色": "复核岗", **written})
    result = run("import", str(path))
    assert result.exit_code == 3
    [line] = [line for line in result.output.splitlines() if f"paper.xlsx:{SHEET}:3 " in line]
    assert word in line
    assert [line[:12] for line in released.decisions.splitlines()[1:]] == ["f_done,dispu", "f_late,fixed"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (datetime.fromisoformat("2025-11-03T09:30"), "2025-11-03"),
        ("2025-11-03", "2025-11-03"),
        ("2025/11/3", "2025-11-03"),
        ("2025年11月3日", "2025-11-03"),
        ("2025.11.3", "2025-11-03"),
        (20251103, "2025-11-03"),
        (45964, "2025-11-03"),
        (None, TODAY.isoformat()),
        ("  ", TODAY.isoformat()),
    ],
)
def test_days_are_read_as_people_write_them(released: Place, written: object, day: str):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    book = load_workbook(path)
    cell = book[SHEET].cell(3, headings(book[SHEET])["日期"])
    cell.value = written
    if isinstance(written, int):
        cell.number_format = "General"
    book.save(path)
    assert [row.decided_on for row in take(released, path).added] == [day]


def test_an_amount_in_an_opinion_is_no_telephone_number(released: Place):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗", 复核意见="应为1192085元，共21813812345678900分")
    assert len(take(released, path).added) == 1


def test_a_cleared_decision_stays_and_is_named(released: Place):
    path = released.paper()
    fill(path, "f_done", 处理决定=None)
    before = released.decisions
    result = run("import", str(path))
    assert result.exit_code == 0
    assert "1 行的处理决定被清空，原决定仍然有效（第 5 行）" in result.output
    assert released.decisions == before


def test_an_opinion_without_a_decision_is_named(released: Place):
    path = released.paper()
    fill(path, "f_28", 复核意见="待查")
    assert "1 行有内容但没有处理决定，未导入（第 3 行）" in run("import", str(path)).output


def test_one_finding_decided_in_two_ways_is_refused_and_a_copied_row_is_not(released: Place):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    book = load_workbook(path)
    sheet = book[SHEET]
    sheet.append([cell.value for cell in sheet[3]])
    book.save(path)
    result = take(released, path)
    assert ([row.finding_id for row in result.added], result.refused) == (["f_28"], [])
    sheet.cell(7, headings(sheet)["处理决定"]).value = "已整改"
    book.save(path)
    result = take(released, path)
    assert [(row.row, "第 3、7 行" in row.reason) for row in result.refused] == [(3, True), (7, True)]


def change(how: Callable[[Any], None]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        book = load_workbook(path)
        how(book)
        book.save(path)

    return apply


def _reorder(book: Any) -> None:
    rows = [list(reversed(row)) for row in book[SHEET].iter_rows(values_only=True)]
    del book[SHEET]
    sheet = book.create_sheet(f" {SHEET} ")
    for row in rows:
        sheet.append(row)


def _hide(book: Any) -> None:
    for letter in "ABCDNOPQRSTU":
        book[SHEET].column_dimensions[letter].hidden = True
    book[SHEET].row_dimensions[3].hidden = True
    book[SHEET].sheet_state = "hidden"


def _put_title_above(book: Any) -> None:
    book[SHEET].insert_rows(1, 3)
    book[SHEET]["A1"] = "某街道问题清单"


def _wrap_headings(book: Any) -> None:
    for cell in book[SHEET][1]:
        cell.value = f" {cell.value[:2]}\n{cell.value[2:]}　"


@pytest.mark.parametrize(
    "how", [_reorder, _hide, _put_title_above, _wrap_headings], ids=lambda how: how.__name__
)
def test_the_sheet_is_read_however_it_was_arranged(released: Place, how: Callable[[Any], None]):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗", 复核意见="核实")
    change(how)(path)
    result = take(released, path)
    assert [(row.finding_id, row.reason) for row in result.added] == [("f_28", "核实")]
    assert result.refused == []


def _rename_column(book: Any) -> None:
    sheet = book[SHEET]
    sheet.cell(1, headings(sheet)["角色"]).value = "复核人"


def _double_column(book: Any) -> None:
    book[SHEET]["V1"] = "处理决定"


def _rename_sheet(book: Any) -> None:
    book[SHEET].title = "清单"


def _empty_sheet(book: Any) -> None:
    book[SHEET].delete_rows(1, 100)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (change(_rename_column), ("没有列", "“角色”")),
        (change(_double_column), ("2 列", "“处理决定”")),
        (change(_rename_sheet), (f"没有工作表“{SHEET}”", "清单")),
        (change(_empty_sheet), ("没有列", "问题编号")),
        (lambda path: path.write_bytes(b"finding_id,decision\n"), ("不是 .xlsx",)),
        (lambda path: path.write_bytes(b""), ("不是 .xlsx",)),
        (lambda path: path.write_bytes(path.read_bytes()[:-400]), ("不是 .xlsx",)),
        (lambda path: drop_part(path, "xl/workbook.xml"), ("无法读取",)),
        (lambda path: drop_part(path, "xl/worksheets/sheet2.xml"), ("没有工作表",)),
        (lambda path: damage_part(path, "xl/worksheets/sheet2.xml"), ("无法读取", "另存为")),
    ],
    ids=[
        *("column renamed", "column twice", "sheet renamed", "sheet empty", "csv", "empty file", "cut"),
        *("no workbook part", "no sheet part", "sheet damaged"),
    ],
)
def test_a_paper_that_cannot_be_read_is_one_and_says_why(
    released: Place, how: Callable[[Path], None], words: tuple[str, ...]
):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    how(path)
    before = released.decisions
    result = run("import", str(path))
    assert result.exit_code == 1
    assert "paper.xlsx" in result.stderr
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.output
    assert released.decisions == before


def drop_part(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist() if part != name}
    write_parts(path, parts)


def damage_part(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    write_parts(path, {**parts, name: parts[name].replace(b"</row>", b"</raw>", 1)})


def write_parts(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def test_a_bomb_is_refused_before_it_is_unpacked(released: Place):
    path = released.paper()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"\0" * (paper_reader.UNPACKED_LIMIT + 1))
    assert path.stat().st_size < 2 * 1024**2
    with pytest.raises(ReviewError, match="解压后有"):
        read_paper(path)


def test_limits_of_size_parts_and_rows_hold(released: Place, monkeypatch: pytest.MonkeyPatch):
    path = released.paper()
    for limit, value, word in (
        *(("FILE_LIMIT", 100, "上限为 100"), ("PARTS_LIMIT", 3, "个部分")),
        ("ROW_LIMIT", 40, "超过 40 行"),
    ):
        book = load_workbook(path)
        for _ in range(80):
            book[SHEET].append(["x"] * 21)
        long = released.folder / "long.xlsx"
        book.save(long)
        with monkeypatch.context() as patch:
            patch.setattr(paper_reader, limit, value)
            with pytest.raises(ReviewError, match=word):
                read_paper(long)
    assert len([row for row in read_paper(path) if row.sheet == SHEET]) == 5


def test_a_sheet_that_lies_about_its_size_is_read_whole(released: Place):
    path = released.paper()
    fill(path, "f_info", 处理决定="认可", 角色="复核岗")
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    name = "xl/worksheets/sheet2.xml"
    for lie in (b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"'):
        parts[name] = re.sub(rb'<dimension ref="[^"]*"', lie, parts[name])
        write_parts(path, parts)
        assert [row.decision for row in read_paper(path)][:5] == ["", "", "", "有异议", "认可"]


def test_a_table_with_other_columns_is_not_written_over(released: Place):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    file = decisions_path(released.settings)
    for text in ("finding_id,decision\nf_28,fixed\n", "finding_id,decision,reason,by_role,decided_on\na,b\n"):
        file.write_text(text, encoding="utf-8")
        result = run("import", str(path))
        assert (result.exit_code, "finding_exception.csv" in result.stderr) == (1, True)
        assert file.read_text(encoding="utf-8") == text


def test_a_table_that_cannot_be_written_is_one(released: Place, monkeypatch: pytest.MonkeyPatch):
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    before = released.decisions

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jixiao.atomic.os.fsync", fail)
    result = run("import", str(path))
    assert (result.exit_code, "无法写入：No space left" in result.stderr) == (1, True)
    assert released.decisions == before
    assert [file.name for file in decisions_path(released.settings).parent.glob(".*")] == []


def test_an_import_into_another_project_root_leaves_the_checkout_alone(released: Place):
    own = PROJECT_ROOT / "seeds" / "reference" / "finding_exception.csv"
    before = own.read_bytes()
    other = replace(
        released.settings, project_root=released.folder / "other", landing=released.folder / "new"
    )
    shutil.copytree(released.settings.seeds, other.seeds)
    path = released.paper()
    fill(path, "f_28", 处理决定="认可", 角色="复核岗")
    result = import_decisions(other, path, TODAY)
    assert result.path == other.landing / "reference" / "finding_exception.csv"
    assert "f_28" in result.path.read_text(encoding="utf-8")
    assert "f_28" not in released.decisions
    assert own.read_bytes() == before


def test_decisions_that_an_earlier_version_wrote_among_the_seeds_move_to_the_installation(released: Place):
    seed = released.settings.reference_seeds / "finding_exception.csv"
    header = seed.read_text(encoding="utf-8")
    seed.write_text(header + "f_late,fixed,已补正,岗,2025-11-01\n", encoding="utf-8")
    move_decisions(released.settings)
    assert seed.read_text(encoding="utf-8") == header
    assert released.decisions.splitlines()[1:] == [
        "f_done,disputed,有量表,预算科复核岗,2025-12-01",
        "f_late,fixed,已补正,岗,2025-11-01",
    ]
