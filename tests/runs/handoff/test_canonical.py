"""The canonical form: equal for equal work, whatever time it took; another for anything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import TaskId
from atlas.rollouts.group_line import group_line
from atlas.runs.handoff.canonical import by_group, by_slot
from tests.rollouts.samples import group
from tests.storage.samples import session


def played(run: str, finished_at: str, reply: str = "Four.") -> Session:
    one = session()
    assert one.played is not None
    turn = replace(one.played.trajectory.turns[0], reply=reply)
    trajectory = replace(one.played.trajectory, turns=(turn,))
    return replace(
        one,
        slot=Slot(RunId(run), "run", TaskId(f"{run}/t"), 1),
        lessons=Lessons(LearningKey(f"experiment/{run}/order-1"), 0),
        played=replace(one.played, trajectory=trajectory),
        finished_at=finished_at,
    )


async def form(one: Session) -> dict[str, str]:
    async def sessions() -> AsyncIterator[Session]:
        yield one

    return await by_slot(sessions(), one.slot.run_id)


async def test_times_and_the_name_of_the_run_do_not_count() -> None:
    first = await form(played("run-1", "2026-03-02T09:00:00+00:00"))
    assert list(first) == ["run/RUN/t/1"]
    assert await form(played("another", "2026-03-02T10:00:00+00:00")) == first
    assert await form(played("run-1", "2026-03-02T09:00:00+00:00", "Five.")) != first


def test_durations_of_a_group_do_not_count(tmp_path: Path) -> None:
    first, second = group(1.0, 0.0), group(0.5, 0.5)
    slower = replace(first, members=tuple(replace(each, duration_s=9.0) for each in first.members))

    def forms(*groups: object) -> dict[str, str]:
        path = tmp_path / "groups.jsonl"
        path.write_bytes(b"".join(map(group_line, groups)))  # type: ignore[arg-type]
        return by_group(path)

    claimed = forms(first, second)
    assert list(claimed) == ["group 1", "group 2"]
    assert forms(slower, second) == claimed
    changed = forms(first, first)
    assert [name for name in claimed if changed[name] != claimed[name]] == ["group 2"]
