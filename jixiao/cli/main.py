"""The command line. Each command imports its modules when it runs, so that help and queries are quick."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingestion.message import Text
from jixiao import language
from jixiao.cli import exits
from jixiao.cli.usage import Command, Group
from jixiao.language import shown, text
from jixiao.settings import SettingsError

if TYPE_CHECKING:
    from ingestion.submission import Given

NEEDS_POSIX = Text(
    "✗ 绩效需要 Linux：文件锁、链接和改名均依赖它。在 Windows 上请用 WSL（`wsl --install`）或容器（Dockerfile），"
    "见 docs/operations.md。",
    "✗ Jixiao needs Linux, for its locks, links and renames. On Windows use WSL (`wsl --install`) or the container "
    "(Dockerfile), see docs/operations.md.",
)

app = typer.Typer(
    cls=Group,
    name="jixiao",
    help=text(
        "绩效：把政府单位的预算绩效公开变成可查询、可核对的数据。",
        "Turn budget-performance disclosures into tested tables for queries.",
    ),
    epilog=shown(exits.EPILOG),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
releases_app = typer.Typer(
    cls=Group,
    name="releases",
    help=text("列出版本或退回旧版本。", "List the releases, or go back to an earlier one."),
    no_args_is_help=True,
)
app.add_typer(releases_app)
alerts_app = typer.Typer(
    cls=Group,
    name="alerts",
    help=text("构建失败等情况的通知。", "Notices of builds that failed or found new errors."),
    no_args_is_help=True,
)
app.add_typer(alerts_app)
review_app = typer.Typer(
    cls=Group,
    name="review",
    help=text(
        "复核结果：查看问题、生成复核底稿、导入处理决定。",
        "Show findings, write work papers, import decisions.",
    ),
    epilog=shown(exits.EPILOG),
    invoke_without_command=True,
)
app.add_typer(review_app)


class Output(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class DevPart(StrEnum):
    """What `dev` runs."""

    ALL = "all"
    WEB = "web"
    DAEMON = "daemon"


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


def _command(
    zh: str, en: str, *, name: str | None = None, of: typer.Typer = app, **more: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a command whose help is one of two texts, in the language of the process."""
    return of.command(name, cls=Command, epilog=shown(exits.EPILOG), help=text(zh, en), **more)


def _use_language(wanted: str | None) -> str | None:
    if wanted not in {None, *language.LANGUAGES}:
        raise typer.BadParameter(text("须为 zh、en 或 both。", "Choose zh, en or both."))
    language.use(wanted)
    return wanted


@app.callback()
def common(
    _language: Annotated[
        str | None,
        typer.Option(
            language.OPTION,
            metavar="|".join(language.LANGUAGES),
            callback=_use_language,
            is_eager=True,
            help=text(
                "输出的语言，both 为两种；默认取自 JIXIAO_LANG 和 LANG。",
                "The language of the output, both for two; by default that of JIXIAO_LANG and LANG.",
            ),
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help=text("显示版本号。", "Show the version."),
        ),
    ] = False,
) -> None:
    """Set what holds for all commands."""


@_command("从原始文件到发布，一次完成。", "Build a release from the raw files, as the schedule does.")
def build(
    document: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help=text("先读取这份披露文件。", "A disclosure to read first."),
        ),
    ] = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help=text(
                "全部重算，而非只算有变更的单位。", "Compute everything, not only the units that changed."
            ),
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=text("即使没有变更也生成新版本。", "Make a release even if nothing has changed."),
        ),
    ] = False,
) -> None:
    """Build a release from the raw files, as the schedule does."""
    from jixiao.cli.build import run_build  # noqa: PLC0415

    raise typer.Exit(run_build(document, full=full, force=force))


OrganizationOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help=text(
            "单位名称，文件未印出或印错时用；环境变量 JIXIAO_ORGANIZATION 只补未印出的。",
            "The organization, if the file prints none or a wrong one; JIXIAO_ORGANIZATION is for files that print none.",
        ),
    ),
]

YearOption = Annotated[
    str,
    typer.Option(
        metavar="YYYY",
        help=text("年度，文件未印出或印错时用。", "The fiscal year, if the file prints none or a wrong one."),
    ),
]

AmountUnitOption = Annotated[
    str,
    typer.Option(
        metavar="元|千元|万元|百万元|亿元",
        help=text("金额单位，同上。", "The unit of amounts, likewise."),
    ),
]

