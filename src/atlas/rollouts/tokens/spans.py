"""Spans: which characters of a rendered conversation the model itself produced.

The place of an assistant's text is known from its runs, and holds when the rendering has exactly that text there.
What a template writes around a tool call (tags, JSON keys) was produced by the model too. Its borders are found by
rendering the message twice, once with a plain reply in its place: what the two have in common at either end was not
produced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.messages import Message
from atlas.core.tools import ToolSpec
from atlas.errors import TemplateError
from atlas.rollouts.tokens.template import ChatTemplate
from atlas.rollouts.tokens.traced import Run, Traced

_PLAIN = "plain reply"
_REQUEST = Message("user", "hi")


@dataclass(frozen=True, slots=True)
class Span:
    """What the model produced in one message: the characters from `start` to `end`, then its stop token.

    `stop` is where that token ends, or `end` where there is none.
    """

    message: int
    start: int
    end: int
    stop: int


class Spans:
    """Finds spans in renderings of one template. `specials` matches a special token, None when there is none."""

    def __init__(self, template: ChatTemplate, specials: re.Pattern[str] | None, eos: str) -> None:
        self._template, self._specials = template, specials
        own = self._stop_of_a_reply()
        self._stops = {eos} - {""} | own
        self.stops = (*sorted(own), *sorted(self._stops - own))
        """The special tokens that can end a reply, that of the template before the tokenizer's own."""

    def find(
        self, rendered: Traced, messages: Sequence[Message], tools: Sequence[ToolSpec], wanted: Sequence[int]
    ) -> list[Span]:
        """The spans of the messages `wanted`, in order. Raises `TemplateError` for what is not there as it was."""
        runs: dict[int, list[Run]] = {}
        for run in rendered.runs:
            runs.setdefault(run.message, []).append(run)
        found = []
        for index in wanted:
            own = runs.get(index, [])
            bounds = _content(rendered, messages[index].content, own, index)
            if messages[index].tool_calls:
                found.append(self._with_calls(rendered, messages, tools, index, own, bounds))
            elif bounds is not None:
                found.append(Span(index, *bounds, self._stop(rendered, bounds[1])))
        return found

    def _with_calls(
        self,
        rendered: Traced,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        index: int,
        runs: Sequence[Run],
        content: tuple[int, int] | None,
    ) -> Span:
        """The span of a message with tool calls: from the first thing it wrote to what closes its last call."""
        _check_calls(messages[index], runs, index)
        hull = _hull(runs, content)
        try:
            # After a request alone, so that a long conversation is not rendered again for every call in it.
            return self._bordered(rendered, index, hull, self._around([_REQUEST, messages[index]]))
        except TemplateError:
            return self._bordered(rendered, index, hull, self._around(messages[: index + 1], tools))

    def _bordered(self, rendered: str, index: int, hull: tuple[int, int], around: tuple[str, str, str]) -> Span:
        (start, end), (before, after, stop) = hull, around
        left, right = start - len(before), end + len(after)
        if left < 0 or rendered[left:start] != before or rendered[end : right + len(stop)] != after + stop:
            raise TemplateError("writes an earlier tool call otherwise than a last one", "rewrites", message=index)
        return Span(index, left, right, right + len(stop) if stop else self._stop(rendered, right))

    def _around(self, messages: Sequence[Message], tools: Sequence[ToolSpec] = ()) -> tuple[str, str, str]:
        """What the template writes for the last message before its first and after its last traced stretch.

        The third is a stop token that only a message with tool calls has, "" where it is that of every reply.
        """
        index = len(messages) - 1
        called = self._template.render(messages, tools)
        plain = self._template.render([*messages[:-1], Message("assistant", _PLAIN)], tools)
        content = _content(called, messages[-1].content, [r for r in called.runs if r.message == index], index)
        start, end = _hull([run for run in called.runs if run.message == index], content)
        reply = _content(plain, _PLAIN, [run for run in plain.runs if run.message == index], index)
        if reply is None:
            raise TemplateError("leaves an assistant's text out", "omits", message=index)
        left = _common_start(called, plain[: reply[0]], index)
        after, tail = called[end:], plain[reply[1] :]
        common = self._common_end(after, tail)
        closing, stop = self._own_stop(after[: len(after) - common], tail[: len(tail) - common], index)
        return called[left:start], closing, stop

    def _own_stop(self, closing: str, plain: str, index: int) -> tuple[str, str]:
        """What closes a message with tool calls, without its stop token where that of a plain reply is another."""
        if not plain.strip():
            return closing, ""
        last = list(self._specials.finditer(closing))[-1:] if self._specials else []
        if last and last[0].end() == len(closing) and self._specials and self._specials.fullmatch(plain.strip()):
            return closing[: last[0].start()], last[0].group()
        raise TemplateError("ends a message with tool calls otherwise than a reply", "rewrites", message=index)

    def _common_end(self, text: str, plain: str) -> int:
        """How many characters at the end of both belong to neither reply, in whole special tokens."""
        pieces = self._cut(plain)
        length = 0
        for piece in reversed(pieces):
            if not text[: len(text) - length].endswith(piece):
                break
            length += len(piece)
        return length

    def _cut(self, text: str) -> list[str]:
        if self._specials is None:
            return list(text)
        pieces: list[str] = []
        at = 0
        for match in self._specials.finditer(text):
            pieces += [*text[at : match.start()], match.group()]
            at = match.end()
        return [*pieces, *text[at:]]

    def _stop(self, rendered: str, end: int) -> int:
        match = self._specials.match(rendered, end) if self._specials else None
        return match.end() if match and match.group() in self._stops else end

    def _stop_of_a_reply(self) -> set[str]:
        """The special token that ends a reply, as the template writes it after a plain one."""
        if self._specials is None:
            return set()
        try:
            rendered = self._template.render([_REQUEST, Message("assistant", _PLAIN)])
        except TemplateError:
            return set()
        match = self._specials.match(rendered, rendered.rfind(_PLAIN) + len(_PLAIN))
        return {match.group()} if match else set()


