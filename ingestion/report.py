"""The extraction report of a document: parts found, cells read and left out, parts refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingestion import blocks
from ingestion.blocks import Block
from ingestion.captions import with_captions
from ingestion.extract import Extraction
from ingestion.files import Row, read_manifest, read_rows
from ingestion.ledger import NOTHING_MISREAD, unread_reasons
from ingestion.message import Text, each, join
from ingestion.sections import account_sentence, form
from ingestion.vocabulary import OMISSION_REASONS

REPORT = "report.md"

UNREAD_SHOWN = 50
"""Maximum number of unread cells listed in a report; the rest are counted."""

_LONGEST_TEXT = 60

_UNKNOWN = Text("（未知）", "(unknown)")
_NONE = Text("无。", "None.")

_LABELS = {
    **blocks.NAMES,
    "budget": Text("预算表", "budget table"),
    "indicators": Text("指标表", "indicator table"),
    form.SELF: Text("项目支出绩效自评表", "self-evaluation form"),
    form.TRANSFER: Text("转移支付绩效自评表", "self-evaluation form of a transfer"),
    form.DEPARTMENT: Text("部门整体支出绩效自评表", "self-evaluation form of a department"),
    form.TARGET: Text("绩效目标表", "target form"),
    account_sentence.CLASSIFICATION: Text(account_sentence.PART, "sentences with final accounts of items"),
}
_ONLY_SENTENCES = Text(
    "没有识别出表格，只读取了正文中的支出决算；若文件中有表格，请检查。",
    "No table was recognised, and only the final accounts in sentences were read; if it has tables, check them.",
)
REASONS_ZH = {
    "label": "标签或列标题，含义已体现在列名中",
    "repeated_label": "换页后重复打印的标签",
    "column_number": "栏次、行次等编号",
    "dash": "表格不要求填写处的短横线",
    "indicator_kind": "运算符号栏的“定性”“定量”：是指标类型，不属于指标值",
    "narrative": "目标、问题、说明等长段文字，不入库",
    "person": "联系人姓名，默认不提取",
    "telephone": "电话号码，默认不提取",
    "bank_account": "开户行及账号，默认不提取",
    "identity_card": "身份证号，默认不提取",
    "contact": "邮箱、微信号或QQ号，默认不提取",
    "rule": "格式转换留下的分隔线",
    "blank_row": "没有填写内容的行的标签",
    "unit_code": "单位编码，与单位名称分开",
    "no_data": "表中注明无数据的文字",
}


def describe(extraction: Extraction) -> dict[str, Any]:
    """Return the report's part of a document's manifest: parts, cells read, warnings.

    Returns:
        `parts`, each with kind, title, place, first_line, last_line, rows and is_refused; `warnings`.
    """
    refused = {refusal.first_line for refusal in extraction.refusals}
    forms = extraction.ledger.tables["raw_self_evaluation"]
    by_line = {int(row["source_line"]): row for row in forms}
    found = blocks.segment(with_captions(extraction.document))
    parts = _describe_sentences(extraction)
    for block in found:
        is_refused = block.first_line in refused
        if block.kind == blocks.UNRECOGNISED and not is_refused:
            # Lines that the conversion drew between two tables.
            continue
        parts.append(_describe_block(block, by_line, is_refused))
    warnings = [*extraction.document.warnings, *extraction.ledger.doubts]
    if all(block.kind == blocks.UNRECOGNISED for block in found):
        warnings.append(_ONLY_SENTENCES)
    return {
        "parts": sorted(parts, key=lambda part: int(part["first_line"])),
        "warnings": warnings,
    }


def _describe_sentences(extraction: Extraction) -> list[dict[str, Any]]:
    """Return the sentences that were read as one part; empty if there are none."""
    rows = extraction.ledger.tables[account_sentence.TABLE]
    kind = account_sentence.CLASSIFICATION
    lines = [int(row["source_line"]) for row in rows if row["classification"] == kind]
    if not lines:
        return []
    first, last = min(lines), max(lines)
    return [
        {
            "kind": kind,
            "title": "",
            "place": extraction.document.lines[first - 1].place,
            "first_line": first,
            "last_line": last,
            "rows": len(lines),
            "is_refused": False,
        }
    ]


def _describe_block(block: Block, forms: dict[int, dict[str, str]], is_refused: bool) -> dict[str, Any]:
    own = None
    if block.kind == blocks.SELF_EVALUATION:
        lines = (line.number for line in [*block.preamble, *block.rows])
        own = next((forms[line] for line in lines if line in forms), None)
    return {
        "kind": own["form_kind"] if own else block.kind,
        "title": own["project_name"] if own else "",
        "place": block.rows[0].place,
        "first_line": block.first_line,
        "last_line": block.last_line,
        "rows": len(block.rows),
        "is_refused": is_refused,
    }


def write_report(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the report of a document into its folder, in Chinese and then in English."""
    text = render(manifest, read_rows(folder, "raw_unread_cell"))
    (folder / REPORT).write_text(text, encoding="utf-8", errors="replace")


