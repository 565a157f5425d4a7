"""The dbt project on its own: unit tests of its models, rounding of its macros, tests that can fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from stored import stored

from ingestion.filing import read_filings

ROOT = Path(__file__).resolve().parents[2]
Dbt = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="module")
def dbt(folder: Path) -> Dbt:
    def run(
        *arguments: str, raw: str = "", database: str = "build.duckdb"
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sysconfig.get_path("scripts")) / "dbt"), *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "DBT_PROFILES_DIR": str(ROOT),
                "DBT_TARGET_PATH": str(folder / "target"),
                "DBT_LOG_PATH": str(folder / "logs"),
                "JIXIAO_BUILD_DB": str(folder / database),
                "JIXIAO_RAW": raw,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def built(dbt: Dbt, folder: Path) -> Path:
    result = dbt("build")
    assert result.returncode == 0, result.stdout
    return folder / "build.duckdb"


def results(folder: Path) -> dict[str, str]:
    content = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    return {result["unique_id"].split(".")[2]: result["status"] for result in content["results"]}


def test_the_project_builds_and_its_unit_tests_pass(built: Path, folder: Path) -> None:
    content = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    run = {result["unique_id"] for result in content["results"]}
    assert built.is_file()
    assert manifest["unit_tests"]
    assert set(manifest["unit_tests"]) <= run
    # dbt lists exposures too, and has nothing to do for them.
    assert {
        (result["unique_id"].startswith("exposure."), result["status"]) for result in content["results"]
    } == {
        *((False, "success"), (False, "pass")),
        (True, "no-op"),
    }


def test_a_part_of_the_project_builds_by_itself(dbt: Dbt) -> None:
    result = dbt("build", "--select", "+mart_project_execution", database="part.duckdb")
    assert result.returncode == 0, result.stdout


def test_nothing_below_the_marts_reads_a_mart_and_no_mart_goes_round_in_a_circle(
    built: Path, folder: Path
) -> None:
    assert built.is_file()
    nodes = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    order = [
        "staging",
        "intermediate",
        "core",
        "execution",
        "variance",
        "score",
        "review",
        "quality",
        "dictionary",
    ]

    def room(node: dict[str, list[str]]) -> str:
        return node["fqn"][2] if node["fqn"][1] == "marts" else node["fqn"][1]

    backwards = [
        (node["name"], nodes[parent]["name"])
        for node in nodes.values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
        if parent.startswith("model.") and order.index(room(nodes[parent])) > order.index(room(node))
    ]
    assert backwards == []


# Expression in the project's macros, and what it gives: exact, half away from zero, null for no denominator.
EXPRESSIONS = {
    "ratio('1', '3')": Decimal("0.333333"),
    "ratio('2', '3')": Decimal("0.666667"),
    "ratio('-1', '8')": Decimal("-0.125000"),
    "ratio('1', '0')": None,
    "ratio('1', 'cast(null as integer)')": None,
    "ratio('10000000', '1')": None,  # fits no decimal(12, 6)
    "quotient('10000000', '1')": Decimal("10000000.000000"),
    "yuan('949.821024', '10000')": Decimal("9498210.24"),
    "yuan('0.0000005', '10000')": Decimal("0.01"),
    "number_of(\"'1,234.50'\")": Decimal("1234.50000000"),
    "number_of(\"'１２３'\")": Decimal("123.00000000"),
    "number_of(\"'97.17%'\")": Decimal("97.17000000"),
    "number_of(\"'—'\")": None,
    "number_of(\"'　'\")": None,
    "number_of(\"'IO'\")": None,
    "held_between('28', '16', '20')": 20,
    "held_between('18', 'null', 'null')": 18,
}


def test_macros_round_to_their_exact_types(dbt: Dbt, folder: Path, built: Path) -> None:
    columns = ", ".join(
        f"{{{{ {expression} }}}} as c{number}" for number, expression in enumerate(EXPRESSIONS)
    )
    result = dbt("--quiet", "compile", "--inline", f"select {columns}", "--output", "json")
    assert result.returncode == 0, result.stdout + result.stderr
    compiled = json.loads(result.stdout)["compiled"]
    with duckdb.connect(str(built), read_only=True) as connection:
        row = connection.execute(compiled).fetchone()
    assert row is not None
    assert dict(zip(EXPRESSIONS, row, strict=True)) == EXPRESSIONS


# A damage to the raw tables, the models to build again, and the test that must see it.
DAMAGES = [
    (
        "update raw.raw_final_account set annual_budget = '1,2x' where printed_row_no = '1'",
        "every_printed_annual_budget_of_final_account_is_parsed",
    ),
    (
        "update reference.rule_profile_grade set score_below = 89 where grade = '良'",
        "grades_of_a_profile_leave_no_gap",
    ),
    (
        "insert into reference.unit_alias select organization_name, alias, '别的单位' from reference.unit_alias",
        "a_printed_unit_is_one_conformed_unit",
    ),
]


def test_damaged_tables_fail_the_tests_that_guard_them(dbt: Dbt, folder: Path, built: Path) -> None:
    with duckdb.connect(str(built)) as connection:
        for statement, _ in DAMAGES:
            connection.execute(statement)
    result = dbt(
        "build",
        "--select",
        "staging",
        "int_printed_value",
        "int_unit",
        "rule_profile_grade,resource_type:test",
    )
    assert result.returncode != 0
    failed = {name for name, status in results(folder).items() if status == "fail"}
    assert failed == {test for _, test in DAMAGES}


def test_a_seed_holds_the_sample_and_the_stored_documents_without_those_left_out(
    dbt: Dbt, folder: Path
) -> None:
    landing = folder / "landing"
    shutil.copytree(ROOT / "seeds" / "raw", landing / "by_hand")
    (sample,) = read_filings(landing / "by_hand")
    for file in (landing / "by_hand").glob("*.csv"):
        file.write_text(
            file.read_text(encoding="utf-8").replace(sample.document_id, "by_hand"), encoding="utf-8"
        )
    raw = folder / "raw"
    stored(landing, raw)

    def counts(database: str) -> dict[str, int]:
        done = dbt("seed", "--select", "raw_self_evaluation", raw=str(raw), database=database)
        assert done.returncode == 0, done.stdout
        with duckdb.connect(str(folder / database), read_only=True) as connection:
            return dict(
                connection.execute(
                    "select document_id, count(*) from raw.raw_self_evaluation group by all"
                ).fetchall()
            )

    assert counts("both.duckdb") == {sample.document_id: sample.forms, "by_hand": sample.forms}
    (raw / "left_out.csv").write_text(f"document_id\n{sample.document_id}\n", encoding="utf-8")
    assert counts("one.duckdb") == {"by_hand": sample.forms}
