"""Many nights of one small installation, each with what a night brings, and what they leave behind.

    PYTHONPATH=tests/fixtures python -m benchmarks.nights --work FOLDER --nights 100 --seed 1

Each night, chosen by the seed, is quiet or brings a new form, a corrected form or table, a table with a bad row, a
withdrawn document, or an organization under a new name; then `jixiao build` runs, with a clock that dates its release a
day later than that of the night before, so that weeks and months pass. After each night the release must hold the
played documents with their amounts and no others, and the kept releases must be those of the policy; every twentieth,
all tables must equal those of `jixiao build --full` in an installation of its own. Prints Markdown tables of times and
sizes; an assertion ends the program if a night isn't as it should be.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from benchmarks.bad_documents import YEAR, form_as_text, name_of, run
from benchmarks.scale import installation
from jixiao.cli import exits
from jixiao.cli.doctor import size_on_disk
from jixiao.release.releases import Release, current, list_releases
from jixiao.release.retention import CHINA
from jixiao.settings import Settings

PARTS = ("releases", "builds", "dagster", "raw", "reference", "dbt", "quarantine")
MIB = 2**20
FIRST_FORMS, FIRST_ROWS = 5, 3
BUDGET = Decimal(1000)

# Releases are dated by the night; nothing else of a build depends on the date.
_BUILD = """
from datetime import datetime, timedelta
from jixiao.cli.main import main
from jixiao.release import releases

class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days={days})

