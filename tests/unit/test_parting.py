"""A file that holds several fiscal years or several units gives each row its own year and organization."""

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from ingestion.extract import Extraction, extract_document, extract_parts
from ingestion.read import read_bytes
from ingestion.sections import cover
from tests.fixtures.drawn_documents import FORMATS, Part, Table, table

KINDS = ["txt", "docx", "xlsx", "html"]

Owned = dict[tuple[str, str], list[str]]


def spending(amount: str) -> Table:
    return table(
        "科目编码|科目名称|本年支出合计|基本支出|项目支出",
        f"|合计|{amount}|{amount}|",
        f"201|一般公共服务支出|{amount}|{amount}|",
    )


def income(amount: str) -> Table:
    return table(
        "科目编码|科目名称|本年收入合计|财政拨款收入",
        f"|合计|{amount}|{amount}",
        f"201|一般公共服务支出|{amount}|{amount}",
    )


def budget(amount: str) -> Table:
    return table("科目编码|科目名称|合计|基本支出|项目支出", f"201|一般公共服务支出|{amount}|{amount}|")


def form(project: str, amount: str, competent: str = "甲县某局", implementing: str = "某科") -> Table:
    return table(
        f"项目名称|{project}||||||",
        f"主管部门|{competent}|||实施单位|{implementing}||",
        "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分",
        f"|年度资金总额|{amount}|{amount}|{amount}|10|100%|10",
        "绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "|产出指标|数量指标|场次|≥1场|1场|90|90",
        "总分||||||100|100",
    )


def read(parts: Sequence[Part], kind: str = "docx", **how: bool) -> list[Extraction]:
    extractions = extract_parts(read_bytes(FORMATS[kind](parts), f"a.{kind}"), **how)
    for extraction in extractions:
        cover.complete(extraction.ledger, extraction.document)
    return extractions


def owned(extractions: Sequence[Extraction]) -> Owned:
    """The totals of the account tables and of the forms, by organization and year of their documents."""
    found: Owned = {}
    for extraction in extractions:
        tables = extraction.ledger.tables
        document = tables["raw_document"][0]
        amounts = [
            *(
                (row["source_line"], row["final_account"])
                for row in tables["raw_final_account"]
                if not row["item_code"]
            ),
            *((row["source_line"], row["executed"]) for row in tables["raw_self_evaluation_fund"]),
            *((row["source_line"], row["budget"]) for row in tables["raw_budget_account"]),
        ]
        key = document["organization_name"], document["fiscal_year"]
        for _, amount in sorted(amounts, key=lambda pair: int(pair[0])):
            if amount and amount not in found.setdefault(key, []):
                found[key].append(amount)
    return found


def unread(extractions: Sequence[Extraction]) -> list[tuple[str, str]]:
    return [
        (row["cell_text"], row["reason_code"])
        for extraction in extractions
        for row in extraction.ledger.tables["raw_unread_cell"]
    ]


def disclosure(unit: str, year: str, amount: str, *, captioned: bool = True) -> list[Part]:
    caption = [f"部门：{unit} {year}年度 金额单位：万元"] if captioned else ["金额单位：万元"]
    return [
        f"{unit}{year}年度部门决算",
        "第一部分 部门概况",
        "第二部分 部门决算表",
        "收入决算表",
        *caption,
        income(f"{amount}.10"),
        "支出决算表",
        *caption,
        spending(f"{amount}.20"),
        "第三部分 部门决算情况说明",
        f"{year}年度收入总计{amount}.10万元，与{int(year) - 1}年度相比，增加1.00万元。",
    ]


# Years.


