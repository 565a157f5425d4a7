"""Final accounts in running text: the items of the amounts, and the unread cells."""

import pytest

from ingestion.document import Line
from ingestion.ledger import Ledger
from ingestion.sections import account_sentence, figure

PATH = "住房保障支出（类）住房改革支出（款）住房公积金（项）"


@pytest.mark.parametrize(
    "between",
    [
        "。",
        "，主要用于缴存，",
        "。主要用于：住房保障支出。",
        "。反映单位缴存的公积金。",
        "”5.00万元，主要用于：缴存。",
    ],
)
def test_what_an_item_is_for_stands_between_it_and_its_amounts(between: str) -> None:
    text = f"1、{PATH}{between}年初预算为6.00万元，支出决算为5.00万元。"
    (sentence,) = account_sentence.read([Line(1, text, ())]).sentences
    assert sentence.item == PATH
    assert sentence.amounts == {"initial_budget": "6.00", "final_account": "5.00"}


@pytest.mark.parametrize(
    "text",
    [
        "各项支出年初预算为9.00万元，支出决算为8.00万元。",
        f"1、{PATH}，主要用于缴存。2、其他。年初预算为6.00万元，支出决算为5.00万元。",
    ],
)
def test_a_sentence_without_an_item_of_its_own_stays_unread(text: str) -> None:
    narrative = account_sentence.read([Line(3, text, ())])
    ledger = Ledger("d")
    narrative.keep_unread(ledger)
    assert narrative.sentences == []
    assert ledger.cells[(3, 0)].reason == "sentence"


def test_a_year_stands_right_before_the_beginning_of_the_year() -> None:
    text = f"1、{PATH}。2022年初预算为6.00万元，2022年支出决算为5.00万元。"
    (sentence,) = account_sentence.read([Line(1, text, ())]).sentences
    assert sentence.amounts == {"initial_budget": "6.00", "final_account": "5.00"}


def test_nothing_needs_no_unit() -> None:
    (sentence,) = account_sentence.read(
        [Line(1, f"1、{PATH}。年初预算为0，支出决算为5.00万元。", ())]
    ).sentences
    assert (sentence.amounts, sentence.unit) == ({"initial_budget": "0", "final_account": "5.00"}, "万元")


def test_an_amount_other_than_nothing_without_a_unit_is_not_read() -> None:
    assert not account_sentence.read([Line(1, f"1、{PATH}。年初预算为6，支出决算为5.00万元。", ())]).sentences


@pytest.mark.parametrize(
    "text",
    [
        f"1、{PATH}：2022年预算数为6.00万元，支出决算数为5.00万元。",
        f"1、{PATH}。支出决算为5.00万元，完成年初预算6.00万元的83.33%。",
    ],
)
def test_another_wording_of_a_budget_and_a_final_account_stays_unread(text: str) -> None:
    narrative = account_sentence.read([Line(7, text, ())])
    assert (narrative.sentences, narrative.unread) == ([], {7: text})


def test_a_sentence_that_stays_unread_goes_on_over_lines() -> None:
    lines = [
        Line(3, "教育的支出年初预算为9.00万元，", ()),
        Line(4, "支出决算为8.00万元。", ()),
    ]
    narrative = account_sentence.read(lines)
    assert narrative.sentences == []
    assert narrative.unread == {3: "教育的支出年初预算为9.00万元，支出决算为8.00万元。"}


def test_of_the_sentences_beside_each_other_only_the_unread_one_is_kept() -> None:
    text = f"支出年初预算为9.00万元，支出决算为8.00万元。其中：{PATH}年初预算为6.00万元，支出决算为5.00万元。"
    narrative = account_sentence.read([Line(3, text, ())])
    assert [sentence.item for sentence in narrative.sentences] == [PATH]
    assert narrative.unread == {3: "支出年初预算为9.00万元，支出决算为8.00万元。其中：。"}


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "2024年度一般公共预算财政拨款支出年初预算为10210.34万元，支出决算为9746.50万元，完成年初预算的95.45%。",
            [
                ("fiscal_spending_initial_budget", "10210.34", "万元"),
                ("fiscal_spending_final_account", "9746.50", "万元"),
                ("fiscal_spending_initial_budget_completion_rate", "95.45", "%"),
            ],
        ),
        (
            "“三公”经费财政拨款支出年初预算为2.85万元，支出决算为0.39万元，完成预算的13.68%，其中：",
            [
                ("three_public_initial_budget", "2.85", "万元"),
                ("three_public_final_account", "0.39", "万元"),
                ("three_public_completion_rate", "13.68", "%"),
            ],
        ),
    ],
)
def test_a_headline_gives_printed_figures_and_no_item(text: str, figures: list[tuple[str, str, str]]) -> None:
    narrative = account_sentence.read([Line(3, text, ())])
    rows = narrative.figures()[3]
    assert [(row["figure_code"], row["value"], row["unit"]) for row in rows] == figures
    assert narrative.unread == {}
    ledger = Ledger("d")
    narrative.emit(ledger, 1, 9)
    assert ledger.tables["raw_final_account"] == []


