"""The exit codes of the command line."""

from ingestion.message import Text

OK = 0
FAILED = 1
USAGE = 2
QUARANTINED = 3
LOCKED = 4
INTERRUPTED = 130

EPILOG = Text(
    "退出码：0 成功 · 1 失败 · 2 用法错误 · 3 完成，但有内容被隔离 · 4 另一构建正在运行",
    "Exit codes: 0 done · 1 failed · 2 usage error · 3 done, but something was quarantined · 4 another build is running",
)