@pytest.mark.parametrize("captioned", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_two_years_disclosures_one_after_the_other(kind: str, captioned: bool) -> None:
    parts = [
        *disclosure("甲县某局", "2021", "11", captioned=captioned),
        *disclosure("甲县某局", "2022", "22", captioned=captioned),
    ]
    assert owned(read(parts, kind)) == {
        ("甲县某局", "2021"): ["11.10", "11.20"],
        ("甲县某局", "2022"): ["22.10", "22.20"],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_tables_without_a_cover_are_of_the_years_of_their_titles(kind: str) -> None:
    parts = [
        "2021年度支出决算表", "部门：甲县某局", "单位：万元", spending("11.20"),
        "2022年度支出决算表", "部门：甲县某局", "单位：万元", spending("22.20"),
    ]  # fmt: skip
    assert owned(read(parts, kind)) == {("甲县某局", "2021"): ["11.20"], ("甲县某局", "2022"): ["22.20"]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "titles",
    [["项目支出绩效自评表", "（{}年度）"], ["项目支出绩效自评表（{}年度）"], ["{}年度项目支出绩效自评表"]],
)
def test_forms_are_of_the_years_that_their_titles_state(kind: str, titles: list[str]) -> None:
    parts = [
        part
        for year, amount in (("2021", "1.00"), ("2022", "2.00"))
        for part in [*(title.format(year) for title in titles), form("培训", amount)]
    ]
    assert owned(read(parts, kind)) == {("甲县某局", "2021"): ["1.00"], ("甲县某局", "2022"): ["2.00"]}


def test_sheets_named_by_years_are_of_these_years() -> None:
    book = Workbook()
    book.remove(book.active)
    for year, amount in (("2021年", "11.20"), ("2022年", "22.20")):
        sheet = book.create_sheet(year)
        for row in (("支出决算表",), ("部门：甲县某局",), ("单位：万元",), *spending(amount).rows):
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    found = owned(extract_parts(read_bytes(stream.getvalue(), "a.xlsx")))
    assert found == {("甲县某局", "2021"): ["11.20"], ("甲县某局", "2022"): ["22.20"]}


def test_sentences_are_of_the_year_of_their_cover() -> None:
    def text(year: str, amount: str) -> list[str]:
        return [
            f"甲县某局{year}年度部门决算",
            f"{year}年度收支情况如下。",
            f"教育支出（类）普通教育（款）学前教育（项）。年初预算为{amount}万元，支出决算为{amount}万元。",
        ]

    extractions = read([*text("2021", "11.00"), *text("2022", "22.00")])
    assert owned(extractions) == {("甲县某局", "2021"): ["11.00"], ("甲县某局", "2022"): ["22.00"]}


def test_a_table_of_a_budget_in_a_document_of_accounts_is_of_its_own_year() -> None:
    parts = ["甲县某局2022年度部门决算", "支出决算表", "单位：万元", spending("22.20")]
    parts += ["2023年部门支出预算表", "单位：万元", budget("33.00")]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["22.20"], ("甲县某局", "2023"): ["33.00"]}


def test_an_account_and_the_next_years_budget_in_one_file_are_of_two_years() -> None:
    parts = ["甲县某局2022年部门决算及2023年部门预算公开"]
    parts += ["第一部分 2022年部门决算", "2022年度支出决算表", "单位：万元", spending("22.20")]
    parts += ["第二部分 2023年部门预算", "部门支出预算表", "单位：万元", budget("33.00")]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["22.20"], ("甲县某局", "2023"): ["33.00"]}


def test_forms_of_the_year_before_are_of_their_year_where_all_of_them_say_so() -> None:
    parts = ["甲县某局2022年度部门决算", "支出决算表", "单位：万元", spending("22.20")]
    parts += ["2021年度项目支出绩效自评表", form("培训", "1.00")]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["22.20"], ("甲县某局", "2021"): ["1.00"]}


def test_sentences_alone_are_read_with_the_name_that_stands_below_them() -> None:
    parts = [
        "2021年度部门决算",
        "教育支出（类）普通教育（款）学前教育（项）。年初预算为1.00万元，支出决算为1.00万元。",
    ]
    assert owned(read([*parts, "填报单位：甲县某局"])) == {("甲县某局", "2021"): ["1.00"]}


# Text that never divides a file.


