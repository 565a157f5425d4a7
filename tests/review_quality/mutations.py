"""Slips put into clean forms on purpose: one a form, of a known kind, drawn at random from a seed.

The expected finding follows from the slip itself: the rule whose question it breaks, on the form, and on the
line that was changed where the rule judges lines.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from review_quality.labels import Key, key_of, read_catalogue, read_labels
from review_quality.warehouse import Row, Tables

DEDUCTION = "deduction_without_reason"

# What nearly every form of the sample shows, and what does not keep a form from being clean.
TOLERATED = {
    DEDUCTION,
    "target_not_measurable",
    "deadline_not_binding",
    "actual_restates_operator",
    "goal_repeated",
    "unit_exchanged",
    "comparator_direction",
    "same_project_name",
    "same_facts_different_scores",
    "project_name_year",
    "quantity_is_price",
    "overachievement",
    "amount_rounding",
    "boilerplate_output",
    "shared_count",
}


@dataclass
class Form:
    """The raw rows of one form, to be changed in place."""

    head: Row
    funds: list[Row]
    indicators: list[Row]

    @property
    def total_fund(self) -> Row:
        """The row 年度资金总额."""
        return next(row for row in self.funds if row["fund_source"] == "年度资金总额")

    @property
    def fiscal_fund(self) -> Row:
        """The row of the year's appropriation."""
        return next(row for row in self.funds if "当年财政拨款" in row["fund_source"])

    def of(self, level2: str) -> list[Row]:
        """The indicators of a second level."""
        return [row for row in self.indicators if row["level2"] == level2]

    def add_to_total(self, change: int) -> None:
        """Keep the total right where a slip is not about it."""
        self.head["total_score"] = _text(Decimal(self.head["total_score"]) + change)


Change = Callable[[Form, random.Random], int | None]
"""Changes a form; returns the line that it changed, or None if the form gives no occasion."""


@dataclass(frozen=True)
class Kind:
    """A kind of slip: what it does, and the rule that must find it."""

    name: str
    rule_id: str
    change: Change


@dataclass(frozen=True)
class Mutation:
    """A slip that was put in."""

    kind: str
    document_id: str
    expected: Key


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _number(text: str) -> re.Match[str] | None:
    return re.fullmatch(r"(\d+)(个|人|户|次|场|条|份|件|项)?", text)


def _pick(rows: list[Row], rng: random.Random) -> Row | None:
    return rng.choice(rows) if rows else None


def wrong_total(form: Form, rng: random.Random) -> int:
    form.add_to_total(rng.choice([-10, -3, -2, -1, 1, 2]))
    return 0


def wrong_printed_weight(form: Form, rng: random.Random) -> int:
    form.head["total_weight"] = str(rng.choice([90, 95, 99, 101, 110]))
    return 0


def wrong_weight(form: Form, rng: random.Random) -> int:
    row = rng.choice(form.indicators)
    row["weight"] = _text(Decimal(row["weight"]) + rng.choice([1, 2, 5, 10]))
    return 0


def score_above_weight(form: Form, rng: random.Random) -> int:
    row = rng.choice(form.indicators)
    score = Decimal(row["weight"]) + rng.choice([1, 2, 5, 10])
    form.add_to_total(int(score - Decimal(row["score"])))
    row["score"] = _text(score)
    return int(row["source_line"])


def negative_score(form: Form, rng: random.Random) -> int:
    row = rng.choice(form.indicators)
    form.add_to_total(-1 - int(Decimal(row["score"])))
    row["score"] = "-1"
    return int(row["source_line"])


def blank_score(form: Form, rng: random.Random) -> int:
    rng.choice(form.indicators)["score"] = ""
    return 0


def blank_weight(form: Form, rng: random.Random) -> int:
    rng.choice(form.indicators)["weight"] = rng.choice(["", "—"])
    return 0


def blank_cell(form: Form, rng: random.Random) -> int:
    row = rng.choice(form.indicators)
    row[rng.choice(["target", "actual"])] = ""
    return int(row["source_line"])


def text_for_number(form: Form, rng: random.Random) -> int:
    row = rng.choice(form.indicators)
    row["score"] = rng.choice(["满分", "十分", "良好", "10 分 8"])
    return int(row["source_line"])


def wrong_year(form: Form, rng: random.Random) -> int:
    form.head["form_year"] = str(rng.choice([2021, 2022, 2024]))
    return 0


def unknown_profile(form: Form, rng: random.Random) -> int:
    form.head["rule_profile"] = rng.choice(["mof_2019", "mof_2020_10、beijing_self_evaluation", "10号"])
    return 0