def read_report(folder: Path) -> Text | None:
    """Return the report of a landed document; None where its folder has no manifest."""
    manifest = read_manifest(folder)
    return render(manifest, read_rows(folder, "raw_unread_cell")) if manifest else None


def render(manifest: dict[str, Any], unread: Sequence[Row]) -> Text:
    """Return the report of a landed document, from its manifest and the rows of its unread cells."""
    return join(
        "\n",
        (
            *_head(manifest),
            *_parts(manifest.get("parts", [])),
            *_cells(manifest),
            *describe_unread(manifest["document_id"], unread),
            *_refused(manifest.get("refused", [])),
            *_warnings(manifest.get("warnings", [])),
            "",
        ),
    )


def _head(manifest: dict[str, Any]) -> list[str]:
    filing = manifest["filing"]
    rows = sum(manifest["rows"].values())
    forms, indicators = filing["forms"], filing["indicators"]
    is_prepared = manifest.get("kind") == "prepared"
    documents = manifest.get("documents", [])
    return [
        Text("# 提取报告：", "# Extraction report: ") + _plain(manifest["source_file"]),
        "",
        Text("- 文件编号：", "- Document: ") + manifest["document_id"],
        Text("- 单位：", "- Organization: ") + (_plain(filing["organization_name"]) or _UNKNOWN),
        Text("- 年度：", "- Fiscal year: ") + (filing["fiscal_year"] or _UNKNOWN),
        Text("- 来源：", "- Source: ") + f"SHA-256 {manifest['source_sha256']}",
        *(
            [Text("- 来源文件共有：", "- Documents in the file: ") + ", ".join(documents)]
            if documents
            else []
        ),
        Text("- 原始 CSV 由用户提供，照原样收录", "- Raw CSVs as handed in")
        if is_prepared
        else Text(
            f"- 格式：{manifest['encoding']}；提取程序版本 {manifest['extractor_version']}",
            f"- Format: {manifest['encoding']}; extractor version {manifest['extractor_version']}",
        ),
        Text(
            f"- 自评表 {forms} 张；指标 {indicators} 项；原始行 {rows:,} 行",
            f"- Self-evaluation forms: {forms}; indicators: {indicators}; raw rows: {rows:,}",
        ),
        *(Text("- 替代：", "- Supersedes: ") + document_id for document_id in manifest.get("supersedes", [])),
    ]


def _parts(parts: list[dict[str, Any]]) -> list[str]:
    if not parts:
        return []
    lines: list[str] = [
        "",
        Text("## 找到的部分", "## Parts found"),
        "",
        Text("| 部分 | 位置 | 行 | 行数 | 结果 |", "| Part | Place | Lines | Rows | Result |"),
        "|---|---|---|---:|---|",
    ]
    for part in parts:
        title = f" {_plain(part['title'])}" if part["title"] else ""
        lines.append(
            "| "
            + _label(part["kind"])
            + f"{title} | {_plain(part['place'])} | {part['first_line']}–{part['last_line']} | {part['rows']} | "
            + (Text("✗ 已隔离 |", "✗ refused |") if part["is_refused"] else "✓ |")
        )
    return lines


