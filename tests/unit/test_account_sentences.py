"""Final accounts in running text: to which item the amounts belong, and what stays unread."""

import pytest

from ingestion.document import Line
from ingestion.ledger import Ledger
from ingestion.sections import account_sentence

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
        "一般公共预算财政拨款支出年初预算为9.00万元，支出决算为8.00万元。",
        f"1、{PATH}，主要用于缴存。2、其他。年初预算为6.00万元，支出决算为5.00万元。",
    ],
)
def test_a_sentence_without_an_item_of_its_own_stays_unread(text: str) -> None:
    narrative = account_sentence.read([Line(3, text, ())])
    ledger = Ledger("d")
    narrative.keep_unread(ledger)
    assert narrative.sentences == []
    assert ledger.cells[(3, 0)].reason == "sentence"