@pytest.mark.parametrize("budget", ["当年预算为", "本年预算数为", "当年预算数"])
def test_the_budget_of_the_current_year_is_the_annual_one(budget: str) -> None:
    text = f"1、{PATH}。{budget}6.00万元，支出决算为5.00万元，完成当年预算的83.33%。"
    (sentence,) = account_sentence.read([Line(1, text, ())]).sentences
    assert sentence.amounts == {"annual_budget": "6.00", "final_account": "5.00"}
    assert (sentence.figure, sentence.rate) == ("annual_budget_completion_rate", "83.33")


def test_no_budget_at_the_beginning_of_the_year_can_be_said_behind_its_name() -> None:
    (sentence,) = account_sentence.read(
        [Line(1, f"1、{PATH}年初预算未安排，支出决算为5.00万元。", ())]
    ).sentences
    assert sentence.amounts == {"final_account": "5.00"}


@pytest.mark.parametrize(
    "path",
    [
        "卫生健康支出（210类）行政事业单位医疗（11款）行政单位医疗（01项）",
        "卫生健康支出（类）21011行政事业单位医疗（款）2101101行政单位医疗（项）",
        "卫生健康支出-行政事业单位医疗-行政单位医疗",
        "卫生健康支出——行政事业单位医疗——行政单位医疗",
        "卫生健康支出（210）行政事业单位医疗（21011）行政单位医疗（2101101）",
        "2101101行政单位医疗",
    ],
)
def test_a_path_holds_codes_or_has_dashes_between_its_parts(path: str) -> None:
    text = f"2、{path}90万元。年初预算为100万元，支出决算为90万元，完成年初预算的90%。"
    (sentence,) = account_sentence.read([Line(1, text, ())]).sentences
    assert sentence.item == path
    assert sentence.amounts == {"initial_budget": "100", "final_account": "90"}


def test_what_was_carried_over_stands_between_an_item_and_its_amounts() -> None:
    text = f"1、{PATH}。年初结转3.00万元，年初预算为6.00万元，支出决算为5.00万元。"
    (sentence,) = account_sentence.read([Line(1, text, ())]).sentences
    assert sentence.amounts == {"initial_budget": "6.00", "final_account": "5.00"}


def test_an_item_of_three_public_spending_is_printed_figures_and_no_item_by_function() -> None:
    text = "公务接待费支出预算为2.00万元，支出决算为1.20万元，完成预算的60%。"
    narrative = account_sentence.read([Line(1, text, ())])
    assert narrative.unread == {}
    assert [(row["figure_code"], row["value"], row["unit"]) for row in narrative.figures()[1]] == [
        ("reception_annual_budget", "2.00", "万元"),
        ("reception_final_account", "1.20", "万元"),
        ("reception_annual_budget_completion_rate", "60", "%"),
    ]


def test_an_item_of_three_public_spending_can_print_no_budget() -> None:
    narrative = account_sentence.read(
        [Line(1, "其中：公务接待费支出决算为1.20万元，完成年初预算的60%。", ())]
    )
    assert [(row["figure_code"], row["value"]) for row in narrative.figures()[1]] == [
        ("reception_final_account", "1.20"),
        ("reception_initial_budget_completion_rate", "60"),
    ]


def test_a_budget_without_its_time_is_the_annual_one() -> None:
    text = f"1、{PATH}。预算数为6.00万元，决算数为5.00万元。"
    (sentence,) = account_sentence.read([Line(1, text, ())]).sentences
    assert sentence.amounts == {"annual_budget": "6.00", "final_account": "5.00"}


def test_each_amount_of_a_sentence_has_its_own_unit() -> None:
    text = f"1、{PATH}。年初预算为1.2亿元，调整预算为12500万元，支出决算为11800万元。"
    (sentence,) = account_sentence.read([Line(1, text, ())]).sentences
    assert sentence.amounts == {
        "initial_budget": "1.2亿元",
        "annual_budget": "12500",
        "final_account": "11800",
    }
    assert sentence.unit == "万元"


def test_each_amount_of_a_headline_has_its_own_unit() -> None:
    text = "2024年度一般公共预算财政拨款支出年初预算为1.02亿元，支出决算为9746.50万元。"
    figures = account_sentence.read([Line(1, text, ())]).figures()[1]
    assert {(row["value"], row["unit"]) for row in figures} == {("1.02", "亿元"), ("9746.50", "万元")}


ITS = {"initial_budget": "2.00", "final_account": "3.00"}


