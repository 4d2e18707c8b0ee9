"""`atlas sft-gen` and `atlas dpo-gen`: training data picked by score from groups."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async
from atlas.cli.statuses import ReviewStatus, values

Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The file to write, one JSON row a line.")]
ApiUrl = Annotated[str, typer.Option(help="The trajectory API to take groups from.")]
ApiKey = Annotated[str | None, typer.Option(help="Its bearer token; default ATLAS_ROLLOUT_TOKEN.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds without a batch of the API after which to stop.")]
Groups = Annotated[Path | None, typer.Option(help="A file of groups instead, from `atlas rollout process`.")]
Sessions = Annotated[bool, typer.Option("--sessions", help="The stored sessions that have a reward instead.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(help="With --sessions: the store; default STORAGE__DATABASE_URL, else the embedded one."),
]
Statuses = Annotated[
    list[ReviewStatus] | None,
    typer.Option(help="With --sessions: of this review status (repeatable); approved when left out."),
]
Key = Annotated[str | None, typer.Option(help="With --sessions: only those under this learning key.")]
Env = Annotated[str | None, typer.Option(help="Only groups of this environment, for example smolagents or crm.")]
GroupSize = Annotated[int, typer.Option(min=1, help="Sequences of a group, for the size of an API's batches.")]
MaxTokens = Annotated[int, typer.Option(min=1, help="Sequences of as many tokens or more are left out.")]
Tokenizer = Annotated[
    str | None,
    typer.Option(help="A folder or a name on the Hugging Face hub; counts tokens, and decodes them to text."),
]
SaveMessages = Annotated[bool, typer.Option("--save-messages", help="Chat messages instead of text.")]
Count = Annotated[int, typer.Option(min=1, help="Stop after so many rows.")]
Negative = Annotated[bool, typer.Option("--allow-negative-scores", help="Scores of 0 and below too.")]
Append = Annotated[bool, typer.Option("--append-to-previous", help="Add to OUTPUT when it is there already.")]


def sft_gen(
    output: Output,
    tokenizer: Tokenizer = None,
    save_messages: SaveMessages = False,
    env: Env = None,
    groups: Groups = None,
    sessions: Sessions = False,
    api_url: ApiUrl = "http://localhost:8000",
    api_key: ApiKey = None,
    wait_s: Wait = 600.0,
    group_size: GroupSize = 2,
    tasks_per_step: Annotated[int, typer.Option(min=1, help="Groups of a batch that the API is asked for.")] = 64,
    max_token_len: MaxTokens = 2048,
    save_top_n_per_group: Annotated[int, typer.Option(min=1, help="At most so many of a group.")] = 3,
    num_seqs_to_save: Count = 100,
    allow_negative_scores: Negative = False,
    minimum_score_diff_max_min: Annotated[
        float, typer.Option(min=0, help="By how much a score must be above the group's lowest.")
    ] = 0.0,
    append_to_previous: Append = False,
    database_url: DatabaseUrl = None,
    include_status: Statuses = None,
    learning_key: Key = None,
) -> None:
    """Write the best conversations of groups, as rows with messages or with prefix and completion, and the score.

    Exits with 1 when nothing fits; then no file is made.
    """
    from atlas.runs.training.generate import generate
    from atlas.runs.training.plan import Asked, Pick, Source, plan
    from atlas.settings import Settings

    statuses = values(include_status or [ReviewStatus.APPROVED])
    source = Source(groups, sessions, api_url, api_key, wait_s, env, database_url, statuses, learning_key)
    pick = Pick(save_top_n_per_group, num_seqs_to_save, allow_negative_scores, minimum_score_diff_max_min)
    asked = Asked(output, tokenizer, save_messages, max_token_len, append_to_previous, group_size * tasks_per_step)
    run_async(generate(plan("sft", asked, source, pick), Settings.load()), interrupted=_KEPT)


def dpo_gen(
    output: Output,
    tokenizer: Tokenizer = None,
    save_messages: SaveMessages = False,
    env: Env = None,
    groups: Groups = None,
    sessions: Sessions = False,
    api_url: ApiUrl = "http://localhost:8000",
    api_key: ApiKey = None,
    wait_s: Wait = 600.0,
    group_size: GroupSize = 2,
    max_token_len: MaxTokens = 2048,
    save_n_pairs_per_group: Annotated[int, typer.Option(min=1, help="At most so many of a group.")] = 3,
    num_seqs_to_save: Count = 100,
    allow_negative_scores: Negative = False,
    minimum_score_diff_max_min: Annotated[
        float, typer.Option(min=0, help="By how much the better score must be above the worse one.")
    ] = 0.5,
    append_to_previous: Append = False,
    seed: Annotated[int, typer.Option(help="Draws the worse one of a pair where there is a choice.")] = 0,
    database_url: DatabaseUrl = None,
    include_status: Statuses = None,
    learning_key: Key = None,
) -> None:
    """Write pairs of a better and a worse conversation of one task, as messages or as prefix, pos and neg.

    Exits with 1 when nothing fits; then no file is made.
    """
    from atlas.runs.training.generate import generate
    from atlas.runs.training.plan import Asked, Pick, Source, plan
    from atlas.settings import Settings

    statuses = values(include_status or [ReviewStatus.APPROVED])
    source = Source(groups, sessions, api_url, api_key, wait_s, env, database_url, statuses, learning_key)
    pick = Pick(save_n_pairs_per_group, num_seqs_to_save, allow_negative_scores, minimum_score_diff_max_min, seed)
    asked = Asked(output, tokenizer, save_messages, max_token_len, append_to_previous, group_size * 8)
    run_async(generate(plan("dpo", asked, source, pick), Settings.load()), interrupted=_KEPT)


_KEPT = "interrupted: the rows written so far are in the file"
