"""The environment made from the shipped conversations: what it pays, what it tells, and what its page says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote, urlsplit

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

from atlas.core.json import JsonObject, JsonValue, dumps, to_json
from atlas.core.references import resolve
from atlas.core.tasks import Task
from atlas.core.tools import ToolCall
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.gym.env import CrmEnv
from atlas.errors import ConfigError, DatasetError
from atlas.runs.gym import load_tasks, make_env, register_env

ROOT = Path(__file__).parents[2]
DATASET = ROOT / "data" / "conversations" / "dev.jsonl"
PAGE = ROOT / "docs" / "crm-gym.md"


@pytest.fixture(params=["mock", "postgres"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the two, PostgreSQL through the variables that name one's own server."""
    if request.param == "postgres":
        url = request.getfixturevalue("crm_url")
        parts = urlsplit(url)
        monkeypatch.setenv("DB_HOST", parts.hostname or "")
        monkeypatch.setenv("DB_PORT", str(parts.port))
        monkeypatch.setenv("DB_USER", unquote(parts.username or ""))
        monkeypatch.setenv("DB_PASSWORD", unquote(parts.password or ""))
        monkeypatch.setenv("DB_NAME", parts.path.lstrip("/"))
        monkeypatch.setenv("STORAGE__DATABASE_URL", url)
    return str(request.param)


def reply(text: str) -> JsonObject:
    return {"tool": "reply", "arguments": {"text": text}}


class Oracle:
    """The actions of the reference solution, one after the other; it is told what each gave."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._results: dict[int, JsonValue] = {}
        self._turn = 0

    def actions(self) -> Iterator[JsonObject]:
        for turn in self._task.target.turns:
            self._turn += 1
            for call in turn.calls:
                yield {"tool": call.tool, "arguments": resolve(call.arguments, self._results)}
            yield reply(turn.reply)

    def saw(self, observation: Any) -> None:
        if observation["last_tool"]["result"]:
            self._results[self._turn] = json.loads(observation["last_tool"]["result"])


def play(env: CrmEnv, task: Task) -> float:
    """What the reference solution is paid, all steps together."""
    env.reset(options={"case_id": task.task_id})
    oracle, paid = Oracle(task), 0.0
    for action in oracle.actions():
        seen, reward, terminated, truncated, _ = env.step(action)
        oracle.saw(seen)
        paid += reward
    assert terminated
    assert not truncated
    return paid


def test_the_checker_of_gymnasium_finds_nothing(backend: str) -> None:
    made = gymnasium.make(register_env(), dataset=DATASET, split="test", backend=backend)
    with closing(made.unwrapped) as env:
        check_env(env)


def test_the_reference_solution_is_paid_in_full(backend: str) -> None:
    tasks = load_tasks(DATASET, "test")[: None if backend == "mock" else 8]
    with closing(make_env(DATASET, "test", backend)) as env:  # type: ignore[arg-type]
        assert {task.task_id: play(env, task) for task in tasks} == {task.task_id: 1.0 for task in tasks}


def writes(task: Task, random: Random) -> Iterator[JsonObject]:
    """Valid writes that have nothing to do with any request."""
    content, number = task.setup.content, random.randrange(10**6)
    client, deal = random.choice(sorted(content["clients"])), random.choice(sorted(content["opportunities"]))
    everything: list[tuple[str, JsonObject]] = [
        ("create_new_client", {"name": f"Acme {number}", "email": f"a{number}@acme.test", "status": "Active"}),
        ("create_new_contact", {"first_name": "Ada", "last_name": f"Smith {number}", "client_id": client}),
        ("modify_client", {"client_id": client, "address": f"{number} Elm Street"}),
        ("modify_opportunity", {"opportunity_id": deal, "notes": f"note {number}"}),
        ("create_quote", {"opportunity_id": deal, "amount": 1000 + number, "status": "Draft"}),
        ("create_contract", {"client_id": client, "value": 1000 + number}),
        ("add_note", {"entity_type": "Client", "entity_id": client, "content": f"note {number}"}),
        ("upload_document", {"entity_type": "Client", "entity_id": client, "file_name": f"file{number}.pdf"}),
        ("clone_opportunity", {"opportunity_id": deal}),
    ]
    for tool, arguments in random.sample(everything, k=3):
        yield {"tool": tool, "arguments": arguments}


def test_valid_writes_that_nobody_asked_for_are_paid_nothing() -> None:
    tasks, random = load_tasks(DATASET), Random(42)
    assert len(tasks) >= 50
    with closing(make_env(DATASET, reward_config={"verifier_reward_weight": 1.0})) as env:
        for task in tasks:
            env.reset(options={"case_id": task.task_id})
            carried_out, paid, over = 0, 0.0, False
            for action in writes(task, random):
                *_, info = env.step(action)
                carried_out += info["validator_metadata"]["success"]
            while not over:
                _, reward, over, _, info = env.step(reply("That is done."))
                paid += reward
            assert carried_out, "nothing was written, so nothing was tried"
            assert (paid, info["validator_metadata"]["success"]) == (0.0, False), task.task_id


def strings(value: JsonValue) -> Iterator[str]:
    """Every text inside a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def texts(value: Any) -> str:
    """Everything that an observation or an info says, in lower case."""
    return repr(value).lower()


