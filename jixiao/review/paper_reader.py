"""Read a work paper back: the rows of its sheets with findings, whatever someone has made of the file."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.message import Text
from jixiao.review.findings import ReviewError

if TYPE_CHECKING:
    from openpyxl import Workbook

SHEET = "问题清单"

FINDING_ID, DECISION, OPINION, ROLE, DAY = "问题编号", "处理决定", "复核意见", "角色", "日期"

CASE_ID, RANK, REPLY = "案件编号", "主次", "被评价单位意见"
"""Columns that papers of earlier versions don't have."""

LEADING, FOLDED = "主要", "同案"

FILE_LIMIT = 50 * 1024**2
UNPACKED_LIMIT = 256 * 1024**2
PARTS_LIMIT = 20_000
ROW_LIMIT = 200_000
COLUMN_LIMIT = 256
HEADING_ROWS = 30
"""Rows among which the headings are looked for: people put a title above them."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00(?::00)?)?")
_SERIAL_DAYS = range(36_526, 73_051)
"""What Excel counts for the days from 2000 to 2099."""


@dataclass(frozen=True)
class PaperRow:
    """A row of a finding, as someone left it.

    Attributes:
        sheet: The name of its sheet.
        row: Its number in the sheet.
        finding_id: The finding; empty if the cell is.
        decision: As written; empty if nothing was decided.
        opinion: The reason, on one line.
        role: As written.
        day: The day of the decision; None if the cell is empty, the text of the cell if it is no day.
        case_id: The case of the finding; empty in a paper without cases.
        is_leading: Whether its decision is that of the case.
        reply: What the unit under review says; it stays in the paper.
    """

    sheet: str
    row: int
    finding_id: str
    decision: str
    opinion: str
    role: str
    day: date | str | None
    case_id: str = ""
    is_leading: bool = False
    reply: str = ""

    @property
    def name(self) -> str:
        """Its number, after the name of its sheet unless it is in the list."""
        return str(self.row) if self.sheet == SHEET else f"{self.sheet}:{self.row}"

    @property
    def is_empty(self) -> bool:
        """Whether no reviewer wrote anything in it."""
        return not (self.decision or self.opinion or self.role or self.day)


def read_paper(path: Path) -> list[PaperRow]:
    """Read the list of findings of a work paper and the sheets of its forms, with columns in any order, hidden or not.

    Args:
        path: An .xlsx of at most `FILE_LIMIT` bytes, `UNPACKED_LIMIT` unpacked.

    Returns:
        All rows that hold a finding or a decision, in their order, those of the list first.

    Raises:
        ReviewError: It is no workbook, too large, or the list or one of its columns is missing.
    """
    _refuse_bombs(path)
    try:
        with warnings.catch_warnings():
            # The parts that openpyxl leaves out are none of the columns read here.
            warnings.simplefilter("ignore")
            return _read(path)
    except ReviewError:
        raise
    except Exception as error:
        # A damaged workbook can raise any exception.
        raise ReviewError(
            Text(
                f"{path}: 无法读取，文件可能已损坏（{type(error).__name__}: {error}）；请在 Excel 中另存为 .xlsx 再导入",
                f"{path}: can't be read, it may be damaged ({type(error).__name__}: {error}); save it again as .xlsx in Excel",
            )
        ) from error


def is_workbook(path: Path) -> bool:
    """Return whether a file is an .xlsx by its content."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _refuse_bombs(path: Path) -> None:
    try:
        size = path.stat().st_size
        if size > FILE_LIMIT:
            raise ReviewError(
                Text(
                    f"{path}: 文件有 {size:,} 字节，上限为 {FILE_LIMIT:,}；请删去底稿以外的内容",
                    f"{path}: the file has {size:,} bytes, up to {FILE_LIMIT:,} are read; remove what is not of the paper",
                )
            )
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ReviewError(
            Text(
                f"{path}: 不是 .xlsx 文件，或已加密；请在 Excel 中另存为不加密的 .xlsx",
                f"{path}: not an .xlsx, or encrypted; save it as .xlsx without a password in Excel",
            )
        ) from error
    except (OSError, ValueError, NotImplementedError) as error:
        raise ReviewError(f"{path}: " + Text("无法打开：", "can't be opened: ") + str(error)) from error
    # A part never unpacks to more than the archive states: reading ends there.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_LIMIT or len(parts) > PARTS_LIMIT:
        raise ReviewError(
            Text(
                f"{path}: 解压后有 {unpacked:,} 字节、{len(parts):,} 个部分，超出上限，不予读取",
                f"{path}: {unpacked:,} bytes in {len(parts):,} parts when unpacked, which is too large to be read",
            )
        )


