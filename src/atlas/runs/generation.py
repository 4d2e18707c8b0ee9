"""A dataset, generated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from atlas.datasets.conversation import Conversation, Split
from atlas.datasets.generator import generate_set, golden_negatives
from atlas.datasets.paraphrase import Paraphrased, Paraphraser
from atlas.errors import ConfigError
from atlas.export.artifacts import write_jsonl
from atlas.models.build import build_model
from atlas.models.config import LLMConfig
from atlas.runs.data_audit import crm_surroundings
from atlas.settings import Settings

SHARES: dict[Split, float] = {"train": 0.4, "test": 0.4, "transfer": 0.2}
COUNT = 100


def generated(seed: int, *, count: int | None, splits: str | None, golden: bool) -> list[Conversation]:
    """The conversations asked for: `count` of all splits, those of `splits`, or the golden negatives.

    `splits` is "train=500,test=400"; a plain `count`, or `COUNT`, is cut 40 % train, 40 % test, the rest transfer.
    Raises `ConfigError` for more than one of the three, an unknown split, one named twice, and what is no number
    from 1 up.
    """
    if (count is not None) + (splits is not None) + golden > 1:
        raise ConfigError("--count, --splits and --golden-negatives exclude each other; give one of them")
    if golden:
        return golden_negatives(seed)
    return generate_set(seed, _cut(COUNT if count is None else count) if splits is None else _parsed(splits))


def _cut(count: int) -> dict[Split, int]:
    train, test = round(count * SHARES["train"]), round(count * SHARES["test"])
    return {"train": train, "test": test, "transfer": count - train - test}


def _parsed(splits: str) -> dict[Split, int]:
    counts: dict[Split, int] = {}
    for part in splits.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        split = next((known for known in SHARES if known == name), None)
        if split is None:
            raise ConfigError(f"--splits: there is no split {name!r} to generate (splits: {', '.join(SHARES)})")
        if split in counts:
            raise ConfigError(f"--splits: {name} is named twice")
        if not number.isdecimal() or int(number) < 1:
            raise ConfigError(f"--splits: {part.strip()!r} needs a number from 1 up, as in {name}=100")
        counts[split] = int(number)
    return counts


def write_dataset(output: Path, rows: Sequence[Conversation], *, seed: int) -> None:
    """Write conversations that were made from `seed`. Raises `StorageError`."""
    write_jsonl(output, rows)
    typer.echo(f"{len(rows)} conversations of seed {seed} written to {output}")


async def write_paraphrased(
    output: Path, rows: Sequence[Conversation], *, seed: int, model: str, api_base: str | None, settings: Settings
) -> None:
    """The same, with the utterances in the words of `model` where those ask for the same thing.

    Nothing is written unless every utterance was tried. Raises `ConfigError`, `ModelError`, `StorageError`.
    """
    if settings.offline:
        raise ConfigError(
            "--paraphrase needs a language model, and ATLAS_OFFLINE_MODE asks for none; leave one out"
        )
    chat = build_model(LLMConfig(model=model, api_base=api_base), settings.environ, role="synthesizer", seed=seed)
    try:
        done = await Paraphraser(chat, crm_surroundings(), seed=seed).paraphrase(rows)
    finally:
        await chat.close()
    write_jsonl(output, done.rows)
    typer.echo(f"{len(rows)} conversations of seed {seed} written to {output}, paraphrased by {chat.name}")
    typer.echo(_account(done))


def _account(done: Paraphrased) -> str:
    """What became of the utterances, and what the model cost."""
    asked = done.kept + sum(done.refused.values())
    lines = [f"{done.kept} of {asked} utterances were replaced; the others stay as they were:"]
    lines += [f"  {count} {reason}" for reason, count in done.refused.items()] or ["  none"]
    cost = "an unknown amount" if done.usage.cost_usd is None else f"${done.usage.cost_usd:.4f}"
    lines.append(f"{done.usage.total_tokens:,} tokens, {cost}")
    return "\n".join(lines)