releases.datetime = Clock
main()
"""

OF_THE_BUILD = ("quality.build_info", "quality.release_history", "quality.fct_expectation_result")
"""Tables that differ between any two builds."""

_HEADING = "单位名称,年度,项目名称,年初预算数,全年预算数,执行数,金额单位"


@dataclass(frozen=True)
class Night:
    """One night: what it brought, seconds of its build, sizes by part, and whether it made a release."""

    kind: str
    seconds: float
    sizes: list[int]
    has_release: bool


@dataclass
class Played:
    """What was played so far.

    Attributes:
        settings: The installation.
        chance: Chooses what a night brings.
        forms: Executed amount by organization of the forms, in 万元.
        rows: Executed amount by organization of the budget table, in 万元.
        releases: The time of each release that was made, newest last.
        number: The number of the last organization.
    """

    settings: Settings
    chance: random.Random
    forms: dict[str, Decimal] = field(default_factory=dict)
    rows: dict[str, Decimal] = field(default_factory=dict)
    releases: dict[str, datetime] = field(default_factory=dict)
    number: int = 0

    def begin(self) -> None:
        """Add the first documents, without the sample."""
        landing = self.settings.landing_folder()
        for entry in landing.sample_entries():
            landing.remove(entry.document_id)
        for _ in range(FIRST_FORMS):
            self.new_form()
        for _ in range(FIRST_ROWS):
            self.rows[self._name()] = self._amount()
        self._add("budget.csv", self._table())

    def quiet(self) -> None:
        """Bring nothing."""

    def new_form(self) -> None:
        """Add the form of another organization."""
        self._file(self._name())

    def corrected_form(self) -> None:
        """Add a form of an organization again with another amount."""
        self._file(self.chance.choice(list(self.forms)))

    def corrected_table(self) -> None:
        """Add the budget table again with another amount."""
        self.rows[self.chance.choice(list(self.rows))] = self._amount()
        self._add("budget.csv", self._table())

    def bad_table(self) -> None:
        """Add a table of another organization whose only row is bad, which changes nothing."""
        bad = f"{_HEADING}\n{name_of(0)},{YEAR},项目,1000,1000,80%,万元\n"
        self._add("bad.csv", bad.encode(), exits.QUARANTINED)

    def removed(self) -> None:
        """Remove the form of an organization, if others are left."""
        if len(self.forms) > 1:
            self._remove(self.chance.choice(list(self.forms)))

    def renamed(self) -> None:
        """Remove the form of an organization and add it under a new name."""
        self._remove(self.chance.choice(list(self.forms)))
        self._file(self._name())

    def _name(self) -> str:
        self.number += 1
        return name_of(self.number)

    def _amount(self) -> Decimal:
        return Decimal(self.chance.randrange(100, 100_000)) / 100

    def _table(self) -> bytes:
        lines = (f"{name},{YEAR},项目,{BUDGET},{BUDGET},{amount},万元" for name, amount in self.rows.items())
        return "\n".join((_HEADING, *lines, "")).encode()

    def _file(self, organization: str) -> None:
        amount = self.forms[organization] = self._amount()
        self._add("form.txt", form_as_text(organization, "项目", BUDGET, amount))

    def _remove(self, organization: str) -> None:
        landing = self.settings.landing_folder()
        (entry,) = (one for one in landing.active() if one.filing.organization == organization)
        del self.forms[organization]
        self._run("remove", entry.document_id)

    def _add(self, name: str, data: bytes, code: int = exits.OK) -> None:
        file = self.settings.var.parent / name
        file.write_bytes(data)
        self._run("add", str(file), code=code)

    def _run(self, *arguments: str, code: int = exits.OK) -> None:
        ended, _ = run(self.settings, *arguments)
        log = self.settings.var / f"{arguments[0]}.log"
        assert ended == code, f"{arguments} ended with {ended}, not {code}, see {log}"

    def build(self, night: int) -> tuple[float, bool]:
        """Run the build of a night; return its seconds and whether it made a release."""
        before = current(self.settings)
        code, seconds = run(self.settings, "build", code=_BUILD.format(days=night))
        assert code == exits.OK, f"the build ended with {code}, see {self.settings.var / 'build.log'}"
        after = current(self.settings)
        assert after is not None, "there is no release"
        is_new = before is None or before.release_id != after.release_id
        if is_new:
            self.releases[after.release_id] = datetime.fromisoformat(after.manifest["created_at"])
        return seconds, is_new

    def check_amounts(self) -> None:
        """Check that the release holds each organization with its amount, and no others."""
        release = current(self.settings)
        assert release is not None
        with duckdb.connect(str(release.database), read_only=True) as connection:
            found = connection.execute(
                "select organization_name, executed_yuan from execution.mart_project_execution "
                "inner join core.dim_document using (document_id) order by all"
            ).fetchall()
        played = {**self.forms, **self.rows}.items()
        assert found == sorted((name, 10_000 * amount) for name, amount in played), found

    def check_kept(self) -> None:
        """Check that the kept releases are the last ones and the newest of each week and month."""
        last, weekly, monthly = (
            getattr(self.settings.retention, name) for name in ("last", "weekly", "monthly")
        )
        newest_first = list(reversed(self.releases.items()))
        weeks: dict[tuple[int, int], str] = {}
        months: dict[tuple[int, int], str] = {}
        for name, moment in newest_first:
            day = moment.astimezone(CHINA)
            weeks.setdefault((day.isocalendar().year, day.isocalendar().week), name)
            months.setdefault((day.year, day.month), name)
        due = {name for name, _ in newest_first[:last]}
        due |= {*list(weeks.values())[:weekly], *list(months.values())[:monthly]}
        kept = {release.release_id for release in list_releases(self.settings)}
        assert kept == due, f"kept without need: {kept - due}; missing: {due - kept}"


KINDS: dict[str, tuple[Callable[[Played], None], int]] = {
    "quiet": (Played.quiet, 2),
    "a new form": (Played.new_form, 3),
    "a corrected form": (Played.corrected_form, 3),
    "a corrected table": (Played.corrected_table, 2),
    "a table with a bad row": (Played.bad_table, 1),
    "a removed document": (Played.removed, 1),
    "an organization renamed": (Played.renamed, 1),
}
"""What a night can bring, and how often in comparison with the others."""


def differing_tables(one: Release, other: Release) -> list[str]:
    """Return the tables of two releases that aren't equal row for row."""
    with duckdb.connect() as connection:
        for name, release in (("one", one), ("other", other)):
            connection.execute(f"attach '{release.database}' as {name} (read_only)")
        listed = "select schema_name || '.' || table_name from duckdb_tables() where database_name = ? order by all"
        names, others = (connection.execute(listed, [name]).fetchall() for name in ("one", "other"))
        assert names == others, "one of the releases has tables that the other lacks"
        return [table for (table,) in names if table not in OF_THE_BUILD and _differ(connection, table)]


