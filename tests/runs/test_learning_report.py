"""A learning report over a real store, and what it says where little can be said."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from atlas.core.json import JsonObject
from atlas.core.keyless import keyless
from atlas.core.playbook import LearningKey, Lessons, Playbook
from atlas.core.session import Session
from atlas.core.thread import SessionFilter
from atlas.core.verdicts import Reward, RewardPart
from atlas.errors import StorageError
from atlas.runs.learning_report import LearningReportPlan, write_learning_report
from atlas.settings import Settings
from atlas.storage.store import open_store
from tests.storage.samples import KEY, entry, failed, session


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


def rewarded(task: str, reward: float | None, key: str = KEY, *, simulated: bool = True) -> Session:
    given = Reward(reward, (RewardPart("verifiers", reward, 1.0),)) if reward is not None else None
    return replace(session(task), lessons=Lessons(LearningKey(key), 0), reward=given, simulated=simulated)


async def report(
    url: str, folder: Path, sessions: Sequence[Session] = (), plan: LearningReportPlan | None = None
) -> JsonObject:
    """Store the sessions, report them, and give the manifest."""
    async with open_store(url) as store:
        for each in sessions:
            await store.sessions.finish(each)
    wanted = replace(plan or LearningReportPlan(summary_only=True), database_url=url, output=folder / "out")
    await write_learning_report(wanted, Settings.load({"ATLAS_HOME": str(folder)}, folder / "none"))
    return dict(json.loads((folder / "out/index.json").read_bytes()))


def summary(folder: Path, manifest: JsonObject, name: str = KEY) -> JsonObject:
    return dict(json.loads((folder / "out" / manifest["artifacts"][name]["json"]).read_bytes()))


async def test_no_sessions_at_all(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = await report(url, tmp_path)
    assert (manifest["learning_keys"], manifest["artifacts"]) == ([], {})
    assert "There are no sessions, so there is nothing to report yet." in capsys.readouterr().out


async def test_sessions_without_a_key_are_left_out_and_counted(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without = [rewarded(f"e{n}", 0.5, keyless("run-9")) for n in range(3)]
    manifest = await report(url, tmp_path, without)
    assert (manifest["learning_keys"], manifest["sessions_left_out"]) == ([], 3)
    said = capsys.readouterr().out
    assert "There are no sessions with a learning key, so there is nothing to report yet." in said
    assert "left out: 3. --learning-key none/RUN reports those of a run." in said
    # The last ones used would leave no room for others.
    manifest = await report(url, tmp_path, [rewarded("t", 0.5)], LearningReportPlan(summary_only=True, limit=1))
    assert (manifest["learning_keys"], manifest["sessions_left_out"]) == ([KEY], 3)
    narrowed = LearningReportPlan(summary_only=True, selection=SessionFilter(task="e1"))
    assert (await report(url, tmp_path, plan=narrowed))["sessions_left_out"] == 1
    asked = LearningReportPlan(summary_only=True, learning_keys=("none/run-9",))
    manifest = await report(url, tmp_path, plan=asked)
    assert (manifest["learning_keys"], manifest["sessions_left_out"]) == (["none/run-9"], 0)
    assert summary(tmp_path, manifest, "none/run-9")["session_count"] == 3


async def test_an_agent_that_is_called_none_has_a_key_once_it_learned(url: str, tmp_path: Path) -> None:
    key = LearningKey("none/crm/quotes")
    async with open_store(url) as store:
        await store.playbooks.save(Playbook(key, 1, (entry("a"),), author="synthesizer"))
    manifest = await report(url, tmp_path, [rewarded("t", 0.5, key)])
    assert (manifest["learning_keys"], manifest["sessions_left_out"]) == ([key], 0)


async def test_a_key_without_sessions_is_reported_as_that(url: str, tmp_path: Path) -> None:
    plan = LearningReportPlan(learning_keys=("nobody", "nobody"))
    manifest = await report(url, tmp_path, plan=plan)
    assert manifest["learning_keys"] == ["nobody"]
    found = summary(tmp_path, manifest, "nobody")
    assert (found["session_count"], found["simulated"]) == (0, False)
    assert found["reward"]["estimate"]["verdict"] == "cannot say"
    page = (tmp_path / "out" / manifest["artifacts"]["nobody"]["markdown"]).read_text()
    assert page.count("Cannot say") >= 8


@pytest.mark.parametrize(
    ("rewards", "reason"),
    [
        ([0.5], "the baseline window has no session with this number"),
        ([0.7] * 40, "the number is the same in every session, so its error cannot be estimated"),
        ([None] * 12, "the baseline window has no session with this number"),
    ],
    ids=["one session", "all rewards equal", "missing rewards"],
)
async def test_what_cannot_be_said_is_said(
    url: str, tmp_path: Path, rewards: list[float | None], reason: str
) -> None:
    manifest = await report(url, tmp_path, [rewarded(f"t{n}", reward) for n, reward in enumerate(rewards)])
    found = summary(tmp_path, manifest)
    assert found["session_count"] == len(rewards)
    estimate = found["reward"]["estimate"]
    assert (estimate["verdict"], estimate["reason"], estimate["interval"]) == ("cannot say", reason, None)


async def test_sessions_lost_below_us_are_no_scores(url: str, tmp_path: Path) -> None:
    found = summary(tmp_path, await report(url, tmp_path, [failed("a"), failed("b")]))
    assert found["failure_taxonomy"]["lost_below_us"] == [
        {"arm": "learn", "boundary": "model", "sessions": 2, "of": 2}
    ]
    assert found["reward"]["recent_count"] == 0


async def test_keys_with_the_same_first_letters_do_not_overwrite_each_other(url: str, tmp_path: Path) -> None:
    keys = ("crm-benchmark-student-A", "crm-benchmark-student-B")
    manifest = await report(url, tmp_path, [rewarded("a", 0.2, keys[0]), rewarded("b", 0.9, keys[1])])
    files = {manifest["artifacts"][key]["json"] for key in keys}
    assert len(files) == 2
    assert [summary(tmp_path, manifest, key)["reward"]["recent_mean"] for key in keys] == [0.2, 0.9]


async def test_simulated_and_real_sessions_have_reports_of_their_own(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = await report(url, tmp_path, [rewarded("a", 0.2), rewarded("b", 0.9, simulated=False)])
    assert manifest["artifacts"].keys() == {KEY, f"{KEY} (simulated)"}
    real, scripted = (summary(tmp_path, manifest, name) for name in (KEY, f"{KEY} (simulated)"))
    assert (real["reward"]["recent_mean"], scripted["reward"]["recent_mean"]) == (0.9, 0.2)
    assert (real["simulated"], scripted["simulated"]) == (False, True)
    assert "This key has simulated sessions too" in real["warnings"][0]
    assert "1 sessions, SIMULATED" in capsys.readouterr().out


async def test_labels_of_entries_that_do_not_exist_are_named(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "labels.json"
    labels.write_text('{"e1": "differentiation", "gone": "mine"}')
    async with open_store(url) as store:
        await store.sessions.finish(rewarded("a", 0.5), Playbook(KEY, 1, (entry("e1"),), author="me"))
    manifest = await report(url, tmp_path, plan=LearningReportPlan(labels=labels))
    assert manifest["run_metadata"]["unknown_labelled_entries"] == ["gone"]
    assert "Labels name entries that no reported playbook holds: gone" in capsys.readouterr().out
    assert summary(tmp_path, manifest)["student_playbook"]["entries"][0]["label"] == "differentiation"


async def test_filters_narrow_what_is_counted_and_say_so(url: str, tmp_path: Path) -> None:
    sessions = [rewarded("a", 0.2), replace(rewarded("b", 0.9), slot=replace(session("b").slot, arm="solo"))]
    plan = LearningReportPlan(summary_only=True, selection=SessionFilter(tags=("arm:solo",)))
    found = summary(tmp_path, await report(url, tmp_path, sessions, plan))
    assert (found["session_count"], found["reward"]["recent_mean"]) == (1, 0.9)
    assert found["warnings"] == [
        "Only sessions that fit are counted: tag arm:solo. The playbook, and what its entries do, are of all."
    ]
    other = LearningReportPlan(summary_only=True, selection=SessionFilter(tags=("arm:none",)))
    assert (await report(url, tmp_path, plan=other))["artifacts"] == {}


async def test_the_last_keys_up_to_the_limit_and_all_of_them(url: str, tmp_path: Path) -> None:
    sessions = [rewarded(f"t{number}", 0.5, f"key-{number}") for number in range(7)]
    manifest = await report(url, tmp_path, sessions)
    assert manifest["learning_keys"] == [f"key-{number}" for number in range(6, 1, -1)]
    everything = LearningReportPlan(summary_only=True, limit=None, batch_size=2, markdown=False)
    manifest = await report(url, tmp_path, plan=everything)
    assert len(manifest["learning_keys"]) == 7
    assert set(manifest["artifacts"]["key-0"]) == {"json", "learning_key", "simulated", "session_count"}


async def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    plan = LearningReportPlan(database_url="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:1"):
        await write_learning_report(plan, Settings.load({"ATLAS_HOME": str(tmp_path)}, tmp_path / "none"))


async def test_a_folder_that_cannot_be_written_is_one_sentence(url: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StorageError, match="it would lie in a file, not in a folder"):
        await report(url, tmp_path, [rewarded("a", 0.5), rewarded("b", 0.5, "other")])


def test_the_command_repeats_the_report_without_the_password() -> None:
    plan = LearningReportPlan(
        database_url="postgresql://me:secret@host/db",
        recent_window=20,
        limit=None,
        learning_keys=("a b",),
        selection=SessionFilter(task="x", tags=("arm:y",)),
        summary_only=True,
        markdown=False,
        synthesis_models=("m1", "m2"),
    )
    assert plan.command == (
        "atlas report learning --recent-window 20 --limit 0 --learning-key 'a b' --filter-task x "
        "--filter-tag arm:y --synthesis-model m1 --synthesis-model m2 --summary-only --no-markdown"
    )
    assert LearningReportPlan().command == "atlas report learning"
