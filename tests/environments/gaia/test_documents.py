"""Documents: what read_file gives of each kind of file, and of files made to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from atlas.datasets.gaia.files.archive import zip_bytes
from atlas.datasets.gaia.files.pdf import pdf_bytes
from atlas.datasets.gaia.files.png import Picture
from atlas.datasets.gaia.files.sheets import Rows, xlsx_bytes
from atlas.environments.gaia.documents import Documents
from atlas.environments.gaia.workspace import Workspace
from atlas.errors import ToolError


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Workspace]:
    workspace = Workspace(tmp_path)
    yield workspace
    workspace.close()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain\r\ntext", "plain\ntext"),
        ("\ufeffbom é".encode(), "bom é"),
        ("ünï".encode("utf-16"), "ünï"),
        ("50 € é".encode("cp1252"), "50 € é"),
    ],
)
async def test_text(work: Workspace, data: bytes, text: str) -> None:
    (work.path / "a.txt").write_bytes(data)
    assert await Documents().text_of(work, "a.txt") == text


async def test_a_spreadsheet_is_read_sheet_by_sheet(work: Workspace) -> None:
    sheets: dict[str, Rows] = {
        "Q1": [["Item", "Price", "Day"], ["a, b", Decimal("1.50"), date(2026, 3, 4)]],
        "Q2": [["x"]],
    }
    (work.path / "book.xlsx").write_bytes(xlsx_bytes(sheets))
    assert await Documents().text_of(work, "book.xlsx") == (
        '## Sheet: Q1\nItem,Price,Day\n"a, b",1.5,2026-03-04\n\n## Sheet: Q2\nx\n'
    )


async def test_a_pdf_is_read_page_by_page(work: Workspace) -> None:
    (work.path / "a.pdf").write_bytes(pdf_bytes([f"row {number}   {number * 2}" for number in range(50)]))
    text = await Documents().text_of(work, "a.pdf")
    assert text.startswith("## Page 1\nrow 0   0\nrow 1   2\n")
    assert "\n## Page 2\nrow 46   92\n" in text


async def test_a_text_document_and_slides(work: Workspace) -> None:
    def part(tag: str, *texts: str) -> bytes:
        inner = "".join(f"<w:p><w:r><w:t>{text[:2]}</w:t><w:t>{text[2:]}</w:t></w:r></w:p>" for text in texts)
        return f'<w:{tag} xmlns:w="urn:w">{inner}</w:{tag}>'.encode()

    (work.path / "a.docx").write_bytes(zip_bytes({"word/document.xml": part("document", "first", "second")}))
    assert await Documents().text_of(work, "a.docx") == "first\nsecond\n"
    slides = {f"ppt/slides/slide{number}.xml": part("sld", f"on {number}") for number in (10, 2)}
    (work.path / "a.pptx").write_bytes(zip_bytes(slides))
    assert await Documents().text_of(work, "a.pptx") == "## Slide 2\non 2\n## Slide 10\non 10\n"


async def test_a_picture_is_named_not_shown(work: Workspace) -> None:
    (work.path / "a.png").write_bytes(Picture(30, 20).png_bytes())
    assert (await Documents().text_of(work, "a.png")).startswith("This is a picture: PNG, 30 x 20 pixels")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.bin", b"\0\1\2", "is a binary file of 3 bytes"),
        ("a.txt", b"\x81\x8d", "not text in UTF-8"),
        ("a.xlsx", b"no zip", "cannot be read: it is damaged"),
        ("a.docx", zip_bytes({"other.xml": b""}), "cannot be read: it is damaged"),
        ("a.pdf", b"%PDF-1.4 and no more", "cannot be read: it is damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "cannot be read: it is damaged"),
    ],
)
async def test_what_cannot_be_read(work: Workspace, name: str, data: bytes, why: str) -> None:
    (work.path / name).write_bytes(data)
    with pytest.raises(ToolError, match=why):
        await Documents().text_of(work, name)


async def test_a_spreadsheet_that_unpacks_to_gigabytes_is_refused(work: Workspace) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/big.xml", "w") as member:
        for _ in range(300):
            member.write(b"\0" * 1024 * 1024)
    (work.path / "bomb.xlsx").write_bytes(out.getvalue())
    with pytest.raises(ToolError, match="unpacks to more than"):
        await Documents().text_of(work, "bomb.xlsx")


async def test_a_link_to_a_document_outside_is_not_read(
    work: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret.xlsx"
    secret.write_bytes(xlsx_bytes({"S": [["secret"]]}))
    (work.path / "a.xlsx").symlink_to(secret)
    with pytest.raises(ToolError, match="is a link"):
        await Documents().text_of(work, "a.xlsx")


async def test_the_same_bytes_are_read_once_and_others_anew(work: Workspace) -> None:
    documents = Documents()
    for text in ("one", "two", "one"):
        (work.path / "a.pdf").write_bytes(pdf_bytes([text]))
        assert await documents.text_of(work, "a.pdf") == f"## Page 1\n{text}\n"
    assert len(documents._texts) == 2
