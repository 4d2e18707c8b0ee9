"""Attachments: which are what their names say."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.datasets.gaia.attachment import fault_of
from atlas.datasets.gaia.files.archive import zip_bytes
from atlas.datasets.gaia.files.pdf import pdf_bytes
from atlas.datasets.gaia.files.png import Picture
from atlas.datasets.gaia.files.sheets import xlsx_bytes

SHEET = xlsx_bytes({"S": [["x"], [1]]})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"x\n"),
        ("a.json", b"[1]"),
        ("a.xlsx", SHEET),
        ("a.zip", zip_bytes({"a": b"1"})),
        ("a.pdf", pdf_bytes(["x"])),
        ("a.PNG", Picture(2, 2).png_bytes()),
        ("a.jpg", Picture(2, 2).png_bytes()),
        ("a.unknown", b"\0"),
    ],
)
def test_sound(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    assert fault_of(tmp_path / name) is None


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS pointer"),
        ("a.pdf", b"<html>", "does not begin as a .pdf"),
        ("a.png", b"<html>", "does not begin as a .png"),
        ("a.json", b"{", "it is no JSON"),
        ("a.xlsx", b"PK\3\4", "is corrupt"),
        ("a.xlsx", SHEET.replace(b"<v>1</v>", b"<v>2</v>"), "is corrupt"),
    ],
)
def test_faulty(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert why in (fault_of(tmp_path / name) or "")


def test_missing(tmp_path: Path) -> None:
    assert "is missing" in (fault_of(tmp_path / "a.csv") or "")
