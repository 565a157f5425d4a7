"""A generated load: the requested number of forms, with the sample's slips and sums, equal for equal seeds."""

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.generate import change, generate
from benchmarks.stores import CsvStore, ParquetStore
from benchmarks.templates import by_form, read_sample
from benchmarks.variants import (
    VARIANTS,
    amount_factor,
    times,
    varied_fund,
    varied_indicator,
    with_years_moved,
)
from ingestion.contract import OPTIONAL_TABLES, RAW_TABLES, columns
from ingestion.files import check_submission

SAMPLE = read_sample()
FORMS = 3_000
DOCUMENTS_OF_A_BATCH = 4

# Errors within one form, found in its raw rows; none of them is a rule of the review.
SLIPS = {
    "total_is_not_the_sum": """
        select form_no, document_id from forms inner join scores using (document_id, form_no)
        where try_cast(total_score as decimal(9, 2)) <> execution_score + indicator_score""",
    "no_total": "select form_no, document_id from forms where coalesce(total_score, '') = ''",
    "weights_are_not_100": """
        select form_no, document_id from forms inner join scores using (document_id, form_no)
        where execution_weight + indicator_weight <> 100""",
    "score_above_weight": """
        select distinct form_no, document_id from indicators
        where try_cast(score as decimal(9, 2)) > try_cast(weight as decimal(9, 2))""",
    "executed_is_not_the_budget": """
        select form_no, document_id from funds
        where fund_source = '年度资金总额'
            and try_cast(executed as decimal(20, 8)) <> try_cast(annual_budget as decimal(20, 8))""",
    "unmet_count": """
        select distinct form_no, document_id from indicators
        where level2 = '数量指标' and try_cast(target as integer) > try_cast(actual as integer)""",
    "operator_restated": "select distinct form_no, document_id from indicators where target = actual and target like '≤%'",
    "deduction_without_reason": """
        select distinct form_no, document_id from indicators
        where try_cast(score as decimal(9, 2)) < try_cast(weight as decimal(9, 2))
            and coalesce(deviation_reason, '') = ''""",
}
VIEWS = """
    create or replace temp view scores as
    select document_id, form_no,
        sum(try_cast(indicators.score as decimal(9, 2))) as indicator_score,
        sum(try_cast(indicators.weight as decimal(9, 2))) as indicator_weight,
        max(try_cast(funds.score as decimal(9, 2))) as execution_score,
        max(try_cast(funds.weight as decimal(9, 2))) as execution_weight
    from indicators
    inner join (select * from funds where fund_source = '年度资金总额') as funds using (document_id, form_no)
    group by all
"""


