"""Divide a file that holds the documents of several years or units, by its covers and captions.

A cover ("某局2021年度部门决算") applies to everything up to the next cover. A caption above a table
("2022年度收入支出决算总表", "编制单位：…") applies to that table and, if there is no cover, to the following tables without
a caption. Running text, links and comparisons are ignored. If a caption contradicts its cover, the cover
applies, unless the file shows that it holds the other year or unit too: another cover names it, the same
table is there for both, or the table is of the other phase (a final account in a budget).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingestion import blocks
from ingestion.account_caption import BUDGET, FINAL, caption_of, phase_in
from ingestion.blocks import Block
from ingestion.document import Document, Line
from ingestion.sections import account_sentence, cover, form
from ingestion.vocabulary import canonical

_FURTHEST_CAPTION = 8
_LONGEST_CAPTION = 70
_LINES_OF_COVER = 3
_FURTHEST_FILER = 6
"""Lines below the title of a cover that can name the filing organization."""

_ORGANIZATION = rf"[一-龥()“”·]{{1,38}}?(?:{cover.BODY})(?:\(?(?:本级|机关|汇总)\)?)?"
_COVER = re.compile(
    rf"(?:附件\d*：?|第[一二三四五六七八九十]部分)?(?P<before>{_ORGANIZATION})?(?P<year>(?:19|20)\d{{2}})年度?"
    rf"(?P<after>{_ORGANIZATION})?(?:部门|单位|本级|\(?汇总\)?|收支|整体支出|项目支出|财政)*"
    r"(?P<kind>预算|决算|绩效自评|绩效评价)(?P<rest>(?:信息|公开|报告|报表|草案|公开表|附表|文本|资料|情况|说明|编制|的)*)"
)
_KIND = re.compile("[预决]算|绩效")
_NO_COVER_ALONE = re.compile("情况|说明")
_NO_ORGANIZATION = re.compile("附件|关于|项目|一般公共|财政拨款|部门|单位|各|部分")
_NUMBERED = re.compile(r"[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)")
_SENTENCE = re.compile("[，。；]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_YEAR_OF_TITLE = re.compile(r"(?:19|20)\d{2}年度?")
_TITLE = re.compile(r"表(?:\([^()]*\))?$")
_TITLE_YEAR = re.compile(r"((?:19|20)\d{2})年(?!\d{1,2}月).*表(?:\([^()]*\))?$")
_BARE_YEAR = re.compile(r"\(?\d{4}年度?\)?")
_SHEET = re.compile(r"工作表“(?P<name>.*)”第\d+行", re.DOTALL)
_SHEET_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d|年\d{1,2}月)")
_QUALIFIER = re.compile("(?:本级|机关|汇总|部门|单位)+$")
_NO_HAN = re.compile("[^一-龥A-Za-z0-9]")


@dataclass(frozen=True)
class Part:
    """A document of a file.

    Attributes:
        document: The file with the lines of its other documents blank, so that each line keeps its number.
        organization: The organization by the cover or captions that set it apart, or an empty string.
        fiscal_year: Its year by them, or an empty string.
        unread: Lines of text and first lines of tables whose organization or year is unknown, each with the
            code of the reason.
        slips: Years and names in captions that the cover overrules, by the first line of the table.
    """

    document: Document
    organization: str = ""
    fiscal_year: str = ""
    unread: Mapping[int, str] = field(default_factory=dict)
    slips: Mapping[int, str] = field(default_factory=dict)


@dataclass
class _Claim:
    """The captions of one table and the owner derived from them.

    Attributes:
        block: The table.
        captions: The lines directly above it.
        year: The year that they name, or an empty string.
        is_titled: Whether its title names the year, not a line of its own.
        organization: The organization that they name, or an empty string.
        filed_before: The organization printed above its title, which can be the end of the previous table.
        title: The title without its year, which identifies the table in its set; blank for forms.
        phase: The phase that its title names, or an empty string.
        owner: Its organization and year.
        reason: Why it must stay unread, or an empty string.
    """

    block: Block
    captions: list[Line]
    year: str = ""
    is_titled: bool = False
    organization: str = ""
    filed_before: str = ""
    title: str = ""
    phase: str = ""
    owner: tuple[str, str] = ("", "")
    reason: str = ""

    @property
    def is_form(self) -> bool:
        """Return whether the table is a form."""
        return self.block.kind == blocks.SELF_EVALUATION

    @property
    def is_content(self) -> bool:
        """Return whether the table is of a known kind."""
        return self.block.kind != blocks.UNRECOGNISED

    @property
    def follows(self) -> bool:
        """Return whether it can only belong to the document of the previous table."""
        return not self.is_content or self.block.goes_on_from is not None

    @property
    def start(self) -> int:
        """Its first line, including captions."""
        return self.captions[0].number if self.captions else self.block.first_line


@dataclass(frozen=True)
class _Cover:
    """The title of a document: its lines, organization or a blank, year, and phase or a blank."""

    line: int
    last_line: int
    organization: str
    year: str
    phase: str


@dataclass(eq=False)
class _Section:
    """The contents below one cover; the contents before the first cover are a section without a year.

    Attributes:
        covers: The covers above it: several if a page lists several years.
        claims: Its tables.
        texts: Its running text.
        reason: Why its tables must stay unread unless their captions identify them, or an empty string.
    """

    line: int
    organization: str = ""
    year: str = ""
    phase: str = ""
    covers: list[_Cover] = field(default_factory=list)
    claims: list[_Claim] = field(default_factory=list)
    texts: list[Line] = field(default_factory=list)
    reason: str = ""

    @property
    def has_accounts(self) -> bool:
        """Return whether it holds more than forms."""
        is_any = any(claim.is_content and not claim.is_form for claim in self.claims)
        return is_any or account_sentence.read(self.texts).is_found

    @property
    def has_content(self) -> bool:
        """Return whether it holds a table of a known kind, or sentences with final accounts."""
        return any(claim.is_content for claim in self.claims) or self.has_accounts

    @property
    def titles(self) -> set[str]:
        """The titles of its account tables."""
        return {claim.title for claim in self.claims} - {""}

    @property
    def years(self) -> set[str]:
        """The years that its captions name."""
        return {claim.year for claim in self.claims} - {""}

    @property
    def names(self) -> set[str]:
        """The organizations that the captions of its account tables name."""
        return {claim.organization for claim in self.claims if claim.title} - {""}

    def take(self, chosen: _Cover) -> None:
        """Apply a cover to it."""
        self.line = chosen.line
        self.organization, self.year = chosen.organization or self.organization, chosen.year
        self.phase = chosen.phase or self.phase


def part(
    document: Document,
    found: Sequence[Block],
    *,
    by_year: bool = True,
    by_organization: bool = True,
    by_form: bool = True,
) -> list[Part]:
    """Return the documents in a file in order of their beginnings; nearly always one.

    Args:
        document: The file, its captions as running text.
        found: Its tables.
        by_year: Whether to divide by year; not if the user gave the year.
        by_organization: Whether to divide by organization.
        by_form: Whether the competent units of forms are organizations if nothing else names one.
    """
    sections = _sections(document, found)
    for section in sections:
        section.year = section.year if by_year else ""
        section.organization = section.organization if by_organization else ""
        if not {"other_year": by_year, "other_organization": by_organization}.get(section.reason):
            section.reason = ""
        for claim in section.claims:
            claim.year = claim.year if by_year else ""
            claim.organization = claim.organization if by_organization else ""
    is_by_form = by_form and by_organization and _name_by_forms(document, sections)
    slips: dict[int, str] = {}
    years = {section.year for section in sections}
    names = [section.organization for section in sections if section.organization]
    for section in sections:
        of_year = _years(section, years, slips)
        of_name = _organizations(section, of_year, names, slips)
        for claim, year, name in zip(section.claims, of_year, of_name, strict=True):
            claim.owner = name, year
    parts = _parts(document, sections, slips)
    # The forms name the organization themselves, and a warning reports it.
    return [replace(one, organization="") for one in parts] if is_by_form else parts


def _name_by_forms(document: Document, sections: Sequence[_Section]) -> bool:
    """Use the competent unit of each form as its organization if all have one and nothing else names any."""
    claims = [claim for section in sections for claim in section.claims]
    forms = [claim for claim in claims if claim.is_form]
    is_named = any(claim.organization for claim in claims) or any(s.organization for s in sections)
    if len(forms) < 2 or is_named or cover.organization_of(document):
        return False
    units = [form.units_of(claim.block, is_drawn=document.is_drawn) for claim in forms]
    if not all(competent for competent, _ in units):
        return False
    printed = Counter(units)
    for claim, (competent, implementing) in zip(forms, units, strict=True):
        # A form that exchanges the two cells is of the unit that more forms print as the competent one.
        is_exchanged = printed[implementing, competent] > printed[competent, implementing]
        claim.organization = implementing if is_exchanged else competent
    return True


# ---------------------------------------------------------------------- what is printed


def _sections(document: Document, found: Sequence[Block]) -> list[_Section]:
    """Start a section at each cover with another year or organization than the one before it."""
    kept: list[_Section] = []
    section = _Section(1)
    first_title = ""
    claims: list[_Claim] = []
    texts: list[Line] = []
    for block, texts in _with_texts(document, found):
        if not claims:
            first_title = next((title for line in texts if (title := _masked(line.text))), "")
        covers = list(_covers(texts, first_title))
        placed = 0
        for listed in _listed(covers, texts):
            above = [line for line in texts[placed:] if line.number < listed[0].line]
            placed += len(above)
            section.texts += above
            section = _settled(section, kept)
            begin = next((c.line for c in listed if _differs(section, c)), None)
            if begin is not None:
                section = _Section(begin, section.organization, phase=section.phase, covers=listed)
                section.take(listed[-1])
            elif not section.covers:
                section.covers = listed
                section.year = section.year or listed[0].year
                section.organization = section.organization or listed[0].organization
                section.phase = section.phase or listed[0].phase
        section.texts += texts[placed:]
        if block is not None:
            last = max((c.last_line for c in covers), default=0)
            captions = [line for line in _captions(texts) if line.number > last]
            claims.append(_claim(block, captions, is_first=not claims))
            section.claims.append(claims[-1])
    _settled(section, kept)
    _name_by_place(claims, texts)
    return kept


def _listed(covers: Sequence[_Cover], texts: Sequence[Line]) -> list[list[_Cover]]:
    """Group covers: consecutive covers without an account in a sentence between them are a list."""
    groups: list[list[_Cover]] = []
    for chosen in covers:
        last = groups[-1][-1].last_line if groups else 0
        between = [line for line in texts if last < line.number < chosen.line]
        if groups and not account_sentence.read(between).is_found:
            groups[-1].append(chosen)
        else:
            groups.append([chosen])
    return groups


def _settled(section: _Section, kept: list[_Section]) -> _Section:
    """Append a section with contents, under the cover that its contents confirm; return the last section."""
    if section in kept or not section.has_content:
        return section
    titles = {title for other in kept for title in other.titles}
    if not kept:
        # A table of contents names each document once, and the one that follows it twice.
        names = Counter((c.organization, c.year) for c in section.covers)
        likely = sorted(section.covers, key=lambda c: -names[c.organization, c.year])
        chosen = next((c for c in likely if _confirms(section, c, None, titles)), next(iter(likely), None))
    else:
        before = kept[-1]
        verdicts = [(c, _confirms(section, c, before, titles)) for c in section.covers]
        chosen = next((c for c, verdict in verdicts if verdict), None)
        if all(verdict is False for _, verdict in verdicts):
            # A link or a heading: the contents below it belong to the document before.
            before.claims += section.claims
            before.texts += section.texts
            return before
        if chosen is None:
            section.reason = "other_organization" if section.year == before.year else "other_year"
            section.organization, section.year = before.organization, before.year
    if chosen is not None:
        section.take(chosen)
    if not kept:
        section.line = 1
    kept.append(section)
    return section


def _confirms(section: _Section, chosen: _Cover, before: _Section | None, titles: set[str]) -> bool | None:
    """Return whether a section's contents confirm a cover or contradict it, or None if they do neither."""
    if section.years and chosen.year not in section.years:
        return False
    phases = {claim.phase for claim in section.claims} - {""}
    if before is not None and phases and chosen.phase not in {"", before.phase}:
        return chosen.phase in phases
    if chosen.organization and section.names:
        is_chosen = any(_is_same(name, chosen.organization) for name in section.names)
        other = before.organization if before is not None else ""
        if is_chosen != any(other and _is_same(name, other) for name in section.names):
            return is_chosen
    if section.years and (before is None or chosen.year != before.year):
        return True
    if section.titles & titles:
        return True
    texts = [line.text for line in section.texts if line.number > chosen.last_line]
    if before is None or chosen.year != before.year:
        other = before.year if before is not None else ""
        own = sum(f"{chosen.year}年" in text for text in texts)
        return True if own > sum(bool(other) and f"{other}年" in text for text in texts) else None
    return True if any(chosen.organization in text for text in texts) else None


