"""A clause: one piece of a request and the act it calls for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.kinds import Kind

SHOULD = re.compile(
    r"\b(?:should|needs? to|must|has to|have to|ought to|is now|are now|is up to|has (?:been )?(?:changed|"
    r"moved|grown|slipped|gone|reached|signed|agreed|approved|accepted|rejected|declined|shifted|dropped|"
    r"risen)|(?:just )?(?:changed|moved|went|slipped|grew|dropped|rose|signed|agreed|approved|accepted|"
    r"rejected|declined|shifted|increased|got|came back|won|lost)|becomes?|slips|moves|closes|reached|reaches|"
    r"asked for|will (?:be|now)|needs?|wants?|to be|is|are|goes|->|→|=>|has|have)(?!\w)",
    re.IGNORECASE,
)


VALUES = re.compile(r"<[mpdueatlfx]\d+>")


@dataclass(frozen=True, slots=True)
class Clause:
    """One piece of a request. `kind` is the kind of record to be made, for the act of creating."""

    text: str
    act: Act
    kind: Kind | None = None


QUESTION = re.compile(
    r"(?:what|which|who|whom|whose|when|how|where|why|is|are|was|were|does|do|did|has|have (?:we|you|they)|"
    r"any|show|list|find|tell|search|look|check|display|summari[sz]e|count|remind|fetch|view|read|retrieve|"
    r"locate|confirm|verify|i wonder|report|"
    r"give (?:me|us)|get (?:me|us)|pull (?:up|me|the|together|out)|bring (?:up|me)|let (?:me|us) (?:know|see)|"
    r"run (?:me|through)|know|see|calculate|compute|recap|walk|total|sum up|add up|adding up|tally|name "
    r"(?:all|every|the)|enumerate|"
    r"(?:i'm|i am|we're|we are) (?:looking for|after|interested in|wondering)|i(?: also)? (?:need|want) to know|"
    r"(?:up to|until|by|on|for|at|to|from|since|with|in|of|under|how) (?:what|which|when|how|whom))\b|of "
    r"everything\b",
    re.IGNORECASE,
)
