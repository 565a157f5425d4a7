"""The stages of a build, in order."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.message import Text


class StageError(Exception):
    """A stage of a build failed; the message names the cause and the remedy."""


@dataclass(frozen=True)
class Stage:
    """One stage of a build.

    Attributes:
        name: Its name in folders, logs and progress lines.
        title: A short description.
        remedy: The advice if it fails.
    """

    name: str
    title: Text
    remedy: Text


EXTRACTION = Stage(
    "extraction",
    Text("读取披露文件", "reading the document"),
    Text(
        "对该文件单独运行 `jixiao extract 文件 --out 文件夹`，看它读出什么。",
        "Run `jixiao extract DOCUMENT --out DIR` on the document alone to see what it gives.",
    ),
)
CHECK = Stage(
    "check",
    Text("核对原始 CSV", "checking the raw CSVs"),
    Text(
        "按上面指出的行和列改正该 CSV（各列见 `ingestion/contract.py`）；磁盘已满时请先腾出空间。",
        "Correct the file at the line and column named above (`ingestion/contract.py` lists the columns), or make room "
        "if the disk is full.",
    ),
)
RAW = Stage(
    "raw",
    Text("装入原始表", "loading the raw tables"),
    Text(
        "日志写明哪一张原始表的哪一行无法装入。",
        "The log names the seed and the line that could not be loaded.",
    ),
)
GATE_1 = Stage(
    "gate_1",
    Text("关卡一：原始数据", "gate 1 on the raw tables"),
    Text(
        "上面每一行写明文件、行号和值；请改正该文件，或用 `jixiao remove` 撤出。",
        "Each line above names document, line and value. Correct the document, or remove it with `jixiao remove`.",
    ),
)
MODELS = Stage(
    "models",
    Text("计算并测试模型", "building and testing the models"),
    Text(
        "未通过的检验在上面列出有问题的行；同样环境下 `dbt build` 可重现。",
        "A failed test lists its rows above; `dbt build` with the same environment repeats it.",
    ),
)
GATE_2 = Stage(
    "gate_2",
    Text("关卡二：发布前", "gate 2 on the marts"),
    Text(
        "结果表与来源不符，或比上一版本少；有问题的行见上。",
        "The marts contradict their sources or have fewer rows than the last release; the rows are above.",
    ),
)
OVERLAY = Stage(
    "overlay",
    Text("并入上一版本", "laying the changes over the last release"),
    Text("用 `jixiao build --full` 全部重新计算。", "Compute everything anew with `jixiao build --full`."),
)
QUALITY = Stage(
    "quality",
    Text("登记检验结果", "recording the verdicts"),
    Text(
        "日志写明 quality 模式中哪一个模型失败。",
        "The log names the model of the quality schema that failed.",
    ),
)
RELEASE = Stage(
    "release",
    Text("发布", "publishing the release"),
    Text(
        "请检查磁盘空间，以及上面所说文件夹的权限。",
        "Check the free disk space and the permissions of the folder named above.",
    ),
)

STAGES = (EXTRACTION, CHECK, RAW, GATE_1, MODELS, GATE_2, OVERLAY, QUALITY, RELEASE)


def position(stage: Stage) -> str:
    """Return the stage's place as `[ 3/9]`."""
    return f"[{STAGES.index(stage) + 1:2}/{len(STAGES)}]"
