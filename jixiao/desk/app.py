"""The desk as an application: its addresses, and what each answers."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import quote, unquote

import duckdb
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ingestion.bounds import LARGEST_FILE
from ingestion.message import in_chinese
from ingestion.reference import ReferenceTableError
from ingestion.submission import Given
from jixiao.checking import compiled
from jixiao.dbt.child import DbtError
from jixiao.desk import documents
from jixiao.desk.builds import Builds
from jixiao.desk.checks import Checks, severity_counts
from jixiao.desk.forms import BOUNDS, LARGEST_UPLOAD, MOST_FILES, FormError, files_of, read_form, text_of
from jixiao.desk.guard import Access, Guard, page_policy
from jixiao.desk.pages import ROLE_COOKIE, MissingError, message_page, page, today
from jixiao.pages.document.page import FOLDER
from jixiao.pages.index.page import PAGE_NAME
from jixiao.release.releases import ReleaseError, current
from jixiao.review.decisions import ROLE_LIMIT, ChangedError, Wish, decide, withdraw
from jixiao.review.findings import ReviewError
from jixiao.settings import Settings

CHECKS_SHOWN = 8

_PAGES = (
    (PAGE_NAME, "版本首页"),
    ("board.html", "看板"),
    ("report.html", "发布报告"),
    ("dictionary.html", "数据字典"),
    ("data_docs/index.html", "数据检查"),
)
"""Pages of a release; one that an older release lacks isn't linked."""

_HALF_A_YEAR = 180 * 24 * 3600


