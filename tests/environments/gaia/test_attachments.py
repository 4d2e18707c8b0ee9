"""Attachments: archives are unpacked beside themselves, and nowhere else."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from atlas.environments.gaia.attachments import Attachment, place
from atlas.errors import WorldError


def archive(path: Path, members: dict[str, bytes], *, link: bool = False) -> Attachment:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)
        if link:
            info = zipfile.ZipInfo("link")
            info.external_attr = 0o120777 << 16
            opened.writestr(info, "/etc/passwd")
    path.write_bytes(out.getvalue())
    return Attachment(path.name, path)


def test_members_are_placed_beside_the_archive(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    members = {"a.csv": b"a", "in/b.json": b"{}", "../out.txt": b"x", "/abs.txt": b"x", "x.zip": b"not over itself"}
    place([archive(tmp_path / "x.zip", members, link=True)], work)
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir())
    assert found == ["work/a.csv", "work/in/b.json", "work/x.zip", "x.zip"]
    assert (work / "x.zip").read_bytes() == (tmp_path / "x.zip").read_bytes()
    assert not os.path.islink(work / "link")


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    with pytest.raises(WorldError, match=r"x\.zip cannot be unpacked"):
        place([Attachment("x.zip", tmp_path / "x.zip")], work)
