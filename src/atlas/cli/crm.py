"""`atlas crm`: the CRM benchmark."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(help="The CRM benchmark: datasets and evaluation.", no_args_is_help=True)


class Backend(StrEnum):
    """Where the CRM keeps its state."""

    POSTGRES = "postgres"
    MOCK = "mock"


class AgentName(StrEnum):
    """Who plays: chat takes --model; claude, gpt4.1 and gpt4.1-mini name theirs; mock is the oracle."""

    ORACLE = "oracle"
    NULL = "null"
    OFFLINE = "offline"
    CHAT = "chat"
    CLAUDE = "claude"
    GPT_4_1 = "gpt4.1"
    GPT_4_1_MINI = "gpt4.1-mini"
    MOCK = "mock"


@app.command()
def tasks(
    dataset: Annotated[Path, typer.Option(help="Conversations, one JSON object a line.")],
    output: Annotated[Path, typer.Option(help="The task file to write.")],
    split: Annotated[str | None, typer.Option(help="Only this split of the dataset.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N conversations.")] = None,
    backend: Annotated[Backend, typer.Option(help="Backend to play on.")] = Backend.POSTGRES,
    use_llm_judge: Annotated[bool, typer.Option(help="Whether judges take part in the reward.")] = True,
) -> None:
    """Wrap conversations as task payloads for `atlas run`."""
    from atlas.runs.task_file import write_task_file

    write_task_file(dataset, output, split=split, limit=limit, backend=backend.value, use_llm_judge=use_llm_judge)


@app.command("eval")
def evaluate(
    dataset: Annotated[Path, typer.Option(help="Conversations, one JSON object a line.")],
    split: Annotated[str | None, typer.Option(help="Only this split of the dataset.")] = None,
    backend: Annotated[Backend, typer.Option(help="Backend to play on.")] = Backend.POSTGRES,
    agent: Annotated[AgentName, typer.Option(help="Who plays; chat needs --model.")] = AgentName.ORACLE,
    model: Annotated[
        str | None, typer.Option(help="Model of the chat agent: gpt-4.1-mini, or anthropic/claude-sonnet-5.")
    ] = None,
    api_base: Annotated[str | None, typer.Option(help="OpenAI-compatible endpoint of that model.")] = None,
    judge_model: Annotated[
        str | None, typer.Option(help="Have this model grade too (llm_judge): a metric beside state and facts.")
    ] = None,
    temperature: Annotated[
        float | None, typer.Option(min=0, max=2, help="Sampling temperature of the model (0 when left out).")
    ] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Play a random sample of N conversations.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the sample and of the sampling of models.")] = 42,
    trials: Annotated[int, typer.Option(min=1, help="Play each conversation K times, for pass^1 to pass^K.")] = 1,
    concurrency: Annotated[int, typer.Option(min=1, help="Sessions at once.")] = 4,
    budget_usd: Annotated[float | None, typer.Option(min=0, help="Stop when the run has cost this much.")] = None,
    output: Annotated[Path | None, typer.Option(help="Folder for sessions.jsonl and metrics.json.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run of --output, or the last one of this config.")
    ] = False,
) -> None:
    """Play conversations and grade them by state and facts; rows that cannot be used are named with the reason."""
    from atlas.runs.evaluation import EvaluationPlan, run_evaluation
    from atlas.settings import Settings

    plan = EvaluationPlan(
        dataset,
        split,
        backend.value,
        agent.value,
        model,
        api_base,
        judge_model,
        temperature,
        sample,
        seed,
        trials,
        concurrency,
        budget_usd,
        output,
        resume,
    )
    run_async(run_evaluation(plan, Settings.load()))


@app.command()
def generate(
    output: Annotated[Path, typer.Option(help="The dataset to write.")],
    seed: Annotated[int, typer.Option(help="Equal seeds give equal bytes.")] = 42,
    count: Annotated[int, typer.Option(min=1, help="How many conversations.")] = 100,
) -> None:
    """Generate CRM conversations with their worlds and targets; needs no model."""
    from atlas.runs.generation import write_dataset

    write_dataset(output, seed=seed, count=count)