def _read(path: Path) -> list[PaperRow]:
    from openpyxl import load_workbook  # noqa: PLC0415

    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            listed = _sheet(book, path)
            rows = list(_paper_rows(listed, path))
            for sheet in book.worksheets:
                if sheet is not listed:
                    rows += _paper_rows(sheet, path, is_list=False)
            return rows
        finally:
            book.close()


def _sheet(book: Workbook, path: Path) -> Any:
    for sheet in book.worksheets:
        if sheet.title.strip() == SHEET:
            return sheet
    raise ReviewError(
        Text(
            f"{path}: 没有工作表“{SHEET}”，有：{'、'.join(book.sheetnames[:10])}；请把表名改回“{SHEET}”",
            f"{path}: there is no sheet “{SHEET}” but {', '.join(book.sheetnames[:10])}; name it “{SHEET}” again",
        )
    )


def _paper_rows(sheet: Any, path: Path, is_list: bool = True) -> Iterator[PaperRow]:
    # The range that a file states can be wrong.
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(max_col=COLUMN_LIMIT, values_only=True), start=1)
    top = list(islice(rows, HEADING_ROWS))
    place, columns = _headings(top, path if is_list else None)
    if not columns:
        return
    for number, values in chain(top[place:], islice(rows, ROW_LIMIT)):
        cells = {name: values[place] if place < len(values) else None for name, place in columns.items()}
        row = PaperRow(
            sheet=sheet.title.strip(),
            row=number,
            finding_id=_text(cells[FINDING_ID]),
            decision=_text(cells[DECISION]),
            opinion=_text(cells[OPINION]),
            role=_text(cells[ROLE]),
            day=_day(cells[DAY]),
            case_id=_text(cells.get(CASE_ID)),
            is_leading=_text(cells.get(RANK)) == LEADING,
            reply=_text(cells.get(REPLY)),
        )
        # Headings are repeated above each part of a form.
        if row.finding_id == FINDING_ID:
            continue
        if row.finding_id or (is_list and not row.is_empty):
            yield row
    if next(rows, None) is not None:
        raise ReviewError(
            Text(
                f"{path}: 工作表“{sheet.title}”超过 {ROW_LIMIT:,} 行；请删去多余的行",
                f"{path}: the sheet “{sheet.title}” has more than {ROW_LIMIT:,} rows; remove those that are not needed",
            )
        )


def _headings(rows: list[tuple[int, tuple[object, ...]]], path: Path | None) -> tuple[int, dict[str, int]]:
    """Return the row after the headings and the place of each column; no columns if a sheet without a path lacks one."""
    wanted = (FINDING_ID, DECISION, OPINION, ROLE, DAY)
    names = [["".join(_text(value).split()) for value in values] for _, values in rows]
    # The row with most of them, so that the message can say which one is missing.
    place = max(range(len(names)), key=lambda row: len(set(wanted) & set(names[row])), default=0)
    found = names[place] if names else []
    for name in wanted:
        if (count := found.count(name)) != 1:
            if path is None:
                return 0, {}
            problem = (
                Text("没有列", "no column") if count == 0 else Text(f"有 {count} 列都叫", f"{count} columns")
            )
            raise ReviewError(
                Text(
                    f"{path}: 工作表“{SHEET}”的第 {place + 1} 行{problem.zh}“{name}”；请恢复底稿原来的列名",
                    f"{path}: row {place + 1} of the sheet “{SHEET}” has {problem.en} “{name}”; "
                    "give the columns their names back",
                )
            )
    optional = [name for name in (CASE_ID, RANK, REPLY) if found.count(name) == 1]
    return place + 1, {name: found.index(name) for name in (*wanted, *optional)}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), str(value))
    # One decision is one line of the table that it goes to; a surrogate would not be text.
    return " ".join(re.sub("[\x00-\x1f\x7f\ud800-\udfff]", " ", text).split())


def _day(value: object) -> date | str | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _SERIAL_DAYS:
        from openpyxl.utils.datetime import from_excel  # noqa: PLC0415

        counted = from_excel(int(value))
        return counted.date() if isinstance(counted, datetime) else str(value)
    text = _text(value)
    parts = _DAY.fullmatch(text) or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    if parts is None:
        return text or None
    try:
        return date(*map(int, parts.groups()))
    except ValueError:
        return text
