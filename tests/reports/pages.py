"""A page with one of everything, and text that means something to Markdown, HTML or a terminal."""

from __future__ import annotations

from atlas.reports.page import Figure, Page, Picture, Section, Table, numbers, words

NASTY = 'a|b <script>alert("x")</script> *bold* [red]x[/nothing] & snake_case\nnext line'


def page(text: str = NASTY, *, simulated: bool = False) -> Page:
    table = Table(
        f"Rates of {text}", (*words("run"), *numbers(text)), ((text, "1"), ("b", text)), (f"note {text}",)
    )
    figure = Figure("success", f"Shows {text}", Picture(b"<svg/>", b"png"))
    section = Section(f"One {text}", (f"Says {text}",), (f"Point {text}",), (figure,), (table,))
    return Page(f"Title {text}", simulated, "2026-03-02T09:00:00+00:00", (f"Mind {text}",), (section,), "atlas x")
