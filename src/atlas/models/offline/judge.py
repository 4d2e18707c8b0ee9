"""The offline judge and arbiter: a score by rule for a whole conversation, with the noise that judges have."""

from __future__ import annotations

from hashlib import blake2b
from statistics import fmean, median

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import ChatRequest, Message
from atlas.models.offline.draws import uniform
from atlas.models.offline.evidence import Turn, asked, turns_of
from atlas.models.offline.mistakes import Mistake, mistakes_in
from atlas.models.offline.reasoning import reasoning

BEST_SCORE = 0.95
"""The score of a conversation without a flaw, noise aside."""
SLIP_COST = 0.03
"""What a failed call costs that did no harm."""
COSTS: dict[Mistake, float] = {
    Mistake.CLAIMED: 0.7,
    Mistake.WORKED_AROUND: 0.7,
    Mistake.WRONG_HIT: 0.6,
    Mistake.REFERENCE: 0.5,
    Mistake.INVENTED_ID: 0.5,
    Mistake.DUPLICATE: 0.6,
    Mistake.SCALE: 0.7,
    Mistake.DATE_COUNT: 0.5,
    Mistake.SPELLING: 0.5,
    Mistake.DATE_FORM: 0.5,
    Mistake.CURRENCY: 0.5,
    Mistake.STOPPED: 0.4,
    Mistake.EXTRA_FIELD: 0.4,
    Mistake.CLOSED_COUNTED: 0.4,
    Mistake.LEFT_OUT: 0.3,
    Mistake.NOT_DONE: 0.6,
}
"""What each mistake takes off the score of its turn."""
MISS_RATE = 0.1
"""How often a judge overlooks a mistake; the arbiter does so half as often."""
NOISE = 0.1
"""How far a score and an uncertainty stray at temperature 1, either way; the arbiter's a quarter of it."""

_INFERRED = {Mistake.REFERENCE, Mistake.STOPPED, Mistake.EXTRA_FIELD, Mistake.LEFT_OUT, Mistake.NOT_DONE}
"""Mistakes read from wording rather than proven by results: they leave the judge less sure."""
_PRINCIPLES: tuple[JsonObject, ...] = (
    {
        "name": "exact state",
        "weight": 0.5,
        "description": "The data changed as asked, on the right record, no more.",
    },
    {"name": "honest report", "weight": 0.3, "description": "The reply claims only what the results prove."},
    {"name": "complete answer", "weight": 0.2, "description": "The reply gives every fact that was asked for."},
)


def judge(request: ChatRequest, seed: int) -> Message:
    """The reply to "judge", "arbitrate", "grade" or "reasoning" as JSON; to anything else a short plain one."""
    ask = asked(request)
    if ask and ask.get("ask") == "reasoning":
        return Message("assistant", dumps(reasoning(ask)))
    if not ask or ask.get("ask") not in ("judge", "arbitrate", "grade"):
        return Message("assistant", "I can judge or grade a conversation, or arbitrate; I was asked for neither.")
    # The temperature is part of what is drawn for, so samples at different temperatures differ as a model's do.
    temperature = 0.0 if request.temperature is None else request.temperature
    digest = blake2b(dumps(ask).encode(), digest_size=8).hexdigest()
    opinion = _Opinion(ask, seed, temperature, digest)
    return Message("assistant", dumps(opinion.grades() if ask["ask"] == "grade" else opinion.reply()))


class _Opinion:
    """One sample: what this judge sees, and how far it strays."""

    def __init__(self, ask: JsonObject, seed: int, temperature: float, digest: str) -> None:
        self._ask, self._seed = ask, seed
        self._arbiter = ask["ask"] == "arbitrate"
        self._key = ("judge", repr(temperature), digest)
        self._noise = NOISE * temperature * (0.25 if self._arbiter else 1.0)

    def reply(self) -> JsonObject:
        """The judgement in the form asked for."""
        turns = turns_of(self._ask)
        seen = [self._seen(number, turn) for number, turn in enumerate(turns, start=1)]
        score = self._settled(_score(turns, seen)) + self._stray("score")
        inferred = sum(mistake in _INFERRED for found in seen for mistake in found)
        unsure = (0.04 if self._arbiter else 0.08) + 0.07 * inferred + abs(self._stray("uncertainty"))
        return {
            "principles": _PRINCIPLES,
            "score": round(min(1.0, max(0.0, score)), 4),
            "rationale": self._rationale(seen),
            "uncertainty": round(min(1.0, unsure), 4),
        }

    def grades(self) -> JsonObject:
        """The grades in the form asked for: the score is the goal's, and failed calls are what mars the process."""
        turns = turns_of(self._ask)
        seen = [self._seen(number, turn) for number, turn in enumerate(turns, start=1)]
        return {
            "goal": round(min(1.0, max(0.0, _score(turns, seen) + self._stray("goal"))), 4),
            "process": round(_process(turns), 4),
            "rationale": self._rationale(seen),
        }

    def _seen(self, number: int, turn: Turn) -> list[Mistake]:
        rate = MISS_RATE / 2 if self._arbiter else MISS_RATE
        return [
            mistake
            for mistake in mistakes_in(turn)
            if uniform(self._seed, *self._key, "miss", str(number), mistake.name) >= rate
        ]

    def _settled(self, own: float) -> float:
        """The arbiter trusts the evidence, and the judges a little."""
        scores = [float(sample["score"]) for sample in self._ask.get("samples", ())] if self._arbiter else []
        return 0.8 * own + 0.2 * median(scores) if scores else own

    def _stray(self, what: str) -> float:
        return self._noise * (2 * uniform(self._seed, *self._key, what) - 1)

    def _rationale(self, seen: list[list[Mistake]]) -> str:
        told = [
            f"In turn {number} {mistake}." for number, found in enumerate(seen, start=1) for mistake in found[:1]
        ]
        verdict = " ".join(told) or "Every turn was carried out and answered as asked."
        samples = len(self._ask.get("samples", ())) if self._arbiter else 0
        return f"{verdict} The evidence settles it between {samples} opinions." if samples else verdict


def _score(turns: tuple[Turn, ...], seen: list[list[Mistake]]) -> float:
    """Half the mean of the turns and half the worst: one wrong turn spoils a conversation."""
    if not turns:
        return 0.0
    scores = [_turn_score(turn, found) for turn, found in zip(turns, seen, strict=True)]
    return BEST_SCORE * (fmean(scores) + min(scores)) / 2


def _turn_score(turn: Turn, found: list[Mistake]) -> float:
    slips = 0 if found else sum(bool(call.error) for call in turn.calls)
    return max(0.0, 1.0 - sum(COSTS[mistake] for mistake in found) - SLIP_COST * slips)


def _process(turns: tuple[Turn, ...]) -> float:
    """The share of calls that did not fail; 1 without a call."""
    calls = [call for turn in turns for call in turn.calls]
    return sum(not call.error for call in calls) / len(calls) if calls else 1.0
