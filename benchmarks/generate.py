"""A realistic load: any number of forms derived from the real sample, the same for the same seed.

    python -m benchmarks.generate --forms 1000000 --out var/load
    python -m benchmarks.generate --change 0.01 --out var/load

A document is the sample's disclosure under another organization and year: between half and one and a half
times its forms, each form in one of its variants (`benchmarks.variants`), with names of places and projects
replaced. Some documents were corrected: the later version is active, the earlier one is in the store and
inactive.

Every choice depends on the md5 of the seed and of its subject, never on the order of the work.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb

from benchmarks.stores import CsvStore, ParquetStore, Store
from benchmarks.templates import (
    ACCOUNT_SIZES,
    DOCUMENT_SIZES,
    FORM_TABLES,
    SAMPLE_YEAR,
    read_sample,
    register,
)
from benchmarks.variants import VARIANTS
from ingestion.contract import OPTIONAL_TABLES, RAW_TABLES, columns

BATCH = 1_000
"""Maximum number of documents of a batch."""

YEARS = 4
CORRECTED = 0.05
"""Share of the documents that were corrected."""

TOUCHED = 10
"""One project in this many is replaced in a corrected filing."""

FORMS_A_DOCUMENT = 139
MEMORY = "3GB"

_DISTRICTS = [
    "丰台",
    "东城",
    "西城",
    "朝阳",
    "海淀",
    "石景山",
    "门头沟",
    "房山",
    "通州",
    "顺义",
    "昌平",
    "大兴",
    "怀柔",
    "平谷",
    "密云",
    "延庆",
]
_SYLLABLES = (
    "安宝北昌长城春翠大德东丰凤福高谷光广桂国海河和恒红华槐惠吉嘉建金锦景静开康兰乐莲良林龙"
    "梅明南宁平清庆泉荣瑞山双松泰天桐文西贤祥新兴秀"
)[:64]


@dataclass(frozen=True)
class Document:
    """A document to generate.

    Attributes:
        organization: Number of its organization.
        fiscal_year: Its year.
        version: 1, plus the number of corrections.
        forms: Maximum number of its forms; the last document of a load is cut to fit the load.
    """

    organization: int
    fiscal_year: int
    version: int = 1
    forms: int = 1_000


def prepare(connection: duckdb.DuckDBPyConnection, seed: int, years: Sequence[int]) -> None:
    """Create the templates and the macros for the queries of a batch.

    `chance(what, n)` is a number below n, `placed(text, …)` a text of the sample in another place.
    """
    connection.execute(f"set memory_limit = '{MEMORY}'")
    register(connection, read_sample(), years)
    connection.execute(
        f"create or replace macro chance(what, n) as cast(md5_number_lower('{seed}|' || what) % n as integer)"
    )
    syllables = f"'{_SYLLABLES}'"
    connection.execute(
        f"create or replace macro syllable(number) as {syllables}[cast(number as bigint) % 64 + 1]"
    )
    connection.execute(
        "create or replace macro word(number) as syllable(number) || syllable(number // 64) "
        "|| case when number >= 4096 then syllable(number // 4096) || "
        "case when number >= 262144 then syllable(number // 262144) else '' end else '' end"
    )
    connection.execute(
        "create or replace macro placed(printed, name, office, short_name, district, word) as "
        "replace(replace(replace(replace(replace(printed, '北京市丰台区人民政府和义街道办事处', name), "
        "'和义街道办事处', office), '和义街道', short_name), '丰台区', district), '和义', word)"
    )


def describe(connection: duckdb.DuckDBPyConnection, documents: Sequence[Document]) -> None:
    """Create the tables of a batch: `document`, one row a document, and `form`, one row a form."""
    rows = ", ".join(
        f"({number}, {d.organization}, {d.fiscal_year}, {d.version}, {d.forms})"
        for number, d in enumerate(documents)
    )
    districts = str(_DISTRICTS)
    sizes, accounts = (f"[{', '.join(map(str, each))}]" for each in (DOCUMENT_SIZES, ACCOUNT_SIZES))
    connection.execute(f"""
        create or replace table document as
        with numbered (document_no, organization, fiscal_year, version, most_forms) as (values {rows}),
        named as (
            select *,
                sha256(concat_ws('|', {_seed(connection)}, organization, fiscal_year, version)) as sha256,
                {districts}[organization % {len(_DISTRICTS)} + 1] || '区' as district,
                word(organization) as word,
                concat_ws('|', organization, fiscal_year) as filing,
                organization % 4 as kind
            from numbered
        )
        select *,
            'd' || sha256[:12] as document_id,
            word || case kind when 2 then '镇' when 3 then '局' else '街道' end as short_name,
            word || case kind when 2 then '镇人民政府' when 3 then '局' else '街道办事处' end as office,
            '北京市' || district || case kind when 2 then '' when 3 then '' else '人民政府' end
                || word || case kind when 2 then '镇人民政府' when 3 then '局' else '街道办事处' end as name,
            -- The size is the organization's: it has about as many projects every year.
            {sizes}[chance('size|' || organization, {len(DOCUMENT_SIZES)}) + 1] as document_size,
            {accounts}[chance('account|' || filing, {len(ACCOUNT_SIZES)}) + 1] as account_size,
            chance('workbook|' || organization, 4) = 0 as is_workbook
        from named""")
    connection.execute(f"""
        create or replace table form as
        with grouped as (select distinct group_no, bool_or(is_evaluated = 'True') over (partition by group_no)
            as is_evaluated from template_form),
        -- The second round is for what goes beyond the forms of the sample; a project stays for all years.
        chosen as (
            select document.*, round, group_no, concat_ws('|', organization, round, group_no) as project,
                round = 0 and is_evaluated as is_evaluated
            from document, range(2) as rounds (round), grouped
            where chance('project|' || concat_ws('|', organization, round, group_no), 100)
                < (document_size - round) * 100 or (round = 0 and is_evaluated)
        ),
        varied as (
            select *,
                case when is_evaluated then 0 else chance(concat_ws('|', 'variant', project, fiscal_year,
                    case when version > 1 and chance(concat_ws('|', 'touched', project, filing, version), {TOUCHED}) = 0
                    then version end), {len(VARIANTS)}) end as variant,
                '（' || word(chance('name|' || project, 4096)) || '社区）' as note
            from chosen
        ),
        numbered as (
            select varied.*, template_form.* exclude (document_id, source_line, group_no, is_evaluated, form_no,
                project_name, rule_profile),
                template_form.form_no as template_no, template_form.source_line as first_line,
                form_name.project_name || note as named,
                row_number() over (partition by document_no order by round, template_form.form_no) as form_no
            from varied
            inner join template_form on varied.group_no = template_form.group_no
            inner join form_name on template_form.form_no = form_name.form_no
                and varied.fiscal_year = form_name.fiscal_year
        )
        select *, {_placed("named")} as project_name,
            -- Forms begin below the accounts, thirty lines apart.
            {FIRST_LINE} + 30 * (form_no - 1) - first_line as lines_moved
        from numbered where form_no <= most_forms""")
    connection.execute("""
        create or replace table evaluated as
        select document_no, min_by(project_name, form_no) as project_name, min_by(named, form_no) as named
        from form where is_evaluated group by document_no""")


FIRST_LINE = 773
"""The line of the first form of the sample."""


def _seed(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select chance('documents', 1000000000)").fetchone()
    assert row is not None
    return f"'{row[0]}'"


def _placed(text: str) -> str:
    return f"placed({text}, name, office, short_name, district, word)"


_NAMED_AFTER_PROJECT = {
    "raw_evaluation": "subject_name",
    "raw_evaluation_indicator": "subject_name",
    "raw_project_execution": "project_name",
    "raw_project_spending": "project_name",
}
_TEMPLATE_OF = {
    "raw_self_evaluation_fund": "template_fund",
    "raw_self_evaluation_indicator": "template_indicator",
}


def query_of(table: str) -> str:
    """Return the query of a raw table's rows for the batch of `describe`, in document order."""
    if table == "raw_document":
        return _document_query()
    if table == "raw_source_place":
        return _place_query()
    if table in OPTIONAL_TABLES:
        # The sample has no rows of these.
        return (
            f"select {', '.join(f'cast(null as varchar) as {name}' for name in columns(table))} where false"
        )
    if table == "raw_self_evaluation":
        return _form_query()
    return _form_row_query(table) if table in FORM_TABLES else _account_query(table)