ProfileOption = Annotated[
    str,
    typer.Option(
        metavar="PROFILE",
        help=text(
            "评分规则（rule_profile.csv），不指定则按地区和年度。",
            "The scoring rules (rule_profile.csv); by default those of region and year.",
        ),
    ),
]


def _given(organization: str, year: str, amount_unit: str, profile: str) -> Given:
    from ingestion.submission import Given  # noqa: PLC0415

    return Given(organization.strip(), year.strip(), amount_unit.strip(), rule_profile=profile.strip())


@_command(
    "添加文件：识别、提取、核对，下次构建即包含。",
    "Add documents: recognise, extract and check them for the next build.",
)
def add(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help=text(
                "公开文件、预算表或指标表（docs/csv.md）、装有文件的文件夹，或自己准备的原始 CSV 文件夹。",
                "Disclosures, budget or indicator tables (docs/csv.md), folders of them, or a folder of raw CSVs.",
            ),
        ),
    ],
    organization: OrganizationOption = "",
    year: YearOption = "",
    amount_unit: AmountUnitOption = "",
    profile: ProfileOption = "",
    report: Annotated[
        bool,
        typer.Option(
            "--report",
            help=text("显示每份文件的完整提取报告。", "Print the whole extraction report of each file."),
        ),
    ] = False,
) -> None:
    """Add documents for the next build."""
    from jixiao.cli.add import run_add  # noqa: PLC0415

    raise typer.Exit(run_add(files, _given(organization, year, amount_unit, profile), report))


@_command(
    "几秒内检查文件：不入库、不构建，只看问题。退出码 1：有错误；3：有未读的单元格。",
    "Check files in seconds: nothing is stored or built. Exit code 1: errors found; 3: cells unread.",
)
def check(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help=text("要检查的文件或文件夹。", "Files or folders to check."),
        ),
    ],
    organization: OrganizationOption = "",
    year: YearOption = "",
    amount_unit: AmountUnitOption = "",
    profile: ProfileOption = "",
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            help=text(
                "写成网页：一份文件一页；多份时指定文件夹。",
                "Write a page for each document, into a folder if several.",
            ),
        ),
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", help=text("写成复核底稿。", "Write the work paper.")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=text("以 JSON 输出。", "Print as JSON."))] = False,
) -> None:
    """Check files without a warehouse."""
    from jixiao.cli.check import Output, run_check  # noqa: PLC0415

    given = _given(organization, year, amount_unit, profile)
    raise typer.Exit(run_check(files, given, Output(html, xlsx, json)))


@_command("一份文件的网页：自评表与问题对照。", "Show the page of a document: its forms beside the findings.")
def show(
    document: Annotated[
        str,
        typer.Argument(
            metavar="DOCUMENT",
            help=text(
                "文件编号，或单位名称、文件名的一部分。",
                "A document id, or a part of the name of organization or file.",
            ),
        ),
    ],
    out: Annotated[Path | None, typer.Option(help=text("写到这个文件。", "Write it to this file."))] = None,
) -> None:
    """Show the page of a document."""
    from jixiao.cli.show import run_show  # noqa: PLC0415

    raise typer.Exit(run_show(document, out))


@_command("列出下次构建包含的文件。", "List the documents of the next build.")
def documents(
    document_id: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help=text("显示这份文件的提取报告。", "Show the extraction report of this document."),
        ),
    ] = None,
    history: Annotated[
        bool,
        typer.Option(
            "--history",
            help=text("也列出被替代和撤出的文件。", "List superseded and removed documents, too."),
        ),
    ] = False,
) -> None:
    """List the documents of the next build."""
    from jixiao.cli.documents import run_documents, run_report  # noqa: PLC0415

    raise typer.Exit(run_documents(history) if document_id is None else run_report(document_id))


@_command(
    "撤出文件；留在历史中，可以恢复。",
    "Remove documents from the next build; they stay in history and can be restored.",
)
def remove(
    document_ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID…",
            help=text("文件编号，见 jixiao documents。", "Ids of documents, see jixiao documents."),
        ),
    ],
) -> None:
    """Remove documents from the next build."""
    from jixiao.cli.documents import run_remove  # noqa: PLC0415

    raise typer.Exit(run_remove(document_ids))


@_command("恢复被替代或撤出的文件。", "Restore superseded or removed documents.")
def restore(
    document_ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID…",
            help=text(
                "文件编号，见 jixiao documents --history。",
                "Ids of documents, see jixiao documents --history.",
            ),
        ),
    ],
) -> None:
    """Restore superseded or removed documents."""
    from jixiao.cli.documents import run_restore  # noqa: PLC0415

    raise typer.Exit(run_restore(document_ids))


