"""Tables are recognised by their labels after any conversion; on the made-up disclosure."""

import random
import re
from collections.abc import Callable
from functools import cache

import pytest
from ingestion_documents import DISCLOSURE, disclosure, extract_text, form, line_of, tabbed

from ingestion.extract import Extraction, extract

TEXT = DISCLOSURE.read_text(encoding="utf-8")
Rows = dict[str, list[dict[str, str]]]


@cache
def made_up() -> Extraction:
    return extract(DISCLOSURE)


def _column(table: str, *columns: str, **where: str) -> list[tuple[str, ...]]:
    return [
        tuple(row[column] for column in columns)
        for row in made_up().ledger.tables[table]
        if all(row[name] == value for name, value in where.items())
    ]


def _only_form(*lines: list[str]) -> tuple[dict[str, str], Rows]:
    extraction = extract_text(disclosure(*lines))
    assert extraction.refusals == []
    (head,) = extraction.ledger.tables["raw_self_evaluation"]
    return head, extraction.ledger.tables


# What the made-up disclosure prints, read by eye.


def test_the_document_takes_its_name_year_and_unit_from_running_text() -> None:
    assert _column(
        "raw_document", "organization_name", "district_name", "fiscal_year", "amount_unit", "title"
    ) == [("青禾市云溪区石桥街道办事处", "云溪区", "2024", "万元", "第一部分2024年度部门绩效评价情况")]


def test_the_three_blocks_of_the_final_accounts_are_parted() -> None:
    columns = ("printed_row_no", "item_name", "initial_budget", "annual_budget", "final_account")
    assert _column("raw_final_account", *columns, classification="source") == [
        ("1", "一、一般公共预算财政拨款收入", "1,000.00", "1,200.00", "1,200.00"),
        ("2", "二、其他收入", "", "10.50", "10.50"),
        ("5", "本年收入合计", "1,000.00", "1,210.50", "1,210.50"),
    ]
    assert _column("raw_final_account", *columns, classification="function") == [
        ("7", "一、一般公共服务支出", "600.00", "700.00", "690.00"),
        ("8", "二、教育支出", "", "", ""),
        ("9", "三、城乡社区支出", "400.00", "510.50", "460.00"),
    ]
    assert _column("raw_final_account", *columns, classification="nature") == [
        ("12", "一、基本支出", "650.00", "700.00", "690.00"),
        ("13", "人员经费", "500.00", "540.00", "530.00"),
        ("14", "二、项目支出", "350.00", "510.50", "460.00"),
    ]
    assert _column("raw_final_account", *columns, classification="economic") == [
        ("15", "经济分类支出合计", "—", "—", "1,150.00"),
        ("16", "一、工资福利支出", "—", "—", "1,150.00"),
    ]
    assert _column("raw_final_account", "account_side", *columns, classification="balance") == [
        ("expenditure", "17", "本年支出合计", "1,000.00", "1,210.50", "1,150.00"),
        ("revenue", "6", "总计", "1,000.00", "1,210.50", "1,210.50"),
        ("expenditure", "18", "总计", "1,000.00", "1,210.50", "1,210.50"),
    ]


def test_conclusions_give_their_parts_total_and_grade() -> None:
    columns = ("source_line", "part_name", "total_weight", "total_score", "grade")
    assert _column("raw_evaluation", *columns, evaluation_type="department") == [
        ("10", "部门决策", "10", "9.00", ""),
        ("11", "部门管理", "20", "17.50", ""),
        ("12", "部门产出", "40", "36.00", ""),
        ("13", "部门效益", "30", "26.00", ""),
        ("14", "", "100", "88.50", "良好"),
        ("97", "合计", "100.00", "88.50", ""),
    ]
    assert _column("raw_evaluation", *columns, evaluation_type="project") == [
        ("106", "项目决策", "40", "38.00", ""),
        ("107", "项目效益", "60", "52.00", ""),
        ("108", "", "100", "90.00", "优秀"),
        ("152", "合计", "100.00", "90.00", ""),
    ]
    assert set(_column("raw_evaluation", "evaluation_type", "subject_name")) == {
        ("department", "青禾市云溪区石桥街道办事处"),
        ("project", "2024年楼道照明改造"),
    }