def wrong_rate(form: Form, rng: random.Random) -> int:
    form.total_fund["execution_rate"] = rng.choice(["98%", "99.5%", "90%", "110%", "9.8%"])
    return int(form.total_fund["source_line"])


def wrong_execution_score(form: Form, rng: random.Random) -> int:
    score = rng.choice([7, 8, 9])
    form.total_fund["score"] = str(score)
    form.add_to_total(score - 10)
    return 0


def over_execution(form: Form, rng: random.Random) -> int | None:
    factor = Decimal(rng.choice(["1.05", "1.1", "1.5"]))
    for row in (form.total_fund, form.fiscal_fund):
        row["executed"] = _text((Decimal(row["executed"]) * factor).quantize(Decimal("0.0001")))
    return int(form.total_fund["source_line"])


def wrong_part(form: Form, rng: random.Random) -> int:
    row = form.fiscal_fund
    column = rng.choice(["initial_budget", "annual_budget", "executed"])
    row[column] = _text(Decimal(row[column]) + rng.choice([1, 10, 100]))
    return int(form.total_fund["source_line"])


def shifted_decimal(form: Form, rng: random.Random) -> int | None:
    column = rng.choice(["initial_budget", "annual_budget", "executed"])
    row = form.total_fund
    row[column] = _text(Decimal(row[column]) * rng.choice([Decimal(10), Decimal("0.1"), Decimal(100)]))
    return int(row["source_line"])


def _cost(form: Form, column: str) -> tuple[Row, re.Match[str]] | None:
    for row in form.of("成本指标"):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(万元|元)", row[column])
        if match:
            return row, match
    return None


def unit_slip(form: Form, rng: random.Random) -> int | None:
    found = _cost(form, "target")
    if not found:
        return None
    row, match = found
    row["target"] = match[1] + {"万元": "元", "元": "万元"}[match[2]]
    return int(row["source_line"])


def transposed_digits(form: Form, rng: random.Random) -> int | None:
    found = _cost(form, "actual")
    if not found:
        return None
    row, match = found
    digits = match[1]
    places = [
        place
        for place in range(len(digits) - 1)
        if digits[place].isdigit()
        and digits[place + 1].isdigit()
        and digits[place] != digits[place + 1]
        # A leading zero would be another slip.
        and not (place == 0 and digits[1] == "0")
    ]
    if not places:
        return None
    place = rng.choice(places)
    row["actual"] = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :] + match[2]
    return int(row["source_line"])


def wrong_cost_digit(form: Form, rng: random.Random) -> int | None:
    found = _cost(form, "target")
    if not found:
        return None
    row, match = found
    digit = match[1][0]
    row["target"] = rng.choice([other for other in "123456789" if other != digit]) + match[1][1:] + match[2]
    return int(row["source_line"])


def copied_cost(form: Form, rng: random.Random) -> int | None:
    found = _cost(form, "actual")
    if not found:
        return None
    row, _ = found
    row["actual"] = f"{_text(Decimal(form.total_fund['executed']) + rng.randint(2, 90))}万元"
    return int(row["source_line"])


def finer_than_fen(form: Form, rng: random.Random) -> int | None:
    found = _cost(form, "actual")
    if not found:
        return None
    row, match = found
    whole, _, fraction = match[1].partition(".")
    places = 6 if match[2] == "万元" else 2
    row["actual"] = f"{whole}.{fraction.ljust(places, '0')}{rng.randint(1, 9)}{match[2]}"
    return int(row["source_line"])


def late_month(form: Form, rng: random.Random) -> int | None:
    for row in form.of("时效指标"):
        actual = re.fullmatch(r"(\d+)月", row["actual"])
        if actual and int(actual[1]) > 1 and row["score"] == row["weight"]:
            row["target"] = rng.choice(["≤{}月", "{}月", "{}月底前完成", "{}月底"]).format(
                rng.randint(1, int(actual[1]) - 1)
            )
            return int(row["source_line"])
    return None


def missed_quantity(form: Form, rng: random.Random) -> int | None:
    rows = [
        row
        for row in form.of("数量指标")
        if (match := _number(row["target"])) and int(match[1]) > 1 and row["score"] == row["weight"]
    ]
    row = _pick(rows, rng)
    if row is None:
        return None
    match = _number(row["target"])
    assert match
    row["actual"] = f"{rng.randint(0, int(match[1]) - 1)}{match[2] or ''}"
    return int(row["source_line"])


def far_exceeded(form: Form, rng: random.Random) -> int | None:
    row = _pick([row for row in form.of("数量指标") if _number(row["target"])], rng)
    if row is None:
        return None
    match = _number(row["target"])
    assert match
    # From just at the mark upwards: 1.30 of the target, rounded up.
    row["actual"] = f"{-(-int(match[1]) * rng.choice([130, 150, 200, 300]) // 100)}{match[2] or ''}"
    return int(row["source_line"])


