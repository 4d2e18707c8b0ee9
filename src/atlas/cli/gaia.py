"""`atlas gaia`: datasets of questions with files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)

MINI = Path("data/gaia_mini")


class SplitName(StrEnum):
    """Splits of the official layout."""

    VALIDATION = "validation"
    TEST = "test"


class AgentKind(StrEnum):
    """How the student acts."""

    CODE = "code"
    CHAT = "chat"


@app.command()
def download(
    output_dir: Annotated[Path, typer.Option(help="Where the dataset goes.")] = Path("data/gaia"),
    use_raw: Annotated[
        bool, typer.Option("--use-raw", help="The official repository instead of the annotated copy of it.")
    ] = False,
) -> None:
    """Download GAIA from the Hugging Face hub and check what arrived; the dataset is gated, so log in first."""
    from atlas.runs.gaia_data import download as fetch
    from atlas.settings import Settings

    fetch(output_dir, raw=use_raw, settings=Settings.load())


@app.command()
def generate(
    output: Annotated[Path, typer.Option(help="The folder to write.")],
    seed: Annotated[int, typer.Option(help="Equal seeds give equal bytes.")] = 42,
    per_level: Annotated[int, typer.Option(min=1, help="Questions of each of the three levels.")] = 22,
) -> None:
    """Generate questions with attachments in the official layout; needs no model."""
    from atlas.runs.gaia_data import generate_dataset

    generate_dataset(output, seed=seed, per_level=per_level)


@app.command()
def check(
    dataset: Annotated[Path, typer.Option(help="The folder that holds 2023/.")] = MINI,
    split: Annotated[SplitName, typer.Option(help="Which split.")] = SplitName.VALIDATION,
) -> None:
    """Say what a dataset holds, and name every attachment that is missing or corrupt."""
    from atlas.runs.gaia_data import check as look_through

    look_through(dataset, split.value)


@app.command("list")
def list_questions(
    dataset: Annotated[Path, typer.Option(help="The folder that holds 2023/.")] = MINI,
    split: Annotated[SplitName, typer.Option(help="Which split.")] = SplitName.VALIDATION,
    level: Annotated[list[int] | None, typer.Option(min=1, max=3, help="Only this level; repeatable.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, questions in full.")] = False,
) -> None:
    """List the questions, without their answers."""
    from atlas.runs.gaia_data import show

    show(dataset, split.value, level or (1, 2, 3), as_json=as_json)


@app.command("eval")
def evaluate(
    dataset: Annotated[
        Path | None, typer.Option(help="The folder that holds 2023/; gaia-mini when left out.")
    ] = None,
    split: Annotated[SplitName | None, typer.Option(help="Which split; validation when left out.")] = None,
    level: Annotated[list[int] | None, typer.Option(min=1, max=3, help="Only this level; repeatable.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="A rollout config (YAML) of the student; the flags here win over it.")
    ] = None,
    agent: Annotated[
        AgentKind | None, typer.Option(help="code writes Python (when left out), chat calls the tools.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Who plays, for example gpt-4.1-mini.")] = None,
    api_base: Annotated[str | None, typer.Option(help="OpenAI-compatible endpoint of that model.")] = None,
    temperature: Annotated[
        float | None, typer.Option(min=0, max=2, help="Sampling temperature (0 when left out).")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Play a random sample of N questions.")] = None,
    trials: Annotated[
        int | None, typer.Option(min=1, help="Play each question K times, for pass^1 to pass^K.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the sample and of the sampling of models (42).")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Sessions at once (8).")] = None,
    budget_usd: Annotated[float | None, typer.Option(min=0, help="Stop when the run has cost this much.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="The simulated student, which needs no key.")] = False,
    output: Annotated[Path | None, typer.Option(help="Folder of the report; default results/gaia.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run of that folder.")] = False,
) -> None:
    """Evaluate a student on GAIA or gaia-mini: success by level with intervals, tokens and cost, no answer leaked.

    Writes report.html, report.md, metrics.json and samples.jsonl; the sessions go into the store.
    """
    from atlas.runs.gaia_evaluation import GaiaEvalPlan, run_gaia_evaluation
    from atlas.settings import Settings

    plan = GaiaEvalPlan(
        dataset,
        split.value if split else None,
        tuple(level or ()),
        config,
        agent.value if agent else None,
        model,
        api_base,
        temperature,
        limit,
        trials,
        seed,
        concurrency,
        budget_usd,
        offline,
        output,
        resume,
    )
    run_async(run_gaia_evaluation(plan, Settings.load()))


@app.command()
def regrade(
    run: Annotated[str, typer.Argument(help="The id of a run that `atlas run` played on GAIA.")],
    dataset: Annotated[Path | None, typer.Option(help="Where its dataset is, if not where the run says.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Store the new verdicts beside the old ones.")] = False,
) -> None:
    """Check the stored trajectories of a run with today's grader, and say which verdicts change."""
    from atlas.runs.regrade import RegradePlan, run_regrade
    from atlas.settings import Settings

    run_async(run_regrade(RegradePlan(run, dataset, write), Settings.load()))
