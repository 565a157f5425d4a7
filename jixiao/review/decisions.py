"""Decisions of reviewers, from a work paper or one by one, in the reference table that the next build applies."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from ingestion.message import Text, join
from ingestion.reference import FOLDER, Reference, ReferenceTableError
from jixiao.atomic import replacing
from jixiao.review.findings import Decided, ReviewError, open_review, read_decided
from jixiao.review.paper_reader import OPINION, PaperRow, read_paper
from jixiao.review.terms import DecisionTerm, read_decision_terms
from jixiao.settings import Settings

COLUMNS = ("finding_id", "decision", "reason", "by_role", "decided_on")

ROLE_LIMIT = 40

_EARLIEST = date(2000, 1, 1)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_SPREADSHEET_ERROR = re.compile(r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!)")
_TELEPHONE = re.compile(r"\d{7,}|\d{3,4}-\d{7,8}")


@dataclass(frozen=True)
class Decision:
    """A row of the reference table; all are text as written, `decided_on` ISO 8601 if this program wrote it."""

    finding_id: str
    decision: str
    reason: str
    by_role: str
    decided_on: str


@dataclass(frozen=True)
class Refusal:
    """A row that was refused.

    Attributes:
        sheet: The name of its sheet.
        row: Its number in the sheet.
        finding_id: The finding, as written.
        reason: What is wrong and what to do.
    """

    sheet: str
    row: int
    finding_id: str
    reason: str


@dataclass
class Import:
    """The result of an import of a work paper.

    Attributes:
        added: Decisions on findings that had none.
        changed: Decisions that replace an older one.
        unchanged: Rows whose decision was known.
        cleared: Rows without a decision whose finding has one, which still holds.
        undecided: Rows with an opinion, a role or a day, and no decision.
        refused: Rows that were refused.
        path: The table that holds the decisions.
    """

    path: Path
    added: list[Decision] = field(default_factory=list)
    changed: list[Decision] = field(default_factory=list)
    unchanged: int = 0
    cleared: list[PaperRow] = field(default_factory=list)
    undecided: list[PaperRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class _RefusedError(Exception):
    """A row is refused; the message names the reason and the remedy."""


TABLE = "finding_exception"


def decisions_path(settings: Settings) -> Path:
    """Return the installation's own table of decisions."""
    return settings.landing / FOLDER / f"{TABLE}.csv"


def import_decisions(settings: Settings, path: Path, today: date) -> Import:
    """Import the decisions of a work paper into the reference table.

    The table is written in one step, sorted, and only if something changed. A decision on a finding replaces the
    earlier one; a row whose decision is known keeps its date. The decision on a case decides its findings that have
    none of their own.

    Args:
        settings: Where the release and the table are.
        path: The work paper.
        today: The date of decisions without one.

    Raises:
        ReleaseError: There is no release.
        ReviewError: The paper or the table can't be read, or the table can't be written.
    """
    rows = read_paper(path)
    terms = read_decision_terms(settings)
    with open_review(settings) as connection:
        released = read_decided(connection, {row.finding_id for row in rows})
    move_decisions(settings)
    with alone(settings):
        written = read_decisions(settings)
        result = Import(decisions_path(settings))
        judge = _Judge(terms, released, _latest(written), today)
        for row, others in _decided_by_case(_with_conflicts(_one_row_each(rows, judge)), judge):
            _take(row, others, judge, result)
        taken = {decision.finding_id: decision for decision in (*result.added, *result.changed)}
        if taken:
            kept = [row for row in written if row.finding_id.strip() not in taken]
            _write(result.path, [*kept, *taken.values()])
    return result


class ChangedError(Exception):
    """Somebody decided in the meantime.

    Attributes:
        now: The decision that holds; None if the one that was there is withdrawn.
    """

    def __init__(self, now: Decision | None) -> None:
        super().__init__(now)
        self.now = now


