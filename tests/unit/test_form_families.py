"""Families of forms that differ from the standard one by their columns and blocks. All figures are made up."""

from __future__ import annotations

import pytest
from drawn_documents import FORMATS, Part
from drawn_documents import table as drawn

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes

FORM, FUND = "raw_self_evaluation", "raw_self_evaluation_fund"
INDICATOR = "raw_self_evaluation_indicator"
DRAWN = ("html", "docx", "xlsx")


def read(suffix: str, *parts: Part) -> Extraction:
    """Read paragraphs and tables from a document of one format."""
    return extract_document(read_bytes(FORMATS[suffix](parts), name=f"form.{suffix}"))


def rows(extraction: Extraction, table: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in extraction.ledger.tables[table]]


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_coefficient_is_no_score_and_the_header_prints_the_total(suffix: str) -> None:
    form = drawn(
        "项目名称|路灯养护|<|自评总分(分)|96.4|<|<|<",
        "主管部门|某区城管局|<|实施单位|某区路灯所|<|<|<",
        "项目资金(万元)|<|年初预算数|全年(调整)预算数|全年执行数|执行率(%)|执行率权重|执行率得分(分)",
        "年度总金额|<|30|28|27.3|97.5|10|9.75",
        "指标名称|计量单位|指标性质|年初指标值|全年完成值|得分系数(%)|指标权重(分)|指标得分(分)",
        "亮灯率|%|≥|98|97|96|60|57.6",
        "养护路灯|盏|=|412|412|100|30|30",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, FORM, "total_score") == [("96.4",)]
    assert rows(extraction, FUND, "annual_budget", "executed", "execution_rate", "weight", "score") == [
        ("28", "27.3", "97.5", "10", "9.75")
    ]
    assert rows(extraction, INDICATOR, "level3", "target", "actual", "weight", "score") == [
        ("亮灯率", "≥98%", "97", "60", "57.6"),
        ("养护路灯", "=412盏", "412", "30", "30"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_of_a_total_over_several_weights_each_figure_stands_under_its_heading(suffix: str) -> None:
    form = drawn(
        "单位名称|某区水务局|<|<|<|<|<",
        "一级指标|权重|二级指标|权重|三级指标|权重|自评得分",
        "预算编制|40|编制质量|40|编制规范性|40|37.5",
        "预算执行|60|资金管理|60|支出进度|60|58",
        "合计|100||100||100|95.5",
    )
    extraction = read(suffix, "2021年度部门整体支出绩效自评表", form)
    assert rows(extraction, FORM, "total_weight", "total_score") == [("100", "95.5")]
    assert rows(extraction, INDICATOR, "level3", "weight", "score") == [
        ("编制规范性", "40", "37.5"),
        ("支出进度", "60", "58"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_tasks_of_a_department_are_no_funds(suffix: str) -> None:
    form = drawn(
        "部门名称|某区体育局|<|<|<|<|<|<",
        "年度主要任务|任务名称|预算数（万元）|<|<|执行数（万元）|<|<",
        "^|^|总额|财政拨款|其他资金|总额|财政拨款|其他资金",
        "^|办赛事|32|30|2|31|29.5|1.5",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因",
        "产出指标|数量指标|赛事场次|7场|8场|90|90|",
    )
    extraction = read(suffix, "部门整体支出绩效自评表（2021年度）", form)
    assert rows(extraction, FUND, "fund_source") == []
    assert rows(extraction, INDICATOR, "level3", "score") == [("赛事场次", "90")]
    assert "32" in [row["cell_text"] for row in extraction.ledger.tables["raw_unread_cell"]]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt", "csv"])
def test_targets_of_several_years_beside_those_of_one_stay_unread(suffix: str) -> None:
    form = drawn(
        "项目名称|<|石刻修缮|<|<|<|<",
        "主管部门|<|某省文物局|<|<|<|<",
        "项目资金（万元）|<|中期资金总额：|930|年度资金总额：|<|310",
        "^|^|其中：财政拨款|900|其中：财政拨款|<|300",
        "总体目标|中期目标（2021年—2023年）|<|<|年度目标|<|<",
        "^|修缮三十处石刻|<|<|修缮十处石刻|<|<",
        "一级指标|二级指标|三级指标|指标值|二级指标|三级指标|指标值",
        "产出指标|数量指标|修缮处数|≥30处|数量指标|修缮处数|≥10处",
        "^|质量指标|合格率|≥98%|质量指标|合格率|≥95%",
    )
    extraction = read(suffix, "项目支出绩效目标表", "（2021年度）", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [
        ("年度资金总额", "310"),
        ("其中：财政拨款", "300"),
    ]
    assert rows(extraction, INDICATOR, "level1", "level2", "level3", "target") == [
        ("产出指标", "数量指标", "修缮处数", "≥10处"),
        ("产出指标", "质量指标", "合格率", "≥95%"),
    ]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_of_two_indicator_blocks_the_one_of_the_year_is_read(suffix: str) -> None:
    form = drawn(
        "项目名称|集镇改造|<|<|<",
        "长期绩效指标|一级指标|二级指标|指标内容|指标值",
        "^|产出指标|数量指标|改造里程|12公里",
        "年度绩效指标|一级指标|二级指标|指标内容|指标值",
        "^|产出指标|数量指标|改造里程|4公里",
        "^|^|质量指标|合格率|100%",
    )
    extraction = read(suffix, "项目绩效目标表", "（2021年度）", form)
    assert rows(extraction, INDICATOR, "level3", "target") == [("改造里程", "4公里"), ("合格率", "100%")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_period_of_a_project_has_targets_of_its_own(suffix: str) -> None:
    form = drawn(
        "项目名称|水质监测|<|<|<",
        "一级指标|二级指标|三级指标|实施周期指标值|当年度指标值",
        "产出指标|数量指标|监测站|9座|3座",
    )
    extraction = read(suffix, "项目绩效目标表（2022年度）", form)
    assert rows(extraction, INDICATOR, "level3", "target") == [("监测站", "3座")]


@pytest.mark.parametrize("suffix", DRAWN)
@pytest.mark.parametrize("is_merged", [True, False])
def test_each_project_of_a_list_is_a_form(suffix: str, is_merged: bool) -> None:
    unit, project, goal = ("^", "^", "^") if is_merged else ("205-某县水利局", "物资储备", "储备物资")
    table = drawn(
        "单位名称|项目名称|项目金额|年度目标|一级指标|二级指标|三级指标|指标性质|指标值|度量单位|权重|指标方向性",
        "205-某县水利局|物资储备|30|储备物资|产出指标|数量指标|物资品种|≥|12|种|60|正向指标",
        f"{unit}|{project}|{'^' if is_merged else '30'}|{goal}|效益指标|社会效益指标|保障人口|≥|5|万人|30|正向指标",
        f"{unit}|河道巡查|18.5|巡查河道|产出指标|数量指标|巡查次数|≥|48|次|90|正向指标",
    )
    extraction = read(suffix, "部门预算项目支出绩效目标表（2024年度）", table)
    assert rows(
        extraction, FORM, "form_no", "form_year", "project_name", "implementing_unit", "form_kind"
    ) == [
        ("1", "2024", "物资储备", "某县水利局", "target_form"),
        ("2", "2024", "河道巡查", "某县水利局", "target_form"),
    ]
    assert rows(extraction, INDICATOR, "form_no", "indicator_no", "level3", "target", "weight") == [
        ("1", "1", "物资品种", "≥12种", "60"),
        ("1", "2", "保障人口", "≥5万人", "30"),
        ("2", "1", "巡查次数", "≥48次", "90"),
    ]
    assert rows(extraction, "raw_project_goal", "form_no", "expected") == [
        ("1", "储备物资"),
        ("2", "巡查河道"),
    ]


def test_the_forms_behind_a_list_are_numbered_on() -> None:
    listed = drawn(
        "项目单位|项目名称|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "某市一中|校园维修|产出指标|数量指标|维修校舍|2栋|2栋|50|50",
        "|食堂改造|产出指标|数量指标|改造面积|300平方米|310平方米|50|49",
    )
    form = drawn(
        "项目名称|图书购置|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|图书册数|600册|620册|100|100",
    )
    extraction = read("html", "2023年度项目支出绩效自评汇总表", listed, "项目支出绩效自评表", form)
    assert rows(extraction, FORM, "form_no", "project_name", "form_kind") == [
        ("1", "校园维修", "self_evaluation"),
        ("2", "食堂改造", "self_evaluation"),
        ("3", "图书购置", "self_evaluation"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_sources_of_funds_can_be_the_columns(suffix: str) -> None:
    form = drawn(
        "项目名称|渔港维护|<|<|<|<",
        "项目资金（万元）||资金总额|财政拨款|其他资金|执行率",
        "^|年初预算数|86|80|6|",
        "^|实际支出|81.7|76|5.7|95%",
        "一级指标|二级指标|三级指标|目标值|完成值|自评得分",
        "产出指标|数量指标|渔港|2座|2座|90",
    )
    extraction = read(suffix, "2020年度财政项目支出绩效自评表", form)
    assert rows(extraction, FUND, "fund_source", "initial_budget", "executed") == [
        ("资金总额", "86", "81.7"),
        ("财政拨款", "80", "76"),
        ("其他资金", "6", "5.7"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_only_row_of_funds_can_go_without_a_label(suffix: str) -> None:
    form = drawn(
        "项目名称|研发奖补|<|<|<|<|<",
        "年度预算安排（万元）|年初预算|调整后预算|实际支出|预算执行率|得分|<",
        "^|1500|1450|1377.5|95%|9.5|<",
        "一级指标|二级指标|三级指标|分值|指标值|完成值|得分",
        "产出|产出数量|奖补企业|90|≥120家|124家|90",
    )
    extraction = read(suffix, "2021年度项目绩效自评价表", form)
    assert rows(extraction, FUND, "fund_source", "initial_budget", "annual_budget", "executed", "score") == [
        ("年度预算安排", "1500", "1450", "1377.5", "9.5")
    ]


def _with_funds(*rows: str) -> Part:
    return drawn(
        "项目名称|疫苗接种|<|<|<|<|<",
        *rows,
        "一级指标|二级指标|三级指标|权重（%）|年度指标值|得分|实际完成值",
        "产出指标|数量指标|接种人次|60%|≥800人次|60|820人次",
        "效益指标|社会效益指标|发病率|40%|≤5%|32|6%",
    )


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_rate_of_arrival_is_no_rate_of_execution(suffix: str) -> None:
    form = _with_funds(
        "项目资金（万元）|资金来源|全年预算数（A）|资金到位率（B/A）|实际支出数（C）|预算执行率（C/A）|得分",
        "^|资金总额|50|96%|47|94%|9.4",
    )
    extraction = read(suffix, "项目支出绩效自评表", form)
    assert rows(extraction, FUND, "annual_budget", "executed", "execution_rate", "score") == [
        ("50", "47", "94%", "9.4")
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_weight_in_percent_is_points_of_a_hundred(suffix: str) -> None:
    extraction = read(suffix, "项目支出绩效自评表", _with_funds("自评得分|92|<|自评等级|优|<|<"))
    assert rows(extraction, INDICATOR, "level3", "weight", "score") == [
        ("接种人次", "60", "60"),
        ("发病率", "40", "32"),
    ]
    assert rows(extraction, FORM, "total_score", "grade") == [("92", "优")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_points_that_were_taken_off_are_no_reason_and_a_sub_total_ends_no_block(suffix: str) -> None:
    form = drawn(
        "项目名称|控烟宣传|<|<|<|<|<|<",
        "一级指标|二级指标|三级指标|分值|目标值|完成值|扣分|得分",
        "项目决策（10分）|项目立项|立项依据|10|充分|充分|0|10",
        "小计|<|<|10|||0|10",
        "项目管理（50分）|资金管理|合规性|50|合规|合规|2.5|47.5",
        "项目效益（40分）|社会效益|吸烟率|40|≤20%|21%|2|38",
        "合计|<|<|100|||4.5|95.5",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "weight", "score", "deviation_reason") == [
        ("立项依据", "10", "10", ""),
        ("合规性", "50", "47.5", ""),
        ("吸烟率", "40", "38", ""),
    ]
    assert rows(extraction, FORM, "total_weight", "total_score") == [("100", "95.5")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_what_is_done_by_a_month_or_expected_is_no_actual(suffix: str) -> None:
    form = drawn(
        "项目名称|城乡低保|<|<|<|<|<|<",
        "项目资金（万元）||年初预算数|1-7月执行数|1-7月执行率|全年预计执行数|<|<",
        "^|年度资金总额|900|520|57.8%|890|<|<",
        "一级指标|二级指标|三级指标|年度指标值|1-7月执行情况|全年预计完成情况|偏差原因分析|完成目标可能性",
        "产出指标|数量指标|保障人数|≥5000人|4900人|5100人||确定能",
    )
    extraction = read(suffix, "项目支出绩效运行监控表（2022年度）", form)
    assert [row["executed"] for row in extraction.ledger.tables[FUND]] in ([], [""])
    assert rows(extraction, INDICATOR, "level3", "target", "actual") == [("保障人数", "≥5000人", "")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_source_and_its_amount_can_share_a_cell(suffix: str) -> None:
    form = drawn(
        "部门名称|<|某区民政局|<|<",
        "年度预算申请（万元）|资金总额：230|<|<|<",
        "^|按收入性质分：230|<|按支出性质分：230|<",
        "^|其中：一般公共预算：225|<|其中：基本支出：90|<",
        "^|其他资金：5|<|项目支出：140|<",
        "部门职能概述|<|保障民生|<|<",
        "一级指标|二级指标|三级指标|指标值|<",
        "产出指标|数量指标|救助人数|≥8000人|<",
    )
    extraction = read(suffix, "部门整体支出绩效目标表", "（2024年度）", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [
        ("资金总额", "230"),
        ("按收入性质分", "230"),
        ("按支出性质分", "230"),
        ("其中：一般公共预算", "225"),
        ("其中：基本支出", "90"),
        ("其他资金", "5"),
        ("项目支出", "140"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_weights_and_scores_can_stand_above_the_levels(suffix: str) -> None:
    form = drawn(
        "绩效指标|<|<|指标分值|指标解释|自评得分",
        "一级指标|二级指标|三级指标|^|^|^",
        "履职效能（20分）|部门履职|案件办理率|20|案件办结|19.6",
        "合计|<|<|20||19.6",
    )
    extraction = read(suffix, "2022年部门整体支出绩效自评表", "单位名称：某县司法局", form)
    assert rows(extraction, FORM, "implementing_unit", "total_score") == [("某县司法局", "19.6")]
    assert rows(extraction, INDICATOR, "level2", "level3", "weight", "score") == [
        ("部门履职", "案件办理率", "20", "19.6")
    ]


def test_a_row_of_a_unit_in_a_list_is_no_form() -> None:
    table = drawn(
        "单位（专项）名称|资金总额|绩效目标|一级指标|二级指标|三级指标|指标值类型|指标值|度量单位",
        "某市文联|80|||||||",
        "美术展览|80|举办展览|产出指标|数量指标|展览场次|≥|10|场",
    )
    extraction = read("html", "2023年项目支出绩效目标表", table)
    assert rows(extraction, FORM, "form_no", "project_name") == [("1", "美术展览")]
    assert rows(extraction, INDICATOR, "form_no", "level3", "target") == [("1", "展览场次", "≥10场")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_funds_of_the_year_can_stand_below_those_of_several_years(suffix: str) -> None:
    form = drawn(
        "项目名称|石刻修缮|<",
        "项目资金（万元）|实施期资金总额|930",
        "^|其中：财政拨款|900",
        "^|年度资金总额|310",
        "^|其中：财政拨款|300",
        "二级指标|三级指标|指标值",
        "数量指标|修缮处数|≥10处",
    )
    extraction = read(suffix, "项目支出绩效目标表", "（2021年度）", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [
        ("年度资金总额", "310"),
        ("其中：财政拨款", "300"),
    ]


UNITS_OF_BOTH = (
    "产出指标|数量指标|购置设备|18|台|17|台|50|45",
    "^|^|购置金额|12|万元|118000|元|50|48",
)


def with_units(*heading: str) -> Part:
    return drawn(
        "项目名称|设备购置|<|<|<|<|<|<|<",
        "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分|",
        "^|年度资金总额|10|12|11.8|10|98%|9.8|",
        *heading,
        *UNITS_OF_BOTH,
    )


@pytest.mark.parametrize("suffix", ["csv", *DRAWN])
@pytest.mark.parametrize("lower", ["计划|单位|实际|单位", "数值|计量单位|数值|计量单位"])
def test_a_value_has_the_unit_beside_it_below_its_own_heading(suffix: str, lower: str) -> None:
    heading = ("一级指标|二级指标|三级指标|指标值|<|完成值|<|分值|得分", f"^|^|^|{lower}|^|^")
    extraction = read(suffix, "2022年度项目支出绩效自评表", with_units(*heading))
    assert rows(extraction, INDICATOR, "level3", "target", "actual", "weight", "score") == [
        ("购置设备", "18台", "17台", "50", "45"),
        ("购置金额", "12万元", "118000元", "50", "48"),
    ]


@pytest.mark.parametrize("suffix", ["txt", "csv", *DRAWN])
def test_a_second_column_of_units_is_that_of_the_actuals(suffix: str) -> None:
    heading = "一级指标|二级指标|三级指标|指标值|单位|完成值|单位|分值|得分"
    extraction = read(suffix, "2022年度项目支出绩效自评表", with_units(heading))
    assert rows(extraction, INDICATOR, "target", "actual") == [("18台", "17台"), ("12万元", "118000元")]


def test_a_text_that_lost_the_places_of_two_headings_gives_no_value() -> None:
    heading = ("一级指标|二级指标|三级指标|指标值|<|完成值|<|分值|得分", "^|^|^|计划|单位|实际|单位|^|^")
    extraction = read("txt", "2022年度项目支出绩效自评表", with_units(*heading))
    assert {value for row in rows(extraction, INDICATOR, "target", "actual", "score") for value in row} <= {
        ""
    }


@pytest.mark.parametrize("suffix", [*DRAWN, "csv"])
@pytest.mark.parametrize("heading_rows", [1, 2])
def test_a_list_of_targets_prints_the_amounts_of_each_project(suffix: str, heading_rows: int) -> None:
    heading = {
        1: ["单位名称|项目名称|预算金额|财政拨款|年度目标|一级指标|二级指标|三级指标|指标性质|指标值|权重"],
        2: [
            "单位名称|项目名称|预算金额|财政拨款|年度目标|绩效指标|<|<|指标性质|指标值|权重",
            "^|^|^|^|^|一级指标|二级指标|三级指标|^|^|^",
        ],
    }[heading_rows]
    listed = drawn(
        *heading,
        "某县水务局|巡河|20.5|18|巡查河道|产出指标|数量指标|巡河次数|≥|48次|60",
        "^|^|^|^|^|效益指标|生态效益指标|水质达标率|≥|95%|40",
        "^|水毁修复|15|15|修复水毁|产出指标|数量指标|修复处数|≥|5处|100",
    )
    extraction = read(suffix, "部门预算项目绩效目标表（2024年度）", "金额单位：万元", listed)
    assert rows(extraction, FORM, "project_name", "implementing_unit", "form_year") == [
        ("巡河", "某县水务局", "2024"),
        ("水毁修复", "某县水务局", "2024"),
    ]
    assert rows(extraction, FUND, "form_no", "fund_source", "annual_budget", "amount_unit") == [
        ("1", "预算金额", "20.5", "万元"),
        ("1", "财政拨款", "18", "万元"),
        ("2", "预算金额", "15", "万元"),
        ("2", "财政拨款", "15", "万元"),
    ]
    assert rows(extraction, INDICATOR, "form_no", "level3", "target", "weight") == [
        ("1", "巡河次数", "≥48次", "60"),
        ("1", "水质达标率", "≥95%", "40"),
        ("2", "修复处数", "≥5处", "100"),
    ]
    assert rows(extraction, "raw_unread_cell", "cell_text") == []


@pytest.mark.parametrize("suffix", DRAWN)
def test_an_amount_of_a_list_that_is_none_stays_unread(suffix: str) -> None:
    listed = drawn(
        "项目名称|预算金额（元）|一级指标|二级指标|三级指标|指标值",
        "巡河|两万元|产出指标|数量指标|巡河次数|48次",
    )
    extraction = read(suffix, "项目绩效目标表（2024年度）", listed)
    assert rows(extraction, FUND, "annual_budget") == []
    assert rows(extraction, "raw_unread_cell", "cell_text", "reason_code") == [("两万元", "not_a_number")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_a_form_of_indicators_without_levels_has_a_row_of_amounts_below_their_sources(suffix: str) -> None:
    form = drawn(
        "预算部门（单位）|某区司法局|<|<|<|<",
        "总体资金情况（元）|预算支出总量|其中：部门预算拨款|专项资金|<|<",
        "^|2500|2000|500|<|<",
        "部门整体绩效情况|整体绩效目标|<|<|<|<",
        "^|推进法治建设|<|<|<|<",
        "^|绩效指标|指标性质|指标值|绩效度量单位|权重",
        "^|法律援助案件|≥|500|件|60",
        "^|调解成功率|≥|98|%|40",
    )
    extraction = read(suffix, "2023年度部门预算整体绩效目标表", form)
    assert rows(extraction, "raw_project_goal", "expected", "achieved") == [("推进法治建设", "")]
    assert rows(extraction, INDICATOR, "level1", "level3", "target", "weight") == [
        ("", "法律援助案件", "≥500件", "60"),
        ("", "调解成功率", "≥98%", "40"),
    ]
    if suffix != "txt":
        assert rows(extraction, FUND, "fund_source", "annual_budget", "amount_unit") == [
            ("预算支出总量", "2500", "元"),
            ("其中：部门预算拨款", "2000", "元"),
            ("专项资金", "500", "元"),
        ]


@pytest.mark.parametrize(
    ("suffix", "title"),
    [
        *((suffix, "2.项目变动事项") for suffix in DRAWN),
        ("html", "2.项目实施内容及过程概述"),
        ("txt", "2.项目实施内容及过程概述"),
    ],
)
def test_the_description_of_a_project_below_its_goals_is_no_goal(suffix: str, title: str) -> None:
    form = drawn(
        "项目名称|社区矫正|<|<|<",
        "项目基本情况|1.项目年度目标完成情况|<|项目年度目标|年度目标完成情况",
        "^|^|<|按时发放|已发放",
        f"^|{title}|<|每月发放|<",
        "预算执行情况（万元）|<|年初预算|调整后预算数|预算执行数",
        "总额|<|3|4|4",
        "一级指标|二级指标|三级指标|指标值|完成值",
        "产出指标|数量指标|发放次数|12次|12次",
    )
    extraction = read(suffix, "2023年度项目支出绩效自评表", form)
    assert rows(extraction, "raw_project_goal", "expected", "achieved") == [("按时发放", "已发放")]
    assert rows(extraction, FUND, "annual_budget", "executed") == [("4", "4")]
    assert ("每月发放", "no_column") in rows(extraction, "raw_unread_cell", "cell_text", "reason_code")


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_a_table_of_tasks_and_their_completion_is_no_goal(suffix: str) -> None:
    form = drawn(
        "部门名称|某区城管局|<|<|<",
        "预算情况（万元）|年初预算数|调整后预算数|决算数|执行率",
        "部门整体支出|30|32|31.36|98%",
        "年度主要任务完成情况|任务名称|主要内容|完成情况|<",
        "^|环卫保洁|保洁街道|已完成|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值",
        "产出指标|数量指标|保洁面积|100万平方米|102万平方米",
    )
    extraction = read(suffix, "2022年度部门整体支出绩效自评表", form)
    assert rows(extraction, "raw_project_goal", "expected", "achieved") == []
    assert "已完成" in [row["cell_text"] for row in extraction.ledger.tables["raw_unread_cell"]]
    assert rows(extraction, INDICATOR, "level3", "target", "actual") == [
        ("保洁面积", "100万平方米", "102万平方米")
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_weights_of_upper_levels_are_no_weight_of_the_indicator(suffix: str) -> None:
    form = drawn(
        "项目名称|校车运营|<|<|<|<|<|<",
        "一级指标|一级权重|二级指标|二级权重|三级指标|目标值|完成值|自评得分",
        "产出指标|60|数量指标|25|线路数|12条|12条|25",
        "^|^|质量指标|35|准点率|≥95%|96%|35",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "weight", "score") == [
        ("线路数", "", "25"),
        ("准点率", "", "35"),
    ]
    unread = rows(extraction, "raw_unread_cell", "cell_text", "column_label")
    assert unread == [("60", "一级权重"), ("25", "二级权重"), ("35", "二级权重")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_an_unknown_heading_of_aims_is_the_target_beside_an_actual(suffix: str) -> None:
    heading = "一级指标|二级指标|三级指标|年度工作目标|{}|分值|得分"
    row = "产出指标|数量指标|里程|30公里|28公里|100|93"
    title = "2022年度项目支出绩效自评表"
    extraction = read(suffix, title, drawn("项目名称|林道|<|<|<|<|<", heading.format("实际完成值"), row))
    assert rows(extraction, INDICATOR, "target", "actual") == [("30公里", "28公里")]
    extraction = read(suffix, title, drawn("项目名称|林道|<|<|<|<|<", heading.format("指标说明"), row))
    assert rows(extraction, INDICATOR, "target", "actual") == [("", "")]


def test_a_text_can_print_0_for_no_reason() -> None:
    form = drawn(
        "项目名称|林道|<|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施",
        "产出指标|数量指标|里程|30公里|28公里|60|56|0",
        "效益指标|社会效益指标|通行率|95%|96%|40|40|0",
        "总分|<|<|<|<|100|96|0",
    )
    extraction = read("txt", "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "actual", "weight", "score", "deviation_reason") == [
        ("里程", "28公里", "60", "56", "0"),
        ("通行率", "96%", "40", "40", "0"),
    ]
    assert rows(extraction, FORM, "total_weight", "total_score") == [("100", "96")]
    # One cell less, and the score is where the reason should be: nothing says which figure is which.
    moved = drawn(*[row for row in FORM_WITH_REASON_OF_FIGURE.splitlines() if row])
    extraction = read("txt", "2022年度项目支出绩效自评表", moved)
    assert rows(extraction, INDICATOR, "score") == []


FORM_WITH_REASON_OF_FIGURE = """
项目名称|林道|<|<|<|<|<|<
一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施
产出指标|数量指标|里程|30公里|28公里||60|56
"""


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
@pytest.mark.parametrize("label", ["市级预算部门名称", "自评主体全名名称"])
def test_a_form_below_its_title_can_begin_with_an_unknown_label(suffix: str, label: str) -> None:
    form = drawn(
        f"{label}|某市文旅局|<|<|<",
        "年度预算申请（万元）|年初预算数|全年预算数|全年执行数|执行率",
        "年度资金总额|18|19|18.5|97.37%",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值",
        "产出指标|数量指标|活动场次|20场|22场",
    )
    extraction = read(suffix, "2022年度部门整体支出绩效自评表", form)
    known = label == "市级预算部门名称"
    assert rows(extraction, FORM, "implementing_unit") == [("某市文旅局" if known else "",)]
    assert rows(extraction, FUND, "annual_budget", "executed") == [("19", "18.5")]
    assert rows(extraction, INDICATOR, "level3", "target", "actual") == [("活动场次", "20场", "22场")]
    unread = rows(extraction, "raw_unread_cell", "cell_text")
    assert unread == ([] if known else [("某市文旅局",)])


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_the_title_of_the_indicators_below_the_goals_is_no_goal(suffix: str) -> None:
    form = drawn(
        "项目名称|农村饮水|<|<|<",
        "年度总体目标|预期目标|<|实际完成情况|<",
        "^|保障饮水|<|已保障|<",
        "项目支出绩效指标表|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值",
        "产出指标|数量指标|解决人口|1200人|1250人",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, "raw_project_goal", "expected", "achieved") == [("保障饮水", "已保障")]
    assert rows(extraction, INDICATOR, "level3", "actual") == [("解决人口", "1250人")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_the_direction_of_an_indicator_is_read_beside_its_operator_or_in_its_place(suffix: str) -> None:
    form = drawn(
        "项目名称|租车|<|<|<|<|<|<",
        "一级指标|二级指标|三级指标|指标性质|指标方向|年度指标值|实际完成值|分值",
        "产出指标|数量指标|租车次数|正向|大于等于|10次|12次|50",
        "^|成本指标|支出控制数|反向|小于等于|2万元|2万元|50",
    )
    extraction = read(suffix, "2024年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "direction", "target", "actual") == [
        ("租车次数", "正向", "大于等于10次", "12次"),
        ("支出控制数", "反向", "小于等于2万元", "2万元"),
    ]
    mixed = drawn(
        "项目名称|租车|<|<|<|<|<",
        "一级指标|二级指标|三级指标|指标性质|年度指标值|实际完成值|分值",
        "产出指标|数量指标|租车次数|≥|10次|12次|40",
        "^|质量指标|投诉率|逆向指标|2%|1%|30",
        "效益指标|社会效益指标|形象|定性|提升|提升|30",
    )
    extraction = read(suffix, "2024年度项目支出绩效自评表", mixed)
    assert rows(extraction, INDICATOR, "level3", "direction", "target") == [
        ("租车次数", "", "≥10次"),
        ("投诉率", "逆向指标", "2%"),
        ("形象", "", "提升"),
    ]
    assert rows(extraction, "raw_unread_cell", "cell_text") == []


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_direction_alone_is_no_indicator_and_another_word_is_no_direction(suffix: str) -> None:
    form = drawn(
        "项目名称|租车|<|<|<|<",
        "一级指标|二级指标|三级指标|指标方向|年度指标值|实际完成值",
        "产出指标|数量指标|租车次数|正向|10次|12次",
        "^|质量指标|合格率|重要|95%|96%",
        "^|时效指标||正向||",
    )
    extraction = read(suffix, "2024年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "direction") == [("租车次数", "正向"), ("合格率", "")]
    assert rows(extraction, "raw_unread_cell", "cell_text", "reason_code") == [("重要", "no_column")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_an_indicator_of_the_execution_opens_no_funds(suffix: str) -> None:
    form = drawn(
        "单位|某县文物所|<|<|<|<|<",
        "序号|一级指标|二级指标|三级指标|指标分值|指标解释|自评得分",
        "1|规划（15分）|工作计划（6分）|计划完整性|3|计划是否完整|2.5",
        "2|执行（35分）|预算执行（18分）|预算执行率|5|执行数与预算数的比率|4",
        "合计||||100||92.5",
    )
    extraction = read(suffix, "2023年度部门整体支出绩效评价自评表", form)
    assert rows(extraction, FORM, "implementing_unit", "total_weight", "total_score") == [
        ("某县文物所", "100", "92.5")
    ]
    assert rows(extraction, FUND, "fund_source") == []
    assert rows(extraction, INDICATOR, "level1", "level3", "weight", "score") == [
        ("规划（15分）", "计划完整性", "3", "2.5"),
        ("执行（35分）", "预算执行率", "5", "4"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_cell_with_the_unit_of_amounts_names_no_organization(suffix: str) -> None:
    form = drawn(
        "项目名称|供热|<|单位|万元",
        "项目资金|年初预算数|全年预算数|全年执行数|执行率",
        "年度资金总额|1|1|1|100%",
        "一级指标|二级指标|三级指标|指标值|完成值",
        "产出指标|数量指标|户数|1户|1户",
    )
    extraction = read(suffix, "2023年度部门整体支出绩效自评表", form)
    assert rows(extraction, FORM, "implementing_unit") == [("",)]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_the_heading_of_a_goal_can_name_the_beginning_of_the_year(suffix: str) -> None:
    form = drawn(
        "项目名称|供热|<|<|<",
        "年度绩效目标|年初目标|<|完成情况|<",
        "^|供热一千户|<|已供热|<",
        "一级指标|二级指标|三级指标|指标值|完成值",
        "产出指标|数量指标|户数|1000户|1000户",
    )
    extraction = read(suffix, "2023年度项目支出绩效自评表", form)
    assert rows(extraction, "raw_project_goal", "expected", "achieved") == [("供热一千户", "已供热")]


@pytest.mark.parametrize("suffix", [*DRAWN, "csv"])
def test_indicators_can_be_printed_goal_by_goal(suffix: str) -> None:
    heading = "年度绩效指标|一级指标|二级指标|三级指标|年初目标值（A）|实际完成值（B）|得分"
    form = drawn(
        "单位名称|某县人社局|<|<|<|<|<",
        "预算执行情况（万元）（20分）||预算数（A）|<|执行数（B）|执行率（B/A）|得分（20分*执行率）",
        "^|部门整体支出总额|2000|<|1900|95%|19",
        "年度目标1：（40分）|促进就业|<|<|<|<|<",
        heading,
        "^|产出指标|数量指标|新增就业|5000人|5200人|40",
        "年度目标2：（40分）|社保扩面|<|<|<|<|<",
        heading,
        "^|产出指标|数量指标|参保人数|10万人|9.8万人|39.2",
        "总分|98.2|<|<|<|<|<",
    )
    extraction = read(suffix, "2022年度部门整体绩效自评表", form)
    assert rows(extraction, "raw_project_goal", "expected") == [("促进就业",), ("社保扩面",)]
    assert rows(extraction, FUND, "fund_source", "annual_budget", "score") == [
        ("部门整体支出总额", "2000", "19")
    ]
    assert rows(extraction, INDICATOR, "level3", "target", "score") == [
        ("新增就业", "5000人", "40"),
        ("参保人数", "10万人", "39.2"),
    ]
    assert rows(extraction, FORM, "total_score") == [("98.2",)]
    assert rows(extraction, "raw_unread_cell", "cell_text") == []


@pytest.mark.parametrize("suffix", [*DRAWN, "csv", "txt"])
def test_the_amount_of_a_target_form_can_be_among_the_rows_of_its_header(suffix: str) -> None:
    form = drawn(
        "项目名称|智慧校园|<|<|<",
        "预算数|50.5|<|<|<",
        "主管预算部门及代码|024-某县教育局|<|实施单位|某县一中",
        "绩效目标|建设智慧校园|<|<|<",
        "一级指标|二级指标|三级指标|指标值|<",
        "产出指标|数量指标|建设教室|10间|<",
    )
    extraction = read(suffix, "2024年度项目支出绩效目标表", "单位：万元", form)
    assert rows(extraction, FORM, "competent_unit", "implementing_unit") == [("某县教育局", "某县一中")]
    assert rows(extraction, FUND, "fund_source", "annual_budget", "amount_unit") == [
        ("预算数", "50.5", "万元")
    ]
    assert rows(extraction, "raw_project_goal", "expected") == [("建设智慧校园",)]
    assert rows(extraction, "raw_unread_cell", "cell_text") == []


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_fund_and_a_public_budget_are_sources(suffix: str) -> None:
    form = drawn(
        "部门名称|某县水利局|<|<|<",
        "年度预算申请（万元）|资金总额|30|<|<",
        "^|其中：一般公共预算|25|其中：基本支出|18",
        "^|政府性基金|5|项目支出|12",
        "一级指标|二级指标|三级指标|指标值|<",
        "产出指标|数量指标|除险加固|3座|<",
    )
    extraction = read(suffix, "2024年部门整体支出绩效目标表", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [
        ("资金总额", "30"),
        ("其中：一般公共预算", "25"),
        ("其中：基本支出", "18"),
        ("政府性基金", "5"),
        ("项目支出", "12"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_points_of_a_class_before_the_names_are_no_weight_of_an_indicator(suffix: str) -> None:
    heading = "一级指标|分值|二级指标|三级指标|年度指标值|实际完成值|得分"
    form = drawn(
        "项目名称|校车运营|<|<|<|<|<",
        heading,
        "产出指标|50|数量指标|校车数|10辆|10辆|20",
        "^|^|质量指标|准点率|95%|90%|28",
        "效益指标|40|社会效益指标|学生|500人|480人|38",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "weight", "score") == [
        ("校车数", "", "20"),
        ("准点率", "", "28"),
        ("学生", "", "38"),
    ]
    assert rows(extraction, "raw_unread_cell", "cell_text", "column_label") == [
        ("50", "分值"),
        ("40", "分值"),
    ]
    # A weight of its own in every row is the indicator's.
    own = drawn(
        "项目名称|校车运营|<|<|<|<|<",
        heading,
        "产出指标|50|数量指标|校车数|10辆|10辆|48",
        "效益指标|40|社会效益指标|学生|500人|480人|38",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", own)
    assert rows(extraction, INDICATOR, "level3", "weight") == [("校车数", "50"), ("学生", "40")]


@pytest.mark.parametrize("suffix", [*DRAWN, "csv", "txt"])
def test_a_form_can_have_a_fourth_level(suffix: str) -> None:
    form = drawn(
        "项目名称|校车运营|<|<|<|<|<|<",
        "一级指标|二级指标|三级指标|四级指标|指标值|完成值|分值|得分",
        "产出指标|数量指标|车辆|校车数|10辆|9辆|60|54",
        "效益指标|社会效益指标|人员|学生|500人|480人|40|38",
        "总分|<|<|<|<|<|100|92",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level2", "level3", "target", "actual", "weight", "score") == [
        ("数量指标", "车辆", "10辆", "9辆", "60", "54"),
        ("社会效益指标", "人员", "500人", "480人", "40", "38"),
    ]
    unread = rows(extraction, "raw_unread_cell", "cell_text", "column_label")
    assert unread == [("校车数", "四级指标"), ("学生", "四级指标")]


@pytest.mark.parametrize("suffix", [*DRAWN, "csv"])
def test_the_points_of_the_funds_beside_the_classes_are_no_indicator(suffix: str) -> None:
    form = drawn(
        "项目名称|校车运营|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "预算执行率|<|<|100%|95%|10|9.5",
        "产出指标|数量指标|校车数|10辆|9辆|90|81",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "score") == [("校车数", "81")]
    assert {"9.5", "95%"} <= {row["cell_text"] for row in extraction.ledger.tables["raw_unread_cell"]}


@pytest.mark.parametrize("suffix", [*DRAWN, "csv"])
def test_a_lower_heading_that_divides_a_value_is_no_indicator(suffix: str) -> None:
    form = drawn(
        "项目名称|校车运营|<|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|<",
        "^|^|^|^|^|^|自评|复核",
        "产出指标|数量指标|校车数|10辆|9辆|60|54|53",
        "效益指标|社会效益指标|学生|500人|480人|40|38|38",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "target", "actual", "weight", "score") == [
        ("校车数", "10辆", "9辆", "60", "54"),
        ("学生", "500人", "480人", "40", "38"),
    ]
    assert rows(extraction, "raw_unread_cell", "cell_text", "column_label") == [
        ("53", "复核"),
        ("38", "复核"),
    ]
    form = drawn(
        "项目名称|校车运营|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|<|实际完成值",
        "^|^|^|年初|调整后|^",
        "产出指标|数量指标|校车数|10辆|12辆|12辆",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "target", "actual") == [("校车数", "12辆", "12辆")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_what_was_adjusted_during_the_year_is_the_target(suffix: str) -> None:
    form = drawn(
        "项目名称|防治|<|<|<|<|<|<",
        "当年绩效目标|年初绩效目标|<|全年（调整）绩效目标|<|全年目标实际完成情况|<|<",
        "^|防治20万亩|<|防治18万亩|<|完成防治18万亩|<|<",
        "指标名称|计量单位|指标性质|年初指标值|调整指标值|全年完成值|指标权重(分)|指标得分(分)",
        "防治面积|万亩|≥|20|18|18|60|60",
        "成灾率|‰|≤|4|—|3.2|20|20",
        "防治次数|次|=|3|同左|3|20|20",
    )
    extraction = read(suffix, "2023年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "target", "actual") == [
        ("防治面积", "≥18万亩", "18"),
        ("成灾率", "≤4‰", "3.2"),
        ("防治次数", "=3次", "3"),
    ]
    assert rows(extraction, "raw_project_goal", "expected", "achieved") == [("防治18万亩", "完成防治18万亩")]
    assert rows(extraction, "raw_unread_cell", "cell_text") == [("防治20万亩",), ("20",)]


@pytest.mark.parametrize("suffix", DRAWN)
def test_each_class_of_a_list_can_have_columns_of_its_own(suffix: str) -> None:
    """Henan prints the projects of a unit below each other and the classes of indicators beside each other."""
    listed = drawn(
        "单位编码（项目编码）|项目单位（项目名称）|项目金额|<|<|绩效目标|成本指标|<|产出指标|<|满意度指标|<",
        "^|^|资金总额|政府预算资金|单位资金|^|三级指标|指标值|三级指标|指标值|三级指标|指标值",
        "350001|某市环境局|620|620||||||||",
        "4100001|环境监测|120|100|20|监测正常|监测费用|≤120万元|监测点位|≥20个|群众满意度|≥90%",
        "^|^|^|^|^|^|||监测报告|≥12份||",
        "4100002|排污口整治|500|500||完成整治|整治费用|≤500万元|排污口数量|30个|居民满意度|≥85%",
    )
    extraction = read(suffix, "2023年预算项目支出绩效目标表", "部门名称：某市环境局", "单位：万元", listed)
    assert rows(extraction, FORM, "form_no", "project_name", "form_kind") == [
        ("1", "环境监测", "target_form"),
        ("2", "排污口整治", "target_form"),
    ]
    assert rows(extraction, FUND, "form_no", "fund_source", "annual_budget") == [
        ("1", "资金总额", "120"),
        ("1", "政府预算资金", "100"),
        ("1", "单位资金", "20"),
        ("2", "资金总额", "500"),
        ("2", "政府预算资金", "500"),
    ]
    assert rows(extraction, INDICATOR, "form_no", "level1", "level3", "target") == [
        ("1", "成本指标", "监测费用", "≤120万元"),
        ("1", "产出指标", "监测点位", "≥20个"),
        ("1", "满意度指标", "群众满意度", "≥90%"),
        ("1", "产出指标", "监测报告", "≥12份"),
        ("2", "成本指标", "整治费用", "≤500万元"),
        ("2", "产出指标", "排污口数量", "30个"),
        ("2", "满意度指标", "居民满意度", "≥85%"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_points_behind_a_class_and_in_the_heading_of_the_funds_are_kept(suffix: str) -> None:
    form = drawn(
        "项目名称|山塘清淤|<|<|<|<|<",
        "主管部门|某县水利局|<|实施单位|某镇水利站|<|<",
        "预算执行情况（万元）（20分）||预算数（A）|执行数（B）|执行率（B/A）|得分（20分*执行率）|",
        "|年度资金总额|40|30|75%|15|",
        "年度绩效目标（80分）|一级指标|二级指标|三级指标|年初目标值|实际完成值|得分",
        "^|产出指标（50分）|数量指标30分|清淤山塘|6座|6座|20",
        "^|^|^|清淤方量|900方|900方|10",
        "^|^|时效指标（20分）|完工时间|9月底前|9月|20",
        "^|效益指标|社会效益指标|受益农户|≥80户|85户|30",
        "总分|<|<|<|<|<|95",
    )
    extraction = read(suffix, "2022年度项目支出绩效自评表", form)
    assert rows(extraction, FUND, "weight", "score", "block_points") == [("", "15", "20")]
    assert rows(extraction, INDICATOR, "level3", "level1_points", "level2_points", "weight") == [
        ("清淤山塘", "50", "30", ""),
        ("清淤方量", "50", "30", ""),
        ("完工时间", "50", "20", ""),
        ("受益农户", "", "", ""),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_department_plans_goals_of_several_years_and_tasks(suffix: str) -> None:
    """Yunnan prints the duties of a department, its goals of three years, its tasks and its indicators."""
    form = drawn(
        "部门名称|某县政务局|<|<|<|<",
        "部门总体目标|部门职责|负责政务服务|<|<|<",
        "^|总体绩效目标|提高服务水平|<|<|<",
        "一、部门年度目标|<|<|<|<|<",
        "财年|目标|<|实际完成情况|<|<",
        "2022|办件12万件|<|办件12.5万件|<|<",
        "2023|办件13万件|<|---|<|<",
        "二、部门年度重点工作任务|<|<|<|<|<",
        "任务名称|主要内容|批复金额（万元）|实际支出金额（万元）|预算执行率|预算执行偏低原因",
        "大厅运行|运行|80|64|80%|财力紧张",
        "三、部门整体支出绩效指标|<|<|<|<|<",
        "一级指标|二级指标|三级指标|指标性质|指标值|实际完成值",
        "产出指标|数量指标|办件数量|≥|12|12.5",
        "其他需说明事项|<|无|<|<|<",
    )
    extraction = read(suffix, "部门整体支出绩效自评表", "（2022年度）", form)
    assert rows(extraction, "raw_project_goal", "expected", "achieved") == [
        ("提高服务水平", ""),
        ("办件12万件", "办件12.5万件"),
    ]
    assert rows(extraction, INDICATOR, "level3", "target", "actual") == [("办件数量", "≥12", "12.5")]
    assert rows(extraction, FORM, "implementing_unit", "reading") == [("某县政务局", "complete")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_points_of_the_funds_in_a_row_of_their_own_are_no_source(suffix: str) -> None:
    form = drawn(
        "部门名称|某测绘院|<|<|<|<",
        "预算执行|年初预算|全年预算|全年执行|分值|执行率",
        "部门预算总额（万元）|4500|4900|4655|10|95%",
        "得分|9.5|<|<|<|<",
        "一级指标|二级指标|三级指标|指标值|完成值|分值",
        "产出指标|时效指标|更新时限|2024年12月底前|12月|90",
    )
    extraction = read(suffix, "部门整体支出绩效自评表", "（2023年度）", form)
    assert rows(extraction, FUND, "fund_source", "executed", "weight") == [
        ("部门预算总额(万元)", "4655", "10"),
    ]
    assert ("9.5", "out_of_place") in rows(extraction, "raw_unread_cell", "cell_text", "reason_code")


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_date_takes_no_unit(suffix: str) -> None:
    form = drawn(
        "项目名称|阅读推广|<|<|<|<",
        "一级指标|二级指标|三级指标|指标性质|指标值|计量单位",
        "产出指标|时效指标|完成时限|定性|2024年12月底前|年",
        "产出指标|时效指标|使用年限|≥|5|年",
    )
    extraction = read(suffix, "2024年项目支出绩效目标表", form)
    assert rows(extraction, INDICATOR, "level3", "target") == [
        ("完成时限", "2024年12月底前"),
        ("使用年限", "≥5年"),
    ]