@pytest.mark.parametrize(
    "between",
    [
        "与2020年度部门决算相比，增加1.00万元",
        "2020年度部门决算",
        "甲县某局2020年度部门决算",
        "上一篇：甲县某局2020年度部门决算",
        "2020年部门决算情况",
        "2020年度，我局获得表彰",
        "2022年部门预算执行情况",
        "十、2020年度绩效评价",
        "2022年部门预算",
    ],
)
@pytest.mark.parametrize("place", ["top", "middle", "bottom"])
def test_a_link_or_a_comparison_parts_nothing(between: str, place: str) -> None:
    title, year = "甲县某局2021年度部门决算", "部门：甲县某局 2021年度 金额单位：万元"
    parts: list[Part] = [title, "收入决算表", year, income("11.10")]
    parts[{"top": 1, "middle": 4, "bottom": 4}[place] :] = [between, *parts[{"top": 1}.get(place, 4) :]]
    rest: list[Part] = ["支出决算表", year, spending("11.20")]
    parts = [*parts[:-1], *rest, between] if place == "bottom" else [*parts, *rest]
    assert owned(read(parts, "html")) == {("甲县某局", "2021"): ["11.10", "11.20"]}


def test_of_a_link_and_a_title_the_one_counts_that_the_captions_confirm() -> None:
    year = "部门：甲县某局 2021年度 金额单位：万元"
    parts = ["2022年度部门决算", "甲县某局2021年度部门决算", "支出决算表", year, spending("11.20")]
    (extraction,) = extractions = read(parts, "html")
    assert owned(extractions) == {("甲县某局", "2021"): ["11.20"]}
    assert extraction.ledger.tables["raw_document"][0]["title"] == "甲县某局2021年度部门决算"


def test_a_form_that_prints_another_year_between_others_is_a_finding_of_theirs() -> None:
    parts = [
        part
        for number, year in enumerate(["2022", "2022", "2021", "2022"])
        for part in ["项目支出绩效自评表", f"（{year}年度）", form(f"项目{number}", f"{number}.00")]
    ]
    (extraction,) = read(parts)
    assert extraction.ledger.tables["raw_document"][0]["fiscal_year"] == "2022"
    years = [row["form_year"] for row in extraction.ledger.tables["raw_self_evaluation"]]
    assert years == ["2022", "2022", "2021", "2022"]


def test_a_form_of_another_year_before_the_others_is_of_its_own_year() -> None:
    parts = [
        part
        for number, year in enumerate(["2021", "2022", "2022", "2022"])
        for part in ["项目支出绩效自评表", f"（{year}年度）", form(f"项目{number}", f"{number}.00")]
    ]
    assert [year for _, year in owned(read(parts))] == ["2021", "2022"]


def test_a_caption_that_contradicts_its_cover_is_said_and_the_cover_holds() -> None:
    parts = ["甲县某局2022年度部门决算", "2022年度收入决算表", "单位：万元", income("22.10")]
    parts += ["2021年度支出决算表", "单位：万元", spending("22.20")]
    (extraction,) = extractions = read(parts)
    assert owned(extractions) == {("甲县某局", "2022"): ["22.10", "22.20"]}
    assert any("印有“2021”" in doubt for doubt in extraction.ledger.doubts)


def test_a_title_of_a_budget_above_tables_of_final_accounts_is_a_link() -> None:
    parts = ["甲县某局2022年度部门决算", "收入决算表", "单位：万元", income("22.10")]
    parts += ["2023年部门预算", "支出决算表", "单位：万元", spending("22.20")]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["22.10", "22.20"]}


def test_columns_of_two_years_are_no_two_documents() -> None:
    parts = ["甲县某局2022年部门预算", "支出预算表", "单位：万元"]
    parts += [table("科目编码|科目名称|2021年预算数|2022年预算数", "201|一般公共服务支出|1.00|2.00")]
    assert len(read(parts)) == 1


# Ambiguous cases.


def test_tables_below_a_title_of_another_year_that_nothing_confirms_stay_unread() -> None:
    parts = ["甲县某局2021年度部门决算", "收入决算表", "单位：万元", income("11.10")]
    parts += ["2022年度部门决算", "支出决算表", "单位：万元", spending("22.20")]
    extractions = read(parts)
    assert owned(extractions) == {("甲县某局", "2021"): ["11.10"]}
    assert ("22.20", "other_year") in unread(extractions)
    # The user's option decides.
    assert owned(read(parts, by_year=False)) == {("甲县某局", "2021"): ["11.10", "22.20"]}


