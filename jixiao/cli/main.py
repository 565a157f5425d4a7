"""The command line. What a command needs is imported when it runs: help and queries stay quick."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jixiao.cli import exits

app = typer.Typer(
    name="jixiao",
    help="绩效：把政府单位的预算绩效公开变成可查询、可核对的数据。 Budget-performance disclosures as tested marts.",
    epilog=exits.EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
releases_app = typer.Typer(
    name="releases",
    help="列出版本或退回旧版本。 List the releases, or go back to an earlier one.",
    no_args_is_help=True,
)
app.add_typer(releases_app)
review_app = typer.Typer(
    name="review",
    help="复核结果：查看问题、生成复核底稿、导入处理决定。 What the rules found; work papers and decisions.",
    epilog=exits.EPILOG,
    invoke_without_command=True,
)
app.add_typer(review_app)


class Output(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class ExportFormat(StrEnum):
    """What `export` writes."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"jixiao {version('jixiao')}")
        raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="显示版本号。 Show the version."
        ),
    ] = False,
) -> None:
    """Options of all commands."""


@app.command(epilog=exits.EPILOG)
def build(
    document: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="先读取这份披露文件。 Read this disclosure first.",
        ),
    ] = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="全部重算，而非只算有变更的单位。 Compute everything, not only what has changed."
        ),
    ] = False,
) -> None:
    """从原始文件到发布，一次完成。 From the raw files to a release, as the schedule does it."""
    from jixiao.cli.build import run_build  # noqa: PLC0415

    raise typer.Exit(run_build(document, full=full))


@app.command(epilog=exits.EPILOG)
def add(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="公开文件、装有文件的文件夹，或自己准备的原始 CSV 文件夹。 "
            "Disclosures, folders of them, or a folder of raw CSVs.",
        ),
    ],
    organization: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="单位名称，文件未印出或印错时用；环境变量 JIXIAO_ORGANIZATION 只补未印出的。 "
            "Whose they are, whatever is printed; JIXIAO_ORGANIZATION is for those that print none.",
        ),
    ] = "",
    year: Annotated[
        str,
        typer.Option(
            metavar="YYYY", help="年度，文件未印出或印错时用。 For which year, whatever is printed."
        ),
    ] = "",
    amount_unit: Annotated[
        str,
        typer.Option(
            metavar="元|千元|万元|百万元|亿元", help="金额单位，同上。 In which unit they print amounts."
        ),
    ] = "",
    profile: Annotated[
        str,
        typer.Option(
            metavar="PROFILE",
            help="评分规则（rule_profile.csv），不指定则按地区和年度。 By which rule profile; else by region and year.",
        ),
    ] = "",
    report: Annotated[
        bool, typer.Option("--report", help="显示每份文件的完整提取报告。 Print the whole report of each.")
    ] = False,
) -> None:
    """添加文件：识别、提取、核对，下次构建即包含。 Take disclosures in; the next build has them."""
    from ingestion.submission import Given  # noqa: PLC0415
    from jixiao.cli.add import run_add  # noqa: PLC0415

    given = Given(organization.strip(), year.strip(), amount_unit.strip(), rule_profile=profile.strip())
    raise typer.Exit(run_add(files, given, report))


@app.command(epilog=exits.EPILOG)
def documents(
    document_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="显示这份文件的提取报告。 Show the report of this document."),
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--history", help="也列出被替代和撤出的文件。 Also those superseded or removed."),
    ] = False,
) -> None:
    """列出下次构建包含的文件。 List the documents of the next build."""
    from jixiao.cli.documents import run_documents, run_report  # noqa: PLC0415

    raise typer.Exit(run_documents(history) if document_id is None else run_report(document_id))


