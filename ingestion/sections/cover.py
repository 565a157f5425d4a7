"""The properties of a document as a whole: filing organization, year, title and unit of amounts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.blocks import SELF_EVALUATION
from ingestion.document import Document, Line
from ingestion.ledger import Claim, Ledger, Unread
from ingestion.message import Text
from ingestion.numbers import UNITS
from ingestion.units import captioned_units, is_unit_caption
from ingestion.vocabulary import canonical, is_dash

TABLE = "raw_document"
_FORMS = "raw_self_evaluation"
_AMOUNTS = (
    "raw_final_account",
    "raw_budget_account",
    "raw_self_evaluation_fund",
    "raw_project_execution",
    "raw_project_spending",
)
_AMOUNT_COLUMNS = {
    *("initial_budget", "annual_budget", "executed", "final_account", "budget", "last_year_budget"),
    *("approved", "arrived", "spent"),
}
_FUND_TABLE = "raw_self_evaluation_fund"
_FUND_AMOUNTS = {"initial_budget": "年初预算数", "annual_budget": "全年预算数", "executed": "全年执行数"}
_YUAN = "元"
_UNIT_BEHIND = re.compile(r"[0-9][)）]?(?:千元|百万元|亿元|万元|亿|万|元)")
_UNITS = "百万元|千元|亿元|万元|元"
_ORGANIZATION = re.compile(
    r"(?:(?<![一-龥])|(?<=[0-9]表))(?P<label>(?:编制|编报|报送|公开)(?:单位|部门)|部门名称|单位名称|部门\(单位\)名称|单位\(部门\)名称|"
    r"(?:填报|申报|预算)(?:单位|部门)(?:名称)?|预算主管部门|部门|单位)"
    rf"(?:\([^()]*\))?：(?!\(?(?:{_UNITS})\b|\(?(?:{_UNITS})\)?(?:$|[^一-龥])|\([盖公签]?章)(?P<name>(?!各)[^\s，。；,;：/]+?)"
    # A name after another sign is that of a person or of another unit.
    r"(?=[、，,]?(?:\s|$|[；;]|填报|填表|编制日期|报送日期|金额单位|单位：|部门：|公开[0-9]|(?:19|20)[0-9]{2}年|日期"
    r"|(?:单位|部门|财务|项目|主要)?负责人|(?:主要|分管)领导|经办人|联系人|联系电话|电话：|手机|法定代表人|签字|(?:制表|审核|经办|编制|复核)人?：))"
)
BODY = (
    "局|委员会|委|办公室|办事处|办|院|校|中学|小学|大学|学院|幼儿园|中心|站|所|队|部|厅|会|处|馆|园|街道|政府|镇|乡|"
    "法院|检察院|公司|集团|协会|总队|支队|分局|中队|大队|社|团|库|台|场|监狱|海关|开发区|"
    # Common short names of associations.
    "妇联|残联|工商联|文联|社科联|侨联|台联|科协|作协|记协|贸促会|团委|工会|党校|(?<=[区县市旗州省])政协|(?<=[区县市旗州省])人大"
)
_OUTLAYS = "“?三公”?经费"
_TITLE_OF_ORGANIZATION = re.compile(
    rf"^(?:第[一二三四]部分)?([一-龥()“”·]{{1,38}}?(?:{BODY}))(?:\([^()]*\)|本级|机关)?(?:19|20)[0-9]{{2}}年.*(?:决算|预算|绩效|自评)"
    rf"|(?:19|20)[0-9]{{2}}年(?:度|(?!度))([一-龥()“”·]{{2,38}}?(?:{BODY}))(?:部门|单位)?(?:决算|预算|整体支出|{_OUTLAYS})"
    rf"|^([一-龥“”·]{{2,38}}?(?:{BODY}))(?:\([^()]*\))?(?:部门|单位)?(?:决算|预算|整体支出|项目支出).*\((?:19|20)[0-9]{{2}}年度?\)$"
)
_BARE_TITLE = re.compile(
    "(?:19|20)[0-9]{2}年度?(?:部门|单位)?(?:决算|预算|整体支出绩效自评|绩效自评)(?:公开|报告|报表|说明|文本|草案|信息|表)*"
)
_NAME_ALONE = re.compile(rf"[一-龥]{{2,30}}(?:{BODY})")
_PLACED = re.compile(r".{2,}?(?:省|市|县|区|旗|州|镇|乡|街道).{2,}")
_COLUMN_TITLE = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})年度?(?:部门|单位)?预?(?P<kind>决算|预算)(?:信息)?公开(?:专栏|栏目|专题|目录)?"
)
_NOTICE = re.compile(
    rf"关于(?:批复|公开|下达|印发)?([一-龥()“”·]{{2,38}}?(?:{BODY}))(?:\([^()]*\)|本级|机关)?"
    r"(?P<year>(?:19|20)[0-9]{2})年度?(?:部门|单位)?(?:预算|决算).{0,30}?的?(?:通知|批复|公告|公示|函|(?:情况|有关|编制)*说明|情况|报告)$"
)
_YEAR_ALONE = re.compile(
    r"(?:^|(?<=[一-龥] ))\(?(?P<year>(?:19|20)[0-9]{2})年\)?(?=$| )|^(?:预算|决算|会计|财政|评价|自评|填报)?年度：(?P<labelled>(?:19|20)[0-9]{2})年?(?=$| |金额|单位)"
)
_BELOW_NAME = re.compile(
    r"目录|(?:(?:19|20)[0-9]{2}|[二〇○零一三四五六七八九]{4})年[0-9一二三四五六七八九十]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}日)?"
    r"|.{0,30}(?:收入|支出|收支|经费).{0,20}表|公开[0-9]+表"
)
_NO_ORGANIZATION = re.compile(r"附件|关于|项目|一般公共|财政拨款|部门|单位|各|当前位置")
_NAVIGATION = re.compile(r"[>＞»]|当前位置|首页")
_SEAL = re.compile(r"\((?:加?盖|签|公|印)[^()]*\)$")
_MEASURE = re.compile(
    r"[百千]?[万亿]|(?:(?:人民币)?(?:亿|千万|百万|万|千|百|平方|立方|公)?(?:元|人|户|个|件|台|套|辆|米|里|顷|斤|亩|吨|次|天|月|年|"
    r"场|处|所|座|家|本|份|篇|项|期|班|张|株|头|只|条|组|批|把|支|[%‰])(?:\([^()]*\))?[、/,和或]?)+"
)
"""Texts of a caption 单位：… that name no organization; each text has one parse (人次 is 人 and 次)."""

_CODE_BEFORE_NAME = re.compile(r"^\[?[0-9]{3,12}\]?[-—_ ]?(?=[一-龥])")
# 市北区, 市南区 and 市中区 begin like the ending before a district, and 赣县区 ends like a county.
_DISTRICT = re.compile(
    # 城市管理局, 社区矫正局 and 园区管理办公室 name no district.
    r"(?:省|市|自治区)(?!城市|(?:社|山|园|新|景|校|院|林|牧|灾|库|小|片|辖|老|地|工业|开发|保税|自贸|风景)区)"
    r"(市[北南中]区|[^省市]{1,12}?(?:[区市旗]|县区?))"
)
_KIND = f"决算|预算|自评|绩效|考评|评价|{_OUTLAYS}"
# A date with a month is the date of printing or of a meeting, not the document's year.
_TITLE_YEAR = re.compile(
    rf"(?=(?P<year>(?:19|20)[0-9]{{2}})年(?![0-9一二三四五六七八九十]{{1,3}}月)(?P<whole>度?)(?:(?P<between>.{{0,40}}?)(?:{_KIND})|(?<=度)(?=$|\)|.*单位：)))"
)
_JOINED = re.compile("(?:[及和与暨、至]|以及)$")
_YEAR_BEHIND = re.compile(rf"(?:^|(?:{_KIND}).*)\((?P<year>(?:19|20)[0-9]{{2}})年度?\)")
_ONE_PROJECT = re.compile("资金|补助|工程|建设|示范|经费|项目")
_EVERY_PROJECT = re.compile(
    "(?:省|市|州|区|县|乡|镇|本|各)级|部门|单位|财政|预算|专项|重点|整体|项目支出|(?:^|(?<=[级政算点项门]))项目"
    rf"|{_OUTLAYS}"
)
_NO_TITLE = re.compile("^关于|通知|意见|批复(?!公开)|办法|。|；|，")
COMPARES = re.compile(
    r"(?:与|较)(?:上年|(?:19|20)[0-9]{2}|年初)|相比|增加|减少|比上年|比(?:19|20)[0-9]{2}|(?:填报|填表|报送)(?:日期|时间)"
)
_CHINESE_YEAR = re.compile("(?:二[〇○零Oo0]|一九)[〇○零Oo0一二三四五六七八九]{2}(?=年)")
_CHINESE_DIGIT = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_COLUMN_YEAR = re.compile(r"((?:19|20)[0-9]{2})年(?:度)?(?:预算|决算|执行|支出|收入)")
_FILED_ON = re.compile(r"(?:填报|填表|报送)(?:日期|时间)：\s*((?:19|20)[0-9]{2})[年./-]")
_NAME_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_NUMBER_OF_TABLE = re.compile(r".{0,4}\d+(?:-\d+)?表")
_BARE_YEAR = re.compile(r"\(?\d{4}年度?\)?")
_HEADING_UNIT = re.compile(
    rf"(?:.*资金|.*预算|.*决算|.*支出|.*收入|.*金额|.*执行|.*拨款|合计|小计|.*数)[^()]*(?:\([^()]*\))*\((?:单位：)?({_UNITS})\).*"
)
_LONGEST_CAPTION = 200
_MOST_CAPTIONS = 4
_LONGEST_TITLE = 60
_LONGEST_HEADING = 24
_LINES_OF_TITLE = 3
_BELOW_COLUMN = 5
"""Lines after the title of a site's column in which the title of the document is searched."""

