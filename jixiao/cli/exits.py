"""What the command line says to a script: its exit codes."""

OK = 0
FAILED = 1
USAGE = 2
QUARANTINED = 3
LOCKED = 4
INTERRUPTED = 130

EPILOG = (
    "退出码 Exit codes: 0 成功 done · 1 失败 failed · 2 用法错误 usage · "
    "3 完成，但有内容被隔离 done, but something was quarantined · 4 另一构建正在运行 another build is running"
)
