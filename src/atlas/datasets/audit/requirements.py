"""Requirements: what a file must measure up to, and from what size on it is asked.

Shares are asked of files of 50 conversations or more: below, one conversation moves them by more than the margin.
Where every conversation is one refused turn, there are no lengths to share out and no later turns to refer back.
What only a whole benchmark can have (every failure category, every tool often enough, hundreds of ways to ask)
is asked from 1,000 conversations on, or of any size when the file is said to be a benchmark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import correlation

from atlas.datasets.audit.figures import Figures
from atlas.datasets.audit.finding import Measure
from atlas.datasets.audit.refusals import CATEGORIES
from atlas.datasets.audit.shape import LEVELS
from atlas.datasets.audit.worlds import FEWEST, MOST
from atlas.datasets.generator.tool_shares import TASK_COUNTS

SHARES_FROM, WHOLE_FROM = 50, 1_000
"""Conversations from which shares, and the requirements of a whole benchmark, apply."""
COMPLEXITY = {"simple": 0.25, "medium": 0.50, "complex": 0.25}
MARGIN = 0.05
DISTRACTING, REFUSING, DISTINCT, REFERRING = 0.9, 0.2, 0.95, 0.25
MASKED, FLOOR, DEMAND = 600, 8, 0.8
FLOOR_SPLIT = "test"


def measures(figures: Figures, tools: Iterable[str], *, benchmark: bool) -> Iterator[Measure]:
    """Every measure of the file against what is required of it; `tools` are all there are."""
    shares = benchmark or figures.conversations >= SHARES_FROM
    shaped = shares and (benchmark or not figures.golden)
    whole = benchmark or figures.conversations >= WHOLE_FROM
    yield Measure("conversations", "", f"{figures.conversations:,}", None)
    yield Measure("turns", "", f"{figures.turns:,}", None)
    splits = ", ".join(f"{split} {count:,}" for split, count in figures.splits.items())
    yield Measure("splits", "", splits, None)
    yield _complexity(figures, shaped)
    fewest, median, most = figures.world_rows
    fits = fewest >= FEWEST and most <= MOST
    yield Measure("rows of a world", f"{FEWEST} to {MOST}", f"{fewest} to {most}, median {median}", fits)
    for name, count in figures.distractors.items():
        share = count / figures.conversations if figures.conversations else 0.0
        yield _at_least(f"worlds with {name}", share, DISTRACTING, shares)
    yield _at_least("conversations with a refusal", figures.refusing_share, REFUSING, shares)
    yield _categories(figures, whole)
    yield _at_least("distinct utterances", figures.distinct_share, DISTINCT, True)
    enough = figures.masked >= MASKED if whole else None
    yield Measure("distinct when masked", _asked(f"at least {MASKED}", whole), f"{figures.masked:,}", enough)
    yield _at_least("later turns that refer back in words", figures.back_reference_share, REFERRING, shaped)
    yield _floor(figures, sorted(tools), whole)
    yield _follows_demand(figures, whole)
    shared = f"{figures.shared_client_names_share:.0%}"
    yield Measure("held-out client names that training knows", "", shared, None)
    if figures.paraphrased:
        rows = ", ".join(f"{count:,} by {model}" for model, count in figures.paraphrased.items())
        yield Measure("paraphrased conversations", "", rows, None)


def _asked(text: str, applies: bool) -> str:
    return text if applies else f"{text} (not asked of such a file)"


def _at_least(name: str, share: float, least: float, applies: bool) -> Measure:
    asked = _asked(f"at least {least:.0%}", applies)
    # Rounded down, so that what falls short never reads as if it did not.
    return Measure(name, asked, f"{int(share * 1000) / 10:g} %", share >= least if applies else None)


def _complexity(figures: Figures, applies: bool) -> Measure:
    measured = {level: figures.complexity_share(level) for level in LEVELS}
    near = all(abs(measured[level] - COMPLEXITY[level]) <= MARGIN for level in LEVELS)
    required = f"{' / '.join(f'{COMPLEXITY[level]:.0%}' for level in LEVELS)}, each within {MARGIN:.0%}"
    shown = " / ".join(f"{share:.1%}" for share in measured.values())
    return Measure(" / ".join(LEVELS), _asked(required, applies), shown, near if applies else None)


def _categories(figures: Figures, applies: bool) -> Measure:
    missing = [category for category in CATEGORIES if category not in figures.categories]
    measured = f"{len(CATEGORIES) - len(missing)} of {len(CATEGORIES)}"
    if missing and applies:
        measured += f"; not {', '.join(missing)}"
    required = _asked(f"all {len(CATEGORIES)}", applies)
    return Measure("failure categories", required, measured, not missing if applies else None)


def _follows_demand(figures: Figures, applies: bool) -> Measure:
    """How the turns a tool decides follow what people were counted to ask for: Pearson's correlation."""
    turns = [sum(counts.get(tool, 0) for counts in figures.tools.values()) for tool in TASK_COUNTS]
    asked = list(TASK_COUNTS.values())
    found = correlation(turns, asked) if len(set(turns)) > 1 else 0.0
    required = _asked(f"correlation of {DEMAND:g} or more", applies)
    return Measure(
        "turns a tool against task counts", required, f"{found:.2f}", found >= DEMAND if applies else None
    )


def _floor(figures: Figures, tools: list[str], applies: bool) -> Measure:
    """The floor of turns a tool decides in the test split."""
    counts = figures.tools.get(FLOOR_SPLIT, {})
    below = {tool: counts.get(tool, 0) for tool in tools if counts.get(tool, 0) < FLOOR}
    measured = f"{len(tools) - len(below)} of {len(tools)} tools"
    if below and applies:
        measured += f"; too few: {', '.join(f'{tool} {count}' for tool, count in below.items())}"
    required = _asked(f"{FLOOR} turns for each of {len(tools)} tools", applies)
    return Measure(f"turns a tool decides in {FLOOR_SPLIT}", required, measured, not below if applies else None)