@pytest.mark.parametrize(
    ("clauses", "amounts"),
    [
        ("2021年度支出决算为1.00万元，2022年度年初预算为2.00万元，支出决算为3.00万元", ITS),
        (
            "2021年度年初预算为1.00万元，支出决算为1.50万元；2022年度年初预算为2.00万元，支出决算为3.00万元",
            ITS,
        ),
        ("2022年度年初预算为2.00万元，支出决算为3.00万元，2021年度支出决算为1.00万元", ITS),
        ("年初预算为2.00万元，支出决算为3.00万元，2021年度支出决算为1.00万元", ITS),
        ("2021年度支出决算为1.00万元，本年年初预算为2.00万元，本年支出决算为3.00万元", ITS),
        ("2021年度支出决算为1.00万元，年初预算为2.00万元，支出决算为3.00万元", None),
        ("2021年度年初预算为1.00万元，支出决算为1.50万元", None),
        ("2022年度支出决算为3.00万元，2023年年初预算为4.00万元", None),
    ],
)
def test_amounts_of_another_year_are_not_taken(clauses: str, amounts: dict[str, str] | None) -> None:
    narrative = account_sentence.read([Line(1, f"1、{PATH}。{clauses}。", ())], "2022")
    assert [sentence.amounts for sentence in narrative.sentences] == ([amounts] if amounts else [])
    assert list(narrative.unread) == ([] if amounts else [1])


def test_a_year_before_the_item_is_that_of_its_amounts() -> None:
    text = "2021年度财政拨款支出年初预算为1.00万元，支出决算为1.50万元。"
    assert not account_sentence.read([Line(1, text, ())], "2022").sentences
    assert account_sentence.read([Line(1, text, ())], "2021").sentences


def test_a_sentence_of_several_years_is_of_none_where_the_documents_is_unknown() -> None:
    text = f"1、{PATH}。2021年度支出决算为1.00万元，2022年度年初预算为2.00万元，支出决算为3.00万元。"
    narrative = account_sentence.read([Line(1, text, ())])
    assert (narrative.sentences, list(narrative.unread)) == ([], [1])


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "2022年基本支出3.00万元，项目支出2.00万元。",
            {"basic_spending": "3.00", "project_spending": "2.00"},
        ),
        ("2021年基本支出3.00万元，项目支出2.00万元。", {}),
        (
            "2021年收入9.00万元。2022年支出比2021年减少1.00万元，基本支出3.00万元。",
            {"basic_spending": "3.00"},
        ),
        (f"{PATH}年初预算为2.00万元，支出决算为1.00万元，其中：基本支出1.00万元，项目支出0.00万元。", {}),
        (f"{PATH}支出1.00万元（其中：项目支出1.00万元）。项目支出5.00万元。", {"project_spending": "5.00"}),
    ],
)
def test_a_figure_is_that_of_the_whole_unit_in_the_documents_year(text: str, figures: dict[str, str]) -> None:
    ledger = Ledger("d")
    figure.read(account_sentence.read([Line(1, text, ())], "2022").rest, ledger, {}, "2022")
    rows = ledger.tables["raw_reported_figure"]
    assert {row["figure_code"]: row["value"] for row in rows} == figures


@pytest.mark.parametrize(
    "text",
    [
        "2.住房公积金（项）支出决算为48.00万元，占支出的31.00%。",
        "2.住房公积金（项）年初预算、支出决算均为48.00万元。",
        "2.住房公积金（项）年初预算安排5.00万元，实际支出4.90万元。",
    ],
)
@pytest.mark.parametrize("before", ["", f"1.{PATH}年初预算为2.00万元，支出决算为1.00万元。"])
def test_a_sentence_with_one_of_the_two_amounts_stays_unread(before: str, text: str) -> None:
    narrative = account_sentence.read([Line(3, before + text, ())])
    assert len(narrative.sentences) == (1 if before else 0)
    assert text in narrative.unread[3]


@pytest.mark.parametrize(
    ("rate", "figure", "value"),
    [
        ("完成年初预算的100.00%", "initial_budget_completion_rate", "100.00"),
        ("完成预算98.5%，决算数小于预算数的主要原因是人员减少", "budget_completion_rate", "98.5"),
    ],
)
def test_an_item_can_print_its_percentage_of_the_budget_without_the_budget(
    rate: str, figure: str, value: str
) -> None:
    narrative = account_sentence.read([Line(3, f"1.{PATH}：支出决算为48.00万元，{rate}。", ())])
    (sentence,) = narrative.sentences
    assert sentence.amounts == {"final_account": "48.00"}
    assert (sentence.figure, sentence.rate) == (figure, value)
    assert narrative.unread == {}


def test_a_comparison_is_no_amount_of_an_account() -> None:
    text = "支出决算比上年减少3.00万元，三、支出决算情况说明本年支出合计9.00万元。"
    assert account_sentence.read([Line(3, text, ())]).unread == {}


def test_an_item_with_its_code_can_print_its_final_account_alone() -> None:
    """Fujian prints each item with its code and what it spent, compared with the year before."""
    texts = [
        "（一）2070205博物馆980.40万元，较上年决算数增加40.10万元，增长4.26%。",
        "（二）2210201住房公积金，年初预算为42.00万元，支出决算为40.00万元，较上年决算数减少1.00万元。",
    ]
    sentences = account_sentence.read([Line(n, text, ()) for n, text in enumerate(texts, 1)]).sentences
    assert [(one.line, one.item, one.amounts) for one in sentences] == [
        (1, "2070205博物馆", {"final_account": "980.40"}),
        (2, "2210201住房公积金", {"initial_budget": "42.00", "final_account": "40.00"}),
    ]