def test_levels_of_an_indicator_system_are_carried_down_merged_cells() -> None:
    assert _column("raw_evaluation_indicator", "level1", "level2", "level3", "weight", "score") == [
        ("部门决策(10分)", "目标设定(10分)", "目标明确性", "5", "4.60"),
        ("部门决策(10分)", "目标设定(10分)", "目标明确性", "5", "4.40"),
        ("部门管理(20分)", "预算执行(10分)", "支出预算执行率", "10", "8.50"),
        ("部门管理(20分)", "资产管理(10分)", "资产管理规范性", "10", "9.00"),
        ("部门产出(40分)", "产出数量(40分)", "实际完成率", "40", "36.00"),
        ("部门效益(30分)", "社会效益(30分)", "社会影响", "30", "26.00"),
        ("决策(40分)", "项目立项(40分)", "立项依据充分性", "20.00", "19.00"),
        ("决策(40分)", "项目立项(40分)", "立项程序规范性(20分)", "10.00", "9.50"),
        ("决策(40分)", "项目立项(40分)", "立项程序规范性(20分)", "10.00", "9.50"),
        ("效益(60分)", "项目效益(60分)", "实施效益", "60.00", "52.00"),
    ]


def test_a_page_break_inside_an_indicator_or_its_reason_is_closed() -> None:
    assert ("对居民生活的改善程度",) in _column("raw_evaluation_indicator", "level4")
    assert _column("raw_evaluation_indicator", "deduction_reason", level4="目标写得清楚") == [
        ("个别目标偏笼统，且没有分年度列出",)
    ]


def test_an_indicator_that_goes_on_into_an_explanation_keeps_its_first_clause() -> None:
    assert _column("raw_evaluation_indicator", "level4", level3="资产管理规范性") == [
        ("①定期盘点并留存记录，账实相符，处置履行审批手续",)
    ]


def test_department_targets_keep_short_answers_and_withhold_sentences() -> None:
    columns = ("level1", "level2", "target", "completion", "withheld")
    assert _column("raw_department_target", *columns, source_part="fund") == [
        ("总体资金情况", "资金总额", "1,150.00", "", ""),
        ("总体资金情况", "基本支出", "690.00", "", ""),
        ("总体资金情况", "项目支出", "460.00", "", ""),
        ("总体资金情况", "其他", "", "", ""),
    ]
    assert _column("raw_department_target", *columns, source_part="declaration") == [
        ("便民服务", "产出数量指标", "", "", "target"),
        ("便民服务", "产出质量指标", "符合标准", "", ""),
        ("便民服务", "产出进度指标", "12月31日前", "", ""),
        ("效果指标", "社会效益指标", "居民办事更方便", "", ""),
        ("效果指标", "服务对象满意度指标", "使投诉率小于3%", "", ""),
    ]
    assert _column("raw_department_target", *columns, source_part="completion") == [
        ("便民服务", "产出数量指标", "", "", "target;completion"),
        ("便民服务", "产出进度指标", "12月31日前", "11月30日前", ""),
        ("效果指标", "服务对象满意度指标", "使投诉率小于3%", "投诉率1%", ""),
    ]