@dataclass(frozen=True)
class Wish:
    """A decision that someone takes on one finding, and on others of its case that have none or the same.

    Attributes:
        finding_id: The finding.
        decision: Its code or Chinese name.
        reason: Why.
        role: The position of the reviewer.
        based_on: `state_of` the decision that the reviewer saw.
        has_case: Whether it is for the other findings of the case, too.
    """

    finding_id: str
    decision: str
    reason: str
    role: str
    based_on: str
    has_case: bool = False


def state_of(decision: Decision | None) -> str:
    """Return a digest of a decision, or of none, by which a later change is noticed."""
    content = [] if decision is None else [getattr(decision, column) for column in COLUMNS]
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def latest_decisions(settings: Settings) -> dict[str, Decision]:
    """Return the decision that the next build applies to each finding that has one.

    Raises:
        ReviewError: The table can't be read.
    """
    return _latest(read_decisions(settings))


def decide(settings: Settings, wish: Wish, today: date) -> int:
    """Take a decision as an import of a work paper does, and return the number of findings that it changed.

    Raises:
        ReleaseError: There is no release.
        ReviewError: The decision is refused, or the table can't be read or written.
        ChangedError: The decision isn't the one that the reviewer saw.
    """
    terms = read_decision_terms(settings)
    with open_review(settings) as connection:
        others = _others_of_case(connection, wish.finding_id) if wish.has_case else []
        released = read_decided(connection, {wish.finding_id, *others})
    move_decisions(settings)
    with alone(settings):
        written = read_decisions(settings)
        judge = _Judge(terms, released, _latest(written), today)
        now = judge.written.get(wish.finding_id)
        if state_of(now) != wish.based_on:
            raise ChangedError(now)
        along = [one for one in others if _goes_along(judge.written.get(one), now)]
        reason, role = (" ".join(text.split()) for text in (wish.reason, wish.role))
        try:
            taken = [
                judge.decide(PaperRow("", 0, finding_id, wish.decision.strip(), reason, role, None))
                for finding_id in (wish.finding_id, *along)
            ]
        except _RefusedError as refused:
            raise ReviewError(str(refused)) from refused
        new = {decision.finding_id: decision for decision in taken if decision is not None}
        if new:
            kept = [row for row in written if row.finding_id.strip() not in new]
            _write(decisions_path(settings), [*kept, *new.values()])
    return len(new)


def withdraw(settings: Settings, finding_id: str, based_on: str, *, has_case: bool = False) -> int:
    """Withdraw the decision on a finding, and return the number of findings that it changed.

    Args:
        settings: Where the table is.
        finding_id: The finding.
        based_on: `state_of` the decision that the reviewer saw.
        has_case: Whether the same decision on other findings of the case is withdrawn, too.

    Raises:
        ReleaseError: There is no release.
        ReviewError: The table can't be read or written.
        ChangedError: The decision isn't the one that the reviewer saw.
    """
    others: list[str] = []
    if has_case:
        with open_review(settings) as connection:
            others = _others_of_case(connection, finding_id)
    move_decisions(settings)
    with alone(settings):
        written = read_decisions(settings)
        latest = _latest(written)
        now = latest.get(finding_id)
        if state_of(now) != based_on:
            raise ChangedError(now)
        if now is None:
            return 0
        gone = {finding_id, *(one for one in others if one in latest and _goes_along(latest[one], now))}
        _write(decisions_path(settings), [row for row in written if row.finding_id.strip() not in gone])
    return len(gone)


def _goes_along(decision: Decision | None, leading: Decision | None) -> bool:
    """Return whether a finding has no decision, or that of the finding that leads its case."""
    return decision is None or (
        leading is not None and replace(decision, finding_id=leading.finding_id) == leading
    )


def _others_of_case(connection: duckdb.DuckDBPyConnection, finding_id: str) -> list[str]:
    rows = connection.execute(
        """
        select finding_id from review.fct_finding
        where case_id = (select case_id from review.fct_finding where finding_id = $1) and finding_id <> $1
        order by finding_id
        """,
        [finding_id],
    )
    return [other for (other,) in rows.fetchall()]