def _differ(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    # The dictionary shows examples of the other tables.
    of_the_build = ", ".join(f"'{name.split('.')[1]}'" for name in OF_THE_BUILD)
    rest = f"where table_name not in ({of_the_build})" if table == "core.data_dictionary" else ""
    return any(
        connection.execute(
            f"select 1 from (from {left}.{table} {rest} except all from {right}.{table} {rest}) limit 1"
        ).fetchone()
        for left, right in (("one", "other"), ("other", "one"))
    )


def full_build(played: Played, folder: Path) -> Release:
    """Return the release of a full build of the present documents, made in an installation of its own."""
    other = installation(folder)
    shutil.rmtree(other.landing, ignore_errors=True)
    shutil.copytree(played.settings.landing, other.landing)
    code, _ = run(other, "build", "--full")
    assert code == exits.OK, f"the full build ended with {code}, see {other.var / 'build.log'}"
    release = current(other)
    assert release is not None
    return release


def _sizes(settings: Settings) -> list[int]:
    sizes = [size_on_disk(settings.var / part) if (settings.var / part).exists() else 0 for part in PARTS]
    sizes.append(size_on_disk(settings.landing))
    return [*sizes, sum(sizes)]


def times_of(nights: Sequence[Night]) -> list[str]:
    """Return a Markdown table of the seconds of the builds, by what the night brought."""
    lines = ["| Night with | Nights | Releases | Build, median (s) | Largest (s) |", "|---|---|---|---|---|"]
    for kind in (*KINDS, "all"):
        own = [night for night in nights if kind in (night.kind, "all")]
        if own:
            seconds = [night.seconds for night in own]
            releases = sum(night.has_release for night in own)
            lines.append(
                f"| {kind} | {len(own)} | {releases} | {statistics.median(seconds):.1f} | {max(seconds):.1f} |"
            )
    return lines


def main() -> None:
    """Play the nights and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="a folder, emptied before")
    parser.add_argument("--nights", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full-every", type=int, default=20, help="so many nights to a comparison")
    parser.add_argument("--minutes", type=float, default=600, help="no night begins later")
    parser.add_argument("--row-every", type=int, default=10, help="so many nights to a row of sizes")
    options = parser.parse_args()
    work: Path = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    played = Played(installation(work / "played"), random.Random(options.seed))
    played.settings.var.mkdir(parents=True)
    played.begin()
    seconds, _ = played.build(0)
    print("| Night | " + " | ".join((*PARTS, "landing", "all (MiB)")) + " | Kept | Last build (s) |")
    print("|" + "---|" * (len(PARTS) + 5))
    _print_row(0, _sizes(played.settings), len(list_releases(played.settings)), seconds)
    nights: list[Night] = []
    compared: dict[int, list[str]] = {}
    weights = [weight for _, weight in KINDS.values()]
    begin = time.monotonic()
    for number in range(1, options.nights + 1):
        if time.monotonic() - begin > 60 * options.minutes:
            break
        (kind,) = played.chance.choices(list(KINDS), weights)
        KINDS[kind][0](played)
        seconds, has_release = played.build(number)
        played.check_amounts()
        played.check_kept()
        nights.append(Night(kind, seconds, _sizes(played.settings), has_release))
        if number % options.full_every == 0:
            release = current(played.settings)
            assert release is not None
            compared[number] = differing_tables(release, full_build(played, work / "full"))
        if number % options.row_every == 0:
            _print_row(number, nights[-1].sizes, len(list_releases(played.settings)), seconds)
    print("", *times_of(nights), sep="\n")
    print(
        "\nlargest size of all parts in a night:",
        f"{max((night.sizes[-1] for night in nights), default=0) / MIB:.1f} MiB",
    )
    different = {number: tables for number, tables in compared.items() if tables}
    print(
        f"compared with a full build: {len(compared)}; of these different: {len(different)} {different or ''}"
    )
    assert not different


def _print_row(night: int, sizes: Sequence[int], kept: int, seconds: float) -> None:
    cells = " | ".join(f"{size / MIB:.1f}" for size in sizes)
    print(f"| {night} | {cells} | {kept} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
