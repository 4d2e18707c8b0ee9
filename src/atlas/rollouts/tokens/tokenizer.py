"""A tokenizer with its chat template: conversations as token ids and a mask of what the model produced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from atlas.core.group import NO_LOSS, Exchange, Group, Member, TokenIds
from atlas.core.messages import FinishReason, Message
from atlas.core.tools import ToolSpec
from atlas.errors import TemplateError, TokenizerError
from atlas.rollouts.tokens.exchanges import Piece, pieces
from atlas.rollouts.tokens.spans import Span, Spans
from atlas.rollouts.tokens.template import ChatTemplate
from atlas.rollouts.tokens.traced import Traced

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Trained: TypeAlias = Literal["all", "last"]
"""Which of an assistant's messages count as produced: all of them, or the last alone."""


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """The tokens of one message that the model produced: from `start` to `end` text and calls, then its stop token.

    `stop` is `end` where there is no stop token, else `end + 1`.
    """

    message: int
    start: int
    end: int
    stop: int


@dataclass(frozen=True, slots=True)
class Tokenised:
    """A conversation as token ids, and where in them the model's own messages stand."""

    ids: TokenIds
    spans: tuple[TokenSpan, ...]


class ChatTokenizer:
    """Tokenises conversations as a model would have read and written them.

    `tokenizer` finds special tokens in text, `literal` is the same without that: a message that quotes a special
    token gets the ids of its characters. `eos` is the text of the end token, "" where there is none.
    """

    def __init__(self, tokenizer: Tokenizer, literal: Tokenizer, template: ChatTemplate, eos: str) -> None:
        self._tokenizer, self._literal, self._template = tokenizer, literal, template
        added = [token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special]
        longest_first = sorted(added, key=len, reverse=True)
        self._specials = re.compile("|".join(map(re.escape, longest_first))) if added else None
        self._spans = Spans(template, self._specials, eos)
        self._takes_system = self._renders([Message("system", "s"), Message("user", "u")])

    def tokenise(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        *,
        trained: Trained = "all",
        finish_reason: FinishReason = "stop",
    ) -> Tokenised:
        """The ids, the mask, and the spans: decoding one gives exactly that message's text and tool calls.

        A stop token after a message was produced too and is in the mask, unless the last message was cut off
        ("length"): then the sequence ends with it. For a template without a system role the system text goes before
        the first user message. Raises `TemplateError` where template or tokenizer does not keep what was said.
        """
        folded = self._folded(messages)
        own = [index for index, message in enumerate(folded) if message.role == "assistant"]
        wanted = own if trained == "all" else own[-1:]
        rendered = self._template.render(folded, tools)
        shift = len(messages) - len(folded)
        try:
            spans = self._spans.find(rendered, folded, tools, wanted)
        except TemplateError as error:
            if error.message is None or not shift:
                raise
            raise TemplateError(error.reason, error.trait, message=error.message + shift) from error
        if finish_reason == "length" and spans and spans[-1].message == own[-1]:
            rendered = rendered.cut(0, spans[-1].end)
            spans[-1] = replace(spans[-1], stop=spans[-1].end)
        return self._encode(rendered, spans, shift)

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts of the special tokens that can end a reply, the usual one first."""
        return self._spans.stops

    def prompt(self, messages: Sequence[Message], tools: Sequence[ToolSpec] = ()) -> str:
        """The text that the model's next reply continues.

        Raises `TemplateError` where the template does not take the conversation, and where a message quotes a
        special token: who reads the text cannot tell it from one of the template's own.
        """
        rendered = self._template.render(self._folded(messages), tools, generation_prompt=True)
        if quoting := self._quoting(rendered):
            start, end = quoting[0]
            quoted = self._specials.search(rendered, start, end) if self._specials else None
            token = quoted.group() if quoted else rendered[start:end]
            raise TemplateError(
                f"has no plain text for a message that quotes the special token {token}: it would begin or end one",
                "quotes",
            )
        return str.__str__(rendered)

    def tokenise_exchanges(self, exchanges: Sequence[Exchange]) -> TokenIds:
        """The ids and the mask of plain completions, exactly of what was sent and received.

        Raises `TemplateError` where the tokenizer does not keep what the model said.
        """
        tokens: list[int] = []
        masks: list[int] = []
        for piece in pieces(exchanges, self.stops):
            ids = self._plain_ids(piece)
            if piece.literal:
                self._check(ids, piece.text)
            tokens += ids
            masks += ids if piece.produced else [NO_LOSS] * len(ids)
        return TokenIds(tuple(tokens), tuple(masks))

    def count(self, messages: Sequence[Message], tools: Sequence[ToolSpec] = ()) -> int:
        """How many tokens a conversation has, whatever the template does to it. Raises `TemplateError`."""
        return len(self._ids(self._template.render(self._folded(messages), tools)))

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, special tokens as they are written."""
        return self._tokenizer.decode(list(ids), skip_special_tokens=False)

    def _encode(self, rendered: Traced, spans: Sequence[Span], folded: int) -> Tokenised:
        tokens: list[int] = []
        masks: list[int] = []
        found: list[TokenSpan] = []
        at = 0
        for span in spans:
            before = self._ids(rendered.cut(at, span.start))
            said = self._ids(rendered.cut(span.start, span.end))
            self._check(said, rendered[span.start : span.end], span.message + folded)
            ended = self._ids(rendered.cut(span.end, span.stop))
            start = len(tokens) + len(before)
            end = start + len(said)
            found.append(TokenSpan(span.message + folded, start, end, end + len(ended)))
            tokens += (*before, *said, *ended)
            masks += (*[NO_LOSS] * len(before), *said, *ended)
            at = span.stop
        rest = self._ids(rendered.cut(at, len(rendered)))
        return Tokenised(
            TokenIds((*tokens, *rest), (*masks, *[NO_LOSS] * len(rest))),
            tuple(found),
        )

    def _ids(self, text: Traced) -> list[int]:
        """The ids of a text, where special tokens count only where the template wrote them."""
        if not text:
            return []
        ids: list[int] = []
        for piece, literal in self._pieces(text):
            try:
                encoder = self._literal if literal else self._tokenizer
                ids += encoder.encode(str.__str__(piece), add_special_tokens=False).ids
            except (TypeError, UnicodeEncodeError) as error:
                raise TokenizerError(
                    "a message holds half a character (a lone surrogate), which has no token"
                ) from error
        return ids

    def _plain_ids(self, piece: Piece) -> list[int]:
        encoder = self._literal if piece.literal else self._tokenizer
        return list(encoder.encode(piece.text, add_special_tokens=False).ids) if piece.text else []

    def _pieces(self, text: Traced) -> Iterator[tuple[str, bool]]:
        """The text in order, cut only around messages that hold what looks like a special token."""
        at = 0
        for start, end in self._quoting(text):
            if start > at:
                yield text[at:start], False
            yield text[start:end], True
            at = end
        if at < len(text):
            yield text[at:], False

    def _quoting(self, text: Traced) -> list[tuple[int, int]]:
        matches = [match.span() for match in self._specials.finditer(text)] if self._specials else []
        if not matches:
            return []
        places = sorted({(run.start, run.end) for run in text.runs if run.start < run.end})
        quoting = [(a, b) for a, b in places if any(start < b and end > a for start, end in matches)]
        return _merged(quoting)

    def _check(self, ids: Sequence[int], text: str, message: int | None = None) -> None:
        if self.decode(ids) != text:
            raise TemplateError(
                "is whole, but the tokenizer changes an assistant's text (it normalises characters or space)",
                "normalises",
                message=message,
            )

    def _folded(self, messages: Sequence[Message]) -> list[Message]:
        if self._takes_system or not messages or messages[0].role != "system":
            return list(messages)
        first, *others = messages
        if not others or others[0].role != "user":
            return list(messages)
        return [replace(others[0], content=f"{first.content}\n\n{others[0].content}"), *others[1:]]

    def _renders(self, messages: Sequence[Message]) -> bool:
        try:
            self._template.render(messages)
        except TemplateError:
            return False
        return True


def tokenise_group(
    group: Group, tokenizer: ChatTokenizer, trained: Trained = "all", *, trim: bool = False
) -> Group:
    """The group with the token ids of every member. Raises `TemplateError`.

    A member that was played by plain completions has the ids of what was sent and received.
    Many templates trim an assistant's text; with `trim` the group's own messages are trimmed too, so that what
    stands in them is what is in the tokens.
    """
    members = (_trimmed(each) if trim else each for each in group.members)
    return replace(group, members=tuple(_with_ids(each, group, tokenizer, trained) for each in members))


def _trimmed(member: Member) -> Member:
    said = (
        replace(message, content=message.content.strip()) if message.role == "assistant" else message
        for message in member.messages
    )
    return replace(member, messages=tuple(said))


def _with_ids(member: Member, group: Group, tokenizer: ChatTokenizer, trained: Trained) -> Member:
    if member.exchanges:
        return replace(member, ids=tokenizer.tokenise_exchanges(member.exchanges))
    made = tokenizer.tokenise(member.messages, group.tools, trained=trained, finish_reason=member.finish_reason)
    return replace(member, ids=made.ids)


def _merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in places:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
