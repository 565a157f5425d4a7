"""The organization and the year of a document, in every way to print them."""

import pytest

from ingestion.captions import with_captions
from ingestion.document import Document, Lines
from ingestion.ledger import Ledger
from ingestion.sections import cover

Rows = list[str | list[str]]


def _read(rows: Rows, *, name: str = "d.xlsx") -> tuple[dict[str, str], list[str]]:
    """Return the document's raw row and the warnings of a document of paragraphs and rows of cells."""
    lines = Lines(name)
    for row in rows:
        lines.add_text(row) if isinstance(row, str) else lines.add_row(row)
    document = with_captions(Document(name, "0" * 64, "xlsx", tuple(lines.lines)))
    ledger = Ledger("d")
    cover.read(document, ledger, 1)
    warnings = cover.complete(ledger, document)
    return ledger.tables["raw_document"][0], warnings


@pytest.mark.parametrize(
    ("rows", "organization"),
    [
        (["编制单位：甲市某局2023年度金额单位：万元"], "甲市某局"),
        (["编制单位：甲市某局 2023年度 金额单位：万元"], "甲市某局"),
        (["公开01表部门：甲市某局金额单位：万元"], "甲市某局"),
        ([["公开01表"], ["部门：甲市某局", "", "", "金额单位：万元"]], "甲市某局"),
        ([["部门：219-甲市农业农村局", "单位：万元"]], "甲市农业农村局"),
        (["预算单位：[301]甲局"], "甲局"),
        (["单位名称：甲社填报日期：2023年4月15日"], "甲社"),
        (["部门（单位）名称：甲县水利局"], "甲县水利局"),
        (["填报单位（盖章）：甲镇人民政府"], "甲镇人民政府"),
        (["填报单位：甲镇人民政府（盖章）"], "甲镇人民政府"),
        (["单位：甲县林业局单位：万元"], "甲县林业局"),
        (["预算单位：甲县妇联；联系人：某某"], "甲县妇联"),
        (["预算单位:甲县妇联;联系人:某某"], "甲县妇联"),
        (["单位名称：甲县残联、联系人：某某"], "甲县残联"),
        (["单位名称：甲县档案馆、史志办"], "甲县档案馆、史志办"),
        (["公开部门：甲县残联"], "甲县残联"),
        (["填报部门名称：甲县文联"], "甲县文联"),
        (["部门（单位）名称（盖章）：甲县妇联"], "甲县妇联"),
    ],
)
def test_a_caption_names_the_organization_up_to_the_next_caption(rows: Rows, organization: str) -> None:
    assert _read(rows)[0]["organization_name"] == organization


@pytest.mark.parametrize(
    "caption",
    [
        *("单位：万元", "单位：人", "单位：人、万元", "单位：平方米", "单位：台（套）", "单位：户/人"),
        *(
            "单位：人民币万元",
            "单位：元（列至角分）",
            "单位：万元/人",
            "填报单位：（盖章）",
            "填报单位（盖章）：",
        ),
    ],
)
def test_a_measure_or_a_seal_is_no_organization(caption: str) -> None:
    assert _read([caption])[0]["organization_name"] == "（未载明：d.xlsx）"


def test_a_caption_that_could_be_a_measure_many_ways_is_judged_at_once() -> None:
    name = "人次" * 90 + "局"
    assert _read([f"单位：{name}"])[0]["organization_name"] == name


