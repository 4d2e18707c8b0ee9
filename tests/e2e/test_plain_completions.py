"""`--env.use_chat_completion false`: the template's text over the wire, tokens of what went back and forth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from atlas.core.group import NO_LOSS
from atlas.core.json import JsonObject
from atlas.rollouts.tokens.byte_tokenizer import byte_tokenizer
from tests.e2e.conftest import Atlas
from tests.e2e.plain_server import complete
from tests.model_server import ModelServer, Reply

BYTES = byte_tokenizer(datetime(2026, 3, 2, tzinfo=UTC))
END = "<|im_end|>"


class Wire:
    """A server that remembers prompt and text of each call."""

    def __init__(self) -> None:
        self.went: list[tuple[str, str]] = []

    def __call__(self, body: JsonObject) -> Reply:
        reply = complete(body)
        self.went.append((body["prompt"], reply.text))
        return reply


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def server(wire: Wire) -> Iterator[ModelServer]:
    with ModelServer(wire) as running:
        yield running


def command(server: ModelServer, env: str, *flags: str) -> tuple[str, ...]:
    return (
        *("rollout", "process", env, "--env.data_path_to_save_groups", "g.jsonl", "--env.group_size", "2"),
        *("--env.use_chat_completion", "false", "--env.tokenizer_name", "bytes"),
        *("--openai.model_name", "gpt-4.1-mini", "--openai.base_url", server.url, *flags),
    )


def members(folder: Path) -> list[tuple[list[int], list[int]]]:
    rows = [json.loads(line) for line in (folder / "g.jsonl").read_text().splitlines()]
    return [pair for row in rows for pair in zip(row["tokens"], row["masks"], strict=True)]


def produced(masks: list[int]) -> str:
    return BYTES.decode([mask for mask in masks if mask != NO_LOSS])


def test_tool_calls_travel_as_markup_and_tokens_are_what_was_sent_and_received(
    atlas: Atlas, server: ModelServer, wire: Wire
) -> None:
    done = atlas(*command(server, "crm", "--env.backend", "mock", "--env.total_steps", "4"))
    assert done.returncode == 0, done.stderr
    assert {call.path for call in server.calls} == {"/v1/completions"}
    assert {call.body["max_tokens"] for call in server.calls} == {2048}
    assert all(call.body["stop"][0] == END for call in server.calls)
    assert any("<tool_call>" in text for _, text in wire.went)
    sent = {prompt + text + END: (prompt, text) for prompt, text in wire.went}
    found = members(atlas.folder)
    assert len(found) == 8
    for tokens, masks in found:
        prompt, text = sent[BYTES.decode(tokens)]
        assert produced(masks).endswith(text + END)
        assert len(tokens) == len((prompt + text).encode()) - _saved(prompt) + 1
    # The template spaces a call otherwise than the model did, so a call is not there as it was said; replies are.
    earlier = [text for _, masks in found for text in produced(masks).split(END)[:-2]]
    assert earlier
    assert not any("<tool_call>" in text for text in earlier)
    assert set(earlier) <= {text for _, text in wire.went}


def _saved(text: str) -> int:
    """Bytes that special tokens take less than their text, which is one token each."""
    return sum(text.count(token) * (len(token) - 1) for token in ("<|im_start|>", END))


def test_an_agent_that_writes_code_needs_text_only(atlas: Atlas, server: ModelServer, wire: Wire) -> None:
    (atlas.folder / "data").symlink_to(Path(__file__).parents[2] / "data")
    done = atlas(*command(server, "smolagents", "--env.total_steps", "2"))
    assert done.returncode == 0, done.stderr
    found = members(atlas.folder)
    assert len(found) == 4
    said = {text for _, text in wire.went}
    for tokens, masks in found:
        texts = [text for text in produced(masks).split(END) if text]
        assert len(texts) > 1, "every step's code is in the mask"
        assert set(texts) <= said
        assert any(BYTES.decode(tokens).startswith(prompt + text) for prompt, text in wire.went)
