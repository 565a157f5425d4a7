"""Documents damaged at random: never a crash, and rows in = rows loaded + rows in quarantine."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pytest
from drawn_documents import FORMATS, as_text
from drawn_forms import CASES, HEADING, INDICATORS, TITLE, form
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.captions import with_captions
from ingestion.document import DocumentError
from ingestion.extract import Extraction, extract_document
from ingestion.ledger import Omission
from ingestion.read import read_bytes

WHOLE = [*TITLE, form(), form(name="项目名称|<|社区图书角|<|<|<|<|<|<"), *TITLE[1:], *CASES[3].parts[3:]]
SCRAPS = (
    "",
    "项目名称",
    "总分",
    "三级指标",
    "一",
    "—",
    "999999",
    "1.2.3",
    "IO%",
    "\ufffd",
    "年度资金总额",
    "合计",
    "\x00",
    "（2023年度）",
    "附件1",
    "绩效指标",
    "本年支出合计",
    "<p>",
)


def not_conserved(extraction: Extraction) -> list[str]:
    """Return a complaint for each row of a table that is neither loaded nor in quarantine, or is both."""
    ledger = extraction.ledger
    quarantined = {
        number for refusal in ledger.refusals for number in range(refusal.first_line, refusal.last_line + 1)
    }
    entries: dict[int, list[object]] = {}
    for (line, _), entry in ledger.cells.items():
        entries.setdefault(line, []).append(entry)
    complaints = []
    for line in with_captions(extraction.document).lines:
        if not line.filled:
            continue
        found = entries.get(line.number, [])
        in_quarantine = any(isinstance(entry, Omission) and entry.reason == "quarantined" for entry in found)
        if in_quarantine and line.number not in quarantined:
            complaints.append(f"line {line.number}: quarantined without a refusal")
        if len(found) != len(line.filled):
            complaints.append(f"line {line.number}: {len(found)} of {len(line.filled)} cells accounted for")
        if in_quarantine and not all(entry == Omission("quarantined") for entry in found):
            complaints.append(f"line {line.number}: both loaded and quarantined")
    return complaints


def survive(data: bytes, name: str) -> Extraction | None:
    """Read a document; None if it is refused as a whole, with a message that names it."""
    try:
        return extract_document(read_bytes(data, name))
    except DocumentError as error:
        message = str(error)
    assert message.startswith(name)
    return None


def damaged_text(rng: random.Random) -> bytes:
    rows = [line.split("\t") for line in as_text(WHOLE).decode().split("\n")]
    for _ in range(rng.randint(1, 6)):
        number = rng.randrange(len(rows))
        row = rows[number]
        place = rng.randrange(len(row))
        match rng.randrange(9):
            case 0:
                row.pop(place)
            case 1:
                row.insert(place, rng.choice(SCRAPS))
            case 2:
                row[place] = rng.choice(SCRAPS)
            case 3:
                rows.pop(number)
            case 4:
                rows.insert(number, list(rng.choice(rows)))
            case 5:
                other = rng.randrange(len(rows))
                rows[number], rows[other] = rows[other], rows[number]
            case 6:
                rows[number] = ["".join(row)]
            case 7:
                row[place] = row[place][: len(row[place]) // 2]
            case 8:
                rng.shuffle(row)
        rows = rows or [[""]]
        rows = [row or [""] for row in rows]
    return "\n".join("\t".join(row) for row in rows).encode()


@pytest.mark.parametrize("seed", range(300))
def test_a_damaged_text_loses_no_row(seed: int):
    extraction = survive(damaged_text(random.Random(seed)), "fuzz.txt")
    if extraction is not None:
        assert not_conserved(extraction) == []


def damaged_bytes(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        begin = rng.randrange(len(changed))
        match rng.randrange(3):
            case 0:
                changed[begin] = rng.randrange(256)
            case 1:
                del changed[begin : begin + rng.randint(1, 200)]
            case 2:
                changed[begin:begin] = changed[: rng.randint(1, 100)]
        changed = changed or bytearray(b"x")
    return bytes(changed)


def damaged_xml(name: str) -> Callable[[bytes, random.Random], bytes]:
    """Return a function that damages a part of a package and packs it again."""

    def damage(data: bytes, rng: random.Random) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
            for part in old.namelist():
                xml = old.read(part)
                new.writestr(part, _without_tags(xml, rng) if part == name else xml)
        return stream.getvalue()

    return damage


def _without_tags(xml: bytes, rng: random.Random) -> bytes:
    """Swap attribute values and element names; the result is usually still well-formed."""
    swaps = [
        (b'gridSpan w:val="2"', b'gridSpan w:val="7"'),
        (b'w:val="restart"', b'w:val="continue"'),
        (b"<w:vMerge/>", b""),
        (b'w:val="', b'w:val="9'),
        (b"<w:tc>", b"<w:tc><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"),
        (b' t="n"', b' t="b"'),
        (b' t="inlineStr"', b' t="e"'),
        (b'r="A', b'r="Z'),
        (b"<mergeCell ", b"<mergeCellX "),
        (b"<w:t>", b"<w:delText>"),
    ]
    for old, new in rng.sample(swaps, 3):
        xml = xml.replace(old, new, rng.randint(1, 5))
    return xml


@pytest.mark.parametrize("seed", [*range(25), 421])
@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        ("docx", damaged_bytes),
        ("docx", damaged_xml("word/document.xml")),
        ("xlsx", damaged_bytes),
        ("xlsx", damaged_xml("xl/worksheets/sheet1.xml")),
        ("html", damaged_bytes),
        ("pdf", damaged_bytes),
    ],
    ids=["docx bytes", "docx xml", "xlsx bytes", "xlsx xml", "html bytes", "pdf bytes"],
)
def test_a_damaged_file_loses_no_row(kind: str, damage: Callable[[bytes, random.Random], bytes], seed: int):
    data = damage(RENDERED[kind], random.Random(seed))
    extraction = survive(data, f"fuzz.{kind}")
    if extraction is not None:
        assert not_conserved(extraction) == []


RENDERED = {kind: render(WHOLE) for kind, render in FORMATS.items()}

numbers = st.decimals(0, 99_999, places=2).map(str)
words = st.text("社区文化体育养老助餐图书环境", min_size=2, max_size=12)
targets = st.one_of(
    st.integers(1, 999).map(lambda n: f"≥{n}人"),
    st.integers(1, 100).map(lambda n: f"{n}%"),
    st.integers(1, 12).map(lambda n: f"{n}月底前"),
    words,
)
indicator = st.tuples(
    words, targets, targets, st.integers(1, 50), st.integers(0, 50), st.one_of(st.just(""), words)
)


@settings(max_examples=25, deadline=None)
@given(name=words, budget=numbers, executed=numbers, rows=st.lists(indicator, min_size=1, max_size=8))
def test_a_form_of_any_values_is_the_same_in_every_format(
    name: str, budget: str, executed: str, rows: list[tuple[str, str, str, int, int, str]]
):
    funds = (
        "项目资金（万元）||<|年初预算数|全年预算数|全年执行数|分值|执行率|得分",
        f"^|年度资金总额|<|{budget}|{budget}|{executed}|10||10",
    )
    labels = ["^|产出指标|数量指标", *["^|^|^"] * (len(rows) - 1)]
    indicators = [
        f"{label}|{level3}|{target}|{actual}|{weight}|{score}|{reason}"
        for label, (level3, target, actual, weight, score, reason) in zip(labels, rows, strict=True)
    ]
    parts = [
        *TITLE,
        form(name=f"项目名称|<|{name}|<|<|<|<|<|<", funds=funds, heading=HEADING, indicators=indicators),
    ]
    for kind in ("txt", "docx", "xlsx", "html"):
        extraction = extract_document(read_bytes(FORMATS[kind](parts), f"a.{kind}"))
        assert extraction.refusals == [], kind
        tables = extraction.ledger.tables
        assert tables["raw_self_evaluation"][0]["project_name"] == name
        assert tables["raw_self_evaluation_fund"][0]["executed"] == executed
        read = [
            tuple(row[c] for c in ("level3", "target", "actual", "weight", "score", "deviation_reason"))
            for row in tables["raw_self_evaluation_indicator"]
        ]
        assert read == [(a, b, c, str(d), str(e), f) for a, b, c, d, e, f in rows], kind


def test_the_fuzzer_starts_from_documents_that_are_read_whole():
    for kind, data in RENDERED.items():
        extraction = survive(data, f"whole.{kind}")
        assert extraction is not None
        assert extraction.refusals == []
        assert extraction.forms == 3
    assert INDICATORS
