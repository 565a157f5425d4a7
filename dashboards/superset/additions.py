"""What is added to Superset's own pages: the start page, checked Chinese words, the pages of documents.

Runs in Superset's environment; its configuration installs it.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

START_PAGE = "/superset/dashboard/overview/"
DOCUMENTS_PATH = "/documents"
WORDS = Path(__file__).parent / "words.zh.yaml"
_PAGE_NAME = re.compile(r"[A-Za-z0-9_-]+\.html")
_PAGE_POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "script-src": "'unsafe-inline'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
"""A document's page is self-contained: its own style and script, and no request."""


def checked_words(pack: dict[str, Any], unchecked: set[str], words: dict[str, str]) -> dict[str, Any]:
    """Return a language pack without guessed translations and with this project's own.

    Superset's translations are partly guesses that nobody checked, marked fuzzy: a sentence that resembles
    another one in English gets its translation. Without one, a text is shown in English.

    Args:
        pack: Superset's pack of a language, as its browser part loads it.
        unchecked: English texts whose translation is a guess.
        words: Translations by English text; they take precedence.
    """
    name = pack["domain"]
    kept = {text: said for text, said in pack["locale_data"][name].items() if text not in unchecked}
    own = {text: [said] for text, said in words.items()}
    return {**pack, "locale_data": {**pack["locale_data"], name: {**kept, **own}}}


@cache
def _chinese() -> str:
    import superset  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    folder = Path(superset.__file__).parent / "translations" / "zh" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as stream:
        unchecked = {
            message.id if isinstance(message.id, str) else message.id[0]
            for message in read_po(stream)
            if message.fuzzy and message.id
        }
    pack = json.loads((folder / "messages.json").read_text(encoding="utf-8"))
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return json.dumps(checked_words(pack, unchecked, words), ensure_ascii=False)


def install(app: Any) -> None:
    """Add the pages to Superset; the form of `FLASK_APP_MUTATOR`."""
    from flask import Response, abort, redirect, request, send_file  # noqa: PLC0415
    from flask_login import current_user  # noqa: PLC0415
    from superset import security_manager  # noqa: PLC0415

    def _own_answer() -> Any:
        if not current_user.is_authenticated:
            return None
        if request.endpoint == "Superset.welcome":
            return redirect(START_PAGE)
        if request.endpoint == "Superset.language_pack" and (request.view_args or {}).get("lang") == "zh":
            return Response(_chinese(), mimetype="application/json")
        return None

    def document_page(name: str) -> Any:
        if not current_user.is_authenticated:
            return redirect("/login/")
        if not _PAGE_NAME.fullmatch(name) or not security_manager.can_access("can_read", "Dashboard"):
            abort(404)
        page = Path(os.path.realpath(os.environ["JIXIAO_DATABASE"])).parent / "documents" / name
        if not page.is_file():
            text = f"没有这一页；可运行 jixiao show {page.stem} 生成。 No such page; `jixiao show` makes it."
            return Response(text, status=404, mimetype="text/plain")
        return send_file(page, mimetype="text/html", max_age=0)

    setattr(  # noqa: B010
        document_page,
        "talisman_view_options",
        {"content_security_policy": _PAGE_POLICY, "content_security_policy_nonce_in": []},
    )
    app.add_url_rule(f"{DOCUMENTS_PATH}/<name>", "jixiao_document", document_page)
    app.before_request(_own_answer)
