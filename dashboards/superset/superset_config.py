"""Superset's configuration, from environment variables that `dashboards.superset.serve` sets for the demo."""

import os
from pathlib import Path
from typing import Any

DEFAULT_SECRETS = {
    "",
    "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
    "CHANGE_ME_SECRET_KEY",
    "TEST_NON_DEV_SECRET",
    "thisISaSECRET_1234",
}
SHORTEST_SECRET = 32


def _secret() -> str:
    value = os.environ.get("SUPERSET_SECRET_KEY", "")
    if value in DEFAULT_SECRETS or len(value) < SHORTEST_SECRET:
        raise SystemExit(
            "SUPERSET_SECRET_KEY 未设置、过短或为默认值。 SUPERSET_SECRET_KEY is missing, a default, or shorter than "
            f"{SHORTEST_SECRET} characters; make one with `openssl rand -base64 42`."
        )
    return value


def _release_of_this_moment(
    uri: Any, params: dict[str, Any], _username: str, _security_manager: Any, _source: Any
) -> tuple[Any, dict[str, Any]]:
    """Resolve the link `current` at each connection.

    DuckDB shares one instance for each path in a process: by the link's name, a busy server would keep
    reading the release that it opened first.
    """
    return uri.set(database=os.path.realpath(uri.database)), params


def _additions(app: Any) -> None:
    """Add the start page, the checked Chinese words and the pages of documents."""
    from additions import install  # noqa: PLC0415

    install(app)


SECRET_KEY = _secret()
STATE = Path(os.environ["JIXIAO_SUPERSET_STATE"])
SQLALCHEMY_DATABASE_URI = f"sqlite:///{STATE / 'superset.db'}"
# Ten users at once write ten log lines; each write waits for its turn instead of failing.
SQLALCHEMY_ENGINE_OPTIONS = {"connect_args": {"timeout": 30}}
DB_CONNECTION_MUTATOR = _release_of_this_moment

FLASK_APP_MUTATOR = _additions

APP_NAME = "绩效 Jixiao"
LOGO_TARGET_PATH = "/superset/dashboard/overview/"
BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {
    "zh": {"flag": "cn", "name": "简体中文"},
    "en": {"flag": "us", "name": "English"},
}
# Bars whose colours say nothing: a bar is a series of its own so that a click on it sends its name.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {"id": "jixiao", "label": "绩效", "description": "", "isDefault": False, "colors": ["#4a7cb3"]}
]
D3_FORMAT = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["¥", ""]}

# Every page requires an account.
PUBLIC_ROLE_LIKE = None
AUTH_ROLE_PUBLIC = "Public"
WTF_CSRF_ENABLED = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = os.environ.get("JIXIAO_SUPERSET_HTTPS") == "1"
PREVENT_UNSAFE_DB_CONNECTIONS = True
FAB_API_SWAGGER_UI = False
FAB_ADD_SECURITY_API = False
GUEST_TOKEN_JWT_SECRET = SECRET_KEY
GLOBAL_ASYNC_QUERIES_JWT_SECRET = SECRET_KEY

# A dashboard's page loads only from its own server; other hosts, such as the pixel of Scarf, are blocked.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "frame-ancestors": ["'self'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}

ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
SAMPLES_ROW_LIMIT = 100
CSV_EXPORT = {"encoding": "utf-8-sig"}
# Dashboards show the current release: results are cached for that release only.
DATA_CACHE_CONFIG = {
    "CACHE_TYPE": "release_cache.release_cache",
    "CACHE_DIR": str(STATE / "answers"),
    "CACHE_DEFAULT_TIMEOUT": 24 * 60 * 60,
    "CACHE_THRESHOLD": 1000,
}
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
FEATURE_FLAGS = {
    "DASHBOARD_RBAC": False,
    "DRILL_BY": True,
    "DRILL_TO_DETAIL": True,
    "ALERT_REPORTS": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
}