@pytest.mark.parametrize(
    ("rows", "organization", "year"),
    [
        (["甲县教育局2023年部门预算公开"], "甲县教育局", "2023"),
        (["甲县妇联2023年度部门决算"], "甲县妇联", "2023"),
        (["甲县工商联2023年部门预算"], "甲县工商联", "2023"),
        (["甲县科协", "2023年度部门决算"], "甲县科协", "2023"),
        (["2023年度甲县残联部门决算公开"], "甲县残联", "2023"),
        (["中共甲县委党校2023年度部门决算"], "中共甲县委党校", "2023"),
        (["甲县团委2023年度部门决算"], "甲县团委", "2023"),
        (["甲县总工会本级2023年度单位决算"], "甲县总工会", "2023"),
        (["甲县政协2023年度部门决算"], "甲县政协", "2023"),
        (["2023年度部门决算", "甲县红十字会", "目录"], "甲县红十字会", "2023"),
        (["2023年度部门决算公开", "甲县人民法院", "二〇二四年八月"], "甲县人民法院", "2023"),
        (["2022年度甲县民政局部门决算"], "甲县民政局", "2022"),
        (["甲县文化广播电视", "和旅游局", "2022年度单位决算"], "甲县文化广播电视和旅游局", "2022"),
        (["甲县某局整体支出绩效自评表（2022年度）"], "甲县某局", "2022"),
        (["甲市规划与自然资源局2022年部门决算"], "甲市规划与自然资源局", "2022"),
        (["甲局2021年部门决算", "与2020年度相比，收入增加"], "甲局", "2021"),
        (["甲局二○二一年部门决算"], "甲局", "2021"),
        (["2024年部门决算公开", "甲县某局2023年度部门决算"], "甲县某局", "2023"),
        (["2024年部门预决算公开", "甲县某局2023年度部门决算"], "甲县某局", "2023"),
        (["2024年度部门决算公开专栏", "甲县某局", "2023年度部门决算公开报告"], "甲县某局", "2023"),
        (["2024年部门预算公开", "甲县某局2023年度部门决算"], "甲县某局", "2024"),
        (["关于批复甲县某站2023年度部门决算的通知"], "甲县某站", "2023"),
        (["甲县财政局关于批复甲县某站2023年度部门决算的通知"], "甲县某站", "2023"),
        (["甲县财政局关于甲县某站2023年度部门决算的批复"], "甲县某站", "2023"),
        (["甲县农业局", "甲县农经站2023年度单位决算"], "甲县农经站", "2023"),
        (["甲县人民政府", "办公室2023年度部门决算"], "甲县人民政府办公室", "2023"),
        (["乾县某局2023年度部门决算"], "乾县某局", "2023"),
        (["甲县於潜镇人民政府2023年度部门决算"], "甲县於潜镇人民政府", "2023"),
        (["2023年度部门决算", "部门：甲县委员会组织部（本级）"], "甲县委员会组织部（本级）", "2023"),
        (["与2020年度相比，收入增加", "甲局2021年度部门决算"], "甲局", "2021"),
        (["2015年甲市司法局部门“三公”经费情况统计表", "单位：万元"], "甲市司法局", "2015"),
    ],
)
def test_a_title_names_organization_and_year(rows: Rows, organization: str, year: str) -> None:
    row = _read(rows)[0]
    assert (row["organization_name"], row["fiscal_year"]) == (organization, year)


@pytest.mark.parametrize(
    "rows",
    [
        ["2023年度部门决算", "县财政局", "县教育局"],
        ["2023年度部门决算", "单位内设办公室", "目录"],
        ["甲县2023年度部门决算"],
        ["2023年工会经费收支决算"],
        ["2023年度学校部门决算汇总"],
        ["填报单位：甲县妇联/甲某"],
        ["填报单位：甲县妇联出纳：甲某"],
        ["部门：各科室"],
        ["2023年度部门决算", "第一部分部门概况"],
    ],
)
def test_no_organization_is_better_than_a_wrong_one(rows: Rows) -> None:
    assert _read(rows)[0]["organization_name"] == "（未载明：d.xlsx）"