def test_the_evaluated_project_is_read_by_period_and_by_item() -> None:
    project = "2024年楼道照明改造"
    columns = ("period", "approved", "arrived", "executed", "executed_fiscal", "progress_rate")
    assert _column("raw_project_execution", *columns, project_name=project) == [
        ("total", "60.00", "60.00", "58.00", "", "96.67"),
        ("q1_q2", "", "10.00", "10.00", "10.00", ""),
        ("q3", "", "20.00", "19.00", "19.00", ""),
        ("q4", "", "30.00", "29.00", "29.00", ""),
    ]
    columns = ("section", "item_name", "approved", "arrived", "spent")
    assert _column("raw_project_spending", *columns, project_name=project) == [
        ("arrival", "财政拨款", "60.00", "60.00", ""),
        ("arrival", "合计", "60.00", "60.00", ""),
        ("spending", "灯具采购和安装", "60.00", "", "58.00"),
        ("spending", "合计", "60.00", "", "58.00"),
    ]


def test_forms_give_their_header_year_and_total() -> None:
    columns = ("form_no", "form_year", "project_name", "competent_unit", "implementing_unit")
    assert _column("raw_self_evaluation", *columns, "total_weight", "total_score") == [
        ("1", "2024", "2024年楼道照明改造", "石桥街道办事处", "便民服务中心", "100", "93"),
        ("2", "2024", "社区图书角", "石桥街道办事处", "民生科", "100", "100"),
        ("3", "2023", "2024年楼道照明改造", "石桥街道", "民生保障科", "100", ""),
        ("4", "2024", "垃圾分类宣传", "石桥街道办事处", "城市管理科", "100", "99"),
    ]


def test_fund_rows_read_as_printed_shifted_or_not() -> None:
    columns = ("fund_source", "initial_budget", "annual_budget", "executed", "weight", "execution_rate")
    assert _column("raw_self_evaluation_fund", *columns, "score", form_no="1") == [
        ("年度资金总额", "60", "60.00", "58.125947", "10", "96.88%", "9.6"),
        ("其中：当年财政拨款", "60", "60.00", "58.125947", "—", "", "—"),
        ("上年结转资金", "", "", "", "—", "", "—"),
        ("其他资金", "0", "0", "0", "—", "", "—"),
    ]
    assert _column("raw_self_evaluation_fund", *columns, "score", form_no="2") == [
        ("年度资金总额", "3.5", "3.5", "3.5", "10", "100%", "10"),
        ("其中：当年财政拨款", "3.5", "3.5", "3.5", "—", "100%", "—"),
        ("上年结转资金", "—", "—", "—", "—", "—", "—"),
        ("其他资金", "", "", "", "—", "", "—"),
    ]


def test_indicators_read_as_printed_shifted_or_not() -> None:
    columns = ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation_reason")
    assert _column("raw_self_evaluation_indicator", *columns, form_no="1") == [
        ("产出指标", "数量指标", "更换灯具", "≥480盏", "270盏", "10", "10", '部分楼道,因"加装电梯"另行安排'),
        ("产出指标", "质量指标", "LED lamp合格率", "100%", "100%", "10", "10", ""),
        ("产出指标", "时效指标", "完成时间", "≤11月", "12月", "10", "10", ""),
        ("产出指标", "成本指标", "全年总成本", "106,029.00", "58.125947万元", "20", "28", ""),
        ("效益指标", "社会效益指标", "夜间出行更安全", "优良中差", "优", "20", "18", ""),
        ("效益指标", "社会效益指标", "楼道整洁", "优良中差", "优", "10", "9", ""),
        ("满意度指标", "服务对象满意度指标", "投诉率", "≤5%", "≤5%", "10", "9", ""),
    ]
    assert _column("raw_self_evaluation_indicator", *columns, form_no="2") == [
        ("产出指标", "数量指标", "图书角", "2个", "2个", "10", "10", ""),
        ("产出指标", "数量指标", "添置图书", "≥300册", "310册", "10", "10", ""),
        ("产出指标", "质量指标", "图书完好", "是否", "是", "15", "18", ""),
        ("产出指标", "时效指标", "开放时间", "10月前", "9月", "15", "15", ""),
        ("效益指标", "社会效益指标", "丰富居民的文化生活", "优良中差", "优", "30", "28", ""),
        ("效益指标", "社会效益指标", "培养阅读习惯", "优良中差", "优", "10", "9", ""),
        ("满意度指标", "服务对象满意度指标", "居民投诉", "少于5件", "无投诉", "10", "10", ""),
    ]


