"""Forms with a heading in other words, or in another place. All figures are made up."""

from __future__ import annotations

import pytest
from drawn_documents import FORMATS, Part
from drawn_documents import table as drawn

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes

GOAL = "raw_project_goal"
FORM, FUND = "raw_self_evaluation", "raw_self_evaluation_fund"
INDICATOR = "raw_self_evaluation_indicator"
UNREAD = "raw_unread_cell"
DRAWN = ("html", "docx", "xlsx")


def read(suffix: str, *parts: Part) -> Extraction:
    """Read paragraphs and tables from a document of one format."""
    return extract_document(read_bytes(FORMATS[suffix](parts), name=f"form.{suffix}"))


def rows(extraction: Extraction, table: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in extraction.ledger.tables[table]]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_the_heading_of_the_sources_can_be_worded_as_an_amount(suffix: str) -> None:
    form = drawn(
        "项目名称|<|设备购置|<|<|<|<|<",
        "主管部门|<|某县司法局|<|<|<|<|<",
        "预算执行情况（10分）|年度预算数（万元）|年初预算|调整后预算数|预算执行数|预算执行率|权重|得分",
        "^|总额|5|3.36|3.3|98.21%|10|9.82",
        "^|其中：财政资金|5|3.36|3.3|98.21%|/|/",
        "一级指标|二级指标|三级指标|指标性质|指标值|度量单位|完成值|权重",
        "产出指标|质量指标|设备可用|定性|好|无|好|90",
    )
    extraction = read(suffix, "部门预算项目支出绩效自评表（2023年度）", form)
    assert rows(extraction, FUND, "fund_source", "initial_budget", "annual_budget", "executed") == [
        ("总额", "5", "3.36", "3.3"),
        ("其中：财政资金", "5", "3.36", "3.3"),
    ]
    # 无 in the column of measures means that there is none.
    assert rows(extraction, INDICATOR, "level3", "target", "measure_unit") == [("设备可用", "好", "")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_the_title_of_the_block_behind_a_second_level_heads_the_names(suffix: str) -> None:
    form = drawn(
        "项目编码|1310P0001|项目名称|校舍维修|<|<",
        "预算规模及资金用途|预算数|120.00|其中：财政资金|110.00|<",
        "绩效目标|维修12所学校|<|<|<|<",
        "一级指标|二级指标|绩效指标|绩效指标描述|指标值|指标值确定依据",
        "产出指标|数量指标|维修学校数量|维修学校的数量|≥12所|工作计划",
        "满意度指标|服务对象满意度指标|师生满意度|满意人数占比|≥95%|问卷调查",
    )
    extraction = read(suffix, "项目绩效目标表（2022年度）", "单位：万元", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [
        ("预算数", "120.00"),
        ("其中：财政资金", "110.00"),
    ]
    assert rows(extraction, INDICATOR, "level2", "level3", "target") == [
        ("数量指标", "维修学校数量", "≥12所"),
        ("服务对象满意度指标", "师生满意度", "≥95%"),
    ]


def test_the_only_row_of_funds_of_a_text_has_the_title_of_the_block_as_its_label() -> None:
    form = drawn(
        "项目名称|社区保障|<|实施单位|某街道|<|<",
        "项目资金（万元）|年初预算|全年预算|全年执行|执行率|分值|得分",
        "^|360|355|351.45|99%|10|9.9",
        "一级指标|二级指标|三级指标|指标值|完成值|分值|得分",
        "产出指标|数量指标|服务社区|18个|18个|90|90",
    )
    extraction = read("txt", "2022年度项目支出绩效自评表", form)
    assert rows(extraction, FUND, "fund_source", "initial_budget", "annual_budget", "executed", "score") == [
        ("项目资金", "360", "355", "351.45", "9.9")
    ]


def test_the_figures_of_a_whole_total_row_of_a_text_stand_under_their_headings() -> None:
    form = drawn(
        "单位名称|某区水务局|<|<|<|<|<",
        "一级指标|权重|二级指标|权重|三级指标|权重|自评得分",
        "预算编制|40|编制质量|40|编制规范性|40|37.5",
        "预算执行|60|资金管理|60|支出进度|60|58",
        "合计|100||100||100|95.5",
    )
    extraction = read("txt", "2021年度部门整体支出绩效自评表", form)
    assert rows(extraction, FORM, "total_weight", "total_score") == [("100", "95.5")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_targets_of_a_rolling_mid_term_are_no_targets_of_the_year(suffix: str) -> None:
    form = drawn(
        "项目名称|道路改造|<|<|<|<|<|<",
        "总体目标|中期滚动目标(2019年--2021年)|<|<|年度目标|<|<|<",
        # The heading of the years is narrower than its targets.
        "^|改造29条道路|<|<|改造3条道路|<|<|<",
        "绩效指标|一级指标|二级指标|三级指标|指标值|二级指标|三级指标|计划指标值",
        "^|产出指标|数量指标|改造道路|29条|数量指标|改造道路|3条",
    )
    extraction = read(suffix, "项目支出绩效目标表（2019年度）", form)
    assert rows(extraction, INDICATOR, "level3", "target") == [("改造道路", "3条")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_a_second_heading_of_other_columns_holds_for_the_rows_below_it(suffix: str) -> None:
    form = drawn(
        "项目名称|水库除险|<|<|<|<|<|<",
        "项目资金（万元）||全年预算数|全年执行数|执行率|<|分值|得分",
        "^|年度资金总额|100|90|90%|<|10|9",
        "评价内容|<|评价指标|分值|得分|<|<|<",
        "项目决策|<|决策依据|5|4|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|完成值|<|分值|得分",
        "产出指标|数量指标|水库座数|3座|2座|<|85|80",
        "总分|<|<|<|<|<|100|93",
    )
    extraction = read(suffix, "项目支出绩效自评表（2023年度）", form)
    assert rows(extraction, INDICATOR, "level3", "target", "actual", "weight", "score") == [
        ("决策依据", "", "", "5", "4"),
        ("水库座数", "3座", "2座", "85", "80"),
    ]
    assert rows(extraction, FORM, "total_weight", "total_score") == [("100", "93")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_rows_of_points_without_a_heading_below_the_funds_are_no_funds(suffix: str) -> None:
    form = drawn(
        "项目名称|水库除险|<|<|<|<|<|<",
        "项目资金（万元）||全年预算数|全年执行数|执行率|<|分值|得分",
        "^|年度资金总额|100|90|90%|<|10|9",
        "项目决策|<|决策依据|5|5|<|<|<",
        "^|<|决策程序|5|4|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|完成值|<|分值|得分",
        "产出指标|数量指标|水库座数|3座|2座|<|80|75",
    )
    extraction = read(suffix, "项目支出绩效自评表（2023年度）", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [("年度资金总额", "100")]
    assert rows(extraction, FORM, "reading") == [("partial",)]
    assert ("决策程序", "out_of_place") in rows(extraction, UNREAD, "cell_text", "reason_code")


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_points_of_a_section_that_is_not_read_leave_the_form_partial(suffix: str) -> None:
    form = drawn(
        "部门名称|某市卫生局|<|<|<|<",
        "年度主要任务|任务名称|完成情况|预算数|分值|得分",
        "^|体检|已完成|1200|10|9.8",
        "一级指标|二级指标|三级指标|年度指标值|完成值|得分",
        "产出指标|数量指标|体检人数|300人|300人|90",
    )
    extraction = read(suffix, "部门整体支出绩效自评表（2020年度）", form)
    assert rows(extraction, FORM, "reading") == [("partial",)]


@pytest.mark.parametrize(
    "goals",
    [
        ["实施周期目标：抚育三万亩|<|年度目标：抚育一万亩|<|<"],
        ["总体目标|实施周期目标：抚育三万亩|<|年度目标：抚育一万亩|<"],
        ["总体目标|实施周期目标|<|年度目标|<", "^|抚育三万亩|<|抚育一万亩|<"],
        ["实施周期绩效目标|抚育三万亩|<|<|<", "年度绩效目标|抚育一万亩|<|<|<"],
    ],
)
@pytest.mark.parametrize("suffix", [*DRAWN, "txt", "csv"])
def test_a_goal_of_several_years_is_no_goal_of_the_year(suffix: str, goals: list[str]) -> None:
    form = drawn(
        "项目名称|森林抚育|<|<|<",
        *goals,
        "一级指标|二级指标|三级指标|指标值|备注",
        "产出指标|数量指标|抚育面积|≥1万亩|",
    )
    extraction = read(suffix, "项目支出绩效目标表（2023年度）", form)
    assert rows(extraction, GOAL, "expected", "achieved") == [("抚育一万亩", "")]
    assert ("抚育三万亩",) in rows(extraction, UNREAD, "cell_text")


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_the_amounts_of_an_application_stand_beside_those_of_the_year_before(suffix: str) -> None:
    form = drawn(
        "项目名称|<|网络运维|<|<|<",
        "项目资金情况|资金来源（万元）|<|上年度预算安排|上年度实际执行|本年度申请金额",
        "^|合计|<|85|80|90",
        "^|财政拨款|<|84|79|88",
        "一级指标|二级指标|三级指标|上年度实际水平|本年度计划水平|备注",
        "产出指标|数量指标|运维系统|8个|9个|",
    )
    extraction = read(suffix, "项目支出绩效目标申报表（2020年度）", form)
    assert rows(extraction, FUND, "fund_source", "initial_budget", "annual_budget", "executed") == [
        ("合计", "", "90", ""),
        ("财政拨款", "", "88", ""),
    ]
    assert rows(extraction, INDICATOR, "level3", "target", "actual") == [("运维系统", "9个", "")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_the_total_of_the_funds_can_be_the_title_of_their_heading(suffix: str) -> None:
    form = drawn(
        "单位名称|某市供销社|<|<|<|<|<",
        "年度资金总额|年初预算数|全年预算数|全年执行数|执行率|分值|得分",
        "^|320.6|356.9|350.2|98.12%|10|9.81",
        "其中：基本支出|280.6|290.9|290.9|100%||",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|得分|分值",
        "履职完成|数量|农资供应量|≥1.2万吨|1.3万吨|25|25",
        "^|质量|农资合格率|100%|100%|25|25",
    )
    extraction = read(suffix, "部门整体支出绩效自评表（2021年度）", "单位：万元", form)
    assert rows(extraction, FUND, "fund_source", "initial_budget", "annual_budget", "executed", "score") == [
        ("年度资金总额", "320.6", "356.9", "350.2", "9.81"),
        ("其中：基本支出", "280.6", "290.9", "290.9", ""),
    ]
    # 质量 is a second level of 产出指标 in the standard form; below a class of another system it stays there.
    assert rows(extraction, INDICATOR, "level1", "level3") == [
        ("履职完成", "农资供应量"),
        ("履职完成", "农资合格率"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_labels_of_a_schedule_below_the_funds_are_no_sources(suffix: str) -> None:
    form = drawn(
        "项目名称|基础设施建设|<|<",
        "资金总额及构成|总额1060.5万元，财政拨款：692万元|<|<",
        "计划|实施内容|开始时间|完成时间",
        "一级指标|二级指标|指标内容|指标值",
        "产出指标|数量指标|改造道路|8公里",
    )
    extraction = read(suffix, "项目绩效目标表（2021年度）", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == []
    assert ("总额1060.5万元，财政拨款：692万元",) in rows(extraction, UNREAD, "cell_text")


@pytest.mark.parametrize("caption", ["预算年度：2023", "2023年", "（2023年）"])
def test_a_caption_can_name_the_year_of_a_form(caption: str) -> None:
    form = drawn(
        "项目名称|学前教育|<|<",
        "一级指标|二级指标|指标内容|指标值",
        "产出指标|数量指标|补助园数|≥20所",
    )
    extraction = read("html", "项目支出绩效目标表", caption, form)
    assert rows(extraction, FORM, "form_year") == [("2023",)]


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2024年开展2023年度项目支出绩效自评表", "2023"),
        ("2023年度部门预算2022年结转项目绩效自评表", "2023"),
        ("2022年中央预算内投资项目2023年度绩效自评表", "2023"),
    ],
)
def test_the_year_of_a_form_is_the_one_that_its_title_is_about(title: str, year: str) -> None:
    form = drawn(
        "项目名称|学前教育|<|<",
        "一级指标|二级指标|指标内容|指标值",
        "产出指标|数量指标|补助园数|≥20所",
    )
    assert rows(read("html", title, form), FORM, "form_year") == [(year,)]


RAGGED = """
部门预算项目支出绩效自评表（2023年度）
项目名称|设备购置
主管部门|某县司法局|实施单位|某县司法所
预算执行情况（10分）|年度预算数（万元）|年初预算|调整后预算数|预算执行数|预算执行率|权重|得分
总额|5|3.36|3.3|98.21%|10|9.82
其中：财政资金|4|3.36|3.3|98.21%|/|/
绩效指标（90分）|一级指标|二级指标|三级指标|指标性质|指标值|度量单位|完成值|权重|得分
产出指标|数量指标|购买设备|≥|13|台|14|90|90
"""


@pytest.mark.parametrize("line", ["{}", "| {} |", "{} |||||||"])
def test_rows_of_a_page_that_lost_their_merged_cells_are_read_in_order(line: str) -> None:
    # A page drops the cells that a merged one covers, and can add cells at the end: the row is shifted.
    printed = [line.format(row) if "|" in row else row for row in RAGGED.strip().splitlines()]
    text = "\n".join(printed if "|" in line else [row.replace("|", "\t") for row in printed])
    extraction = extract_document(read_bytes(text.encode(), name="form.txt"))
    assert rows(extraction, FUND, "fund_source", "initial_budget", "annual_budget", "executed", "score") == [
        ("总额", "5", "3.36", "3.3", "9.82"),
        ("其中：财政资金", "4", "3.36", "3.3", "/"),
    ]
    assert rows(extraction, INDICATOR, "level1", "level3", "target", "actual", "weight", "score") == [
        ("产出指标", "购买设备", "≥13台", "14", "90", "90")
    ]


def test_a_bar_in_running_text_makes_no_row() -> None:
    document = read_bytes("首页 | 政务公开 | 财政信息\n|一级指标|二级指标|".encode(), name="page.txt")
    assert [line.is_row for line in document.lines] == [False, True]


def test_a_shifted_row_of_a_text_gives_its_place_to_columns_that_are_not_read() -> None:
    text = "\n".join(
        [
            "项目支出绩效目标表（2020年度）",
            "项目名称\t网络运维\t\t\t\t\t",
            "绩效指标\t一级指标\t二级指标\t三级指标\t上年度实际水平\t指标值\t备注",
            "产出指标\t数量指标\t运维系统\t8个\t9个",
        ]
    )
    extraction = extract_document(read_bytes(text.encode(), name="form.txt"))
    assert rows(extraction, INDICATOR, "level3", "target", "deviation_reason") == [("运维系统", "9个", "")]


def test_classes_are_not_carried_over_a_row_of_a_text_that_is_not_understood() -> None:
    text = "\n".join(
        [
            "2017年部门整体支出绩效评价得分表",
            "单位名称\t某市农业局\t\t",
            "一级指标\t二级指标\t三级指标\t得分",
            "部门决策\t目标任务\t相关性\t5",
            "预算编制\t测算依据\t2",
            "\t\t目标管理\t4",
        ]
    )
    extraction = extract_document(read_bytes(text.encode(), name="form.txt"))
    assert rows(extraction, INDICATOR, "level1", "level2", "level3", "score") == [
        ("部门决策", "目标任务", "相关性", "5"),
        ("", "", "目标管理", "4"),
    ]


@pytest.mark.parametrize(
    "funds",
    [
        ["预算数:|<|150|执行数:|<|148.5", "其中-财政拨款:|<|140|其中-财政拨款:|<|138.5"],
        ["预算数：|150|其中-财政拨款|140|<|<", "执行数：|148.5|其中-财政拨款|138.5|<|<"],
    ],
)
@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_budget_and_execution_can_be_printed_as_labels_beside_their_amounts(
    suffix: str, funds: list[str]
) -> None:
    form = drawn(
        "项目名称|山洪防治|<|<|<|<|<",
        f"预算执行情况（万元）|{funds[0]}",
        f"^|{funds[1]}",
        "绩效指标|一级指标|二级指标|三级指标|预期指标值|实际完成指标值|<",
        "^|产出指标|数量指标|监测站点|12处|11处|<",
    )
    extraction = read(suffix, "2019年度项目绩效目标完成情况表", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget", "executed") == [
        ("预算数", "150", "148.5"),
        ("其中-财政拨款", "140", "138.5"),
    ]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_a_title_behind_the_names_heads_what_was_achieved(suffix: str) -> None:
    form = drawn(
        "项目名称|文物保护|<|<|<|<",
        "一级指标|二级指标|三级指标|评价标准|指标完成情况|得分",
        "产出(40分)|项目产出(40分)|修缮文物数(40分)|≥5处|4处|32",
    )
    extraction = read(suffix, "2018年度专项资金绩效自评表", form)
    assert rows(extraction, INDICATOR, "level3", "actual", "score") == [("修缮文物数(40分)", "4处", "32")]


@pytest.mark.parametrize(
    ("printed", "weight", "score"), [("9.5", "", "9.5"), ("10", "10", ""), ("—", "—", "")]
)
def test_less_than_the_points_of_the_heading_is_a_score(printed: str, weight: str, score: str) -> None:
    form = drawn(
        "项目名称|<|绿化|<|<|<",
        "项目资金（万元）||全年预算数|全年执行数|执行率|分值（10分）",
        f"^|年度资金总额|100|95|95%|{printed}",
        "一级指标|二级指标|三级指标|年度指标值|完成值|得分",
        "产出指标|数量指标|植树|100棵|100棵|90",
    )
    extraction = read("html", "项目支出绩效自评表（2022年度）", form)
    assert rows(extraction, FUND, "weight", "score") == [(weight, score)]


@pytest.mark.parametrize(
    ("headings", "printed", "amounts"),
    [
        ("上年执行数|全年预算数|全年执行数", "80|100|90", ("", "100", "90")),
        ("2022年执行数|2023年预算数|2023年执行数", "80|100|90", ("", "100", "90")),
        ("2022年预算数|2022年执行数|2023年预算数|2023年执行数", "70|60|100|90", ("", "100", "90")),
        ("上年预算数|上年执行数|本年预算数|本年执行数", "70|65|100|90", ("", "100", "90")),
        ("以前年度执行数|全年预算数|全年执行数", "310|100|90", ("", "100", "90")),
        ("累计执行数|全年预算数|全年执行数", "310|100|90", ("", "100", "90")),
        ("上半年执行数|全年预算数|全年执行数", "40|100|90", ("", "100", "90")),
        ("上年执行数|全年预算数", "80|100", ("", "100", "")),
        ("年初预算数|全年预算数|全年执行数", "95|100|90", ("95", "100", "90")),
    ],
)
@pytest.mark.parametrize("suffix", DRAWN)
def test_amounts_of_another_period_are_not_those_of_the_year(
    suffix: str, headings: str, printed: str, amounts: tuple[str, ...]
) -> None:
    form = drawn(
        "项目名称|职业培训",
        "主管部门|某区民政局",
        f"项目资金（万元）||{headings}",
        f"|年度资金总额|{printed}",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|培训人数|≥100人|110人|50|50",
    )
    extraction = read(suffix, "2023年度项目支出绩效自评表", form)
    assert rows(extraction, FUND, "initial_budget", "annual_budget", "executed") == [amounts]


@pytest.mark.parametrize(
    ("headings", "printed"),
    [
        ("2022年完成值|2023年目标值|2023年完成值", "80人|≥100人|110人"),
        ("一季度目标值|全年目标值|一季度完成值|全年完成值", "20人|≥100人|25人|110人"),
    ],
)
@pytest.mark.parametrize("suffix", DRAWN)
def test_values_of_another_period_are_not_those_of_the_year(suffix: str, headings: str, printed: str) -> None:
    form = drawn(
        "项目名称|职业培训",
        f"一级指标|二级指标|三级指标|{headings}|分值|得分",
        f"产出指标|数量指标|培训人数|{printed}|50|50",
    )
    extraction = read(suffix, "2023年度项目支出绩效自评表", form)
    assert rows(extraction, INDICATOR, "target", "actual") == [("≥100人", "110人")]


@pytest.mark.parametrize(
    "label",
    ["经办", "项目主管", "财务主管", "评价组成员", "填报人及电话", "分管领导", "单位法人", "固定电话"],
)
@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_persons_and_telephones_are_left_out_under_any_label(suffix: str, label: str) -> None:
    form = drawn(
        f"项目名称|道路整修|{label}|甘小棠 55500102",
        "主管部门|某区城管局|实施单位|某区养护所",
        "一级指标|二级指标|三级指标|指标值",
        "产出指标|数量指标|整修道路|≥8条",
    )
    extraction = read(suffix, "2023年度项目支出绩效自评表", form)
    assert rows(extraction, FORM, "project_name", "implementing_unit") == [("道路整修", "某区养护所")]
    held = {text for table in extraction.ledger.tables.values() for row in table for text in row.values()}
    assert not any("甘小棠" in text or "55500102" in text for text in held)


SMALL = (
    "一级指标|二级指标|三级指标|年度指标值|实际完成值|得分",
    "产出指标|数量指标|补助园数|20所|20所|10",
)
UNITS = ("project_name", "competent_unit", "implementing_unit")


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
@pytest.mark.parametrize(
    "header",
    [
        ("项目名称：学前教育|<|<|<|<|<", "主管部门：某县教育局|<|<|实施单位：某县幼儿园|<|<"),
        (
            "主管部门及代码：[301]某县教育局|<|<|实施单位：某县幼儿园|<|<",
            "项目名称：学前教育|<|<|项目编码：12|<|<",
        ),
        ("项目名称：学前教育 项目编码：12|<|<|<|<|<", "主管部门：某县教育局 实施单位：某县幼儿园|<|<|<|<|<"),
        ("项目名称：学前教育负责人：甲|<|<|<|<|<", "主管部门:某县教育局 实施单位:某县幼儿园|<|<|<|<|<"),
    ],
)
def test_label_and_value_can_stand_in_one_cell(suffix: str, header: tuple[str, ...]) -> None:
    extraction = read(suffix, "项目支出绩效自评表（2023年度）", drawn(*header, *SMALL))
    assert rows(extraction, FORM, *UNITS) == [("学前教育", "某县教育局", "某县幼儿园")]
    assert rows(extraction, INDICATOR, "level3", "actual") == [("补助园数", "20所")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_a_line_above_its_table_can_name_the_project(suffix: str) -> None:
    extraction = read(
        suffix,
        "项目支出绩效自评表（2023年度）",
        "项目名称：学前教育",
        drawn("主管部门：某县教育局|<|<|实施单位：某县幼儿园|<|<", *SMALL),
        "项目名称：义务教育",
        drawn(*SMALL),
    )
    assert rows(extraction, FORM, *UNITS) == [
        ("学前教育", "某县教育局", "某县幼儿园"),
        ("义务教育", "", ""),
    ]


def test_a_code_behind_the_name_in_one_cell_stays_unread() -> None:
    header = "项目名称：学前教育 项目编码：12|<|<|<|<|<"
    extraction = read("xlsx", "项目支出绩效自评表（2023年度）", drawn(header, *SMALL))
    assert rows(extraction, UNREAD, "row_label", "cell_text") == [("项目编码", "12")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_funds_by_revenue_and_spending_in_a_form_are_no_account_table(suffix: str) -> None:
    form = drawn(
        "部门名称|某县审计局|<|<|<|<|<",
        "预算情况（万元）|按收入性质分|<|<|按支出性质分|<|<",
        "^|收入来源|预算数|执行数|支出类别|预算数|执行数",
        "^|财政拨款|90|89|基本支出|60|59",
        "^|合计|100|99|合计|100|99",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|审计项目数|≥10个|12个|50|50",
    )
    extraction = read(suffix, "部门整体支出绩效自评表（2023年度）", form)
    assert rows(extraction, "raw_budget_account", "item_name") == []
    assert rows(extraction, "raw_final_account", "item_name") == []
    assert rows(extraction, INDICATOR, "level3", "target", "actual", "weight") == [
        ("审计项目数", "≥10个", "12个", "50")
    ]


@pytest.mark.parametrize("suffix", DRAWN)
@pytest.mark.parametrize(
    "goals",
    [
        (
            "年度总体目标|年度总体目标|<|<|实际完成情况|<",
            "年度总体目标1|建设两园|<|<|建成两园|<",
            "年度总体目标2|培训教师|<|<|培训完毕|<",
        ),
        (
            "年度工作目标|建设两园|<|实际完成情况|建成两园|<",
            "年度工作目标|培训教师|<|实际完成情况|培训完毕|<",
        ),
    ],
)
def test_each_of_several_goals_stands_behind_its_number_or_its_heading(
    suffix: str, goals: tuple[str, ...]
) -> None:
    form = drawn("项目名称|学前教育|<|<|<|<", *goals, *SMALL)
    extraction = read(suffix, "项目支出绩效自评表（2023年度）", form)
    assert rows(extraction, GOAL, "expected", "achieved") == [
        ("建设两园", "建成两园"),
        ("培训教师", "培训完毕"),
    ]


@pytest.mark.parametrize(
    "caption",
    [
        "部门：某县审计局|<|<|单位：万元|<|<",
        "预算单位：某县审计局|<|<|<|金额单位：万元|<",
        "主管部门：某县审计局|<|<|<|单位：万元|<",
        "填报单位：某县审计局（盖章）|<|<|<|2024年3月1日|<",
        "编制单位：某县审计局|2023年度|<|<|单位：万元|附表2",
        "预算单位：某县审计局|<|<|<|<|<",
    ],
)
def test_a_row_of_captions_is_no_row_of_the_form_below_it(caption: str) -> None:
    header = ("项目名称|学前教育|<|<|<|<", "主管部门|某县教育局|<|实施单位|某县幼儿园|<")
    extraction = read("xlsx", "项目支出绩效自评表（2023年度）", drawn(caption, *header, *SMALL))
    assert rows(extraction, FORM, "form_year", *UNITS) == [("2023", "学前教育", "某县教育局", "某县幼儿园")]
    assert rows(extraction, UNREAD, "cell_text") == []


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
@pytest.mark.parametrize(
    ("expected", "achieved"),
    [
        ("本项目共申请预算资金90万元。", "本项目共完成预算资金89.97万元。"),
        ("加大资金投入，改善环境", "资金投入到位，环境改善"),
    ],
)
def test_a_goal_that_speaks_of_funds_is_a_goal(suffix: str, expected: str, achieved: str) -> None:
    form = drawn(
        "项目名称|<|委托业务|<|<|<|<|<",
        "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分",
        "^|年度资金总额|90|90|89.97|10|99.97%|10",
        "年度总体目标|预期目标|<|<|实际完成情况|<|<|<",
        f"^|{expected}|<|<|{achieved}|<|<|<",
        "一级指标|二级指标|三级指标|<|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|委托业务数量|<|≥50个|50个|90|90",
    )
    extraction = read(suffix, "项目支出绩效自评表（2022年度）", form)
    assert rows(extraction, GOAL, "expected", "achieved") == [(expected, achieved)]
    assert rows(extraction, FUND, "fund_source", "executed") == [("年度资金总额", "89.97")]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_budget_of_the_own_level_stands_beside_the_funds_of_the_level_above(suffix: str) -> None:
    form = drawn(
        "项目支出名称|降尘服务|预算部门|某市环境卫生管理处|<",
        "年度本级预算金额|250万|该项目支出上级资金|0|<",
        "本年度绩效目标|空气质量优良|<|<|<",
        "一级指标|二级指标|三级指标|指标值及单位|绩效标准",
        "产出指标|数量指标|配备车辆数|10辆|计划标准",
    )
    extraction = read(suffix, "2023年项目支出绩效目标申报表", "单位：万元", form)
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [
        ("年度本级预算金额", "250万"),
        ("该项目支出上级资金", "0"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_heading_of_numbers_and_goals_is_no_goal(suffix: str) -> None:
    form = drawn(
        "项目名称|环卫保洁|<|项目执行单位|某区环卫所|<",
        "项目资金来源|资金来源项目|<|<|金额（单位：万元）|<",
        "^|合计|<|<|860|<",
        "^|1.一般公共预算财政拨款（补助）|<|<|860|<",
        "项目绩效总目标|名称|<|目标说明|<|<",
        "^|长期绩效目标1|<|环境整洁|<|<",
        "^|年度绩效目标1|<|保洁面积达标|<|<",
        "年度绩效目标表|一级指标|二级指标|三级指标|指标值|指标值确定依据",
        "^|产出指标|数量指标|保洁面积|300万平方米|计划标准",
    )
    extraction = read(suffix, "2022年项目申报表（含绩效目标）", form)
    assert rows(extraction, GOAL, "expected", "achieved") == [("保洁面积达标", "")]
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [
        ("合计", "860"),
        ("1.一般公共预算财政拨款(补助)", "860"),
    ]


@pytest.mark.parametrize("suffix", DRAWN)
def test_the_goal_of_a_whole_period_is_no_goal_of_the_year(suffix: str) -> None:
    form = drawn(
        "项目名称|<|校园安保|<|<",
        "年度预算金额|<|450.00|<|<",
        "总体绩效目标|<|实施周期总体目标|年度总体目标|<",
        "^|<|三年内配齐|配齐本年人员|<",
        "一级指标|二级指标|三级指标|实施周期指标值|年度指标值",
        "产出指标|数量指标|安保人员数|900人|300人",
    )
    extraction = read(suffix, "2022年项目支出绩效目标表", "单位：万元", form)
    assert rows(extraction, GOAL, "expected") == [("配齐本年人员",)]
    assert rows(extraction, FUND, "fund_source", "annual_budget") == [("年度预算金额", "450.00")]
    assert rows(extraction, INDICATOR, "level3", "target") == [("安保人员数", "300人")]


@pytest.mark.parametrize("suffix", [*DRAWN, "txt"])
def test_none_of_a_source_is_no_amount_and_no_slip(suffix: str) -> None:
    form = drawn(
        "项目名称|<|应急物资|<|<|<|<|<",
        "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分",
        "^|年度资金总额|76|76|72.26|10|95.08%|9.51",
        "^|上年结转资金|无|无|无|—||",
        "一级指标|二级指标|三级指标|<|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|补充帐篷|<|200顶|200顶|90|90",
    )
    extraction = read(suffix, "项目支出绩效自评表（2023年度）", form)
    assert rows(extraction, FUND, "fund_source", "initial_budget", "executed") == [
        ("年度资金总额", "76", "72.26"),
        ("上年结转资金", "", ""),
    ]
    assert not extraction.ledger.tables[UNREAD]
