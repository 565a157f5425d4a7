"""dbt's own documentation of the build: models, SQL, lineage."""

from __future__ import annotations

from pathlib import Path

from jixiao.builds.folder import BuildFolder
from jixiao.builds.publication import DBT_DOCS
from jixiao.builds.stages import MODELS, RELEASE, Stage
from jixiao.dbt import commands
from jixiao.dbt.process import run_to_end
from jixiao.release.releases import Release
from jixiao.settings import Settings

PAGE = "static_index.html"


def documentation(settings: Settings, folder: BuildFolder, base: Release | None) -> Path:
    """Return the folder with the documentation of the open build.

    Args:
        settings: The installation's.
        folder: The open build's.
        base: The release that the build was laid over, if any: its documentation is that of the same models.

    Raises:
        DbtError: dbt can't write it.
    """
    if base is not None and (base.path / DBT_DOCS).is_dir():
        return base.path / DBT_DOCS
    return write_dbt_docs(settings, folder)


def write_dbt_docs(settings: Settings, folder: BuildFolder, stage: Stage = MODELS) -> Path:
    """Write the documentation of the open build as a folder with one page that needs no server.

    Args:
        settings: The installation's.
        folder: The open build's.
        stage: The stage with the manifest; the SQL of its models is shown as it was run.

    Returns:
        The folder, `dbt_docs` of the build.

    Raises:
        DbtError: dbt can't write it.
    """
    target = folder.dbt_target(stage.name)
    run_to_end(settings, commands.docs_arguments(), target=target, logs=folder.dbt_log(RELEASE.name))
    page = (target / PAGE).read_text(encoding="utf-8")
    # A release may be handed on, without the paths of the machine that made it.
    for path, name in ((settings.var, "var"), (settings.project_root, ".")):
        page = page.replace(str(path), name)
    folder.dbt_docs.mkdir(exist_ok=True)
    (folder.dbt_docs / "index.html").write_text(page, encoding="utf-8")
    return folder.dbt_docs