def test_a_form_with_blank_scores_keeps_its_weights() -> None:
    columns = ("level1", "level2", "level3", "actual", "weight", "score")
    assert _column("raw_self_evaluation_indicator", *columns, form_no="3") == [
        ("产出指标", "数量指标", "走访人数", "504人", "30", ""),
        ("产出指标", "成本指标", "全年总成本", "125000元", "20", ""),
        ("效益指标", "社会效益指标", "独居老人得到关心", "优", "30", ""),
        ("满意度指标", "服务对象满意度指标", "投诉率", "≤5%", "10", ""),
    ]


def test_labels_printed_again_after_a_page_break_are_passed_over() -> None:
    columns = ("level1", "level2", "level3", "target", "actual", "weight", "score")
    assert _column("raw_self_evaluation_indicator", *columns, form_no="4") == [
        ("成本指标", "经济成本指标", "宣传册单价", "≤3元/册", "2.8元/册", "20", "20"),
        ("产出指标", "数量指标", "宣传册", "2000册", "约2000册", "20", "20"),
        ("产出指标", "质量指标", "印制质量", "符合", "符合", "20", "20"),
        ("产出指标", "质量指标", "入户宣传", "≥10次", "10次", "10", "10"),
        ("效益指标", "社会效益指标", "知晓率", "提高", "提高", "10", "9"),
        ("满意度指标", "", "服务对象满意度", "≥90%", "95%", "10", "10"),
    ]
    assert len(_column("raw_self_evaluation_fund", "fund_source", form_no="4")) == 4
    assert made_up().left_out()["repeated_label"] == 7 + 1 + 9 + 1


def test_figures_of_running_text_are_found_with_the_sign_of_their_change() -> None:
    figures = _column("raw_reported_figure", "source_line", "figure_code", "value", "unit")
    assert {
        ("5", "department_total_score", "88.50", "分"),
        ("5", "department_grade", "良好", ""),
        ("17", "internal_departments", "5", "个"),
        ("17", "staff_administrative", "12", "人"),
        ("17", "staff_administrative_change", "-2", "人"),
        ("19", "annual_budget", "1,210.50", "万元"),
        ("19", "project_spending", "460.00", "万元"),
        ("19", "budget_execution_rate", "95.00", "%"),
        ("21", "total_assets_change_rate", "-3.10", "%"),
        ("23", "complaints_change_rate", "2.50", "%"),
        ("91", "budget_execution_rate", "95.00", "%"),
        ("101", "project_grade", "优秀", ""),
    } <= set(figures)


# The same document, printed otherwise.


def _rows_without_place(extraction: Extraction) -> Rows:
    place = {"document_id", "source_line", "total_source_line", "source_file", "source_sha256"}
    return {
        table: [{column: value for column, value in row.items() if column not in place} for row in rows]
        for table, rows in extraction.ledger.tables.items()
    }


def _with_blank_lines(text: str) -> str:
    return text.replace("\n", "\n\n \n")


def _with_empty_rows(text: str) -> str:
    return re.sub(r"^(?=.*\t)", "\t\t\t\n", text, flags=re.MULTILINE)


def _with_rules(text: str) -> str:
    return re.sub(r"^(?=.*\t)", "---\t---\t---\n", text, flags=re.MULTILINE)


def _after_a_preamble(text: str) -> str:
    return "目录\n\n一、说明 ........ 1\n\n本报告共三个部分。\n\n" * 50 + text


def _one_empty_column_before(text: str) -> str:
    return re.sub(r"^(?=.*\t)", "\t", text, flags=re.MULTILINE)


def _three_empty_columns_before(text: str) -> str:
    return re.sub(r"^(?=.*\t)", "\t\t\t", text, flags=re.MULTILINE)