async def test_nothing_of_the_target_is_seen_before_the_end() -> None:
    """Not the target, nor a later request: what is not in the world, was not said and did not come of it."""
    hidden, crm = 0, CrmEnvironment.memory()
    fixed = texts([CrmEnvironment.specs])
    with closing(make_env(DATASET, "test")) as env:
        for task in load_tasks(DATASET, "test"):
            secrets = {text.lower() for text in strings(to_json([task.target, task.brief.turns])) if len(text) > 3}
            seen, info = env.reset(options={"case_id": task.task_id})
            known = fixed + texts([task.setup.content, task.task_id, task.brief.family, task.brief.instructions])
            known += texts(task.brief.turns[0])
            oracle, turn = Oracle(task), 1
            async with crm.open(task.setup) as world:
                for action in oracle.actions():
                    unseen = {secret for secret in secrets if repr(secret)[1:-1] not in known}
                    assert {secret for secret in unseen if repr(secret)[1:-1] in texts([seen, info])} == set()
                    hidden += len(unseen)
                    known += texts(action)
                    if action["tool"] == "reply":
                        turn += 1
                        known += texts(task.brief.turns[turn - 1 : turn])
                    else:
                        known += texts(await world.call(ToolCall("c", action["tool"], dumps(action["arguments"]))))
                    seen, *_, info = env.step(action)
                    oracle.saw(seen)
    assert hidden > 1000, "there was something to hide"


def test_wrong_replies_are_told_why_at_the_end_only() -> None:
    with closing(make_env(DATASET, "test")) as env:
        for task in load_tasks(DATASET, "test")[:10]:
            env.reset(options={"case_id": task.task_id})
            *earlier, last = [env.step(reply("I am not sure."))[4] for _ in task.brief.turns]
            assert all(not info["verifier"] and info["tool_correct"] is None for info in earlier)
            names = [verifier["name"] for verifier in last["verifier"]]
            assert names == ["structured", "reply_facts", "tool_calls"]
            assert all(verifier["rationale"] for verifier in last["verifier"])
            assert not last["validator_metadata"]["success"]


def test_refusals_can_be_left_out(tmp_path: Path) -> None:
    kept = load_tasks(DATASET, include_negative_cases=False)
    assert 0 < len(kept) < len(load_tasks(DATASET))
    assert all(turn.refusal is None for task in kept for turn in task.target.turns)
    with closing(make_env(DATASET, include_negative_cases=False)) as env:
        left_out = {task.task_id for task in load_tasks(DATASET)} - {task.task_id for task in kept}
        with pytest.raises(ConfigError, match="no task fits"):
            env.reset(options={"case_id": min(left_out)})


def test_wrong_input_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"reward_config: succes: Extra inputs"):
        make_env(DATASET, reward_config={"succes": 1.0})
    with pytest.raises(ConfigError, match="unknown verifier 'structure'"):
        make_env(DATASET, verifiers=("structure",))
    with pytest.raises(DatasetError, match="split 'holdout'"):
        make_env(DATASET, "holdout")
    with pytest.raises(DatasetError, match="no such file"):
        make_env(tmp_path / "missing.jsonl")


def test_rows_that_cannot_be_used_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "some.jsonl"
    first, second = (json.loads(line) for line in DATASET.read_text().splitlines()[:2])
    second["turns"][0]["expected_response"]["requires_judge"] = True
    path.write_text(f"{json.dumps(first)}\n{{}}\n{json.dumps(second)}\n")
    assert [task.task_id for task in load_tasks(path)] == [first["conversation_id"]]
    said = capsys.readouterr().err
    assert f"{path}: line 2:" in said
    assert f"{path}: {second['conversation_id']}: only a judge could grade it" in said


def test_several_at_once() -> None:
    envs = gymnasium.make_vec(register_env(), num_envs=2, vectorization_mode="sync", dataset=DATASET, split="test")
    with closing(envs):
        seen, _ = envs.reset(seed=3)
        assert all(seen["task"]["utterance"])
        envs.action_space.seed(1)
        _, rewards, *_ = envs.step(envs.action_space.sample())
        assert rewards.tolist() == [0.0, 0.0]


def test_the_page_prints_what_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text()
    code, said = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("python", "text"))
    assert len(code) == len(said) == 2
    for snippet, output in zip(code, said, strict=True):
        exec(compile(snippet, PAGE.name, "exec", dont_inherit=True), {})
        assert capsys.readouterr().out == output
    assert (tmp_path / "episodes.jsonl").read_text().count("\n") == 40
