"""Rows of training data: a conversation to imitate, or two of which one is better, as text or as messages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from atlas.core.group import NO_LOSS
from atlas.core.json import JsonObject, JsonValue
from atlas.core.trainer_group import TrainerGroup
from atlas.core.wire_messages import chat_messages, read_messages, wire_tools
from atlas.errors import InputError, TemplateError, TokenizerError
from atlas.rollouts.tokens.tokenizer import ChatTokenizer
from atlas.rollouts.training.arrival import Arrival

_EXPORT = "; `atlas export rollouts --format groups --tokenizer T"
_WAYS_OUT = {
    "trims": f"{_EXPORT} --trim` makes a file of groups that rows can be made of",
    "strips": f"{_EXPORT} --last-turn-only` makes a file of groups that rows can be made of",
}


class Unusable(Exception):
    """A sequence cannot become a row; `str()` is the reason."""


class Rows:
    """Makes rows of the sequences of one group after another.

    With `tokenizer` None rows are made of messages and nothing is counted; else a sequence of `max_tokens` tokens
    or more is left out, and one that is not tokenised is tokenised first.
    """

    def __init__(self, tokenizer: ChatTokenizer | None, *, save_messages: bool, max_tokens: int) -> None:
        self._tokenizer, self._save_messages, self._max_tokens = tokenizer, save_messages, max_tokens

    def check(self, arrived: Arrival, index: int) -> None:
        """Raises `Unusable` when a sequence is too long or lacks what a row is made of."""
        if self._save_messages:
            _messages(arrived.group, index)
        if self._tokenizer is not None and self._length(arrived, index) >= self._max_tokens:
            raise Unusable(f"as long as --max-token-len ({self._max_tokens}) or longer")

    def imitate(self, arrived: Arrival, index: int) -> JsonObject:
        """`messages` and `score`, or `prefix`, `completion` and `score`."""
        score = arrived.group.scores[index]
        if self._save_messages:
            return _with_tools({"messages": _messages(arrived.group, index), "score": score}, arrived)
        prefix, (completion,) = self._split(arrived, [index])
        return _labelled({"prefix": prefix, "completion": completion, "score": score}, arrived)

    def prefer(self, arrived: Arrival, better: int, worse: int) -> JsonObject:
        """`pos` and `neg` with their scores (`score`, `neg_score`); for text with the `prefix` of both."""
        scores = {"score": arrived.group.scores[better], "neg_score": arrived.group.scores[worse]}
        if self._save_messages:
            said = {"pos": _messages(arrived.group, better), "neg": _messages(arrived.group, worse)}
            return _with_tools({**said, **scores}, arrived)
        prefix, (pos, neg) = self._split(arrived, [better, worse])
        return _labelled({"prefix": prefix, "pos": pos, "neg": neg, **scores}, arrived)

    def _split(self, arrived: Arrival, indices: Sequence[int]) -> tuple[str, list[str]]:
        """The text up to what a model first produced, as far as it is the same for all, and the rest of each."""
        assert self._tokenizer is not None, "text is made with a tokenizer"
        rows = [self._ids(arrived, index) for index in indices]
        length = _shared(rows, arrived.group)
        while length and not all(self._apart(tokens, length) for tokens, _ in rows):
            # Between these two tokens lies half a character.
            length -= 1
        decode = self._tokenizer.decode
        return decode(rows[0][0][:length]), [decode(tokens[length:]) for tokens, _ in rows]

    def _apart(self, tokens: Sequence[int], length: int) -> bool:
        assert self._tokenizer is not None
        decode = self._tokenizer.decode
        return decode(tokens[:length]) + decode(tokens[length:]) == decode(tokens)

    def _length(self, arrived: Arrival, index: int) -> int:
        group = arrived.group
        if group.tokens[index] or not self._save_messages:
            return len(self._ids(arrived, index)[0])
        assert self._tokenizer is not None
        try:
            return self._tokenizer.count(read_messages(_messages(group, index)), arrived.tools)
        except (ValueError, TokenizerError) as error:
            raise Unusable(str(error)) from error

    def _ids(self, arrived: Arrival, index: int) -> tuple[Sequence[int], Sequence[int]]:
        group = arrived.group
        if group.tokens[index]:
            return group.tokens[index], group.masks[index]
        assert self._tokenizer is not None, "only with a tokenizer is anything tokenised"
        try:
            made = self._tokenizer.tokenise(read_messages(_messages(group, index)), arrived.tools)
        except TemplateError as error:
            raise Unusable(f"{error}{_WAYS_OUT.get(error.trait, '')}") from error
        except (ValueError, TokenizerError) as error:
            raise Unusable(str(error)) from error
        return made.ids.tokens, made.ids.masks


def check_tokenizer(tokenizer: ChatTokenizer | None, *, save_messages: bool) -> None:
    """Raises `InputError` where text is asked for and there is nothing to make it with."""
    if tokenizer is None and not save_messages:
        raise InputError("--tokenizer is missing; name one to decode tokens with, or give --save-messages")


def _messages(group: TrainerGroup, index: int) -> list[JsonValue]:
    said = group.messages[index] if group.messages else None
    if not isinstance(said, list) or not said:
        raise Unusable("it came without messages")
    try:
        return list(chat_messages(read_messages(said)))
    except ValueError:
        # Images and the like are nothing that we have a type for; they are handed on as they came.
        return said


def _with_tools(row: JsonObject, arrived: Arrival) -> JsonObject:
    """Chat templates need the tools; a group of another's does not name them."""
    return _labelled({**row, "tools": wire_tools(arrived.tools)} if arrived.tools else row, arrived)


def _labelled(row: JsonObject, arrived: Arrival) -> JsonObject:
    """What a scripted model said is no example of what a language model says, and is told apart for ever."""
    return {**row, "simulated": True} if arrived.simulated else row


def _shared(rows: Sequence[tuple[Sequence[int], Sequence[int]]], group: TrainerGroup) -> int:
    """How many tokens come before anything that was produced; others' masks may say that all was, so that what the
    group's sequences begin with counts as their prompt."""
    silent = [sum(1 for _ in takewhile(lambda mask: mask == NO_LOSS, masks)) for _, masks in rows]
    sequences = [tokens for tokens, _ in rows]
    if 0 in silent:
        sequences = [tokens for tokens in group.tokens if tokens] or sequences
        silent = [min(map(len, sequences)) if len(sequences) > 1 else 0]
    same = sum(1 for _ in takewhile(lambda ids: len(set(ids)) == 1, zip(*sequences, strict=False)))
    return min(*silent, same)