def _empty_columns_behind(text: str) -> str:
    return re.sub(r"^(.*\t.*)$", "\\1\t\t", text, flags=re.MULTILINE)


def _numbered_otherwise(text: str) -> str:
    return text.replace("附件 2", "附件 17").replace("项目支出绩效自评表", "表 9 自评")


def _with_spaces_in_labels(text: str) -> str:
    labels = (
        "项目名称",
        "主管部门",
        "年度资金总额",
        "三级指标",
        "数量指标",
        "总分",
        "合计",
        "评价内容",
        "决算数",
    )
    for label in labels:
        text = text.replace(label, "　".join(label))
    return text


@pytest.mark.parametrize(
    "change",
    [
        _with_blank_lines,
        _with_empty_rows,
        _with_rules,
        _after_a_preamble,
        _one_empty_column_before,
        _three_empty_columns_before,
        _empty_columns_behind,
        _numbered_otherwise,
        _with_spaces_in_labels,
    ],
)
def test_a_document_printed_otherwise_gives_the_same_rows(change: Callable[[str], str]) -> None:
    changed = change(TEXT)
    assert changed != TEXT
    extraction = extract_text(changed)
    assert extraction.refusals == []
    assert _rows_without_place(extraction) == _rows_without_place(made_up())


def _parts() -> tuple[str, list[str]]:
    """Cut the disclosure before the title of each form."""
    starts = [match.start() for match in re.finditer(r"^项目支出绩效自评表", TEXT, re.MULTILINE)]
    ends = [*starts[1:], len(TEXT)]
    return TEXT[: starts[0]], [TEXT[start:end] for start, end in zip(starts, ends, strict=True)]


def _forms_by_name(extraction: Extraction) -> list[tuple[str, ...]]:
    rows = _rows_without_place(extraction)
    forms = []
    for form_row in rows["raw_self_evaluation"]:
        number = form_row["form_no"]
        content = [tuple(v for k, v in form_row.items() if k != "form_no")]
        for table in ("raw_self_evaluation_fund", "raw_self_evaluation_indicator"):
            content += [
                tuple(v for k, v in row.items() if k != "form_no")
                for row in rows[table]
                if row["form_no"] == number
            ]
        forms.append(tuple(map(str, content)))
    return sorted(forms)


@pytest.mark.parametrize("seed", range(4))
def test_forms_in_another_order_are_the_same_forms(seed: int) -> None:
    before, forms = _parts()
    assert len(forms) == 4
    random.Random(seed).shuffle(forms)
    extraction = extract_text(before + "\n\n".join(forms))
    assert extraction.refusals == []
    assert _forms_by_name(extraction) == _forms_by_name(made_up())
    assert [row["form_no"] for row in extraction.ledger.tables["raw_self_evaluation"]] == ["1", "2", "3", "4"]


def test_forms_printed_before_the_department_report_are_the_same_forms() -> None:
    before, forms = _parts()
    extraction = extract_text("\n\n".join([*forms, before]))
    assert extraction.refusals == []
    assert _forms_by_name(extraction) == _forms_by_name(made_up())


@pytest.mark.parametrize("name", ["1", "12.5", "总分项目", "项目负责人培训", "----", "三级指标体系建设"])
def test_a_project_can_have_any_name(name: str) -> None:
    head, _ = _only_form(form(name=f"项目名称|{name}||||||"))
    assert head["project_name"] == name


# One damage at a time, on one form.