def create_app(settings: Settings, access: Access, *, prepares: bool = True) -> Starlette:
    """Return the desk of an installation.

    Args:
        settings: The installation.
        access: Who may use it.
        prepares: Whether to prepare the rules of checks at the start.
    """
    desk = _Desk(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if prepares:
            # A first check would wait half a minute for it.
            Thread(target=desk.prepare, daemon=True).start()
        yield
        desk.checks.close()

    app = Starlette(
        routes=[
            Route("/", desk.home),
            # A page in a sandbox asks for it, and can't have an empty one of its own.
            Route("/favicon.ico", lambda _: Response(status_code=HTTPStatus.NO_CONTENT)),
            Route("/checks", desk.start_check, methods=["POST"]),
            Route("/checks/{check_id}", desk.show_check),
            Route("/checks/{check_id}/again", desk.check_again, methods=["POST"]),
            Route("/checks/{check_id}/add", desk.add_check, methods=["POST"]),
            Route("/checked/{check_id}/{document_id}", desk.show_checked),
            Route("/documents", desk.list_documents),
            Route("/documents/{document_id}", desk.show_document),
            Route("/documents/{document_id}/paper.xlsx", desk.download_paper),
            Route("/documents/{document_id}/decisions", desk.take_decision, methods=["POST"]),
            Route("/documents/{document_id}/decisions/{finding_id}", desk.show_decision),
            Route("/build", desk.show_build),
            Route("/build", desk.start_build, methods=["POST"]),
            Mount("/release", StaticFiles(directory=settings.current, check_dir=False)),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(Guard, access=access)],
        exception_handlers={
            FormError: _form_error,
            MissingError: _not_found,
            HTTPException: _http_error,
            ReleaseError: _refused,
            ReviewError: _refused,
            duckdb.Error: _refused,
            OSError: _refused,
        },
        lifespan=lifespan,
    )
    # `/checks/../` isn't another way to write an address.
    app.router.redirect_slashes = False
    return app


class _Desk:
    """What each address answers. A method that is no coroutine runs in a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.checks = Checks(settings)
        self.builds = Builds(settings)
        # DuckDB shares an open file among the threads of a process, and its configuration, which a reader locks.
        self._release = Lock()

    def prepare(self) -> None:
        """Prepare the rules of checks; if it fails, the first check says why."""
        with suppress(DbtError, ReferenceTableError, OSError):
            compiled.prepare(self.settings)

    def home(self, request: Request) -> Response:
        release = current(self.settings)
        overview, trouble = None, ""
        if release is not None:
            try:
                with self._release:
                    overview = documents.overview(self.settings)
            except (ReleaseError, ReviewError) as error:
                trouble = _said(error)
        return page(
            request,
            "home.html.j2",
            release=release,
            overview=overview,
            trouble=trouble,
            pages=[
                (name, title)
                for name, title in _PAGES
                if release is not None and (release.path / name).is_file()
            ],
            checks=[(check, _counts(check.documents)) for check in self.checks.last(CHECKS_SHOWN)],
            bounds=BOUNDS,
            most_files=MOST_FILES,
            largest_file=LARGEST_FILE,
            largest_upload=LARGEST_UPLOAD,
            build=self.builds.state(),
        )

    async def start_check(self, request: Request) -> Response:
        async with read_form(request, has_files=True) as form:
            files = [(file.filename or "", file.file) for file in files_of(form)]
            check_id = await run_in_threadpool(self.checks.start, files, _given(form))
        return RedirectResponse(f"/checks/{check_id}", HTTPStatus.SEE_OTHER)

    def show_check(self, request: Request) -> Response:
        check = self.checks.find(request.path_params["check_id"])
        return page(
            request,
            "check.html.j2",
            check=check,
            counts=[severity_counts(document) for document in check.documents],
        )

    async def check_again(self, request: Request) -> Response:
        check_id = request.path_params["check_id"]
        async with read_form(request) as form:
            await run_in_threadpool(self.checks.again, check_id, _given(form))
        return RedirectResponse(f"/checks/{check_id}", HTTPStatus.SEE_OTHER)

    async def add_check(self, request: Request) -> Response:
        check_id = request.path_params["check_id"]
        async with read_form(request) as form:
            await run_in_threadpool(self.checks.add, check_id, _given(form))
        return RedirectResponse(f"/checks/{check_id}#added", HTTPStatus.SEE_OTHER)

    def show_checked(self, request: Request) -> Response:
        path = self.checks.page(request.path_params["check_id"], request.path_params["document_id"])
        return HTMLResponse(path.read_text(encoding="utf-8"))

    def list_documents(self, request: Request) -> Response:
        wanted, only = request.query_params.get("q", ""), request.query_params.get("only", "")
        order, place = (
            request.query_params.get("order", "risk"),
            _number(request.query_params.get("from", "0")),
        )
        with self._release:
            release, listed = (
                documents.released(self.settings),
                documents.list_documents(self.settings, wanted, only, order, place),
            )
        return page(
            request,
            "documents.html.j2",
            listed=listed,
            wanted=wanted,
            only=only,
            order=order,
            place=place,
            page_rows=documents.PAGE_ROWS,
            orders=documents.ORDERS,
            choices=documents.ONLY,
            release=release,
        )

    def show_document(self, request: Request) -> Response:
        state = request.state
        document_id = request.path_params["document_id"]
        try:
            with self._release:
                html = documents.render(
                    self.settings, document_id, state.form_key, state.nonce, _role(request)
                )
        except documents.RowsGoneError:
            # Its page was written with the release.
            return RedirectResponse(f"/release/{FOLDER}/{document_id}.html", HTTPStatus.SEE_OTHER)
        return HTMLResponse(html, headers={"Content-Security-Policy": page_policy(state.nonce)})

    def download_paper(self, request: Request) -> Response:
        with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
            path = Path(file.name)
        remove = BackgroundTask(path.unlink, missing_ok=True)
        try:
            with self._release:
                document = documents.write_paper(self.settings, request.path_params["document_id"], path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        name = f"复核底稿 {document.organization_name} {document.fiscal_year or ''}".strip()
        return FileResponse(path, filename=f"{name}.xlsx", background=remove)

    def show_decision(self, request: Request) -> Response:
        where = request.path_params
        with self._release:
            form, finding = documents.decision_form(
                self.settings, where["document_id"], where["finding_id"], "", _role(request)
            )
        return page(request, "decide.html.j2", form=form, finding=finding, trouble="")

    async def take_decision(self, request: Request) -> Response:
        async with read_form(request) as form:
            return await run_in_threadpool(self._decide, request, form)

    def _decide(self, request: Request, form: FormData) -> Response:
        with self._release:
            return self._take_decision(request, form)

    def _take_decision(self, request: Request, form: FormData) -> Response:
        document_id, finding_id = request.path_params["document_id"], text_of(form, "finding_id")
        wish = Wish(
            finding_id,
            text_of(form, "decision"),
            text_of(form, "reason"),
            text_of(form, "role"),
            text_of(form, "based_on"),
            bool(text_of(form, "has_case")),
        )
        # The finding must be one of the document.
        shown, finding = documents.decision_form(
            self.settings, document_id, finding_id, wish.reason, wish.role
        )
        try:
            if text_of(form, "withdraw"):
                withdraw(self.settings, finding_id, wish.based_on, has_case=wish.has_case)
            else:
                decide(self.settings, wish, today())
        except ChangedError as changed:
            # Read anew under the lock, later than what was read above.
            return page(
                request,
                "decide.html.j2",
                HTTPStatus.CONFLICT,
                form=replace(shown, now=changed.now),
                finding=finding,
                wish=wish,
                is_withdrawal=bool(text_of(form, "withdraw")),
                trouble="changed",
            )
        except ReviewError as error:
            return page(
                request,
                "decide.html.j2",
                HTTPStatus.UNPROCESSABLE_ENTITY,
                form=shown,
                finding=finding,
                trouble="refused",
                error=_said(error),
            )
        answer = RedirectResponse(f"/documents/{document_id}#f-{finding_id}", HTTPStatus.SEE_OTHER)
        if wish.role:
            answer.set_cookie(
                ROLE_COOKIE, quote(wish.role), max_age=_HALF_A_YEAR, httponly=True, samesite="lax"
            )
        return answer

    def show_build(self, request: Request) -> Response:
        return page(request, "build.html.j2", build=self.builds.state(), release=current(self.settings))

    async def start_build(self, request: Request) -> Response:
        async with read_form(request):
            await run_in_threadpool(self.builds.start)
        return RedirectResponse("/build", HTTPStatus.SEE_OTHER)


def _given(form: FormData) -> Given:
    return Given(organization=text_of(form, "organization"), fiscal_year=text_of(form, "year"))


def _counts(found: tuple[dict[str, object], ...]) -> dict[str, int]:
    counts = [severity_counts(document) for document in found]
    return {code: sum(one[code] for one in counts) for code in "EWI"}


def _role(request: Request) -> str:
    return unquote(request.cookies.get(ROLE_COOKIE, ""))[:ROLE_LIMIT]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


# Answers to what goes wrong.


def _form_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FormError), "it is registered for this kind"
    return message_page(request, "未受理", str(error), error.status)


def _not_found(request: Request, _: Exception) -> Response:
    return message_page(
        request, "没有这一页", "它可能属于另一个版本，或检查结果已过期清除。", HTTPStatus.NOT_FOUND
    )


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "it is registered for this kind"
    if error.status_code == HTTPStatus.NOT_FOUND:
        return _not_found(request, error)
    return message_page(request, "请求有误", str(error.detail), error.status_code)


def _refused(request: Request, error: Exception) -> Response:
    return message_page(request, "无法完成", _said(error), HTTPStatus.CONFLICT)


def _said(error: Exception) -> str:
    [text, *_] = error.args or [""]
    return in_chinese(text) if isinstance(text, str) and len(error.args) == 1 else str(error)