@_command("生成可填写、可添加的模板。", "Write a template to fill in and add.")
def template(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="self-evaluation|budget|indicators",
            help=text(
                "模板种类：自评表、预算表、指标表。",
                "The kind of template: the form, the budget table or the indicator table.",
            ),
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            dir_okay=False,
            help=text("写入的文件，默认以种类命名。", "The file to write, by default named after the kind."),
        ),
    ] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help=text("写成工作簿。", "Write a workbook."))] = False,
    csv: Annotated[
        bool, typer.Option("--csv", help=text("写成 CSV（仅限表格）。", "Write a CSV of a table."))
    ] = False,
    forms: Annotated[int, typer.Option(min=1, help=text("表的份数。", "The number of forms."))] = 1,
    year: Annotated[int | None, typer.Option(help=text("年度。", "The fiscal year."))] = None,
    force: Annotated[
        bool, typer.Option("--force", help=text("覆盖已有文件。", "Replace an existing file."))
    ] = False,
) -> None:
    """Write a template to fill in and add."""
    from jixiao.cli.template import run_template  # noqa: PLC0415

    raise typer.Exit(run_template(kind, file, xlsx=xlsx, csv=csv, forms=forms, year=year, force=force))


@_command("只提取，不构建：写出原始 CSV。", "Extract a document into raw CSVs without a build.")
def extract(
    document: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help=text("披露文件。", "The document."),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", file_okay=False, help=text("写入 CSV 的文件夹。", "The folder to write the CSVs to.")
        ),
    ],
) -> None:
    """Extract a document into raw CSVs without a build."""
    from jixiao.cli.extract import run_extract  # noqa: PLC0415

    raise typer.Exit(run_extract(document, out))


@_command("只读查询当前版本。", "Query the current release, read only.")
def sql(
    query: Annotated[
        str | None,
        typer.Argument(help=text("SQL；不给则进入交互界面。", "SQL; without it, an interactive prompt.")),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help=text("以 CSV 输出。", "Print as CSV."))] = False,
    json: Annotated[bool, typer.Option("--json", help=text("以 JSON 输出。", "Print as JSON."))] = False,
    labels: Annotated[
        bool,
        typer.Option(
            "--labels",
            help=text("用数据字典的中文列名。", "Head documented columns with their Chinese names."),
        ),
    ] = False,
) -> None:
    """Query the current release, read only."""
    if csv and json:
        raise typer.BadParameter(text("--csv 与 --json 只能选一个。", "Choose one of --csv and --json."))
    from jixiao.cli.sql import run_sql_command  # noqa: PLC0415

    output = Output.CSV if csv else Output.JSON if json else Output.TABLE
    raise typer.Exit(run_sql_command(query, output.value, labels))


@_command("导出为 CSV、Excel、Parquet 或 JSON。", "Export tables of the current release.")
def export(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    out: Annotated[
        Path, typer.Option("--out", file_okay=False, help=text("写入的文件夹。", "The folder to write to."))
    ],
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE…",
            help=text("表名，如 core.dim_project。", "Names of tables, such as core.dim_project."),
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=text("全部表。", "All tables."))] = False,
    file_format: Annotated[
        ExportFormat,
        typer.Option(
            "--format",
            help=text("文件格式，一表一文件。", "The format of the files, one file for each table."),
        ),
    ] = ExportFormat.CSV,
    document: Annotated[
        str | None,
        typer.Option(
            help=text(
                "只要这份文件的行：编号，或单位名称、文件名的一部分。",
                "Only rows of this document: its id, or a part of the name of organization or file.",
            )
        ),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(
            metavar="SQL", help=text("导出查询结果，不导出表。", "Export the result of a query instead.")
        ),
    ] = None,
    name: Annotated[
        str, typer.Option(help=text("查询结果的文件名。", "The file name of the query's result."))
    ] = "query",
    labels: Annotated[
        bool,
        typer.Option(
            "--labels",
            help=text("用数据字典的中文列名。", "Head documented columns with their Chinese names."),
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help=text("覆盖已有文件。", "Replace existing files."))
    ] = False,
) -> None:
    """Export tables of the current release."""
    if sum((bool(tables), every, query is not None)) != 1:
        raise typer.BadParameter(
            text(
                "给出表名，或 --all，或 --query，三者选一。",
                "Give one of the three: names of tables, --all or --query.",
            )
        )
    if query is not None and document is not None:
        raise typer.BadParameter(
            text(
                "--document 与表一起使用；查询请写 where document_id = …。",
                "--document goes with tables; in a query write where document_id = …",
            )
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


@_command(
    "打开工作台网页：检查文件、处理问题、构建。",
    "Open the desk, a web page: check files, decide on findings, build.",
)
def serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help=text("网页端口。", "The port of the web page."))
    ] = 8420,
    host: Annotated[
        str,
        typer.Option(
            help=text(
                "网页监听的地址；本机以外须有 --token。",
                "The address that it listens on; one that other machines reach takes a --token.",
            )
        ),
    ] = "127.0.0.1",
    token: Annotated[
        str,
        typer.Option(
            envvar="JIXIAO_DESK_TOKEN",
            show_envvar=False,
            help=text(
                "进入所需的令牌；也可写在环境变量 JIXIAO_DESK_TOKEN 中，不在进程列表里露出。",
                "What users have to know; JIXIAO_DESK_TOKEN keeps it out of the list of processes.",
            ),
        ),
    ] = "",
) -> None:
    """Open the desk."""
    from jixiao.cli.serve import run_serve  # noqa: PLC0415

    raise typer.Exit(run_serve(host, port, token))


