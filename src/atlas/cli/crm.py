"""`atlas crm`: the CRM benchmark."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)


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
def report(
    runs: Annotated[
        list[str], typer.Argument(metavar="RUN...", help="Run ids, or folders that `atlas crm eval` wrote.")
    ],
    baseline: Annotated[
        str | None, typer.Option(metavar="RUN", help="The run to compare with; default: the first.")
    ] = None,
    dataset: Annotated[
        list[Path] | None, typer.Option(help="Where a dataset is now, if not where it was played from; repeatable.")
    ] = None,
    smallest_effect: Annotated[
        float, typer.Option(min=0.001, max=0.999, help="The difference in strict success that matters.")
    ] = 0.05,
    output: Annotated[
        Path | None, typer.Option(help="Where the report goes; default results/crm/<name of the runs>.")
    ] = None,
) -> None:
    """Report evaluation runs side by side: success, tools, families, refusals, tokens, cost, and comparisons.

    Writes report.html (one file, needs no network), report.md, report.json and the plots as SVG and PNG.
    """
    from atlas.runs.crm_report import ReportPlan, write_report
    from atlas.settings import Settings

    plan = ReportPlan(tuple(runs), baseline, tuple(dataset or ()), smallest_effect, output)
    run_async(write_report(plan, Settings.load()))


@app.command()
def generate(
    output: Annotated[Path, typer.Option(help="The dataset to write.")],
    seed: Annotated[int, typer.Option(help="Equal seeds give equal bytes.")] = 42,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many, cut 40/40/20; 100 if nothing is said.")
    ] = None,
    splits: Annotated[
        str | None,
        typer.Option(metavar="NAME=N,...", help="How many of each split: train=500,test=400,transfer=300."),
    ] = None,
    golden: Annotated[
        bool, typer.Option("--golden-negatives", help="Only requests that must be refused, each kind once.")
    ] = False,
    paraphrase: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Let this model reword what users say.")
    ] = None,
    api_base: Annotated[str | None, typer.Option(help="OpenAI-compatible endpoint of that model.")] = None,
) -> None:
    """Generate CRM conversations with their worlds and targets; needs no model."""
    from atlas.runs.generation import generated, write_dataset, write_paraphrased
    from atlas.settings import Settings

    rows = generated(seed, count=count, splits=splits, golden=golden)
    if paraphrase is None:
        write_dataset(output, rows, seed=seed)
        return
    run_async(
        write_paraphrased(output, rows, seed=seed, model=paraphrase, api_base=api_base, settings=Settings.load())
    )


@app.command()
def card(
    folder: Annotated[Path, typer.Argument(help="Where the shipped datasets are.")] = Path("data/conversations"),
) -> None:
    """Write the data card of the shipped datasets, its figures counted from the files."""
    from atlas.runs.data_card import write_data_card

    write_data_card(folder)


@app.command("audit-data")
def audit_data(
    file: Annotated[Path, typer.Argument(help="Conversations, of the current or the older format.")],
    output: Annotated[Path | None, typer.Option(help="A JSON file for the whole audit.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every finding, not the first ten.")] = False,
    benchmark: Annotated[
        bool, typer.Option("--benchmark", help="Ask of a small file what only a whole benchmark can have.")
    ] = False,
) -> None:
    """Measure a dataset against the requirements of the benchmark and name every defect by line and turn.

    Exits with 1 when the file does not meet them. Shares are asked of 50 conversations or more; the failure
    categories, the turns a tool and the distinct masked utterances of 1,000 or more, or with --benchmark.
    """
    from atlas.runs.data_audit import audit_data as audit

    if not audit(file, output, everything=everything, benchmark=benchmark):
        raise typer.Exit(1)


@app.command("audit-grader")
def audit_grader(
    dataset: Annotated[Path, typer.Option(help="Conversations, one JSON object a line.")],
    mutants: Annotated[int, typer.Option(min=1, help="Mutants to grade, equivalent ones not counted.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Which mutants; equal seeds give equal reports.")] = 42,
    output: Annotated[Path | None, typer.Option(help="Folder for grader_audit.json.")] = None,
) -> None:
    """Prove the graders: oracle 100 %, null agent and leak probe 0 %, and mutants of right conversations fail.

    Exits with 1 when a probe is off or fewer than 99 % of the mutants are told from right conversations.
    """
    from atlas.runs.grader_audit import run_grader_audit

    run_async(run_grader_audit(dataset, mutants, seed, output))


@app.command()
def regrade(
    run: Annotated[str, typer.Argument(help="The run's id.")],
    dataset: Annotated[
        Path | None, typer.Option(help="Where its tasks are, if not where the run says (also a task file).")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Store the new verdicts beside the old ones.")] = False,
) -> None:
    """Check the stored trajectories of a run with today's graders, and say which verdicts change."""
    from atlas.runs.regrade import RegradePlan, run_regrade
    from atlas.settings import Settings

    run_async(run_regrade(RegradePlan(run, dataset, write), Settings.load()))
