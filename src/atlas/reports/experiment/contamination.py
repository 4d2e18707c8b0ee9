"""A contamination certificate: whether anything that a student was shown holds words of the tasks held out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(r"[a-z0-9]+(?:[@._'-][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a student was shown, and where: `playbook, order 1`."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What a held-out task says and names: its requests and right replies, and names that only its world has."""

    task: str
    texts: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a held-out task in a text that was shown."""

    kind: Literal["words", "name"]
    place: str
    task: str
    found: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was searched and found.

    `hits` are leaks: held-out words that training does not have as well. `common` counts the n-grams in shown texts
    that held-out tasks share with training tasks, the phrases of the language; they give nothing away.

    `overlaps` are training tasks that share a task or a world with a held-out one, in words; `common_texts` counts
    held-out requests that differ from one in training by names and numbers alone.
    """

    ngram: int
    places: tuple[str, ...]
    characters: int
    tasks: int
    hits: tuple[Hit, ...]
    common: int
    overlaps: tuple[str, ...]
    common_texts: int

    @property
    def clean(self) -> bool:
        return not self.hits and not self.overlaps


def certificate(
    shown: Sequence[Shown],
    held_out: Sequence[HeldOut],
    training: Iterable[str],
    *,
    ngram: int,
    overlaps: Sequence[str] = (),
    common_texts: int = 0,
) -> Certificate:
    """Search every shown text for `ngram` words in a row of a held-out text, and for its names.

    `training` are the texts of the split that was learned from. Letter case and punctuation do not matter.
    """
    owners: dict[str, str] = {}
    for task in held_out:
        for text in task.texts:
            for words in _ngrams(text, ngram):
                owners.setdefault(words, task.task)
    names = {" ".join(_words(name)): task.task for task in held_out for name in task.names}
    known_texts = [" ".join(_words(text)) for text in training]
    known = {words for text in known_texts for words in _ngrams(text, ngram)}
    known_names = _contained(names, known_texts)
    hits: dict[Hit, None] = {}
    common: set[str] = set()
    for each in shown:
        for words in _ngrams(each.text, ngram):
            if words in owners and words in known:
                common.add(words)
            elif words in owners:
                hits[Hit("words", each.place, owners[words], words)] = None
        for name in sorted(_contained(names, [" ".join(_words(each.text))]) - known_names):
            hits[Hit("name", each.place, names[name], name)] = None
    return Certificate(
        ngram,
        tuple(each.place for each in shown),
        sum(len(each.text) for each in shown),
        len(held_out),
        tuple(hits),
        len(common),
        tuple(overlaps),
        common_texts,
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _ngrams(text: str, size: int) -> Iterator[str]:
    words = _words(text)
    return (" ".join(words[start : start + size]) for start in range(len(words) - size + 1))


def _contained(names: Iterable[str], texts: Sequence[str]) -> set[str]:
    """The names that stand in any of the texts as whole words."""
    padded = [f" {text} " for text in texts]
    return {name for name in names if name and any(f" {name} " in text for text in padded)}
