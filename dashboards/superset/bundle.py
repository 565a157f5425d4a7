"""The files of this folder as an archive for Superset's import."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

ASSETS = Path(__file__).parent / "assets"
ROLES = Path(__file__).parent / "roles.yaml"
DATABASE = Path("databases/jixiao.yaml")

DOCUMENTS_MARK = "@documents@"
"""Stands in a dataset's SQL for the address of the documents' pages."""

READ_ONLY = "access_mode=READ_ONLY&enable_external_access=false&lock_configuration=true"
"""Connection parameters: read only, no other file, no attached database, and none of this can be changed."""


def release_uri(database: Path) -> str:
    """Return the SQLAlchemy address of a release, read only.

    Args:
        database: The file `jixiao.duckdb`, by the link `current`, so that a new release is followed.
    """
    return f"duckdb:///{quote(str(database.absolute()))}?{READ_ONLY}"


def dashboards_bundle(database: Path, assets: Path = ASSETS, documents: str = "") -> bytes:
    """Return the zip archive for `superset import-dashboards`.

    Args:
        database: The file of the release.
        assets: `databases/`, `datasets/`, `charts/`, `dashboards/` and `metadata.yaml`, as Superset exports them.
        documents: The address under which browsers find the release's folder `documents`; none for no links.

    Raises:
        FileNotFoundError: There are no assets.
    """
    files = sorted(path.relative_to(assets) for path in assets.rglob("*.yaml"))
    if DATABASE not in files:
        raise FileNotFoundError(f"{assets / DATABASE}: no such file; the folder holds no dashboards")
    # Within a string of SQL and an attribute of HTML.
    address = quote(documents.rstrip("/"), safe=":/?&=%-._~")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files:
            text = (assets / name).read_text(encoding="utf-8").replace(DOCUMENTS_MARK, address)
            if name == DATABASE:
                text = yaml.safe_dump(
                    {**yaml.safe_load(text), "sqlalchemy_uri": release_uri(database)},
                    allow_unicode=True,
                    sort_keys=False,
                )
            archive.writestr(f"jixiao/{name.as_posix()}", text)
    return packed.getvalue()


def roles_as_json(path: Path = ROLES) -> str:
    """Return the roles in the form of `superset fab import-roles`.

    Raises:
        ValueError: A role has no name or no permissions.
    """
    roles: list[dict[str, Any]] = []
    for number, role in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
        if not role.get("name") or not role.get("permissions"):
            raise ValueError(f"{path.name}, role {number}: a role needs a name and permissions")
        granted = [
            {"permission": {"name": permission}, "view_menu": {"name": view}}
            for permission, views in role["permissions"].items()
            for view in views
        ]
        roles.append({"name": role["name"], "permissions": granted})
    return json.dumps(roles, ensure_ascii=True)
