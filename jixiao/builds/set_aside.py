"""Set documents aside that a test or a gate refuses, so that the next build releases the rest.

Only documents that are new or changed since the last release can be at fault: where a failure names others, the
models are. A document that was set aside is in the history of the landing folder; `jixiao restore` brings it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path

from ingestion.landing import UnknownDocumentError
from ingestion.message import Text, each, from_json, to_json
from jixiao.builds import scope
from jixiao.builds.record import Quarantined
from jixiao.builds.session import BuildSession
from jixiao.settings import Settings

LARGEST_SHARE = 1 / 5
"""Of a build's documents: a failure that is due to more of them is due to something else."""

LINES_KEPT = 5
"""Lines of the failure that are kept as the reason of a document."""

ADVICE = Text(
    "更正后重新 `jixiao add`，或用 `jixiao restore {id}` 原样放回。",
    "Correct and add it again, or bring it back as it is: `jixiao restore {id}`.",
)


def set_aside(session: BuildSession) -> list[Quarantined]:
    """Take the documents that the failure of a build names out of the next build, if the fault is theirs.

    Returns:
        The documents with their reasons; none if the failure names none, or can't be due to a few documents. Then
        those that were set aside for this build's sake before are brought back.
    """
    settings, record = session.settings, session.record
    landing = settings.landing_folder()
    inputs = session.scope.inputs if session.has_scope else {}
    named = _named(record.failure, inputs)
    before = read(settings)
    fresh = scope.changed_documents(settings, inputs)
    is_theirs = (
        bool(named)
        and fresh.issuperset(named)
        and len(before) + len(named) <= max(1, LARGEST_SHARE * (len(inputs) + len(before)))
        and len(named) < len(inputs)
    )
    entries = {document_id: landing.find(document_id) for document_id in named}
    if not is_theirs or any(entry is None or entry.is_sample for entry in entries.values()):
        for entry in before:
            with suppress(UnknownDocumentError, OSError):
                landing.restore(entry.source)
        _file(settings).unlink(missing_ok=True)
        return []
    found = []
    for document_id in named:
        reason = each(partial(_reason, document_id=document_id), record.failure) + "\n"
        reason += ADVICE.format(id=document_id)
        folder = landing.set_aside(document_id, reason)
        found.append(Quarantined(document_id, reason, str(folder)))
    _write(settings, [*before, *found])
    return found


def read(settings: Settings) -> list[Quarantined]:
    """Return the documents that builds since the last release have set aside."""
    try:
        content = json.loads(_file(settings).read_text(encoding="utf-8"))
        return [Quarantined(**from_json(entry)) for entry in content]
    except (OSError, ValueError, TypeError):
        return []


def clear(settings: Settings) -> None:
    """Forget the documents that were set aside: the release without them is made."""
    _file(settings).unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    return settings.var / "set_aside.json"


def _write(settings: Settings, entries: list[Quarantined]) -> None:
    file = _file(settings).with_suffix(".partial")
    content = to_json([asdict(entry) for entry in entries])
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    file.replace(_file(settings))


def _named(failure: str, document_ids: Iterable[str]) -> list[str]:
    words = set(re.findall(r"[\w.-]+", failure))
    return [document_id for document_id in document_ids if document_id in words]


def _reason(failure: str, document_id: str) -> str:
    """Return the lines of a failure that name a document, each after the line of the test or rule above it."""
    kept: list[str] = []
    heading = ""
    for line in failure.splitlines():
        if not line.startswith((" ", "-")):
            heading = line
        if re.search(rf"(?<![\w.-]){re.escape(document_id)}(?![\w.-])", line):
            kept += [text for text in (heading, line) if text not in kept]
    return "\n".join(kept[:LINES_KEPT])
