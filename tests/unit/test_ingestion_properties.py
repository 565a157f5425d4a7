"""Damaged documents: no traceback, and every cell and form is accounted for."""

import csv
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from ingestion_documents import DISCLOSURE, FORM, bare, extract_text, is_figure, table_rows

from ingestion.contract import RAW_TABLES, columns
from ingestion.document import DocumentError
from ingestion.extract import Extraction
from ingestion.files import check_raw, quarantine_parts, write_raw
from ingestion.ledger import Claim, Omission, Unread, unread_reasons
from ingestion.vocabulary import OMISSION_REASONS

LINES = DISCLOSURE.read_text(encoding="utf-8").split("\n")
ROWS = [index for index, line in enumerate(LINES) if "\t" in line]
CELLS = sorted({cell for line in LINES for cell in line.split("\t") if "\t" in line and len(cell) < 20})
FORM_ROWS = [row.replace("|", "\t") for row in FORM.values()]

_NOISE = st.text(st.sampled_from("0123456789.,%—- \t\r\0\ufeff<p>/指标总分年万元甲乙项目名称"), max_size=12)
_TEXT = st.one_of(st.sampled_from(CELLS), _NOISE)
_Edit = Callable[[list[str]], list[str]]


def _at(lines: list[str], place: float) -> int:
    return min(int(place * len(lines)), len(lines) - 1)


def _line_edit(name: str, first: float, second: float, text: str) -> _Edit:
    def edit(lines: list[str]) -> list[str]:
        if not lines:
            return lines
        one, other = _at(lines, first), _at(lines, second)
        match name:
            case "drop":
                del lines[one]
            case "double":
                lines.insert(other, lines[one])
            case "swap":
                lines[one], lines[other] = lines[other], lines[one]
            case "truncate":
                lines[one] = lines[one][: int(second * len(lines[one]))]
            case "cut":
                del lines[min(one, other) : min(one, other) + 12]
            case "end":
                del lines[max(one, 3) :]
            case "insert":
                lines.insert(one, text)
            case "break":
                place = int(second * len(lines[one]))
                lines[one : one + 1] = [lines[one][:place], lines[one][place:]]
            case "join":
                moved = lines.pop(other)
                lines.insert(one, (lines.pop(one) if one < len(lines) else "") + moved)
        return lines

    return edit


def _cell_edit(name: str, row: float, first: float, second: float, text: str) -> _Edit:
    def edit(lines: list[str]) -> list[str]:
        rows = [index for index, line in enumerate(lines) if "\t" in line]
        if not rows:
            return lines
        index = rows[_at([""] * len(rows), row)]
        cells = lines[index].split("\t")
        one, other = _at(cells, first), _at(cells, second)
        match name:
            case "drop":
                del cells[one]
            case "double":
                cells.insert(other, cells[one])
            case "swap":
                cells[one], cells[other] = cells[other], cells[one]
            case "blank":
                cells[one] = ""
            case "write":
                cells[one] = text
            case "insert":
                cells.insert(one, text)
            case "append":
                cells[one] += f" {text}"
            case "join":
                cells[one : one + 2] = [" ".join(cells[one : one + 2])]
        lines[index] = "\t".join(cells)
        return lines

    return edit


_share = st.floats(0, 1, exclude_max=True)
_line_edits = st.builds(
    _line_edit,
    st.sampled_from(["drop", "double", "swap", "truncate", "cut", "end", "insert", "break", "join"]),
    _share,
    _share,
    st.one_of(st.sampled_from(FORM_ROWS), st.lists(_TEXT, min_size=1, max_size=9).map("\t".join)),
)
_cell_edits = st.builds(
    _cell_edit,
    st.sampled_from(["drop", "double", "swap", "blank", "write", "insert", "append", "join"]),
    _share,
    _share,
    _share,
    _TEXT,
)


@st.composite
def damaged_documents(draw: st.DrawFn) -> str:
    """Draw the made-up disclosure with up to eight damages."""
    lines = list(LINES)
    for edit in draw(st.lists(st.one_of(_cell_edits, _cell_edits, _line_edits), min_size=1, max_size=8)):
        lines = edit(lines)
    return "\n".join(lines)


def _extract(text: str) -> Extraction | None:
    try:
        return extract_text(text)
    except DocumentError as error:
        assert str(error).startswith("made_up.txt: ")  # noqa: PT017
        return None


