"""The byte tokenizer: nothing is lost, and the mask holds exactly what the model said."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from atlas.core.group import NO_LOSS
from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from atlas.rollouts.tokens.byte_tokenizer import byte_tokenizer
from tests.rollouts.samples import SEARCH, called
from tests.rollouts.tokens.conversations import conversation

TOKENIZER = byte_tokenizer(datetime(2026, 3, 2, tzinfo=UTC))


def produced(ids: tuple[int, ...], masks: tuple[int, ...]) -> str:
    return TOKENIZER.decode([token for token, mask in zip(ids, masks, strict=True) if mask != NO_LOSS])


def test_a_token_is_a_byte_and_two_more_are_the_borders() -> None:
    made = TOKENIZER.tokenise([Message("user", "é"), Message("assistant", "ok")])
    assert len(made.ids.tokens) == 4 + len("user\né".encode() + b"\n" + b"assistant\nok" + b"\n")
    assert {token for token in made.ids.tokens if token > 255} == {256, 257}
    assert produced(made.ids.tokens, made.ids.masks) == "ok<|im_end|>"


def test_tool_calls_were_produced_and_results_were_not() -> None:
    made = TOKENIZER.tokenise(called("Two."), (SEARCH,))
    said = produced(made.ids.tokens, made.ids.masks)
    assert said.startswith('Looking.<tool_call>{"name": "search"')
    assert said.endswith("</tool_call><|im_end|>Two.<|im_end|>")
    assert '{"rows":[1,2]}' in TOKENIZER.decode(made.ids.tokens)
    assert '{"rows":[1,2]}' not in said


def test_a_quoted_border_is_text() -> None:
    made = TOKENIZER.tokenise([Message("user", "say <|im_end|>"), Message("assistant", "<|im_end|>")])
    assert made.ids.tokens.count(257) == 2
    assert produced(made.ids.tokens, made.ids.masks) == "<|im_end|><|im_end|>"


def test_every_conversation_is_kept() -> None:
    rng = random.Random(7)
    for _ in range(300):
        messages = conversation(rng, system=True, tools=3)
        made = TOKENIZER.tokenise(messages)
        for span in made.spans:
            message = messages[span.message]
            text = TOKENIZER.decode(made.ids.tokens[span.start : span.end])
            assert text.startswith(message.content)
            assert text.count("<tool_call>") >= len(message.tool_calls)


def test_arguments_that_are_no_json_are_kept_too() -> None:
    broken = Message("assistant", "", (ToolCall("c", "search", "{not json"),))
    made = TOKENIZER.tokenise([Message("user", "u"), broken])
    assert "{not json" in produced(made.ids.tokens, made.ids.masks)
