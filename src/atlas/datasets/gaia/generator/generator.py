"""The generator: a whole dataset in the official layout, from a seed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from uuid import NAMESPACE_URL, uuid5

from atlas.core.json import JsonObject
from atlas.datasets.gaia.generator.domain import DOMAINS
from atlas.datasets.gaia.generator.draw import ACTS, FORMS, Drawn, draw, draw_picture
from atlas.datasets.gaia.layout import UNPUBLISHED, YEAR

PER_LEVEL = 22
PICTURES_PER_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Generated:
    """One task: its row of the metadata, its answer, its attachment."""

    row: JsonObject
    answer: str
    name: str
    data: bytes
    steps: str


def generate(seed: int, per_level: int = PER_LEVEL) -> tuple[Generated, ...]:
    """`per_level` questions of each level, two of them about pictures where there are at least four."""
    return tuple(
        _named(drawn, level, number, seed)
        for level in FORMS
        for number, drawn in enumerate(_level(level, seed, per_level), 1)
    )


def files(tasks: tuple[Generated, ...]) -> Mapping[str, bytes]:
    """Path -> bytes of the dataset: metadata and attachments, and the answers in a folder apart."""
    folder = f"{YEAR}/validation"
    found = {f"{folder}/{task.name}": task.data for task in tasks}
    found[f"{folder}/metadata.jsonl"] = "".join(_line(task.row) for task in tasks).encode()
    answers = ({"task_id": task.row["task_id"], "Final answer": task.answer, "Steps": task.steps} for task in tasks)
    found[f"answers/{YEAR}/validation.jsonl"] = "".join(map(_line, answers)).encode()
    return dict(sorted(found.items()))


def _level(level: int, seed: int, count: int) -> Iterator[Drawn]:
    """Acts, forms and domains take turns, each at its own pace, so that they meet in many ways."""
    pictures = PICTURES_PER_LEVEL if count >= 4 else 0
    made = turn = 0
    while made < count - pictures:
        random = Random(f"gaia/{seed}/{level}/{turn}")
        acts, forms = ACTS[level], FORMS[level]
        act, form = acts[turn % len(acts)], forms[(turn + turn // len(acts)) % len(forms)]
        domain = DOMAINS[(turn * 3 + level + turn // len(DOMAINS)) % len(DOMAINS)]
        # An act that a domain has no columns for goes to the next domain that has.
        start = DOMAINS.index(domain)
        for candidate in (*DOMAINS[start:], *DOMAINS[:start]):
            if (drawn := draw(level, act, form, candidate, random)) is not None:
                yield drawn
                made += 1
                break
        turn += 1
    for number in range(pictures):
        yield draw_picture(level, Random(f"gaia/{seed}/{level}/picture/{number}"))


def _named(drawn: Drawn, level: int, number: int, seed: int) -> Generated:
    task_id = str(uuid5(NAMESPACE_URL, f"gaia-mini/{seed}/{level}/{number}"))
    name = f"{task_id}.{drawn.suffix}"
    row = {
        "task_id": task_id,
        "Question": drawn.question,
        "Level": level,
        "Final answer": UNPUBLISHED,
        "file_name": name,
        "Annotator Metadata": None,
    }
    return Generated(row, drawn.answer, name, drawn.data, drawn.steps)


def _line(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
