"""Mask what is private in a document before anything else reads it.

The lines of every reader pass `withhold`, and every other text about a document passes `private.mask`: a
masked value can be in no raw row, unread cell, report or message. A mask keeps the place of its value, so a
cell stays filled and the figures and organizations beside it remain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle
from operator import or_

from ingestion.document import Cell, Document, Line, squeeze
from ingestion.message import each
from ingestion.private import (
    ACCOUNT,
    BEHIND_SLASH,
    BODY,
    BRACKET,
    CONTACT,
    IDENTITY,
    LEAST_DIGITS,
    LONGEST_NAME,
    LONGEST_PERSON,
    LONGEST_UNIT,
    MASK,
    MASKS,
    MOBILE,
    NAME_BEHIND_BODY,
    PERSON,
    SIGNED,
    TELEPHONE,
    TELEPHONE_NUMBER,
    WORDS,
    is_label,
    is_name,
    is_organization,
    is_role,
    is_short_word,
    kind_of,
    mask,
    mask_identity,
    may_hold,
    whole_labels,
)
from ingestion.reference import remembered
from ingestion.vocabulary import canonical, is_dash, is_number

_MOBILE_ALONE = re.compile(MOBILE)
_SIGNS = r"0-9+＋()（）、,，;；/／\s转—–‐－﹣-"
_DIGITS_ALONE = re.compile(f"[{_SIGNS}]*[0-9][{_SIGNS}]*")
_TOKEN = re.compile(rf"{MASK}|[^、,，;；/／\s()（）：:+]+")
_BEHIND_UNIT = re.compile(BEHIND_SLASH.pattern.replace("[/／]", r"[/／]|\s+"))
_IN_BRACKETS = re.compile(rf"(?P<body>[一-龥](?:{BODY}))[(（](?P<name>[一-龥·]{{2,8}})[)）]")


@dataclass(frozen=True)
class _Open:
    """A column below a label of a private value: its kind, and whether every value in it is private."""

    kind: str
    is_sure: bool


def withhold(document: Document) -> Document:
    """Return a document with private values in its lines and warnings masked.

    A value is recognised by the label before or above it, or by its shape.
    """
    lines: list[Line] = []
    columns: dict[int, _Open] = {}
    is_person = False
    for line in document.lines:
        if line.is_row:
            is_person = False
            lines.append(_row(line, columns))
            continue
        if not line.text:
            lines.append(line)
            continue
        columns.clear()
        text = MASKS[PERSON] if is_person and is_name(line.text) else mask(line.text)
        is_person = kind_of(line.text) in {PERSON, SIGNED}
        lines.append(replace(line, text=text) if text != line.text else line)
    return replace(
        document, lines=tuple(lines), warnings=tuple(each(mask, text) for text in document.warnings)
    )


def _row(line: Line, columns: dict[int, _Open]) -> Line:
    filled = line.filled
    kinds = {cell.column: kind_of(cell.text) for cell in filled}
    roles = [is_role(cell.text) for cell in filled]
    if not (columns or any(roles)) and not any(
        kinds[cell.column] or may_hold(cell.text) or _is_unit_label(cell.text[:20]) for cell in filled
    ):
        return line
    if persons := _persons_and_telephones(filled, roles):
        return _with_texts(
            line,
            {
                cell.column: MASKS[held]
                for cell, held in zip(persons, cycle((PERSON, TELEPHONE)), strict=False)
            },
        )
    labels = [bool(kinds[cell.column]) or is_label(cell.text) for cell in filled]
    # Rows of indicators and of money print numbers: there, a label is the name of something measured.
    is_calm = not any(is_number(cell.text) and len(cell.text) < LEAST_DIGITS for cell in filled)
    is_heading = all(labels) and len(filled) >= 3
    kind: str | None = None
    is_exact = is_next = is_unit = is_behind_unit = False
    texts: dict[int, str] = {}
    beside: set[int] = set()
    is_signature = all(map(or_, labels, roles))
    opened = {
        cell.column: _Open(SIGNED, is_sure=False)
        for cell, has_role in zip(filled, roles, strict=True)
        if has_role and is_signature
    }
    for place, cell in enumerate(filled):
        if labels[place]:
            kind = kinds[cell.column]
            is_exact = canonical(cell.text).strip("*★☆※：") in whole_labels()
            is_next = True
            is_unit = kind is None and _is_unit_label(cell.text)
            is_behind_unit = False
            columns.pop(cell.column, None)
            has_value = place + 1 < len(filled) and not labels[place + 1]
            if kind is not None and not has_value:
                is_sure = is_heading or canonical(cell.text) in {"姓名", "签字", "签名"}
                opened[cell.column] = _Open(kind, is_sure)
            continue
        above = columns.get(cell.column)
        masked = None
        if kind is not None:
            # An unlisted label can follow the value.
            is_sure = is_next and kind != SIGNED and (is_calm or (is_exact and kind != CONTACT))
            masked = _value(cell, kind, is_sure=is_sure)
            is_next = False
            kind = kind if masked is not None else None
            beside |= {cell.column} if masked is not None else set()
        if masked is None and above is not None:
            masked = _value(cell, above.kind, is_sure=above.is_sure)
            if masked is None:
                del columns[cell.column]
        if masked is None and is_calm and place and roles[place - 1]:
            masked = _value(cell, SIGNED, is_sure=False)
        if masked is None:
            is_beside = is_behind_unit or (place > 0 and filled[place - 1].column in beside)
            masked = _number_alone(cell.text, is_beside=is_calm and is_beside)
        is_behind_unit = is_unit and not is_behind_unit
        if masked is None:
            masked = _unit_value(cell, is_unit=is_unit)
            beside |= {cell.column} if masked.endswith(MASKS[PERSON]) else set()
        if masked != cell.text:
            texts[cell.column] = masked
    columns |= opened
    return _with_texts(line, texts) if texts else line


def _number_alone(text: str, *, is_beside: bool) -> str | None:
    """Return a text that is one number, masked if it is a telephone's or a card's; None for other texts.

    Args:
        text: The text of a cell.
        is_beside: Whether the cell is beside a person or after a unit; a number alone can be an amount with
            as many digits as a telephone number.
    """
    if not is_number(text):
        # A space inside the printed number hides it from the patterns of a text.
        return MASKS[TELEPHONE] if TELEPHONE_NUMBER.fullmatch(text) else None
    return MASKS[TELEPHONE] if is_beside and TELEPHONE_NUMBER.fullmatch(text) else mask_identity(text)


def _persons_and_telephones(filled: Sequence[Cell], roles: Sequence[bool]) -> Sequence[Cell]:
    """Return the cells of a row of persons, each with a mobile telephone after the name; else nothing.

    A number of the row and the titles of the persons may be beside them, and nothing else.
    """
    paired = [
        cell
        for place, (cell, has_role) in enumerate(zip(filled, roles, strict=True))
        if not has_role and (place > 0 or not re.fullmatch("[0-9]{1,3}", cell.text))
    ]
    is_paired = len(paired) % 2 == 0 and all(
        is_name(name.text) and _MOBILE_ALONE.fullmatch(number.text)
        for name, number in zip(paired[::2], paired[1::2], strict=False)
    )
    return paired if is_paired else ()


def _with_texts(line: Line, texts: dict[int, str]) -> Line:
    cells = tuple(
        _with_text(cell, texts[cell.column]) if cell.column in texts else cell for cell in line.cells
    )
    return replace(line, cells=cells, text=squeeze("".join(cell.printed for cell in cells)))


def _with_text(cell: Cell, text: str) -> Cell:
    return replace(cell, printed=text, text=squeeze(text), problem="")


@lru_cache(maxsize=4096)
def _is_unit_label(text: str) -> bool:
    return any(word in text for word in ("单位", "部门", "机构", "科室"))


def _spaced(cell: Cell) -> str:
    """Return the text of a cell with the spaces between words, if it is the printed text."""
    spaced = " ".join(cell.printed.split())
    return spaced if squeeze(spaced) == cell.text else cell.text


def _value(cell: Cell, kind: str, *, is_sure: bool) -> str | None:
    """Return the masked value of a label of a private value, or None if it isn't of the label's kind."""
    text = cell.text
    if is_dash(text) or len(text) > LONGEST_UNIT:
        return None
    if kind == ACCOUNT:
        holds = sum(map(str.isdigit, text)) >= LEAST_DIGITS or re.search("银行|信用社|支行|分行|营业部", text)
        return MASKS[ACCOUNT] if holds else None
    if kind == IDENTITY and re.fullmatch(r"[0-9][0-9*＊×]{5,16}[0-9Xx]", text):
        return MASKS[IDENTITY]
    if kind == CONTACT and re.fullmatch(r"[A-Za-z0-9_-]{5,30}", text) and (is_sure or not text.isdigit()):
        return MASKS[CONTACT]
    if TELEPHONE_NUMBER.fullmatch(text):
        return MASKS[TELEPHONE]
    if kind in {IDENTITY, CONTACT}:
        return None
    if kind == TELEPHONE and re.fullmatch(rf"{_DIGITS_ALONE.pattern}[Xx]?", text):
        return MASKS[TELEPHONE] if is_sure or sum(map(str.isdigit, text)) >= LEAST_DIGITS else None
    if kind == TELEPHONE and is_sure and len(text) <= LONGEST_NAME:
        # In place of a number (平安办), a person can't be distinguished from an office.
        return MASKS[TELEPHONE]
    spaced = mask(_spaced(cell))
    tokens = spaced.split()
    if not any(is_organization(token) for token in tokens):
        spaced = squeeze(spaced)
    masked = _TOKEN.sub(lambda token: _token(token[0], is_sure=is_sure), spaced)
    while (shorter := re.sub(rf"({MASK})\s*\1", r"\1", masked)) != masked:
        masked = shorter
    return squeeze(masked) if squeeze(masked) != text else None


def _token(token: str, *, is_sure: bool) -> str:
    if re.fullmatch(MASK, token) or is_label(token):
        return token
    if (parted := re.fullmatch(rf"([^0-9]+)([0-9-]{{{LEAST_DIGITS},}})", token)) is not None:
        return _token(parted[1], is_sure=is_sure) + MASKS[TELEPHONE]
    digits = sum(map(str.isdigit, token))
    if digits >= LEAST_DIGITS and _DIGITS_ALONE.fullmatch(token):
        return MASKS[TELEPHONE]
    if digits and token[0].isdigit():
        # The number of persons, not their names.
        return token
    behind = NAME_BEHIND_BODY.fullmatch(token)
    if behind is not None and is_name(behind["name"]):
        return behind["body"] + MASKS[PERSON]
    if is_name(token):
        return MASKS[PERSON]
    if not is_sure or WORDS.match(token) or is_organization(token) or is_dash(token):
        return token
    if len(token) > LONGEST_PERSON:
        return token
    return MASKS[PERSON] if re.search("[一-龥A-Za-z\ufffd]", token) else token


def _unit_value(cell: Cell, *, is_unit: bool) -> str:
    """Return a text masked; the value of a unit is reduced to the unit, without a person after it."""
    spaced = _spaced(cell)
    masked = mask(spaced)
    if (is_unit or _is_unit_caption(spaced)) and len(spaced) <= LONGEST_UNIT:
        masked = _BEHIND_UNIT.sub(_person_behind_unit, masked)
        masked = _IN_BRACKETS.sub(_person_in_brackets, masked)
        masked = _unit_alone(masked)
    return squeeze(masked) if masked != spaced else cell.text


def _unit_alone(text: str) -> str:
    if "〔" not in text:
        return text
    text = re.sub(rf"[(（][^()（）]*{MASK}[^()（）]*[)）]", "", text)
    return _labelled_masks().sub("", text)


@remembered
def _labelled_masks() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, sorted(whole_labels(), key=len, reverse=True)))
    return re.compile(rf"[\s、,，;；/／]*(?:(?:{labels}){BRACKET}\s*[：:]?)?\s*{MASK}")


def _is_unit_caption(text: str) -> bool:
    head, colon, _ = canonical(text).partition("：")
    return bool(colon) and len(head) <= LONGEST_PERSON and _is_unit_label(head) and kind_of(head) is None


def _person_behind_unit(found: re.Match[str]) -> str:
    is_word = found["between"] in "/／" and is_short_word(found["name"])
    if not is_word and not is_name(found["name"]):
        return found[0]
    return found["body"] + found["between"] + MASKS[PERSON]


def _person_in_brackets(found: re.Match[str]) -> str:
    return f"{found['body']}（{MASKS[PERSON]}）" if is_name(found["name"]) else found[0]
