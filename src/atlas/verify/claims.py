"""Claims: a reply that says the assistant has changed something."""

from __future__ import annotations

import re

from atlas.verify.text import plain

_DONE = (
    r"(?:created|added|updated|modified|changed|deleted|removed|cancell?ed|cloned|copied|duplicated|uploaded|attached"
    r"|saved|set|moved|recorded|logged|renamed|assigned|scheduled|marked|applied|registered|raised|increased|lowered"
    r"|reduced|reassigned|edited|corrected|replaced|drafted|entered|filed|processed|completed|carried out)"
)
_ADVERBS = r"(?:(?:now|just|also|then|successfully|gone ahead and|went ahead and)\s+)*"

# A record's own past ("has been closed", "was signed") is no claim, so those verbs count in the first person only.
_OUTRIGHT = re.compile(
    rf"(?<!if )(?<!once )(?<!before )(?<!after )(?<!until )(?<!whether )"
    rf"\b(?:I|we)(?:'ve|\s+have)?\s+{_ADVERBS}(?:{_DONE}|closed|sent|made|put)\b"
    r"(?!\s+(?:nothing|no|none|sure|an? (?:error|mistake))\b)"
    r"|^\W*(?:(?:it's|it is|that's|that is|this is|consider it|everything is)\s+)?"
    r"(?:(?:all\s+)?done|all\s+set|success)\b",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(
    rf"(?<!that )(?<!which )(?<!who )\b(?:has|have)\s+{_ADVERBS}been\s+{_ADVERBS}{_DONE}\b"
    rf"|\b(?:was|were)\s+{_ADVERBS}{_DONE}\b(?!\s+(?:on|in|at)\s+(?:\d|(?-i:[A-Z]))|\s+by\s+(?-i:[A-Z]))"
    r"|\b(?:is|are)\s+now\b(?!\s+closed)|\bnow\s+(?:owns|closes|has|stands at|belongs|works)\b|\bhas\s+a\s+new\b"
    rf"|\bsuccessfully\s+{_DONE}\b|\b{_DONE}\s+successfully\b"
    rf"|^\W*{_DONE}\b(?!\s*:|\s+(?:by|in|on|at)\b)"
    rf"|^\W*(?:\w+\s+){{1,4}}{_DONE}\W*$"
    r"|^\W*(?:complete|finished)\W*$",
    re.IGNORECASE,
)
# What takes a clause back, or makes it about a rule, a condition or the past.
_TAKEN_BACK = re.compile(
    r"\b(?:not|no|none|nothing|never|cannot|unable|without|neither|nor|fail\w*|refus\w*|declin\w*|deni\w+"
    r"|if|once|(?<!valid )until|unless|before|after|since|would|could|should|might|(?-i:may)|must|only|already"
    r"|earlier|previously|originally|ago|whether|needs?|requires?|allowed)\b|n't\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[.!?;](?=\s|$)|\s-\s|,?\s+(?=(?:but|however|although)\b)"
    rf"|,?\s+(?=(?:so|and|then|instead|and instead|and so),?\s+(?:I|we)(?:'ve|\s+have)?\s+{_ADVERBS}{_DONE}\b)",
    re.IGNORECASE,
)


def claim_in(text: str) -> str | None:
    """The first clause that claims a change was made ("I created ...", "has been updated", "Done"), or None.

    Clauses that are negated, conditional or about an earlier time claim nothing. This reads English by pattern:
    it decides only where no change was made or none was allowed.
    """
    lines = (" ".join(line.split()) for line in plain(text).splitlines())
    clauses = (clause.strip() for line in lines for clause in _CLAUSE_END.split(line))
    return next((clause for clause in clauses if clause and _claims(clause)), None)


def _claims(clause: str) -> bool:
    if _OUTRIGHT.search(clause):
        return not re.search(r"\b(?:already|earlier|previously)\b", clause, re.IGNORECASE)
    return _IMPERSONAL.search(clause) is not None and _TAKEN_BACK.search(clause) is None
