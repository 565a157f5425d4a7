"""`jixiao serve`: what it shows, what it keeps, and whom it refuses; over HTTP, as a browser asks."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import urlencode

import pytest
from drawn_documents import as_docx
from drawn_forms import TITLE, form
from installation import Installation
from openpyxl import load_workbook

from jixiao.builds.lock import BuildLock
from jixiao.desk import forms
from jixiao.desk.guard import Access
from jixiao.desk.pages import today
from jixiao.desk.serve import listen, make_server
from jixiao.release.query import connect
from jixiao.review.decisions import decisions_path, import_decisions
from jixiao.settings import Settings

SAMPLE = "dd34fb40634d9"
BOUNDARY = "a9f3c1"
PATIENCE_SECONDS = 300

Rows = Callable[[str], list[str]]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return unescape(self.body.decode("utf-8"))


@dataclass
class Visitor:
    """A browser with cookies of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        try:
            connection.request(
                method, path, body or None, {name.replace("_", "-"): text for name, text in sent.items()}
            )
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read())
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def key(self) -> str:
        [key, *_] = re.findall(r'name="form_key" value="(\w+)"', self.get("/").text)
        return key

    def send(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        body = urlencode({"form_key": self.key(), **fields}).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded", **headers)

    def upload(self, files: dict[str, bytes], **fields: str) -> Answer:
        parts = [
            *(
                f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
                for name, value in {"form_key": self.key(), **fields}.items()
            ),
            *(
                f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + data
                for name, data in files.items()
            ),
        ]
        body = b"".join(b"--%b\r\n%b\r\n" % (BOUNDARY.encode(), part) for part in parts)
        return self.ask(
            "POST",
            "/checks",
            body + f"--{BOUNDARY}--\r\n".encode(),
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
        )

    def until(self, path: str, text: str) -> str:
        """Ask for a page until it holds a text."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            page = self.get(path).text
            if text in page:
                return page
            time.sleep(0.2)
        raise AssertionError(f"{path} never held {text!r}:\n{page}")


@contextmanager
def serving(settings: Settings, token: str = "") -> Iterator[int]:
    """Serve a desk on a free port of loopback."""
    with listen("127.0.0.1", 0) as listening:
        port: int = listening.getsockname()[1]
        server = make_server(settings, Access("127.0.0.1", port, token), prepares=False)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(timeout=30)


@pytest.fixture(scope="module")
def port(installation: Installation) -> Iterator[int]:
    with serving(installation.settings) as port:
        yield port


@pytest.fixture
def visitor(port: int, released: Installation) -> Visitor:
    return Visitor(port)


@pytest.fixture(scope="module")
def rows(installation: Installation) -> Rows:
    """Return how to ask the release; an open connection would be shared with the desk of this process."""

    def ask(sql: str) -> list[str]:
        with connect(installation.settings) as connection:
            return [str(value) for (value,) in connection.execute(sql).fetchall()]

    return ask


@pytest.fixture(scope="module")
def case(rows: Rows) -> list[str]:
    """Return the findings of the case of 28 points of 20, its leading one first: the total is of it, too."""
    found = rows(
        """
        select findings.finding_id
        from review.fct_finding as findings
        inner join review.fct_case as cases using (case_id)
        where cases.source_line = 1023 and cases.severity = 'E'
        order by findings.finding_id <> cases.finding_id
        """
    )
    assert len(found) == 2
    return found


def decisions(settings: Settings) -> list[list[str]]:
    path = decisions_path(settings)
    return [line.split(",") for line in path.read_text("utf-8").splitlines()[1:]] if path.is_file() else []


def state_of(visitor: Visitor, finding_id: str) -> str:
    page = visitor.get(f"/documents/{SAMPLE}/decisions/{finding_id}").text
    [state] = re.findall(r'name="based_on" value="(\w+)"', page)
    return state


def choice(visitor: Visitor, finding_id: str, **fields: str) -> dict[str, str]:
    return {
        "finding_id": finding_id,
        "based_on": state_of(visitor, finding_id),
        "decision": "disputed",
        "reason": "专家评分如此",
        "role": "复核岗",
        **fields,
    }


# --- files


def test_an_upload_has_the_findings_of_a_check_and_joins_the_next_build(
    visitor: Visitor, ready_to_check: Installation, released: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "社区运动会.docx"
    path.write_bytes(as_docx([*TITLE, form()]))
    [expected] = json.loads(released.run("check", str(path), "--json").stdout)["documents"]
    assert expected["findings"]

    sent = visitor.upload({path.name: path.read_bytes()})
    assert sent.status == 303, sent.text
    address = sent.headers["Location"]
    page = visitor.until(address, "加入下次构建")
    assert [text for text in (case["message_zh"] for case in expected["cases"]) if text not in page] == []
    checked = visitor.get(f"/checked/{address.rpartition('/')[2]}/{expected['document_id']}").text
    assert sorted(re.findall(r'id="f-([^"]+)"', checked)) == sorted(
        finding["finding_id"] for finding in expected["findings"]
    )

    assert not released.landing.exists()
    added = visitor.send(f"{address}/add", {"organization": "", "year": ""})
    assert added.status == 303, added.text
    assert "已添加" in visitor.get(address).text
    [entry] = [one for one in released.settings.landing_folder().active() if not one.is_sample]
    assert entry.document_id == expected["document_id"]


def test_what_cannot_be_read_and_what_cannot_be_said_is_named(visitor: Visitor) -> None:
    sent = visitor.upload({"坏.docx": b"PK\x03\x04 no document"})
    assert "无法读取" in visitor.until(sent.headers["Location"], "加入下次构建")
    # In a folder it would be passed over; here somebody wants it read.
    sent = visitor.upload({"a.json": b"{}"})
    assert "无法读取" in visitor.until(sent.headers["Location"], "加入下次构建")
    refused = visitor.upload({"a.txt": b"x"}, year="二三年")
    assert refused.status == 409
    assert "年度须为四位数字" in refused.text


def test_an_upload_is_bounded(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    many = visitor.upload({f"{number}.txt": b"x" for number in range(forms.MOST_FILES + 1)})
    assert (many.status, forms.BOUNDS in many.text) == (413, True)
    monkeypatch.setattr(forms, "LARGEST_FILE", 1000)
    assert visitor.upload({"a.txt": b"x" * 1001}).status == 413
    monkeypatch.setattr(forms, "LARGEST_UPLOAD", 1000)
    long = visitor.upload({"a.txt": b"x" * (forms.LARGEST_FORM + 1001)})
    assert (long.status, forms.BOUNDS in long.text) == (413, True)
    assert visitor.upload({"a.txt": b""}).status == 400


# --- decisions


def test_a_decision_is_kept_as_an_import_keeps_it_and_undone(
    visitor: Visitor, released: Installation, case: list[str], tmp_path: Path
) -> None:
    answer = visitor.get(f"/documents/{SAMPLE}/paper.xlsx")
    paper = tmp_path / "paper.xlsx"
    paper.write_bytes(answer.body)
    book = load_workbook(paper)
    sheet = book["问题清单"]
    heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=30) for cell in row if cell.value}
    [row] = [
        row for row in range(1, sheet.max_row + 1) if sheet.cell(row, heads["问题编号"]).value == case[0]
    ]
    for name, text in (("处理决定", "有异议"), ("复核意见", "专家评分如此"), ("角色", "复核岗")):
        sheet.cell(row, heads[name]).value = text
    book.save(paper)
    other = replace(released.settings, landing=tmp_path / "landing")
    import_decisions(other, paper, today())

    page = f"/documents/{SAMPLE}"
    kept = visitor.send(f"{page}/decisions", choice(visitor, case[0], has_case="1"))
    assert kept.headers["Location"] == f"{page}#f-{case[0]}", kept.text
    assert [row[:4] for row in decisions(released.settings)] == [
        [finding_id, "disputed", "专家评分如此", "复核岗"] for finding_id in sorted(case)
    ]
    assert decisions_path(released.settings).read_bytes() == decisions_path(other).read_bytes()
    assert visitor.get(page).text.count(">有异议</b> 专家评分如此") == 2
    # The role is filled in from now on.
    assert 'name="role" value="复核岗"' in visitor.get(f"{page}/decisions/{case[1]}").text

    # Others of the case that were decided along with it are changed along with it.
    changed = choice(visitor, case[0], has_case="1", decision="fixed")
    assert visitor.send(f"{page}/decisions", changed).status == 303
    assert [row[1] for row in decisions(released.settings)] == ["fixed", "fixed"]

    undone = visitor.send(f"{page}/decisions", choice(visitor, case[0], has_case="1", withdraw="1"))
    assert undone.status == 303
    assert decisions(released.settings) == []


def test_a_decision_that_an_import_refuses_is_refused(
    visitor: Visitor, released: Installation, case: list[str]
) -> None:
    for fields, said in (
        ({"reason": ""}, "理由"),
        ({"role": ""}, "没有填角色"),
        ({"decision": "gone"}, "无效"),
    ):
        refused = visitor.send(f"/documents/{SAMPLE}/decisions", choice(visitor, case[0], **fields))
        assert refused.status == 422
        assert said in refused.text
    assert visitor.send("/documents/other/decisions", choice(visitor, case[0])).status == 404
    assert decisions(released.settings) == []


def test_a_decision_on_what_somebody_else_decided_meanwhile_shows_both(
    visitor: Visitor, released: Installation, case: list[str]
) -> None:
    one, other = visitor, Visitor(visitor.port)
    late = choice(other, case[0], decision="fixed", reason="已改为18分")
    assert one.send(f"/documents/{SAMPLE}/decisions", choice(one, case[0])).status == 303
    conflict = other.send(f"/documents/{SAMPLE}/decisions", late)
    assert conflict.status == 409
    assert ">有异议</b> 专家评分如此" in conflict.text
    assert ">已整改</b> 已改为18分" in conflict.text
    assert [row[1] for row in decisions(released.settings)] == ["disputed"]
    # From the page that shows both, it can be changed after all.
    [state] = re.findall(r'name="based_on" value="(\w+)"', conflict.text)
    assert other.send(f"/documents/{SAMPLE}/decisions", {**late, "based_on": state}).status == 303
    assert [row[1] for row in decisions(released.settings)] == ["fixed"]


def test_people_at_once_lose_nothing(visitor: Visitor, released: Installation, rows: Rows) -> None:
    findings = rows("select finding_id from review.fct_finding limit 8")
    visitors = [Visitor(visitor.port) for _ in findings]
    wishes = [choice(one, finding) for one, finding in zip(visitors, findings, strict=True)]
    start, statuses = threading.Barrier(len(findings)), []

    def decide(one: Visitor, wish: dict[str, str]) -> None:
        start.wait()
        statuses.append(one.send(f"/documents/{SAMPLE}/decisions", wish).status)

    threads = [threading.Thread(target=decide, args=pair) for pair in zip(visitors, wishes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * len(findings)
    assert sorted(row[0] for row in decisions(released.settings)) == sorted(findings)


# --- pages


def test_the_page_of_a_document_holds_each_finding_once_and_runs_its_own_script_alone(
    visitor: Visitor, rows: Rows
) -> None:
    found = rows("select finding_id from review.fct_finding")
    answer = visitor.get(f"/documents/{SAMPLE}")
    assert sorted(re.findall(r'id="f-([^"]+)"', answer.text)) == sorted(found)
    [nonce] = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert re.findall(r"<script([^>]*)>", answer.text) == [
        ' defer src="/static/decide.js"',
        f' nonce="{nonce}"',
    ]
    assert visitor.get("/documents/nobody").status == 404


def test_the_list_counts_cases_and_finds_documents(visitor: Visitor, rows: Rows) -> None:
    [errors] = rows("select count(*) from review.fct_case where severity = 'E'")
    page = visitor.get("/documents?q=%E5%92%8C%E4%B9%89&only=errors").text
    assert f'data-label="错误">{errors}</td>' in page
    assert "没有符合的文件" in visitor.get("/documents?q=nobody").text


def test_a_build_of_another_process_is_named(visitor: Visitor, released: Installation) -> None:
    lock = BuildLock(released.settings.build_lock)
    lock.acquire("jixiao build")
    try:
        assert "另一构建正在运行（进程" in visitor.get("/build").text
        assert visitor.send("/build", {}).status == 303
        assert "另一构建正在运行（进程" in visitor.until("/build", "未开始")
    finally:
        lock.release()


# --- refusals


def test_a_form_of_another_page_is_refused(visitor: Visitor, case: list[str], released: Installation) -> None:
    wish, page = choice(visitor, case[0]), f"/documents/{SAMPLE}/decisions"
    assert visitor.send(page, {**wish, "form_key": "0" * 64}).status == 403
    assert Visitor(visitor.port).send(page, {**wish, "form_key": visitor.key()}).status == 403
    assert visitor.send(page, wish, Origin="http://elsewhere.example").status == 403
    assert visitor.send(page, wish, Origin="null").status == 403
    assert decisions(released.settings) == []
    assert visitor.send(page, wish, Origin=f"http://127.0.0.1:{visitor.port}").status == 303


def test_a_name_that_leads_here_is_not_enough(visitor: Visitor) -> None:
    for host in (
        "elsewhere.example",
        f"elsewhere.example:{visitor.port}",
        "127.0.0.1.elsewhere.example",
        f"[::1:{visitor.port}",
    ):
        assert visitor.get("/", Host=host).status == 421
    assert visitor.get("/", Host=f"localhost:{visitor.port}").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/release/../../build.lock",
        "/release/%2e%2e/%2e%2e/build.lock",
        "/release//etc/passwd",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/checked/..%2f..%2f/build",
        "/checks/..%2f",
    ],
)
def test_no_path_leads_out_of_a_folder(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status == 404


def test_pages_of_the_release_cannot_use_the_desk(visitor: Visitor) -> None:
    answer = visitor.get("/release/report.html")
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "allow-forms" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_other_machines_need_the_token(released: Installation) -> None:
    token = "0123456789abcdef"
    with serving(released.settings, token) as port:
        visitor = Visitor(port)
        assert visitor.get("/documents").status == 401
        assert visitor.get("/static/desk.css").status == 200
        assert visitor.get(f"/documents?token={token[:-1]}x").status == 401
        let_in = visitor.get(f"/documents?q=1&token={token}")
        assert (let_in.status, let_in.headers["Location"]) == (303, "/documents?q=1")
        assert token not in "".join(visitor.cookies.values())
        assert visitor.get("/documents").status == 200
        assert Visitor(port, {"jixiao_token": token}).get("/documents").status == 401
    assert released.run("serve", "--host", "0.0.0.0", "--port", "0").returncode == 2
    assert released.run("serve", "--host", "0.0.0.0", "--port", "0", "--token", "short").returncode == 2
