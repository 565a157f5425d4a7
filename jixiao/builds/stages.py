"""The stages of a build, in order, by the names that people see."""

from __future__ import annotations

from dataclasses import dataclass


class StageError(Exception):
    """A stage of a build can't be done; the message names the cause and what to do."""


@dataclass(frozen=True)
class Stage:
    """One stage of a build.

    Attributes:
        name: Its name in folders, logs and progress lines.
        title: What it does, in Chinese and English.
        remedy: What to look at when it fails.
    """

    name: str
    title: str
    remedy: str


EXTRACTION = Stage(
    "extraction",
    "读取披露文件 reading the document",
    "对该文件单独运行 `jixiao extract 文件 --out 文件夹`，看它读出什么。 "
    "Run `jixiao extract DOCUMENT --out DIR` on the document alone to see what it gives.",
)
CHECK = Stage(
    "check",
    "核对原始 CSV checking the raw CSVs",
    "按上面指出的行和列改正该 CSV（各列见 `ingestion/contract.py`）；磁盘已满时请先腾出空间。 "
    "Correct the file at the line and column named above (`ingestion/contract.py` lists the columns), or make room "
    "where the disk is too full.",
)
RAW = Stage(
    "raw",
    "装入原始表 loading the raw tables",
    "日志写明哪一张原始表的哪一行无法装入。 The log names the seed and the line that could not be loaded.",
)
GATE_1 = Stage(
    "gate_1",
    "关卡一：原始数据 gate 1 on the raw tables",
    "上面每一行写明文件、行号和值；请改正该文件，或用 `jixiao remove` 撤出。 "
    "Each line above names document, line and value. Correct the submission or take its folder out of landing/.",
)
MODELS = Stage(
    "models",
    "计算并测试模型 building and testing the models",
    "未通过的检验在上面列出有问题的行；同样环境下 `dbt build` 可重现。 "
    "A failed test lists its rows above; `dbt build` with the same environment repeats it.",
)
GATE_2 = Stage(
    "gate_2",
    "关卡二：发布前 gate 2 on the marts",
    "结果表与来源不符，或比上一版本少；有问题的行见上。 "
    "The marts contradict their sources or shrank against the last release; the rows are above.",
)
OVERLAY = Stage(
    "overlay",
    "并入上一版本 laying the changes over the last release",
    "用 `jixiao build --full` 全部重新计算。 "
    "The last release is untouched; `jixiao build --full` computes everything anew.",
)
QUALITY = Stage(
    "quality",
    "登记检验结果 recording the verdicts",
    "日志写明 quality 模式中哪一个模型失败。 The log names the model of the quality schema that failed.",
)
RELEASE = Stage(
    "release",
    "发布 publishing the release",
    "请检查磁盘空间，以及上面所说文件夹的权限。 "
    "Readers still have the last release. Check free disk space and rights on the folder named above.",
)

STAGES = (EXTRACTION, CHECK, RAW, GATE_1, MODELS, GATE_2, OVERLAY, QUALITY, RELEASE)


def position(stage: Stage) -> str:
    """Return the stage's place as `[ 3/9]`."""
    return f"[{STAGES.index(stage) + 1:2}/{len(STAGES)}]"