_MOST_TITLES = 80
"""Lines of running text from the beginning in which a document's title is searched."""


def read(document: Document, ledger: Ledger, first_line: int) -> str:
    """Emit the document's row and return its organization, blank if none is printed."""
    texts = [text for line in document.lines if (text := _caption(line)) is not None]
    organization_line = _organization(texts)
    organization = organization_line[1] if organization_line else ""
    year_line = _year(texts)
    anchor = organization_line or year_line
    ledger.emit(
        TABLE,
        anchor[0].number if anchor else first_line,
        {
            "organization_name": organization,
            "district_name": district_of(organization),
            "fiscal_year": year_line[1] if year_line else "",
            "title": _title(texts, *year_line) if year_line else "",
            "source_file": document.name,
            "source_sha256": document.sha256,
            "amount_unit": _amount_unit(document),
        },
    )
    return organization


def organization_of(document: Document) -> str:
    """Return the organization that a document's captions or titles name; blank if none does."""
    found = _organization([text for line in document.lines if (text := _caption(line)) is not None])
    return found[1] if found else ""


def _caption(line: Line) -> Line | None:
    """Return a line that can describe the whole document as running text, or None."""
    if not line.text or not line.is_row or is_title_row(line):
        return line if line.text else None
    texts = [canonical(cell.text) for cell in line.filled]
    if len(texts) <= _MOST_CAPTIONS and any(
        _ORGANIZATION.match(text) or is_unit_caption(text) for text in texts
    ):
        return replace(line, text=" ".join(cell.text for cell in line.filled), cells=())
    return None