def read_decisions(settings: Settings) -> list[Decision]:
    """Return the decisions that the next build applies, as they are written.

    Raises:
        ReviewError: They can't be read, or the columns are others.
    """
    try:
        return [Decision(**row) for row in settings.reference.rows(TABLE)]
    except ReferenceTableError as error:
        raise ReviewError(str(error)) from error


def move_decisions(settings: Settings) -> None:
    """Move decisions that an earlier version wrote into the project's own table to that of the installation.

    Raises:
        ReviewError: A table can't be read or written.
    """
    seed = settings.reference_seeds / f"{TABLE}.csv"
    try:
        if not Reference(seeds=settings.reference_seeds).rows(TABLE):
            return
    except ReferenceTableError as error:
        raise ReviewError(str(error)) from error
    with alone(settings):
        _write(decisions_path(settings), read_decisions(settings))
        _write(seed, [])


def pending_rows(
    settings: Settings, connection: duckdb.DuckDBPyConnection, rows: Sequence[PaperRow]
) -> list[PaperRow]:
    """Return the rows of a work paper that would be lost with it.

    Their content is neither in the release nor in the reference table.

    Raises:
        ReviewError: A reference table can't be read.
    """
    released = read_decided(connection, {row.finding_id for row in rows})
    judge = _Judge(read_decision_terms(settings), released, _latest(read_decisions(settings)), date.max)
    # What the unit replied is in no table.
    return [row for row in rows if row.reply or not (row.is_empty or judge.is_known(row))]