def _content(rendered: str, content: str, runs: Sequence[Run], index: int) -> tuple[int, int] | None:
    """Where the text of a message stands, None where it had none and left no trace."""
    own = [run for run in runs if run.field == "content"]
    if not content:
        return (own[0].start, own[0].start) if own else None
    if not own:
        raise TemplateError("leaves an assistant's text out", "omits", message=index)
    for run in own:
        start = run.start - run.offset
        end = start + len(content)
        if start >= 0 and rendered.startswith(content, start) and not _borrowed(rendered, start, end, own):
            return start, end
    raise _rewritten(rendered, content, own, index)


def _borrowed(rendered: str, start: int, end: int, runs: Sequence[Run]) -> bool:
    """Whether space around a text is the template's own, which stands where trimmed space of the text would."""
    inside = [run for run in runs if start <= run.start and run.end <= end]
    before, after = rendered[start : inside[0].start], rendered[max(run.end for run in inside) : end]
    return any(text and not text.strip() for text in (before, after))


def _rewritten(rendered: str, content: str, runs: Sequence[Run], index: int) -> TemplateError:
    """What a template did to a text that it does not write as it was."""
    kept = "".join(rendered[run.start : run.end] for run in runs)
    if kept.strip() == content.strip():
        return TemplateError("trims the space around an assistant's text", "trims", message=index)
    # Nothing may be left: a model that thinks and then calls a tool gives no answer beside its reasoning.
    if content.rstrip().endswith(kept.strip()):
        return TemplateError(
            "drops what an assistant wrote before its answer (its reasoning)", "strips", message=index
        )
    return TemplateError("does not write an assistant's text as it was", "rewrites", message=index)


def _check_calls(message: Message, runs: Sequence[Run], index: int) -> None:
    written = {run.field for run in runs}
    for number, call in enumerate(message.tool_calls):
        needed = {f"call.{number}.name"} | (
            {f"call.{number}.arguments"} if call.arguments.strip("{} \n\t") else set()
        )
        if not needed <= written:
            raise TemplateError("does not write tool calls", "no_tool_calls", message=index)


def _hull(runs: Sequence[Run], content: tuple[int, int] | None) -> tuple[int, int]:
    """From the first to the last stretch of a message; of an empty text only the calls count."""
    calls = [(run.start, run.end) for run in runs if run.field != "content"]
    places = [*calls, content] if content and content[0] < content[1] else calls
    return min(start for start, _ in places), max(end for _, end in places)


def _common_start(called: str, plain: str, index: int) -> int:
    """Where the two part. A template may put a space before a plain reply, and nothing else."""
    length = next((n for n, (a, b) in enumerate(zip(called, plain, strict=False)) if a != b), len(plain))
    if plain[length:].strip():
        raise TemplateError("begins a message with tool calls otherwise than a reply", "rewrites", message=index)
    return length
