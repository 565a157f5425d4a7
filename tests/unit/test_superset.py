"""The setup of Superset: a read-only address, a bundle, roles, and secrets of the installation."""

from __future__ import annotations

import io
import json
import re
import runpy
import stat
import zipfile
from pathlib import Path

import duckdb
import pytest
import yaml
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from dashboards.superset.additions import WORDS, checked_words
from dashboards.superset.bundle import dashboards_bundle, release_uri, roles_as_json
from dashboards.superset.keys import NAMES, SECRET_KEY, SecretsError, take_secrets
from dashboards.superset.serve import FOLDER, READER_ROLE, ServeError, server_of
from jixiao.settings import Settings

ALL_SECRETS = {name: f"{name}-of-the-environment-alone" for name in NAMES}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "版本 1" / "current"
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "jixiao.duckdb") as connection:
        connection.execute("create schema core; create table core.dim_project as select 1 as project_id")
    return folder / "jixiao.duckdb"


def test_the_address_is_that_of_the_release_and_is_read_only(release: Path) -> None:
    url = make_url(release_uri(release))
    assert url.database == str(release)
    assert dict(url.query) == {
        "access_mode": "READ_ONLY",
        "enable_external_access": "false",
        "lock_configuration": "true",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "create table core.own as select 1",
        "delete from core.dim_project",
        "drop table core.dim_project",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set memory_limit = '100GB'",
        "copy core.dim_project to '{folder}/out.csv'",
        "export database '{folder}/out'",
        "attach '{folder}/other.duckdb' as other",
        "attach ':memory:' as other",
        "select * from read_csv('{folder}/secret.csv')",
        "select * from read_text('{folder}/secret.csv')",
        "select * from '{folder}/secret.csv'",
        "select * from glob('{folder}/*')",
        "install excel",
        "load excel",
    ],
)
def test_the_connection_refuses_to_write_and_to_leave_its_file(
    statement: str, release: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    before = {path.name for path in tmp_path.rglob("*")}
    engine = create_engine(release_uri(release), poolclass=NullPool)
    try:
        with engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(statement.format(folder=tmp_path)))
        with engine.connect() as connection:
            assert connection.execute(text("select count(*) from core.dim_project")).scalar() == 1
    finally:
        engine.dispose()
    assert {path.name for path in tmp_path.rglob("*")} == before


