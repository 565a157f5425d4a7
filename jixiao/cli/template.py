"""`jixiao template`: write a blank form, or a table with an example, to fill in."""

from __future__ import annotations

from pathlib import Path

from ingestion.message import Text
from jixiao.cli import exits
from jixiao.cli.console import console, short_path
from jixiao.export import table_template
from jixiao.export.template import write_template
from jixiao.language import shown, text

FORM = "self-evaluation"
KINDS = (FORM, *table_template.COLUMNS)
FIRST_YEAR, LAST_YEAR = 1990, 2100


def run_template(
    kind: str, file: Path | None, *, xlsx: bool, csv: bool, forms: int, year: int | None, force: bool
) -> int:
    """Write a template and print what to do with it; return the exit code.

    Args:
        kind: One of `KINDS`.
        file: The file to write; by default one that is named after the kind, in the working folder.
        xlsx: Write a workbook.
        csv: Write a CSV; the default of a table, unless the file's name says otherwise.
        forms: How many forms, of the form alone.
        year: The fiscal year that the template names.
        force: Replace a file.
    """
    out = console()
    if kind not in KINDS:
        kinds = ", ".join(KINDS)
        out.print(
            text(f"✗ 没有模板 {kind!r}；可选 {kinds}", f"✗ There is no template {kind!r}; there is {kinds}")
        )
        return exits.USAGE
    path, wrong = _path(kind, file, xlsx=xlsx, csv=csv)
    if kind != FORM and forms != 1:
        wrong = Text("--forms 只用于自评表。", "--forms is for self-evaluation alone.")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        wrong = Text(
            f"年度须为四位数字，如 2023，不能是 {year}", f"The year is four digits, like 2023, not {year}"
        )
    if path.exists() and not force:
        wrong = Text(
            f"{short_path(path)} 已存在；加 --force 覆盖。",
            f"{short_path(path)} exists already; --force replaces it.",
        )
    if wrong:
        out.print(f"✗ {shown(wrong)}")
        return exits.USAGE
    try:
        if kind == FORM:
            write_template(path, forms, year)
        else:
            table_template.write_table_template(kind, path, year)
    except OSError as error:
        out.print(text("✗ 无法写入：", "✗ Can't be written: ") + f"{short_path(path)}: {error.strerror}")
        return exits.FAILED
    what = Text(f"{forms} 张空白自评表", f"{forms} blank forms")
    if kind != FORM:
        what = Text("带示例的表格", "a table with an example")
    name = short_path(path)
    out.print(
        text(
            f"✓ {name}：{what.zh}\n填好后运行：jixiao add {name}",
            f"✓ {name}: {what.en}\nWhen it is filled in, run: jixiao add {name}",
        )
    )
    if kind != FORM:
        for column in table_template.COLUMNS[kind]:
            out.print(f"  {shown(column.line)}", soft_wrap=True)
    return exits.OK


def _path(kind: str, file: Path | None, *, xlsx: bool, csv: bool) -> tuple[Path, str]:
    """Return the file to write, and what is wrong with the wanted format or an empty string."""
    ending = file.suffix.lower() if file is not None else ""
    wants_xlsx = xlsx or kind == FORM or (ending == ".xlsx" and not csv)
    path = file or Path(f"{kind}{'.xlsx' if wants_xlsx else '.csv'}")
    if csv and (xlsx or kind == FORM):
        return (
            path,
            Text(
                "自评表只有工作簿，--csv 与 --xlsx 只能选一个。",
                "The form is a workbook; of a table choose --csv or --xlsx.",
            ),
        )
    wanted = ".xlsx" if wants_xlsx else ".csv"
    if path.suffix.lower() != wanted:
        return path, Text(
            f"{short_path(path)} 的扩展名须为 {wanted}", f"{short_path(path)}: its name must end in {wanted}"
        )
    return path, ""
