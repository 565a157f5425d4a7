"""`jixiao alerts test`: send a notice by each channel that is set."""

from __future__ import annotations

from jixiao.alerts import Notice, send
from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.language import shown, text
from jixiao.settings import Settings


def run_test() -> int:
    """Send a test notice, print a line for each channel, and return the exit code."""
    title = text("绩效：测试通知", "Jixiao: a test notice")
    body = text("收到即表示通知已经可用。", "If you read this, notices of builds will reach you.")
    deliveries = send(Notice("test", "", title, body), Settings.load().alerts)
    if not deliveries:
        console().print(
            text(
                "未设置任何通知渠道；见 docs/settings.md 的 JIXIAO_ALERT_…。",
                "No channel is set; see JIXIAO_ALERT_… in docs/settings.md.",
            )
        )
        return exits.FAILED
    for entry in deliveries:
        console().print(
            f"✗ {entry.channel}{text('：', ': ')}{shown(entry.problem)}"
            if entry.problem
            else f"✓ {entry.channel}"
        )
    return exits.FAILED if any(entry.problem for entry in deliveries) else exits.OK
