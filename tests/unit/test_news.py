"""What a release has of documents that the one before had not, and their order in the summary of a build."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.message import Text
from jixiao.builds import scope
from jixiao.builds.news import News, read_news
from jixiao.builds.scope import Input, everything, write
from jixiao.cli.summary import ReadDocument, _worth_reading
from jixiao.release.releases import current, publish
from jixiao.settings import PROJECT_ROOT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing")


def release(settings: Settings, name: str, documents: dict[str, tuple[str, int, str]]) -> News | None:
    """Publish documents with organization, year and digest of their rows, and return the news."""
    settings.builds.mkdir(parents=True, exist_ok=True)
    build = settings.builds / f"{name}.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema core")
        connection.execute(
            "create table core.dim_document (document_id varchar, organization_id varchar, fiscal_year int)"
        )
        for document_id, (organization, year, _) in documents.items():
            connection.execute(
                "insert into core.dim_document values (?, ?, ?)", [document_id, organization, year]
            )
    inputs = {key: Input(digest, organization) for key, (organization, _, digest) in documents.items()}
    write(everything(inputs, Text("", "")), settings, settings.builds / name)
    publish(build, name, settings, folders={scope.INPUTS: settings.builds / name})
    found = current(settings)
    assert found is not None
    return read_news(settings, found)


def test_new_corrected_and_withdrawn_documents_are_told_apart(settings: Settings):
    before = {
        "same": ("甲", 2023, "a"),
        "table": ("乙", 2023, "b"),
        "form": ("丙", 2023, "c"),
        "gone": ("丁", 2023, "d"),
    }
    assert release(settings, "r1", before) is None
    # A corrected plain table keeps its id, a corrected form has another one; 甲 files another year.
    news = release(
        settings,
        "r2",
        {
            "same": ("甲", 2023, "a"),
            "table": ("乙", 2023, "b2"),
            "form2": ("丙", 2023, "c2"),
            "next": ("甲", 2024, "e"),
        },
    )
    assert news == News(new={"next"}, changed={"table", "form2"}, withdrawn=1)
    file = settings.releases / "r1" / scope.INPUTS / scope.DOCUMENTS
    file.chmod(0o644)
    file.write_bytes(b"garbage")
    found = current(settings)
    assert found is not None
    assert read_news(settings, found) is None


def test_the_summary_has_tonights_documents_first_and_leaves_out_what_is_as_before_and_clean():
    def document(name: str, errors: int = 0, unread: int = 0) -> ReadDocument:
        return ReadDocument(name, name, 2023, f"{name}.txt", 1, 1, 0, 10, unread, errors)

    documents = [
        document("old, clean"),
        document("old, unread", unread=9),
        document("old, errors", errors=9),
        document("new, clean"),
        document("new, unread", unread=1),
        document("changed, clean"),
        document("changed, errors", errors=2),
        document("new, more errors", errors=3),
    ]
    news = News(
        new={name for one in documents if (name := one.document_id).startswith("new")},
        changed={name for one in documents if (name := one.document_id).startswith("changed")},
        withdrawn=0,
    )
    assert [one.document_id for one in _worth_reading(documents, news)] == [
        *("new, more errors", "changed, errors", "new, unread", "changed, clean", "new, clean"),
        *("old, errors", "old, unread"),
    ]
    # In a first release all documents are new.
    assert len(_worth_reading(documents, None)) == len(documents)
