"""A message keeps both of its languages from where it is made to where it is printed."""

from __future__ import annotations

import json
import pickle

import pytest

from ingestion.message import Text, each, from_json, in_chinese, in_english, join, to_json

WRONG = Text("有误；请更正", "wrong; correct it")


def test_as_a_string_it_is_both_languages_the_chinese_first() -> None:
    assert WRONG == "有误；请更正\nwrong; correct it"
    assert Text("一\n二", "one\ntwo") == "一\n二\n\none\ntwo"
    assert Text("a.csv", "a.csv") == "a.csv"


def test_each_language_is_had_alone_and_a_plain_string_is_of_both() -> None:
    assert (in_chinese(WRONG), in_english(WRONG)) == ("有误；请更正", "wrong; correct it")
    assert (in_chinese("a.csv"), in_english("a.csv")) == ("a.csv", "a.csv")


def test_what_is_put_before_or_behind_is_put_to_both() -> None:
    message = "a.csv: " + WRONG + "." + Text("行", " row")
    assert isinstance(message, Text)
    assert (message.zh, message.en) == ("a.csv: 有误；请更正.行", "a.csv: wrong; correct it. row")


def test_lines_are_joined_language_by_language() -> None:
    joined = join("\n", [WRONG, "a.csv", Text("止", "end")])
    assert (joined.zh, joined.en) == ("有误；请更正\na.csv\n止", "wrong; correct it\na.csv\nend")
    assert join(Text("、", ", "), ["a", "b"]).en == "a, b"


def test_a_text_as_a_part_of_another_gives_the_language_that_is_asked_for() -> None:
    nested = Text(WRONG, WRONG)
    assert (nested.zh, nested.en) == (WRONG.zh, WRONG.en)


def test_placeholders_and_functions_apply_to_both() -> None:
    filled = Text("第 {line} 行", "line {line}").format(line=3)
    assert (filled.zh, filled.en) == ("第 3 行", "line 3")
    assert each(str.upper, WRONG) == Text("有误；请更正", "WRONG; CORRECT IT")
    assert each(str.upper, "a") == "A"


def test_an_exception_keeps_the_pair() -> None:
    with pytest.raises(ValueError, match="有误") as raised:
        raise ValueError(WRONG)
    assert isinstance(str(raised.value), Text)


def test_a_child_process_and_a_file_give_the_pair_back() -> None:
    copied = pickle.loads(pickle.dumps(WRONG))
    assert (type(copied), copied.zh, copied.en) == (Text, WRONG.zh, WRONG.en)
    value = {"warnings": [WRONG, "plain"], "rows": {"a": 1}, "refused": ({"reason": WRONG},)}
    read = from_json(json.loads(json.dumps(to_json(value))))
    assert read == {"warnings": [WRONG, "plain"], "rows": {"a": 1}, "refused": [{"reason": WRONG}]}
    assert isinstance(read["warnings"][0], Text)
    assert not isinstance(read["warnings"][1], Text)