def _label(kind: str) -> Text:
    return _LABELS.get(kind, Text(kind, kind))


def _cells(manifest: dict[str, Any]) -> list[str]:
    if "cells_taken" not in manifest:
        return []
    left: dict[str, int] = manifest["cells_left_out"]
    lines: list[str] = [
        "",
        Text("## 单元格去向", "## Where the cells went"),
        "",
        Text("- 收录：", "- Taken: ") + f"{manifest['cells_taken']:,}",
        Text("- 未收录：", "- Left out: ") + f"{sum(left.values()):,}",
    ]
    for reason, count in left.items():
        english = OMISSION_REASONS.get(reason, reason)
        lines.append(f"  - {count:,} {reason}: " + Text(REASONS_ZH.get(reason, english), english))
    return lines


def describe_unread(document_id: str, unread: Sequence[Row]) -> list[str]:
    """Return lines with the place of each unread cell and what to do, by reason, most costly first."""
    lines: list[str] = ["", Text("## 未读取的单元格", "## Unread cells"), ""]
    if not unread:
        return [*lines, _NONE]
    by_reason: dict[str, list[Row]] = {}
    for row in unread:
        by_reason.setdefault(row["reason_code"], []).append(row)
    shown = 0
    for code in sorted(by_reason, key=lambda code: (code in NOTHING_MISREAD, code)):
        rows = by_reason[code]
        reason = Text(*unread_reasons().get(code, ("原因不明", "for an unknown reason")))
        lines.append(f"- {len(rows):,} {code}: " + reason + Text("。", "."))
        lines += ["  - " + _describe_cell(row) for row in rows[: UNREAD_SHOWN - shown]]
        shown = min(shown + len(rows), UNREAD_SHOWN)
    if (more := len(unread) - shown) > 0:
        lines.append(Text(f"- … 另有 {more:,} 格", f"- … and {more:,} more cells"))
    query = f"jixiao sql \"from quality.fct_unread_cell where document_id = '{_plain(document_id)}'\""
    lines += [
        "",
        Text(
            "全部见 raw_unread_cell.csv，构建后见 quality.fct_unread_cell：",
            "All of them are in raw_unread_cell.csv and, after a build, in quality.fct_unread_cell: ",
        )
        + query,
    ]
    return lines


def _describe_cell(row: Row) -> str:
    line = Text(f"第 {row['source_line']} 行", f"line {row['source_line']}")
    around: list[str] = [_label(row["table_kind"])] if row["table_kind"] else []
    if row["form_no"]:
        # The kind of form is listed among the parts.
        around = [Text(f"第 {row['form_no']} 张绩效表", f"form {row['form_no']}")]
    if row["row_label"]:
        around.append(Text("行", "row ") + f"“{_shortened(row['row_label'])}”")
    if row["column_label"]:
        around.append(Text("列", "column ") + f"“{_shortened(row['column_label'])}”")
    place = (
        (row["source_place"] or line)
        + Text("（", " (")
        + join(Text("，", ", "), around)
        + Text("）：", "): ")
    )
    return each(_plain, place + f"“{_shortened(row['cell_text'])}”")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _refused(refused: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = ["", Text("## 未读取的部分", "## Refused parts"), ""]
    if not refused:
        return [*lines, _NONE]
    for part in refused:
        place = f" {_plain(part['place'])}" if part.get("place") else ""
        lines.append(
            "- "
            + each(_plain, part["part"])
            + Text(f"，第 {part['line']} 行", f", line {part['line']}")
            + f"{place} ({part['first_line']}–{part['last_line']}): "
            + each(_plain, part["reason"])
        )
    return lines


def _warnings(warnings: list[str]) -> list[str]:
    lines: list[str] = ["", Text("## 提醒", "## Warnings"), ""]
    return [*lines, *("- " + each(_plain, warning) for warning in warnings)] if warnings else [*lines, _NONE]


def _plain(text: str) -> str:
    """Return a text on one line of Markdown, so that it breaks no table and controls no terminal."""
    return "".join(char if char.isprintable() else " " for char in text).replace("|", "\\|")