@pytest.mark.parametrize(
    ("row", "levels"),
    [
        ("满意 度|服务对 象满意 度标|满意率|≥90%|95%|10|10||", ("满意度指标", "服务对象满意度指标")),
        ("满意度|服务对象满意度标|满意率|≥90%|95%|10|10||", ("满意度指标", "服务对象满意度指标")),
        ("满意度指标|服务对象满意|满意率|≥90%|95%|10|10||", ("满意度指标", "服务对象满意度指标")),
        ("|满意度指标|服务对象满意度|满意率|≥90%|95%|10|10|", ("满意度指标", "服务对象满意度指标")),
        ("|满意度指标||服务对象满意度|≥90%|95%|10|10|", ("满意度指标", "")),
        ("||服务对象满意度指标|满意率|≥90%|95%|10|10|", ("满意度指标", "服务对象满意度指标")),
        ("||社会效益指标|满意率|≥90%|95%|10|10|", ("效益指标", "社会效益指标")),
        ("|效益指标|可持续影响指标|满意率|≥90%|95%|10|10|", ("效益指标", "可持续影响指标")),
        ("||成本指标|满意率|≥90%|95%|10|10|", ("产出指标", "成本指标")),
        ("|成本指标|社会成本指标|满意率|≥90%|95%|10|10|", ("成本指标", "社会成本指标")),
        ("|||满意率|≥90%|95%|10|10|", ("产出指标", "质量指标")),
        ("|产出指标||满意率|≥90%|95%|10|10|", ("产出指标", "质量指标")),
        (
            "绩效指标|满意度指标|服务对象满意度指标|满意率|≥90%|95%|10|10|",
            ("满意度指标", "服务对象满意度指标"),
        ),
    ],
)
def test_levels_are_mended_and_carried_down(row: str, levels: tuple[str, str]) -> None:
    _, tables = _only_form(form(satisfaction=row))
    last = tables["raw_self_evaluation_indicator"][-1]
    assert (last["level1"], last["level2"]) == levels
    assert (last["target"], last["actual"], last["weight"], last["score"]) == ("≥90%", "95%", "10", "10")
    assert last["level3"] == ("服务对象满意度" if not levels[1] else "满意率")


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("|满意度指标||服务对象满意度|≥90%|95%|10||", ("服务对象满意度", "≥90%", "95%", "10", "", "")),
        ("|满意度指标||服务对象满意度|≥90%||10|9|", ("服务对象满意度", "≥90%", "", "10", "9", "")),
        ("|满意度指标||服务对象满意度|||10||", ("服务对象满意度", "", "", "10", "", "")),
        ("|||社会效益|≥90%|95%|10|10|", ("社会效益", "≥90%", "95%", "10", "10", "")),
        ("|||成本|≥90%|95%|10||", ("成本", "≥90%", "95%", "10", "", "")),
        ("|||满意率||95%|10|9|未设", ("满意率", "", "95%", "10", "9", "未设")),
        ("||满意率|≥90%|95%|10|9|原因|", ("满意率", "≥90%", "95%", "10", "9", "原因")),
        ("||||满意率|≥90%|95%|10||", ("满意率", "≥90%", "95%", "10", "", "")),
        ("||质量指标|满意率|5||10|9|0 起", ("满意率", "5", "", "10", "9", "0起")),
    ],
)
def test_a_row_with_blank_cells_is_read_by_the_places_of_its_heading(
    row: str, values: tuple[str, ...]
) -> None:
    _, tables = _only_form(form(satisfaction=row))
    last = tables["raw_self_evaluation_indicator"][-1]
    columns = ("level3", "target", "actual", "weight", "score", "deviation_reason")
    assert tuple(last[column] for column in columns) == values