def _ordered(cells: dict[str, str], source: str, order: str) -> str:
    listed = ", ".join(f"cast({cell} as varchar) as {name}" for name, cell in cells.items())
    return f"select {listed} from {source} order by {order}"


def _document_query() -> str:
    cells = {name: f"sample.{name}" for name in columns("raw_document")}
    cells |= {
        "document_id": "document.document_id",
        "organization_name": "name",
        "district_name": "district",
        "fiscal_year": "document.fiscal_year",
        "title": f"replace(sample.title, '{SAMPLE_YEAR}', cast(document.fiscal_year as varchar))",
        "source_file": "sha256[:16] || case when is_workbook then '.xlsx' else '.txt' end",
        "source_sha256": "sha256",
    }
    return _ordered(cells, "document, template_raw_document as sample", "document_no")


def _form_query() -> str:
    cells = {name: name for name in columns("raw_self_evaluation")}
    cells |= {
        "source_line": "first_line + lines_moved",
        "form_year": "fiscal_year - year_back",
        "competent_unit": _placed("competent_unit"),
        "implementing_unit": _placed("implementing_unit"),
        "total_source_line": "total_source_line + lines_moved",
        "rule_profile": "null",
    }
    return _ordered(cells, "form", "document_no, form.form_no")


def _form_row_query(table: str) -> str:
    cells = {name: f"rows.{name}" for name in columns(table)}
    cells |= {
        "document_id": "form.document_id",
        "source_line": "rows.source_line + lines_moved",
        "form_no": "form.form_no",
    }
    source = f"form inner join {_TEMPLATE_OF[table]} as rows on template_no = rows.form_no and form.variant = rows.variant"
    return _ordered(cells, source, "document_no, form.form_no, position")