# Units.


@pytest.mark.parametrize("kind", KINDS)
def test_a_departments_units_one_after_the_other(kind: str) -> None:
    parts = [
        *disclosure("甲县教育局", "2022", "11"),
        *disclosure("甲县第一中学", "2022", "22"),
        *disclosure("甲县第二中学", "2022", "33", captioned=False),
    ]
    assert owned(read(parts, kind)) == {
        ("甲县教育局", "2022"): ["11.10", "11.20"],
        ("甲县第一中学", "2022"): ["22.10", "22.20"],
        ("甲县第二中学", "2022"): ["33.10", "33.20"],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_tables_under_one_cover_are_of_the_units_of_their_captions(kind: str) -> None:
    parts: list[Part] = ["甲县教育局2022年度部门决算"]
    for unit, amount in (("甲县教育局", "11"), ("甲县教育局（本级）", "22"), ("甲县第一中学", "33")):
        parts += ["收入决算表", f"编制单位：{unit}", "单位：万元", income(f"{amount}.10")]
        parts += ["支出决算表", f"编制单位：{unit}", "单位：万元", spending(f"{amount}.20")]
    parts += ["项目支出绩效自评表", "（2022年度）", form("培训", "1.00", competent="甲县教育局")]
    found = {name: amounts for (name, _), amounts in owned(read(parts, kind)).items()}
    assert found == {
        "甲县教育局": ["11.10", "11.20", "1.00"],
        "甲县教育局（本级）": ["22.10", "22.20"],
        "甲县第一中学": ["33.10", "33.20"],
    }


def test_tables_without_a_cover_are_of_the_units_of_their_captions() -> None:
    parts: list[Part] = []
    for unit, amount in (("甲县某局", "11"), ("乙县某局", "22")):
        parts += ["2022年度支出决算表", f"编制单位：{unit}", "单位：万元", spending(f"{amount}.20")]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["11.20"], ("乙县某局", "2022"): ["22.20"]}


def test_forms_are_of_the_units_that_the_captions_below_their_titles_name() -> None:
    parts: list[Part] = []
    for unit, amount in (("甲县某局", "1.00"), ("甲县某站", "2.00")):
        parts += ["项目支出绩效自评表", "（2022年度）", f"填报单位：{unit}", form("培训", amount, unit)]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["1.00"], ("甲县某站", "2022"): ["2.00"]}


def test_units_and_years_together() -> None:
    parts = [
        part
        for unit, year, amount in (
            ("甲县教育局", "2021", "11"),
            ("甲县教育局", "2022", "22"),
            ("甲县第一中学", "2021", "33"),
            ("甲县第一中学", "2022", "44"),
        )
        for part in disclosure(unit, year, amount)
    ]
    assert {key: found[0] for key, found in owned(read(parts)).items()} == {
        ("甲县教育局", "2021"): "11.10",
        ("甲县教育局", "2022"): "22.10",
        ("甲县第一中学", "2021"): "33.10",
        ("甲县第一中学", "2022"): "44.10",
    }


def test_forms_of_a_departments_offices_are_the_departments() -> None:
    parts: list[Part] = ["甲县教育局2022年度绩效自评"]
    for unit, amount in (("甲县第一中学", "1.00"), ("甲县第二中学", "2.00")):
        parts += [
            "项目支出绩效自评表",
            "（2022年度）",
            f"填报单位：{unit}",
            form("培训", amount, "甲县教育局"),
        ]
    assert len(read(parts)) == 1


def test_forms_are_of_their_competent_units_where_nothing_else_names_any() -> None:
    parts: list[Part] = []
    for unit, amount in (("甲县水利局", "1.00"), ("甲县农业农村局", "2.00"), ("水利局", "3.00")):
        parts += ["项目支出绩效自评表", "（2022年度）", form("工程", amount, unit)]
    found = owned(read(parts))
    assert found == {("甲县水利局", "2022"): ["1.00", "3.00"], ("甲县农业农村局", "2022"): ["2.00"]}
    assert len(read(parts, by_form=False)) == 1


