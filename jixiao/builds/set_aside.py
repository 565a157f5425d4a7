"""Set documents aside that a test or a gate refuses, so that the next build releases the rest.

Only documents that are new or changed since the last release can be the cause: if a failure names others, it is an
error of the models. Documents set aside are in the history of the landing folder; `jixiao restore` restores them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from ingestion.landing import UnknownDocumentError
from ingestion.message import Text, each
from jixiao.builds import scope
from jixiao.builds.record import Quarantined, read_quarantined, write_quarantined
from jixiao.builds.session import BuildSession
from jixiao.settings import Settings
from jixiao.values import NAMED_DOCUMENTS

LARGEST_SHARE = 1 / 2
"""The largest share of a build's documents to set aside; a failure of more has another cause."""

LINES_KEPT = 5
"""The most lines of a failure to keep as the reason of a document."""

ADVICE = Text(
    "更正后重新 `jixiao add`，或用 `jixiao restore {id}` 原样放回。",
    "Correct and add it again, or bring it back as it is: `jixiao restore {id}`.",
)

EARLIER = Text(
    "继续发布它更正前的文件：{ids}。",
    "The documents that it corrects stay in the release: {ids}.",
)


def set_aside(session: BuildSession) -> list[Quarantined]:
    """Set aside the documents that the failure of a build names, if they are its cause.

    Returns:
        The documents with their reasons; none if the failure names none or has another cause. Then documents that
        were set aside since the last release are restored.
    """
    settings, record = session.settings, session.record
    landing = settings.landing_folder()
    inputs = session.scope.inputs if session.has_scope else {}
    named = _named(record.failure, inputs)
    before = read(settings)
    released = scope.released_documents(settings)
    is_theirs = (
        bool(named)
        and all(released.get(document_id) != inputs[document_id] for document_id in named)
        and len(before) + len(named) <= max(1, LARGEST_SHARE * (len(inputs) + len(before)))
        and len(named) < len(inputs)
    )
    entries = {document_id: landing.find(document_id) for document_id in named}
    if not is_theirs or any(entry is None or entry.is_sample for entry in entries.values()):
        for entry in before:
            with suppress(UnknownDocumentError, OSError):
                landing.restore(Path(entry.folder).name)
        _file(settings).unlink(missing_ok=True)
        return []
    found = []
    for document_id in named:
        digests = {key: value.raw_sha256 for key, value in released.items()}
        folder, earlier = landing.set_aside(document_id, digests)
        reason = each(partial(_reason, document_id=document_id), record.failure) + "\n"
        reason += ADVICE.format(id=folder.name if document_id in earlier else document_id)
        if earlier:
            reason += "\n" + EARLIER.format(ids=", ".join(earlier))
        (folder / "reason.txt").write_text(reason + "\n", encoding="utf-8")
        found.append(Quarantined(document_id, reason, str(folder)))
    write_quarantined(_file(settings), [*before, *found])
    return found


def read(settings: Settings) -> list[Quarantined]:
    """Return the documents set aside by builds since the last release."""
    return read_quarantined(_file(settings))


def clear(settings: Settings) -> None:
    """Clear the list of documents set aside, after the release without them."""
    _file(settings).unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    return settings.var / "set_aside.json"


def _named(failure: str, document_ids: Iterable[str]) -> list[str]:
    words = set(re.findall(r"[\w.-]+", failure))
    return [document_id for document_id in document_ids if document_id in words]


def _reason(failure: str, document_id: str) -> str:
    """Return the lines of a failure that name a document, each after those of the test or rule above it."""
    kept: list[str] = []
    above: list[str] = []
    for line in failure.splitlines():
        above = [text for text in above if _indent(text) < _indent(line)]
        if re.search(rf"(?<![\w.-]){re.escape(document_id)}(?![\w.-])", line):
            # The list of all documents is of no use to one of them.
            found = above if line.lstrip().startswith(NAMED_DOCUMENTS) else [*above, line]
            kept += [text for text in found if text not in kept]
        above.append(line)
    return "\n".join(kept[:LINES_KEPT])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