def _with_texts(document: Document, found: Sequence[Block]) -> Iterator[tuple[Block | None, list[Line]]]:
    """Yield each table with the running text above it, and finally None with the text after the last one."""
    for block in found:
        yield block, list(block.preamble)
    last = found[-1].last_line if found else 0
    yield None, [line for line in document.lines[last:] if line.text and not line.is_row]


def _captions(texts: Sequence[Line]) -> list[Line]:
    """Return the texts directly above a table that can be its captions."""
    run: list[Line] = []
    for line in reversed(texts[-_FURTHEST_CAPTION:]):
        if len(line.text) > _LONGEST_CAPTION or _SENTENCE.search(canonical(line.text)):
            break
        run.insert(0, line)
    return run


def _masked(text: str) -> str:
    """Return a title without its year, or an empty string if it names no certain year."""
    year, is_certain = cover.title_year(text)
    plain = cover.with_digits(text)
    is_one = is_certain and len(set(_YEAR.findall(plain))) == 1
    return plain.replace(year, "", 1) if is_one and not _is_of_table(text) else ""


def _is_of_table(text: str) -> bool:
    plain = canonical(text)
    return bool(_TITLE.search(plain) or _BARE_YEAR.fullmatch(plain) or "单位：" in plain)


def _covers(texts: Sequence[Line], first_title: str) -> Iterator[_Cover]:
    """Yield each title of a document among texts.

    A cover can span several lines, with the filing organization below. The first title of the file, repeated
    for another year, is a cover in any wording.
    """
    titles = [cover.with_digits(line.text) if cover.is_title(line.text) else "" for line in texts]
    passed = 0
    for place, line in enumerate(texts):
        if line.number <= passed:
            continue
        found = _cover_at(texts, titles, place)
        if found is None and first_title and _masked(line.text) == first_title:
            year, _ = cover.title_year(line.text)
            name = cover.titled(line.text)
            found = _Cover(line.number, line.number, name, year, phase_in(line.text))
        if found is not None:
            passed = found.last_line
            yield found