@_command("打开 Dagster 网页并运行定时任务。", "Open Dagster's web page and run the schedule.")
def dev(
    port: Annotated[int, typer.Option(help=text("网页端口。", "The port of the web page."))] = 3000,
    host: Annotated[
        str,
        typer.Option(
            help=text(
                "网页监听的地址；网页没有登录，勿直接对外开放。",
                "The address that the web page listens on; it has no login, so don't expose it.",
            )
        ),
    ] = "127.0.0.1",
    part: Annotated[
        DevPart,
        typer.Option(
            help=text("只运行网页或只运行定时任务。", "Run only the web page or only the schedule.")
        ),
    ] = DevPart.ALL,
) -> None:
    """Open Dagster's web page and run the schedule."""
    from jixiao.cli.dev import run_dev  # noqa: PLC0415

    raise typer.Exit(run_dev(port, host=host, part=part.value))


@_command(
    "检查本安装：有什么、哪里损坏、占多少磁盘、怎么办；只读。",
    "Check the installation: what is there, what is damaged, what it takes on disk, what to do. Reads only.",
)
def doctor() -> None:
    """Check the installation."""
    from jixiao.cli.doctor import run_doctor  # noqa: PLC0415

    raise typer.Exit(run_doctor())


@_command("列出版本，新的在前。", "List the releases, newest first.", name="list", of=releases_app)
def list_command() -> None:
    """List the releases, newest first."""
    from jixiao.cli.releases import run_list  # noqa: PLC0415

    raise typer.Exit(run_list())


@_command(
    "让读者回到旧版本。", "Switch readers back to an earlier release.", name="rollback", of=releases_app
)
def rollback_command(
    release_id: Annotated[
        str | None,
        typer.Argument(
            help=text("目标版本；不给则退回上一个。", "The release to go back to; by default the one before.")
        ),
    ] = None,
) -> None:
    """Switch readers back to an earlier release."""
    from jixiao.cli.releases import run_rollback  # noqa: PLC0415

    raise typer.Exit(run_rollback(release_id))


@_command("固定一个版本，使其不被清理。", "Keep a release until it is unpinned.", name="pin", of=releases_app)
def pin_command(release_id: Annotated[str, typer.Argument(help=text("版本。", "The release."))]) -> None:
    """Keep a release until it is unpinned."""
    from jixiao.cli.releases import run_pin  # noqa: PLC0415

    raise typer.Exit(run_pin(release_id, is_kept=True))


@_command("取消固定。", "Keep a pinned release as others are.", name="unpin", of=releases_app)
def unpin_command(release_id: Annotated[str, typer.Argument(help=text("版本。", "The release."))]) -> None:
    """Keep a pinned release as others are."""
    from jixiao.cli.releases import run_pin  # noqa: PLC0415

    raise typer.Exit(run_pin(release_id, is_kept=False))


@_command(
    "向每个已设置的渠道发一条测试通知。",
    "Send a test notice by each channel that is set.",
    name="test",
    of=alerts_app,
)
def alerts_test_command() -> None:
    """Send a test notice by each channel that is set."""
    from jixiao.cli.alerts import run_test  # noqa: PLC0415

    raise typer.Exit(run_test())


