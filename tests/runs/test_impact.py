"""Impact, composed: from stored sessions to a quarantined entry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from atlas.core.json import JsonObject
from atlas.core.messages import Usage
from atlas.core.playbook import Entry, EntryId, LearningKey, Lessons, Playbook
from atlas.core.verdicts import Reward, Verdict
from atlas.errors import VersionConflict
from atlas.learning.config import LearningConfig
from atlas.reports.impact.gather import gathered
from atlas.reports.impact.report import Threshold
from atlas.reports.impact.section import impact_section
from atlas.runs.impact import measured, settle, settle_run
from atlas.storage.playbooks import PostgresPlaybooks
from atlas.storage.store import Store, open_store
from tests.storage.samples import RUN, entry, session

KEY = LearningKey("impact/chat")
BAD, GOOD = EntryId("bad"), EntryId("good")


@pytest.fixture
async def store(atlas_url: str) -> AsyncIterator[Store]:
    """A store in which 100 sessions read the entries bad and good, each withheld from every fourth."""
    async with open_store(atlas_url) as opened:
        async with opened.database.connection() as connection:
            for table in ("sessions", "learning_registry", "playbook_versions"):
                await connection.execute(f"DELETE FROM {table}".encode())
        await fill(opened)
        yield opened


async def fill(store: Store, key: LearningKey = KEY) -> None:
    playbook = Playbook(key, 1, (entry("bad"), entry("good")), author="test")
    await store.playbooks.save(replace(playbook, entries=tuple(_unsourced(e) for e in playbook.entries)))
    for number in range(100):
        shown = tuple(e for e, place in ((BAD, 0), (GOOD, 2)) if number % 4 != place)
        withheld = tuple(e for e in (BAD, GOOD) if e not in shown)
        # Sessions without the bad entry all pass; half of the others do.
        passed = BAD in withheld or number % 8 in (1, 2, 3)
        score = 1.0 if passed else 0.25
        base = session(f"{key}-{number}")
        await store.sessions.finish(
            replace(
                base,
                lessons=Lessons(
                    key, 1, shown=shown, withheld=withheld, withhold_rates=dict.fromkeys((*shown, *withheld), 0.25)
                ),
                reward=Reward(score, ()),
                verdicts=(Verdict("structured", "1", passed, score, "so"),),
                usage={"student": Usage(100, 10, 1, None)},
                learning_usage={"roles": {"student": {e: _use(number) for e in (BAD, GOOD)}}},
            )
        )


def _use(number: int) -> JsonObject:
    return {"cue_hits": 1 + number % 3, "action_adoptions": number % 3, "successful_adoptions": number % 2}


def _unsourced(made: Entry) -> Entry:
    return replace(made, provenance=replace(made.provenance, source_session_id=""))


async def lifecycles(store: Store) -> dict[str, str]:
    return {each.id: each.lifecycle for each in (await store.playbooks.load(KEY)).entries}


async def test_the_store_sums_up_what_is_gathered_from_the_sessions(store: Store) -> None:
    sessions = [each async for each in store.sessions.of_run(RUN) if each.lessons.key == KEY]
    expected = gathered(sessions, await store.playbooks.load(KEY))
    assert len(expected) == 2
    assert await store.entry_uses.evidence(KEY, simulated=True) == expected


async def test_measuring_changes_nothing(store: Store) -> None:
    report = await measured(store.playbooks, store.entry_uses, KEY, Threshold())
    assert next((impact.entry.id, impact.finding) for impact in report.entries) == ("bad", "harms")
    assert (report.sessions, report.simulated, report.version) == (100, True, 1)
    assert await lifecycles(store) == {"bad": "active", "good": "active"}


async def test_what_harms_is_quarantined_with_its_figures(store: Store) -> None:
    report = await settle(store.playbooks, store.entry_uses, KEY, Threshold(), author="impact:run-7")
    assert report.quarantined == (BAD,)
    assert await lifecycles(store) == {"bad": "quarantined", "good": "active"}
    newest = (await store.playbooks.history(KEY))[-1].playbook
    assert (newest.version, newest.parent, newest.author) == (2, 1, "impact:run-7")
    kept = newest.entries[0].provenance.quarantine
    effect = report.entries[0].reward
    assert kept is not None
    assert effect is not None
    assert (kept.effect, kept.shown, kept.withheld) == (effect.difference, 75, 25)
    assert kept.effect < -0.3
    assert kept.high < 0
    assert "in 75 sessions that were shown it against 25" in kept.reason
    again = await settle(store.playbooks, store.entry_uses, KEY, Threshold(), author="impact:run-8")
    assert again.quarantined == ()
    assert (await store.playbooks.load(KEY)).version == 2, "once is enough"


async def test_harm_that_is_seen_at_one_look_waits_until_it_stands_at_any(store: Store) -> None:
    """Looked at after every run, an innocent entry would be found harmful sooner or later."""
    async with store.database.connection() as connection:
        await connection.execute("DELETE FROM sessions WHERE id > (SELECT min(id) + 51 FROM sessions)")
    report = await settle(store.playbooks, store.entry_uses, KEY, Threshold(), author="x")
    found = {impact.entry.id: impact for impact in report.entries}[BAD]
    assert found.finding == "harms"
    assert found.adjusted_p is not None
    assert found.lasting_p is not None
    assert found.adjusted_p < 0.05 < found.lasting_p
    assert report.quarantined == ()
    assert await lifecycles(store) == {"bad": "active", "good": "active"}
    (line,) = [point for point in impact_section(report).points if "bad harms" in point]
    assert "It stays in use: the harm would not yet stand if every look so far had counted." in line


async def test_too_little_evidence_quarantines_nobody(store: Store) -> None:
    report = await settle(store.playbooks, store.entry_uses, KEY, Threshold(min_withheld=26), author="x")
    assert report.quarantined == ()
    assert await lifecycles(store) == {"bad": "active", "good": "active"}


async def test_a_frozen_playbook_is_left_alone(store: Store) -> None:
    newest = await store.playbooks.load(KEY)
    await store.playbooks.save(replace(newest, version=2, parent=1, frozen=True))
    report = await settle(store.playbooks, store.entry_uses, KEY, Threshold(), author="x")
    assert report.harmful
    assert report.quarantined == ()
    assert (await store.playbooks.load(KEY)).version == 2


async def test_a_lost_race_is_measured_again(store: Store) -> None:
    class Raced(PostgresPlaybooks):
        lost = 0

        async def save(self, playbook: Playbook) -> None:
            if not Raced.lost:
                Raced.lost += 1
                newest = await store.playbooks.load(KEY)
                await super().save(replace(newest, version=newest.version + 1, author="somebody"))
                raise VersionConflict("somebody was faster")
            await super().save(playbook)

    await settle(Raced(store.database), store.entry_uses, KEY, Threshold(), author="impact:r")
    versions = [version.playbook.author for version in await store.playbooks.history(KEY)]
    assert versions == ["test", "somebody", "impact:r"]


@pytest.mark.parametrize(
    ("block", "said", "lifecycle"),
    [
        ({}, "It was quarantined by this report.", "quarantined"),
        ({"quarantine": {"enabled": False}}, "It is still in use.", "active"),
        ({"update_enabled": False}, None, "active"),
    ],
)
async def test_the_end_of_a_run_does_as_its_config_says(
    store: Store, block: dict[str, object], said: str | None, lifecycle: str
) -> None:
    config = LearningConfig.model_validate(block)
    lines = await settle_run(store.playbooks, store.entry_uses, [KEY, KEY], config, "run-1")
    assert len(lines) == (said is not None)
    assert all(line.startswith("playbook impact/chat: bad harms: ") and str(said) in line for line in lines)
    assert (await lifecycles(store))["bad"] == lifecycle


async def test_a_key_without_anything_has_an_empty_report(store: Store) -> None:
    report = await measured(store.playbooks, store.entry_uses, LearningKey("nobody"), Threshold())
    assert (report.entries, report.sessions) == ((), 0)