def _cover_at(texts: Sequence[Line], titles: Sequence[str], place: int) -> _Cover | None:
    """Return the cover that begins with a text, if one does."""
    for end in range(place + 1, min(place + _LINES_OF_COVER, len(texts)) + 1):
        if not titles[end - 1]:
            return None
        joined = "".join(titles[place:end])
        match = _COVER.fullmatch(joined) if _KIND.search(joined) else None
        if match is None or cover.COMPARES.search(joined):
            continue
        name = match["before"] or match["after"] or ""
        alone = _COVER.fullmatch("".join(titles[place + 1 : end]))
        if alone is not None and cover.is_letterhead(titles[place], alone["before"] or ""):
            return None
        if _NO_ORGANIZATION.search(name) or (not name and _NO_COVER_ALONE.search(match["rest"])):
            continue
        below = texts[end : end + _FURTHEST_FILER]
        filed_by = next((found for text in below if (found := cover.captioned(text.text))), "")
        return _Cover(
            texts[place].number,
            texts[end - 1].number,
            cover.as_printed(name, "".join(line.text for line in texts[place:end])) or filed_by,
            match["year"],
            phase_in(match["kind"]),
        )
    return None


def _differs(section: _Section, other: _Cover) -> bool:
    """Return whether a cover begins another document than the one before it."""
    if section.year and section.year != other.year:
        return True
    if not section.year and section.years - {other.year}:
        return True
    names = [section.organization] if section.organization else section.names
    return bool(other.organization) and any(not _is_same(name, other.organization) for name in names)


