"""The data dictionary of a release: the page and the entity diagram."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import duckdb
import pytest
import yaml

from jixiao.pages.dictionary.content import Column, Table, descriptions, read_dictionary
from jixiao.pages.dictionary.diagram import entity_diagram
from jixiao.pages.dictionary.page import render_page
from jixiao.release.store import ReleaseError
from jixiao.settings import PROJECT_ROOT

KEY = Column("id", "编号", "Key.", "string", None, True, True, None, None, "a1")
LANE_HEIGHT = 60
MARTS = PROJECT_ROOT / "models" / "marts"


def table(name: str, *references: str) -> Table:
    columns = tuple(replace(KEY, name=f"to_{other}", is_key=False, references=other) for other in references)
    schema, _, plain = name.partition(".")
    return Table(
        schema, plain, f"表{plain}", "One row per thing.", "One row per thing", "全文", 3, (KEY, *columns)
    )


def boxes(svg: str) -> dict[str, tuple[int, int]]:
    """Return the top left corner of each table's box, the one that is drawn with an outline."""
    found = re.findall(r'<a href="#([^"]+)"><rect x="(\d+)" y="(\d+)"', svg)
    return {name: (int(x), int(y)) for name, x, y in found}


def lines(svg: str) -> dict[str, str]:
    """Return the path of each reference by the text of its tooltip."""
    return {tip: path for path, tip in re.findall(r'<path d="([^"]+)"[^>]*><title>([^<]+)</title>', svg)}


def test_a_table_stands_to_the_right_of_what_it_refers_to():
    place = boxes(
        entity_diagram([table("core.a"), table("core.b", "core.a"), table("core.c", "core.b", "core.a")])
    )
    assert [x for x, _ in (place["core.a"], place["core.b"], place["core.c"])] == sorted(
        {x for x, _ in place.values()}
    )


def test_a_line_that_passes_a_column_crosses_none_of_its_boxes():
    svg = entity_diagram([table("core.a"), table("core.b", "core.a"), table("core.c", "core.b", "core.a")])
    path = lines(svg)["core.c.to_core.a → core.a"]
    # In the column that is passed, the line runs level from one side to the other: the command H.
    level = int(re.search(r"(\d+) H", path)[1])
    _, top = boxes(svg)["core.b"]
    assert not top <= level <= top + 46


def test_no_two_boxes_overlap_and_all_lie_inside_the_picture():
    names = [f"core.t{number}" for number in range(23)]
    svg = entity_diagram(
        [table(names[0]), *(table(name, names[0]) for name in names[1:9]), *map(table, names[9:])]
    )
    place = boxes(svg)
    assert set(place) == set(names)
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    assert all(x + 232 <= width and y + 46 <= height for x, y in place.values())
    for x in {x for x, _ in place.values()}:
        rows = sorted(y for left, y in place.values() if left == x)
        assert all(lower - upper >= LANE_HEIGHT for upper, lower in pairwise(rows))


def test_references_to_the_document_are_said_once_and_not_drawn():
    svg = entity_diagram([table("core.dim_document"), table("core.b", "core.dim_document")])
    assert lines(svg) == {}


def test_tables_that_refer_to_each_other_or_to_themselves_are_drawn():
    svg = entity_diagram([table("core.a", "core.b"), table("core.b", "core.a"), table("core.c", "core.c")])
    assert set(boxes(svg)) == {"core.a", "core.b", "core.c"}
    assert set(lines(svg)) == {"core.a.to_core.b → core.b", "core.b.to_core.a → core.a"}


def test_a_reference_to_a_table_that_is_not_published_is_left_out():
    assert lines(entity_diagram([table("core.a", "raw.b")])) == {}


def test_no_tables_give_an_empty_picture():
    assert entity_diagram([]).startswith("<svg")


def test_the_page_escapes_what_the_warehouse_holds():
    hostile = "<script>alert(1)</script>\"'&"
    column = replace(KEY, example=hostile, allowed_values=hostile)
    page = render_page([replace(table("core.a"), columns=(column,), label_zh=hostile)], "r1")
    assert page.count("<script>") == 1  # the search
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_loads_nothing_from_elsewhere():
    page = render_page([table("core.a"), table("core.b", "core.a")], "r1")
    references = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert references
    assert all(reference.startswith("#") for reference in references)
    assert not re.search(r"url\(|@import", page)
    assert set(re.findall(r"https?://[^\"\s]+", page)) == {"http://www.w3.org/2000/svg"}


def test_what_is_described_in_chinese_is_in_both_languages_and_no_description_is_of_nothing():
    described = descriptions()
    models = {path.stem: path.read_text(encoding="utf-8") for path in MARTS.rglob("*.yml")}
    columns = {
        (model["name"], column["name"])
        for text in models.values()
        for model in yaml.safe_load(text).get("models", [])
        for column in model["columns"]
    }
    tables = {table for table, _ in columns}
    assert {table for table, column in described if not column} == tables
    # A missing one is a row of descriptions_zh.csv; without a table it is for every table with such a column.
    assert {one for one in columns if one not in described and ("", one[1]) not in described} == set()
    known = columns | {(table, "") for table in tables} | {("", column) for _, column in columns}
    assert described.keys() - known == set()


def test_a_description_is_shown_in_both_languages_and_a_schema_can_be_hidden_with_its_heading():
    page = render_page([replace(table("core.a"), description_zh="每物一行。")], "r1")
    assert re.search(r'<div class="schema">\s*<h2>', page)
    assert "<p>每物一行。</p>" in page
    assert "One row per thing." in page


def test_a_value_that_is_missing_is_a_dash_and_not_none():
    page = render_page([replace(table("core.a"), columns=(replace(KEY, example=None),))], "r1")
    assert '<td class="example">—</td>' in page
    assert "None" not in page


def test_a_release_without_a_dictionary_is_named():
    with duckdb.connect() as connection, pytest.raises(ReleaseError, match="build the release again"):
        read_dictionary(connection)
