"""`jixiao template`: write a blank form to fill in."""

from __future__ import annotations

from pathlib import Path

from jixiao.cli import exits
from jixiao.cli.console import console, short_path
from jixiao.export.template import write_template
from jixiao.language import text

KINDS = ("self-evaluation",)
FIRST_YEAR, LAST_YEAR = 1990, 2100


def run_template(kind: str, path: Path, *, forms: int, year: int | None, force: bool) -> int:
    """Write the template, print what to do with it, and return the exit code."""
    out = console()
    if kind not in KINDS:
        kinds = ", ".join(KINDS)
        out.print(
            text(f"✗ 没有模板 {kind!r}；可选 {kinds}", f"✗ There is no template {kind!r}; there is {kinds}")
        )
        return exits.USAGE
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        out.print(
            text(
                f"✗ 年度须为四位数字，如 2023，不能是 {year}",
                f"✗ The year is four digits, like 2023, not {year}",
            )
        )
        return exits.USAGE
    if path.exists() and not force:
        out.print(
            text(
                f"✗ {short_path(path)} 已存在；加 --force 覆盖。",
                f"✗ {short_path(path)} exists already; --force replaces it.",
            )
        )
        return exits.USAGE
    try:
        write_template(path, forms, year)
    except OSError as error:
        out.print(text("✗ 无法写入：", "✗ Can't be written: ") + f"{short_path(path)}: {error.strerror}")
        return exits.FAILED
    out.print(
        text(
            f"✓ {short_path(path)}：{forms} 张空白自评表\n填好后运行：jixiao add {short_path(path)}",
            f"✓ {short_path(path)}: {forms} blank forms\nWhen it is filled in, run: jixiao add {short_path(path)}",
        )
    )
    return exits.OK
