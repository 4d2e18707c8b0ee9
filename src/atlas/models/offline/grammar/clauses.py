"""Clauses: a request cut into the pieces that each want one thing done or told, with the act each calls for."""

from __future__ import annotations

import re
from dataclasses import replace

from atlas.models.offline.grammar.acts import classified, states_a_value
from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.clause import QUESTION, VALUES, Clause
from atlas.models.offline.grammar.lexicon import (
    NOTE,
    without_opening,
)
from atlas.models.offline.grammar.marks import Marked, Span
from atlas.models.offline.grammar.papers import goes_on, leaves_blank

_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\n+")


_VERB = (
    r"(?:change|update|set|move|mark|bump|raise|lower|increase|decrease|cut|push|extend|postpone|shift|rename|"
    r"switch|make|adjust|correct|fix|"
    r"advance|put|assign|reassign|hand|transfer|flag|drop|reduce|edit|modify|turn|flip|send|approve|reject|"
    r"close(?! date|d)|reopen|activate|deactivate|"
    r"create|add|open(?! (?:deals?|opp\w*|quotes?|pipeline|ones?)\b)|register|draft(?! quote| status)|prepare|"
    r"generate|issue|cancel|void|withdraw|delete|remove|clone|duplicate|copy|upload|attach|log|"
    r"leave|tell|let me know|give|show|list|find|check|confirm|remind|report|start|write|what|which|who|whose|"
    r"when|where|how|is|are|does|do|note(?= (?:that|down))|get|pull|bring|trim|boost|delay|revise|record|jot|"
    r"compare|calculate|summari[sz]e|double|halve|also|then|please|save|file|book|call it|name it|amend|"
    r"replace)"
)


_JOINT = re.compile(
    rf"\s*(?:,|;|–|—|\s-)?\s+(?:and then|and also|and afterwards|and finally|and after that|after which|then|"
    rf"after that|afterwards|plus|and|but also|but|also|so|next|as well as)\s*,?\s+(?=(?:please\s+|also\s+|"
    rf"then\s+|kindly\s+|can you\s+|could you\s+)*{_VERB}\b)"
    rf"|,\s+(?=(?:please\s+|also\s+|then\s+)*(?:then|set|move|change|update|mark|create|add|cancel|delete|"
    rf"remove|erase|withdraw|void|copy|clone|duplicate it|what|who|when|how many|how much|tell me|let me know|"
    rf"bump|push|draft|log)\b)",
    re.IGNORECASE,
)


