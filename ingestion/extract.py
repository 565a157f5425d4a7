"""Extract the raw rows of contract one from a disclosure.

The document is divided into tables by their labels. Each table is read on its own: one that fits no pattern
is refused with its line and reason while the others load.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from ingestion import blocks
from ingestion.blocks import Block
from ingestion.captions import with_captions
from ingestion.document import Document, DocumentError, Line, cell_place
from ingestion.ledger import Claim, Ledger, Omission, PartError, Refusal, Unread
from ingestion.message import Text
from ingestion.parting import Part, part
from ingestion.read import read_document
from ingestion.sections import (
    account_sentence,
    account_table,
    cover,
    evaluation,
    figure,
    form,
    form_unit,
    project,
    target,
)
from ingestion.units import is_note
from ingestion.vocabulary import canonical, is_dash

_NO_DATA = re.compile(
    r"(?:说明：|备注：|注：)?(?:本表|此表)?(?:无数据|为空表?|为空)(?:，?故?本?此?表?为空)?。?"
)
_LONGEST_ROW_LABEL = 40
_LONGEST_SENTENCE = 200
_SLIP = Text(
    "第 {line} 行的表印有“{printed}”，按文件的 {whose} 读取",
    "the table at line {line} prints “{printed}”; it was read as one of the document: {whose}",
)
_LAST_ROW = {blocks.INDICATOR_SYSTEM: "合计"}


@dataclass(frozen=True)
class Extraction:
    """The result of reading one document.

    Attributes:
        document: The decoded source.
        ledger: Raw rows, refused parts and the account of every cell.
        forms: Number of self-evaluation forms found, including refused ones.
    """

    document: Document
    ledger: Ledger
    forms: int

    @property
    def refusals(self) -> list[Refusal]:
        """The parts that fit no pattern."""
        return self.ledger.refusals

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each raw table."""
        return {table: len(rows) for table, rows in self.ledger.tables.items()}

    def taken(self) -> int:
        """Return the number of cells, and of sentences with final accounts, that a raw row holds."""
        sentences = sum(
            row["classification"] == account_sentence.CLASSIFICATION
            for row in self.ledger.tables[account_sentence.TABLE]
        )
        return sentences + sum(isinstance(entry, Claim) for entry in self.ledger.cells.values())

    def unread(self) -> dict[str, int]:
        """Return the number of cells that stay unread, by reason."""
        reasons = Counter(entry.reason for entry in self.ledger.cells.values() if isinstance(entry, Unread))
        return dict(sorted(reasons.items()))

    def left_out(self) -> dict[str, int]:
        """Return the number of cells left out, by reason."""
        reasons = Counter(entry.reason for entry in self.ledger.cells.values() if isinstance(entry, Omission))
        return dict(sorted(reasons.items()))


def extract(path: Path) -> Extraction:
    """Read a document into raw rows.

    Raises:
        DocumentError: If the file is empty, binary, in an unknown encoding, or holds neither a table that
            identifies a disclosure nor a sentence with the final account of an item.
    """
    return extract_document(read_document(path))


def extract_parts(
    document: Document, *, by_year: bool = True, by_organization: bool = True, by_form: bool = True
) -> list[Extraction]:
    """Read the documents in a file; `ingestion.parting.part` divides the file, `extract` has the rest."""
    captioned = with_captions(document)
    found = blocks.segment(captioned)
    parts = part(captioned, found, by_year=by_year, by_organization=by_organization, by_form=by_form)
    if len(parts) == 1:
        return [_extract(document, captioned, found, parts[0])]
    whole = {line.number: line for line in document.lines}
    return [
        _extract(_masked(whole, one.document), one.document, blocks.segment(one.document), one)
        for one in parts
    ]


def extract_document(document: Document) -> Extraction:
    """Read a decoded document as one, whatever years and units it names, into raw rows; see `extract`."""
    captioned = with_captions(document)
    return _extract(document, captioned, blocks.segment(captioned), Part(captioned))


def _masked(whole: Mapping[int, Line], part: Document) -> Document:
    """Return a part of a file as its reader produced it: captions in rows are rows."""
    return replace(part, lines=tuple(whole[line.number] if line.text else line for line in part.lines))


