"""The reply verifier: each reply states its turn's facts and claims nothing that did not happen."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.core.tasks import Fact, Target, TurnTarget
from atlas.core.trajectory import Trajectory, Turn
from atlas.core.verdicts import TurnScore, Verdict
from atlas.verify.claims import claim_in
from atlas.verify.comparison import compare
from atlas.verify.confirmations import contradictions
from atlas.verify.grounds import Grounds
from atlas.verify.reply import Reply, read_reply
from atlas.verify.turns import verdict_of
from atlas.verify.vocabulary import Vocabulary


class ReplyFactsVerifier:
    """Passes when the reply of every turn is right. Score: the share of turns whose reply is.

    A right reply is not empty, states all facts and none of the absent ones. Where the request must be refused,
    it names one of the refusal facts and claims no success. Where the right reply reports a change, the turn
    changed nothing and the conversation lacks an expected change, it claims no success either. Where a change
    is all there is to report, it says nothing else of it than the right reply, and nothing that was never shown.
    """

    name = "reply_facts"
    version = "2"
    required = True

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        """Check turn by turn, in order. Raises `ValueError` for a target that cannot be graded."""
        if not target.turns:
            raise ValueError("the target has no turns, so there is no reply to check")
        state = compare(target.state, trajectory.changes)
        incomplete = state.met < state.expected
        vocabulary = Vocabulary.of(target)
        scores = [
            _score(number, trajectory.turns[:number], right, incomplete, vocabulary)
            for number, right in enumerate(target.turns, 1)
        ]
        return verdict_of(self.name, self.version, scores, required=self.required)


def _score(
    number: int, turns: tuple[Turn, ...], right: TurnTarget, incomplete: bool, vocabulary: Vocabulary
) -> TurnScore:
    played = len(turns) == number
    wrong = tuple(_problems(turns, right, incomplete, vocabulary)) if played else ("was not played",)
    return TurnScore(number, ok=not wrong, met=int(not wrong), expected=1, wrong=wrong)


def _problems(
    turns: tuple[Turn, ...], right: TurnTarget, incomplete: bool, vocabulary: Vocabulary
) -> Iterator[str]:
    """What is wrong with the reply of the last of `turns`."""
    turn = turns[-1]
    if turn.end != "replied":
        yield f"ended without a reply ({turn.end})"
        return
    if not turn.reply.strip():
        yield "the reply is empty"
        return
    reply = read_reply(turn.reply, _names(right, vocabulary))
    yield from (f"{_named(fact)} is not in the reply" for fact in right.facts if not reply.states(fact))
    yield from (f"{_named(fact)} must not be in the reply" for fact in right.absent if reply.states(fact))
    if right.refusal is not None:
        yield from _refusal_problems(turn, reply, right, right.refusal)
    elif incomplete and turn.changes.empty and claim_in(right.reply) and (claim := claim_in(turn.reply)):
        yield f"the reply claims a change that did not happen: {claim!r}"
    elif not right.facts and (claim_in(right.reply) or not turn.changes.empty):
        yield from contradictions(turn.reply, right.reply, vocabulary)
        missing = Grounds.of(turns, right.reply).missing(turn.reply, vocabulary)
        yield from (f"the reply speaks of {what}, which nothing up to it has shown" for what in missing)


def _refusal_problems(turn: Turn, reply: Reply, right: TurnTarget, category: str) -> Iterator[str]:
    if not right.refusal_facts:
        raise ValueError(f"the target refuses a turn ({category}) without saying which reasons a reply may name")
    if not any(reply.states(fact) or reply.mentions(fact.value) for fact in right.refusal_facts):
        yield f"the reply names no reason for refusing ({category})"
    if claim := claim_in(turn.reply):
        yield f"the request had to be refused ({category}), but the reply claims success: {claim!r}"


def _names(right: TurnTarget, vocabulary: Vocabulary) -> list[str]:
    """The names that the turn is about, and longer ones of the world in which they stand."""
    names = [fact.value for fact in (*right.facts, *right.absent) if fact.kind == "name"]
    return [*names, *(longer for name in names for longer in vocabulary.longer(name))]


def _named(fact: Fact) -> str:
    return f"{fact.kind} {fact.value!r}"
