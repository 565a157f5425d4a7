"""What a build reads when it begins: the inbox, and landed documents that an earlier reader has read."""

from __future__ import annotations

from ingestion.intake import Outcome, add, outdated, waiting
from ingestion.submission import Given
from jixiao.builds.record import Quarantined
from jixiao.builds.session import BuildSession


def empty_inbox(build: BuildSession) -> int:
    """Take in what lies in the inbox; returns how many files and folders. What is refused goes to quarantine."""
    landing = build.settings.landing_folder()
    found = waiting(landing.inbox)
    if not found:
        return 0
    given = Given(default_organization=build.settings.organization)
    for outcome in add(landing, found, given, consume=True):
        note_refused(outcome, outcome.source.name, build)
    return len(found)


def read_again(build: BuildSession) -> int:
    """Read landed documents again that an earlier version of the reader has read; returns how many.

    A document that the present reader refuses stays as it was read, and the build's record says why.
    """
    landing = build.settings.landing_folder()
    found = outdated(landing)
    for outcome in add(landing, found, is_read_again=True):
        note_refused(outcome, outcome.source.name, build)
    return len(found)


def note_refused(outcome: Outcome, source: str, build: BuildSession) -> None:
    """Have the build's record say what of a document was refused, and where it lies.

    Args:
        outcome: What came of the document.
        source: What to call it, where it was refused as a whole.
        build: The open build.
    """
    if outcome.landed is None:
        build.quarantine(Quarantined(source, outcome.reason, str(outcome.folder)))
    for part in outcome.refused:
        place = f"{outcome.source.name}:{part.line}"
        build.quarantine(Quarantined(place, part.part + ": " + part.reason, str(outcome.quarantine)))
