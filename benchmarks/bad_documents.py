"""A night of many documents of which some are bad, each in another way: all good ones are released, with their sums.

    PYTHONPATH=tests/fixtures python -m benchmarks.bad_documents --work FOLDER [--documents 1000]

The documents are forms as text, raw CSVs made by hand, and a plain budget table of many organizations. The bad ones
are added with the others, or lie in the landing folder as somebody copied them there. Prints a table of the bad ones
and where each was refused; an assertion fails if the night isn't as it should be.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
from drawn_documents import FORMATS
from drawn_forms import form

from ingestion.contract import columns
from jixiao.cli import exits
from jixiao.release.releases import current
from jixiao.settings import PROJECT_ROOT, Settings

YEAR = "2024"
DOCUMENT, FORMS, FUND, INDICATORS, ACCOUNTS, GOALS = (
    *("raw_document", "raw_self_evaluation", "raw_self_evaluation_fund"),
    *("raw_self_evaluation_indicator", "raw_final_account", "raw_project_goal"),
)

Rows = dict[str, list[dict[str, str]]]
"""The rows of raw CSVs by table."""


@dataclass(frozen=True)
class Bad:
    """A way of being bad.

    Attributes:
        name: What is wrong.
        spoil: Changes the raw rows of a good document, or writes another file in place of its folder.
        reason: A part of the reason that is given.
        is_landed: Whether it lies in the landing folder, unseen by `jixiao add`.
    """

    name: str
    spoil: Callable[[Rows], None] | bytes
    reason: str
    is_landed: bool = False


def _cell(table: str, column: str, value: str) -> Callable[[Rows], None]:
    def spoil(rows: Rows) -> None:
        rows[table][0][column] = value

    return spoil


def _again(table: str, **cells: str) -> Callable[[Rows], None]:
    def spoil(rows: Rows) -> None:
        rows[table].append({**rows[table][0], **cells})

    return spoil


BAD = (
    Bad("a decimal comma", _cell(FUND, "annual_budget", "600,50"), "decimal comma"),
    Bad("a percentage for an amount", _cell(FUND, "executed", "80%"), "percentage"),
    Bad("an amount that can't be", _cell(FUND, "executed", "99999999999999999"), "100 trillion yuan"),
    Bad("an unknown unit", _cell(FUND, "amount_unit", "两"), "is no unit"),
    Bad("two totals", _again(FUND, fund_source="合计"), "means the total"),
    Bad("a row of funds without a source", _cell(FUND, "fund_source", ""), "blank"),
    Bad("funds of no form", _cell(FUND, "form_no", "9"), "no form_no"),
    Bad("an indicator number twice", _again(INDICATORS), "can be used once"),
    Bad("a form number twice", _again(FORMS), "can be used once"),
    Bad("a total without its line", _cell(FORMS, "total_score", "90"), "prints the total"),
    Bad("an item twice", _again(ACCOUNTS), "repeated table counts twice"),
    Bad("words for an amount", _cell(ACCOUNTS, "final_account", "约十二"), "something else is printed"),
    Bad("no document but words", "今天天气很好。\n".encode(), "no table of"),
    Bad("a damaged workbook", b"PK\x03\x04" + bytes(200), "damaged"),
    Bad("no year", _cell(DOCUMENT, "fiscal_year", ""), "blank", is_landed=True),
    Bad("a year that is none", _cell(DOCUMENT, "fiscal_year", "20024"), "no year", is_landed=True),
    Bad("no organization", _cell(DOCUMENT, "organization_name", ""), "blank", is_landed=True),
    Bad("a line that is no number", _cell(FUND, "source_line", "x"), "whole number", is_landed=True),
    Bad("an unknown side", _cell(ACCOUNTS, "account_side", "支"), "allowed values", is_landed=True),
    Bad("a goal of no form", _cell(GOALS, "form_no", "7"), "no form_no", is_landed=True),
)


def amounts_of(number: int) -> tuple[Decimal, Decimal]:
    """Return the annual budget and the executed amount of a document's project, in 万元."""
    budget = Decimal(100 + number)
    return budget, budget - Decimal(number % 7)


def name_of(number: int) -> str:
    """Return the organization of a document."""
    return f"示范市第{number}局"


def raw_rows(number: int) -> Rows:
    """Return the raw rows of a document with a form and an item of the final accounts."""
    budget, executed = map(str, amounts_of(number))
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    rows: Mapping[str, dict[str, str]] = {
        DOCUMENT: {
            "organization_name": name_of(number),
            "fiscal_year": YEAR,
            "source_file": f"{number}.csv",
            "source_sha256": digest,
            "amount_unit": "万元",
        },
        ACCOUNTS: {
            "account_side": "expenditure",
            "classification": "nature",
            "printed_row_no": "1",
            "item_name": "一、基本支出",
            "final_account": executed,
        },
        FORMS: {"form_no": "1", "form_year": YEAR, "project_name": f"项目{number}"},
        FUND: {
            "form_no": "1",
            "fund_source": "年度资金总额",
            "initial_budget": budget,
            "annual_budget": budget,
            "executed": executed,
        },
        INDICATORS: {
            "form_no": "1",
            "indicator_no": "1",
            "level3": "路灯",
            "target": "≥20盏",
            "actual": "21盏",
        },
        GOALS: {"form_no": "1", "goal_no": "1", "expected": "装灯"},
    }
    return {
        table: [{"document_id": f"raw{number}", "source_line": str(line), **row}]
        for line, (table, row) in enumerate(rows.items(), start=2)
    }


