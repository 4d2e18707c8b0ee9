"""A run's folder: claimed once, gone on with when asked to, never overwritten."""

from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.runs.folder import claim_folder


def test_a_new_folder_belongs_to_nobody(tmp_path: Path) -> None:
    assert claim_folder(tmp_path / "none", resume=True) is None
    assert claim_folder(tmp_path, resume=False) is None


def test_the_folder_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"run_id": "r-1", "command": "crm eval"}')
    assert claim_folder(tmp_path, resume=True) == "r-1"
    with pytest.raises(ConfigError, match=r"holds run r-1; add --resume"):
        claim_folder(tmp_path, resume=False)


def test_a_folder_that_does_not_say_whose_it_is(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(ConfigError, match="does not say whose folder this is"):
        claim_folder(tmp_path, resume=True)