def _extract(source: Document, document: Document, found: list[Block], own: Part) -> Extraction:
    ledger = Ledger(document.document_id)
    tables = [block for block in found if block.kind == blocks.ACCOUNT]
    cover.read(document, ledger, found[0].first_line if found else 1)
    row = ledger.tables["raw_document"][0]
    cover.set_apart(row, document, own.organization, own.fiscal_year)
    if not row["fiscal_year"] and tables:
        row["fiscal_year"] = account_table.year_of(tables) or cover.year_alone(document)
    narrative = account_sentence.read(
        [line for line in document.lines if line.number not in own.unread], row["fiscal_year"]
    )
    if not narrative.is_found and all(block.kind == blocks.UNRECOGNISED for block in found):
        raise DocumentError(
            Text(
                f"{document.name}: 未识别出绩效自评、目标、决算或预算的表格，也没有“年初预算为…，支出决算为…”的句子；请核对是否为公开文件，文本中的单元格须以制表符分隔",
                f"{document.name}: no table of self-evaluations, targets, final accounts or budgets was recognised, nor a sentence that gives the budget and the final account of an item; check that it is a disclosure, and that tabs separate the cells if it is a text",
            )
        )
    setting = account_table.setting_of(document, tables, cover.title_of(document), row)
    forms = 0
    line = 1
    for block in found:
        narrative.emit(ledger, line, line := block.first_line)
        if block.first_line in own.unread:
            _keep_unread(block, ledger, own.unread[block.first_line])
        elif block.kind == blocks.SELF_EVALUATION:
            forms += _read_block(block, document, ledger, forms + 1, setting)
        else:
            _read_block(block, document, ledger, forms, setting)
    is_form = bool(found) and found[0].kind == blocks.SELF_EVALUATION
    cover.ask_for_unit(ledger, form_unit.of_lines(found[0].preamble) if is_form else set())
    narrative.emit(ledger, line, len(document.lines) + 1)
    figure.read(narrative.rest, ledger, narrative.figures(), row["fiscal_year"])
    narrative.keep_unread(ledger)
    uncertain = account_sentence.read([line for line in document.lines if line.number in own.unread])
    for sentence in uncertain.sentences:
        text, reason = document.lines[sentence.line - 1].text, own.unread[sentence.line]
        ledger.cells[sentence.line, 0] = Unread(
            reason, "account_sentence", "", "", "", text[:_LONGEST_SENTENCE]
        )
    uncertain.keep_unread(ledger)
    _emit_unread(document, ledger)
    _emit_places(document, ledger)
    whose = row["organization_name"], row["fiscal_year"]
    ledger.doubts += [
        _SLIP.format(line=block.first_line, printed=printed, whose=" ".join(whose))
        for block in tables
        if (printed := own.slips.get(block.first_line)) is not None and printed not in whose
    ]
    extraction = Extraction(source, ledger, forms)
    row["cells_read"] = str(extraction.taken())
    return extraction


def leave_without_unit(extraction: Extraction) -> None:
    """Leave amounts unread that have no unit from their form or the user; see `cover.leave_without_unit`."""
    ledger = extraction.ledger
    if cover.leave_without_unit(ledger):
        ledger.tables["raw_unread_cell"].clear()
        _emit_unread(extraction.document, ledger)
        ledger.tables["raw_document"][0]["cells_read"] = str(extraction.taken())


def _keep_unread(block: Block, ledger: Ledger, reason: str) -> None:
    """Keep a table unread whose owner is unknown."""
    attempt = Ledger(ledger.document_id, block.kind)
    for row in block.rows:
        attempt.unread(row.filled, reason, row=row.head[:_LONGEST_ROW_LABEL])
    ledger.absorb(attempt)


def _emit_places(document: Document, ledger: Ledger) -> None:
    """Emit the place of each line that a raw row cites, if the source doesn't number its lines."""
    rows = [row for table in ledger.tables.values() for row in table]
    cited = {row["source_line"] for row in rows} | {row.get("total_source_line", "") for row in rows}
    for line in document.lines:
        if line.place and str(line.number) in cited:
            ledger.emit("raw_source_place", line.number, {"source_place": line.place})


def _read_block(
    block: Block, document: Document, ledger: Ledger, form_no: int, setting: account_table.Setting
) -> int:
    """Read one table; if its section can't read it as a whole, its cells stay unread with the reason.

    Returns:
        The number of its forms: a list of projects holds several, any other table counts as one.
    """
    number = str(form_no) if block.kind == blocks.SELF_EVALUATION else ""
    attempt = Ledger(ledger.document_id, block.kind, number)
    forms = 1
    try:
        forms = _read_rows(block, document, attempt, form_no, setting)
    except PartError as error:
        attempt = Ledger(ledger.document_id, block.kind, number)
        ledger.refusals.append(
            Refusal(blocks.NAMES[block.kind], block.first_line, block.last_line, error.line, error.reason)
        )
    for row in block.preamble:
        attempt.omit(row, "label")
        attempt.unread(attempt.unclaimed([row]), "unknown_table")
    for row in block.rows:
        attempt.unread(attempt.unclaimed([row]), "out_of_place", row=row.head[:_LONGEST_ROW_LABEL])
    ledger.absorb(attempt)
    return forms


