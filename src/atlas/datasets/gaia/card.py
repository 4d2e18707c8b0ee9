"""The data card of a generated dataset, its figures counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from atlas.datasets.gaia.generator.generator import Generated

_CARD = """\
# gaia-mini

{count} questions of our own in the layout of GAIA, each with an attachment that has to be read and computed with. \
They are made up by a generator from a seed, without a language model; every name and figure in them is invented.

    atlas gaia generate --seed {seed} --per-level {per_level} --output data/gaia_mini

makes these very bytes ({size:,} of them, this file not counted).

| | level 1 | level 2 | level 3 |
|---|---|---|---|
{table}

* Level 1: one file, one condition. Level 2: two conditions, dates, units, products, rankings. Level 3: two files \
or sheets that have to be joined.
* The files hold more than is asked for: rows of the year before, notes, a line with a total, other files in an \
archive, columns with similar names.
* {pictures} questions are about pictures (a receipt, a bar chart, a board), which have to be seen.
* `2023/validation/metadata.jsonl` is in the official form, with `?` for each answer, as the official test split \
has it. The answers lie apart, in `answers/2023/validation.jsonl`, with a line on how each comes about. A task's \
world gets its attachment and nothing else of this folder.
* Grading is that of GAIA: see `docs/gaia.md`.
* Not covered: the web, sound, video, several turns, and questions whose words leave room for doubt.
* Licence: that of the repository. The official GAIA questions are gated and not part of it.
"""


def card(tasks: Sequence[Generated], seed: int, per_level: int, size: int) -> str:
    """The card as Markdown; `size` is the bytes of all files."""
    kinds = Counter((task.name.rpartition(".")[2], task.row["Level"]) for task in tasks)
    names = sorted({kind for kind, _ in kinds})
    rows = [f"| {name} | {' | '.join(str(kinds[name, level]) for level in (1, 2, 3))} |" for name in names]
    pictures = sum(count for (kind, _), count in kinds.items() if kind == "png")
    return _CARD.format(
        count=len(tasks), seed=seed, per_level=per_level, size=size, table="\n".join(rows), pictures=pictures
    )
