"""The extraction report of a document: parts found, cells read and left out, parts refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingestion import blocks
from ingestion.blocks import Block
from ingestion.captions import with_captions
from ingestion.extract import Extraction
from ingestion.files import Row, read_rows
from ingestion.ledger import NOTHING_MISREAD, unread_reasons
from ingestion.sections import account_sentence, form
from ingestion.vocabulary import OMISSION_REASONS

REPORT = "report.md"

UNREAD_SHOWN = 50
"""Maximum number of unread cells listed in a report; the rest are counted."""

_LONGEST_TEXT = 60

_LABELS = {
    blocks.CONCLUSION: ("绩效评价结论一览表", "conclusion of an evaluation"),
    blocks.ACCOUNT: ("收支预决算表", "final accounts and budgets"),
    blocks.TARGET_DECLARATION: ("部门绩效目标申报表", "department targets"),
    blocks.TARGET_COMPLETION: ("部门绩效目标完成情况对比表", "completion of the targets"),
    blocks.INDICATOR_SYSTEM: ("指标体系及打分情况表", "scored indicator system"),
    blocks.PROJECT_EXECUTION: ("项目预算执行情况表", "execution of the project"),
    blocks.PROJECT_SPENDING: ("绩效目标完成情况及收支明细表", "spending of the project"),
    form.SELF: ("项目支出绩效自评表", "self-evaluation form"),
    form.TRANSFER: ("转移支付绩效自评表", "self-evaluation form of a transfer"),
    form.DEPARTMENT: ("部门整体支出绩效自评表", "self-evaluation form of a department"),
    form.TARGET: ("绩效目标表", "target form"),
    blocks.UNRECOGNISED: ("无法识别的表格", "table that is not known"),
    account_sentence.CLASSIFICATION: (account_sentence.PART, "sentences with final accounts of items"),
}
_ONLY_SENTENCES = (
    "没有识别出表格，只读取了正文中的支出决算；若文件中有表格，请检查。 "
    "No table was recognised, only sentences with final accounts were read; if it has tables, check them."
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
    """Write the report of a document into its folder, from its manifest and its raw CSVs."""
    text = render(manifest, read_rows(folder, "raw_unread_cell"))
    (folder / REPORT).write_text(text, encoding="utf-8", errors="replace")


def render(manifest: dict[str, Any], unread: Sequence[Row]) -> str:
    """Return the report of a landed document, from its manifest and the rows of its unread cells."""
    return "\n".join(
        (
            *_head(manifest),
            *_parts(manifest.get("parts", [])),
            *_cells(manifest),
            *describe_unread(manifest["document_id"], unread),
            *_refused(manifest.get("refused", [])),
            *_warnings(manifest.get("warnings", [])),
            "",
        )
    )


def _head(manifest: dict[str, Any]) -> list[str]:
    filing = manifest["filing"]
    rows = manifest["rows"]
    is_prepared = manifest.get("kind") == "prepared"
    return [
        f"# 提取报告 Extraction report: {_plain(manifest['source_file'])}",
        "",
        f"- 文件编号 document: {manifest['document_id']}",
        f"- 单位 organization: {_plain(filing['organization_name']) or '（未知 unknown）'}",
        f"- 年度 fiscal year: {filing['fiscal_year'] or '（未知 unknown）'}",
        f"- 来源 source: SHA-256 {manifest['source_sha256']}",
        *(
            f"- 来源文件共有 documents in it: {'、'.join(documents)}"
            for documents in [manifest.get("documents", [])]
            if documents
        ),
        "- 原始 CSV 由用户提供，照原样收录 raw CSVs as handed in"
        if is_prepared
        else f"- 格式 format: {manifest['encoding']}；提取程序版本 extractor version {manifest['extractor_version']}",
        f"- 自评表 self-evaluation forms: {filing['forms']}；指标 indicators: {filing['indicators']}；"
        f"原始行 raw rows: {sum(rows.values()):,}",
        *(f"- 替代 supersedes: {document_id}" for document_id in manifest.get("supersedes", [])),
    ]


def _parts(parts: list[dict[str, Any]]) -> list[str]:
    if not parts:
        return []
    lines = [
        "",
        "## 找到的部分 Parts found",
        "",
        "| 部分 part | 位置 place | 行 lines | 行数 rows | 结果 result |",
        "|---|---|---|---:|---|",
    ]
    for part in parts:
        chinese, english = _LABELS.get(part["kind"], (part["kind"], ""))
        title = f" {_plain(part['title'])}" if part["title"] else ""
        lines.append(
            f"| {chinese} {english}{title} | {_plain(part['place'])} | {part['first_line']}–{part['last_line']} "
            f"| {part['rows']} | {'✗ 已隔离 refused' if part['is_refused'] else '✓'} |"
        )
    return lines


def _cells(manifest: dict[str, Any]) -> list[str]:
    if "cells_taken" not in manifest:
        return []
    left: dict[str, int] = manifest["cells_left_out"]
    lines = [
        "",
        "## 单元格去向 Where the cells went",
        "",
        f"- 收录 taken: {manifest['cells_taken']:,}",
        f"- 未收录 left out: {sum(left.values()):,}",
    ]
    for reason, count in left.items():
        explained = OMISSION_REASONS.get(reason, reason)
        chinese = REASONS_ZH.get(reason)
        lines.append(f"  - {count:,} {chinese + ' ' if chinese else ''}{reason}: {explained}")
    return lines


def describe_unread(document_id: str, unread: Sequence[Row]) -> list[str]:
    """Return lines with the place of each unread cell and what to do, by reason, most costly first."""
    lines = ["", "## 未读取的单元格 Unread cells", ""]
    if not unread:
        return [*lines, "无。 None."]
    by_reason: dict[str, list[Row]] = {}
    for row in unread:
        by_reason.setdefault(row["reason_code"], []).append(row)
    shown = 0
    for code in sorted(by_reason, key=lambda code: (code in NOTHING_MISREAD, code)):
        rows = by_reason[code]
        chinese, english = unread_reasons().get(code, ("原因不明", "of no known reason"))
        lines.append(f"- {len(rows):,} {code}: {chinese}。 {english}.")
        lines += [f"  - {_describe_cell(row)}" for row in rows[: UNREAD_SHOWN - shown]]
        shown = min(shown + len(rows), UNREAD_SHOWN)
    if len(unread) > shown:
        lines.append(f"- … 另有 and {len(unread) - shown:,} 格 more cells")
    lines += [
        "",
        "全部见 raw_unread_cell.csv，构建后见 All of them are in raw_unread_cell.csv and, once built, in "
        "quality.fct_unread_cell: "
        f"jixiao sql \"from quality.fct_unread_cell where document_id = '{_plain(document_id)}'\"",
    ]
    return lines


def _describe_cell(row: Row) -> str:
    place = row["source_place"] or f"第 {row['source_line']} 行 line {row['source_line']}"
    around = [" ".join(_LABELS.get(row["table_kind"], (row["table_kind"],))).strip()]
    if row["form_no"]:
        # The kind of form is listed among the parts.
        around = [f"第 {row['form_no']} 张绩效表 form {row['form_no']}"]
    if row["row_label"]:
        around.append(f"行 row “{_shortened(row['row_label'])}”")
    if row["column_label"]:
        around.append(f"列 column “{_shortened(row['column_label'])}”")
    return _plain(f"{place}（{'，'.join(filter(None, around))}）：“{_shortened(row['cell_text'])}”")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _refused(refused: list[dict[str, Any]]) -> list[str]:
    lines = ["", "## 未读取的部分 Refused parts", ""]
    if not refused:
        return [*lines, "无。 None."]
    for part in refused:
        place = f"（{_plain(part['place'])}）" if part.get("place") else ""
        lines.append(
            f"- {_plain(part['part'])}，第 {part['line']} 行 line {part['line']}{place}"
            f"（{part['first_line']}–{part['last_line']}）: {_plain(part['reason'])}"
        )
    return lines


def _warnings(warnings: list[str]) -> list[str]:
    lines = ["", "## 提醒 Warnings", ""]
    return [*lines, *(f"- {_plain(warning)}" for warning in warnings)] if warnings else [*lines, "无。 None."]


def _plain(text: str) -> str:
    """Return a text on one line of Markdown, so that it breaks no table and controls no terminal."""
    return "".join(char if char.isprintable() else " " for char in text).replace("|", "\\|")