def unexplained_deduction(form: Form, rng: random.Random) -> int | None:
    row = _pick([row for row in form.indicators if row["score"] == row["weight"]], rng)
    if row is None:
        return None
    row["score"] = _text(Decimal(row["score"]) - 1)
    form.add_to_total(-1)
    return int(row["source_line"])


def copied_operator(form: Form, rng: random.Random) -> int | None:
    rows = [row for row in form.indicators if re.fullmatch(r"\d+(\.\d+)?(%|个|人|件|次)?", row["actual"])]
    row = _pick(rows, rng)
    if row is None:
        return None
    row["actual"] = rng.choice(["≤", "≥", "<", "不低于", "不超过"]) + row["actual"]
    return int(row["source_line"])


def upside_down_target(form: Form, rng: random.Random) -> int | None:
    rows = [row for row in form.of("数量指标") if _number(row["target"])]
    row = _pick(rows, rng)
    if row is None:
        return None
    row["target"] = rng.choice(["≤", "<", "不超过", "不多于"]) + row["target"]
    return int(row["source_line"])


def year_end_deadline(form: Form, rng: random.Random) -> int | None:
    for row in form.of("时效指标"):
        if re.fullmatch(r"≤?(\d|10|11)月", row["target"]):
            row["target"] = rng.choice(["≤12月", "12月", "12月底", "12月底前完成"])
            return int(row["source_line"])
    return None


def unmeasurable_target(form: Form, rng: random.Random) -> int | None:
    row = _pick([row for row in form.of("数量指标") if _number(row["target"])], rng)
    if row is None:
        return None
    row["target"] = rng.choice(["优良中差", "是否", "符合要求", "按计划完成"])
    return int(row["source_line"])


def missing_class(form: Form, rng: random.Random) -> int | None:
    dropped = rng.choice(["数量指标", "成本指标"])
    rows = form.of(dropped)
    kept = [row for row in form.indicators if row["level2"] != dropped]
    if not rows:
        return None
    # The weight goes to another line, so that only the class is missing.
    kept[0]["weight"] = _text(Decimal(kept[0]["weight"]) + sum(Decimal(row["weight"]) for row in rows))
    kept[0]["score"] = _text(Decimal(kept[0]["score"]) + sum(Decimal(row["score"]) for row in rows))
    form.indicators = kept
    return int(form.head["source_line"])


def count_for_quality(form: Form, rng: random.Random) -> int | None:
    row = _pick(form.of("质量指标"), rng)
    if row is None:
        return None
    row["level3"] = rng.choice(["组织培训", "新建站点", "发放宣传品"])
    row["target"] = row["actual"] = f"{rng.randint(2, 90)}{rng.choice(['个', '场', '份', '人次'])}"
    return int(row["source_line"])


def weight_on_a_source(form: Form, rng: random.Random) -> int:
    form.fiscal_fund["weight"] = rng.choice(["10", "5"])
    return int(form.fiscal_fund["source_line"])


def cut_off_cost(form: Form, rng: random.Random) -> int | None:
    found = _cost(form, "actual")
    # The last of more than two decimals, five or more: rounded, the one before it would be larger.
    if not found or not re.fullmatch(r"\d+\.\d{2,}[5-9]万元", found[0]["actual"]):
        return None
    row, match = found
    row["actual"] = match[1][:-1] + match[2]
    return int(row["source_line"])


def half_the_work(form: Form, rng: random.Random) -> int | None:
    rows = form.of("数量指标")
    if len(rows) != 1:
        return None
    match = _number(rows[0]["target"])
    if match is None or int(match[1]) < 4:
        return None
    rows[0]["actual"] = f"{int(match[1]) * rng.choice([25, 50, 75]) // 100}{match[2] or ''}"
    return 0


def other_year_in_name(form: Form, rng: random.Random) -> int:
    name = re.sub(r"20\d\d年?|^\d\d年?", "", form.head["project_name"])
    form.head["project_name"] = f"{rng.choice([2019, 2021, 2022])}年{name}"
    return 0


