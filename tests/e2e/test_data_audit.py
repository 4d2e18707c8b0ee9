"""`atlas crm audit-data` and `atlas crm generate --paraphrase` as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas.core.json import JsonObject, dumps, loads_object
from tests.e2e.conftest import Atlas
from tests.model_server import Handler, ModelServer, Reply

SHARED = Path(__file__).parents[3] / "shared" / "data" / "reference_conversations.jsonl"
SHIPPED = Path(__file__).parents[2] / "data" / "conversations" / "dev.jsonl"


def test_the_shipped_conversations_pass(atlas: Atlas) -> None:
    done = atlas("crm", "audit-data", SHIPPED, "--output", "audit.json")
    assert done.returncode == 0, done.stdout
    assert "meets every requirement that applies to it" in done.stdout
    written = json.loads((atlas.folder / "audit.json").read_text())
    assert written["passed"] is True
    assert written["audit"]["figures"]["conversations"] == 100


def test_of_a_benchmark_more_is_asked(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    path = dataset()
    assert atlas("crm", "audit-data", path).returncode == 0
    done = atlas("crm", "audit-data", path, "--benchmark")
    assert done.returncode == 1
    assert "distinct when masked" in done.stdout


@pytest.mark.skipif(not SHARED.exists(), reason=f"the older public conversations are not at {SHARED}")
def test_the_published_conversations_fail_with_row_numbers(atlas: Atlas) -> None:
    short, full = atlas("crm", "audit-data", SHARED), atlas("crm", "audit-data", SHARED, "--all")
    assert (short.returncode, full.returncode) == (1, 1)
    assert "line 1, turn 1: the user says {stage}, a placeholder nobody filled in" in short.stdout
    assert "and 26 more (--all shows them)" in short.stdout
    assert "--all shows them" not in full.stdout
    assert full.stdout.count("a placeholder nobody filled in") == 36


def test_unreadable_input_is_refused(atlas: Atlas) -> None:
    assert "there is no such file" in atlas.refused("crm", "audit-data", "nowhere.jsonl")
    (atlas.folder / "notes.txt").write_text("hello\n")
    assert "no line is a conversation" in atlas.refused("crm", "audit-data", "notes.txt")


def wording(change: Callable[[str], str]) -> Handler:
    """A model that rewrites as told."""

    def answer(body: JsonObject) -> Reply:
        said = loads_object(body["messages"][1]["content"])["utterance"]
        return Reply(dumps({"utterance": change(said)}))

    return answer


def paraphrase(atlas: Atlas, handler: Handler, *more: str) -> tuple[int, str, str]:
    with ModelServer(handler) as server:
        done = atlas(
            *("crm", "generate", "--seed", "5", "--count", "5", "--output", "out/new.jsonl"),
            *("--paraphrase", "gpt-4.1-mini", "--api-base", server.url, *more),
        )
        assert {body["temperature"] for body in server.requests} <= {0.7}
    return done.returncode, done.stdout, done.stderr


def rows(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_good_wordings_are_kept_and_recorded(atlas: Atlas) -> None:
    code, out, error = paraphrase(atlas, wording(lambda said: f"When you have a minute - {said}"))
    assert code == 0, error
    assert atlas("crm", "generate", "--seed", "5", "--count", "5", "--output", "plain.jsonl").returncode == 0
    new, plain = rows(atlas.folder / "out/new.jsonl"), rows(atlas.folder / "plain.jsonl")
    turns = sum(len(row["turns"]) for row in plain)
    assert f"{turns} of {turns} utterances were replaced" in out
    for one, other in zip(new, plain, strict=True):
        assert one["cumulative_context"]["paraphrased_by"] == "gpt-4.1-mini"
        for turn, old in zip(one["turns"], other["turns"], strict=True):
            assert turn.pop("user_utterance") == f"When you have a minute - {old.pop('user_utterance')}"
            assert turn == old
    assert atlas("crm", "audit-data", "out/new.jsonl").returncode == 0


@pytest.mark.parametrize(
    ("handler", "reason"),
    [(wording(lambda said: f"{said} For $5."), "numbers added"), (lambda body: Reply("sure!"), "no usable reply")],
    ids=["bad", "garbage"],
)
def test_bad_wordings_leave_the_plain_dataset(atlas: Atlas, handler: Handler, reason: str) -> None:
    code, out, error = paraphrase(atlas, handler)
    assert code == 0, error
    assert atlas("crm", "generate", "--seed", "5", "--count", "5", "--output", "plain.jsonl").returncode == 0
    assert (atlas.folder / "out/new.jsonl").read_bytes() == (atlas.folder / "plain.jsonl").read_bytes()
    assert "0 of " in out
    assert reason in out


def test_an_outage_writes_nothing(atlas: Atlas) -> None:
    code, _, error = paraphrase(atlas, lambda body: Reply(status=401, error="no such key"))
    assert code == 1
    assert "gpt-4.1-mini failed" in error
    assert not (atlas.folder / "out").exists()


def test_offline_there_is_nobody_to_ask(atlas: Atlas) -> None:
    said = atlas.refused("crm", "generate", "--output", "x.jsonl", "--paraphrase", "m", ATLAS_OFFLINE_MODE="1")
    assert "--paraphrase needs a language model" in said