@pytest.mark.parametrize(
    ("rows", "year"),
    [
        (["甲市本级部门项目支出绩效自评表(2021年)"], "2021"),
        (["项目支出绩效自评表", "（2021年）"], "2021"),
        (["二〇二二年度部门决算"], "2022"),
        (["2023年8月15日公开2022年度部门决算"], "2022"),
        (["首页 > 2024年度部门决算", "2022年度部门决算"], "2022"),
        (["甲区2021年中央补助资金绩效自评", "2022年度项目支出绩效自评表"], "2022"),
        (["2021年甲区某项目绩效自评", "（2022年度）"], "2022"),
        (["2021年衔接资金项目绩效自评表"], "2021"),
        (["关于2023年预算执行情况的通知", "项目支出绩效自评表", "（2022年度）"], "2022"),
        (["一、职责，2019年度预算获奖", "2021年部门预算"], "2021"),
        (["2024年开展2023年度项目支出绩效自评表"], "2023"),
        (["2024年开展2023年项目支出绩效自评表"], "2023"),
        (["2022年结转项目2023年度绩效自评表"], "2023"),
        (["2022年中央预算内投资项目2023年度绩效自评表"], "2023"),
        (["2023年度部门预算2022年结转项目绩效自评表"], "2023"),
        (["2024年部门预算项目2023年度绩效自评表"], "2023"),
        (["2023年部门预算（含2022年结转）项目绩效目标表"], "2023"),
        (["甲局2024年部门预算公开（2023年决算数）"], "2024"),
    ],
)
def test_the_year_is_that_of_the_title(rows: Rows, year: str) -> None:
    assert _read(rows)[0]["fiscal_year"] == year


def test_the_year_of_publication_is_named_in_a_warning() -> None:
    _, (warning,) = _read(["2024年部门决算公开", "甲县某局2023年度部门决算"])
    assert "第 1 行“2024年部门决算公开”" in warning


@pytest.mark.parametrize(
    "rows",
    [
        ["2022年"],
        ["（2022年）"],
        [["部门：甲局", "", "2022年", "单位：万元"]],
        ["预算年度：2022"],
        ["年度：2022年"],
    ],
)
def test_a_year_can_stand_alone(rows: Rows) -> None:
    lines = Lines("d.xlsx")
    for row in rows:
        lines.add_text(row) if isinstance(row, str) else lines.add_row(row)
    assert cover.year_alone(Document("d.xlsx", "0" * 64, "xlsx", tuple(lines.lines))) == "2022"


@pytest.mark.parametrize("text", ["2022年9月", "2022年我局获得先进单位", "第 2022 号"])
def test_a_date_is_no_year_alone(text: str) -> None:
    lines = Lines("d.xlsx")
    lines.add_text(text)
    assert cover.year_alone(Document("d.xlsx", "0" * 64, "xlsx", tuple(lines.lines))) == ""


@pytest.mark.parametrize(
    "title", ["2023年度绩效自评及2024年度项目绩效目标", "甲局2023年部门决算和2024年部门预算"]
)
def test_a_title_of_two_years_is_read_as_the_first_with_a_warning(title: str) -> None:
    row, warnings = _read([title])
    assert row["fiscal_year"] == "2023"
    assert any("印有几个年度" in warning for warning in warnings)


def test_a_title_that_names_another_year_on_the_way_warns_of_nothing() -> None:
    _, warnings = _read(["编制单位：甲局", "2022年结转项目2023年度绩效自评表"])
    assert warnings == []


def test_running_text_gives_no_year() -> None:
    assert _read(["2018年度我局获得先进单位称号。", "公开01表"])[0]["fiscal_year"] == ""


def test_the_later_of_two_columns_years_is_taken_with_a_warning() -> None:
    row, warnings = _read([["收支总表"], ["项目", "2020年预算数", "2021年预算数"]])
    assert row["fiscal_year"] == "2021"
    assert any("列标题" in warning for warning in warnings)


def test_the_year_before_the_filing_is_taken_with_a_warning_where_nothing_else_is_printed() -> None:
    row, warnings = _read(["单位名称：甲校填报日期：2022年7月5日"])
    assert row["fiscal_year"] == "2021"
    assert any("填报日期" in warning for warning in warnings)


def test_the_date_of_filing_can_be_in_the_cell_beside_its_label() -> None:
    row, warnings = _read(
        [["填报单位", "甲校", "填报日期", "2022.7.5"], ["项目名称", "校车", "主管部门", "甲局"]]
    )
    assert row["fiscal_year"] == "2021"
    assert any("填报日期" in warning for warning in warnings)


