from __future__ import annotations

import re
from dataclasses import replace

import pytest

from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from atlas.errors import TemplateError
from atlas.rollouts.tokens.spans import Span, Spans
from atlas.rollouts.tokens.template import ChatTemplate
from tests.rollouts.tokens.templates import NOW

SPECIALS = re.compile(r"<\w+>")
CALLED = [Message("user", "u"), Message("assistant", "", (ToolCall("c", "f", '{"a": 1}'),))]
ROLE = "{% for m in messages %}<go>{{ m.role }}:"


def find(
    template: str, messages: list[Message], specials: re.Pattern[str] | None = SPECIALS
) -> list[tuple[str, str]]:
    made = ChatTemplate(template, {}, NOW)
    rendered = made.render(messages)
    wanted = [index for index, message in enumerate(messages) if message.role == "assistant"]
    spans = Spans(made, specials, "<eos>").find(rendered, messages, (), wanted)
    return [(rendered[span.start : span.end], rendered[span.end : span.stop]) for span in spans]


def test_a_stop_token_follows_a_span_where_a_reply_is_ended_by_one() -> None:
    messages = [
        Message("user", "u"),
        Message("assistant", "one"),
        Message("user", "u"),
        Message("assistant", "two"),
    ]
    assert find(ROLE + "{{ m.content }}<stop>{% endfor %}", messages) == [("one", "<stop>"), ("two", "<stop>")]
    # The token that begins the next message ends none.
    assert find(ROLE + "{{ m.content }}{% endfor %}", messages) == [("one", ""), ("two", "")]
    assert find(ROLE + "{{ m.content }}<stop>{% endfor %}", messages, None) == [("one", ""), ("two", "")]


def test_what_is_written_around_calls_was_produced() -> None:
    calls = (
        "{{ m.content }}{% if m.tool_calls %}{% set call = m.tool_calls[0].function %}"
        "<call>{{ call.name }}({{ call.arguments | tojson }})</call>{% endif %}<stop>\n{% endfor %}"
    )
    assert find(ROLE + calls, CALLED) == [('<call>f({"a": 1})</call>', "<stop>")]
    other = calls.replace("</call>{% endif %}<stop>", "</call><handover>{% else %}<stop>{% endif %}")
    assert find(ROLE + other, CALLED) == [('<call>f({"a": 1})</call>', "<handover>")]


@pytest.mark.parametrize(
    ("template", "trait"),
    [
        (ROLE + "{{ m.content | upper }}{% endfor %}", "omits"),
        (ROLE + "{{ m.content[1:] }}{% endfor %}", "strips"),
        (ROLE + "\n{{ m.content | trim }}\n{% endfor %}", "trims"),
        (ROLE + " {{ m.content | trim }} {% endfor %}", "trims"),
        (ROLE + "{{ m.content[:2] }}{% endfor %}", "rewrites"),
        (ROLE + "{{ m.content | replace('e', 'E') }}{% endfor %}", "rewrites"),
    ],
)
def test_a_text_that_is_not_there_as_it_was_is_named(template: str, trait: str) -> None:
    # Where the template puts space of its own, it must not pass for that of the text.
    said = "\none e\n" if "\n{{" in template else " one e " if " {{" in template else "one e"
    with pytest.raises(TemplateError) as refusal:
        find(template, [Message("assistant", said)])
    assert (refusal.value.trait, refusal.value.message) == (trait, 0)


def test_reasoning_with_nothing_after_it_is_stripped_too() -> None:
    """A model that thinks and then calls a tool: what a template leaves of its text is nothing."""
    template = ROLE + "{{ m.content.split('</think>')[-1] }}{{ m.tool_calls | tojson if m.tool_calls }}{% endfor %}"
    thought = [replace(each, content="<think>Hm.</think>") if each.tool_calls else each for each in CALLED]
    with pytest.raises(TemplateError, match=r"its reasoning") as refusal:
        find(template, thought)
    assert (refusal.value.trait, refusal.value.message) == ("strips", 1)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ m.content }}{{ m.tool_calls[0].function.name if m.tool_calls }}", "does not write tool calls"),
        (
            "{% if m.tool_calls %}{{ m.tool_calls | tojson }}{% else %}said {{ m.content }}{% endif %}",
            "begins a message with tool calls otherwise than a reply",
        ),
        (
            "{% if m.tool_calls %}{{ m.tool_calls | tojson }}{% else %}{{ m.content }} said{% endif %}",
            "ends a message with tool calls otherwise than a reply",
        ),
        (
            "{% if m.tool_calls %}{{ 1 if loop.last }}{{ m.tool_calls | tojson }}{% endif %}{{ m.content }}",
            "writes an earlier tool call otherwise than a last one",
        ),
    ],
)
def test_calls_whose_borders_cannot_be_told_are_refused(template: str, sentence: str) -> None:
    later = [*CALLED, Message("tool", "r", tool_call_id="c"), Message("assistant", "x")]
    with pytest.raises(TemplateError, match=sentence) as refusal:
        find(ROLE + template + "\n{% endfor %}", later)
    assert refusal.value.message == 1


def test_a_message_that_left_no_trace_has_no_span() -> None:
    template = ROLE + "{% if m.content %}{{ m.content }}{% endif %}<stop>{% endfor %}"
    assert find(template, [Message("assistant", "")]) == []
    assert find(ROLE + "{{ m.content }}<stop>{% endfor %}", [Message("assistant", "")]) == [("", "<stop>")]


def test_spans_are_places_in_the_rendering() -> None:
    made = ChatTemplate(ROLE + "{{ m.content }}<stop>{% endfor %}", {}, NOW)
    messages = [Message("assistant", "one")]
    found = Spans(made, SPECIALS, "").find(made.render(messages), messages, (), [0])
    assert found == [Span(0, 14, 17, 23)]
