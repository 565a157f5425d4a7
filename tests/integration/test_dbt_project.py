"""The dbt project alone: unit tests of its models, rounding of its macros, tests that can fail."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from stored import stored
from warehouse import ROOT, TARGET, run_dbt

from ingestion.filing import read_filings


@dataclass(frozen=True)
class Built:
    """The built project, with dbt's artifacts."""

    folder: Path
    results: dict[str, str]
    manifest: dict[str, Any]

    @property
    def database(self) -> Path:
        return self.folder / "build.duckdb"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dbt")
    done = run_dbt(folder, "build")
    assert done.returncode == 0, done.stdout
    return Built(folder, results(), json.loads((TARGET / "manifest.json").read_text(encoding="utf-8")))


def results() -> dict[str, str]:
    """Return the status of each node of dbt's last call."""
    content = json.loads((TARGET / "run_results.json").read_text(encoding="utf-8"))
    return {result["unique_id"]: result["status"] for result in content["results"]}


def test_the_project_builds_and_its_unit_tests_pass(built: Built) -> None:
    assert built.database.is_file()
    assert built.manifest["unit_tests"]
    assert set(built.manifest["unit_tests"]) <= built.results.keys()
    # dbt lists exposures too, without a result.
    assert {(node.startswith("exposure."), status) for node, status in built.results.items()} == {
        *((False, "success"), (False, "pass")),
        (True, "no-op"),
    }


def test_a_part_of_the_project_builds_by_itself(tmp_path: Path) -> None:
    done = run_dbt(tmp_path, "build", "--select", "+mart_project_execution")
    assert done.returncode == 0, done.stdout


def test_nothing_below_the_marts_reads_a_mart_and_no_mart_goes_round_in_a_circle(built: Built) -> None:
    nodes = built.manifest["nodes"]
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


# An expression in the project's macros, and its value: exact, half away from zero, null without a denominator.
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
    "number_of(\"'（1，234）'\")": Decimal("-1234.00000000"),
    "number_of(\"'1200000,50'\")": None,  # a decimal comma
    "number_of(\"'600,5'\")": None,
    "number_of(\"'1,2345'\")": None,
    "number_of(\"'１２３'\")": Decimal("123.00000000"),
    "number_of(\"'97.17%'\")": Decimal("97.17000000"),
    "number_of(\"'—'\")": None,
    "number_of(\"'　'\")": None,
    "number_of(\"'IO'\")": None,
    "held_between('28', '16', '20')": 20,
    "held_between('18', 'null', 'null')": 18,
}


def test_macros_round_to_their_exact_types(built: Built) -> None:
    columns = ", ".join(
        f"{{{{ {expression} }}}} as c{number}" for number, expression in enumerate(EXPRESSIONS)
    )
    result = run_dbt(built.folder, "--quiet", "compile", "--inline", f"select {columns}", "--output", "json")
    assert result.returncode == 0, result.stdout + result.stderr
    compiled = json.loads(result.stdout)["compiled"]
    with duckdb.connect(str(built.database), read_only=True) as connection:
        row = connection.execute(compiled).fetchone()
    assert row is not None
    assert dict(zip(EXPRESSIONS, row, strict=True)) == EXPRESSIONS


# A change that damages the raw tables, the models to build again, and the test that must fail.
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


def test_damaged_tables_fail_the_tests_that_guard_them(built: Built) -> None:
    with duckdb.connect(str(built.database)) as connection:
        for statement, _ in DAMAGES:
            connection.execute(statement)
    result = run_dbt(
        built.folder,
        "build",
        "--select",
        "staging",
        "int_printed_value",
        "int_unit",
        "rule_profile_grade,resource_type:test",
    )
    assert result.returncode != 0
    failed = {node.split(".")[2] for node, status in results().items() if status == "fail"}
    assert failed == {test for _, test in DAMAGES}


def test_a_seed_holds_the_sample_and_the_stored_documents_without_those_left_out(tmp_path: Path) -> None:
    seeds = ROOT / "seeds" / "raw"
    folder = tmp_path / "landing" / "by_hand"
    shutil.copytree(seeds, folder)
    (sample,) = read_filings(folder)
    for file in folder.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(sample.document_id, "by_hand"), encoding="utf-8")
    stored(tmp_path / "landing", tmp_path / "raw")

    def counts() -> dict[str, int]:
        done = run_dbt(tmp_path, "seed", "--select", "raw_self_evaluation")
        assert done.returncode == 0, done.stdout
        with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
            return dict(
                connection.execute(
                    "select document_id, count(*) from raw.raw_self_evaluation group by all"
                ).fetchall()
            )

    assert counts() == {sample.document_id: sample.forms, "by_hand": sample.forms}
    (tmp_path / "raw" / "left_out.csv").write_text(f"document_id\n{sample.document_id}\n", encoding="utf-8")
    assert counts() == {"by_hand": sample.forms}
