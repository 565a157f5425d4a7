"""The first page of a release: what it holds, and the documents."""

from jixiao.pages.index.page import PAGE_NAME, render_release

__all__ = ["PAGE_NAME", "render_release"]