# Columns whose text is never repaired, shortened or separated from a label.
_AS_PRINTED = {
    *("weight", "score", "total_weight", "total_score", "initial_budget", "annual_budget", "executed"),
    *("final_account", "execution_rate", "approved", "arrived", "spent", "target", "actual", "completion"),
    *("printed_row_no", "grade", "deviation_reason", "progress_rate", "executed_fiscal", "item_name"),
}


@settings(max_examples=100)
@given(damaged_documents())
def test_every_cell_of_a_damaged_document_is_in_a_row_left_out_or_unread(text: str) -> None:
    extraction = _extract(text)
    if extraction is None:
        return
    ledger = extraction.ledger
    reasons = unread_reasons()
    for line, cells in table_rows(text):
        for place, printed in enumerate(cells):
            if not printed:
                continue
            entry = ledger.cells[(line, place)]
            if isinstance(entry, Claim):
                value = bare(ledger.tables[entry.table][entry.row][entry.column])
                assert value
                if entry.column in _AS_PRINTED:
                    assert printed == value
            elif isinstance(entry, Unread):
                assert bare(entry.text) == printed
                assert entry.reason in reasons
            else:
                assert isinstance(entry, Omission)
                assert entry.reason in OMISSION_REASONS
                if is_figure(printed) and entry.reason == "column_number":
                    assert printed.isdigit()
                    assert len(printed) <= 3
                elif is_figure(printed):
                    assert entry.reason in {"telephone", "person"}
    unread = sum(isinstance(entry, Unread) for entry in ledger.cells.values())
    assert len(ledger.tables["raw_unread_cell"]) == unread


@settings(max_examples=100)
@given(damaged_documents())
def test_the_rows_of_forms_belong_to_forms_that_loaded(text: str) -> None:
    extraction = _extract(text)
    if extraction is None:
        return
    tables = extraction.ledger.tables
    loaded = [int(row["form_no"]) for row in tables["raw_self_evaluation"]]
    assert len(set(loaded)) == len(loaded)
    assert set(loaded) <= set(range(1, extraction.forms + 1))
    for table in ("raw_self_evaluation_fund", "raw_self_evaluation_indicator", "raw_project_goal"):
        assert {int(row["form_no"]) for row in tables[table]} <= set(loaded)
    for refusal in extraction.refusals:
        assert 1 <= refusal.first_line <= refusal.line <= refusal.last_line <= text.count("\n") + 1
        assert refusal.reason


@settings(max_examples=100)
@given(damaged_documents())
def test_every_amount_weight_and_score_that_loads_is_printed_on_its_line(text: str) -> None:
    extraction = _extract(text)
    if extraction is None:
        return
    printed = {line: set(cells) for line, cells in table_rows(text)}
    for table, rows in extraction.ledger.tables.items():
        for row in rows:
            for column in _AS_PRINTED & row.keys() - {"grade"}:
                place = row.get("total_source_line", row["source_line"])
                if row[column] and column in row and table not in {"raw_document", "raw_reported_figure"}:
                    assert bare(row[column]) in printed[int(place)], (table, column)


@settings(max_examples=40)
@given(damaged_documents())
def test_what_is_written_of_a_damaged_document_is_read_back_and_keeps_the_contract(
    tmp_path_factory, text: str
) -> None:
    extraction = _extract(text)
    if extraction is None:
        return
    folder: Path = tmp_path_factory.mktemp("raw")
    write_raw(extraction, folder)
    assert check_raw(folder) == []
    for table in RAW_TABLES:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert tuple(reader.fieldnames or ()) == columns(table)
            assert list(reader) == extraction.ledger.tables[table]
    quarantined = quarantine_parts(extraction, folder / "quarantine")
    assert (quarantined is None) == (extraction.refusals == [])


@settings(max_examples=40)
@given(st.lists(st.one_of(st.sampled_from(FORM_ROWS), st.sampled_from(LINES)), max_size=40))
def test_lines_in_any_order_never_raise_anything_but_a_document_error(lines: list[str]) -> None:
    extraction = _extract("\n".join(lines))
    if extraction is not None:
        assert extraction.forms >= len(extraction.ledger.tables["raw_self_evaluation"])


@settings(max_examples=60)
@given(st.text(st.sampled_from("\t\n项目名称总分部门决策指标12.5—：（）<p> ab"), max_size=300))
def test_any_text_is_extracted_or_refused(text: str) -> None:
    extraction = _extract(text)
    if extraction is not None:
        assert extraction.refusals or extraction.ledger.tables["raw_document"]
