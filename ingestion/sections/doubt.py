"""Check whether a form's arithmetic fits another binding of its columns better than the one that was read.

A heading can be above the wrong column. Nothing is exchanged: the form is marked as doubtful, and both
readings are reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ingestion.message import Text
from ingestion.numbers import parts_of_amount

Row = Mapping[str, str]

_LABELS = {
    "weight": ("分值", "weight"),
    "score": ("得分", "score"),
    "target": ("指标值", "target"),
    "actual": ("完成值", "actual"),
}
_TOTALS = {"weight": "total_weight", "score": "total_score"}
_RATE_TOLERANCE = Decimal("0.006")


def doubts(form: Row, funds: Sequence[Row], indicators: Sequence[Row]) -> list[Text]:
    """Return a sentence for each identity that fails as read and holds with two columns exchanged.

    Args:
        form: The raw row of the form, with its totals as printed.
        funds: Its raw rows of funds.
        indicators: Its raw rows of indicators.
    """
    return [*_of_rates(funds), *_of_totals(form, funds, indicators), *_of_scores(form, indicators)]


def _of_rates(funds: Iterable[Row]) -> Iterable[Text]:
    for row in funds:
        budget, executed, rate = (
            _number(row["annual_budget"]),
            _number(row["executed"]),
            _rate(row["execution_rate"]),
        )
        if not budget or not executed or rate is None or abs(executed / budget - rate) <= _RATE_TOLERANCE:
            continue
        if abs(budget / executed - rate) <= _RATE_TOLERANCE:
            yield (
                Text(
                    f"{row['fund_source']}：执行率 {row['execution_rate']} 与所读的预算数 {row['annual_budget']}、执行数 {row['executed']} 不符，两数互换则相符，请核对列标题",
                    f"{row['fund_source']}: the rate {row['execution_rate']} does not fit the budget {row['annual_budget']} and the executed amount {row['executed']}, but fits with both exchanged: check the headings of these columns",
                )
            )


def _of_totals(form: Row, funds: Sequence[Row], indicators: Sequence[Row]) -> Iterable[Text]:
    sums = {name: _sum(name, funds, indicators) for name in _LABELS}
    printed = {name: _number(form.get(total, "")) for name, total in _TOTALS.items()}
    seen: set[frozenset[str]] = set()
    for name, total in printed.items():
        if total is None or sums[name] is None or sums[name] == total:
            continue
        name_zh, name_en = _LABELS[name]
        for other, (other_zh, other_en) in _LABELS.items():
            pair = frozenset((name, other))
            # Exchanging the columns must not break what the other one's total proves.
            proves = printed.get(other) in (None, sums[name])
            if len(pair) == 2 and pair not in seen and sums[other] == total and proves:
                seen.add(pair)
                yield (
                    Text(
                        f"所读的{name_zh}合计为 {sums[name]}，填报总数为 {total}；若{name_zh}与{other_zh}两列互换则相符，请核对列标题",
                        f"the {name_en} as read sum up to {sums[name]}, the printed total is {total}; it fits with {name_en} and {other_en} exchanged: check the headings of these columns",
                    )
                )


def _of_scores(form: Row, indicators: Sequence[Row]) -> Iterable[Text]:
    printed = [(form.get("total_weight", ""), form.get("total_score", ""))]
    printed += [(row["weight"], row["score"]) for row in indicators]
    numbers = [(_number(weight), _number(score)) for weight, score in printed]
    known = [(weight, score) for weight, score in numbers if weight is not None and score is not None]
    above = sum(score > weight for weight, score in known)
    # One score above its weight is a slip; several, and none below, mean a wrong heading.
    if above > 1 and all(score >= weight for weight, score in known):
        yield (
            Text(
                f"有 {above} 行所读的得分高于分值，没有一行低于；若分值与得分两列互换则相符，请核对列标题",
                f"{above} scores are above their weights and none is below, as if weight and score were exchanged: check the headings of these columns",
            )
        )


def _sum(name: str, funds: Iterable[Row], indicators: Sequence[Row]) -> Decimal | None:
    """Return the sum of a column, or None if one of its cells is not a number or all are blank."""
    texts = [row[name] for row in indicators]
    texts += [row[name] for row in funds if name in _TOTALS]
    numbers = [_number(text) for text in texts if text.strip("—–-－/ ")]
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal()) if known and len(known) == len(numbers) else None


def _rate(text: str) -> Decimal | None:
    number = _number(text.replace("%", "").replace("％", ""))
    if number is None:
        return None
    return number / 100 if "%" in text or "％" in text else number


def _number(text: str) -> Decimal | None:
    parts = parts_of_amount(text)
    try:
        return Decimal(parts[0].replace(",", "")) if parts else None
    except InvalidOperation:
        return None