def _account_query(table: str) -> str:
    cells = {name: f"rows.{name}" for name in columns(table)} | {"document_id": "document.document_id"}
    source = f"document cross join template_{table} as rows"
    if table in ("raw_final_account", "raw_department_target", "raw_reported_figure"):
        source += (
            " where rows.document_size = document.document_size and rows.account_size = document.account_size"
        )
    if (name := _NAMED_AFTER_PROJECT.get(table)) is not None:
        source += " left join evaluated using (document_no)"
        # Any other name than that of the evaluated project is a total, or the name of the department.
        cells[name] = (
            f"case when rows.{name} in (select project_name from template_form where is_evaluated = 'True') "
            f"then coalesce(evaluated.project_name, {_placed('rows.' + name)}) else {_placed('rows.' + name)} end"
        )
    return _ordered(cells, source, "document_no, position")


def _place_query() -> str:
    lines = " union ".join(
        [
            "select document_no, document_id, unnest([first_line, total_source_line]) + lines_moved as line from form "
            "where is_workbook",
            *(
                f"select document_no, document.document_id, source_line from document, (select distinct source_line "
                f"from template_{table}) where is_workbook"
                for table in RAW_TABLES
                if table not in FORM_TABLES and table not in OPTIONAL_TABLES
            ),
            *(
                f"select document_no, form.document_id, source_line + lines_moved from form inner join {template} as rows "
                "on template_no = rows.form_no and rows.variant = 0 where is_workbook"
                for template in _TEMPLATE_OF.values()
            ),
        ]
    )
    sheet = f"case when line < {FIRST_LINE} - 6 then '决算与评价' else '自评表' end"
    cells = {
        "document_id": "document_id",
        "source_line": "line",
        "source_place": f"'工作表“' || {sheet} || '”第' || line || '行'",
    }
    return _ordered(cells, f"({lines}) as cited", "document_no, line")


def generate(
    store: Store,
    forms: int,
    seed: int = 1,
    years: int = YEARS,
    corrected: float = CORRECTED,
    batch: int = BATCH,
) -> int:
    """Fill a new store.

    Args:
        store: The target of the rows.
        forms: Number of forms of its active documents.
        seed: Seed of the load.
        years: Fiscal years of each organization, up to that of the sample.
        corrected: Share of the documents that have an earlier version.
        batch: Maximum number of documents of a batch.

    Returns:
        The number of active documents.
    """
    span = range(SAMPLE_YEAR - years + 1, SAMPLE_YEAR + 1)
    with duckdb.connect() as connection:
        prepare(connection, seed, span)
        organizations = max(1, round(forms / FORMS_A_DOCUMENT / years))
        left, active, again = forms, 0, []
        for documents in _filings(span, organizations, batch):
            describe(connection, documents)
            kept = _within(connection, documents, left)
            if kept != documents:
                describe(connection, kept)
            left -= _count(connection, "form")
            refiled = _chosen(connection, "corrected", corrected)
            store.write(connection, query_of, dead=refiled)
            again += [
                Document(d.organization, d.fiscal_year, 2, d.forms)
                for n, d in enumerate(kept)
                if n in refiled
            ]
            active += len(kept)
            if left == 0:
                break
        for documents in _by_year(again, batch):
            describe(connection, documents)
            store.write(connection, query_of)
    store.finish(seed, span)
    return active


