"""The panel: several judge samples, and an arbiter where they disagree or are unsure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import cycle, islice
from statistics import fmean, pstdev

from atlas.core.json import JsonObject
from atlas.core.protocols import ChatModel
from atlas.core.tasks import Brief
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Judgement, PanelVerdict
from atlas.verify.config import RIMConfig
from atlas.verify.judge import Judge, Opinion, arbiter_question, question_of

_FOCUS = (
    "Was every request carried out exactly as asked, on the right records and nothing else, and did every reply "
    "tell the user what is true?"
)


class Panel:
    """`small` answers as every tier-1 judge, `large` as the arbiter."""

    def __init__(self, small: ChatModel, large: ChatModel, config: RIMConfig) -> None:
        self._config = config
        temperatures = islice(cycle(config.temperatures), config.judges)
        self._judges = [Judge(small, "tier1", temperature) for temperature in temperatures]
        self._arbiter = Judge(large, "arbiter", config.arbiter_temperature)

    async def judge(self, brief: Brief, trajectory: Trajectory, guidance: Sequence[str]) -> PanelVerdict:
        """What the judges say.

        The score is the mean of `samples`: those of the judges that answered, or the arbiter's alone where it was
        called and answered. A judge that failed is missing; when all failed the score is None. The audit has every
        call in order: the judges as configured, then the arbiter.
        """
        question = question_of(brief, trajectory, guidance, self._config.judge_prompt or _FOCUS)
        opinions = await self._ask_judges(question)
        samples = tuple(opinion.judgement for opinion in opinions if opinion.judgement)
        reason = escalation_reason(samples, self._config)
        if reason is not None:
            opinions.append(await self._arbiter.ask(arbiter_question(question, samples)))
            last = opinions[-1].judgement
            samples = (last,) if last else samples
        return panel_verdict(samples, opinions, reason)

    async def _ask_judges(self, question: JsonObject) -> list[Opinion]:
        free = asyncio.Semaphore(self._config.parallel_workers)

        async def ask(judge: Judge) -> Opinion:
            async with free:
                return await judge.ask(question)

        asked = [asyncio.create_task(ask(judge)) for judge in self._judges]
        try:
            return list(await asyncio.gather(*asked))
        finally:
            # When one stops the panel (the budget is spent), the others must not go on spending.
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)


def escalation_reason(samples: Sequence[Judgement], config: RIMConfig) -> str | None:
    """Why the arbiter must decide, or None: too few answered to agree, the scores spread, or somebody is unsure.

    With no sample there is nothing to arbitrate; with `judges` set to 1 a single sample is no shortage.
    """
    if not samples:
        return None
    if len(samples) == 1 < config.judges:
        return f"only 1 of {config.judges} judges answered"
    spread = pstdev(sample.score for sample in samples)
    if spread > config.variance_threshold:
        return f"the judges disagree: standard deviation {spread:.3f} is above {config.variance_threshold}"
    unsure = max(sample.uncertainty for sample in samples)
    if unsure > config.uncertainty_threshold:
        return f"a judge is unsure: uncertainty {unsure:.3f} is above {config.uncertainty_threshold}"
    return None


def panel_verdict(
    samples: tuple[Judgement, ...], opinions: Sequence[Opinion], reason: str | None = None
) -> PanelVerdict:
    """What the judges say, from those of their `opinions` that count; `reason` is why the arbiter was called."""
    surest = min(samples, key=lambda sample: sample.uncertainty, default=None)
    return PanelVerdict(
        score=fmean(sample.score for sample in samples) if samples else None,
        rationale=surest.rationale if surest else "no judge gave a usable answer",
        samples=samples,
        escalated=reason is not None,
        escalation_reason=reason,
        audit=tuple(opinion.call for opinion in opinions),
    )
