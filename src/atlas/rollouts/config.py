"""Settings of a rollout run: what is played, how it is scored, whom the groups go to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Level = Annotated[int, Field(ge=1, le=3)]
UnitInterval = Annotated[float, Field(ge=0, le=1)]

RETIRED = {
    "env.use_wandb": "progress, cost and success rates are on the screen and in the files",
    "env.batch_size": "the trainer says how large its batches are when it registers",
    "env.worker_timeout": "env.process_timeout is the one deadline of a task",
    "env.steps_per_eval": "`atlas rollout evaluate` is a command of its own",
    "env.eval_handling": "`atlas rollout evaluate` is a command of its own",
    "env.eval_limit_ratio": "`atlas rollout evaluate` is a command of its own",
    "env.max_eval_workers": "env.max_concurrent_processes is how many tasks are played at once",
    "env.max_num_workers": "env.max_concurrent_processes is how many tasks are played at once",
    "env.max_num_workers_per_node": "env.max_concurrent_processes is how many tasks are played at once",
    "env.num_rollouts_to_keep": "every group is kept in env.data_path_to_save_groups",
    "env.num_rollouts_per_group_for_logging": "every group is kept in env.data_path_to_save_groups",
    "env.min_items_sent_before_logging": "progress is shown from the first task on",
    "env.scoring_strategy": "block scoring holds the weights of the score's parts",
    "env.length_penalty_weight": "block scoring holds the weights of the score's parts",
    "env.save_full_traces": "groups always hold the whole trajectory",
    "env.agent_verbosity": "an agent's log is in its messages",
    "env.debug_scoring": "each part of a score is in the record of its trajectory",
    "openai.num_max_requests_at_once": "env.max_concurrent_processes is how many tasks are played at once",
    "openai.num_requests_for_eval": "env.max_concurrent_processes is how many tasks are played at once",
    "openai.rolling_buffer_length": "nothing ever read it",
    "openai.health_check": "no call is made that no task needs",
    "openai.server_type": "every model is called over OpenAI chat completions",
    "slurm": "--executor ray plays on many machines",
    "testing": "--offline plays with the simulated student",
}
"""Flags of the reference that are gone, and what to do about each."""


class Block(BaseModel):
    """A block of the config: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EnvConfig(Block):
    """Block `env`: what is played, how often, under which limits, and where the groups go."""

    data_path_to_save_groups: Path | None = Field(
        None, description="process: the JSONL file of groups (rollouts/<ENV>.jsonl); serve: also keep them there."
    )
    data_dir_to_save_evals: Path | None = Field(
        None, description="evaluate: the folder of metrics.json and samples.jsonl (rollouts/<ENV>-eval)."
    )
    total_steps: int | None = Field(
        None, ge=-1, description="Groups to play. process: 10 when left out; serve: until the trainer's last step."
    )
    group_size: int | None = Field(
        None, ge=1, le=1024, description="Trajectories of one task: 4 when left out; evaluate: 1."
    )
    include_messages: bool = Field(True, description="Whether a group holds the messages beside the tokens.")
    max_concurrent_processes: int = Field(8, ge=1, le=1024, description="Tasks that are played at once.")
    process_timeout: float = Field(240.0, gt=0, description="Seconds that a task may take, all its turns together.")
    max_steps: int = Field(12, ge=1, le=100, description="Model calls of one turn at most.")
    use_chat_completion: bool = Field(
        True,
        description="false: plain completions. The conversation is sent as the text that the chat template of "
        "tokenizer_name writes, and tokens and masks are those of what was sent and received.",
    )
    require_sandbox: bool = Field(
        False, description="Refuse to run where the kernel cannot fence the agent's code in."
    )
    agent: Literal["chat", "code"] | None = Field(
        None, description="chat calls tools, code writes Python; smolagents: code when left out, else chat."
    )
    dataset_path: Path | None = Field(
        None, description="smolagents: a folder of the GAIA layout (gaia-mini); crm: conversations (generated)."
    )
    split: str | None = Field(None, description="Only tasks of this split; all when left out.")
    level: tuple[Level, ...] | None = Field(
        None, description="smolagents: only tasks of these levels, as in 1,3; all when left out."
    )
    backend: Literal["postgres", "mock"] = Field("postgres", description="crm: where its state is kept.")
    tokenizer_name: str | None = Field(
        None,
        description="A folder with tokenizer.json, a name on the hub, or bytes (one token a byte). process: no "
        "tokens and masks when left out; serve: bytes.",
    )
    max_token_length: int | None = Field(
        None, ge=1, description="Groups with a sequence of more tokens are left out; serve: the trainer's own too."
    )
    ensure_scores_are_not_same: bool | None = Field(
        None, description="Leave groups out whose scores are all equal. process: false when left out; serve: true."
    )
    on_failure: Literal["keep", "replay"] | None = Field(
        None,
        description="A trajectory that failed below the agent: keep the group without it, marked, or replay it "
        "first. process: keep when left out; serve: replay.",
    )
    max_replays: int = Field(2, ge=1, le=10, description="How often a failed trajectory is replayed at most.")
    rollout_server_url: str = Field("http://localhost:8000", description="serve: the trajectory API.")
    wandb_name: str | None = Field(None, min_length=1, description="serve: the name to register under (ENV).")
    inference_weight: float = Field(1.0, ge=0, description="serve: the weight to register with.")
    min_batch_allocation: UnitInterval | None = Field(
        None, description="serve: the share of each batch that this environment asks for."
    )
    max_batches_offpolicy: int = Field(
        3, ge=1, description="serve: groups are made while fewer batches than this are waiting."
    )

    @field_validator("level", mode="before")
    @classmethod
    def _is_a_list(cls, value: object) -> object:
        """A flag gives 1,3; a file may as well give 1 or [1, 3]."""
        if isinstance(value, str):
            return [part.strip() for part in value.split(",")]
        if value == []:
            raise ValueError("names no level; leave it out for all")
        return [value] if isinstance(value, int) else value

    @field_validator("rollout_server_url")
    @classmethod
    def _is_http_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must be a URL like http://localhost:8000")
        return value.rstrip("/")

    @field_validator("total_steps")
    @classmethod
    def _is_not_zero(cls, value: int | None) -> int | None:
        if value == 0:
            raise ValueError("must be at least 1, or -1 for as many as the trainer takes")
        return value