def test_a_form_with_exchanged_units_stays_with_the_others() -> None:
    parts: list[Part] = []
    units = [("甲县应急局", "甲县救灾中心")] * 2 + [
        ("甲县救灾中心", "甲县应急局"),
        ("甲县气象局", "甲县气象站"),
    ]
    for amount, (competent, implementing) in zip(("1.00", "2.00", "3.00", "4.00"), units, strict=True):
        parts += ["项目支出绩效自评表", "（2022年度）", form("工程", amount, competent, implementing)]
    assert owned(read(parts)) == {
        ("甲县应急局", "2022"): ["1.00", "2.00", "3.00"],
        ("甲县气象局", "2022"): ["4.00"],
    }


def test_forms_of_which_one_names_no_competent_unit_stay_together() -> None:
    parts: list[Part] = []
    for unit, amount in (("甲县水利局", "1.00"), ("甲县农业农村局", "2.00"), ("", "3.00")):
        parts += ["项目支出绩效自评表", "（2022年度）", form("工程", amount, unit)]
    assert len(read(parts)) == 1


def test_forms_are_of_the_units_that_stand_below_them() -> None:
    parts: list[Part] = []
    for unit, amount in (("甲县某局", "1.00"), ("甲县某站", "2.00")):
        parts += ["项目支出绩效自评表", "（2022年度）", form("培训", amount), f"填报单位：{unit}"]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["1.00"], ("甲县某站", "2022"): ["2.00"]}


def test_forms_are_of_the_units_that_stand_above_their_titles() -> None:
    parts: list[Part] = []
    for unit, amount in (("甲县某局", "1.00"), ("甲县某站", "2.00")):
        parts += [f"填报单位：{unit}", "项目支出绩效自评表", "（2022年度）", form("培训", amount)]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["1.00"], ("甲县某站", "2022"): ["2.00"]}


def test_a_cover_names_a_file_whose_offices_fill_in_the_forms() -> None:
    parts: list[Part] = ["甲县教育局2022年度绩效自评"]
    for unit, amount in (("甲县第一中学", "1.00"), ("甲县第二中学", "2.00")):
        parts += ["项目支出绩效自评表", "（2022年度）", f"填报单位：{unit}", form("培训", amount, unit)]
    assert owned(read(parts)) == {("甲县教育局", "2022"): ["1.00", "2.00"]}


def test_a_table_of_contents_names_units_before_their_covers() -> None:
    parts: list[Part] = ["甲县第一中学2022年度部门决算", "甲县教育局2022年度部门决算"]
    parts += [
        *disclosure("甲县教育局", "2022", "11", captioned=False),
        *disclosure("甲县第一中学", "2022", "22", captioned=False),
    ]
    assert owned(read(parts)) == {
        ("甲县教育局", "2022"): ["11.10", "11.20"],
        ("甲县第一中学", "2022"): ["22.10", "22.20"],
    }


def test_a_cover_can_stand_on_several_lines() -> None:
    def disclosed(unit: str, year: str, amount: str) -> list[Part]:
        lines = [unit, f"{year}年度", "部门决算", f"编制单位：{unit}", "支出决算表", "单位：万元"]
        return [*lines, spending(amount)]

    parts = [*disclosed("甲县某局", "2020", "10.00"), *disclosed("甲县某局", "2021", "11.00")]
    parts += disclosed("甲县某中学", "2021", "12.00")
    assert owned(read(parts)) == {
        ("甲县某局", "2020"): ["10.00"],
        ("甲县某局", "2021"): ["11.00"],
        ("甲县某中学", "2021"): ["12.00"],
    }


def test_a_table_under_a_cover_that_names_another_unit_is_said_and_the_cover_holds() -> None:
    parts = ["甲县某局2022年度部门决算", "收入决算表", "部门：甲县某局", "单位：万元", income("22.10")]
    parts += ["支出决算表", "部门：乙县某站", "单位：万元", spending("22.20")]
    (extraction,) = extractions = read(parts)
    assert owned(extractions) == {("甲县某局", "2022"): ["22.10", "22.20"]}
    assert any("乙县某站" in doubt for doubt in extraction.ledger.doubts)