def _claim(block: Block, captions: list[Line], *, is_first: bool) -> _Claim:
    heading = block.heading
    lines = [*captions, *(heading.captions if heading is not None else [])]
    texts = [" ".join(cell.text for cell in line.filled) if line.is_row else line.text for line in lines]
    claim = _Claim(block, captions)
    if claim.follows:
        return claim
    for text in reversed(texts):
        if year := _year_of(text):
            claim.year, claim.is_titled = year, not _BARE_YEAR.fullmatch(canonical(text))
            break
    claim.year = claim.year or _sheet_year(block)
    titles = [
        place for place, text in enumerate(texts) if _is_of_table(text) and "单位：" not in canonical(text)
    ]
    # A text above the title can be the last line of the previous table.
    place = titles[0] if titles else 0
    named = (cover.titled(text) for text in texts if _is_of_table(text))
    claim.organization = _filer(texts if is_first else texts[place:]) or next(filter(None, named), "")
    claim.filed_before = _filer(texts[:place])
    if heading is not None:
        title = caption_of(heading, captions).title
        claim.phase = phase_in(title)
        claim.title = _YEAR_OF_TITLE.sub("", canonical(title)) or repr(heading.texts())
    return claim


def _filer(texts: Sequence[str]) -> str:
    return next((name for text in reversed(texts) if (name := cover.captioned(text))), "")