def is_title_row(line: Line) -> bool:
    """Return whether a row holds a single text, like the title of a sheet."""
    return len(line.filled) == 1 and len(line.head) <= _LONGEST_TITLE


def _organization(texts: Sequence[Line]) -> tuple[Line, str] | None:
    """Return the organization that a caption or a title names, and its line."""
    for line in texts:
        if name := captioned(line.text):
            return line, name
    titles = [line for line in texts[:_MOST_TITLES] if is_title(line.text)]
    for place, line in enumerate(titles):
        # A cover prints a long name in two lines, and the year in the next.
        lines = [part.text for part in titles[place : place + _LINES_OF_TITLE]]
        for height in range(1, len(lines) + 1):
            name = titled("".join(lines[:height]))
            if name and not (height > 1 and _precedes_title(lines[:height])):
                return line, name
    for title, line, below in zip(texts[:_MOST_TITLES], texts[1:], texts[2:], strict=False):
        # A cover can print the name below its title, and a date or the contents below the name.
        is_cover = _BARE_TITLE.fullmatch(with_digits(title.text)) and _BELOW_NAME.fullmatch(
            canonical(below.text)
        )
        if is_cover and _NAME_ALONE.fullmatch(line.text) and not _NO_ORGANIZATION.search(line.text):
            return line, line.text
    return None


