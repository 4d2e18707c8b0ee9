"""A scene: one conversation while it is being written, turn by turn, against its own world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any, TypeAlias, TypeVar

from atlas.core.json import JsonValue, dumps
from atlas.core.tasks import ExpectedCall, Fact
from atlas.datasets.conversation import ConversationTurn, ExpectedResponse
from atlas.datasets.generator import mentions
from atlas.datasets.generator.facts import stated, told
from atlas.datasets.generator.mentions import Mention
from atlas.datasets.generator.reasons import Reason
from atlas.datasets.generator.records import (
    Client,
    Company,
    Contact,
    Contract,
    Deal,
    Document,
    Note,
    Quote,
    Record,
)
from atlas.datasets.generator.speech import Bank, expand, sentence, unless_taken
from atlas.datasets.generator.talk import Talk
from atlas.datasets.generator.world import World

T = TypeVar("T")
R = TypeVar("R", Client, Contact, Deal, Quote, Contract)
N = TypeVar("N", Client, Contact, Deal, Quote, Contract, Document, Note)
P = TypeVar("P", Client, Contact, Deal, Quote, Contract, Company, Document, Note)

WORDINGS = 40
"""How many wordings are tried to find one that no other conversation of the set has used."""
MODIFY = {
    "Client": "modify_client",
    "Contact": "modify_contact",
    "Deal": "modify_opportunity",
    "Quote": "modify_quote",
}


class Unfit(Exception):
    """An intent does not fit the scene as it is; another one must be tried."""


@dataclass(slots=True)
class _Draft:
    """The turn being written."""

    utterance: str = ""
    calls: list[ExpectedCall] = field(default_factory=list)
    refers_to: set[int] = field(default_factory=set)
    meant: list[Record] = field(default_factory=list)


Intent: TypeAlias = "Callable[[Scene], None]"
"""Writes one turn of a scene. Raises `Unfit`, before it changes the world, when the scene does not suit it."""


class Scene:
    """Writes turns: `ask`, then calls and changes, then `reply` or `refuse`.

    `taken` holds every utterance of the data set so far. `subject` is the record the last turn was about, `ranked`
    the ids of the records that it put in an order.
    """

    def __init__(self, rng: Random, world: World, today: date, taken: set[str]) -> None:
        self.rng, self.world, self.today = rng, world, today
        self.turns: list[ConversationTurn] = []
        self.played: list[str] = []
        self.subject: str | None = None
        self.ranked: tuple[str, ...] = ()
        self._taken = taken
        self._draft = _Draft()
        self._visible: set[str] = set()
        self._met: dict[str, int] = {}
        self._last: dict[type[Record], tuple[str, int]] = {}
        self._made: dict[str, int] = {}
        self._talk = Talk()
        self._told: dict[str, int] = {}
        self._edits = world.edits

    @property
    def number(self) -> int:
        """The number of the turn being written, from 1."""
        return len(self.turns) + 1

    def attempt(self, intent: Intent) -> bool:
        """Let an intent write the next turn; False, and nothing said, when it does not fit."""
        subject, ranked = self.subject, self.ranked
        before = (dict(self._met), dict(self._last), set(self._visible), self._talk.copy())
        try:
            intent(self)
        except Unfit:
            self._draft = _Draft()
            self._met, self._last, self._visible, self._talk = before
            self.subject, self.ranked = subject, ranked
            return False
        return True

    @property
    def said(self) -> str:
        """What the user says in the turn being written."""
        return self._draft.utterance

    # Choosing

    def pick(self, candidates: Sequence[P], stay: float = 0.7) -> P:
        """One of the candidates, with probability `stay` the one talked about last. Raises `Unfit` when empty."""
        if not candidates:
            raise Unfit
        here = [record for record in candidates if record.id == self.subject or self._at_hand(record)]
        if here and self.rng.random() < stay:
            return self.rng.choice(here)
        return self.rng.choice(candidates)

    def one_of(self, values: Iterable[T]) -> T:
        """Any of the values. Raises `Unfit` when there is none."""
        found = list(values)
        if not found:
            raise Unfit
        return self.rng.choice(found)

    # Pointing at records

    def deal(self, deal: Deal) -> Mention:
        return self._pointed(deal, mentions.DEAL_AGAIN, "deal", mentions.deal_by_name(self.rng, deal))

    def client(self, client: Client) -> Mention:
        named = mentions.client_by_name(self.rng, client)
        return self._pointed(client, mentions.CLIENT_AGAIN, "client", named, pronoun=False)

    def contact(self, contact: Contact) -> Mention:
        named = mentions.contact_by_name(self.rng, contact, self.client_of(contact))
        if self.subject == contact.id and self.rng.random() < 0.6:
            self._refer(contact)
            return mentions.pronoun(contact)
        # "That person" may be a deal's owner, unless the last turn was about the contact.
        again = mentions.CONTACT_AGAIN if self.subject == contact.id else mentions.CONTACT_AGAIN[:2]
        return self._pointed(contact, again, "contact", named, pronoun=False)

    def quote(self, quote: Quote) -> Mention:
        deal = self.deal_of(quote)
        siblings = [q.status for q in self.world.quotes_of(deal)]
        if self._at_hand(quote) and self.rng.random() < 0.8:
            return self._pointed(quote, mentions.QUOTE_AGAIN, "quote", None)
        self._name(quote)
        if quote.version is None:
            raise Unfit
        return mentions.quote_on(self.rng, quote, self.deal(deal), deal.name, siblings.count(quote.status) == 1)

    def contract(self, contract: Contract) -> Mention:
        client = self.world.get(Client, contract.client_id)
        if self._at_hand(contract) and self.rng.random() < 0.8:
            return self._pointed(contract, mentions.CONTRACT_AGAIN, "contract", None)
        self._name(contract)
        siblings = self.world.contracts_of(client)
        deal = self._deal_of_contract(contract)
        if deal is not None and self.rng.random() < 0.6:
            return mentions.contract_for(self.rng, self.deal(deal))
        if (found := mentions.contract_of(self.rng, contract, siblings, self.client(client))) is None:
            raise Unfit
        return found

    def _deal_of_contract(self, contract: Contract) -> Deal | None:
        """The deal that this contract, and no other one, is for."""
        same = [c for c in self.world.contracts() if c.opportunity_id == contract.opportunity_id]
        return self.world.get(Deal, contract.opportunity_id) if contract.opportunity_id and len(same) == 1 else None

    def document(self, document: Document) -> Mention:
        named = mentions.document_by_name(self.rng, document.file_name)
        return self._pointed(document, mentions.DOCUMENT_AGAIN, "file", named, pronoun=False)

    def note(self, note: Note) -> Mention:
        named = mentions.note_by_text(self.rng, note.content)
        return self._pointed(note, mentions.NOTE_AGAIN, "note", named, pronoun=False)

    def company(self, company: Company, *, plainly: bool = False) -> Mention:
        """`plainly` leaves the type of the company to be found out."""
        named = mentions.company_by_name(self.rng, company, plainly=plainly)
        return self._pointed(company, mentions.COMPANY_AGAIN, "company", named, pronoun=False)

    def holder(self, record: Client | Contact | Deal | Quote | Contract) -> Mention:
        """A record that documents or notes are attached to."""
        match record:
            case Client():
                return self.client(record)
            case Contact():
                return self.contact(record)
            case Deal():
                return self.deal(record)
            case Quote():
                return self.quote(record)
            case Contract():
                return self.contract(record)

    def stranger(self, name: str, noun: str) -> Mention:
        """Something that is not in the world, pointed at as if it were; nothing else of its kind is "that" now."""
        self.blur({"deal": Deal, "client": Client, "": Quote}[noun])
        return Mention(self.rng.choice((name, f"the {name} deal", f'"{name}"')) if noun == "deal" else name)

    def client_of(self, record: Contact | Deal | Contract) -> Client:
        return self.world.get(Client, record.client_id)

    def deal_of(self, quote: Quote) -> Deal:
        return self.world.get(Deal, quote.opportunity_id)

    def _at_hand(self, record: Record) -> bool:
        """Whether it is the last record of its kind, spoken of at most two turns ago, for every reader."""
        last, turn = self._last.get(type(record), ("", 0))
        return last == record.id and self.number - turn <= 2 and self._talk.means(record)

    def _pointed(
        self, record: Record, again: Sequence[str], noun: str, named: Mention | None, *, pronoun: bool = True
    ) -> Mention:
        """`record` in words that refer back when it is the last of its kind, by name otherwise."""
        at_hand = self._at_hand(record)
        if named is not None and (not at_hand or self.rng.random() < 0.2):
            self._name(record)
            return named
        self._refer(record)
        forms = list(again)
        if pronoun and self.subject == record.id:
            forms += ["it"] * 3
        if self._made.get(record.id) == self.number - 1 and self.rng.random() < 0.4:
            return mentions.new(self.rng, noun)
        return Mention(self.rng.choice(forms))

    def _name(self, record: Record) -> None:
        if record.id in self._met:
            self._draft.refers_to.add(self._met[record.id])
        self._met.setdefault(record.id, self.number)
        self._last[type(record)] = (record.id, self.number)
        self._draft.meant.append(record)

    def _refer(self, record: Record) -> None:
        self._draft.refers_to.add(self._met[record.id])
        self._last[type(record)] = (record.id, self.number)
        self._draft.meant.append(record)

    # Writing a turn

    def ask(self, bank: Bank, **slots: object) -> None:
        """What the user says this time."""
        self._draft.utterance = unless_taken(
            self._taken, WORDINGS, lambda: bank.worded(self.rng, first=not self.turns, **slots)
        )

    def call(self, tool: str, **arguments: Any) -> None:
        """A call of the reference solution. Ids of records created in play become references to their turn."""
        self._draft.calls.append(ExpectedCall(tool, {name: self._said(value) for name, value in arguments.items()}))

    def find(self, record: Client | Contact | Deal | Quote | Contract) -> None:
        """The reference calls that bring a record's id into view, if it is not there yet."""
        if record.id in self._visible:
            return
        match record:
            case Client():
                self.call("client_search", name=record.name)
                self.show(*(c for c in self.world.clients() if record.name in c.name))
            case Contact():
                self.call("contact_search", first_name=record.first_name, last_name=record.last_name)
            case Deal():
                self.call("opportunity_search", name=record.name)
                self.show(*(d for d in self.world.deals() if record.name in d.name))
            case Quote():
                deal = self.deal_of(record)
                self.find(deal)
                self.call("quote_search", opportunity_id=deal.id)
                self.show(*self.world.quotes_of(deal))
            case Contract():
                client = self.world.get(Client, record.client_id)
                self.find(client)
                self.call("contract_search", client_id=client.id)
                self.show(*self.world.contracts_of(client))
        self.show(record)

    def show(self, *records: Record) -> None:
        """Records whose ids tool results have brought into view."""
        self._visible.update(record.id for record in records)

    def change(self, record: R, **values: Any) -> R:
        """Modify a record: the reference call and its effect on the world. Raises `Unfit` where it undoes one."""
        if self.world.restores(record, values):
            raise Unfit
        self.call(MODIFY[type(record).__name__], **{record.key: record.id}, **values)
        changed: R = replace(record, **values)
        self.world.put(changed)
        return changed

    def create(self, tool: str, record: N, **arguments: Any) -> N:
        """Create a record: the reference call and its effect on the world. Ends the turn's calls."""
        self.call(tool, **arguments)
        made: N = self.world.create(record)
        self._made[made.id] = self.number
        self.show(made)
        return made

    def focus(self, record: Record | None, *others: Record, ranked: Sequence[Record] = ()) -> None:
        """What the turn was about. Later turns may say "it" of `record`, and "the second one" of `ranked`."""
        self.subject = record.id if record else None
        self.ranked = tuple(r.id for r in ranked)
        for shown in (*others, *((record,) if record else ())):
            self._met.setdefault(shown.id, self.number)
            self._last[type(shown)] = (shown.id, self.number)

    def blur(self, *kinds: type[Record]) -> None:
        """Several records of these kinds were named, so that "that deal" would be ambiguous."""
        for kind in kinds:
            self._last.pop(kind, None)
            self._talk.lose(kind)

    def refer_to_last(self) -> None:
        """The request points at the previous turn's answer."""
        self._draft.refers_to.add(self.number - 1)

    def reply(
        self,
        wordings: Sequence[str],
        facts: Sequence[Fact] = (),
        absent: Sequence[Fact] = (),
        /,
        **slots: object,
    ) -> None:
        """End the turn with a reply that holds every fact.

        Raises `Unfit` where nothing has been written and the user has said all of the facts.
        """
        if facts and self.world.edits == self._edits and self._all_told(facts):
            raise Unfit
        text = sentence(expand(self.rng, self.rng.choice(wordings)), **slots)
        missing = [fact for fact in facts if not stated(fact, text)]
        if missing:
            raise AssertionError(f"the reply {text!r} does not state {missing}")
        self._end(text, tuple(facts), tuple(absent))

    def refuse(
        self,
        category: str,
        wordings: Sequence[str],
        reason: Reason,
        error: str | None = None,
        /,
        *,
        about: Sequence[Fact] = (),
        **slots: object,
    ) -> None:
        """End the turn with a refusal that names the reason and what it is `about`, and no reason that is not so.

        `error` is part of the tool's error sentence.
        """
        text = sentence(expand(self.rng, self.rng.choice(wordings)), **slots)
        missing = [fact for fact in about if not stated(fact, text)]
        foreign = [fact for fact in reason.foreign if stated(fact, text)]
        if missing or foreign or not any(stated(fact, text) for fact in reason.told):
            raise AssertionError(f"the refusal {text!r} lacks {missing}, states {foreign} or names no reason")
        self._end(text, tuple(about), reason.foreign, category, reason.told, error)

    def _end(
        self,
        text: str,
        facts: tuple[Fact, ...],
        absent: tuple[Fact, ...],
        category: str | None = None,
        reasons: tuple[Fact, ...] = (),
        error: str | None = None,
    ) -> None:
        deciding = self._draft.calls[-1] if self._draft.calls else None
        if deciding is not None and not reasons and self._is_told(deciding):
            raise Unfit
        draft, self._draft = self._draft, _Draft()
        self._edits = self.world.edits
        self._told |= {dumps(call): self.world.edits for call in draft.calls}
        self._talk.hear(draft.utterance, self.world)
        self._talk.hear(text, self.world)
        for record in draft.meant:
            self._talk.bring(record)
        self.turns.append(
            ConversationTurn(
                turn_id=self.number,
                user_utterance=draft.utterance,
                supporting_calls=tuple(draft.calls[:-1]),
                expected_tool=deciding.tool if deciding else None,
                expected_args=deciding.arguments if deciding else {},
                references_previous_turns=tuple(sorted(draft.refers_to - {self.number})),
                expect_success=category is None,
                expected_error_substring=error,
                failure_category=category,
                expected_response=ExpectedResponse(text, "structured", (text,), False, facts, absent, reasons),
            )
        )

    def _all_told(self, facts: Sequence[Fact]) -> bool:
        """Whether the answer is no news to the user."""
        said = "\n".join((*(turn.user_utterance for turn in self.turns), self.said))
        return all(told(fact, said, self.today) for fact in facts)

    def _is_told(self, call: ExpectedCall) -> bool:
        """Whether this call was made before and nothing has been written since: it would show nothing new."""
        return self._told.get(dumps(call)) == self.world.edits

    def _said(self, value: JsonValue) -> JsonValue:
        if isinstance(value, (list, tuple)):
            return [self._said(item) for item in value]
        if isinstance(value, str) and value in self._made:
            return self._template(value)
        return value

    def _template(self, record_id: str) -> str:
        turn = self._made[record_id]
        if turn == self.number:
            raise AssertionError("a record cannot be referred to in the turn that creates it")
        key = next(kind.key for kind in (Client, Contact, Deal, Quote, Contract) if self._is(kind, record_id))
        self._draft.refers_to.add(turn)
        return f"{{{{turn_{turn}.{key}}}}}"

    def _is(self, kind: type[Client | Contact | Deal | Quote | Contract], record_id: str) -> bool:
        try:
            self.world.get(kind, record_id)
        except KeyError:
            return False
        return True
