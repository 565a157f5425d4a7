"""A Superset of its own on a free port of loopback, two releases to switch between, and Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from dashboard.looking import NEW, OLD, free_port, serving, signed_in
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from dashboards.superset.keys import ADMIN_PASSWORD, READER_PASSWORD
from dashboards.superset.serve import Server, server_of
from jixiao.release.releases import publish, switch
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS, Settings

Login = Callable[[str], BrowserContext]


@pytest.fixture(scope="session")
def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found or not Path(found).is_file():
        pytest.exit("No Chromium: `apt-get install chromium fonts-noto-cjk`, or CHROMIUM=/path/to/it", 2)
    return found


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with the release of this checkout, and one that holds every second row of it."""
    released = Settings.load().current / DATABASE_NAME
    if not released.is_file():
        pytest.exit(f"{released}: no release to show; run `make run` first", 2)
    folder = tmp_path_factory.mktemp("installation")
    own = Settings(PROJECT_ROOT, folder / "var", folder / "landing")
    build = folder / "build.duckdb"
    shutil.copyfile(released, build)
    publish(build, OLD, own)
    with duckdb.connect(build) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where list_contains(?, schema_name) and estimated_size > 20",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall()
        for schema, table in tables:
            connection.execute(f'delete from "{schema}"."{table}" where rowid % 2 = 1')
    publish(build, NEW, own)
    switch(own, OLD)
    return own


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[Server]:
    made = server_of(settings, PROJECT_ROOT / ".venv-superset/bin", "127.0.0.1", free_port(), {})
    made.provision()
    with serving(made):
        yield made


@pytest.fixture(scope="session")
def url(server: Server) -> str:
    return f"http://{server.host}:{server.port}"


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def anonymous(browser: Browser, url: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=url)
    yield context
    context.close()


@pytest.fixture(scope="session")
def login(browser: Browser, server: Server, url: str) -> Login:
    passwords = {
        "admin": server.secrets[ADMIN_PASSWORD],
        "reader": server.secrets[READER_PASSWORD],
    }

    return lambda user: signed_in(browser, url, user, passwords[user])


@pytest.fixture(scope="session")
def admin(login: Login) -> BrowserContext:
    return login("admin")


@pytest.fixture(scope="session")
def reader(login: Login) -> BrowserContext:
    return login("reader")