@app.command(epilog=exits.EPILOG)
def remove(
    document_ids: Annotated[
        list[str],
        typer.Argument(metavar="ID…", help="文件编号，见 jixiao documents。 Ids, as `documents` lists them."),
    ],
) -> None:
    """撤出文件；留在历史中，可以恢复。 Take documents out of the next build; they stay in history."""
    from jixiao.cli.documents import run_remove  # noqa: PLC0415

    raise typer.Exit(run_remove(document_ids))


@app.command(epilog=exits.EPILOG)
def restore(
    document_ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID…", help="文件编号，见 jixiao documents --history。 Ids, as in `documents --history`."
        ),
    ],
) -> None:
    """恢复被替代或撤出的文件。 Bring back documents that were superseded or removed."""
    from jixiao.cli.documents import run_restore  # noqa: PLC0415

    raise typer.Exit(run_restore(document_ids))


@app.command(epilog=exits.EPILOG)
def template(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="模板种类。 Which template.")],
    xlsx: Annotated[Path, typer.Option("--xlsx", dir_okay=False, help="写入的文件。 The file to write.")],
    forms: Annotated[int, typer.Option(min=1, help="表的份数。 How many forms.")] = 1,
    year: Annotated[int | None, typer.Option(help="年度。 The fiscal year.")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件。 Replace a file.")] = False,
) -> None:
    """生成可填写、可添加的 Excel 模板。 Write an Excel template to fill in and add."""
    from jixiao.cli.template import run_template  # noqa: PLC0415

    raise typer.Exit(run_template(kind, xlsx, forms=forms, year=year, force=force))


@app.command(epilog=exits.EPILOG)
def extract(
    document: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="披露文件。 A disclosure.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", file_okay=False, help="写入 CSV 的文件夹。 The folder for the CSVs.")
    ],
) -> None:
    """只提取，不构建：写出原始 CSV。 Write the raw CSVs of a document, and nothing else."""
    from jixiao.cli.extract import run_extract  # noqa: PLC0415

    raise typer.Exit(run_extract(document, out))


@app.command()
def sql(
    query: Annotated[
        str | None,
        typer.Argument(help="SQL；不给则进入交互界面。 SQL; without it, an interactive prompt."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="以 CSV 输出。 Print as CSV.")] = False,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。 Print as JSON.")] = False,
    labels: Annotated[
        bool,
        typer.Option(
            "--labels", help="用数据字典的中文列名。 Head documented columns with their Chinese names."
        ),
    ] = False,
) -> None:
    """只读查询当前版本。 Query the current release, read only."""
    if csv and json:
        raise typer.BadParameter("--csv 与 --json 只能选一个。 Choose one of --csv and --json.")
    from jixiao.cli.sql import run_sql_command  # noqa: PLC0415

    output = Output.CSV if csv else Output.JSON if json else Output.TABLE
    raise typer.Exit(run_sql_command(query, output.value, labels))