def rows_of_store(root: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of active documents, in the order of the store."""
    cells = ", ".join(f"rows.{name}" for name in columns(table))
    query = f"""
        select {cells}
        from read_parquet('{root}/{table}/*/*/data.parquet', hive_partitioning = false, filename = true) as rows
        semi join '{root}/documents.parquet' as documents
            on rows.document_id = documents.document_id
            and contains(rows.filename, concat('year=', documents.fiscal_year, '/batch=', documents.batch, '/'))
        order by filename, file_row_number"""
    with duckdb.connect() as connection:
        return connection.sql(query).to_arrow_table().to_pylist()


def slips(forms: list, funds: list, indicators: list) -> dict[str, float]:
    """Return the percentage of forms with each slip."""
    import pyarrow as pa  # noqa: PLC0415

    with duckdb.connect() as connection:
        for name, rows in [("forms", forms), ("funds", funds), ("indicators", indicators)]:
            connection.register(name, pa.Table.from_pylist(rows))
        connection.execute(VIEWS)
        return {
            name: 100 * len(connection.execute(query).fetchall()) / len(forms)
            for name, query in SLIPS.items()
        }


def drawn(root: Path, seed: int = 7) -> ParquetStore:
    store = ParquetStore(root)
    generate(store, FORMS, seed, batch=DOCUMENTS_OF_A_BATCH, corrected=0.2)
    return store


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("load")
    drawn(root)
    return root


@pytest.fixture(scope="module")
def tables(load: Path) -> dict[str, list[dict[str, str]]]:
    return {table: rows_of_store(load, table) for table in RAW_TABLES}


@pytest.mark.parametrize(
    ("text", "factor", "product"),
    [
        ("949.821024", "2", "1899.642048"),
        ("50.00", "0.5", "25.00"),
        ("106,029.00", "0.3", "31,808.70"),
        ("0.225", "0.5", "0.1125"),
        ("20", "0.5", "10"),
        ("—", "2", "—"),
        ("", "2", ""),
    ],
)
def test_a_product_is_exact_and_printed_as_its_number_was(text: str, factor: str, product: str) -> None:
    assert times(text, Decimal(factor)) == product


def test_years_move_together() -> None:
    assert with_years_moved("2023年第二批（2022年结转）", -2) == "2021年第二批（2020年结转）"


FUNDS, INDICATORS = (
    by_form(SAMPLE["raw_self_evaluation_fund"]),
    by_form(SAMPLE["raw_self_evaluation_indicator"]),
)


@pytest.mark.parametrize("form_no", ["39", "90", "95", "45", "77"])
def test_a_form_whose_amounts_disagree_keeps_them(form_no: str) -> None:
    # 39, 90, 95: executed is printed with more decimals than the budget; 45, 77: the cost is another number.
    assert amount_factor(FUNDS[form_no], INDICATORS[form_no], Decimal(2)) == 1


def test_the_sums_of_the_sample_hold_in_each_variant() -> None:
    varied = 0
    for form_no, funds in FUNDS.items():
        for variant in VARIANTS:
            factor = amount_factor(funds, INDICATORS[form_no], variant.amount)
            rows = [varied_fund(row, factor) for row in funds]
            varied += factor != 1
            for before, after in zip(funds, rows, strict=True):
                for column in ("initial_budget", "annual_budget", "executed"):
                    number = before[column].replace(",", "")
                    if number not in ("", "—"):
                        assert Decimal(after[column].replace(",", "")) == Decimal(number) * factor
    assert varied > 1_000


def test_a_count_is_missed_by_as_much_as_before() -> None:
    missed = next(row for row in INDICATORS["9"] if row["target"] == "480")
    varied = varied_indicator(missed, Decimal(1), 3)
    assert (varied["target"], varied["actual"], varied["score"]) == ("1440", "810", "10")


def test_as_many_forms_as_asked_for(tables: dict[str, list[dict[str, str]]]) -> None:
    assert len(tables["raw_self_evaluation"]) == FORMS


def test_documents_are_known_once_each(load: Path, tables: dict[str, list[dict[str, str]]]) -> None:
    with duckdb.connect() as connection:
        listed = connection.execute(f"select document_id from '{load}/documents.parquet'").fetchall()
    assert len(listed) == len(set(listed))
    assert {document_id for (document_id,) in listed} == {
        row["document_id"] for row in tables["raw_document"]
    }
    filings = [(row["organization_name"], row["fiscal_year"]) for row in tables["raw_document"]]
    assert len(filings) == len(set(filings)), "one version of a filing is active"


def test_each_raw_table_is_there_with_its_columns(tables: dict[str, list[dict[str, str]]]) -> None:
    for table, rows in tables.items():
        assert rows or table in OPTIONAL_TABLES, table
        assert all(tuple(row) == columns(table) for row in rows[:1])


def test_organizations_have_several_years(tables: dict[str, list[dict[str, str]]]) -> None:
    years: dict[str, set[str]] = {}
    for row in tables["raw_document"]:
        years.setdefault(row["organization_name"], set()).add(row["fiscal_year"])
    assert {"2020", "2021", "2022", "2023"} in years.values()


def test_slips_are_as_frequent_as_in_the_sample(tables: dict[str, list[dict[str, str]]]) -> None:
    of_sample = slips(*(SAMPLE[f"raw_self_evaluation{part}"] for part in ("", "_fund", "_indicator")))
    of_load = slips(*(tables[f"raw_self_evaluation{part}"] for part in ("", "_fund", "_indicator")))
    assert of_sample["total_is_not_the_sum"] == pytest.approx(100 * 7 / 139), (
        "seven forms by the printed document"
    )
    for name, rate in of_sample.items():
        # Each of some 120 projects is in or out by itself: a rate moves by about a fifth of its root.
        assert of_load[name] == pytest.approx(rate, abs=0.25 * max(rate, 1) ** 0.5 + 0.5), name


def test_a_form_as_printed_has_the_amounts_of_the_sample(tables: dict[str, list[dict[str, str]]]) -> None:
    # Form 58, of the project that is evaluated, is never varied: the amounts of the sample's own rows.
    names = {
        (row["document_id"], row["form_no"])
        for row in tables["raw_self_evaluation"]
        if row["project_name"][4:].startswith("年城市居民最低生活保障")
    }
    amounts = [
        row["executed"]
        for row in tables["raw_self_evaluation_fund"]
        if (row["document_id"], row["form_no"]) in names and row["fund_source"] == "年度资金总额"
    ]
    assert len(names) >= len(tables["raw_document"]) - 1
    assert amounts.count("744.59") >= len(tables["raw_document"]) - 1


def test_a_share_is_corrected_and_the_earlier_version_is_dead(load: Path) -> None:
    with duckdb.connect() as connection:
        first, second = (
            connection.execute(
                f"select organization, fiscal_year from '{load}/generated.parquet' where version = ? and is_active = ?",
                [version, version == 2],
            ).fetchall()
            for version in (1, 2)
        )
        counted = connection.execute(f"select count(*) from '{load}/documents.parquet'").fetchone()
    assert sorted(first) == sorted(second)
    assert counted is not None
    assert len(second) / counted[0] == pytest.approx(0.2, abs=0.15)


def test_the_same_seed_gives_the_same_content_and_another_one_doesn_t(
    load: Path, tables: dict[str, list[dict[str, str]]], tmp_path: Path
) -> None:
    drawn(tmp_path / "same")
    drawn(tmp_path / "other", seed=8)
    for table, rows in tables.items():
        assert rows_of_store(tmp_path / "same", table) == rows, table
    assert rows_of_store(tmp_path / "other", "raw_self_evaluation") != tables["raw_self_evaluation"]


def test_a_change_corrects_withdraws_and_adds(tmp_path: Path) -> None:
    store = drawn(tmp_path)
    before = {row["document_id"]: row for row in rows_of_store(tmp_path, "raw_document")}
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("raw_*/*/*/data.parquet")}
    corrected, withdrawn, new = change(ParquetStore(tmp_path), 0.2)
    after = {row["document_id"]: row for row in rows_of_store(tmp_path, "raw_document")}
    gone, came = before.keys() - after.keys(), after.keys() - before.keys()
    assert corrected == round(len(before) * 0.2)
    assert (len(gone), len(came)) == (corrected + withdrawn, corrected + new)
    filed = [
        {(before[i] if i in before else after[i])["organization_name"] for i in ids} for ids in (gone, came)
    ]
    assert len(filed[0] - filed[1]) <= withdrawn
    assert files == {path: path.stat().st_mtime_ns for path in files}, "what lies in the store isn't touched"
    assert store.batches < int(
        max(path.parent.name for path in tmp_path.glob("raw_document/*/*/data.parquet")).partition("=")[2]
    )


def test_landed_folders_keep_contract_one(tmp_path: Path) -> None:
    generate(CsvStore(tmp_path), 400, batch=DOCUMENTS_OF_A_BATCH, corrected=0.5)
    folders = [path for path in tmp_path.iterdir() if path.name != "history"]
    assert list((tmp_path / "history").iterdir())
    forms = 0
    for folder in folders:
        assert check_submission(folder) == []
        with (folder / "raw_self_evaluation.csv").open(encoding="utf-8", newline="") as file:
            forms += len(list(csv.DictReader(file)))
    assert forms == 400
