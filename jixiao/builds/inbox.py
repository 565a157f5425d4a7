"""The inputs at the start of a build: the inbox, and landed documents of an earlier reader version."""

from __future__ import annotations

from ingestion.intake import Outcome, add, outdated, waiting
from ingestion.submission import Given
from jixiao.builds.record import Quarantined
from jixiao.builds.session import BuildSession


def empty_inbox(build: BuildSession) -> int:
    """Read the inbox, move refused input to quarantine, and return the number of files and folders."""
    landing = build.settings.landing_folder()
    found = waiting(landing.inbox)
    if not found:
        return 0
    given = Given(default_organization=build.settings.organization)
    for outcome in add(landing, found, given, consume=True):
        note_refused(outcome, outcome.source.name, build)
    return len(found)


def read_again(build: BuildSession) -> int:
    """Read landed documents of an earlier reader version again, and return how many.

    A document that the present reader refuses keeps its rows; the build's record has the reason.
    """
    landing = build.settings.landing_folder()
    found = outdated(landing)
    for outcome in add(landing, found, is_read_again=True):
        note_refused(outcome, outcome.source.name, build, is_found_again=True)
    return len(found)


def note_refused(outcome: Outcome, source: str, build: BuildSession, *, is_found_again: bool = False) -> None:
    """Record the refused document, or its refused parts, with the folder in quarantine.

    Args:
        outcome: The result of adding the document.
        source: The document's name in the record if all of it was refused.
        build: The open build.
        is_found_again: Whether a later build reads the document again if all of it was refused.
    """
    if outcome.landed is None:
        entry = Quarantined(source, outcome.reason, str(outcome.folder))
        build.quarantine(entry, is_found_again=is_found_again)
    for part in outcome.refused:
        place = f"{outcome.source.name}:{part.line}"
        build.quarantine(Quarantined(place, part.part + ": " + part.reason, str(outcome.quarantine)))