def _precedes_title(lines: Sequence[str]) -> bool:
    """Return whether the first of the lines is not part of the title that the others print."""
    return bool(_COLUMN_TITLE.fullmatch(with_digits(lines[0]))) or is_letterhead(
        lines[0], titled("".join(lines[1:]))
    )


def titled(text: str) -> str:
    """Return the organization in a title or in a notice's title, without its code, or an empty string."""
    plain = with_digits(text)
    found = _NOTICE.search(plain) or _TITLE_OF_ORGANIZATION.search(plain)
    name = next(filter(None, found.groups()), "") if found else ""
    return "" if _NO_ORGANIZATION.search(name) else as_printed(_CODE_BEFORE_NAME.sub("", name), text)


def as_printed(name: str, text: str) -> str:
    """Return a name found in the canonical form of a text in the text's own characters."""
    plain = canonical(text)
    place = plain.find(name)
    return text[place : place + len(name)] if place >= 0 and len(plain) == len(text) else name


def is_letterhead(line: str, name: str) -> bool:
    """Return whether a line names its own organization above a title that begins with a complete name."""
    above, own = canonical(line), canonical(name)
    return bool(_NAME_ALONE.fullmatch(above)) and bool(_PLACED.match(own) or (own and own[:2] == above[:2]))


def is_column_title(texts: Sequence[str]) -> bool:
    """Return whether the first text is the title of a site's column, above a document of another year."""
    column = _COLUMN_TITLE.fullmatch(with_digits(texts[0]))
    if column is None:
        return False
    for end in range(2, len(texts) + 1):
        title = "".join(texts[max(1, end - 2) : end])
        year, is_certain = title_year(title)
        if is_certain and titled(title) and column["kind"] in with_digits(title):
            return year != column["year"]
    return False


def captioned(text: str) -> str:
    """Return the organization that a caption names, without its code and seal, or an empty string."""
    if len(text) > _LONGEST_CAPTION:
        return ""
    for found in _ORGANIZATION.finditer(canonical(text)):
        name = _CODE_BEFORE_NAME.sub("", _SEAL.sub("", found["name"]))
        is_measure = _MEASURE.fullmatch(name) or is_unit_caption(f"单位：{name}")
        if not (found["label"] == "单位" and is_measure):
            return as_printed(name, text)
    return ""


def is_title(text: str) -> bool:
    """Return whether a text can be a title: it is short and not a link of a page."""
    return len(text) <= _LONGEST_TITLE and not _NAVIGATION.search(text)


def _year(texts: Sequence[Line]) -> tuple[Line, str] | None:
    """Return the year of the title, not that of a link above it or of a comparison.

    Titles are at the beginning; those of later parts count only if none there names a year.
    """
    first, later = texts[:_MOST_TITLES], texts[_MOST_TITLES:]
    return _first_year(first) or _year_of_notice(first) or _first_year(later)


def _first_year(texts: Sequence[Line]) -> tuple[Line, str] | None:
    """Return the first title's year; titles of projects come last, as they can name the project's year."""
    weak: tuple[Line, str] | None = None
    for place, line in enumerate(texts):
        year, is_certain = title_year(line.text)
        if is_certain and not is_column_title([text.text for text in texts[place : place + _BELOW_COLUMN]]):
            return line, year
        if year and not is_certain:
            weak = weak or (line, year)
    return weak


def _year_of_notice(texts: Sequence[Line]) -> tuple[Line, str] | None:
    found = ((line, _NOTICE.search(with_digits(line.text))) for line in texts if is_title(line.text))
    return next(((line, match["year"]) for line, match in found if match), None)