@review_app.callback(
    epilog=shown(exits.EPILOG),
    help=text(
        "复核结果：查看问题、生成复核底稿、导入处理决定。",
        "Show findings, write work papers, import decisions.",
    ),
)
def review(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    context: typer.Context,
    document: Annotated[
        list[str] | None,
        typer.Option(
            help=text(
                "文件编号，或单位名称、文件名的一部分；可写多次。",
                "A document id, or a part of the name of organization or file; once for each document.",
            )
        ),
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            metavar="E,W,I",
            help=text("只看这些严重程度，用逗号分隔。", "Only these severities, separated by commas."),
        ),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID|ID=…",
            help=text(
                "只看这条规则；ID=E|W|I、on|off、slip|habit（逗号分隔）为本地设置，下次构建生效，ID=reset 取消。",
                "Only this rule; ID=E|W|I, on|off, slip|habit (with commas) or reset sets it for later builds.",
            ),
        ),
    ] = None,
    why: Annotated[
        str,
        typer.Option(help=text("本地设置的理由。", "The reason of the settings of --rule ID=….")),
    ] = "",
    limit: Annotated[
        int,
        typer.Option(
            min=0,
            help=text(
                "屏幕上每份文件显示的案件数，0 为全部。", "Cases shown for each document; 0 shows all."
            ),
        ),
    ] = 30,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", help=text("写成 Excel 复核底稿。", "Write an Excel work paper.")),
    ] = None,
    all_forms: Annotated[
        bool,
        typer.Option(
            "--all",
            help=text(
                "底稿也包括没有问题的自评表。", "Give forms without a finding a sheet of the work paper, too."
            ),
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=text("以 JSON 输出。", "Print as JSON."))] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=text(
                "覆盖含有未导入决定的底稿。", "Replace a work paper whose decisions were not imported."
            ),
        ),
    ] = False,
) -> None:
    """Show findings or write a work paper."""
    if context.invoked_subcommand is not None:
        return
    if json and xlsx is not None:
        raise typer.BadParameter(text("--json 与 --xlsx 只能选一个。", "Choose one of --json and --xlsx."))
    if force and xlsx is None:
        raise typer.BadParameter(text("--force 只与 --xlsx 一起使用。", "--force goes with --xlsx."))
    rules = rule or []
    wanted = [one for one in rules if "=" in one]
    if wanted and (len(wanted) < len(rules) or json or xlsx is not None):
        raise typer.BadParameter(
            text(
                "--rule ID=… 不能与查看问题的选项一起使用。",
                "--rule ID=… sets rules; show findings in a command of its own.",
            )
        )
    if why and not wanted:
        raise typer.BadParameter(text("--why 只与 --rule ID=… 一起使用。", "--why goes with --rule ID=…."))
    if all_forms and xlsx is None:
        raise typer.BadParameter(text("--all 只与 --xlsx 一起使用。", "--all goes with --xlsx."))
    from jixiao.cli.paper import PaperFile  # noqa: PLC0415
    from jixiao.cli.review import run_review, run_rule_settings  # noqa: PLC0415

    if wanted:
        raise typer.Exit(run_rule_settings(wanted, why))
    paper = None if xlsx is None else PaperFile(xlsx, force, all_forms)
    raise typer.Exit(run_review(document or [], severity, limit, paper, json, rules))


@_command(
    "导入复核底稿中的处理决定。",
    "Import the decisions of a work paper; the next build applies them.",
    name="import",
    of=review_app,
)
def import_command(
    paper: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            readable=True,
            help=text("填好的复核底稿（.xlsx）。", "The filled-in work paper (.xlsx)."),
        ),
    ],
) -> None:
    """Import the decisions of a work paper."""
    from jixiao.cli.review_import import run_import  # noqa: PLC0415

    raise typer.Exit(run_import(paper))


@_command(
    "查询统一定义的指标（MetricFlow）。",
    "Query the defined metrics (MetricFlow); the arguments are those of mf.",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def metrics(context: typer.Context) -> None:
    """Query the defined metrics with the arguments of `mf`."""
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
    except SettingsError as error:
        typer.echo(f"✗ {shown(str(error))}", err=True)
        sys.exit(exits.USAGE)
    except ModuleNotFoundError as error:
        if error.name != "fcntl":
            raise
        typer.echo(shown(NEEDS_POSIX), err=True)
        sys.exit(exits.FAILED)