KINDS = (
    Kind("总分算错 wrong total", "reported_total", wrong_total),
    Kind("总分值填错 wrong printed total weight", "reported_weight_total", wrong_printed_weight),
    Kind("分值填错 wrong weight", "weights_total", wrong_weight),
    Kind("得分超过分值 score above weight", "score_above_weight", score_above_weight),
    Kind("负分 negative score", "score_negative", negative_score),
    Kind("漏填得分 blank score", "score_blank", blank_score),
    Kind("漏填分值 blank weight", "weight_blank", blank_weight),
    Kind("漏填指标值或完成值 blank target or actual", "indicator_blank", blank_cell),
    Kind("文字代替数字 text for a number", "number_unreadable", text_for_number),
    Kind("年度错误 wrong year", "form_year", wrong_year),
    Kind("规则未知或多于一个 unknown or several profiles", "rule_profile", unknown_profile),
    Kind("执行率算错 wrong rate", "execution_rate", wrong_rate),
    Kind("预算执行得分算错 wrong execution score", "execution_score", wrong_execution_score),
    Kind("超预算执行 over-execution", "executed_above_budget", over_execution),
    Kind("资金来源填错 wrong fund source", "fund_total", wrong_part),
    Kind("小数点错位 shifted decimal", "fund_total", shifted_decimal),
    Kind("元与万元混用 unit slip", "cost_target_budget", unit_slip),
    Kind("成本首位填错 wrong digit of a cost", "cost_target_budget", wrong_cost_digit),
    Kind("成本数字颠倒 transposed digits of a cost", "cost_actual_executed", transposed_digits),
    Kind("照抄他表成本 cost copied from elsewhere", "cost_actual_executed", copied_cost),
    Kind("金额精确到分以下 finer than a fen", "amount_finer_than_fen", finer_than_fen),
    Kind("逾期得满分 late month, full score", "deadline_missed_full_score", late_month),
    Kind("逾期无原因 late month, no reason", "unmet_without_reason", late_month),
    Kind("未完成得满分 missed quantity, full score", "unmet_full_score", missed_quantity),
    Kind("未完成无原因 missed quantity, no reason", "unmet_without_reason", missed_quantity),
    Kind("大幅超额 far exceeded", "overachievement", far_exceeded),
    Kind("扣分无原因 unexplained deduction", DEDUCTION, unexplained_deduction),
    Kind("照抄比较符号 copied operator", "actual_restates_operator", copied_operator),
    Kind("比较方向颠倒 upside-down target", "comparator_direction", upside_down_target),
    Kind("截止月份改为年末 year-end deadline", "deadline_not_binding", year_end_deadline),
    Kind("指标值不可衡量 unmeasurable target", "target_not_measurable", unmeasurable_target),
    Kind("缺少指标类别 missing class", "mandatory_class_missing", missing_class),
    Kind("名称为其他年度 other year in the name", "project_name_year", other_year_in_name),
    Kind("质量指标填数量 count for quality", "quality_is_count", count_for_quality),
    Kind("分项行填分值 weight on a source", "weight_on_fund_part", weight_on_a_source),
    Kind("金额被截断 cut-off cost", "amount_cut_off", cut_off_cost),
    Kind("钱花完而活没干完 half the work, all the money", "work_behind_money", half_the_work),
)


def mutate(
    tables: Tables, document_id: str, changed_forms: int, rng: random.Random
) -> tuple[Tables, list[Mutation]]:
    """Copy the sample under another id, with one slip in each of some of its clean forms.

    Args:
        tables: The raw rows of the sample.
        document_id: The id of the copy.
        changed_forms: How many forms to change; the kinds take turns.
        rng: Where chance comes from.

    Returns:
        The raw rows of the copy, and the slips in it.
    """
    catalogue = read_catalogue()
    labels = read_labels()
    slipped = {form for rule, form, _ in labels if form and rule not in TOLERATED}
    rows = copy.deepcopy(tables)
    for table in rows.values():
        for row in table:
            row["document_id"] = document_id
    forms = {
        head["form_no"]: Form(
            head,
            [row for row in rows["raw_self_evaluation_fund"] if row["form_no"] == head["form_no"]],
            [row for row in rows["raw_self_evaluation_indicator"] if row["form_no"] == head["form_no"]],
        )
        for head in rows["raw_self_evaluation"]
    }
    clean = [number for number in forms if int(number) not in slipped]
    rng.shuffle(clean)
    mutations: list[Mutation] = []
    turn = rng.randrange(len(KINDS))
    for number in clean[:changed_forms]:
        for offset in range(len(KINDS)):
            kind = KINDS[(turn + offset) % len(KINDS)]
            changed = copy.deepcopy(forms[number])
            line = kind.change(changed, rng)
            expected = key_of(catalogue, kind.rule_id, int(number), line or 0)
            # Where the sample already has this very finding, another would prove nothing.
            if line is not None and expected not in labels:
                forms[number] = changed
                mutations.append(Mutation(kind.name, document_id, expected))
                turn += 1
                break
    rows["raw_self_evaluation"] = [form.head for form in forms.values()]
    rows["raw_self_evaluation_fund"] = [row for form in forms.values() for row in form.funds]
    rows["raw_self_evaluation_indicator"] = [row for form in forms.values() for row in form.indicators]
    return rows, mutations