_NOTE_TEXT = re.compile(
    r"(?:\b(?:saying|says|that says|which says|stating|reading|that reads|to say|with the text|with the "
    r"content|text|content|noting|mentioning|reminding us|to the effect|as "
    r"follows)\b(?:\s+that)?\s*[:,–-]?\s*|\bnote(?: down)?(?: (?:on|for|to|against|under|about) (?:the |that |"
    r"this )?(?:client |customer |account |deal |opportunity |quote |contact |contract )?(?:<[ni]\d+>|it|deal|"
    r"quote|client|account|contact|her|him|them)(?:'s (?:record|file|account|deal))?(?: (?:deal|account|quote|"
    r"record|opportunity|client))?)?\s*(?:that\s+|:\s*|-\s+|–\s*|—\s*)|:\s+|\s[-–—]\s+)(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)


def with_note_text(marked: Marked) -> Marked:
    """The request with the words of a note taken out as one quoted piece, so that they are not read as orders."""
    asked = any(QUESTION.match(without_opening(sentence)) for sentence in _SENTENCE.split(marked.text))
    if NOTE.search(marked.text) is None or leaves_blank(marked.text) or asked:
        return marked
    if re.search(r"<q\d+>", marked.text) or (match := _NOTE_TEXT.search(marked.text)) is None:
        return marked
    said = marked.unmark(match["text"]).strip().rstrip()
    tag = f"<q{90 + len(marked.spans)}>"
    spans = {**marked.spans, tag: Span(text=said, said=said)}
    return Marked(marked.text[: match.start("text")] + tag, spans)


_DEAL = (
    r"(?:the stage of )?(?:(?:the|our|that|this) (?:same |new )?)?(?:(?:deal|opportunity) )?"
    r"(?:<[nq]\d+>(?: deal| opportunity)?|it|(?:deal|opportunity)(?: (?:you|we) just (?:created|added|set up))?)"
)


_GAP = re.compile(
    rf"(?P<lead>:\s+)?(?P<one>{_DEAL}) (?P<to>to|into) (?P<value><e\d+>),? and (?:also )?"
    rf"(?:the stage of )?(?P<two>{_DEAL}) (?:to|into) (?P<next><e\d+>)",
    re.IGNORECASE,
)


def without_gaps(text: str) -> str:
    """ "move X to Proposal and Y to Negotiation" with the second verb put in, so that each part stands alone."""
    return _GAP.sub(
        lambda found: (
            f"{found['lead'] + 'move ' if found['lead'] else ''}{found['one']} {found['to']} {found['value']} "
            f"and move {found['two'].removeprefix('the stage of ')} to {found['next']}"
        ),
        text,
    )


def clauses(marked: Marked) -> tuple[Clause, ...]:
    """The request in order; a piece without an act of its own goes to the one before it, or else after it."""
    found: list[Clause] = []
    before = ""
    for text in _pieces(without_gaps(marked.text)):
        clause = classified(text)
        if found and goes_on(found[-1], text):
            found[-1] = replace(found[-1], text=f"{found[-1].text.rstrip('.')}, {text}")
        elif (
            found and clause.act in (found[-1].act, Act.READ, Act.NONE) and found[-1].act in (Act.READ, Act.COMPARE)
        ):
            found[-1] = replace(found[-1], text=f"{found[-1].text}, {text}")
        elif found and found[-1].act is Act.CREATE and _adds_to(clause, text, found[-1].text):
            found[-1] = replace(found[-1], text=f"{found[-1].text.rstrip('.')}, {text}")
        elif found and found[-1].act is not Act.READ and _CONDITION.match(text):
            continue
        elif clause.act is not Act.NONE:
            found.append(replace(clause, text=f"{before} {text}".strip()))
            before = ""
        elif not found:
            before = f"{before} {text}".strip()
        elif VALUES.search(text) or re.search(r"<[nq]\d+>", text):
            found[-1] = replace(found[-1], text=f"{found[-1].text.rstrip('.')}, {text}")
    return tuple(found) if found else (states_a_value(before),)


_OF_IT = re.compile(
    r"(?:its|their|his|her|the|and|with|as)?\s*(?:also\s+)?(?:set\s+(?:its|the|"
    r"their)\s+)?(?:<e\d+>\s+)?(?:stage|amount|status|account owner|owner|probability|close date|closing date|"
    r"phone|e-?mail|title|value|industry|address|version|name|it|they|tax|name it|call it)\b",
    re.IGNORECASE,
)


_CONDITION = re.compile(
    r"(?:if|unless|provided|otherwise|don['’]?t|do not|leave|only if|but only|as long as)\b", re.IGNORECASE
)


_TRAILING_CONDITION = re.compile(
    r"[,;]\s+(?:but )?(?:only )?(?:if|unless|provided|as long as|assuming|otherwise|or else|or leave)\b[^.?!]*",
    re.IGNORECASE,
)


def _adds_to(clause: Clause, text: str, before: str) -> bool:
    """Whether a piece after "create ..." says more about the new record."""
    if clause.act is Act.NONE or re.match(
        r"(?:without|all or nothing|otherwise|or else|else|if not|no record|if\b|don'?t|do not)\b",
        text,
        re.IGNORECASE,
    ):
        return True
    if clause.act is Act.MODIFY and re.match(r"(?:mark|set|make|flag|name|call|title) it\b", text, re.IGNORECASE):
        return "<n" in text or "<e" not in before
    return clause.act is Act.MODIFY and (_OF_IT.match(text) is not None) and "<n" not in text.split(" is ")[0]


def _pieces(text: str) -> list[str]:
    sentences = [piece for piece in _SENTENCE.split(text) if piece.strip()]
    sentences = [
        sentence if QUESTION.match(without_opening(sentence)) else _TRAILING_CONDITION.sub("", sentence)
        for sentence in sentences
    ]
    parts = [
        part.strip() for sentence in sentences for part in _JOINT.split(sentence) if part and part.strip(" .,!?")
    ]
    return [without_opening(part) or part for part in parts]
