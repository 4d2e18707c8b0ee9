from __future__ import annotations

from base64 import b64decode

import pytest

from atlas.reports.html import page_html
from tests.reports.html_checks import check_html
from tests.reports.pages import NASTY, page


def test_it_is_one_file_that_needs_nothing_else() -> None:
    document = check_html(page_html(page()))
    (image,) = document.all("img")
    source = image["src"]
    assert source is not None
    assert b64decode(source.removeprefix("data:image/svg+xml;base64,")) == b"<svg/>"
    (policy,) = [tag for tag in document.all("meta") if "http-equiv" in tag]
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_text_is_never_markup() -> None:
    document = check_html(page_html(page()))
    assert sum(NASTY in text for text in document.text) == 12, (
        "title and section twice each, and everything else once"
    )


def test_rows_and_columns_are_headed() -> None:
    text = page_html(page("plain"))
    assert '<th scope="col" class="number">plain</th>' in text
    assert '<tr><th scope="row">b</th><td class="number">plain</td></tr>' in text


def test_simulated_is_said_in_the_title_and_before_the_numbers() -> None:
    text = page_html(page(simulated=True))
    assert text.count("(SIMULATED)") == 2
    assert text.index("Scripted models played") < text.index("<table>")
    assert "SIMULATED" not in page_html(page())


def test_warnings_stand_before_the_numbers() -> None:
    text = page_html(page("plain"))
    assert text.index("<li>Mind plain</li>") < text.index("<table>")


def test_the_checks_themselves_can_fail() -> None:
    good = page_html(page("plain"))
    for bad in ('<img src="https://example.org/x.png" alt="x">', "<script></script>", "<p><b></p></b>", "<div>"):
        with pytest.raises(AssertionError):
            check_html(good.replace("<main>", f"<main>{bad}"))
