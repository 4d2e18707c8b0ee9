"""What token ids with exact masks cost, against rendering a conversation and encoding it in one go without masks.

    python benchmarks/tokenisation.py

Conversations of an agent that calls a tool in every other message, in a template with tool calls in tags.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from atlas.core.wire_messages import chat_messages
from atlas.rollouts.tokens.loader import load_tokenizer

ROUNDS = 15
STEPS = (2, 10, 50)
WORDS = "the quote of this client was accepted and its amount is 1,500.00 while another opportunity stays open "
TEMPLATE = """{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content }}
{%- for call in m.tool_calls %}
{{- '\\n<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}{{ call.function.arguments | tojson }}
{{- '}\\n</tool_call>' }}{% endfor %}{{ '<|im_end|>\\n' }}{% endfor %}"""


def trained() -> Tokenizer:
    """A byte-level BPE over the words of the benchmark."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    specials = ["<|im_start|>", "<|im_end|>"]
    tokenizer.train_from_iterator(
        [WORDS, TEMPLATE],
        trainers.BpeTrainer(special_tokens=specials, initial_alphabet=alphabet, show_progress=False),
    )
    return tokenizer


def conversation(steps: int) -> list[Message]:
    """A request, `steps` calls with their results, and an answer."""
    messages = [Message("system", WORDS * 3), Message("user", WORDS)]
    for number in range(steps):
        call = ToolCall(f"call_{number}", "search_quotes", json.dumps({"name": WORDS[:20], "limit": number}))
        messages += [Message("assistant", "Looking.", (call,)), Message("tool", WORDS * 4, tool_call_id=call.id)]
    return [*messages, Message("assistant", WORDS)]


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    tokenizer = trained()
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save(f"{folder}/tokenizer.json")
        Path(folder, "chat_template.jinja").write_text(TEMPLATE)
        exact = load_tokenizer(folder, datetime.now(UTC))
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = json.dumps
    template = environment.from_string(TEMPLATE)
    print("messages  tokens   render + encode   with masks   ratio")
    for steps in STEPS:
        messages = conversation(steps)

        def floor(messages: list[Message] = messages) -> list[int]:
            return tokenizer.encode(template.render(messages=chat_messages(messages)), add_special_tokens=False).ids

        def ours(messages: list[Message] = messages) -> object:
            return exact.tokenise(messages)

        ids = exact.tokenise(messages).ids.tokens
        assert list(ids) == floor(), "the ids are those of the whole rendering"
        pairs = [(milliseconds(floor), milliseconds(ours)) for _ in range(ROUNDS)]
        plain, masked = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"{len(messages):8}{len(ids):8}{plain:15.2f} ms{masked:10.2f} ms{ratio:7.1f}x")


if __name__ == "__main__":
    main()