@dataclass(frozen=True)
class _Judge:
    """Interprets rows, given the known decisions."""

    terms: Mapping[str, DecisionTerm]
    released: Mapping[str, Decided]
    written: Mapping[str, Decision]
    today: date

    def code(self, text: str) -> str | None:
        """Return the code of a decision, given its code or Chinese name."""
        wanted = text.casefold()
        return next(
            (
                term.code
                for term in self.terms.values()
                if wanted in (term.code.casefold(), term.label.zh.casefold())
            ),
            None,
        )

    def is_known(self, row: PaperRow) -> bool:
        """Return whether the table or the release has the decision of a row."""
        return any(
            known is not None and self._says(row, known)
            for known in (self.written.get(row.finding_id), self._of_release(row.finding_id))
        )

    def is_latest(self, row: PaperRow) -> bool:
        """Return whether a row says what was decided last."""
        known = self.written.get(row.finding_id) or self._of_release(row.finding_id)
        return known is not None and self._says(row, known)

    def _says(self, row: PaperRow, known: Decision) -> bool:
        same_day = row.day is None or row.day == _as_day(known.decided_on)
        # The paper reader joins spaces, too.
        reason, role = (" ".join(text.split()) for text in (known.reason, known.by_role))
        return same_day and (self.code(row.decision), row.opinion, row.role) == (known.decision, reason, role)

    def known_of(self, finding_id: str) -> tuple[str, str, str] | None:
        """Return the known decision on a finding with its reason and role, or None."""
        known = self.written.get(finding_id) or self._of_release(finding_id)
        if known is None:
            return None
        return known.decision, " ".join(known.reason.split()), " ".join(known.by_role.split())

    def _of_release(self, finding_id: str) -> Decision | None:
        found = self.released.get(finding_id)
        if found is None or found.decision is None:
            return None
        day = found.decided_on.isoformat() if found.decided_on else ""
        return Decision(
            finding_id, found.decision, found.decision_reason or "", found.decided_by_role or "", day
        )

    def has_decision(self, finding_id: str) -> bool:
        """Return whether a finding had a decision before."""
        return finding_id in self.written or self._of_release(finding_id) is not None

    def accepts(self, row: PaperRow) -> bool:
        """Return whether the decision of a row is known or can be taken."""
        try:
            self.decide(row)
        except _RefusedError:
            return False
        return True

    def decide(self, row: PaperRow) -> Decision | None:
        """Return the decision of a row, or None if it is known.

        Raises:
            _RefusedError: The row is refused.
        """
        if row.finding_id not in self.released:
            raise _RefusedError(
                Text(
                    "问题编号为空或不在当前版本中，请核对，或用 `jixiao review --xlsx` 重新生成底稿",
                    "the id of the finding is blank or not in the current release; check it, or write the work paper "
                    "again with `jixiao review --xlsx`",
                )
            )
        code = self.code(row.decision)
        if code is None:
            labels = "、".join(term.label.zh for term in self.terms.values())
            raise _RefusedError(
                Text(
                    f"处理决定“{row.decision}”无效，请填：{labels}",
                    f"the decision “{row.decision}” is unknown; write one of {labels}",
                )
            )
        self._check_words(row, self.terms[code])
        day = self._day_of(row)
        before = self.written.get(row.finding_id)
        # Known from the release alone is not enough: the table may have been lost since.
        if before is not None and self.is_known(row):
            return None
        later = _as_day(before.decided_on) if before is not None else None
        if later is not None and later > day:
            raise _RefusedError(
                Text(
                    f"已有 {later.isoformat()} 作出的更新的决定；如要更改，请填更晚的日期",
                    f"there is a later decision of {later.isoformat()}; to change it, write a later date",
                )
            )
        return Decision(row.finding_id, code, row.opinion, row.role, day.isoformat())

    def _check_words(self, row: PaperRow, term: DecisionTerm) -> None:
        if _SPREADSHEET_ERROR.fullmatch(row.role) or _SPREADSHEET_ERROR.fullmatch(row.opinion):
            raise _RefusedError(
                Text("单元格里的公式出错，请改填文字", "a formula in a cell fails; write text instead")
            )
        if not row.role:
            raise _RefusedError(
                Text(
                    "没有填角色，请填岗位（如 预算科复核岗）",
                    "the role is missing; write the position of the reviewer",
                )
            )
        if not (row.opinion or term.is_open):
            raise _RefusedError(
                Text(
                    f"“{term.label.zh}”会了结这个问题，须在“{OPINION}”写明理由",
                    f"“{term.label.zh}” closes the finding, which takes a reason in “{OPINION}”",
                )
            )
        if len(row.role) > ROLE_LIMIT:
            raise _RefusedError(
                Text(
                    f"角色超过 {ROLE_LIMIT} 字，请只填岗位",
                    f"the role is longer than {ROLE_LIMIT} characters; write the position alone",
                )
            )
        if _TELEPHONE.search(row.role) or _MOBILE.search(row.opinion):
            raise _RefusedError(
                Text(
                    "含有电话号码；请填岗位，不要填姓名或电话",
                    "there is a telephone number; write the position, no names or numbers",
                )
            )

    def _day_of(self, row: PaperRow) -> date:
        if row.day is None:
            return self.today
        if isinstance(row.day, str):
            raise _RefusedError(
                Text(
                    f"日期“{row.day}”无法识别，请写成 2026-01-31",
                    f"the date “{row.day}” can't be read; write it as 2026-01-31",
                )
            )
        if not _EARLIEST <= row.day <= self.today:
            raise _RefusedError(
                Text(
                    f"日期 {row.day.isoformat()} 晚于今天或早于 {_EARLIEST.year} 年，请核对",
                    f"the date {row.day.isoformat()} is after today or before {_EARLIEST.year}; check it",
                )
            )
        return row.day


def _take(row: PaperRow, conflict: Sequence[str], judge: _Judge, result: Import) -> None:
    if not row.decision:
        if judge.has_decision(row.finding_id):
            result.cleared.append(row)
        elif not row.is_empty:
            result.undecided.append(row)
        return
    try:
        if conflict:
            numbers = join(Text("、", ", "), conflict)
            raise _RefusedError(
                Text(
                    f"第 {numbers.zh} 行是同一个问题，内容不同；请只保留一行",
                    f"rows {numbers.en} decide the same finding differently; keep one of them",
                )
            )
        decision = judge.decide(row)
    except _RefusedError as refused:
        result.refused.append(Refusal(row.sheet, row.row, row.finding_id, str(refused)))
        return
    if decision is None:
        result.unchanged += 1
    elif judge.written.get(decision.finding_id) is None:
        result.added.append(decision)
    else:
        result.changed.append(decision)


