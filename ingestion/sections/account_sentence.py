"""Final accounts in running text: an item, its budget, its final account and the percentage completed.

"1.教育支出（类）普通教育（款）学前教育（项）。年初预算为10.00万元，支出决算为9.00万元，完成年初预算的90%，…"

Only the figures are read; the explanation after them ends the sentence. A sentence can continue over several
lines, broken anywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingestion.account_heading import THREE_PUBLIC
from ingestion.account_labels import class_names
from ingestion.document import Line
from ingestion.ledger import Ledger, Unread
from ingestion.numbers import parts_of_amount
from ingestion.synonyms import match
from ingestion.vocabulary import canonical

TABLE = "raw_final_account"
ITEM = "（项）"
"""Replaces the read part of a sentence in running text."""

CLASSIFICATION = "function_sentence"
PART = "正文中的支出决算"

# Each sign becomes one sign, so that positions in the folded text are positions in the print.
_FOLD = str.maketrans("（）：，；－−０１２３４５６７８９．％", "():,;--0123456789.%")
_FURNITURE = re.compile(r"[-—–]?\d{1,4}[-—–]?|第\d+页.*")
_FURTHEST_ITEM = 300
_LONGEST_UNREAD = 200

_MONEY = r"[:]?(?P<value>-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<unit>亿元|百万元|万元|千元|元)"
# Zero is the same in any unit: 0 may be printed without one.
_MONEY = rf"(?:{_MONEY}|(?P<nothing>0(?:\.0+)?)(?=[,。;]|$))"
_WHEN = r"(?:其中:?|(?P<year>\d{4})(?:年度?|(?=年初))|(?P<this>本年度?|当年))?"
_CLAUSES = {
    "initial_budget": re.compile(rf"{_WHEN}年初(?:批复|安排)?预算(?:数|金额)?(?:安排)?为?{_MONEY}"),
    "annual_budget": re.compile(
        # A bare 预算 is this year's; after a year it can be any.
        rf"(?:{_WHEN}(?:全年|[当本]年|调整后?的?|调整后全年|年度|支出)|(?<![年度初]))预算(?:数|金额)?(?:调整)?为?{_MONEY}"
    ),
    "final_account": re.compile(rf"{_WHEN}(?:实际)?(?:支出)?决算(?:数|支出|金额)?为?{_MONEY}"),
}
# Any wording of a budget or a final account, to find sentences that were not read.
_ANY_BUDGET = re.compile(rf"预算(?:数|金额)?(?:安排|调整)?为?{_MONEY}")
_ANY_ACCOUNT = re.compile(rf"决算(?:数|支出|金额)?为?{_MONEY}")
_FURTHEST_ACCOUNT = 150
# One of the two words before an amount: such printed amounts must not be lost.
_ANY_AMOUNT = re.compile(rf"(?:年初预算|支出决算|决算支出|决算数)[^。;,(]{{0,12}}?(?<![\d.]){_MONEY}")
_YEAR_RIGHT_BEFORE = re.compile(r"(?:((?:19|20)\d{2})年|上年)度?(?:一般公共预算)?(?:财政拨款)?$")
_OTHER_AMOUNT = re.compile(r"比|较|增加|减少|增长|下降|超出|超过|差异|占|说明")

_NO_BUDGET = re.compile(r"年初(?:未|无|没有)(?:安排)?预算(?:安排)?|年初预算(?:未|没有)安排")
_RATE = re.compile(
    r"(?:占|为|完成了?|达到?)(?P<base>年初|全年|[当本]年|调整后?的?|年度)?(?:支出)?预算(?:数|安排)?的?:?"
    r"(?P<rate>-?\d+(?:\.\d+)?)%"
)
_OPENING = re.compile(
    "|".join(
        f"(?:{_unnamed})"
        for _unnamed in (
            *(re.sub(r"\?P<\w+>", "?:", clause.pattern) for clause in _CLAUSES.values()),
            _NO_BUDGET.pattern,
        )
    )
)
_BETWEEN = re.compile(r"[,。;:、()]*")
_YEAR_BEFORE = re.compile(r"((?:19|20)\d{2})年度?,?$")

# Carry-over from the previous year is part of neither amount.
_CARRIED = r"(?:其中:?)?(?:年初|上年)结转(?:和结余|资金)?(?:为)?\d[\d,.]*(?:亿元|万元|元)[。,、:;]*"
_LETTER = r"[一-龥“”《》·]"
# A mark of a level can contain its own part of the code, "(208类)", "(05款)", or be the code: "(20805)".
_MARK = r"\((?:\d{0,7}[类款项]|\d{3}(?:\d\d){0,2})\)"
_CLASS_MARK, _SECTION_MARK, _ITEM_MARK = (
    rf"\((?:\d{{0,{digits}}}{level}|\d{{{digits}}})\)" for level, digits in (("类", 3), ("款", 5), ("项", 7))
)
_BRACKET = rf"(?!{_MARK})\([^()]{{0,20}}\)"
_CLASS = rf"(?P<first>(?:{_LETTER}|{_BRACKET}){{1,40}})"
_NEXT = rf"[-—/、,。]{{0,2}}\d{{0,7}}(?:{_LETTER}|、|{_BRACKET}){{1,60}}"
_PATH = re.compile(
    rf"(?P<path>{_CLASS}(?:{_CLASS_MARK}(?:{_NEXT}{_SECTION_MARK})?(?:{_NEXT}{_ITEM_MARK})?"
    rf"|{_SECTION_MARK}(?:{_NEXT}{_ITEM_MARK})?|{_ITEM_MARK}))"
    r"(?P<gap>[”\"]?(?:科目)?(?:支出)?(?:\(\d+\))?[。,、:;]*(?:\d[\d,.]*(?:亿元|万元|元)[。,、:;]*)?"
    rf"(?:{_CARRIED})?"
    # The purpose of the item can be between it and its amounts, but no other item and no other amount of an
    # account.
    rf"(?:(?:主要)?(?:是)?(?:用于|反映|用途)(?:(?!{_MARK}|预算|决算|[。;]\(?[\d一二三四五六七八九十]{{1,3}}[)、.]).){{1,200}}[。,;])?)$"
)
# A path without marks: the parts follow a known class, each after a dash.
_DASHED = re.compile(
    rf"(?P<path>(?P<first>{'|'.join(class_names())})(?:[-—]{{1,2}}(?:{_LETTER}|{_BRACKET}){{2,40}}){{1,2}}"
    # A single item after its complete code does too.
    rf"|(?<!\d)2\d{{6}}(?:{_LETTER}|{_BRACKET}){{2,40}})"
    rf"(?P<gap>(?:\d[\d,.]*(?:亿元|万元|元))?[。,、:;]*(?:{_CARRIED})?)$"
)
# A headline's total is not an item: its amounts are printed figures, compared with the tables. Items of 三公
# spending are not items by function either.
_HEADLINE = re.compile(
    r"(?P<path>(?P<three_public>(?:一般公共预算)?(?:财政拨款)?(?:安排的)?[“\"]?三公[”\"]?经费(?:财政拨款)?)"
    r"|(?P<item>因公出国(?:\(境\))?费用?|公务接待费|公务用车(?:购置)?[及和]?(?:运行)?(?:维护)?费)"
    r"|(?:一般公共预算|政府性基金预算|国有资本经营预算)?财政拨款)(?P<gap>支出)?[:,。]?$"
)
# An item with its complete code and the final account after it, compared with the year before.
_COMPARED = re.compile(
    rf"(?<!\d)(?P<path>2\d{{6}}(?:{_LETTER}|{_BRACKET}){{2,40}}?)(?:支出)?{_MONEY},"
    r"(?:比|较|与)(?:上年|(?:19|20)\d{2}年)度?(?:支出)?(?:决算)?(?:数|支出)?(?:相比)?,?(?:增加|减少|增长|下降|持平|相同|无)"
)
_HEADLINES = {"initial_budget": "年初预算数", "annual_budget": "全年预算数", "final_account": "支出决算数"}
_PURPOSE = re.compile(r"(?:用于|反映|用途)[^。]{0,60}$")
_OUTLINE = re.compile(r"^(?:其中|[一二三四五六七八九十]+是)")
_HAN = re.compile(r"[一-龥]")


@dataclass(frozen=True)
class Sentence:
    """The figures of one sentence about one item.

    Attributes:
        line: 1-based line of its first amount.
        item: The item as printed.
        amounts: The amounts as printed, by raw column; an amount in another unit than the others includes its
            own.
        unit: The unit of all or most of them.
        figure: The code of the printed percentage, or an empty string.
        rate: The printed percentage without its sign, or an empty string.
        headline: For a summarising sentence, the prefix of its figure codes; an empty string for an item's
            sentence.
    """

    line: int
    item: str
    amounts: dict[str, str]
    unit: str
    figure: str
    rate: str
    headline: str = ""


@dataclass(frozen=True)
class Narrative:
    """The final accounts in the running text.

    Attributes:
        sentences: In document order.
        rest: The lines of the document, with the read parts of those sentences replaced by `ITEM`.
        unread: Text of the lines with a budget or a final account that was not read, by line number.
    """

    sentences: list[Sentence]
    rest: list[Line]
    unread: dict[int, str]

    @property
    def is_found(self) -> bool:
        """Return whether the text contains such sentences."""
        return bool(self.sentences)

    def emit(self, ledger: Ledger, first_line: int, end_line: int) -> None:
        """Emit the items of the sentences in a range of lines as raw rows."""
        for sentence in self.sentences:
            if first_line <= sentence.line < end_line and not sentence.headline:
                ledger.emit(
                    TABLE,
                    sentence.line,
                    {
                        "account_side": "expenditure",
                        "classification": CLASSIFICATION,
                        "item_name": sentence.item,
                        **sentence.amounts,
                        "amount_unit": sentence.unit,
                    },
                )

    def keep_unread(self, ledger: Ledger) -> None:
        """Keep the sentences that no raw row holds; running text has no cells, so each is at column 0."""
        for line, text in self.unread.items():
            ledger.cells.setdefault((line, 0), Unread("sentence", "account_sentence", "", "", "", text))

    def figures(self) -> dict[int, list[dict[str, str]]]:
        """Return percentages and amounts of headlines by line, each once even if the line repeats it."""
        found: dict[int, list[dict[str, str]]] = {}
        for sentence in self.sentences:
            printed = []
            if sentence.headline:
                printed = [
                    (
                        f"{sentence.headline}_{column}",
                        f"{sentence.item}{_HEADLINES[column]}",
                        *_with_unit(value, sentence.unit),
                    )
                    for column, value in sentence.amounts.items()
                ]
            if sentence.rate:
                # The rate of the three public expenses is one of the ratios, by the tables.
                base = "completion_rate" if sentence.headline == "three_public" else sentence.figure
                code = f"{sentence.headline}_{base}" if sentence.headline else base
                printed.append((code, sentence.item, sentence.rate, "%"))
            rows = found.setdefault(sentence.line, [])
            for row in (
                dict(zip(("figure_code", "label", "value", "unit"), entry, strict=True)) for entry in printed
            ):
                if row not in rows:
                    rows.append(row)
        return found


def _with_unit(amount: str, unit: str) -> tuple[str, str]:
    """Return the number of an amount, and the unit after it or else that of its sentence."""
    number, own = parts_of_amount(amount) or (amount, "")
    return number, own or unit


@dataclass
class _Passage:
    """Lines of running text without a table between them, as one text.

    Attributes:
        lines: The lines.
        starts: The position of each line in the text.
        printed: The text as printed.
        text: The same with its signs folded.
    """

    lines: list[Line] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    printed: str = ""
    text: str = ""

    def place_of(self, place: int) -> int:
        """Return the 0-based index of the line that prints a position of the text."""
        return bisect_right(self.starts, place) - 1

    def line_at(self, place: int) -> Line:
        """Return the line that prints a position of the text."""
        return self.lines[self.place_of(place)]


def read(lines: list[Line], year: str = "") -> Narrative:
    """Find the sentences of the running text that print final accounts of an item.

    Args:
        lines: The lines of the document.
        year: Its year, or an empty string; amounts of another year are not read.
    """
    sentences: list[Sentence] = []
    cuts: dict[int, list[tuple[int, int]]] = {}
    marks: dict[int, set[int]] = {}
    for passage in _passages(lines):
        whole = list(_find(passage, year))
        for start, end, found in sorted([*whole, *_find_compared(passage, whole)], key=lambda one: one[0]):
            sentences.append(found)
            for line, begin in zip(passage.lines, passage.starts, strict=True):
                if begin < end and start < begin + len(line.text):
                    cuts.setdefault(line.number, []).append((max(start - begin, 0), end - begin))
                    if not found.headline:
                        marks.setdefault(line.number, set()).add(max(start - begin, 0))
    rest = [_without(line, cuts.get(line.number, []), set()) for line in lines]
    marked = [_without(line, cuts.get(line.number, []), marks.get(line.number, set())) for line in lines]
    return Narrative(sentences, marked, _unread(rest, year))


def _unread(rest: list[Line], year: str) -> dict[int, str]:
    """Return the text of the lines with a budget or a final account that was not read, by line number."""
    found: dict[int, str] = {}
    for passage in _passages(rest):
        accounts = [match.start() for match in _ANY_ACCOUNT.finditer(passage.text)]
        for budget in _ANY_BUDGET.finditer(passage.text):
            place = bisect_right(accounts, budget.start())
            near = accounts[max(place - 1, 0) : place + 1]
            account = min(near, key=lambda start: abs(start - budget.start()), default=None)
            if account is None or abs(account - budget.start()) > _FURTHEST_ACCOUNT:
                continue
            first, last = sorted((passage.place_of(budget.start()), passage.place_of(account)))
            text = "".join(line.text for line in passage.lines[first : last + 1])
            found.setdefault(passage.lines[first].number, text[:_LONGEST_UNREAD])
        for amount in _ANY_AMOUNT.finditer(passage.text):
            start = passage.text.rfind("。", 0, amount.start()) + 1
            before = _YEAR_RIGHT_BEFORE.search(passage.text, max(start, amount.start() - 30), amount.start())
            is_earlier = before is not None and (not before[1] or (year and before[1] != year))
            if _OTHER_AMOUNT.search(amount[0]) or is_earlier:
                continue
            first, last = passage.place_of(start), passage.place_of(amount.end() - 1)
            if not any(passage.lines[place].number in found for place in range(first, last + 1)):
                end = passage.text.find("。", amount.end()) + 1 or len(passage.text)
                found[passage.lines[first].number] = passage.printed[start:end][:_LONGEST_UNREAD]
    return found


def _without(line: Line, cuts: list[tuple[int, int]], items: set[int]) -> Line:
    text = line.text
    for start, end in reversed(cuts):
        text = text[:start] + (ITEM if start in items else "") + text[end:]
    return replace(line, text=text) if cuts else line


def _passages(lines: list[Line]) -> Iterator[_Passage]:
    passage = _Passage()
    printed: list[str] = []
    length = 0
    for line in [*lines, None]:
        if line is None or line.is_row:
            if printed:
                passage.printed = "".join(printed)
                passage.text = passage.printed.translate(_FOLD)
                yield passage
            passage, printed, length = _Passage(), [], 0
        elif line.text and not _FURNITURE.fullmatch(line.text):
            passage.lines.append(line)
            passage.starts.append(length)
            printed.append(line.text)
            length += len(line.text)


def _find_compared(
    passage: _Passage, whole: list[tuple[int, int, Sentence]]
) -> Iterator[tuple[int, int, Sentence]]:
    """Yield the items with a final account alone, in none of the sentences that were found, with start and end."""
    for found in _COMPARED.finditer(passage.text):
        start, end = found.start("path"), found.end("unit")
        if found["unit"] is None or any(start < last and first < end for first, last, _ in whole):
            continue
        item = passage.printed[start : found.end("path")]
        line = passage.line_at(found.start("value")).number
        yield start, end, Sentence(line, item, {"final_account": found["value"]}, found["unit"], "", "")


def _find(passage: _Passage, year: str) -> Iterator[tuple[int, int, Sentence]]:
    """Yield each sentence of an item with its start and end."""
    place = 0
    for opening in _OPENING.finditer(passage.text):
        if opening.start() < place:
            continue
        item = _item_before(passage, place, opening.start())
        headline = None if item else _headline_before(passage, place, opening.start())
        if headline is not None:
            item = headline.span("path")
        if item is None:
            continue
        before = _YEAR_BEFORE.search(passage.text, 0, item[0])
        clauses = _clauses(passage.text, opening.start(), before[1] if before else "", year)
        found = _sentence(passage, item, clauses, needs_budget=headline is not None and not headline["item"])
        if headline is not None and found is not None:
            found = replace(found, headline=_headline_code(headline))
        if found is not None:
            place = max(clause.end() for _, clause in clauses)
            yield item[0], place, found


def _clauses(text: str, place: int, printed: str, year: str) -> list[tuple[str, re.Match[str]]]:
    """Return the consecutive amounts and percentage of the document's year from a position on.

    A clause without a year has the year of the previous clause; the first one has the year printed before its
    item. If the document's year is unknown, a sentence of several years gives none.
    """
    clauses: dict[tuple[str, str], re.Match[str]] = {}
    patterns = {**_CLAUSES, "none": _NO_BUDGET, "rate": _RATE}
    of = printed
    while True:
        fits = ((name, pattern.match(text, place)) for name, pattern in patterns.items())
        name, clause = next(((name, fit) for name, fit in fits if fit), ("", None))
        if clause is None:
            break
        own = clause.groupdict()
        of = own.get("year") or (year if own.get("this") else of)
        if (of, name) in clauses:
            if of not in {"", year} and not own.get("year"):
                # Either of the two could be of that year.
                return []
            break
        clauses[of, name] = clause
        between = _BETWEEN.match(text, clause.end())
        place = between.end() if between else clause.end()
    years = {of for of, _ in clauses}
    own_years = {"", year} if year or "" in years or len(years) > 1 else years
    return [(name, clause) for (of, name), clause in clauses.items() if of in own_years]


def _sentence(
    passage: _Passage,
    item: tuple[int, int],
    clauses: list[tuple[str, re.Match[str]]],
    *,
    needs_budget: bool,
) -> Sentence | None:
    amounts = {name: clause for name, clause in clauses if name in _CLAUSES}
    # An item can print its percentage of the budget without the budget.
    without = {"none"} if needs_budget else {"none", "rate"}
    has_budget = len(amounts) > 1 or any(name in without for name, _ in clauses)
    if "final_account" not in amounts or not has_budget:
        return None
    spans = {name: clause.span("value" if clause["value"] else "nothing") for name, clause in amounts.items()}
    line = passage.line_at(min(spans.values())[0]).number
    units = Counter(clause["unit"] for clause in amounts.values() if clause["unit"])
    unit = max(units, key=units.__getitem__, default="元")
    texts = {name: passage.printed[slice(*span)] for name, span in spans.items()}
    for name, clause in amounts.items():
        texts[name] += clause["unit"] if clause["unit"] not in {None, unit} else ""
    rate = next((clause for name, clause in clauses if name == "rate"), None)
    return Sentence(
        line,
        passage.printed[slice(*item)],
        texts,
        unit,
        _figure_code(rate["base"], set(amounts)) if rate else "",
        passage.printed[slice(*rate.span("rate"))] if rate else "",
    )


def _figure_code(base: str | None, amounts: set[str]) -> str:
    """Return which budget a percentage refers to: the one it names, or the only printed one."""
    budgets = amounts - {"final_account"}
    if base == "年初":
        return "initial_budget_completion_rate"
    if base:
        return "annual_budget_completion_rate"
    return f"{budgets.pop()}_completion_rate" if len(budgets) == 1 else "budget_completion_rate"


def _item_before(passage: _Passage, start: int, end: int) -> tuple[int, int] | None:
    """Return the position of the item whose amounts begin at `end`, or None."""
    start = max(start, end - _FURTHEST_ITEM)
    before = passage.text[start:end]
    path = _PATH.search(before) or _DASHED.search(before)
    if path:
        first = start + _first_of_path(passage, path, start)
        return first, start + path.end("path")
    stripped = before.rstrip("。,、:;")
    name = next((name for name in class_names() if stripped.endswith(name)), None)
    if name is None:
        return None
    first = start + len(stripped) - len(name)
    if _PURPOSE.search(passage.text, start, first):
        # "主要用于：住房保障支出": the purpose of an item is not the item.
        return None
    if f"{name}支出" in class_names() and passage.text.startswith("支出", first + len(name)):
        # "教育支出决算数为": 支出 belongs to the name and to the amount.
        name = f"{name}支出"
    is_whole = (
        first in passage.starts
        or not _HAN.match(passage.text, first - 1)
        or passage.text.endswith("其中", 0, first)
    )
    return (first, first + len(name)) if is_whole else None


def _headline_before(passage: _Passage, start: int, end: int) -> re.Match[str] | None:
    """Return the headline whose amounts begin at `end`, or None."""
    return _HEADLINE.search(passage.text, max(start, end - _FURTHEST_ITEM), end)


def _headline_code(headline: re.Match[str]) -> str:
    """Return the prefix of the codes of a headline's figures."""
    if headline["item"]:
        name = match("three_public_item", canonical(headline["item"]))
        return THREE_PUBLIC[name] if name else "three_public_item"
    return "three_public" if headline["three_public"] else "fiscal_spending"


def _first_of_path(passage: _Passage, path: re.Match[str], offset: int) -> int:
    """Return the start of a path: its known class, or else the start of its line or clause."""
    if path["first"] is None:
        return path.start("path")
    first, end = path.span("first")
    name = path["first"]
    if re.match(_CLASS_MARK, path.string[end:]):
        known = next((known for known in class_names() if name.endswith(known)), None)
        if known is not None:
            return end - len(known)
    breaks = [start - offset for start in passage.starts if offset + first < start < offset + end]
    first = breaks[-1] if breaks else first
    outline = _OUTLINE.match(path.string[first:end])
    return first + outline.end() if outline else first
