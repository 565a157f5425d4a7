"""dbt's own documentation of the build: models, SQL, lineage."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from jixiao.releases import Release
from jixiao.settings import Settings
from orchestration.build.folder import BuildFolder
from orchestration.build.stages import MODELS, RELEASE
from orchestration.defs.dbt import commands
from orchestration.defs.dbt.child import DbtError
from orchestration.defs.dbt.forked import run_to_end

PAGE = "static_index.html"
FOLDER = "dbt_docs"
"""Its name in a release."""


def documentation(settings: Settings, folder: BuildFolder, base: Release | None) -> Path:
    """The folder with the documentation of the open build.

    Args:
        settings: Where things are.
        folder: The open build's.
        base: The release that the build was laid over, if any: its models are the same, and so is what is said of them.

    Raises:
        Failure: If dbt can't write it; its words are in the description.
    """
    if base is not None and (base.path / FOLDER).is_dir():
        return base.path / FOLDER
    return write_dbt_docs(settings, folder)


def write_dbt_docs(settings: Settings, folder: BuildFolder) -> Path:
    """Write the documentation of the open build as a folder with one page that needs no server.

    Returns:
        The folder, `dbt_docs` of the build.

    Raises:
        Failure: If dbt can't write it; its words are in the description.
    """
    # The stage of the models left the manifest with the SQL as it was run.
    target = folder.dbt_target(MODELS.name)
    try:
        run_to_end(settings, commands.docs_arguments(), target=target, logs=folder.dbt_log(RELEASE.name))
    except DbtError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    page = (target / PAGE).read_text(encoding="utf-8")
    # A release may be handed on; where its maker keeps files is nobody's business.
    for path, name in ((settings.var, "var"), (settings.project_root, ".")):
        page = page.replace(str(path), name)
    folder.dbt_docs.mkdir(exist_ok=True)
    (folder.dbt_docs / "index.html").write_text(page, encoding="utf-8")
    return folder.dbt_docs
