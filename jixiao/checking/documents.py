"""Read files into raw rows in a temporary folder, as `jixiao add` reads them into the landing folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.batch import Limits
from ingestion.intake import Outcome, add, expand
from ingestion.landing import Landing
from ingestion.reference import FOLDER
from ingestion.submission import Given
from jixiao.settings import Settings


@contextmanager
def read_files(settings: Settings, paths: Sequence[Path], given: Given) -> Iterator[list[Outcome]]:
    """Yield the outcome of each document of some files and folders; their raw rows are there until the end.

    Args:
        settings: The installation, whose wordings apply; nothing of it is written.
        paths: Files and folders.
        given: The user's settings for all of them.

    Raises:
        ReferenceTableError: The installation's wordings can't be used.
        OSError: There is no room for temporary files.
    """
    with TemporaryDirectory(prefix="jixiao-check-") as scratch:
        root, sample = Path(scratch, "landing"), Path(scratch, "sample")
        root.mkdir()
        sample.mkdir()
        if (own := settings.landing / FOLDER).is_dir():
            (root / FOLDER).symlink_to(own.absolute())
        landing = Landing(root, Path(scratch, "quarantine"), sample)
        # No thread has started yet.
        with closing(
            add(landing, expand(paths), given, named=paths, limits=Limits(start="fork"))
        ) as outcomes:
            yield list(outcomes)
