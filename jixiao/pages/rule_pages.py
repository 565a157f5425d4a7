"""The pages of the rules: `docs/rules/`, one a rule, written from the catalogue and the current release."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from jixiao.release.query import connect
from jixiao.release.releases import ReleaseError
from jixiao.settings import Settings
from jixiao.values import plain

FOLDER = Path("docs") / "rules"
INDEX = "README.md"

_RULES = """
    select *
    from review.dim_rule
    qualify row_number() over (partition by rule_id order by rule_version desc) = 1
    order by category_order, position(severity in 'EWI'), rule_id
"""

# The first finding of each rule; one with another explanation shows more.
_EXAMPLES = """
    select rule_id, message_zh, message_en, hypothesis, hypothesis_en
    from review.fct_finding
    qualify row_number() over (
        partition by rule_id order by (hypothesis is null), source_line, finding_id
    ) = 1
"""

_COUNTS = """
    select rule_id, sum(subjects), sum(passed), sum(failed), sum(not_applicable), sum(not_checkable)
    from review.mart_rule_summary
    group by rule_id
"""


@dataclass(frozen=True)
class Example:
    """A finding of the sample: its sentence and another explanation, each in two languages."""

    message_zh: str
    message_en: str
    hypothesis: str | None
    hypothesis_en: str | None


def rule_pages(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Write the pages of the rules in memory.

    Args:
        connection: A release with the `review` tables; its findings give the examples.

    Returns:
        The text of each page by its file name, the index among them.
    """
    cursor = connection.execute(_RULES)
    names = [column[0] for column in cursor.description or ()]
    rules = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    examples = {row[0]: Example(*row[1:]) for row in connection.execute(_EXAMPLES).fetchall()}
    counts = {row[0]: row[1:] for row in connection.execute(_COUNTS).fetchall()}
    pages = {
        f"{rule['rule_id']}.md": _page(rule, examples.get(rule["rule_id"]), counts[rule["rule_id"]])
        for rule in rules
    }
    return pages | {INDEX: _index(rules, counts)}


def _page(rule: Mapping[str, Any], example: Example | None, counts: tuple[int, ...]) -> str:
    subjects, passed, failed, not_applicable, not_checkable = counts
    lines = [
        f"# {rule['title_zh']} {rule['title_en']}",
        "",
        f"`{rule['rule_id']}` · {rule['severity_zh']} {rule['severity_en']} · {rule['category_zh']} "
        f"{rule['category_en']} · 第 {rule['rule_version']} 版 version {rule['rule_version']}",
        "",
        "## 检查什么 What it asks",
        "",
        rule["question_zh"],
        "",
        rule["question_en"],
        "",
        "## 样本中的例子 An example from the sample",
        "",
    ]
    if example is None:
        lines += ["样本中没有这种问题。 The sample has none.", ""]
    else:
        lines += [f"> {example.message_zh}", ">", f"> {example.message_en}"]
        if example.hypothesis:
            lines += [">", f"> 另一种可能：{example.hypothesis}", ">", f"> Or: {example.hypothesis_en}"]
        lines += [""]
    lines += [
        "## 为什么重要 Why it matters",
        "",
        rule["why_zh"],
        "",
        rule["why_en"],
        "",
        "## 怎样整改 How to put it right",
        "",
        rule["remedy_zh"],
        "",
        rule["remedy_en"],
        "",
        "## 不算问题 Not a finding",
        "",
        rule["passes_zh"],
        "",
        rule["passes_en"],
        "",
        "## 公式、容差、依据 Formula, tolerance, clause",
        "",
        "| | |",
        "|---|---|",
        f"| 公式 Formula | {rule['formula']} |",
        f"| 容差 Tolerance | {_tolerance(rule)} |",
        f"| 依据 Clause | {rule['clause']} |",
        f"| 适用规则 Profile | {rule['only_profile_id'] or '全部 all'} |",
        f"| 适用年度 Years | {_years(rule)} |",
        f"| 检查对象 Judged | {rule['subject']} |",
        f"| 可证明 Provable | {'是 yes' if rule['is_provable'] else '否，属判断 no, a judgement'} |",
        "",
        f"样本结果 On the sample: {subjects:,} 项 judged · {passed:,} 通过 pass · {failed:,} 不通过 fail · "
        f"{not_applicable:,} 不适用 not applicable · {not_checkable:,} 无法核对 not checkable",
        "",
    ]
    return "\n".join(lines)


def _tolerance(rule: Mapping[str, Any]) -> str:
    if rule["tolerance"] is None:
        return rule["tolerance_unit"] or "无 none"
    return f"{plain(rule['tolerance'])} {rule['tolerance_unit'] or ''}".rstrip()


def _years(rule: Mapping[str, Any]) -> str:
    return f"{rule['year_from']} —" + ("" if rule["year_to"] >= 9999 else f" {rule['year_to']}")


def _index(rules: list[dict[str, Any]], counts: Mapping[str, tuple[int, ...]]) -> str:
    lines = [
        "# 复核规则 Rules of the review",
        "",
        "由 `make docs` 生成，请勿手改：目录在 `seeds/reference/review_rule.csv`，每条规则一个模型 "
        "`models/intermediate/review/rules/rule_<编号>.sql`。准确率与召回率见[复核质量](../review-quality.md)。",
        "",
        "Generated by `make docs`: the catalogue is `seeds/reference/review_rule.csv`, each rule a model "
        "`models/intermediate/review/rules/rule_<rule_id>.sql`. Precision and recall: [quality](../review-quality.md).",
        "",
        "条款系行业通行理解，引用前请核对原文。 Clauses are as the field knows them; check the text before you quote one.",
        "",
    ]
    for category in dict.fromkeys(rule["category"] for rule in rules):
        members = [rule for rule in rules if rule["category"] == category]
        lines += [
            f"## {members[0]['category_zh']} {members[0]['category_en']}",
            "",
            "| | 规则 Rule | | 样本中的问题 Findings |",
            "|---|---|---|--:|",
            *(
                f"| {rule['severity']} | [{rule['title_zh']}]({rule['rule_id']}.md) | {rule['title_en']} "
                f"| {counts[rule['rule_id']][2]:,} |"
                for rule in members
            ),
            "",
        ]
    return "\n".join(lines)


def main() -> int:
    """Write the pages from the current release; returns the exit code."""
    settings = Settings.load()
    try:
        with connect(settings) as connection:
            pages = rule_pages(connection)
    except ReleaseError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    folder = settings.project_root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for stale in set(folder.glob("*.md")) - {folder / name for name in pages}:
        stale.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{FOLDER}: {len(pages)} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
