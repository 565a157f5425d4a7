"""A build that was killed in any of its stages: readers keep their release, and the next build cleans up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from jixiao.builds import inputs
from jixiao.builds.record import BuildRecord, Quarantined
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import STAGES, Stage
from jixiao.release.query import run_sql
from jixiao.release.releases import current, publish, verify
from jixiao.settings import PROJECT_ROOT, Settings

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def released(tmp_path: Path) -> Settings:
    """An installation with a small release."""
    settings = Settings(project_root=PROJECT_ROOT, var=tmp_path / "var", landing=tmp_path / "landing")
    made = tmp_path / "made.duckdb"
    with duckdb.connect(str(made)) as connection:
        connection.execute("create schema core; create table core.dim_project as select 139 as forms")
    publish(made, "before", settings)
    return settings


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_readers_keep_their_release_and_the_next_build_cleans_up(released: Settings, stage: Stage) -> None:
    killed = BuildSession(released, clock=lambda: NOON)
    folder = killed.open("a build that is killed")
    # A kill ends no stage, and the kernel releases the lock.
    killed.stage(stage).__enter__()
    folder.database.write_bytes(b"half a database")
    killed.close()
    assert (BuildRecord.read(folder.record).status, BuildRecord.read(folder.record).stage) == (
        "running",
        stage.name,
    )

    release = current(released)
    assert release is not None
    assert release.release_id == "before"
    verify(release)
    assert run_sql(released, "select forms from core.dim_project").rows == [(139,)]

    BuildSession(released, clock=lambda: NOON + timedelta(hours=1)).open("the next build")
    assert not folder.root.exists()


@pytest.mark.parametrize("end", ["killed", "failed", "interrupted"])
def test_what_a_build_moved_away_and_did_not_report_is_reported_once_by_a_later_one(
    released: Settings, end: str
) -> None:
    broken = released.landing / "d1"
    broken.mkdir(parents=True)
    first = BuildSession(released, clock=lambda: NOON)
    first.open("a build that ends early")
    [entry] = inputs.accept_landed(released, first.quarantine)
    first.quarantine(Quarantined("d2", "a test fails", "history/d2"), is_found_again=True)
    if end == "failed":
        first.fail(RuntimeError("a cause"), "")
    elif end == "interrupted":
        first.discard()
    else:
        first.close()
    assert not broken.exists()

    reported = []
    for day in range(1, 4):
        later = BuildSession(released, clock=lambda day=day: NOON + timedelta(days=day))
        folder = later.open("a later build")
        reported.append(BuildRecord.read(folder.record).quarantined)
        # The first of them changes nothing, which is reported too.
        (later.finish_unchanged if day == 1 else later.finish)()
    assert reported == [[entry], [], []]
    assert entry.source == "d1"
