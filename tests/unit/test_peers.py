"""The comparison with other engines: figures of runs, SQL of models, and comparison of results."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.peers.check import check_database, check_rows, difference, fingerprints
from benchmarks.peers.engines import sql
from benchmarks.peers.engines.task import FULL_WIDTH, HALF_WIDTH, RAW_COLUMNS, REFERENCE_COLUMNS, RESULTS
from benchmarks.peers.measure import Peer, PeerError, Run, alternate, record, run, with_ratios
from benchmarks.peers.models import all_tables, as_table, models_of, statements, write_naive_project
from benchmarks.peers.report import FORMER_COMMIT, former_section, section
from benchmarks.performance import page
from ingestion.contract import columns
from jixiao.settings import PROJECT_ROOT


def node(name: str, reads: list[str], materialized: str = "table", **more: object) -> dict[str, object]:
    return {
        "resource_type": "model", "name": name, "alias": name, "schema": "core", "path": f"marts/core/{name}.sql",
        "tags": [], "config": {"materialized": materialized}, "compiled_code": f"select '{name}' as made\n",
        "depends_on": {"nodes": [f"model.jixiao.{read}" for read in reads] + ["seed.jixiao.answer"]}, **more,
    }  # fmt: skip


def manifest(*nodes: dict[str, object]) -> dict[str, object]:
    return {
        "nodes": {
            **{f"model.jixiao.{each['name']}": each for each in nodes},
            "seed.jixiao.answer": {"resource_type": "seed", "tags": []},
        }
    }


def test_every_model_comes_after_those_that_it_reads():
    found = models_of(
        manifest(node("a", ["c"]), node("b", []), node("c", ["d", "b"]), node("d", [], "ephemeral"))
    )
    order = [model.table for model in found]
    assert sorted(order) == ["a", "b", "c", "d"]
    assert order.index("a") > order.index("c") > max(order.index("b"), order.index("d"))


def test_what_waits_for_the_gates_is_left_out():
    found = models_of(manifest(node("a", []), node("told", ["a"], tags=["after_gates"])))
    assert [model.table for model in found] == ["a"]


def test_a_model_without_compiled_sql_is_an_error_that_names_it():
    with pytest.raises(PeerError, match="lost: the manifest holds no compiled SQL"):
        models_of(manifest(node("lost", [], compiled_code=None)))


def test_the_statements_make_tables_and_views_and_run_as_they_stand():
    models = models_of(
        manifest(
            node("last", ["seen"], compiled_code='select made from "core"."seen"'),
            node("seen", [], "view"),
            node("inlined", [], "ephemeral"),
        )
    )
    with duckdb.connect() as connection:
        for statement in statements(models):
            connection.execute(statement)
        kinds = connection.execute(
            "select table_name, table_type from information_schema.tables order by 1"
        ).fetchall()
        assert kinds == [("last", "BASE TABLE"), ("seen", "VIEW")]
        assert connection.execute("from core.last").fetchall() == [("seen",)]


def test_a_materialization_that_nobody_knows_by_hand_is_an_error():
    with pytest.raises(PeerError, match="incremental"):
        statements(models_of(manifest(node("grown", [], "incremental"))))


@pytest.mark.parametrize(
    "own",
    [
        "{{ config(materialized='ephemeral') }}",
        "{{ config(materialized='view' if target.type == 'duckdb' else 'table') }}",
        "{{ config(materialized = 'view', tags=['a']) }}",
    ],
)
def test_a_model_s_own_materialization_becomes_that_of_a_table(own: str):
    assert as_table(own).replace(", tags=['a']", "") == "{{ config(materialized='table') }}"


def test_the_naive_project_has_tables_alone_and_all_models(tmp_path: Path):
    assert all_tables({"a": {"+materialized": "view", "+schema": "s", "b": {"+materialized": "ephemeral"}}}) == {
        "a": {"+materialized": "table", "+schema": "s", "b": {"+materialized": "table"}}
    }  # fmt: skip
    target = tmp_path / "naive"
    write_naive_project(PROJECT_ROOT, target)
    written = {path.relative_to(target) for path in target.glob("models/**/*.sql")}
    assert written == {path.relative_to(PROJECT_ROOT) for path in PROJECT_ROOT.glob("models/**/*.sql")}
    sources = [target / "dbt_project.yml", *target.glob("models/**/*.sql")]
    assert not [path for path in sources if "ephemeral" in path.read_text(encoding="utf-8")]


def test_the_median_of_a_peer_is_kept_with_all_runs_and_the_most_memory():
    runs = [Run(5.0, 10, {"work": 3.0}), Run(1.0, 30, {"work": 1.0}), Run(2.0, 20, {"work": 0.5})]
    kept = record(Peer("a", {"a": "1"}), runs)
    assert (kept["seconds"], kept["all_seconds"], kept["peak_mib"]) == (2.0, [5.0, 1.0, 2.0], 30)
    assert kept["stages"] == {"work": 1.0}


def test_ratios_are_those_to_the_first():
    floor = record(Peer("floor"), [Run(4.0, 1, {"start": 3.0, "work": 1.0})])
    other = record(Peer("other"), [Run(6.0, 1, {"start": 1.0, "load": 1.5, "work": 0.5, "export": 3.0})])
    found = with_ratios([floor, other])
    # 6 of 4 seconds; 1.5 and 0.5 seconds of 1.
    assert [each["ratio"] for each in found] == [1.0, 1.5]
    assert [each["work_ratio"] for each in found] == [1.0, 2.0]


def test_a_run_is_measured_and_its_failure_told(tmp_path: Path):
    command = [sys.executable, "-c", "import os; b = bytearray(96 * 2**20); open(os.environ['PEER_STAGES'], 'w').write('{\"work\": 1}')"]  # fmt: skip
    found = run(command, {}, tmp_path / "log")
    assert found.seconds > 0
    assert found.peak_mib >= 96
    assert found.stages == {"work": 1}
    with pytest.raises(PeerError, match=r"ended with 3, see .*log"):
        run([sys.executable, "-c", "raise SystemExit(3)"], {}, tmp_path / "log")


def test_rounds_alternate_and_a_peer_with_another_result_is_left_out(tmp_path: Path):
    order: list[str] = []

    def peer(name: str, reason: str = "") -> Peer:
        def check() -> None:
            if reason:
                raise PeerError(reason)

        return Peer(name, {}, [sys.executable, "-c", ""], {}, lambda: order.append(name), check)

    peers = [peer("floor"), peer("wrong", reason="the result differs"), peer("good")]
    found = alternate(peers, 2, tmp_path)
    assert order == ["floor", "wrong", "good", "floor", "good"]
    assert [each["name"] for each in found["peers"]] == ["floor", "good"]
    assert found["left_out"] == [{"name": "wrong", "reason": "the result differs"}]
    with pytest.raises(PeerError, match="wrong, without which nothing is compared: the result differs"):
        alternate([peers[1], peers[0]], 1, tmp_path)
    with pytest.raises(PeerError, match="wrong, without which"):
        alternate([peers[0], peers[1]], 1, tmp_path, needed=2)


def database(path: Path, *rows: str) -> Path:
    with duckdb.connect(path) as connection:
        connection.execute("create schema core; create table core.t (a varchar, b decimal(9, 2))")
        for row in rows:
            connection.execute(f"insert into core.t values {row}")
    return path


def test_databases_are_the_same_whatever_the_order_of_their_rows(tmp_path: Path):
    expected = fingerprints(database(tmp_path / "1", "('x', 1.5)", "(null, 2)"), ["core.t"])
    check_database(database(tmp_path / "2", "(null, 2)", "('x', 1.5)"), expected)
    with pytest.raises(PeerError, match=r"core[.]t has 1 rows, not 2"):
        check_database(database(tmp_path / "3", "('x', 1.5)"), expected)
    with pytest.raises(PeerError, match=r"core[.]t has other values"):
        check_database(database(tmp_path / "4", "('x', 1.51)", "(null, 2)"), expected)
    assert difference(expected, {}) == "core.t is missing"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("('x', '1.50'), (null, '2.00')", ""),
        ("('x', '1.50')", r"t in 1 rows, such as \[\('missing', None, Decimal\('2.00'\)\)\]"),
        ("('x', '1.50'), (null, '2.00'), (null, '2.00')", "t in 1 rows, such as .*too many"),
        ("('x', '1.50'), (null, '2.01')", "t in 2 rows"),
        ("('x', 'much'), (null, '2.00')", "t can't be read as it should be"),
    ],
)
def test_a_peer_s_rows_are_held_against_the_marts_value_by_value(tmp_path: Path, rows: str, said: str):
    duckdb.sql("select * from (values ('x', 1.5::decimal(9, 2)), (null, 2)) as v (a, b)").write_parquet(
        str(tmp_path / "t.parquet")
    )
    found = {"t": f"select * from (values {rows}) as v (a, b)"}
    if said:
        with pytest.raises(PeerError, match=said):
            check_rows(tmp_path, found)
    else:
        check_rows(tmp_path, found)


def slice_of(forms: str, funds: str, indicators: str) -> dict[str, list[dict[str, object]]]:
    """Return the results of the slice's SQL on a document of a made-up organization in 万元."""
    given = {
        "raw_document": "('D', '某局', '2023', '万元')",
        "raw_self_evaluation": forms,
        "raw_self_evaluation_fund": funds,
        "raw_self_evaluation_indicator": indicators,
    }
    found = {}
    with duckdb.connect() as connection:
        for table, rows in given.items():
            names = ", ".join(["document_id", *RAW_COLUMNS[table]])
            connection.execute(f"create table {table} as select * from (values {rows}) as v ({names})")
        for table in REFERENCE_COLUMNS:
            file = PROJECT_ROOT / "seeds" / "reference" / f"{table}.csv"
            connection.execute(f"create table {table} as from read_csv('{file}', header = true)")
        for name, query in sql.typed().items():
            connection.execute(f"create table {name} as {query}")
        queries = sql.results()
        assert list(queries) == list(RESULTS)
        for name, query in queries.items():
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or []]
            found[name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def test_the_slice_computes_what_the_form_says():
    found = slice_of(
        "('D', '1', '修缮', '办公室', '100', '９９', '30')",
        "('D', '11', '1', '年度资金总额', '1,000', '200', '50.5', '10', '25.25%', '9', null), "
        "('D', '12', '1', '其他资金', '—', '—', '—', '—', null, '—', null)",
        "('D', '20', '1', '1', '产出指标', '数量指标', '≥10个', '12个', '40', '40'), "
        "('D', '21', '1', '2', '产出指标', '成本指标', '5万元', '40000元', '50', '50'), "
        "('D', '22', '1', '3', '产出指标', '质量指标', '优良中差', '优', '0', '0')",
    )
    total, other = sorted(found["project_fund"], key=lambda row: str(row["source_line"]))
    # 50.5 of 200万元, and 25.25 %.
    assert (total["executed_yuan"], total["annual_budget_yuan"]) == (505_000, 2_000_000)
    assert float(str(total["execution_rate"])) == pytest.approx(50.5 / 200)
    assert float(str(total["reported_execution_rate"])) == pytest.approx(0.2525)
    assert (total["project_id"], total["initial_budget_yuan"]) == ("D-001", 10_000_000)
    assert (other["fund_source"], other["executed_yuan"], other["weight"]) == ("other", None, None)
    (unit,) = found["unit_execution"]
    assert (unit["unit_name"], unit["projects"], unit["share_rate"]) == ("办公室", 1, 1)
    (score,) = found["project_score"]
    # The execution's 9 points and 40 + 50 + 0 of the indicators.
    assert (score["score_lines"], score["reported_total"], score["recomputed_total"]) == (4, 99, 9 + 40 + 50)
    assert score["is_consistent"] is True
    first, second = sorted(found["indicator_variance"], key=lambda row: str(row["indicator_id"]))
    assert (first["comparator"], first["attainment"], first["unit"]) == (">=", "exceeded", "个")
    # A cost is a ceiling: 40,000 of 50,000 yuan are 10,000 less.
    assert (second["comparator"], second["target_value"], second["actual_value"]) == ("<=", 50_000, 40_000)
    assert second["attainment"] == "met"
    assert float(str(second["deviation_rate"])) == pytest.approx(0.2)


def test_what_the_engines_read_is_in_the_contract_of_the_raw_tables():
    for table, names in RAW_COLUMNS.items():
        assert set(names) <= set(columns(table))
    assert len(FULL_WIDTH) == len(HALF_WIDTH)


MEASURED = {
    "date": "2026-11-27", "commit": "84c0a02", "cores": 2, "machine": "x86_64", "python": "3.11.7", "duckdb": "2.0.0",
    "dbt": "1.11.16", "memory": "4GB",
}  # fmt: skip
COMPARED = {
    "measured": MEASURED, "forms": 30_000, "documents": 212, "rounds": 5,
    "project": {
        "models": 81, "statements": 50, "tables": 30, "rows": 1_000_000,
        "peers": [
            {"name": "hand", "versions": {"duckdb": "2.0.0"}, "seconds": 20.0, "ratio": 1.0, "work_ratio": 1.0, "stages": {}, "peak_mib": 900},
            {"name": "ours", "versions": {"dbt-core": "1.11"}, "seconds": 23.0, "ratio": 1.15, "work_ratio": 1.15, "stages": {}, "peak_mib": 1000},
            {"name": "naive", "versions": {"dbt-core": "1.11"}, "seconds": 20.7, "ratio": 1.04, "work_ratio": 1.04, "stages": {}, "peak_mib": 950},
        ],
        "left_out": [{"name": "other", "reason": "the result differs"}],
    },
    "slice": {
        "rows": {"project_fund": 1234},
        "peers": [
            {"name": "DuckDB SQL", "versions": {}, "seconds": 2.0, "ratio": 1.0, "work_ratio": 1.0, "stages": {"start": 0.5, "work": 1.5}, "peak_mib": 500},
            {"name": "polars", "versions": {}, "seconds": 1.5, "ratio": 0.75, "work_ratio": 0.8, "stages": {"start": 0.3, "work": 1.2}, "peak_mib": 600},
            {"name": "third", "versions": {}, "seconds": 9.0, "ratio": 4.5, "work_ratio": 4.0, "stages": {"start": 2.0, "work": 6.0}, "peak_mib": 300},
        ],
        "left_out": [],
    },
}  # fmt: skip


def test_the_page_names_who_is_faster_who_is_smaller_and_who_is_left_out():
    text = section(COMPARED)
    assert "| ours | dbt-core 1.11 | 23.0 s | 1.15 | 1,000 MiB |" in text
    # 20.7 of 23 seconds: compared with the project itself, since the floor is the fastest.
    assert "Faster than ours: naive (0.90 times its time). Left out: other: the result differs." in text
    assert "| third |  | 6.00 s | 4.00 | 2.00 s | 9.00 s | 300 MiB |" in text
    # 1.2 of 1.5 seconds, and 1.5 of 2.
    assert "Faster than DuckDB SQL in its work: polars (0.80 times its time)." in text
    assert "Faster than DuckDB SQL as a whole process: polars (0.75 times its time)." in text
    assert "With less memory than DuckDB SQL: third (300 MiB)." in text


def test_the_floor_of_a_larger_load_stands_beside_what_all_were_measured_on():
    assert "The floor on a larger load" not in section(COMPARED)
    peers = [
        {**COMPARED["project"]["peers"][0], "seconds": 600.0},
        {**COMPARED["project"]["peers"][1], "seconds": 630.0, "ratio": 1.05},
    ]
    floor = {
        "measured": {**MEASURED, "commit": "1bfae70"},
        "forms": 1_000_000,
        "documents": 7_092,
        "rounds": 1,
        "project": {"rows": 70_000_000, "peers": peers},
    }
    text = section(COMPARED, floor)
    assert "The same two, 1 round, 1,000,000 generated forms in 7,092 documents (70,000,000 rows" in text
    assert text.count("Measured on 2026-11-27 of 84c0a02") == 1
    assert text.count("Measured on 2026-11-27 of 1bfae70") == 1
    assert "| ours | dbt-core 1.11 | 630.0 s | 1.05 | 1,000 MiB |" in text
    assert text.index("1.05 |") < text.index("### One slice in each engine")
    assert "\n\n\n" not in text


def test_the_slice_of_larger_loads_stands_beside_that_of_the_first():
    assert "The slice on larger loads" not in section(COMPARED)
    floor, *_ = COMPARED["slice"]["peers"]
    polars = {
        **floor, "name": "polars", "seconds": 9.0, "stages": {"start": 1.0, "work": 8.25}, "work_ratio": 0.55
    }  # fmt: skip
    larger = {
        "measured": {**MEASURED, "commit": "1bfae70"},
        "forms": 300_000,
        "rounds": 1,
        "slice": {"peers": [{**floor, "stages": {"start": 1.0, "work": 15.0}}, polars]},
    }
    text = section(COMPARED, slices=[larger])
    assert "| Engine | 30,000 forms | 300,000 forms |" in text
    assert "- 30,000 forms: medians of 5 rounds. Measured on 2026-11-27 of 84c0a02: 2 cores" in text
    assert "- 300,000 forms: one round. Measured on 2026-11-27 of 1bfae70: 2 cores" in text
    assert "| DuckDB SQL | 1.5 s (1.00) | 15.0 s (1.00) |" in text
    # 6 of 1.5 seconds; it was not measured on the larger load.
    assert "| third | 6.0 s (4.00) | left out |" in text
    assert "| polars | 1.2 s (0.80) | 8.2 s (0.55) |" in text
    assert "\n\n\n" not in text


def test_engines_whose_code_was_removed_stay_on_the_page_with_their_date_and_commit():
    floor, *_ = COMPARED["slice"]["peers"]
    loading = {
        **floor, "name": "loading", "seconds": 9.0, "work_ratio": 4.0, "peak_mib": 300,
        "stages": {"start": 2.0, "load": 2.0, "work": 4.0, "export": 1.0},
    }  # fmt: skip
    former = {
        **COMPARED, "measured": {**MEASURED, "date": "2026-11-01"}, "slice": {"peers": [floor, loading]}
    }  # fmt: skip
    larger = {**former, "forms": 300_000, "rounds": 3}
    text = former_section([former, larger])
    assert f"commit {FORMER_COMMIT} still has it" in text
    assert "Measured on 2026-11-01 of 84c0a02" in text
    # 2 + 4 seconds of work, of which 2 are load.
    assert "| loading |  | 6.00 s | 4.00 | 2.00 s | 2.00 s | 9.00 s | 300 MiB |" in text
    assert "| loading | 6.0 s (4.00) | 6.0 s (4.00) |" in text


def test_the_page_does_without_a_comparison():
    build = {
        "forms": 10, "kind": "full", "seconds": 2, "documents_computed": 1, "stages": {"models": 1}, "peak_mib": 1,
        "release_mib": 1, "rows": 5,
    }  # fmt: skip
    assert "Comparison with other implementations" not in page(
        [{"measured": MEASURED, "forms": 10, "builds": [build]}]
    )
    text = page([{"measured": MEASURED, "forms": 10, "builds": [build]}], peers=COMPARED, former=[COMPARED])
    headings = (
        "## Comparison with other implementations",
        "### One slice",
        "### Engines that are no longer measured",
        "## Settings",
    )
    assert sorted(headings, key=text.index) == list(headings)
    assert "\n\n\n" not in text
