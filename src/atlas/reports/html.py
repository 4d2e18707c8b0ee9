"""HTML: a page as one file that needs nothing else: no network, no script, images inside."""

from __future__ import annotations

from base64 import b64encode

from atlas.reports.page import Page
from atlas.reports.rendering import rendered


def page_html(page: Page) -> str:
    """The page as HTML. All text is escaped; a policy in the head forbids it to load anything."""
    return rendered("page.html.j2", autoescape=True, filters=(data_uri,), page=page)


def data_uri(svg: bytes) -> str:
    """A drawing as the source of an image."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