_CHANGED = 3
"""The rank of a row that someone changed."""


def _one_row_each(rows: Sequence[PaperRow], judge: _Judge) -> list[PaperRow]:
    """Return the rows without those that another sheet overrides.

    A finding has a row in the list and one on the sheet of its form. The one that someone changed counts, else the one
    with the latest decision, else the first.
    """

    def rank(row: PaperRow) -> int:
        if row.is_empty:
            return 0
        if judge.is_known(row):
            return 2 if judge.is_latest(row) else 1
        return _CHANGED

    ranks: dict[str, dict[str, int]] = {}
    for row in rows:
        sheets = ranks.setdefault(row.finding_id, {})
        sheets[row.sheet] = max(sheets.get(row.sheet, 0), rank(row))

    def counts(row: PaperRow) -> bool:
        sheets = ranks[row.finding_id]
        best = max(sheets.values())
        # Different changes on two sheets contradict each other.
        return sheets[row.sheet] == best and (
            best == _CHANGED or row.sheet == next(sheet for sheet, found in sheets.items() if found == best)
        )

    return [row for row in rows if not row.finding_id or counts(row)]


def _decided_by_case(
    rows: Iterable[tuple[PaperRow, list[str]]], judge: _Judge
) -> list[tuple[PaperRow, list[str]]]:
    """Return the rows with the decision of their case where they have none, each with the rows that contradict it.

    A finding that was decided otherwise than its case before keeps its own decision.
    """
    found = list(rows)
    leading = {
        row.case_id: row
        for row, conflict in found
        if row.is_leading and row.case_id and row.decision and not conflict and judge.accepts(row)
    }

    def filled(row: PaperRow) -> PaperRow:
        case = leading.get(row.case_id)
        if case is None or row.is_leading:
            return row
        is_changed = not judge.is_known(case)
        known, before = judge.known_of(row.finding_id), judge.known_of(case.finding_id)
        if row.decision:
            # Of a row that says what the case said before, nobody has made a decision of its own.
            if not (is_changed and known == before and judge.is_known(row)):
                return row
            return replace(row, decision=case.decision, opinion=case.opinion, role=case.role, day=case.day)
        if known != before and (known is not None or not is_changed):
            return row
        return replace(
            row,
            decision=case.decision,
            opinion=row.opinion or case.opinion,
            role=row.role or case.role,
            day=case.day if row.day is None else row.day,
        )

    return [(filled(row), conflict) for row, conflict in found]


def _with_conflicts(rows: Sequence[PaperRow]) -> Iterator[tuple[PaperRow, list[str]]]:
    """Yield the rows, each with the names of the rows that decide its finding differently.

    An exact copy of a row is left out.
    """
    ways: dict[str, dict[tuple[object, ...], PaperRow]] = {}
    for row in rows:
        if row.decision and row.finding_id:
            content = (row.decision, row.opinion, row.role, row.day)
            ways.setdefault(row.finding_id, {}).setdefault(content, row)
    for row in rows:
        if not (row.decision and row.finding_id):
            yield row, []
        elif row in (different := ways[row.finding_id].values()):
            yield row, [other.name for other in different] if len(different) > 1 else []


def _latest(decisions: Sequence[Decision]) -> dict[str, Decision]:
    ordered = sorted(decisions, key=lambda row: _as_day(row.decided_on) or date.min)
    return {row.finding_id.strip(): row for row in ordered}


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Wait for another process that writes decisions or settings, so that neither overwrites the rows of the other.

    Raises:
        ReviewError: The lock can't be made, or the file that is being written.
    """
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        with (settings.var / "decisions.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise ReviewError(
            f"{error.filename}: " + Text("无法写入：", "can't be written: ") + str(error.strerror)
        ) from error


def _write(path: Path, decisions: Sequence[Decision]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in sorted(decisions, key=lambda row: (row.finding_id, row.decided_on)):
        table.writerow([getattr(row, column) for column in COLUMNS])
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(text.getvalue().encode("utf-8"))
