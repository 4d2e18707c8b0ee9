"""`atlas rollout serve`: groups played for a trainer that takes them from a trajectory API."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from itertools import count

import typer
from rich.console import Console

from atlas.core.group import Group
from atlas.core.json import dumps
from atlas.core.messages import Usage
from atlas.core.trainer_group import trainer_group
from atlas.errors import ConfigError, DeliveryError, RunFailed
from atlas.rollouts.client import Introduction, Queue, Refused, Registered, Trainer, TrajectoryApi
from atlas.rollouts.journal import Delivered, Journal, LeftOut, open_journal, step_of
from atlas.rollouts.tokens.byte_tokenizer import NAME as BYTES
from atlas.runs.rollout.budget import Budget
from atlas.runs.rollout.opened import open_run
from atlas.runs.rollout.plan import RolloutPlan
from atlas.runs.rollout.process import begin_or_resume
from atlas.runs.rollout.production import Made, Production
from atlas.settings import Settings
from atlas.telemetry.progress import Progress

TOKEN = "ATLAS_ROLLOUT_TOKEN"
POLL_S = 1.0
DEFAULT_MAX_TOKENS = 32_768
PATIENCE = 3
"""Groups in a row that nobody takes, or in which nothing got through: further ones would only cost money."""
PATIENCE_WITH_DULL_GROUPS = 20
"""The same for groups that are left out, because their scores are equal or their sequences too long."""


async def run_serve(plan: RolloutPlan, settings: Settings) -> None:
    """Register, play while the trainer wants groups, deliver each, and take leave at the end, whatever ends it.

    Raises `ConfigError` and `DatasetError` for wrong input, `DeliveryError` when the API stays away or refuses what
    it is sent, `BudgetExceeded`, `RunFailed` when the agent or its model keeps failing, and `StorageError`.
    """
    console, env = Console(), plan.config.env
    async with AsyncExitStack() as stack:
        terminated = stack.enter_context(_terminable())
        progress = stack.enter_context(Progress(console))
        run = await stack.enter_async_context(open_run(plan, settings, progress))
        journal = None
        if env.data_path_to_save_groups is not None:
            journal = stack.enter_context(open_journal(env.data_path_to_save_groups))
            begin_or_resume(journal, plan, run)
        screen = _Screen(console, plan.env)
        api = TrajectoryApi(env.rollout_server_url, settings.environ.get(TOKEN) or None, on_wait=screen.waiting)
        await stack.enter_async_context(api)
        budget = Budget(plan.config.budget_usd, journal.spent if journal else Usage())
        production = run.production(plan, budget, progress)
        if run.protection is not None:
            screen.say(f"agent-written code is held by: {run.protection}")
        if env.tokenizer_name == BYTES:
            screen.say("tokens are bytes in ChatML; for a model that is trained, name its own --env.tokenizer_name")
        name = journal.name(_new_name) if journal else _new_name()
        serving = _Serving(plan, api, production, journal, screen, budget, name)
        progress.start_arm(plan.env, None)
        try:
            await serving.work()
        except asyncio.CancelledError:
            again = f" Go on with: {plan.line} --resume" if journal else ""
            screen.say(f"Interrupted after {serving.account}.{again}")
            if terminated.is_set():
                raise typer.Exit(128 + signal.SIGTERM) from None
            raise
        screen.say(f"Done: {serving.account}. Cost {budget.cost}.")


def _new_name() -> str:
    return uuid.uuid4().hex


class _Serving:
    """One environment at the trainer's service."""

    def __init__(
        self,
        plan: RolloutPlan,
        api: TrajectoryApi,
        production: Production,
        journal: Journal | None,
        screen: _Screen,
        budget: Budget,
        name: str,
    ) -> None:
        """`name` tells this run's groups from those of every other one."""
        self._env, self._plan = plan.config.env, plan
        self._api, self._production, self._journal = api, production, journal
        self._screen, self._budget, self._name = screen, budget, name
        self._registered: Registered | None = None
        self._trainer = Trainer()
        self._running: set[asyncio.Task[None]] = set()
        self._in_vain = 0
        self.delivered = self.refused = self.left_out = 0

    @property
    def account(self) -> str:
        """What it came to, for the screen."""
        parts = [f"{self.delivered} groups delivered"]
        parts += [f"{self.refused} refused"] if self.refused else []
        parts += [f"{self.left_out} left out"] if self.left_out else []
        return ", ".join(parts)

    async def work(self) -> None:
        """Serve until the trainer's last step, the budget's end, or what is raised."""
        try:
            await self._register()
            await self._deliver_leftovers()
            await self._serve()
        finally:
            for unfinished in self._running:
                unfinished.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
            await self._leave()

    async def _register(self) -> None:
        """Register, and take over what the trainer asks for. Raises `ConfigError` for groups that fit no batch."""
        size, env = self._production.keeping.group_size, self._env
        introduction = Introduction(
            env.wandb_name or self._plan.env,
            env.max_token_length or DEFAULT_MAX_TOKENS,
            env.inference_weight,
            size,
            env.min_batch_allocation,
        )
        self._registered = await self._api.register(introduction)
        self._trainer = await self._api.trainer()
        if 0 < self._trainer.batch_size < size:
            raise ConfigError(
                f"--env.group_size {size} is larger than the trainer's batch of {self._trainer.batch_size} "
                "sequences, so that no group would ever be taken; make it smaller"
            )
        # Trainers count the token that comes after the last one too.
        limits = [env.max_token_length, self._trainer.max_token_len - 1]
        most = min((limit for limit in limits if limit is not None and limit > 0), default=None)
        keeping = replace(self._production.keeping, most_tokens=most)
        self._production = replace(self._production, keeping=keeping)
        self._screen.say(
            f"registered as {self._registered.wandb_name} with {self._api.url}: batches of "
            f"{self._trainer.batch_size} sequences, groups of {size}"
        )

    async def _serve(self) -> None:
        steps = self._steps()
        while self._missing(queue := await self._queue()) != 0:
            for _ in range(self._room(queue) - len(self._running)):
                self._running.add(asyncio.create_task(self._make(next(steps))))
            if not self._running and not self._budget.left:
                raise self._budget.stopped(self.delivered, "groups")
            if not self._running:
                self._screen.full(queue)
            await self._reap(POLL_S)
        while self._running:
            await self._reap(None)

    async def _make(self, step: int) -> None:
        """Play one group and hand it over."""
        made = await self._production.group(step)
        group = made.group
        if group.ungraded:
            self._screen.say(f"group {group.group_id}: reasoning is no part of some scores: {group.ungraded[0]}")
        if (reason := self._reason_against(made)) is not None:
            self.left_out += 1
            self._screen.say(f"group {group.group_id} is left out: {reason}")
            if group.members and self._journal is not None:
                self._journal.note(LeftOut(step, reason, group.usage))
            return
        if self._journal is not None:
            self._journal.add(group)
        await self._deliver(group)

    def _reason_against(self, made: Made) -> str | None:
        members, size = len(made.group.members), self._production.keeping.group_size
        # A server puts groups of other sizes aside until they happen to fill one; most never do.
        partial = f"only {members} of {size} trajectories got through" if 0 < members < size else None
        reason = partial or made.refusal
        if reason is not None:
            patience = PATIENCE if members == 0 else PATIENCE_WITH_DULL_GROUPS
            self._vain(patience, RunFailed(f"{patience} groups in a row were left out, the last because {reason}"))
        return reason

    async def _deliver(self, group: Group) -> None:
        assert self._registered is not None
        # The protocol has no other place that says which environment a group came from, and that it is simulated.
        origin = {"environment": group.environment, **({"simulated": True} if group.simulated else {})}
        named = replace(group, group_overrides={**group.group_overrides, **origin})
        body = dumps(trainer_group(named, self._registered.env_id)).encode()
        refused = None
        try:
            await self._api.deliver(body, f"{self._name}/{group.group_id}")
        except Refused as error:
            refused = str(error)
            self.refused += 1
            self._screen.say(f"group {group.group_id} is refused: {refused}")
        if self._journal is not None:
            self._journal.note(Delivered(step_of(group), refused))
        if refused is None:
            self.delivered += 1
            self._in_vain = 0
        else:
            said = f"{self._api.url} takes no group; the last one was refused: {refused}"
            self._vain(PATIENCE, DeliveryError(said))

    async def _deliver_leftovers(self) -> None:
        """What an earlier process of this run finished and did not get rid of."""
        if self._journal is None or not self._journal.written:
            return
        for group in self._journal.groups():
            if step_of(group) not in self._journal.delivered:
                await self._deliver(group)

    def _vain(self, patience: int, error: DeliveryError | RunFailed) -> None:
        self._in_vain += 1
        if self._in_vain >= patience:
            raise error

    async def _queue(self) -> Queue:
        """How full the server is; a server that has forgotten this environment is told of it anew."""
        assert self._registered is not None
        try:
            return await self._api.queue(self._registered.env_id)
        except Refused as error:
            self._screen.say(f"{self._api.url} does not know this environment any more ({error}); registering anew")
            await self._register()
            assert self._registered is not None
            return await self._api.queue(self._registered.env_id)

    def _missing(self, queue: Queue) -> int | None:
        """How many groups take the trainer to its last step, beside those that wait; None without a last step."""
        assert self._registered is not None
        wanted = self._env.total_steps or -1
        last = wanted if wanted > 0 else self._registered.num_steps
        if last <= 0:
            return None
        sequences = (last - queue.current_step) * self._trainer.batch_size
        return max(0, -(-sequences // self._production.keeping.group_size) - queue.queue_size)

    def _room(self, queue: Queue) -> int:
        """How many groups may be in the making, so that at most `max_batches_offpolicy` batches wait."""
        if self._trainer.batch_size <= 0 or not self._budget.left:
            return 0
        share = min(1.0, queue.unallocated_fraction + (self._env.min_batch_allocation or 0.0))
        sequences = self._env.max_batches_offpolicy * self._trainer.batch_size * share
        most = int(sequences // self._production.keeping.group_size)
        limits = (self._production.room, most - queue.queue_size, self._missing(queue))
        return max(0, min(limit for limit in limits if limit is not None))

    async def _reap(self, timeout_s: float | None) -> None:
        """Wait until something is finished, and raise what it raised."""
        if not self._running:
            await asyncio.sleep(timeout_s or 0)
            return
        done, self._running = await asyncio.wait(
            self._running, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
        )
        # All are looked at, for several may have raised at once.
        if raised := [error for finished in done if (error := finished.exception()) is not None]:
            raise raised[0]

    def _steps(self) -> Iterator[int]:
        handled = self._journal.handled if self._journal else frozenset()
        return (step for step in count() if step not in handled)

    async def _leave(self) -> None:
        if self._registered is None:
            return
        try:
            await self._api.disconnect(self._registered.env_id)
        except DeliveryError as error:
            self._screen.say(str(error))


class _Screen:
    """What is said while serving; a wait is said once, not once a try."""

    def __init__(self, console: Console, name: str) -> None:
        self._console, self._name = console, name
        self._said = ""

    def say(self, text: str) -> None:
        self._console.print(f"{self._name}: {text}", highlight=False, markup=False, soft_wrap=True)

    def waiting(self, reason: str, seconds: float) -> None:
        """A call is tried again in so many seconds."""
        if reason != self._said:
            self._said = reason
            self.say(f"waiting: {reason}")

    def full(self, queue: Queue) -> None:
        """Nothing is played, because the trainer has enough."""
        self.waiting(f"{queue.queue_size} groups wait for the trainer, which is at step {queue.current_step}", 0.0)


@contextmanager
def _terminable() -> Iterator[asyncio.Event]:
    """Inside, SIGTERM ends the running task as Ctrl-C does, and sets the event: leave is taken of the server."""
    loop, task, event = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()

    def terminate() -> None:
        event.set()
        if task is not None:
            task.cancel()

    loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        yield event
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