def _name_by_place(claims: Sequence[_Claim], last: Sequence[Line]) -> None:
    """Assign each name between two tables to one of them: names are above all tables or below all."""
    own = [claim for claim in claims if not claim.follows]
    between = [claim.filed_before for claim in own[1:]]
    if not own or not all(between) or any(claim.organization for claim in own[1:]):
        return
    below = _filer([line.text for line in last])
    names: list[str] = []
    if own[0].filed_before and not below:
        names = [own[0].filed_before, *between]
    elif below and not own[0].organization and all(claim.is_form for claim in own):
        names = [*between, below]
    for claim, name in zip(own, names, strict=False):
        claim.organization = name


def _year_of(text: str) -> str:
    """Return the year that a caption names; empty if it names none or several."""
    plain = cover.with_digits(text)
    is_heading = _NUMBERED.match(plain) and not _TITLE.search(plain)
    if len(set(_YEAR.findall(plain))) != 1 or cover.COMPARES.search(plain) or is_heading:
        return ""
    found = _TITLE_YEAR.search(plain)
    return cover.title_year(text)[0] or (found[1] if found else "")


def _sheet_year(block: Block) -> str:
    found = _SHEET.fullmatch(block.rows[0].place)
    years = set(_SHEET_YEAR.findall(found["name"])) if found else set()
    return years.pop() if len(years) == 1 else ""


# ---------------------------------------------------------------------- what is made of it


def _years(section: _Section, covered: set[str], slips: dict[int, str]) -> list[str]:
    """Return the year of each table of a section; add years taken for slips to `slips`, by line."""
    claims = section.claims
    if not section.year:
        lone = _lone_years(claims)
        slips |= {claim.block.first_line: claim.year for claim in claims if claim.year in lone}
        return _carried_forward(claims, lambda claim: "" if claim.year in lone else claim.year)
    years: list[str] = []
    for claim in claims:
        own = claim.year
        if claim.follows and years:
            years.append(years[-1])
        elif own not in {"", section.year} and _is_shown(claim, section, covered):
            years.append(own)
        else:
            years.append(section.year)
            if own not in {"", section.year}:
                slips[claim.block.first_line] = own
    return years


