"""The small rules: numbers, dashes, labels with lost characters, a cell's plain text."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.document import DocumentError, squeeze
from ingestion.form_labels import FUND_COLUMNS, INDICATOR_COLUMNS
from ingestion.formats.text import decode
from ingestion.read import parse_document
from ingestion.synonyms import synonyms
from ingestion.vocabulary import (
    FORM_HEADER_LABELS,
    LEVEL1_LABELS,
    LEVEL2_PARENT,
    canonical,
    is_ambiguous_number,
    is_dash,
    is_number,
    is_plain_number,
    is_rate,
    is_rule,
    mend,
)

FUND_SOURCES = tuple(dict.fromkeys(synonyms("fund_source").values()))

LEVEL2_LABELS = tuple(LEVEL2_PARENT)


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("满意度指标", "满意度指标"),
        ("满意度", "满意度指标"),
        ("产出指", "产出指标"),
        ("产出", "产出指标"),
        ("效益标", "效益指标"),
        ("成本指标", "成本指标"),
        ("产", None),
        ("出指标", None),
        ("产出指标值", None),
        ("产标指", None),
        ("数量指标", None),
        ("", None),
    ],
)
def test_a_first_level_label_with_lost_characters_is_mended(printed: str, label: str | None) -> None:
    assert mend(printed, LEVEL1_LABELS) == label


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("服务对象满意度标", "服务对象满意度指标"),
        ("服务对象满意度指", "服务对象满意度指标"),
        ("服务对象满意度", "服务对象满意度指标"),
        ("服务对象满意", "服务对象满意度指标"),
        ("服务对", None),
        ("社会效益", "社会效益指标"),
        ("社会成本指", "社会成本指标"),
        ("可持续影响", "可持续影响指标"),
        ("数量指", "数量指标"),
        # Two labels that are equally near: none is chosen.
        ("经济指标", None),
        ("社会指标", None),
        ("居民满意度指标", None),
    ],
)
def test_a_second_level_label_with_lost_characters_is_mended(printed: str, label: str | None) -> None:
    assert mend(printed, LEVEL2_LABELS) == label


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("实施单", "实施单位"),
        ("项目负责", "项目负责人"),
        ("联系电", "联系电话"),
        ("主管部", "主管部门"),
        ("项目名", "项目名称"),
        ("项目资金(万元)", None),
        ("便民服务中心", None),
    ],
)
def test_a_header_label_with_lost_characters_is_mended(printed: str, label: str | None) -> None:
    assert mend(printed, FORM_HEADER_LABELS) == label


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("其中:当年财政拨款", "其中：当年财政拨款"),
        ("其中：当年财政拨", "其中：当年财政拨款"),
        ("年度资金总", "年度资金总额"),
        ("上年结转", "上年结转资金"),
        ("其他资金", "其他资金"),
        ("中央补助", None),
    ],
)
def test_a_fund_source_with_lost_characters_is_mended(printed: str, label: str | None) -> None:
    assert mend(printed, FUND_SOURCES) == label


def test_brackets_and_colons_do_not_tell_labels_apart() -> None:
    assert mend("部门（单位）负责人", ("部门(单位)负责人",)) == "部门(单位)负责人"
    assert canonical("项目资金（万元）:") == "项目资金(万元)："


@pytest.mark.parametrize(
    "labels",
    [
        LEVEL1_LABELS,
        LEVEL2_LABELS,
        FORM_HEADER_LABELS,
        FUND_SOURCES,
        tuple(FUND_COLUMNS),
        tuple(INDICATOR_COLUMNS),
    ],
)
def test_a_whole_label_is_itself(labels: tuple[str, ...]) -> None:
    assert [mend(label, labels) for label in labels] == list(labels)


def test_a_stricter_share_leaves_shorter_rests_alone() -> None:
    assert mend("偏差原因分析及改进", INDICATOR_COLUMNS, least=0.75) == "偏差原因分析及改进措施"
    assert mend("偏差原因", INDICATOR_COLUMNS, least=0.75) is None


@pytest.mark.parametrize(
    "text", ["0", "10", "949.821024", "106,029.00", "1,234,567", "-2.83", "+1", "−2.83", "7，445，949.64"]
)
def test_a_plain_number_is_one(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "—",
        "1,23",
        "12,34.5",
        "1,2345",
        "10.510.5",
        "1.",
        ".5",
        "IO",
        "1O",
        "5%",
        "5元",
        "1 0",
        "1e3",
        "1-2",
        "五",
    ],
)
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert not is_number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100%", True),
        ("96.88％", True),
        ("0.97", True),
        ("1,000%", True),
        ("%", False),
        ("100%%", False),
        ("约5%", False),
    ],
)
def test_a_rate_is_a_number_or_a_percentage(text: str, expected: bool) -> None:
    assert is_rate(text) is expected


@pytest.mark.parametrize(
    ("printed", "ambiguous"),
    [
        ("100 200", True),
        ("1 0", True),
        ("12 3.5", True),
        ("1,000 2,000", True),
        ("106,029 000", True),
        ("1 2 3", True),
        (" 100\u3000200 ", True),
        # A break after the point or inside a group of thousands is the end of a printed line.
        ("86.82594 7", False),
        ("106,0 29.00", False),
        ("0.9887 15", False),
        # A text that no reading makes a number is not a number.
        ("10 abc", False),
        ("106029", False),
        (" 100 ", False),
        ("", False),
    ],
)
def test_a_break_between_whole_numbers_leaves_two_readings(printed: str, ambiguous: bool) -> None:
    assert is_ambiguous_number(printed) is ambiguous


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("10", True),
        ("86.82594 7", True),
        ("106,0 29.00", True),
        ("10 9", False),
        ("10.5 10.5", False),
        ("—", False),
    ],
)
def test_a_cell_holds_one_number_or_none(printed: str, plain: bool) -> None:
    assert is_plain_number(printed, squeeze(printed)) is plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("—", True),
        ("-", True),
        ("--", True),
        ("﹣", True),
        ("", False),
        ("-1", False),
        ("/", True),
        ("一", True),
        ("一一", True),
        ("一次", False),
    ],
)
def test_a_dash_is_only_dashes(text: str, expected: bool) -> None:
    assert is_dash(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("--", True), ("-----", True), (":---:", True), ("-", False), ("—", False), ("", False)],
)
def test_a_rule_is_two_hyphens_or_more(text: str, expected: bool) -> None:
    assert is_rule(text) is expected


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("年初预 算数", "年初预算数"),
        ("86.82594 7", "86.825947"),
        ("  满意\u3000度\xa0", "满意度"),
        ("<p>甲。</p> <p>乙。</p>", "甲。乙。"),
        ("≤3 元/天/m ²", "≤3元/天/m²"),
        ("LED  lamp 合格率", "LED lamp合格率"),
        ("A a\u3000B", "A a B"),
        ("A 1 B", "A1B"),
        ("2023 年\r", "2023年"),
        ("<p >x</ p>", "x"),
        ("<<p>p>x", "x"),
        ("a\0b", "a\0b"),
        (" \t ", ""),
        ("", ""),
    ],
)
def test_spaces_and_marks_that_the_conversion_put_in_are_removed(printed: str, text: str) -> None:
    assert squeeze(printed) == text


@given(st.text(st.sampled_from("<p>/ \u3000\t\r\x0b\xa0\0abZ中文1.")))
def test_squeezing_twice_changes_nothing_more(text: str) -> None:
    once = squeeze(text)
    assert squeeze(once) == once
    assert "<p>" not in once
    assert once == once.strip()


@given(st.text(st.characters(exclude_categories=["Z", "Cc"], exclude_characters="<>")))
def test_squeezing_keeps_every_character_that_is_no_space(text: str) -> None:
    assert squeeze(text) == text
    assert squeeze(" ".join(text)).replace(" ", "") == text


def test_a_line_with_a_tab_is_a_row_whose_cells_keep_their_places() -> None:
    document = parse_document("一段文字\n\t年 度\t\t5\r\n\n", name="a.txt", sha256="0" * 64)
    text, row, *blank = document.lines
    assert (text.is_row, text.text, text.number) == (False, "一段文字", 1)
    assert [(cell.column, cell.text) for cell in row.filled] == [(1, "年度"), (3, "5")]
    assert [cell.printed for cell in row.cells] == ["", "年 度", "", "5"]
    assert (row.head, row.number) == ("年度", 2)
    assert [line.text for line in blank] == ["", ""]


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("表\n".encode(), "表\n", "utf-8"),
        ("表\n".encode("utf-8-sig"), "表\n", "utf-8-sig"),
        ("表\n".encode("utf-16"), "表\n", "utf-16"),
        (b"\xfe\xff" + "表\n".encode("utf-16-be"), "表\n", "utf-16"),
        ("項目表：①〔2020〕\n".encode("gb18030"), "項目表：①〔2020〕\n", "gb18030"),
    ],
)
def test_the_encodings_that_disclosures_come_in_are_read(data: bytes, text: str, encoding: str) -> None:
    assert decode(data, "a.txt") == (text, encoding)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary.*offset 8"),
        (b"text\0text", "binary.*offset 4"),
        (b"PK\x03\x04" + bytes(range(1, 32)) * 4, "neither UTF-8, UTF-16 nor GB18030"),
        (b"\x80\x80\xff\xff", "neither UTF-8, UTF-16 nor GB18030"),
        (b"\xef\xbb\xbf\x80\x80", "marked as utf-8"),
        (b"\xff\xfe\x00", "marked as utf-16"),
        (b"\xff\xfe\x00\xd8\x41\x00", "marked as utf-16"),
    ],
)
def test_what_is_no_text_is_refused_with_its_name_and_what_to_do(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=f"(?s)^a.txt: .*{reason}.*"):
        decode(data, "a.txt")


@given(st.binary())
def test_decoding_any_bytes_gives_text_or_a_document_error(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        text, _ = decode(data, "a.txt")
        assert isinstance(text, str)
