"""CrmEnv: the Gymnasium API over both repositories."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium
import pytest

from atlas.core.json import dumps
from atlas.core.protocols import Environment
from atlas.core.tasks import Brief, Setup, Target
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.gym.env import CrmEnv
from atlas.environments.crm.gym.telemetry import EpisodeLog
from atlas.errors import ConfigError, VerifierError, WorldError
from tests.environments.crm.gym.episodes import ANSWER, TARGET, TURNS, grade, task
from tests.environments.crm.samples import NORTHWIND

TASKS = tuple(task(f"case-{number}", family) for number, family in enumerate(("deals", "deals", "quotes"), 1))
RIGHT = [{"tool": "reply", "arguments": {"text": turn.reply}} for turn in TARGET.turns]
NOW = "2026-03-02T09:00:00+00:00"

Make = Callable[..., CrmEnv]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[CrmEnv] = []

    def make(environment: Any = None, **settings: Any) -> CrmEnv:
        with_defaults = {"tasks": TASKS, "grade": grade, "now": lambda: NOW, **settings}
        made.append(CrmEnv(environment=environment or CrmEnvironment.memory, **with_defaults))
        return made[-1]

    yield make
    for env in made:
        env.close()


@pytest.mark.parametrize("backend", ["memory", "postgres"])
def test_an_episode(make: Make, backend: str, request: pytest.FixtureRequest) -> None:
    url = None if backend == "memory" else request.getfixturevalue("crm_url")
    env = make(url and (lambda: CrmEnvironment.postgres(url, size=1)))
    for _ in range(2):
        seen, info = env.reset(options={"case_id": "case-2"})
        assert (info["case_id"], seen["task"]["utterance"]) == ("case-2", TURNS[0])
        assert int(seen["crm_summary"]["notes"][0]) == 1, "the world of the episode before is undone"
        note = {"entity_type": "Client", "entity_id": NORTHWIND, "content": "Hello."}
        seen, reward, *over, info = env.step({"tool": "add_note", "arguments": note})
        assert int(seen["crm_summary"]["notes"][0]) == 2
        assert (reward, over, info["drift_notes"]) == (0.0, [False, False], "notes: 1 inserted")
        seen, *_ = env.step(RIGHT[0])
        assert seen["task"]["utterance"] == TURNS[1]
        seen, reward, *over, info = env.step(RIGHT[1])
        assert (reward, over, info["validator_metadata"]["success"]) == (1.0, [True, False], True)


async def test_callers_may_run_in_a_loop(make: Make) -> None:
    env = make()
    env.reset()
    assert env.step(RIGHT[0])[1] == 0.0


def test_truncation(make: Make) -> None:
    env = make(max_steps=2)
    env.reset()
    assert env.step({"tool": 99})[2:4] == (False, False)
    _, reward, terminated, truncated, info = env.step(5)
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert info["validator_metadata"]["error_category"] == "action_decoding_error"


def test_draws_follow_the_seed(make: Make) -> None:
    def drawn(env: CrmEnv, seed: int | None) -> list[str]:
        return [env.reset(seed=seed)[1]["case_id"], *(env.reset()[1]["case_id"] for _ in range(12))]

    env = make(seed=5)
    first = drawn(env, None)
    assert set(first) == {"case-1", "case-2", "case-3"}
    assert drawn(make(seed=5), None) == first
    assert drawn(make(seed=9), 5) == first
    assert drawn(make(seed=9), None) != first


def test_options_choose(make: Make) -> None:
    env = make()
    assert {env.reset(options={"task": "deals"})[1]["case_id"] for _ in range(12)} == {"case-1", "case-2"}
    with pytest.raises(ConfigError, match="no option 'case'"):
        env.reset(options={"case": "case-1"})
    with pytest.raises(ConfigError, match="no task fits"):
        env.reset(options={"case_id": "case-1", "task": "quotes"})


def test_a_step_needs_an_episode(make: Make) -> None:
    env = make()
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(RIGHT[0])
    env.reset()
    for action in RIGHT:
        env.step(action)
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(RIGHT[0])


def test_what_cannot_be_played_is_refused(make: Make) -> None:
    with pytest.raises(ConfigError, match="no tasks"):
        make(tasks=())
    with pytest.raises(ConfigError, match="at least one action"):
        make(max_steps=0)
    long = replace(TASKS[0], brief=replace(TASKS[0].brief, turns=("x" * 10_000,)))
    with pytest.raises(ConfigError, match=r"case-1 has a text of more than 8,192 characters"):
        make(tasks=(long,))


def test_each_finished_episode_is_a_line(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    env = make(log=EpisodeLog(path))
    for case in ("case-1", "case-3"):
        env.reset(options={"case_id": "case-2"})
        env.step(RIGHT[0])
        env.reset(options={"case_id": case})
        assert path.read_text().count("\n") == (case == "case-3"), "what is dropped leaves no line"
        for action in RIGHT:
            env.step(action)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["episode_index"], line["case_id"], line["timestamp"]) for line in lines] == [
        (0, "case-1", NOW),
        (1, "case-3", NOW),
    ]
    assert [line["cumulative_reward"] for line in lines] == [1.0, 1.0]


def test_reasons_are_told_on_the_last_step_only(make: Make) -> None:
    env = make()
    env.reset()
    first, last = (env.step({"tool": "reply", "arguments": {"text": "?"}}) for _ in range(2))
    assert ANSWER not in dumps(first[4])
    assert ANSWER in dumps(last[4])
    assert ANSWER not in repr((first[0], last[0]))
    assert ANSWER not in dumps(env.reset()[1])


def test_a_grader_that_crashes_is_raised_and_pays_nothing(make: Make, tmp_path: Path) -> None:
    async def crash(brief: Brief, trajectory: Trajectory, target: Target) -> tuple[Verdict, ...]:
        raise VerifierError("the verifier crashed")

    env = make(grade=crash, log=EpisodeLog(tmp_path / "episodes.jsonl"))
    env.reset()
    env.step(RIGHT[0])
    with pytest.raises(VerifierError):
        env.step(RIGHT[1])
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(RIGHT[1])
    assert (tmp_path / "episodes.jsonl").read_text() == ""
    assert env.reset()


def test_a_world_that_cannot_be_opened_is_raised(make: Make) -> None:
    env = make(lambda: CrmEnvironment.postgres("postgresql://nobody@127.0.0.1:1/none", size=1))
    with pytest.raises(WorldError, match="cannot connect"):
        env.reset()
    env = make(tasks=(replace(TASKS[0], setup=Setup("2026-03-02", "s")),))
    with pytest.raises(ValueError, match="no offset"):
        env.reset()


def test_close_lets_go_once(make: Make) -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def environment() -> AsyncIterator[Environment]:
        yield CrmEnvironment.memory()
        seen.append("closed")

    env = make(environment)
    env.reset()
    env.close()
    env.close()
    assert seen == ["closed"]
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        env.reset()
    make().close()


def test_gymnasium_is_imported_by_those_who_need_it() -> None:
    everything = "atlas.environments.crm, atlas.environments.crm.gym, atlas.environments.crm.environment"
    code = f"import sys, {everything}, atlas.runs.gym, atlas.cli.main; sys.exit('gymnasium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_gymnasium_it_is_said_how_to_get_it() -> None:
    code = "import sys; sys.modules['gymnasium'] = None; from atlas.runs.gym import register_env; register_env()"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "CrmEnv needs gymnasium, an extra: pip install 'atlas[gym]'" in done.stderr