@pytest.mark.parametrize(
    ("units", "person", "expected"),
    [
        ("主管部门|甲办|||实施单位 乙科", None, ("甲办", "乙科")),
        ("主管部门：甲办|||实施单位：乙科", None, ("甲办", "乙科")),
        ("主管部门：|甲办|实施单位:|乙科", None, ("甲办", "乙科")),
        ("主管部门|甲办|实施单|乙科", None, ("甲办", "乙科")),
        ("主管部门||||实施单位|乙科||", None, ("", "乙科")),
        ("主管部门|甲办|||实施单位|||", None, ("甲办", "")),
        ("主管部门||||实施单位|||", None, ("", "")),
        ("主管部门|||实施单位乙科", None, ("", "乙科")),
        ("主管部门|甲办|||实施单位|乙科||", "项目负责人||||联系电话|||", ("甲办", "乙科")),
        ("主管部门|甲办|||实施单位|乙科||", "项目负责人||||联系电话|55500102||", ("甲办", "乙科")),
        ("主管部门|甲办|||实施单位|乙科||", "项目负责|甘小棠|联系电|55500102", ("甲办", "乙科")),
        ("主管部门|甲办|||实施单位|乙科||", "项目负责人甘小棠|||联系电话：55500102", ("甲办", "乙科")),
    ],
)
def test_header_labels_are_parted_from_their_values_and_values_can_be_blank(
    units: str, person: str | None, expected: tuple[str, str]
) -> None:
    changes = {"units": units} if person is None else {"units": units, "person": person}
    head, tables = _only_form(form(**changes))
    assert (head["competent_unit"], head["implementing_unit"]) == expected
    assert "甘小棠" not in str(tables)
    assert "55500102" not in str(tables)


@pytest.mark.parametrize("heading", ["年度总体目标", "年度 总体 目标", "年度", "年", ""])
def test_the_goals_are_passed_over_however_their_label_is_broken(heading: str) -> None:
    head, _ = _only_form(form(goal_heading=f"{heading}|预期目标|||实际完成情况|||"))
    assert head["total_score"] == "97"


@pytest.mark.parametrize("stray", ["附件 2", "附件 2\n\n(2024 年度)", "第 3 页", "项目支出绩效自评表"])
def test_stray_lines_inside_a_form_are_passed_over(stray: str) -> None:
    whole = form()
    for cut in range(1, len(whole)):
        lines = [*whole[:cut], "", *stray.split("\n"), "", *whole[cut:]]
        head, tables = _only_form(lines)
        assert head["total_score"] == "97"
        assert len(tables["raw_self_evaluation_fund"]) == 4
        assert len(tables["raw_self_evaluation_indicator"]) == 3


@pytest.mark.parametrize(
    ("row", "weight", "score"),
    [
        ("总分||||||100|97|", "100", "97"),
        ("总分|100|97|", "100", "97"),
        ("|总分|||||100|97|", "100", "97"),
        ("总 分||||||100|97|", "100", "97"),
        ("总分||||||100||", "100", ""),
        ("总分|||||||97|", "", "97"),
        ("总分||||||||", "", ""),
    ],
)
def test_the_total_row_can_stand_elsewhere_or_lack_a_figure(row: str, weight: str, score: str) -> None:
    head, _ = _only_form(form(total=row))
    assert (head["total_weight"], head["total_score"]) == (weight, score)


@pytest.mark.parametrize(
    ("row", "amounts"),
    [
        ("|年度资金总额|4.00|5.00|4.50|10|90.00%|9.00|||", ("4.00", "5.00", "4.50", "9.00")),
        ("|年度资金总额||4.00|5.00|4.50|10|90.00%|9.00", ("4.00", "5.00", "4.50", "9.00")),
        ("|年度资金总额|4.0 0|5.00|4.500 001|10|90.00%|9", ("4.00", "5.00", "4.500001", "9")),
        ("|年度资金总额|1,234.5 6|1,234.56|1,2 34.56|10|100%|10", ("1,234.56", "1,234.56", "1,234.56", "10")),
        ("|年度资金总额|<p>4.00</p>|5.00|4.50|10|90.00%|", ("4.00", "5.00", "4.50", "")),
        ("|年度资金总额|—|5.00|4.50|10|90.00%|9.00", ("—", "5.00", "4.50", "9.00")),
        ("年度资金总额|4.00|5.00|4.50|10|0.9|9.00", ("4.00", "5.00", "4.50", "9.00")),
        ("项目资金|年度资金总额|4.00|5.00|4.50|10|90%|9.00", ("4.00", "5.00", "4.50", "9.00")),
    ],
)
def test_a_fund_row_is_read_where_it_stands_and_broken_numbers_are_joined(
    row: str, amounts: tuple[str, ...]
) -> None:
    _, tables = _only_form(form(fund_total=row))
    total = tables["raw_self_evaluation_fund"][0]
    columns = ("initial_budget", "annual_budget", "executed", "score")
    assert tuple(total[column] for column in columns) == amounts