def write_raw(folder: Path, rows: Rows) -> None:
    """Write raw CSVs."""
    folder.mkdir(parents=True)
    for table, lines in rows.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(table), restval="")
            writer.writeheader()
            writer.writerows(lines)


def write_text(path: Path, number: int) -> None:
    """Write a form as text."""
    path.write_bytes(form_as_text(name_of(number), f"项目{number}", *amounts_of(number)))


def form_as_text(organization: str, project: str, budget: Decimal, executed: Decimal) -> bytes:
    """Return a form of one project as text; the amounts are in 万元."""
    table = form(
        name=f"项目名称|<|{project}|<|<|<|<|<|<",
        units=f"主管部门|<|{organization}|<|<|实施单位|<|{organization}|<",
        person=None,
        funds=(
            "项目资金（万元）||<|年初预算数|全年预算数|全年执行数|分值|执行率|得分",
            f"^|年度资金总额|<|{budget}|{budget}|{executed}|10||9",
        ),
    )
    title = (f"{organization} {YEAR} 年度绩效自评", "项目支出绩效自评表", f"（{YEAR}年度）")
    return FORMATS["txt"]([*title, table])


def write_night(folder: Path, landing: Path, count: int) -> set[int]:
    """Write the documents to add, and the bad ones in the landing folder; return the numbers of the good ones."""
    folder.mkdir(parents=True)
    good = set(range(len(BAD), count))
    for number, bad in enumerate(BAD):
        if isinstance(bad.spoil, bytes):
            (folder / f"raw{number}.{'xlsx' if bad.spoil.startswith(b'PK') else 'txt'}").write_bytes(
                bad.spoil
            )
            continue
        rows = raw_rows(number)
        bad.spoil(rows)
        write_raw((landing if bad.is_landed else folder) / f"raw{number}", rows)
    lines = ["单位名称,年度,项目名称,年初预算数,全年预算数,全年执行数,金额单位"]
    for number in sorted(good):
        budget, executed = amounts_of(number)
        if number % 3 == 0:
            write_text(folder / f"{number}.txt", number)
        elif number % 3 == 1:
            write_raw(folder / f"raw{number}", raw_rows(number))
        else:
            lines.append(f"{name_of(number)},{YEAR},项目{number},{budget},{budget},{executed},万元")
    (folder / "budget.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return good


def run(
    settings: Settings, *arguments: str, code: str = "from jixiao.cli.main import main; main()"
) -> tuple[int, float]:
    """Run `jixiao` as a user would, or by other code; return its exit code and its wall time in seconds."""
    environment = {**os.environ, "JIXIAO_VAR": str(settings.var), "JIXIAO_LANDING": str(settings.landing)}
    settings.var.mkdir(parents=True, exist_ok=True)
    begin = time.perf_counter()
    with (settings.var / f"{arguments[0]}.log").open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return done.returncode, time.perf_counter() - begin


def check_release(settings: Settings, good: set[int]) -> None:
    """Check that the release holds the good documents, each with its amounts, and no others."""
    release = current(settings)
    assert release is not None, "there is no release"
    with duckdb.connect(str(release.database), read_only=True) as connection:
        found = connection.execute(
            "select organization_name, annual_budget_yuan, executed_yuan "
            "from execution.mart_project_execution inner join core.dim_document using (document_id) "
            "where organization_name like '示范市%'"
        ).fetchall()
    expected = {name_of(number): tuple(10_000 * amount for amount in amounts_of(number)) for number in good}
    assert len(found) == len(expected), f"{len(found)} projects, not {len(expected)}"
    for organization, *amounts in found:
        assert tuple(amounts) == expected[organization], f"{organization}: {amounts}"


def refusals(settings: Settings) -> Iterator[tuple[Bad, str]]:
    """Yield each bad document with the first line of the reason in quarantine."""
    for number, bad in enumerate(BAD):
        reasons = [
            path.read_text(encoding="utf-8") for path in settings.quarantine.glob(f"raw{number}*/reason.txt")
        ] + [path.read_text(encoding="utf-8") for path in settings.quarantine.glob(f"raw{number}.*.txt")]
        text = "\n".join(reasons)
        assert bad.reason in text, f"{bad.name}: {text!r}"
        yield bad, next(line for line in text.splitlines() if bad.reason in line)


def main() -> None:
    """Make the night, run it and check it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="a folder, emptied before")
    parser.add_argument("--documents", type=int, default=1000)
    options = parser.parse_args()
    work: Path = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    settings = Settings(PROJECT_ROOT, work / "var", work / "landing")
    good = write_night(work / "documents", settings.landing, options.documents)
    added, seconds_of_add = run(settings, "add", str(work / "documents"))
    built, seconds_of_build = run(settings, "build")
    assert added == exits.QUARANTINED, f"add ended with {added}, see {settings.var / 'add.log'}"
    assert built == exits.QUARANTINED, f"build ended with {built}, see {settings.var / 'build.log'}"
    check_release(settings, good)
    print(f"{len(good)} good documents of {options.documents} are released with their sums")
    print(f"add {seconds_of_add:.0f} s, build {seconds_of_build:.0f} s\n")
    print("| Bad | Refused by | Reason |\n|---|---|---|")
    for bad, reason in refusals(settings):
        print(f"| {bad.name} | {'the build' if bad.is_landed else 'add'} | {reason.replace(str(work), '')} |")


if __name__ == "__main__":
    main()
