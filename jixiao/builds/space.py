"""Check before a build that the disk has enough space for it."""

from __future__ import annotations

import shutil

from ingestion.message import Text
from jixiao.builds.raw_store import RawStore
from jixiao.builds.scope import Scope
from jixiao.builds.stages import StageError
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import Settings

BYTES_A_FORM = 20_000
"""The most bytes a build takes for a self-evaluation form: its database, spilled data, and the release as DuckDB
and as Parquet. Measured: 17,000 on a hundred thousand generated forms, without spilling; 16,000 on a million, with
spilling; 14,000 on three million; the rest is a reserve."""

AT_LEAST = 500 * 2**20
"""Bytes of a build of the sample, logs and pages included."""


class NoSpaceError(StageError):
    """The disk is too full for the build."""


def needed(settings: Settings, scope: Scope) -> int:
    """Estimate the additional bytes that a build takes."""
    forms = RawStore(settings.raw_store).rows("raw_self_evaluation")
    share = len(scope.documents) / max(1, len(scope.inputs))
    computed = AT_LEAST + int(BYTES_A_FORM * forms * share)
    if scope.base is None:
        return computed
    # The last release's database is copied, and its tables are written as Parquet again.
    parquet = sum(file.stat().st_size for file in (scope.base.path / "parquet").glob("*/*"))
    return computed + (scope.base.path / DATABASE_NAME).stat().st_size + parquet


def check_space(settings: Settings, scope: Scope) -> int:
    """Compare the estimated size of a build with the free space.

    Returns:
        The estimated bytes.

    Raises:
        NoSpaceError: There isn't enough free space.
    """
    free, wanted = shutil.disk_usage(settings.var).free, needed(settings, scope)
    if wanted > free:
        raise NoSpaceError(
            Text(
                f"磁盘空间不足：构建约需 {_gib(wanted)}，{settings.var} 所在磁盘仅余 {_gib(free)}；"
                "请删除旧版本（var/releases），或用 JIXIAO_VAR 指定更大磁盘上的文件夹。",
                f"The disk is too full: the build takes about {_gib(wanted)}, {settings.var} has {_gib(free)} left. "
                "Remove old releases (var/releases), or name a folder on a larger disk by JIXIAO_VAR.",
            )
        )
    return wanted


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"
