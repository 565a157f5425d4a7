"""Indicator columns that a heading divides into several, and totals over several columns. All figures are made up."""

from __future__ import annotations

import pytest
from drawn_documents import Part
from drawn_documents import table as drawn
from test_form_wordings import DRAWN, FORM, INDICATOR, UNREAD, read, rows

TITLE = "项目支出绩效自评表（2022年度）"


def with_heading(*lines: str) -> Part:
    """Return a form with two indicators of eight columns below a heading."""
    return drawn(
        "项目名称|校舍维修|<|<|<|<|<|<",
        *lines,
        "产出指标|数量指标|维修面积|≥300平方米|5|12|60|58",
        "效益指标|社会效益指标|改善条件|改善|一般|明显|40|39",
    )


@pytest.mark.parametrize("suffix", DRAWN)
@pytest.mark.parametrize(
    ("lower", "first", "second"),
    [("上半年|全年", "", "12"), ("2021年|2022年", "", "12"), ("2022年|2023年", "5", "")],
)
def test_of_the_parts_of_a_column_that_of_the_year_is_read(
    suffix: str, lower: str, first: str, second: str
) -> None:
    form = with_heading(
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|<|分值|得分", f"^|^|^|^|{lower}|^|^"
    )
    found = read(suffix, TITLE, form)
    assert rows(found, INDICATOR, "level3", "actual", "weight", "score")[0] == (
        "维修面积",
        first or second,
        "60",
        "58",
    )
    assert len(rows(found, INDICATOR, "level3")) == 2