def test_the_bundle_holds_every_asset_and_the_address_of_the_release(release: Path, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    for name, content in {
        "metadata.yaml": "type: Dashboard\n",
        "databases/jixiao.yaml": "database_name: jixiao\nsqlalchemy_uri: duckdb:///elsewhere\n",
        "dashboards/overview.yaml": "dashboard_title: 总览\n",
        "notes.txt": "not for Superset\n",
    }.items():
        (assets / name).parent.mkdir(parents=True, exist_ok=True)
        (assets / name).write_text(content, encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(dashboards_bundle(release, assets))) as archive:
        read = {name: yaml.safe_load(archive.read(name)) for name in archive.namelist()}
    assert read == {
        "jixiao/metadata.yaml": {"type": "Dashboard"},
        "jixiao/databases/jixiao.yaml": {
            "database_name": "jixiao",
            "sqlalchemy_uri": release_uri(release),
        },
        "jixiao/dashboards/overview.yaml": {"dashboard_title": "总览"},
    }


@pytest.mark.parametrize(
    ("documents", "link"),
    [
        ("", None),
        ("/documents", "/documents/d1.html#f-f1"),
        # What would end the string of SQL or the attribute doesn't get there as it is.
        (
            "https://files.example/绩效/o'\">/",
            "https://files.example/%E7%BB%A9%E6%95%88/o%27%22%3E/d1.html#f-f1",
        ),
    ],
)
def test_a_finding_links_to_its_place_if_the_address_is_known(
    documents: str, link: str | None, release: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(dashboards_bundle(release, documents=documents))) as archive:
        sql = yaml.safe_load(archive.read("jixiao/datasets/jixiao/findings.yaml"))["sql"]
    column = sql[sql.index("case\n        when '") : sql.index(" as place_link")]
    with duckdb.connect() as connection:
        [place] = (
            connection.execute(
                f"select {column} from (values ('d1', 'f1', '第3张表')) as f (document_id, finding_id, source_place)"
            ).fetchone()
            or ()
        )
    assert place == (f'<a href="{link}" target="_blank">打开</a>' if link else "第3张表")


def test_a_guessed_translation_is_left_out_and_ours_takes_its_place() -> None:
    pack = {
        "domain": "superset",
        "locale_data": {
            "superset": {
                "": {"lang": "zh"},
                "Filters": ["筛选器"],
                "Waiting on %s": ["显示 %s个 总计 %s个"],
                "Corner Radius": ["内半径"],
            }
        },
    }
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    made = checked_words(pack, {"Waiting on %s", "Corner Radius"}, words)["locale_data"]["superset"]
    assert made["Filters"] == ["筛选器"]
    assert made["Waiting on %s"] == ["正在等待 %s"]
    assert "Corner Radius" not in made
    # A text is filled in by position, so a translation has the places of the original.
    places = re.compile(r"%\(?\w*\)?[sd]")
    assert not [text for text, said in words.items() if places.findall(text) != places.findall(said)]


def test_a_folder_without_the_database_is_no_bundle(release: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"databases/jixiao\.yaml"):
        dashboards_bundle(release, tmp_path)


def test_the_database_of_the_bundle_allows_no_change() -> None:
    database = yaml.safe_load((FOLDER / "assets/databases/jixiao.yaml").read_text(encoding="utf-8"))
    allowed = {name for name, value in database.items() if name.startswith("allow_") and value}
    assert allowed == set()
    assert database["database_name"] == "jixiao"


def test_a_reader_changes_nothing_but_filters_and_links_of_their_own() -> None:
    roles = {role["name"]: role["permissions"] for role in json.loads(roles_as_json())}
    granted = {(one["permission"]["name"], one["view_menu"]["name"]) for one in roles[READER_ROLE]}
    assert ("can_read", "Dashboard") in granted
    assert {view for permission, view in granted if permission == "can_write"} == {
        "DashboardFilterStateRestApi",
        "DashboardPermalinkRestApi",
    }
    assert not {view for _, view in granted} & {"SQLLab", "SqlLab", "SQL Lab", "Database", "User", "Role"}


def test_a_role_without_permissions_is_named(tmp_path: Path) -> None:
    file = tmp_path / "roles.yaml"
    file.write_text("- name: 绩效查看\n  permissions: {}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"roles\.yaml, role 1"):
        roles_as_json(file)


def test_the_demo_makes_secrets_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    made = take_secrets(tmp_path / "state", "127.0.0.1", {})
    file = tmp_path / "state/secrets.env"
    assert set(made) == set(NAMES)
    assert len(set(made.values())) == len(NAMES)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert take_secrets(tmp_path / "state", "127.0.0.1", {}) == made
    assert take_secrets(tmp_path / "other", "127.0.0.1", {}) != made


def test_secrets_of_the_environment_are_not_written_down(tmp_path: Path) -> None:
    assert take_secrets(tmp_path, "127.0.0.1", ALL_SECRETS) == ALL_SECRETS
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", NAMES)
def test_beyond_loopback_every_secret_is_the_environments(missing: str, tmp_path: Path) -> None:
    take_secrets(tmp_path, "127.0.0.1", {})
    given = {name: value for name, value in ALL_SECRETS.items() if name != missing}
    with pytest.raises(SecretsError, match=missing):
        take_secrets(tmp_path, "0.0.0.0", given)
    assert take_secrets(tmp_path, "0.0.0.0", ALL_SECRETS) == ALL_SECRETS


@pytest.mark.parametrize(
    "value", [None, "", "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "thisISaSECRET_1234", "short"]
)
def test_superset_does_not_start_on_a_default_secret(
    value: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_SUPERSET_STATE", str(tmp_path))
    monkeypatch.delenv(SECRET_KEY, raising=False)
    if value is not None:
        monkeypatch.setenv(SECRET_KEY, value)
    with pytest.raises(SystemExit, match=SECRET_KEY):
        runpy.run_path(str(FOLDER / "superset_config.py"))


def test_the_configuration_lets_no_page_call_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_SUPERSET_STATE", str(tmp_path))
    monkeypatch.setenv(SECRET_KEY, "x" * 42)
    config = runpy.run_path(str(FOLDER / "superset_config.py"))
    policy = config["TALISMAN_CONFIG"]["content_security_policy"]
    sources = {
        source for value in policy.values() for source in ([value] if isinstance(value, str) else value)
    }
    assert sources == {"'self'", "'none'", "'unsafe-inline'", "'strict-dynamic'", "blob:", "data:"}
    assert config["TALISMAN_ENABLED"] is True
    assert config["PUBLIC_ROLE_LIKE"] is None


def test_without_a_release_it_says_what_to_run(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path / "var", tmp_path / "landing")
    with pytest.raises(ServeError, match="make run"):
        server_of(settings, tmp_path, "127.0.0.1", 8088, {})
