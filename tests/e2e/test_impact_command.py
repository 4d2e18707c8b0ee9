"""`atlas playbook impact` as a user runs it."""

from __future__ import annotations

import asyncio
import json

import pytest

from atlas.core.playbook import LearningKey
from atlas.storage.store import open_store
from tests.e2e.conftest import Atlas
from tests.runs.test_impact import fill


@pytest.fixture
def key(atlas_url: str) -> LearningKey:
    name = LearningKey("impact-command/chat")

    async def filled() -> None:
        async with open_store(atlas_url) as store:
            async with store.database.connection() as connection:
                for table in ("sessions", "learning_registry", "playbook_versions"):
                    await connection.execute(f"DELETE FROM {table} WHERE learning_key = %s".encode(), [name])
            await fill(store, name)

    asyncio.run(filled())
    return name


def test_look_then_quarantine(atlas: Atlas, key: LearningKey) -> None:
    looked = atlas("playbook", "impact", "--learning-key", key)
    assert looked.returncode == 0, looked.stderr
    assert "(SIMULATED)" in looked.stdout
    assert "bad harms: -0." in looked.stdout
    assert "It is still in use." in looked.stdout
    assert "The guide's figures (observational)" in looked.stdout
    done = atlas(
        "playbook", "impact", "--learning-key", "impact-command", "--quarantine", "--output", "impact.json"
    )
    assert done.returncode == 0, done.stderr
    assert "It was quarantined by this report." in done.stdout
    written = json.loads((atlas.folder / "impact.json").read_text())
    assert (written["quarantined"], written["version"]) == (["bad"], 2)
    shown = atlas("playbook", "show", key)
    assert "bad  student, quarantined" in shown.stdout
    assert "quarantined: mean reward -0." in shown.stdout


def test_a_wrong_key_is_refused(atlas: Atlas, key: LearningKey) -> None:
    assert "there is no playbook 'impact-comand/chat'; did you mean" in atlas.refused(
        "playbook", "impact", "--learning-key", "impact-comand/chat"
    )