def test_the_name_of_an_indicator_gives_no_unit() -> None:
    lines = Lines("d.xlsx")
    lines.add_row(["三级指标", "年度指标值"])
    lines.add_row(["发放标准(元)", "1000"])
    ledger = Ledger("d")
    cover.read(Document("d.xlsx", "0" * 64, "xlsx", tuple(lines.lines)), ledger, 1)
    assert ledger.tables["raw_document"][0]["amount_unit"] == ""


@pytest.mark.parametrize(
    "behind",
    [
        "负责人：甲某",
        "财务负责人:甲某 55500102",
        "经办人 甲某",
        "主要领导签字：甲某",
        "联系人：甲某",
        "负责人签字：甲某  2024年3月1日",
        "主要负责人：甲某",
        "经办：甲某",
        "编制：甲某",
    ],
)
def test_who_signs_is_no_part_of_the_organization(behind: str) -> None:
    assert cover.captioned(f"填报单位：某市城关区民政局 {behind}") == "某市城关区民政局"


@pytest.mark.parametrize(
    "name", ["某市社会保险经办中心", "某市食品安全领导小组办公室", "某市电话局", "某市审核中心"]
)
def test_the_words_of_a_signature_can_be_of_a_name(name: str) -> None:
    assert cover.captioned(f"填报单位：{name}") == name


@pytest.mark.parametrize(
    ("name", "district"),
    [
        ("青岛市市北区教育局", "市北区"),
        ("乐山市市中区财政局", "市中区"),
        ("赣州市赣县区民政局", "赣县区"),
        ("赣州市章贡区民政局", "章贡区"),
        ("长沙市长沙县民政局", "长沙县"),
        ("湖南省浏阳市财政局", "浏阳市"),
        ("天津市滨海新区财政局", "滨海新区"),
        ("晋城市城区教育局", "城区"),
        ("天津市城市绿化管理局", ""),
        ("哈尔滨市社区矫正管理局", ""),
        ("乌鲁木齐市园区管理办公室", ""),
    ],
)
def test_the_district_is_read_from_the_name(name: str, district: str) -> None:
    assert cover.district_of(name) == district


def test_forms_of_another_year_than_the_documents_are_named() -> None:
    lines = Lines("d.xlsx")
    lines.add_text("甲局2024年度项目支出绩效自评")
    document = Document("d.xlsx", "0" * 64, "xlsx", tuple(lines.lines))
    ledger = Ledger("d")
    cover.read(document, ledger, 1)
    for year in ("2023", "2023", "2024", ""):
        ledger.emit("raw_self_evaluation", 2, {"form_year": year, "project_name": "项目"})
    (warning,) = cover.complete(ledger, document)
    assert "其他年度的自评表：2023（2）" in warning


def test_a_caption_with_the_year_is_not_the_title() -> None:
    row, _ = _read(["项目支出绩效自评表", "公开01表", ["单位：甲县审计局", "2023年度", "单位：万元"]])
    assert (row["title"], row["fiscal_year"]) == ("项目支出绩效自评表（2023年度）", "2023")


@pytest.mark.parametrize(
    "rows",
    [
        ["关于甲县民政局2023年部门决算公开的说明"],
        ["甲县民政局关于甲县民政局2023年度部门决算情况的报告"],
        ["2023年部门决算", "甲县民政局", "支出决算表"],
        ["2023年度部门决算", "甲县民政局", "公开03表"],
    ],
)
def test_a_notice_and_a_name_below_a_cover_give_organization_and_year(rows: Rows) -> None:
    row, _ = _read(rows)
    assert (row["organization_name"], row["fiscal_year"]) == ("甲县民政局", "2023")


def test_a_prison_files_accounts() -> None:
    assert _read(["甲省第二监狱2023年度部门决算"])[0]["organization_name"] == "甲省第二监狱"