@pytest.mark.parametrize("suffix", DRAWN)
@pytest.mark.parametrize("lower", ["^|^|^|^|一|二|^|^", ""])
def test_two_values_below_one_heading_are_ambiguous_and_never_joined(suffix: str, lower: str) -> None:
    mark = "^" if lower else ""
    heading = "一级指标|二级指标|三级指标|年度指标值|实际完成值|<|分值|得分"
    found = read(suffix, TITLE, with_heading(heading, *([lower] if mark else [])))
    assert rows(found, INDICATOR, "level3", "target", "actual", "weight") == [
        ("维修面积", "≥300平方米", "", "60"),
        ("改善条件", "改善", "", "40"),
    ]
    assert rows(found, UNREAD, "cell_text", "reason_code") == [
        (text, "ambiguous_heading") for text in ("5", "12", "一般", "明显")
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_own_score_is_read_and_that_of_the_review_left_unread(suffix: str) -> None:
    form = drawn(
        "项目名称|校舍维修|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|分值|得分|<",
        "^|^|^|^|^|自评|复核",
        "产出指标|数量指标|维修面积|≥300平方米|60|58|57",
        "总分|<|<|<|60|58|57",
    )
    found = read(suffix, TITLE, form)
    assert rows(found, INDICATOR, "level3", "weight", "score") == [("维修面积", "60", "58")]
    assert rows(found, FORM, "total_weight", "total_score") == [("60", "58")]


@pytest.mark.parametrize("suffix", ["txt", "csv"])
def test_a_lower_row_of_a_heading_is_no_indicator_in_a_text(suffix: str) -> None:
    form = with_heading(
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|<|分值|得分", "^|^|^|^|上半年|全年|^|^"
    )
    found = read(suffix, TITLE, form)
    assert "全年" not in {text for row in rows(found, INDICATOR, "target", "actual") for text in row}
    assert ("全年", "no_label") in rows(found, UNREAD, "cell_text", "reason_code")


def with_total(*totals: str) -> Part:
    """Return a form with two indicators of seven columns above its last rows."""
    return drawn(
        "项目名称|校舍维修|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|维修面积|≥300平方米|310平方米|60|58",
        "效益指标|社会效益指标|改善条件|改善|改善|40|39.5",
        *totals,
    )


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
@pytest.mark.parametrize(
    "label",
    [
        "自评得分",
        "评价得分",
        "最终得分",
        "综合得分",
        "总计得分",
        "得分总计",
        "总评",
        "自评分数",
        "自评结果",
        "自评得分合计",
        "绩效自评得分",
        "自评分合计",
        "分数合计",
    ],
)
def test_a_total_of_any_wording_is_no_indicator(suffix: str, label: str) -> None:
    found = read(suffix, TITLE, with_total(f"{label}|<|<|<|<|100|97.5"))
    assert rows(found, FORM, "total_weight", "total_score") == [("100", "97.5")]
    assert len(rows(found, INDICATOR, "level1")) == 2


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
@pytest.mark.parametrize(
    "label",
    [
        "产出指标合计",
        "产出指标合计（50分）",
        "产出指标得分",
        "分项得分",
        "年度预算执行得分",
        "绩效指标得分",
        "产出小计",
    ],
)
def test_a_sub_total_is_neither_an_indicator_nor_the_total(suffix: str, label: str) -> None:
    found = read(suffix, TITLE, with_total(f"{label}|<|<|<|<|60|58"))
    assert rows(found, FORM, "total_weight", "total_score") == [("", "")]
    assert len(rows(found, INDICATOR, "level1")) == 2
    assert [text for (text,) in rows(found, UNREAD, "cell_text")] == ["60", "58"]


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_total_merged_over_weight_and_score_is_the_score(suffix: str) -> None:
    found = read(suffix, TITLE, with_total("总分|<|<|<|<|97.5|<"))
    assert rows(found, FORM, "total_weight", "total_score") == [("", "97.5")]
    # A full score can be the possible or the achieved one.
    full = read(suffix, TITLE, with_total("总分|<|<|<|<|100|<"))
    assert rows(full, FORM, "total_weight", "total_score") == [("", "")]


def test_a_total_behind_a_label_over_all_columns_is_the_score() -> None:
    form = drawn(
        "项目名称|校舍维修|<|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|",
        "产出指标|数量指标|维修面积|≥300平方米|310平方米|100|97.5|",
        "自评得分|<|<|<|<|<|<|97.5",
    )
    assert rows(read("html", TITLE, form), FORM, "total_weight", "total_score") == [("", "97.5")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
@pytest.mark.parametrize("row", ["预算执行率（10分）|<|<|<|<|10|9.5", "加分项|<|<|<|<|5|2"])
def test_points_beside_those_of_the_indicators_are_no_indicator(suffix: str, row: str) -> None:
    found = read(suffix, TITLE, with_total(row, "总分|<|<|<|<|100|97.5"))
    assert [name for (name,) in rows(found, INDICATOR, "level3")] == ["维修面积", "改善条件"]
    assert {reason for (reason,) in rows(found, UNREAD, "reason_code")} <= {"out_of_place", "no_heading"}


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_funds_behind_the_indicators_are_read_as_funds(suffix: str) -> None:
    found = read(
        suffix,
        TITLE,
        with_total(
            "预算执行情况（万元）|年初预算数|全年预算数|全年执行数|执行率|分值|得分",
            "年度资金总额|200|200|190|95%|10|9.5",
            "其中：财政拨款|200|200|190|95%|—|—",
            "总分|<|<|<|<|100|97.5",
        ),
    )
    assert rows(found, "raw_self_evaluation_fund", "fund_source", "executed", "score") == [
        ("年度资金总额", "190", "9.5"),
        ("其中：财政拨款", "190", "—"),
    ]
    assert [name for (name,) in rows(found, INDICATOR, "level3")] == ["维修面积", "改善条件"]
    assert rows(found, FORM, "total_weight", "total_score") == [("100", "97.5")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_two_forms_side_by_side_are_two_forms(suffix: str) -> None:
    form = drawn(
        "项目名称|校舍维修|<|<||项目名称|河道保洁|<|<",
        "项目资金（万元）|全年预算数|全年执行数|执行率||项目资金（万元）|全年预算数|全年执行数|执行率",
        "年度资金总额|100|80|80%||年度资金总额|200|190|95%",
        "三级指标|指标值|完成值|得分||三级指标|指标值|完成值|得分",
        "维修面积|≥300平方米|310平方米|90||保洁长度|≥30公里|31公里|89",
        "总分|||98||总分|||98.5",
    )
    found = read(suffix, TITLE, form)
    assert rows(found, FORM, "form_no", "project_name", "total_score") == [
        ("1", "校舍维修", "98"),
        ("2", "河道保洁", "98.5"),
    ]
    assert rows(found, "raw_self_evaluation_fund", "form_no", "annual_budget", "executed") == [
        ("1", "100", "80"),
        ("2", "200", "190"),
    ]
    assert rows(found, INDICATOR, "form_no", "level3", "actual", "score") == [
        ("1", "维修面积", "310平方米", "90"),
        ("2", "保洁长度", "31公里", "89"),
    ]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_weights_and_their_total_in_percent_are_points_of_a_hundred(suffix: str) -> None:
    form = drawn(
        "项目名称|河道保洁|<|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|保洁长度|30公里|31公里|60%|60",
        "效益指标|社会效益指标|改善条件|改善|改善|40%|39",
        "总分|<|<|<|<|100%|99",
    )
    found = read(suffix, TITLE, form)
    assert rows(found, INDICATOR, "level3", "weight", "score") == [
        ("保洁长度", "60", "60"),
        ("改善条件", "40", "39"),
    ]
    assert rows(found, FORM, "total_weight", "total_score") == [("100", "99")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
@pytest.mark.parametrize(
    ("label", "printed", "name"),
    [
        ("项目名称", "困难补助资金合计", "困难补助资金合计"),
        ("项目编码及名称", "51010023Y000004400000-场馆维护", "51010023Y000004400000-场馆维护"),
    ],
)
def test_a_name_can_end_in_a_word_of_totals_or_begin_with_a_code(
    suffix: str, label: str, printed: str, name: str
) -> None:
    form = drawn(
        f"{label}|{printed}|<|<|<|<|<",
        "主管部门|某县民政局|<|<|实施单位|某县救助站|<",
        "项目资金（万元）|年初预算数|全年预算数|全年执行数|分值|执行率|得分",
        "支出总额（万元）|200|200|190|10|95%|9.5",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|补助人数|≥30人|31人|90|90",
    )
    found = read(suffix, TITLE, form)
    assert rows(found, FORM, "project_name", "competent_unit") == [(name, "某县民政局")]
    assert rows(found, "raw_self_evaluation_fund", "fund_source", "executed") == [("支出总额(万元)", "190")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_a_list_can_name_unit_and_project_in_one_column(suffix: str) -> None:
    form = drawn(
        "单位名称、项目名称|一级指标|二级指标|三级指标|指标性质|指标值|度量单位|指标内容",
        "某县财政局|||||||",
        "系统运维|产出指标|数量指标|运维系统数量|>=|6|个|运维",
        "会计培训|产出指标|数量指标|培训人次|>=|200|人次|培训",
    )
    found = read(suffix, "部门项目支出绩效目标表（2025年度）", form)
    assert rows(found, FORM, "project_name") == [("系统运维",), ("会计培训",)]
    assert rows(found, INDICATOR, "level3", "target") == [
        ("运维系统数量", ">=6个"),
        ("培训人次", ">=200人次"),
    ]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_a_table_of_monitoring_with_results_is_no_self_evaluation(suffix: str) -> None:
    form = drawn(
        "项目名称|安全检查|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|完成值",
        "产出指标|数量指标|检查企业|≥200家|120家",
    )
    found = read(suffix, "项目支出绩效目标执行监控表（2023年度）", form)
    assert rows(found, FORM, "project_name") == rows(found, INDICATOR, "level3") == []
    assert {reason for (reason,) in rows(found, UNREAD, "reason_code")} == {"monitoring_table"}


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_a_total_in_the_cell_of_its_label_does_not_vanish(suffix: str) -> None:
    text = "自评总分：97.5分自评等级：优"
    found = read(suffix, TITLE, with_total(f"{text}|<|<|<|<|<|<"))
    assert rows(found, UNREAD, "cell_text") == [(text,)]
    assert len(rows(found, INDICATOR, "level1")) == 2


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_levels_can_be_headed_as_goals_and_spending_as_payment(suffix: str) -> None:
    form = drawn(
        "项目名称|校舍维修|<|<|<|<|<",
        "项目资金（万元）|预算安排|支付数|执行率|分值|得分|",
        "年度资金总额|200|190|95%|10|9.5|",
        "一级目标|二级目标|三级目标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|维修面积|≥300平方米|310平方米|90|88",
    )
    found = read(suffix, TITLE, form)
    assert rows(found, "raw_self_evaluation_fund", "annual_budget", "executed") == [("200", "190")]
    assert rows(found, INDICATOR, "level1", "level2", "level3", "score") == [
        ("产出指标", "数量指标", "维修面积", "88")
    ]
