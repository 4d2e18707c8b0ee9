from __future__ import annotations

import pytest

from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from atlas.errors import TemplateError, TokenizerError
from atlas.rollouts.tokens.template import ChatTemplate
from tests.rollouts.samples import SEARCH
from tests.rollouts.tokens.templates import NOW

MESSAGES = [
    Message("user", "hi "),
    Message("assistant", "", (ToolCall("c1", "search", '{"q": "é", "n": 1}'),)),
    Message("tool", "[]", tool_call_id="c1"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ messages[0].content | trim }}", "hi"),
        ("{% set x %}[{{ messages[0].content }}]{% endset %}{{ x | trim }}", "[hi ]"),
        ("{% macro m(c) %}<{{ c }}>{% endmacro %}{{ m(messages[0].content) ~ '!' }}", "<hi >!"),
        ("{{ [messages[0].content, 'x'] | join('-') }}", "hi -x"),
        ("{{ messages | map(attribute='content') | join(',') }}", "hi ,,[]"),
        (
            "{{ messages[1].tool_calls[0].function | tojson }}",
            '{"name": "search", "arguments": {"q": "é", "n": 1}}',
        ),
        ("{{ messages[1].tool_calls[0].function.arguments | tojson(indent=1) }}", '{\n "q": "é",\n "n": 1\n}'),
        ("{{ messages[2].name }} {{ messages[2].tool_call_id }}", "search c1"),
        ("{{ tools[0].function.name }} {{ bos_token }} {{ strftime_now('%Y') }}", "search <s> 2026"),
        ("{% for m in messages %}{% if loop.index == 2 %}{% break %}{% endif %}{{ m.role }}{% endfor %}", "user"),
        ("{{ add_generation_prompt }} {{ documents is none }}", "False True"),
    ],
)
def test_templates_find_what_the_usual_libraries_give_them(text: str, expected: str) -> None:
    rendered = ChatTemplate(text, {"bos_token": "<s>"}, NOW).render(MESSAGES, (SEARCH,))
    assert str.__str__(rendered) == expected


def test_every_text_and_call_can_be_found_again() -> None:
    each = "{{ m.role + ':' + m.content }}{{ m.tool_calls | tojson if m.tool_calls }};"
    text = f"{{% for m in messages %}}{each}{{% endfor %}}"
    rendered = ChatTemplate(text, {}, NOW).render(MESSAGES)
    found = {(run.message, run.field): rendered[run.start : run.end] for run in rendered.runs}
    assert found[0, "content"] == "hi "
    assert found[1, "content"] == ""
    assert found[1, "call.0.name"] == found[1, "call.0.arguments"]
    assert found[1, "call.0.name"].startswith('[{"id": "c1", "type": "function"')
    assert found[2, "content"] == "[]"


def test_arguments_that_are_no_object_stay_text() -> None:
    messages = [Message("assistant", "", (ToolCall("c", "f", "no json"),))]
    text = "{% set a = messages[0].tool_calls[0].function.arguments %}{{ a if a is string else a | tojson }}"
    assert ChatTemplate(text, {}, NOW).render(messages) == "no json"


def test_a_template_that_wants_arguments_as_text_gets_them() -> None:
    text = "{{ messages[1].tool_calls[0].function.name + ' ' + messages[1].tool_calls[0].function.arguments }}"
    assert ChatTemplate(text, {}, NOW).render(MESSAGES) == 'search {"q": "é", "n": 1}'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{ raise_exception('no tools here') }}", "refuses the conversation: no tools here"),
        ("{{ messages[0].content + 1 }}", "refuses the conversation"),
        ("{{ messages.append(1) }}", "refuses the conversation: access to attribute 'append'"),
        ("{{ messages[0].content.__class__ }}{{ x() }}", "refuses the conversation"),
    ],
)
def test_what_a_template_refuses_or_may_not_do_is_an_error(text: str, sentence: str) -> None:
    with pytest.raises(TemplateError, match=sentence) as refusal:
        ChatTemplate(text, {}, NOW).render(MESSAGES)
    assert refusal.value.trait == "refuses"


def test_a_template_that_is_none_is_named() -> None:
    with pytest.raises(TokenizerError, match="the chat template cannot be compiled"):
        ChatTemplate("{% for %}", {}, NOW)