def test_columns_of_the_fund_block_are_found_by_their_headings() -> None:
    _, tables = _only_form(
        form(
            fund_heading="项目资金（万元）||全年执行数|分值|得分|执行率|全年预算数|年初预算数",
            fund_total="|年度资金总额|4.50|10|9.00|90.00%|5.00|4.00",
            fund_current="|其中：当年财政拨款|4.50|—|—||5.00|4.00",
            fund_carryover="|上年结转资金|0|—|—||0|0",
            fund_other="|其他资金||—|—|||",
        )
    )
    total = tables["raw_self_evaluation_fund"][0]
    columns = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
    assert tuple(total[column] for column in columns) == ("4.00", "5.00", "4.50", "10", "90.00%", "9.00")


def test_a_form_without_a_heading_for_the_initial_budget_leaves_it_blank() -> None:
    _, tables = _only_form(
        form(
            fund_heading="项目资金(万元)||全年预算数|全年执行数|分值|执行率|得分",
            fund_total="|年度资金总额|5.00|4.50|10|90.00%|9.00",
            fund_current="|其中：当年财政拨款|5.00|4.50|—||—",
            fund_carryover="|上年结转资金|0|0|—||—",
        )
    )
    assert [row["initial_budget"] for row in tables["raw_self_evaluation_fund"]] == ["", "", "", ""]
    assert [row["executed"] for row in tables["raw_self_evaluation_fund"]] == ["4.50", "4.50", "0", ""]


@pytest.mark.parametrize("cut", range(1, 15))
def test_rules_between_the_rows_of_a_form_are_passed_over(cut: int) -> None:
    whole = form()
    head, tables = _only_form([*whole[:cut], tabbed("----|-----|:---:|--"), *whole[cut:]])
    assert head["form_year"] == "2024"
    assert len(tables["raw_self_evaluation_indicator"]) == 3


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        (["金额单位：元"], "万元"),
        (["金额单位：元", "单位:元", "（元）"], "元"),
        (["单位：（元）"] * 3, "元"),
        (["单位: 亿元"] * 3, "亿元"),
    ],
)
def test_the_unit_of_amounts_is_the_one_printed_most_often(printed: list[str], unit: str) -> None:
    whole = form(fund_heading="项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分")
    (document,) = extract_text(disclosure(printed, whole, form())).ledger.tables["raw_document"]
    assert document["amount_unit"] == unit


def test_the_year_of_a_form_is_the_one_printed_last_before_it() -> None:
    text = disclosure(form(), form()).replace("(2024 年度)", "上年见附表 (2021 年度)\n\n（2022 年度）", 1)
    years = [row["form_year"] for row in extract_text(text).ledger.tables["raw_self_evaluation"]]
    assert years == ["2022", "2024"]


def test_the_source_line_is_the_line_on_which_a_row_is_printed() -> None:
    text = disclosure(
        form(name="项目名称|甲|||"), form(name="项目名称|乙|||", output="|产出指标|数量指标|人次|5|5|40|38|")
    )
    tables = extract_text(text).ledger.tables
    assert [int(row["source_line"]) for row in tables["raw_self_evaluation"]] == [
        line_of(text, "项目名称\t甲"),
        line_of(text, "项目名称\t乙"),
    ]
    assert line_of(text, "人次") in [
        int(row["source_line"]) for row in tables["raw_self_evaluation_indicator"]
    ]
