"""Which templates' tool calls can be read from plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.errors import TemplateError
from atlas.rollouts.tokens.byte_tokenizer import byte_tokenizer
from atlas.rollouts.tokens.readable_calls import check_tool_calls
from tests.rollouts.samples import SEARCH
from tests.rollouts.tokens.templates import NOW, TEMPLATES, chat_tokenizer


def test_calls_in_tags_are_read() -> None:
    check_tool_calls(byte_tokenizer(NOW), [SEARCH])


@pytest.mark.parametrize("name", TEMPLATES)
def test_all_others_are_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    tokenizer = chat_tokenizer(tmp_path, name)
    if name == "hermes":
        check_tool_calls(tokenizer, [SEARCH])
        return
    with pytest.raises(TemplateError, match=r"does not write tool calls as <tool_call>.*--env.agent code|refuses"):
        check_tool_calls(tokenizer, [SEARCH])
