"""Run a gate's suites against a DuckDB file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from expectations.suites import Gate, Suite, load_suites
from expectations.verdicts import GateResult


def run_gate(
    gate: Gate,
    database: Path,
    *,
    previous_release: Path | None = None,
    docs_dir: Path | None = None,
    suites: Sequence[Suite] | None = None,
    config: Mapping[str, Any] | None = None,
) -> GateResult:
    """Evaluate the suites of a gate against a build database, which is opened read only.

    Args:
        gate: `gate_1` for the raw tables, `gate_2` for the marts.
        database: The DuckDB file of the build.
        previous_release: The database of the last release. Rules that compare with it are
            `not_applicable` without it, or if it lacks their table.
        docs_dir: The folder for Data Docs. Both gates of a build share it; a second run of a
            gate replaces its pages and keeps the other gate's.
        suites: Suites to run instead of those of the repository.
        config: The bounds of DuckDB.

    Returns:
        A verdict for each expectation; with a missing table or failing SQL it is `failed`.

    Raises:
        FileNotFoundError: There is no such database.
        SuiteError: A suite file is malformed.
    """
    for path in filter(None, (database, previous_release)):
        if not path.is_file():
            raise FileNotFoundError(f"no DuckDB file at {path}: build it before running {gate}")
    chosen = load_suites(gate) if suites is None else tuple(suites)
    # Great Expectations takes 6 to 12 seconds to import; only a run should wait for it.
    from expectations.session import open_session  # noqa: PLC0415

    with open_session(gate, database, previous_release, docs_dir, config or {}) as session:
        verdicts = tuple(verdict for suite in chosen for verdict in session.run(suite))
        if docs_dir is not None:
            session.build_docs()
    return GateResult(gate, verdicts)