def year_alone(document: Document) -> str:
    """Return the year printed beside other captions or alone above the tables, or an empty string."""
    for caption in filter(None, map(_caption, document.lines)):
        if is_title(caption.text) and (found := _YEAR_ALONE.search(with_digits(caption.text))):
            return found["year"] or found["labelled"]
    return ""


def title_year(printed: str) -> tuple[str, bool]:
    """Return the year that a text names as a title does, or a blank, and whether it is not a project's."""
    text = with_digits(printed)
    if not is_title(printed) or _NO_TITLE.search(text) or COMPARES.search(text):
        return "", False
    if found := _YEAR_BEHIND.search(text):
        return found["year"], True
    if found := _year_of_subject(text):
        return found["year"], not _ONE_PROJECT.search(_EVERY_PROJECT.sub("", found["between"] or ""))
    return "", False


def _year_of_subject(text: str) -> re.Match[str] | None:
    """Return the year of a title: of several, the last fiscal year (年度), which is nearest to the noun.

    "2022年结转项目2023年度绩效自评表" is of 2023. If a title joins two subjects ("2023年度自评及2024年度目标"), the first one's
    year counts.
    """
    found: list[re.Match[str]] = []
    for year in _TITLE_YEAR.finditer(text):
        if found and _JOINED.search(text, 0, year.start()):
            break
        found.append(year)
    # Brackets contain a remark: "2023年部门预算（含2022年结转）".
    found = [year for year in found if not _in_brackets(text, year.start())] or found
    whole = [year for year in found if year["whole"]]
    return next(reversed(whole or found), None)


def _in_brackets(text: str, place: int) -> bool:
    return text.rfind("(", 0, place) > text.rfind(")", 0, place)


def joins_years(title: str) -> bool:
    """Return whether a title is of several years, so that the document's year is undetermined."""
    text = with_digits(title)
    found = list(_TITLE_YEAR.finditer(text))
    is_joined = any(_JOINED.search(text, 0, year.start()) for year in found[1:])
    return is_joined and len({year["year"] for year in found}) > 1


def with_digits(text: str) -> str:
    """Return a text in canonical signs, its years in digits."""
    return _CHINESE_YEAR.sub(lambda year: year[0].translate(_CHINESE_DIGIT), canonical(text))


def title_of(document: Document) -> str:
    """Return the line of a document that names its year, or the first that names a budget or an account."""
    titles = [
        line
        for line in document.lines[:_MOST_TITLES]
        if not line.is_row and line.text and is_title(line.text)
    ]
    found = _year(titles)
    if found is not None:
        return found[0].text
    if named := next((line.text for line in titles if "预算" in line.text or "决算" in line.text), ""):
        return named
    # A workbook can lack a title: then a word that only one of the two kinds prints decides.
    texts = [text for line in document.lines for text in ([cell.text for cell in line.filled] or [line.text])]
    short = [canonical(text) for text in texts if len(text) <= _LONGEST_HEADING]
    is_account = any("决算" in text for text in short)
    return "" if is_account else next((text for text in short if text.endswith("预算数")), "")


def ask_for_unit(ledger: Ledger, above: set[str]) -> None:
    """Leave the document's unit blank, so that it is asked for, if a form prints no certain one.

    The units of other forms apply to them. A unit above the first table applies to all tables, if none prints
    another.

    Args:
        ledger: The document's rows.
        above: The units that are printed above its first table.
    """
    funds = ledger.tables[_FUND_TABLE]
    lacking = any(_lacks_unit((row[name], row["amount_unit"])) for row in funds for name in _FUND_AMOUNTS)
    if lacking:
        printed = {row["amount_unit"] for row in funds if row["amount_unit"]} | above
        ledger.tables[TABLE][0]["amount_unit"] = next(iter(above)) if above and len(printed) == 1 else ""