def test_a_second_set_of_tables_that_nothing_names_stays_unread() -> None:
    parts = ["甲县某局2022年度部门决算", "支出决算表", "单位：万元", spending("11.20")]
    parts += ["支出决算表", "部门：乙县某站", "单位：万元", spending("22.20")]
    extractions = read(parts)
    assert owned(extractions) == {("甲县某局", "2022"): ["11.20"]}
    assert ("22.20", "other_organization") in unread(extractions)


def test_tables_are_of_the_units_that_their_titles_name() -> None:
    parts: list[Part] = []
    for unit, amount in (("甲县某局", "11.20"), ("甲县某中心", "22.20")):
        parts += [f"{unit}2022年度支出决算表", "单位：万元", spending(amount)]
    assert owned(read(parts)) == {("甲县某局", "2022"): ["11.20"], ("甲县某中心", "2022"): ["22.20"]}


def test_forms_that_offices_fill_in_are_of_the_one_whose_accounts_stand_above() -> None:
    parts: list[Part] = ["2022年度支出决算表", "编制单位：甲县教育局", "单位：万元", spending("11.20")]
    parts += ["项目支出绩效自评表", "（2022年度）", "填报单位：甲县第一中学", form("培训", "1.00")]
    assert owned(read(parts)) == {("甲县教育局", "2022"): ["11.20", "1.00"]}


@pytest.mark.parametrize("caption", ["单位：万元", "部门：甲县教育局 2022年度 金额单位：万元"])
def test_a_link_to_another_unit_gives_it_nothing(caption: str) -> None:
    parts = ["甲县教育局2022年度部门决算", "收入决算表", caption, income("11.10")]
    parts += ["甲县第一中学2022年度部门决算", "支出决算表", caption, spending("11.20")]
    extractions = read(parts, "html")
    if "部门" in caption:
        assert owned(extractions) == {("甲县教育局", "2022"): ["11.10", "11.20"]}
    else:
        assert owned(extractions) == {("甲县教育局", "2022"): ["11.10"]}
        assert ("11.20", "other_organization") in unread(extractions)


# The parts of a file.


def test_what_the_user_says_parts_nothing() -> None:
    parts = [*disclosure("甲县某局", "2021", "11"), *disclosure("甲县某局", "2022", "22")]
    assert len(read(parts, by_year=False)) == 1
    parts = [*disclosure("甲县某局", "2021", "11"), *disclosure("乙县某局", "2021", "22")]
    assert len(read(parts, by_organization=False)) == 1


def test_the_first_document_of_a_file_has_the_key_of_the_file() -> None:
    parts = [*disclosure("甲县某局", "2021", "11"), *disclosure("甲县某局", "2022", "22")]
    document = read_bytes(FORMATS["docx"](parts), "a.docx")
    first, second = extract_parts(document)
    assert first.document.document_id == extract_document(document).document.document_id
    assert second.document.document_id == f"{document.document_id}_2"
    assert {row["document_id"] for rows in second.ledger.tables.values() for row in rows} == {
        second.document.document_id
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_cell_of_a_file_is_in_one_of_its_documents(kind: str) -> None:
    parts = [*disclosure("甲县某局", "2021", "11"), *disclosure("乙县某局", "2022", "22")]
    parts += ["项目支出绩效自评表", "（2022年度）", form("培训", "1.00", competent="乙县某局")]
    data = FORMATS[kind](parts)
    document = read_bytes(data, f"a.{kind}")
    extractions = extract_parts(document)
    places = [place for extraction in extractions for place in extraction.ledger.cells]
    captions = {cell.line for line in document.lines for cell in line.cells} - {line for line, _ in places}
    printed = {
        (c.line, c.column) for line in document.lines for c in line.filled if line.number not in captions
    }
    assert len(extractions) == 2
    assert len(places) == len(set(places))
    assert printed <= set(places)
