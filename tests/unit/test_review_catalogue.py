"""The catalogue of rules against the models: each rule is one row and one model, and has no literal number."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "models" / "intermediate" / "review" / "rules"
PLACEHOLDERS = {"place", "item", "basis", "line", "reported", "expected", "difference", "unit", "a", "b", "c"}

# Nothing, one, and a percentage.
PLAIN_NUMBERS = {"0", "1", "100"}


def seed(name: str) -> list[dict[str, str]]:
    with (ROOT / "seeds" / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CATALOGUE = seed("review_rule")
MODELS = {
    path.stem.removeprefix("rule_"): path.read_text(encoding="utf-8") for path in RULES.glob("rule_*.sql")
}


def test_every_rule_of_the_catalogue_is_a_model_and_every_model_a_rule() -> None:
    assert {row["rule_id"] for row in CATALOGUE} == set(MODELS)


def test_every_rule_s_results_are_in_the_union_once() -> None:
    lists = (ROOT / "macros" / "rule.sql").read_text(encoding="utf-8").split("endmacro")[0]
    listed = re.findall(r"^ +'(\w+)',$", lists, flags=re.MULTILINE)
    assert sorted(listed) == sorted(MODELS)


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row["rule_id"])
def test_a_rule_says_all_that_a_reviewer_needs(row: dict[str, str]) -> None:
    optional = {"operands_zh", "unit", "tolerance_code", "profile_id"}
    assert not [column for column, text in row.items() if column not in optional and not text]
    for language, stop in (("zh", "。"), ("en", ".")):
        message = row[f"message_{language}"]
        assert set(re.findall(r"{(\w+)}", message)) <= PLACEHOLDERS
        assert "{line}" in message
        assert message.endswith(stop)
        assert row[f"question_{language}"].endswith({"zh": "？", "en": "?"}[language])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_says_in_words_of_its_own_what_is_no_finding(language: str) -> None:
    texts = {row["rule_id"]: row[f"passes_{language}"] for row in CATALOGUE}
    for rule, text in texts.items():
        assert text.endswith({"zh": "。", "en": "."}[language]), rule
        # The English text quotes words of the forms.
        characters, letters = (len(re.findall(script, text)) for script in ("[\u4e00-\u9fff]", "[A-Za-z]"))
        assert (characters > letters) == (language == "zh"), rule
    assert [text for text, rules in Counter(texts.values()).items() if rules > 1] == []


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row["rule_id"])
def test_every_operand_of_a_rule_has_a_label(row: dict[str, str]) -> None:
    model = MODELS[row["rule_id"]]
    operands = [name for name in ("a", "b", "c") if f"operand_{name}=" in model]
    labels = [label for label in row["operands_zh"].split("；") if label]
    assert len(operands) == len(labels)


@pytest.mark.parametrize("rule", sorted(MODELS))
def test_a_rule_s_numbers_are_in_the_seeds(rule: str) -> None:
    code = re.sub(r"--.*", "", MODELS[rule])
    numbers = set(re.findall(r"(?<![\w.\[-])\d+(?:\.\d+)?(?![\w\]])", code))
    assert numbers <= PLAIN_NUMBERS


@pytest.mark.parametrize("rule", sorted(MODELS))
def test_a_rule_s_words_are_in_the_seeds(rule: str) -> None:
    code = re.sub(r"--.*", "", MODELS[rule])
    assert re.findall(r"[\u4e00-\u9fff]+", code) == []
