"""Notices of builds: their text, the requests of each channel, and what happens if one fails."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import dagster as dg
import duckdb
import pytest
from typer.testing import CliRunner

from ingestion.message import Text
from jixiao import alerts, language
from jixiao.alerts import Delivery, Notice, payload, send, undelivered
from jixiao.builds import notices
from jixiao.builds.record import FAILED, RELEASED, BuildRecord, Quarantined
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import GATE_1
from jixiao.cli.main import app
from jixiao.release.store import describe_files
from jixiao.settings import PROJECT_ROOT, Alerts, Settings
from orchestration.defs.schedule.hooks import report_end, report_failure

NOTICE = Notice("failed", "20260102T020000Z", "绩效：构建失败", "gate_1\n报告")
TEXT = "绩效：构建失败\ngate_1\n报告"
KEY = "a1b2c3d4-secret-key"


class Received:
    """A server on loopback that keeps what it receives."""

    def __init__(self, answer: str, status: int) -> None:
        self.requests: list[tuple[str, dict[str, object]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, json.loads(body)))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?key={KEY}"


@contextmanager
def webhook(answer: str = '{"errcode":0,"errmsg":"ok"}', status: int = 200) -> Iterator[Received]:
    received = Received(answer, status)
    thread = threading.Thread(target=received.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield received
    finally:
        received.server.shutdown()
        received.server.server_close()


# --- the requests, as the vendors document them


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        ("wecom", {"msgtype": "text", "text": {"content": "你好"}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": "你好"}}),
        ("feishu", {"msg_type": "text", "content": {"text": "你好"}}),
        ("slack", {"text": "你好"}),
    ],
)
def test_each_webhook_has_its_own_format(channel: str, body: dict[str, object]):
    assert payload(channel, "你好") == ("", body)


def test_dingtalk_signs_its_address_by_milliseconds_and_secret():
    suffix, _ = payload("dingtalk", "x", "SEC1", now=1_700_000_000.5)
    # printf '1700000000500\nSEC1' | openssl dgst -sha256 -hmac SEC1 -binary | base64
    assert parse_qs(suffix.lstrip("&")) == {
        "timestamp": ["1700000000500"],
        "sign": ["gr4PvsdR5VWsd/SeS6HzgM4+8vxCvVNXpWN3iKyplmI="],
    }


def test_feishu_signs_its_body_by_seconds_and_secret():
    _, body = payload("feishu", "x", "SEC1", now=1_700_000_000.5)
    # printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '1700000000\nSEC1' | xxd -p) -binary | base64
    assert (body["timestamp"], body["sign"]) == ("1700000000", "s3Va4ru9IQUY6HTJcYx7OEVyXl0V0S/y32v4ZbfOHCI=")


@pytest.mark.parametrize(
    ("channel", "answer"),
    [
        ("wecom", '{"errcode":0,"errmsg":"ok"}'),
        ("dingtalk", '{"errcode":0,"errmsg":"ok"}'),
        ("feishu", '{"code":0,"msg":"success","data":{}}'),
        ("slack", "ok"),
    ],
)
def test_a_notice_arrives_at_a_webhook(channel: str, answer: str):
    with webhook(answer) as server:
        assert send(NOTICE, Alerts(webhooks={channel: server.url})) == [Delivery(channel)]
    [(path, body)] = server.requests
    assert path == f"/hook?key={KEY}"
    assert body == payload(channel, TEXT)[1]


def test_a_long_text_is_cut_to_the_bytes_that_wecom_takes():
    with webhook() as server:
        send(Notice("failed", "b", "标题", "长" * 5_000), Alerts(webhooks={"wecom": server.url}))
    [(_, body)] = server.requests
    content = str(body["text"]["content"])  # type: ignore[index]
    assert len(content.encode()) <= 2_048
    assert content.endswith("长…")


# --- failing channels


@pytest.mark.parametrize(
    ("channel", "answer", "status", "problem"),
    [
        ("wecom", '{"errcode":93000,"errmsg":"invalid webhook url"}', 200, "错误码 93000"),
        ("dingtalk", '{"errcode":310000,"errmsg":"sign not match"}', 200, "错误码 310000"),
        ("feishu", '{"code":19021,"msg":"sign match fail"}', 200, "错误码 19021"),
        ("slack", "no_team", 404, "HTTP 404"),
        ("wecom", "<html>", 200, "格式"),
    ],
)
def test_a_refused_notice_is_reported_without_the_address(
    channel: str, answer: str, status: int, problem: str
):
    with webhook(answer, status) as server:
        [delivery] = send(NOTICE, Alerts(webhooks={channel: server.url}))
    [line] = undelivered([delivery])
    assert problem in line
    assert KEY not in line


@pytest.mark.parametrize(
    "channels",
    [
        Alerts(webhooks={"slack": f"http://127.0.0.1:1/{KEY}"}),
        Alerts(webhooks={"slack": f"{KEY} is no address"}),
        Alerts(webhooks={"slack": f"http://127.0.0.1/a b\n{KEY}"}),
        Alerts(webhooks={"slack": f"file:///{KEY}"}),
        Alerts(webhooks={"slack": f"http://[{KEY}/"}),
        Alerts(smtp=f"smtp://user:{KEY}@127.0.0.1:1", mail="a@example.org"),
        Alerts(smtp=f"smtp://user:{KEY}@127.0.0.1:port", mail="a@example.org"),
        Alerts(smtp=f"smtp://user:{KEY}@127.0.0.1"),
        Alerts(mail="a@example.org"),
        Alerts(command=f"/no/such/{KEY}"),
        Alerts(command=f"sh -c 'echo {KEY} >&2; exit 3'"),
        Alerts(command=f"'{KEY}"),
    ],
)
def test_a_channel_that_can_not_be_used_raises_nothing_and_names_no_secret(
    channels: Alerts, capfd: pytest.CaptureFixture[str]
):
    [delivery] = send(NOTICE, channels)
    assert delivery.problem
    assert KEY not in "".join([delivery.problem, repr(channels), *capfd.readouterr()])


def test_the_others_get_a_notice_that_one_refuses(tmp_path: Path):
    command = f"tee {tmp_path / 'got.json'}"
    with webhook(status=500) as server:
        done = send(NOTICE, Alerts(webhooks={"wecom": server.url}, command=command))
    assert done == [Delivery("wecom", "HTTP 500"), Delivery("command")]
    assert json.loads((tmp_path / "got.json").read_text("utf-8"))["text"] == "gate_1\n报告"


def test_a_server_and_a_command_that_do_not_answer_are_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(alerts, "SECONDS", 0.2)
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as silent:
        url = f"http://127.0.0.1:{silent.server_address[1]}/"
        done = send(NOTICE, Alerts(webhooks={"slack": url}, command="sleep 60"))
    assert ["0.2 秒" in (entry.problem or "") for entry in done] == [True, True]


# --- mail


class Mailbox(socketserver.StreamRequestHandler):
    """A mail server that accepts what it is sent."""

    messages: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.messages.append(b"".join(lines))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


def test_a_notice_arrives_as_a_mail_to_all_recipients():
    handler = type("Kept", (Mailbox,), {"messages": []})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"smtp://127.0.0.1:{server.server_address[1]}"
        channels = Alerts(smtp=url, mail="a@example.org, b@example.org", sender="jixiao@example.org")
        assert send(NOTICE, channels) == [Delivery("mail")]
        server.shutdown()
    [received] = handler.messages
    mail = message_from_bytes(received, policy=policy.default)
    assert mail["Subject"] == "绩效：构建失败"
    assert mail["To"] == "a@example.org, b@example.org"
    assert mail["From"] == "jixiao@example.org"
    assert mail.get_content().split() == ["gate_1", "报告"]


# --- the text


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing", memory="200MB")


def record(**more: object) -> BuildRecord:
    return BuildRecord("20260102T020000Z", "jixiao build", datetime(2026, 1, 2, tzinfo=UTC), **more)  # type: ignore[arg-type]


def release(settings: Settings, release_id: str, errors: dict[str, bool]) -> None:
    """Lay a release of findings beside the others; `errors` gives whether each is open."""
    folder = settings.releases / release_id
    (folder / "parquet" / "review").mkdir(parents=True)
    rows = ", ".join(
        f"('{name}', {is_open}, 'E', '{name} 错', '{name} wrong', 'd', 1, 'r')"
        for name, is_open in errors.items()
    )
    duckdb.sql(
        f"copy (select * from (values {rows}, ('w', true, 'W', 'w', 'w', 'd', 1, 'r')) as rows(finding_id, is_open,"
        " severity, message_zh, message_en, document_id, source_line, rule_id)) to "
        f"'{folder / notices.FINDINGS}' (format parquet)"
    )
    (folder / "parquet" / "core").mkdir()
    duckdb.sql(
        "copy (select 'd' as document_id, '某局' as organization_label, 2023 as fiscal_year) to "
        f"'{folder / notices.DOCUMENTS}' (format parquet)"
    )
    (folder / "jixiao.duckdb").touch()
    created_at = f"2026-01-0{release_id[-1]}T00:00:00+00:00"
    manifest = {"release_id": release_id, "created_at": created_at, "files": describe_files(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_new_errors_are_the_open_ones_that_were_not_open_before(settings: Settings):
    release(settings, "r1", {"old": True, "decided": False})
    release(settings, "r2", {"old": True, "decided": True, "new": True, "closed": False})
    assert notices.new_errors(settings, "r2") == ["某局 2023：decided 错", "某局 2023：new 错"]
    assert notices.new_errors(settings, "r1") == ["某局 2023：old 错"]
    assert notices.new_errors(settings, "no_release") == []


def test_new_errors_are_not_counted_against_a_damaged_release(settings: Settings):
    release(settings, "r1", {"old": True})
    release(settings, "r2", {"old": True})
    (settings.releases / "r1" / notices.FINDINGS).write_bytes(b"garbage")
    assert notices.new_errors(settings, "r2") == []


def test_a_release_with_new_errors_names_their_number_and_the_first(settings: Settings):
    release(settings, "r1", {"old": True})
    release(settings, "r2", {"old": True, **{f"n{number}": True for number in range(7)}})
    done = record(status=RELEASED)
    done.build_id = "r2"
    notice = notices.of_release(settings, done)
    assert notice is not None
    assert (notice.event, notice.new_errors) == ("new_errors", 7)
    assert notice.title == "绩效：构建 r2 完成，7 个新错误"
    assert notice.text.splitlines() == [
        "新错误：",
        "- 某局 2023：n0 错",
        "- 某局 2023：n1 错",
        "- 某局 2023：n2 错",
        "- 某局 2023：n3 错",
        "- 某局 2023：n4 错",
        "… 另有 2 处",
        "全部：jixiao review --severity E",
    ]


def test_a_release_with_nothing_new_is_not_reported(settings: Settings):
    release(settings, "r1", {"old": True})
    release(settings, "r2", {"old": True})
    done = record(status=RELEASED)
    done.build_id = "r2"
    assert notices.of_release(settings, done) is None


def test_documents_set_aside_are_named_with_reason_and_remedy(monkeypatch: pytest.MonkeyPatch):
    entry = Quarantined("d0123456789ab", Text("[core] 两行\n  第4行", "[core] two rows\n  line 4"), "/x")
    notice = notices.of_set_aside(record(status=FAILED), [entry])
    assert notice.documents == ["d0123456789ab"]
    assert "搁置了 1 份文件，其余重新构建" in notice.title
    assert notice.text.startswith("更正后重新 `jixiao add 文件`")
    assert notice.text.endswith(
        "原样放回：jixiao restore d0123456789ab\n- d0123456789ab：[core] 两行\n  第4行"
    )
    language.use("en")
    try:
        english = notices.of_set_aside(record(status=FAILED), [entry])
    finally:
        language.use(None)
    assert english.title == "Jixiao: build 20260102T020000Z set 1 documents aside, the rest is built again"
    assert english.text.endswith("- d0123456789ab: [core] two rows\n  line 4")


def test_a_failure_has_stage_cause_report_and_the_command_that_removes_the_document(tmp_path: Path):
    failed = record(status=FAILED, stage="gate_2", failure="规则\n  - document_id=d0123456789ab")
    notice = notices.of_failure(failed, tmp_path / "failure.md")
    assert notice.title == "绩效：构建 20260102T020000Z 失败于 gate_2"
    assert "可先撤出所指文件：jixiao remove d0123456789ab" in notice.text.splitlines()
    assert f"报告：{tmp_path / 'failure.md'}" in notice.text.splitlines()


def test_of_a_traceback_a_notice_has_the_end():
    lines = [
        "Traceback (most recent call last)",
        *(f"  line {number}" for number in range(40)),
        "KeyError: 1",
    ]
    text = notices.of_failure(record(status=FAILED, failure="\n".join(lines))).text
    assert "KeyError: 1" in text
    assert "line 3\n" not in text


# --- the job


@pytest.fixture
def run_of_a_job(tmp_path: Path) -> Callable[[Alerts, bool], BuildSession]:
    """Return a function that runs a job of one step with the hooks of `nightly`; the step fails or releases nothing."""

    def run(channels: Alerts, is_failing: bool) -> BuildSession:
        session = BuildSession(
            Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing", alerts=channels)
        )

        @dg.op(required_resource_keys={"build"})
        def step() -> None:
            session.open("a test")
            if is_failing:
                with session.stage(GATE_1):
                    raise dg.Failure(description="两行 two rows", allow_retries=False)
            session.quarantine(Quarantined("bad.txt", "bad.txt: 没有表", "/x"))
            session.finish_unchanged()

        @dg.job(
            hooks={report_failure, report_end}, resource_defs={"build": dg.ResourceDefinition.mock_resource()}
        )
        def job() -> None:
            step()

        job.execute_in_process(resources={"build": session}, raise_on_error=False)
        return session

    return run


def test_the_job_sends_one_notice_of_a_failed_step(run_of_a_job: Callable[[Alerts, bool], BuildSession]):
    with webhook() as server:
        session = run_of_a_job(Alerts(webhooks={"wecom": server.url}), True)
    [(_, body)] = server.requests
    content = str(body["text"]["content"])  # type: ignore[index]
    assert content.splitlines() == [
        f"绩效：构建 {session.record.build_id} 失败于 gate_1",
        "上一版本不受影响，读者仍在使用。",
        f"报告：{session.folder.failure_report}",
        "两行 two rows",
    ]
    assert KEY not in session.folder.failure_report.read_text("utf-8")


def test_the_job_sends_one_notice_of_refused_input(run_of_a_job: Callable[[Alerts, bool], BuildSession]):
    with webhook() as server:
        run_of_a_job(Alerts(webhooks={"wecom": server.url}), False)
    [(_, body)] = server.requests
    assert "- bad.txt：bad.txt: 没有表" in str(body["text"]["content"])  # type: ignore[index]


def test_a_notice_that_fails_leaves_the_outcome_and_is_kept_for_the_terminal(
    run_of_a_job: Callable[[Alerts, bool], BuildSession],
):
    with webhook(status=500) as server:
        session = run_of_a_job(Alerts(webhooks={"wecom": server.url}), True)
    assert session.record.failure == "两行 two rows"
    assert session.undelivered == ["通知未送达（wecom）：HTTP 500"]


# --- the command line


def test_the_command_sends_a_test_notice(monkeypatch: pytest.MonkeyPatch):
    with webhook() as server:
        monkeypatch.setenv("JIXIAO_ALERT_WECOM", server.url)
        result = CliRunner().invoke(app, ["alerts", "test"])
    assert (result.exit_code, result.output) == (0, "✓ wecom\n")
    assert urlsplit(server.requests[0][0]).path == "/hook"


def test_the_command_names_the_channel_that_failed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JIXIAO_ALERT_COMMAND", "false")
    result = CliRunner().invoke(app, ["alerts", "test"])
    assert (result.exit_code, result.output) == (1, "✗ command：退出码 1\n")


def test_without_a_channel_the_command_names_the_settings():
    result = CliRunner().invoke(app, ["alerts", "test"])
    assert result.exit_code == 1
    assert "JIXIAO_ALERT_" in result.output
