"""`jixiao template`: a blank form to fill in."""

from __future__ import annotations

from pathlib import Path

from jixiao.cli import exits
from jixiao.cli.console import console, short_path
from jixiao.export.template import write_template

KINDS = ("self-evaluation",)
FIRST_YEAR, LAST_YEAR = 1990, 2100


def run_template(kind: str, path: Path, *, forms: int, year: int | None, force: bool) -> int:
    """Write the template and say what to do with it; returns the exit code."""
    out = console()
    if kind not in KINDS:
        out.print(f"✗ 没有模板 no template {kind!r}；可选 there is: {', '.join(KINDS)}")
        return exits.USAGE
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        out.print(f"✗ 年度须为四位数字 the year is four digits, like 2023, not {year}")
        return exits.USAGE
    if path.exists() and not force:
        out.print(f"✗ {short_path(path)} 已存在；加 --force 覆盖。 It is there already; --force replaces it.")
        return exits.USAGE
    try:
        write_template(path, forms, year)
    except OSError as error:
        out.print(f"✗ 无法写入 Can't be written: {short_path(path)}: {error.strerror}")
        return exits.FAILED
    out.print(
        f"✓ {short_path(path)}：{forms} 张空白自评表 blank forms\n"
        f"填好后 when it is filled in: jixiao add {short_path(path)}"
    )
    return exits.OK