def _read_rows(
    whole: Block, document: Document, attempt: Ledger, form_no: int, setting: account_table.Setting
) -> int:
    forms = 1
    block = replace(whole, rows=[row for row in whole.rows if not blocks.is_rule_row(row)])
    for row in whole.rows:
        if blocks.is_rule_row(row):
            attempt.omit(row, "rule")
    if block.kind in _LAST_ROW and not block.complete:
        raise PartError(
            block.last_line,
            Text(
                f"没有“{_LAST_ROW[block.kind]}”行，表不完整；请补全后重新添加",
                f"the row “{_LAST_ROW[block.kind]}” is missing, so the table is incomplete; complete it and add it again",
            ),
        )
    match block.kind:
        case blocks.CONCLUSION:
            before = _text_before(document, block)
            evaluation.read_conclusion(block, attempt, text_before=before, organization=setting.organization)
        case blocks.ACCOUNT:
            account_table.read(block, attempt, document.lines, setting)
        case blocks.TARGET_DECLARATION | blocks.TARGET_COMPLETION:
            target.read(block, attempt)
        case blocks.INDICATOR_SYSTEM:
            before = _text_before(document, block)
            evaluation.read_indicators(block, attempt, text_before=before, organization=setting.organization)
        case blocks.EVALUATION_SCORES:
            evaluation.read_scores(
                block,
                attempt,
                text_before=_text_before(document, block),
                organization=setting.organization,
                is_drawn=document.is_drawn,
            )
        case blocks.PROJECT_EXECUTION:
            project.read_execution(block, attempt)
        case blocks.PROJECT_SPENDING:
            project.read_spending(block, attempt, _text_before(document, block))
        case blocks.SELF_EVALUATION:
            around = _lines_around(document, whole)
            forms = form.read(block, attempt, form_no, is_drawn=document.is_drawn, around=around)
        case _:
            _read_unrecognised(block, attempt)
    return forms


def _lines_around(document: Document, block: Block) -> list[list[Line]]:
    """Return the running text inside, above and below a table; a note belongs to the table above it."""
    inside = [
        line for line in document.lines[block.first_line : block.last_line] if line.text and not line.is_row
    ]
    is_first = not any(
        line.is_row for line in document.lines[: block.preamble[0].number - 1 if block.preamble else 0]
    )
    above = [line for line in block.preamble if is_first or not is_note(line.text)]
    behind = takewhile(lambda line: len(line.filled) < 2, document.lines[block.last_line :])
    below = [line for line in behind if is_note(line.text)]
    return [inside, above, below]


def _text_before(document: Document, block: Block) -> list[Line]:
    return [line for line in document.lines[: block.first_line - 1] if line.text and not line.is_row]


def _read_unrecognised(block: Block, ledger: Ledger) -> None:
    """Skip the drawn lines that the conversion left behind; keep the cells of any other table unread."""
    for row in block.rows:
        if all(_NO_DATA.fullmatch(canonical(cell.text)) for cell in row.filled):
            ledger.omit(row, "no_data")
        elif all(is_dash(cell.text) for cell in row.filled):
            ledger.omit(row, "rule")
        else:
            ledger.unread(row.filled, "unknown_table", row=row.head[:_LONGEST_ROW_LABEL])


def _emit_unread(document: Document, ledger: Ledger) -> None:
    """Emit a raw row for each cell that no other raw row holds."""
    lines = {line.number: line for line in document.lines}
    for (line, column), entry in sorted(ledger.cells.items(), key=lambda item: item[0]):
        if isinstance(entry, Unread):
            ledger.emit(
                "raw_unread_cell",
                line,
                {
                    "source_place": cell_place(lines[line], column) if line in lines else "",
                    "table_kind": entry.table_kind,
                    "form_no": entry.form_no,
                    "row_label": entry.row_label,
                    "column_label": entry.column_label,
                    "cell_text": entry.text,
                    "reason_code": entry.reason,
                },
            )