class PriceBlock(Block):
    """Block `price_per_million` of a model: what it costs, where the built-in list does not know it."""

    prompt: float | None = Field(None, ge=0, description="USD per million prompt tokens.")
    completion: float | None = Field(None, ge=0, description="USD per million completion tokens.")

    @model_validator(mode="after")
    def _is_whole(self) -> PriceBlock:
        if (self.prompt is None) != (self.completion is None):
            raise ValueError("needs both prompt and completion")
        return self


class ModelBlock(Block):
    """One model and how it is called."""

    model_name: str | None = Field(None, min_length=1, description="The model, as its endpoint spells it.")
    base_url: str | None = Field(None, description="An endpoint that speaks OpenAI chat completions.")
    api_key: str | None = Field(
        None, repr=False, description="Its key, better set as OPENAI_API_KEY: a flag is seen by everybody in `ps`."
    )
    max_tokens: int | None = Field(None, ge=1, description="Tokens of one reply at most.")
    timeout: float = Field(120.0, gt=0, description="Seconds of one call.")
    price_per_million: PriceBlock = PriceBlock()


class OpenAIConfig(ModelBlock):
    """Block `openai`: the model that plays."""

    temperature: float = Field(1.0, ge=0, le=2, description="Sampling temperature; at 0 groups hardly vary.")


class JudgeConfig(ModelBlock):
    """Block `judge`: the model that grades reasoning, with scoring.reasoning_judge model."""


class ScoringConfig(Block):
    """Block `scoring`: the weights of a score's parts. They are divided by their sum."""

    correctness: float = Field(0.7, gt=0, description="Weight of a right answer.")
    steps: float = Field(0.1, ge=0, description="Weight of needing few model calls.")
    time: float = Field(0.1, ge=0, description="Weight of needing little model time.")
    reasoning: float = Field(0.1, ge=0, description="Weight of sound reasoning.")
    reasoning_judge: Literal["rule", "model"] = Field(
        "rule",
        description="Who says how sound it is: rule, the share of steps that neither fail nor repeat each other; "
        "model, the model of block judge.",
    )
    partial_credit: float = Field(
        0.0, ge=0, lt=1, description="Share of the weight of correctness that a wrong answer can get; 0: none."
    )

    @model_validator(mode="after")
    def _judge_has_weight(self) -> ScoringConfig:
        if self.reasoning_judge == "model" and self.reasoning == 0:
            raise ValueError("a judge of reasoning counts for nothing with a weight of 0; raise scoring.reasoning")
        return self


class RayConfig(Block):
    """Block `ray`: the cluster of --executor ray."""

    address: str | None = Field(None, description="Address of a cluster (auto: the one here); else a local one.")
    workers: int = Field(2, ge=1, description="Worker processes, which share env.max_concurrent_processes.")


class RolloutConfig(Block):
    """A rollout config, whole: the same names in a YAML file and, dotted, as flags."""

    env: EnvConfig = EnvConfig()
    openai: OpenAIConfig = OpenAIConfig()
    scoring: ScoringConfig = ScoringConfig()
    judge: JudgeConfig = JudgeConfig()
    ray: RayConfig = RayConfig()
    executor: Literal["local", "ray"] = Field("local", description="Where tasks are played.")
    offline: bool = Field(False, description="The simulated student instead of a model (ATLAS_OFFLINE_MODE).")
    seed: int = Field(42, description="Order of the tasks and sampling seeds.")
    budget_usd: float | None = Field(None, gt=0, description="Stop when the run has cost this much.")