def leave_without_unit(ledger: Ledger) -> bool:
    """Leave amounts of forms without a unit unread if other tables of the document print theirs.

    If none does, the document's unit stays blank, so that it is asked for.

    Returns:
        Whether amounts were left unread.
    """
    (document,) = ledger.tables[TABLE]
    printed = _most_common(row.get("amount_unit", "") for rows in ledger.tables.values() for row in rows)
    if document["amount_unit"] or not printed:
        return False
    document["amount_unit"] = printed
    claims: dict[tuple[str, int, str], list[tuple[int, int]]] = {}
    for place, entry in ledger.cells.items():
        if isinstance(entry, Claim):
            claims.setdefault((entry.table, entry.row, entry.column), []).append(place)
    for number, row in enumerate(ledger.tables[_FUND_TABLE]):
        for name, heading in _FUND_AMOUNTS.items():
            if not _lacks_unit((row[name], row["amount_unit"])):
                continue
            for place in claims.get((_FUND_TABLE, number, name), []):
                ledger.cells[place] = Unread(
                    "unknown_unit",
                    SELF_EVALUATION,
                    row["form_no"],
                    row["fund_source"],
                    heading,
                    row[name],
                )
            row[name] = ""
    return True


def set_apart(row: dict[str, str], document: Document, organization: str, fiscal_year: str) -> None:
    """Put organization and year of a document that is part of a file into its row; blanks change nothing."""
    if organization and organization != row["organization_name"]:
        row["organization_name"], row["district_name"] = organization, district_of(organization)
    if fiscal_year and fiscal_year != row["fiscal_year"]:
        row["fiscal_year"] = fiscal_year
        texts = (line.text for line in document.lines if line.text and not line.is_row)
        row["title"] = next((text for text in texts if title_year(text) == (fiscal_year, True)), "")


def year_otherwise(document: Document) -> tuple[str, Text] | None:
    """Return the implied year of a document without one in its title, and its source, or None."""
    columns = {
        year
        for line in document.lines
        for cell in line.filled
        if len(cell.text) <= _LONGEST_TITLE
        for year in _COLUMN_YEAR.findall(canonical(cell.text))
    }
    if columns:
        return max(columns), Text("列标题", "a column's heading")
    for line in document.lines:
        cells = [cell.text for cell in line.filled]
        pairs = [f"{label.rstrip('：:')}：{value}" for label, value in pairwise(cells)]
        if found := _FILED_ON.search(canonical(" ".join([line.text, *cells, *pairs]))):
            return str(int(found[1]) - 1), Text("填报日期的上一年", "the year before it was filed")
    names = _NAME_YEAR.findall(document.name)
    return (names[0], Text("文件名", "the file's name")) if names else None


def complete(ledger: Ledger, document: Document) -> list[Text]:
    """Complete the document's properties from its parts; return a warning for each inference.

    Units file forms one by one: then the competent unit (主管部门), whose budget includes the project, is the
    organization, and the forms' year is the document's. If every amount has its own unit, theirs is the
    document's.
    """
    row = ledger.tables[TABLE][0]
    forms = ledger.tables[_FORMS]
    warnings = []
    for column, label in (("competent_unit", "主管部门"), ("implementing_unit", "实施单位")):
        if not row["organization_name"] and (found := _most_common(form[column] for form in forms)):
            row["organization_name"] = found
            row["district_name"] = district_of(found)
            warnings.append(
                Text(
                    f"未印编制单位，取自表中的{label}：{found}",
                    f"no organization is printed, that of the forms ({label}) was taken: {found}",
                )
            )
    whole = next(
        (f["implementing_unit"] for f in forms if f["implementing_unit"].endswith(row["organization_name"])),
        "",
    )
    if row["organization_name"] and whole:
        # A title can omit the place that the form's unit begins with.
        row["organization_name"] = whole
    if not row["fiscal_year"] and (found := _most_common(form["form_year"] for form in forms)):
        row["fiscal_year"] = found
        warnings.append(
            Text(
                f"未印年度，取自评表的年度：{found}",
                f"no year is printed, that of the forms was taken: {found}",
            )
        )
    if not row["fiscal_year"] and (implied := year_otherwise(document)) is not None:
        row["fiscal_year"], source = implied
        warnings.append(
            Text(
                f"未印年度，取自{source.zh}：{row['fiscal_year']}；可用 --year 指定",
                f"no year is printed, {row['fiscal_year']} was taken from {source.en}: give another with --year",
            )
        )
    if title_year(row["title"])[0] == row["fiscal_year"] and joins_years(row["title"]):
        warnings.append(
            Text(
                f"标题“{row['title']}”印有几个年度，按 {row['fiscal_year']} 读取；可用 --year 指定",
                f"the title “{row['title']}” names several years; {row['fiscal_year']} was taken: give another with --year",
            )
        )
    if published := _column_title(document):
        warnings.append(
            Text(
                f"第 {published.number} 行“{published.text}”印的是公开的年份，按 {row['fiscal_year']} 读取；可用 --year 指定",
                f"line {published.number} (“{published.text}”) prints the year of publication; {row['fiscal_year']} was taken: give another with --year",
            )
        )
    others = Counter(form["form_year"] for form in forms if form["form_year"] not in {"", row["fiscal_year"]})
    if others:
        printed = "、".join(f"{year}（{number}）" for year, number in sorted(others.items()))
        warnings.append(
            Text(
                f"文件为 {row['fiscal_year']} 年度，其中有其他年度的自评表：{printed}；请核对，必要时用 --year 指定",
                f"the document is of {row['fiscal_year']}, but some of its forms are of another year: {printed}; check it, and give the year with --year if needed",
            )
        )
    for form in forms:
        if not form["project_name"] and not form["implementing_unit"]:
            # The score table of a department names it only in the title.
            form["implementing_unit"] = row["organization_name"]
    if not row["organization_name"]:
        row["organization_name"] = f"（未载明：{document.name}）"
        warnings.append(
            Text(
                "未印编制单位，以文件名代替；请用 --organization 指定",
                "no organization is printed, and the name of the file was taken for it; give it with --organization",
            )
        )
    if not row["amount_unit"] and not any(_lacks_unit(amount) for amount in _amounts(ledger)):
        units = [row.get("amount_unit", "") for table in _AMOUNTS for row in ledger.tables[table]]
        row["amount_unit"] = _most_common(units) or _YUAN
    return warnings


