"""Set up one Superset from the files: its tables, roles, users and assets, replacing their earlier state.

Run with Superset's own Python and configuration:

    python provision.py --assets jixiao.zip [--as admin]
    python provision.py --upgrade --roles roles.json --user admin Admin PASSWORD_VARIABLE --assets jixiao.zip
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZipFile

import yaml

METADATA = "metadata.yaml"


def upgrade() -> None:
    """Upgrade Superset's own tables, permissions and roles to its version."""
    from flask_migrate import upgrade as upgrade_tables  # noqa: PLC0415
    from superset import appbuilder, security_manager  # noqa: PLC0415

    upgrade_tables()
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()


def set_roles(roles: Path) -> None:
    """Give each role of a JSON file exactly the permissions listed there."""
    from superset import security_manager  # noqa: PLC0415

    for role in yaml.safe_load(roles.read_text(encoding="utf-8")):
        found = security_manager.find_role(role["name"])
        if found:
            found.permissions = []
    security_manager.import_roles(str(roles))


def set_users(users: Iterable[tuple[str, str, str]]) -> None:
    """Create users or reset them.

    Args:
        users: Name, role and the environment variable of the password of each.

    Raises:
        SystemExit: A role doesn't exist or a password isn't set.
    """
    from superset import security_manager  # noqa: PLC0415

    for name, role_name, variable in users:
        role, password = security_manager.find_role(role_name), os.environ.get(variable)
        if role is None or not password:
            raise SystemExit(f"user {name}: no role {role_name!r}" if password else f"{variable} is not set")
        user = security_manager.find_user(username=name)
        if user is None:
            security_manager.add_user(name, name, "", f"{name}@localhost", role, password=password)
        else:
            user.roles = [role]
            user.active = True
            security_manager.update_user(user)
            security_manager.reset_password(user.id, password)


def import_assets(bundle: Path, owner: str) -> None:
    """Overwrite every object by the bundle's object with its uuid, including charts and datasets.

    `superset import-dashboards` doesn't change existing charts and datasets.

    Raises:
        SystemExit: There is no such user.
    """
    from superset import security_manager  # noqa: PLC0415
    from superset.commands.importers.v1.assets import ImportAssetsCommand  # noqa: PLC0415
    from superset.commands.importers.v1.utils import get_contents_from_bundle  # noqa: PLC0415
    from superset.utils.core import override_user  # noqa: PLC0415

    user = security_manager.find_user(username=owner)
    if user is None:
        raise SystemExit(f"no user {owner!r} in this Superset; name one with --as")
    with ZipFile(bundle) as archive:
        contents = get_contents_from_bundle(archive)
    contents[METADATA] = yaml.safe_dump({**yaml.safe_load(contents[METADATA]), "type": "assets"})
    with override_user(user):
        ImportAssetsCommand(contents).run()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the actions of the options in one process, because most of the time of each is Superset's start."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--upgrade", action="store_true", help="bring Superset's own tables up to date first")
    parser.add_argument("--roles", type=Path, metavar="JSON", help="roles to set")
    parser.add_argument(
        "--user",
        nargs=3,
        action="append",
        default=[],
        metavar=("NAME", "ROLE", "VARIABLE"),
        help="user to set",
    )
    parser.add_argument("--assets", type=Path, metavar="ZIP", help="archive of the dashboards")
    parser.add_argument("--as", dest="owner", default="admin", help="user that the assets belong to")
    options = parser.parse_args(arguments)

    from superset.app import create_app  # noqa: PLC0415

    with create_app().app_context():
        if options.upgrade:
            upgrade()
        if options.roles:
            set_roles(options.roles)
        set_users(options.user)
        if options.assets:
            import_assets(options.assets, options.owner)
    return 0


if __name__ == "__main__":
    sys.exit(main())
