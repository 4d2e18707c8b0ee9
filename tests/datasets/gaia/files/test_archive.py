"""Archives: the members come back, and nothing of the moment is in the bytes."""

from __future__ import annotations

import io
import zipfile

from atlas.datasets.gaia.files.archive import zip_bytes


def test_members_in_order() -> None:
    data = zip_bytes({"b.txt": b"b", "in/a.txt": b"a"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {member.filename: archive.read(member) for member in archive.infolist()} == {
            "b.txt": b"b",
            "in/a.txt": b"a",
        }
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert data == zip_bytes({"b.txt": b"b", "in/a.txt": b"a"})
