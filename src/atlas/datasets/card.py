"""The data card: what the shipped conversations are, with every figure counted from the files themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from atlas.datasets.audit.figures import Figures, data_card_figures

FILES = {
    "dev.jsonl": "atlas crm generate --seed 42 --count 100 --output dev.jsonl",
    "crm_1200.jsonl": (
        "atlas crm generate --seed 42 --splits train=500,test=400,transfer=300 --output crm_1200.jsonl"
    ),
    "golden_negatives.jsonl": "atlas crm generate --seed 42 --golden-negatives --output golden_negatives.jsonl",
}
"""The shipped files and the commands that make them."""
BENCHMARK = "crm_1200.jsonl"
SPLITS = ("train", "test", "transfer")


def data_card(folder: Path) -> str:
    """The card of the files in `folder`, as Markdown. Raises `DatasetError` when one is missing."""
    figures = {name: data_card_figures(folder / name) for name in FILES}
    whole = figures[BENCHMARK]
    return "\n".join(
        [
            _HEAD,
            _table(("file", "conversations", "turns", "command"), _files(figures)),
            _MAKING,
            _splits(whole),
            _shape(whole),
            _families(whole),
            _refusals(whole),
            _tools(whole),
            _FOOT,
        ]
    )


def _files(figures: Mapping[str, Figures]) -> Iterable[tuple[object, ...]]:
    for name, found in figures.items():
        yield f"`{name}`", f"{found.conversations:,}", f"{found.turns:,}", f"`{FILES[name]}`"


def _splits(whole: Figures) -> str:
    rows = (
        (split, f"{whole.splits[split]:,}", f"{whole.split_turns[split]:,}", _SPLITS[split]) for split in SPLITS
    )
    return f"## Splits of {BENCHMARK}\n\n" + _table(("split", "conversations", "turns", "what it is"), rows)


def _shape(whole: Figures) -> str:
    fewest, median, most = whole.world_rows
    lengths = ", ".join(f"{turns}: {count}" for turns, count in whole.lengths.items())
    levels = ", ".join(f"{level} {whole.complexity_share(level):.0%}" for level in ("simple", "medium", "complex"))
    return f"""\
## Shape

* Worlds hold {fewest} to {most} records (median {median}): clients with near-equal names, contacts who share a
  surname, open and closed deals, several quotes a deal. No deal name and no contact's e-mail occurs in two splits.
* Complexity: {levels} (1 to 3, 4 to 6 and 7 to 10 turns).
* Conversations by number of turns: {lengths}.
* {whole.refusing_share:.0%} of the conversations hold a turn that must be refused.
* {whole.distinct:,} of {whole.turns:,} utterances are distinct ({whole.distinct_share:.1%}).
* {whole.masked:,} are distinct after ids, names, dates and numbers are masked.
* {whole.back_reference_share:.0%} of the turns after the first refer back in words ("that deal", "the second one").
"""


def _families(whole: Figures) -> str:
    names = sorted({family for counts in whole.families.values() for family in counts})
    names.sort(key=lambda family: family in whole.families["transfer"])
    rows = ((family, *(whole.families[split].get(family, 0) for split in SPLITS)) for family in names)
    return "## Families\n\nThose of `transfer` occur in no other split.\n\n" + _table(("family", *SPLITS), rows)


def _refusals(whole: Figures) -> str:
    rows = ((category, count) for category, count in whole.categories.items())
    return "## Turns that must be refused, by failure category\n\n" + _table(("category", "turns"), rows)


def _tools(whole: Figures) -> str:
    tools = sorted({tool for counts in whole.calls.values() for tool in counts})
    rows = (
        (
            tool,
            *(whole.tools.get(split, {}).get(tool, 0) for split in SPLITS),
            whole.calls.get("test", {}).get(tool, 0),
        )
        for tool in sorted(tools, key=lambda tool: (-whole.tools.get("test", {}).get(tool, 0), tool))
    )
    return (
        "## Tools\n\nTurns that a tool decides (the last call of the reference solution), and turns of `test` in "
        "which it is called at all.\n\n" + _table(("tool", *SPLITS, "called in test"), rows)
    )


def _table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


_SPLITS = {
    "train": "to learn from",
    "test": "the same families in worlds that train does not know",
    "transfer": "families of their own: several changes in one request, values to be read or worked out first",
}
_HEAD = """\
# Data card: CRM conversations

**Simulated language: written by a generator, not by people.** Every request, world and reference solution
here was made by `atlas crm generate`, which needs no model and gives the same bytes for the same seed. `atlas
crm card` wrote this page from the files; `atlas crm audit-data FILE` measures any of them.
"""
_MAKING = """\
`dev.jsonl` is for trying things out, `crm_1200.jsonl` is the benchmark. `golden_negatives.jsonl` holds each
way to ask for what must be refused once; the right outcome is an unchanged database and a reply that names
the reason.

## How they were made

A conversation is one row: a world of its own, the user's messages, for each of them the calls of one right
solution and the facts that a right reply holds, and the difference that the database must show in the end.
The generator draws a world, then lets *intents* write turns into it: each picks a record, words the request
from a phrase bank, and applies the effect to the generator's own reckoning of the world. That reckoning is
apart from the CRM environment; tests play every reference solution in the environment and compare. Which
intent comes next follows what the split still needs: tools in the shares in which people asked for them in
the published CRM task list (15,181 tasks), no tool below a least share; of refusals the rarest category
first. "That deal" is said only where one record is the last of its kind that was spoken of.

Grading is by the database difference and by the facts in the replies, so another way to the same result is
right, too. The clock of a world stands still (`as_of`): no row expires.
"""
_FOOT = """\
## Intended use

To evaluate agents that work in a business system through tools, to learn from their sessions, and to check
graders: the oracle scores 100 %, an agent that does nothing 0 %. Report `test` for known families and
`transfer` for new ones. Not meant to train models that are then evaluated on these files, nor to say how
people really talk to a CRM.

## Known limits

* The language is that of phrase banks: polite, correct, English, one author. Real users are vaguer, misspell
  and change their minds. Masked distinctness counts frames around phrases as different wordings.
* Client names are drawn from one vocabulary, so a client of `test` may be called like one of `train`; deals
  and people not.
* Worlds are small: a search seldom returns more than ten records.
* Every request has one right outcome; requests that need a question back do not occur.
* One-turn conversations never hold a refusal, except in `golden_negatives.jsonl`.
* The failure categories about file names do not occur in `transfer`, whose families change deals and quotes.

## Licence

Apache-2.0, as the rest of the project.
"""
