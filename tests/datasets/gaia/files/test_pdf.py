"""PDF: the text that was put in is the text that is read."""

from __future__ import annotations

import io

from pypdf import PdfReader

from atlas.datasets.gaia.files.pdf import LINES_A_PAGE, pdf_bytes


def test_lines_come_back_page_by_page() -> None:
    lines = [f"row {number}   (a\\b)   {number * 1.5:.2f}" for number in range(LINES_A_PAGE + 3)]
    reader = PdfReader(io.BytesIO(pdf_bytes(lines)))
    assert len(reader.pages) == 2
    assert reader.pages[0].extract_text().strip().split("\n") == lines[:LINES_A_PAGE]
    assert reader.pages[1].extract_text().strip().split("\n") == lines[LINES_A_PAGE:]
    assert not reader.metadata


def test_an_empty_document_has_a_page() -> None:
    assert len(PdfReader(io.BytesIO(pdf_bytes([]))).pages) == 1