def _column_title(document: Document) -> Line | None:
    texts = list(filter(None, map(_caption, document.lines)))[:_MOST_TITLES]
    lines = [text.text for text in texts]
    places = range(len(lines))
    return next((texts[p] for p in places if is_column_title(lines[p : p + _BELOW_COLUMN])), None)


def _amounts(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield each printed amount with the unit of its row."""
    for table in _AMOUNTS:
        for row in ledger.tables[table]:
            for column in _AMOUNT_COLUMNS & row.keys():
                yield row[column], row.get("amount_unit", "")


def _lacks_unit(amount: tuple[str, str]) -> bool:
    """Return whether neither an amount's row nor the cell itself gives its unit."""
    text, unit = amount
    return bool(text) and not unit and not is_dash(text) and not _UNIT_BEHIND.search(text)


def _most_common(values: Iterable[str]) -> str:
    found = Counter(value for value in values if value)
    return found.most_common(1)[0][0] if found else ""


def district_of(organization: str) -> str:
    """Return the district, county or city that an organization names behind its province or city, or a blank."""
    found = _DISTRICT.search(canonical(organization))
    return as_printed(found[1], organization) if found else ""


def _title(texts: list[Line], line: Line, year: str) -> str:
    """Return the line that names the year; if it is the filer's caption or just a year, the title before."""
    text = canonical(line.text)
    is_bare = bool(_BARE_YEAR.fullmatch(text))
    if not is_bare and "单位：" not in text and "部门：" not in text:
        return line.text
    before = [
        text
        for text in texts
        if text.number < line.number
        and text.text.endswith("表")
        and not _NUMBER_OF_TABLE.fullmatch(text.text)
    ]
    if before:
        return before[-1].text + (line.text if is_bare else f"（{year}年度）")
    return line.text


def _amount_unit(document: Document) -> str:
    """Return the most frequent unit of captions and amount headings, ignoring the names of indicators."""
    units: Counter[str] = Counter()
    for line in document.lines:
        for text in [cell.text for cell in line.filled] if line.is_row else [line.text]:
            plain = canonical(text)
            if len(plain) >= _LONGEST_CAPTION:
                continue
            captioned = captioned_units(text) & set(UNITS)
            heading = _HEADING_UNIT.fullmatch(plain) if len(plain) <= _LONGEST_HEADING else None
            units.update(captioned or ({heading[1]} if heading else ()))
    return units.most_common(1)[0][0] if units else ""