def _is_shown(claim: _Claim, section: _Section, covered: set[str]) -> bool:
    """Return whether a table that names another year than its cover is of that year, and not a slip."""
    if claim.is_form:
        forms = [other for other in section.claims if other.is_form and other.year]
        agree = {other.year for other in forms} == {claim.year}
        return agree and section.has_accounts and (claim.is_titled or len(forms) > 1)
    is_other_phase = {claim.phase, section.phase} == {BUDGET, FINAL}
    is_twice = any(
        other is not claim and other.title == claim.title and (other.year or section.year) != claim.year
        for other in section.claims
        if other.title
    )
    return claim.year in covered or is_other_phase or is_twice


def _lone_years(claims: Iterable[_Claim]) -> set[str]:
    """Return the years named by only one table, between two of another year, whose title occurs only once."""
    named = [claim for claim in claims if claim.year]
    counts = Counter(claim.year for claim in named)
    titles = Counter(claim.title for claim in named if claim.title)
    return {
        claim.year
        for before, claim, after in zip(named, named[1:], named[2:], strict=False)
        if counts[claim.year] == 1 and before.year == after.year and titles[claim.title] <= 1
    }


def _carried_forward(claims: Sequence[_Claim], value_of: Callable[[_Claim], str]) -> list[str]:
    """Return each table's value or else the previous table's; the first ones take the first value."""
    current = next((word for claim in claims if (word := value_of(claim))), "")
    return [current := current if claim.follows else value_of(claim) or current for claim in claims]


def _organizations(
    section: _Section, years: Sequence[str], covered: Sequence[str], slips: dict[int, str]
) -> list[str]:
    """Return the organization of each table of a section; add ignored names to `slips`, by line.

    Offices fill in the forms of a department: their names count only if no account table prints another.
    """
    claims = section.claims
    has_names = any(claim.title and claim.organization for claim in claims)
    names: list[str] = []
    for claim in claims:
        if claim.organization and not any(_is_same(name, claim.organization) for name in names):
            names.append(claim.organization)

    def name_of(claim: _Claim) -> str:
        return next((n for n in names if claim.organization and _is_same(n, claim.organization)), "")

    if section.organization:
        return _under_cover(section, years, covered, name_of, slips)
    several = _titles_of_several(claims, years, name_of)
    main = names[0] if names else ""

    def named(claim: _Claim) -> str:
        name = name_of(claim) if claim.title or not has_names else ""
        return main if name and not several and _is_related(name, main) else name

    return _carried_forward(claims, named)


def _under_cover(
    section: _Section,
    years: Sequence[str],
    covered: Sequence[str],
    name_of: Callable[[_Claim], str],
    slips: dict[int, str],
) -> list[str]:
    """Return the organization of each table below a cover that names one.

    A table belongs to another organization if the file has a cover of that one, or a table of the same title
    already. The first name in the captions is the cover's organization, in any wording.
    """
    own = section.organization
    tables = [claim for claim in section.claims if claim.title and not claim.follows]
    captioned = [name_of(claim) for claim in tables]
    main = next(
        (name for name in captioned if name and _is_same(name, own)), next(filter(None, captioned), "")
    )
    owned: list[str] = []
    held: set[tuple[str, str, str]] = set()
    is_named = False
    for claim, year in zip(section.claims, years, strict=True):
        name, before = name_of(claim), owned[-1] if owned else own
        is_twice = (claim.title, year, own) in held
        owner = before if claim.follows else own
        if claim.title and not claim.follows:
            if name and name != main and (is_twice or any(_is_same(name, other) for other in covered)):
                owner = name
            elif name and name != main and not _is_related(name, main):
                slips[claim.block.first_line] = name
            elif name and name == main and is_twice and not is_named and not _is_same(name, own):
                claim.reason = "other_organization"
            elif not name and is_twice and (claim.title, year, before) not in held:
                owner = before
            is_named = is_named or name == main != ""
        held.add((claim.title, year, owner))
        owned.append(owner)
    return owned


