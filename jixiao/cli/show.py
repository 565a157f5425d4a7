"""`jixiao show`: the page of one document of the current release."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from ingestion.message import Text
from jixiao.checking.released import open_document
from jixiao.cli import exits
from jixiao.cli.console import console, short_path
from jixiao.language import shown, text
from jixiao.pages.document.page import FOLDER, render_document
from jixiao.release.releases import ReleaseError, current
from jixiao.review.findings import (
    DocumentChoiceError,
    ReviewError,
    choose_documents,
    open_review,
    read_documents,
)
from jixiao.settings import Settings


def run_show(document: str, out: Path | None) -> int:
    """Print the path of a document's page, after writing it if need be, and return the exit code.

    Args:
        document: A document_id, or a part of the organization's or the file's name.
        out: The file to write; None means the page in the release, or else `var/documents/`.
    """
    settings, errors = Settings.load(), console(sys.stderr)
    try:
        release = current(settings)
        with open_review(settings) as connection:
            [chosen] = choose_documents(read_documents(connection), document)
        assert release is not None, "a review that opens is that of a release"
        page = release.path / FOLDER / f"{chosen.document_id}.html"
        if out is None and page.is_file():
            # The link stays when the release is replaced.
            console().print(short_path(settings.current / FOLDER / page.name), soft_wrap=True)
            return exits.OK
        entry = settings.landing_folder().find(chosen.document_id)
        if entry is None:
            raise ReviewError(
                Text(
                    f"{chosen.document_id}: 原始数据已不在，请重新添加文件",
                    f"{chosen.document_id}: its rows are gone; add the file again",
                )
            )
        with open_document(release, entry.folder) as connection:
            html = render_document(connection, chosen.document_id, f"版本 {release.release_id}")
        target = out or settings.var / FOLDER / page.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8")
    except DocumentChoiceError as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.USAGE
    except (ReleaseError, ReviewError) as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.FAILED
    except (OSError, duckdb.Error) as error:
        errors.print(text("✗ 无法写出网页：", "✗ The page can't be written: ") + str(error), soft_wrap=True)
        return exits.FAILED
    console().print(short_path(target.absolute()), soft_wrap=True)
    return exits.OK
