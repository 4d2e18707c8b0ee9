"""Random conversations with texts that are hard to keep whole."""

from __future__ import annotations

import json
import random

from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from tests.rollouts.tokens.templates import SPECIALS

PIECES = [
    "Hello", " world", "  two  spaces", "\n", "\n\n", "\t", "é", "e\u0301", "日本語", "🏳️‍🌈", "\u202eright",
    "\u200b", "\x00", "\ufeff", "a" * 40, '{"name": "x"}', "<tool_call>", "</tool_call>", "<think>", "</think>",
    "{{ bos_token }}", "{% raise %}", "assistant\n", "user", "0.1", "\\n", '"', "'", "\u2028", "\ufdd0", "[/INST",
    "<|im_", "end|>", " ", "<|im_start|>assistant\n", *SPECIALS,
]  # fmt: skip
NAMES = ["search", "create_quote", "f", "delete-all", "get.rows"]


def text(rng: random.Random, *, calm: bool = False) -> str:
    """A text of up to seven pieces, often empty or with space around it; a calm one is plain words."""
    if calm:
        return " ".join(rng.choices(["Two", "quotes", "are", "open.", "Done"], k=rng.randint(1, 6)))
    made = "".join(rng.choices(PIECES, k=rng.randint(0, 7)))
    return f"{rng.choice(['', '', ' ', chr(10), '  '])}{made}{rng.choice(['', '', ' ', chr(10)])}"


def arguments(rng: random.Random) -> str:
    """The arguments of a call, now and then no JSON object at all."""
    if rng.random() < 0.1:
        return rng.choice(["not json", "[1]", text(rng)])
    values = [text(rng), rng.randint(-9, 9), None, [text(rng)], {"a": text(rng)}, True, 0.5]
    return json.dumps(
        {text(rng) or "key": rng.choice(values) for _ in range(rng.randint(0, 3))},
        ensure_ascii=rng.random() < 0.5,
        indent=rng.choice([None, 1]),
    )


def reply(rng: random.Random, *, calm: bool, thinks: bool) -> str:
    """What an assistant says, with its reasoning before it where it thinks."""
    said = text(rng, calm=calm)
    if thinks and rng.random() < 0.5:
        return f"<think>\n{text(rng, calm=True)}\n</think>\n\n{said.strip()}"
    return said


def conversation(
    rng: random.Random, *, system: bool, tools: int, thinks: bool = False, calm: bool = False
) -> list[Message]:
    """One to four turns. `tools` is the most calls that a message may hold, 0 for no tools at all."""
    messages = [Message("system", text(rng, calm=calm))] if system and rng.random() < 0.7 else []
    count = 0
    for _ in range(rng.randint(1, 4)):
        messages.append(Message("user", text(rng, calm=calm)))
        while tools and rng.random() < 0.4:
            calls = []
            for _ in range(rng.randint(1, tools)):
                count += 1
                calls.append(ToolCall(f"call_{count}", rng.choice(NAMES), arguments(rng)))
            messages.append(Message("assistant", reply(rng, calm=calm, thinks=thinks), tuple(calls)))
            messages += [Message("tool", text(rng, calm=calm), tool_call_id=call.id) for call in calls]
        messages.append(Message("assistant", reply(rng, calm=calm, thinks=thinks)))
    return messages