def _titles_of_several(
    claims: Sequence[_Claim], years: Sequence[str], name_of: Callable[[_Claim], str]
) -> set[tuple[str, str]]:
    """Return the titles that several organizations have in one year."""
    names: dict[tuple[str, str], set[str]] = {}
    for claim, year in zip(claims, years, strict=True):
        if claim.title and (name := name_of(claim)):
            names.setdefault((claim.title, year), set()).add(name)
    return {key for key, found in names.items() if len(found) > 1}


def _plain(name: str) -> str:
    return _NO_HAN.sub("", canonical(name))


def _is_same(one: str, other: str) -> bool:
    """Return whether two names are of one organization; a title can omit the place at a name's beginning."""
    first, second = _plain(one), _plain(other)
    return first.endswith(second) or second.endswith(first)


def _is_related(one: str, other: str) -> bool:
    """Return whether two names can be of one organization, whose title also names what the table sums up."""
    return _is_same(_QUALIFIER.sub("", _plain(one)), _QUALIFIER.sub("", _plain(other)))


# ---------------------------------------------------------------------- the documents


def _parts(document: Document, sections: Sequence[_Section], slips: Mapping[int, str]) -> list[Part]:
    """Divide the file where the owner changes."""
    cuts: list[tuple[int, tuple[str, str]]] = []
    unread: dict[int, str] = {}
    for section in sections:
        first = section.claims[0].owner if section.claims else ("", "")
        if section.reason:
            unread |= {line.number: section.reason for line in section.texts}
        cuts.append((section.line, (section.organization or first[0], section.year or first[1])))
        for claim in section.claims:
            if reason := claim.reason or section.reason:
                unread[claim.block.first_line] = reason
            if claim.owner != cuts[-1][1]:
                cuts.append((claim.start, claim.owner))
            after = section.organization or claim.owner[0], section.year or claim.owner[1]
            if after != claim.owner:
                cuts.append((claim.block.last_line + 1, after))
    owners = _filled([owner for _, owner in cuts])
    if not any(name for name, _ in owners):
        # A title of the whole file can name the organization.
        owners = [(cover.organization_of(document), year) for _, year in owners]
    order = list(dict.fromkeys(owners))
    if len(order) <= 1:
        return [Part(document, *_of_whole(sections), unread, slips)]
    starts = [1, *(line for line, _ in cuts[1:]), len(document.lines) + 1]
    owner_of = [owner for owner, (a, b) in zip(owners, pairwise(starts), strict=True) for _ in range(b - a)]
    parts = []
    for number, owner in enumerate(order, start=1):
        lines = tuple(
            line if owner_of[line.number - 1] == owner else Line(line.number, "", (), line.place)
            for line in document.lines
        )
        own = replace(document, lines=lines, part=number)
        parts.append(Part(own, *owner, unread, slips))
    return parts


def _of_whole(sections: Sequence[_Section]) -> tuple[str, str]:
    """Return the cover's organization and year that overrule links and forms' offices, of one document."""
    if len(sections) != 1:
        return "", ""
    (section,) = sections
    is_disputed = len({chosen.year for chosen in section.covers}) > 1 and section.year in section.years
    names = [claim.organization for claim in section.claims if claim.organization]
    is_name = any(_is_same(name, section.organization) for name in names)
    is_doubted = any(claim.reason for claim in section.claims)
    offices = not is_name and (is_doubted or any(not _is_same(name, names[0]) for name in names))
    return section.organization if offices else "", section.year if is_disputed else ""


def _filled(owners: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Fill in missing names and years from the previous or next owner, and unify the spelling of names."""
    names = _neighbours([name for name, _ in owners])
    years = _neighbours([year for _, year in owners])
    known: list[str] = []
    for name in names:
        if not any(_is_same(name, other) for other in known):
            known.append(name)
    written = [next(other for other in known if _is_same(name, other)) for name in names]
    return list(zip(written, years, strict=True))


def _neighbours(words: list[str]) -> list[str]:
    current = next(filter(None, words), "")
    return [current := word or current for word in words]