def change(store: ParquetStore, share: float) -> tuple[int, int, int]:
    """Correct a share of a store's documents in new batches; withdraw and add a tenth as many.

    Args:
        store: A store that `generate` filled.
        share: Share of the documents that are corrected, between 0 and 1.

    Returns:
        The numbers of corrected, withdrawn and added documents.
    """
    seed, span, documents = store.read()
    turn = store.batches
    with duckdb.connect() as connection:
        prepare(connection, seed, span)
        known = list(documents)
        chance = _chances(connection, [f"change|{turn}|{document_id}" for document_id in known])
        order = sorted(range(len(known)), key=lambda at: chance[at])
        corrected = order[: max(1, round(len(known) * share))]
        few = max(1, len(corrected) // 10)
        withdrawn = order[len(corrected) : len(corrected) + few]
        store.kill([known[at] for at in (*corrected, *withdrawn)])
        old = [documents[known[at]] for at in sorted(corrected)]
        again = [Document(d.organization, d.fiscal_year, d.version + 1, d.forms) for d in old]
        first_new = 1 + max(document.organization for document in documents.values())
        again += [Document(first_new + number, span[-1]) for number in range(few)]
        for batch in _by_year(again, BATCH):
            describe(connection, batch)
            store.write(connection, query_of)
    store.finish(seed, span)
    return len(corrected), len(withdrawn), few


def _filings(span: Sequence[int], organizations: int, batch: int) -> Iterator[list[Document]]:
    """Yield the documents of each year in batches; in the last year, new organizations without end."""
    for year in span:
        for first in count(0, batch):
            if first >= organizations and year != span[-1]:
                break
            end = organizations if year != span[-1] and first + batch > organizations else first + batch
            yield [Document(organization, year) for organization in range(first, end)]


def _by_year(documents: Sequence[Document], batch: int) -> Iterator[list[Document]]:
    ordered = sorted(documents, key=lambda document: (document.fiscal_year, document.organization))
    for first in range(0, len(ordered), batch):
        yield ordered[first : first + batch]


def _within(connection: duckdb.DuckDBPyConnection, documents: list[Document], forms: int) -> list[Document]:
    """Return the first documents that together have this number of forms; the last of them is cut."""
    counts = dict(connection.execute("select document_no, count(*) from form group by 1").fetchall())
    kept = []
    for number, document in enumerate(documents):
        if forms <= 0:
            break
        has = min(counts[number], forms)
        kept.append(
            document
            if has == counts[number]
            else Document(document.organization, document.fiscal_year, 1, has)
        )
        forms -= has
    return kept


def _chosen(connection: duckdb.DuckDBPyConnection, what: str, share: float) -> frozenset[int]:
    rows = connection.execute(
        f"select document_no from document where chance('{what}|' || filing, 1000000) < {share} * 1000000"
    ).fetchall()
    return frozenset(number for (number,) in rows)


def _chances(connection: duckdb.DuckDBPyConnection, whats: Sequence[str]) -> list[int]:
    rows = connection.execute("select chance(unnest(?), 2000000000)", [list(whats)]).fetchall()
    return [chance for (chance,) in rows]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate a load, or change one, by default as given on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder; a new one, but for --change")
    parser.add_argument("--forms", type=int, default=100_000, help="forms of the active documents")
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--corrected", type=float, default=CORRECTED, help="share with an earlier version")
    parser.add_argument("--change", type=float, help="correct this share of the documents of a Parquet store")
    options = parser.parse_args(arguments)
    begin = time.perf_counter()
    if options.change is not None:
        corrected, withdrawn, new = change(ParquetStore(options.out), options.change)
        done = f"{corrected} documents corrected, {withdrawn} withdrawn, {new} new"
    else:
        if options.out.exists() and any(options.out.iterdir()):
            parser.error(f"{options.out} is not empty; name another folder")
        store = ParquetStore(options.out) if options.format == "parquet" else CsvStore(options.out)
        active = generate(store, options.forms, options.seed, options.years, options.corrected)
        done = f"{options.forms:,} forms in {active:,} documents"
    print(f"{done}: {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    main()