@app.command(epilog=exits.EPILOG)
def export(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    out: Annotated[
        Path, typer.Option("--out", file_okay=False, help="写入的文件夹。 The folder to write to.")
    ],
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="TABLE…", help="表名，如 core.dim_project。 Tables of the release."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="全部表。 All tables.")] = False,
    file_format: Annotated[
        ExportFormat, typer.Option("--format", help="文件格式，一表一文件。 A file a table, in this format.")
    ] = ExportFormat.CSV,
    document: Annotated[
        str | None,
        typer.Option(help="只要这份文件的行：编号，或单位名称、文件名的一部分。 Only rows of this document."),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(metavar="SQL", help="导出查询结果，不导出表。 Export the result of a query instead."),
    ] = None,
    name: Annotated[str, typer.Option(help="查询结果的文件名。 Name of its file.")] = "query",
    labels: Annotated[
        bool,
        typer.Option(
            "--labels", help="用数据字典的中文列名。 Head documented columns with their Chinese names."
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件。 Replace files.")] = False,
) -> None:
    """导出为 CSV、Excel、Parquet 或 JSON。 Export tables of the current release."""
    if sum((bool(tables), every, query is not None)) != 1:
        raise typer.BadParameter(
            "给出表名，或 --all，或 --query，三者选一。 Name tables, or give --all, or --query: one of the three."
        )
    if query is not None and document is not None:
        raise typer.BadParameter(
            "--document 与表一起使用；查询请写 where document_id = …。 --document goes with tables."
        )
    from jixiao.cli.export import ExportRequest, run_export  # noqa: PLC0415

    request = ExportRequest(
        tables=None if every else tables,
        query=query,
        name=name,
        document=document,
        file_format=file_format.value,
        out=out,
        has_labels=labels,
        is_forced=force,
    )
    raise typer.Exit(run_export(request))


@app.command()
def dev(
    port: Annotated[int, typer.Option(help="网页端口。 Port of the web page.")] = 3000,
) -> None:
    """打开 Dagster 网页并运行定时任务。 Dagster's web page, and the schedule."""
    from jixiao.cli.dev import run_dev  # noqa: PLC0415

    raise typer.Exit(run_dev(port))


@releases_app.command("list")
def list_command() -> None:
    """列出版本，新的在前。 List the releases, newest first."""
    from jixiao.cli.releases import run_list  # noqa: PLC0415

    raise typer.Exit(run_list())


@releases_app.command("rollback")
def rollback_command(
    release_id: Annotated[
        str | None,
        typer.Argument(help="目标版本；不给则退回上一个。 The release; without it, the one before."),
    ] = None,
) -> None:
    """让读者回到旧版本。 Switch readers back to an earlier release."""
    from jixiao.cli.releases import run_rollback  # noqa: PLC0415

    raise typer.Exit(run_rollback(release_id))


@review_app.callback(epilog=exits.EPILOG)
def review(
    context: typer.Context,
    document: Annotated[
        str | None,
        typer.Option(
            help="文件编号，或单位名称、文件名的一部分。 A document id, or a part of the organization's or file's name."
        ),
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            metavar="E,W,I", help="只看这些严重程度，用逗号分隔。 Only these severities, with commas between."
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(min=0, help="屏幕上每份文件显示的问题数，0 为全部。 Findings on screen; 0 shows all."),
    ] = 30,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", help="写成 Excel 复核底稿。 Write an Excel work paper instead."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。 Print as JSON.")] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="覆盖含有未导入决定的底稿。 Replace a work paper with decisions not imported yet."
        ),
    ] = False,
) -> None:
    """复核结果：查看问题、生成复核底稿、导入处理决定。 What the rules found; work papers and decisions."""
    if context.invoked_subcommand is not None:
        return
    if json and xlsx is not None:
        raise typer.BadParameter("--json 与 --xlsx 只能选一个。 Choose one of --json and --xlsx.")
    if force and xlsx is None:
        raise typer.BadParameter("--force 只与 --xlsx 一起使用。 --force goes with --xlsx.")
    from jixiao.cli.review import run_review  # noqa: PLC0415

    raise typer.Exit(run_review(document, severity, limit, xlsx, json, force))


@review_app.command("import", epilog=exits.EPILOG)
def import_command(
    paper: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            readable=True,
            help="填好的复核底稿（.xlsx）。 A work paper that was filled in.",
        ),
    ],
) -> None:
    """导入复核底稿中的处理决定。 Take the decisions of a work paper; the next build applies them."""
    from jixiao.cli.review_import import run_import  # noqa: PLC0415

    raise typer.Exit(run_import(paper))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    epilog=exits.EPILOG,
)
def metrics(context: typer.Context) -> None:
    """查询统一定义的指标（MetricFlow）。 Metrics, defined once: the arguments are those of `mf`."""
    from jixiao.cli.metrics import run_metrics  # noqa: PLC0415

    raise typer.Exit(run_metrics(context.args or ["--help"]))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show Chinese gets question marks, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(exits.INTERRUPTED)
