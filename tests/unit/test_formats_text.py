"""Texts with cells separated by commas, semicolons or tabs, and cells in quotes."""

from __future__ import annotations

import pytest

from ingestion.document import Document, DocumentError
from ingestion.read import read_bytes


def rows(document: Document) -> list[list[str]]:
    return [[cell.text for cell in line.cells] or [line.text] for line in document.lines]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_cells_are_parted_by_what_stands_between_most_of_them(separator: str, encoding: str):
    lines = [["项目支出绩效自评表", "", ""], ["年度资金总额", '"1,234.50"', '"甲;乙"'], ["", "0", "10"]]
    data = "\r\n".join(separator.join(line) for line in lines).encode(encoding)
    assert rows(read_bytes(data, "自评表.CSV")) == [
        ["项目支出绩效自评表", "", ""],
        ["年度资金总额", "1,234.50", "甲;乙"],
        ["", "0", "10"],
    ]


def test_a_record_is_a_row_even_where_a_cell_goes_on_over_lines():
    document = read_bytes('甲,"年初\n预算数"\n乙,"写了""引号"""\n单独一格\n'.encode(), "a.csv")
    assert rows(document) == [["甲", "年初预算数"], ["乙", '写了"引号"'], ["单独一格"]]
    assert [line.place for line in document.lines] == ["第1行", "第2行", "第3行"]


def test_a_cell_larger_than_any_form_is_refused():
    with pytest.raises(DocumentError, match=r"(?s)a\.csv: 不是逐格分开的表格.*a\.csv: not a table of cells"):
        read_bytes(f'甲,"{"x" * 200_000}"'.encode(), "a.csv")


def test_commas_of_a_text_part_nothing():
    assert rows(read_bytes("收入1,234.50万元,其中".encode(), "a.txt")) == [["收入1,234.50万元,其中"]]


def test_a_text_that_excel_exported_has_its_cells_out_of_their_quotes():
    text = '项目\t"1,234.50"\t"写了""引号"""\n甲\t"年初\n预算数"\t乙\n"丙\n戊"\t丁\t\n'
    document = read_bytes(text.encode("utf-16"), "a.txt")
    assert rows(document) == [
        ["项目", "1,234.50", '写了"引号"'],
        ["甲", "年初预算数", "乙"],
        ["丙戊", "丁", ""],
        [""],
    ]
    # The second row takes two lines of the file, as the third does.
    assert [line.place for line in document.lines] == ["", "", "第4行", "第6行"]


@pytest.mark.parametrize(
    "text",
    ['甲\t"乙\n丙\t丁', '甲\t"\n丙\t"丁"', '5"管\t甲\n乙\t6"管', '"甲\n乙"'],
    ids=["no end", "the next row has one", "inches", "running text"],
)
def test_a_quote_that_somebody_wrote_joins_no_rows(text: str):
    assert len(read_bytes(text.encode(), "a.txt").lines) == 2
