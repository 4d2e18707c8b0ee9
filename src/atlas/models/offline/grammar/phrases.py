"""Phrases: the patterns by which requests speak of records."""

from __future__ import annotations

import re

from atlas.models.offline.grammar.lexicon import NOUN

_ADJECTIVE = (
    r"(?:(?:first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last|former|latter|other|same|said|new|newly "
    r"(?:created|added)|newest|latest|"
    r"most (?:recent|expensive|valuable|likely)|least (?:expensive|valuable|likely)|oldest|older|newer|"
    r"current|existing|only|two|three|"
    r"remaining|open|closed|active|live|won|lost|biggest|largest|highest|smallest|lowest|cheapest|priciest|"
    r"costliest|bigger|larger|higher|"
    r"smaller|lower|cheaper|pricier|(?:more|less) expensive|earliest|soonest|next|top|likeliest|(?:just|"
    r"latest|earliest|next|soonest)[- ]?"
    r"(?:created|closing|added)|cloned|copied|original|sales|price|whole|above|highest[- ]value|lowest[- "
    r"]value|pending|outstanding|"
    r"single|entire|<[empxv]\d+>(?:[- ]stage)?(?:,? (?:and|or) <[ev]\d+>)?)\s+)"
)


_NOT_A_RECORD = (
    r"(?!['’]?\s*(?:prefix|address|number|date|until|name\b|manager|owner|rep\b|executive|lead\b))(?![\w-])"
)


_DETERMINER = (
    r"(?:that|this|the|those|these|its|it's|their|his|her|same|said|my|our|all(?: of)?(?: the| those| these| "
    r"our| their| its)?|both|any|each|"
    r"every|which|what|no|how many|of)"
)


_HEAD = (
    rf"(?:(?P<noun>{NOUN}){_NOT_A_RECORD}|(?P<one>ones?|two|three|both|others?)\b|"
    r"(?P<place>first|second|third|last|former|latter)\b(?=\s*(?:[,.?!;:]|$|of\b|and\b|to\b|as\b|is\b|has\b|"
    r"by\b|on\b|expire|valid)))"
)


PHRASE = re.compile(rf"\b(?P<determiner>{_DETERMINER})\s+(?P<adjectives>{_ADJECTIVE}*){_HEAD}", re.IGNORECASE)


PLURAL = re.compile(
    rf"(?<![\w<])(?P<adjectives>{_ADJECTIVE}*)(?P<noun>deals|opportunities|opps|pipeline|quotes|quotations|"
    rf"proposals|offers|contacts|people|everybody|everyone|clients|"
    rf"customers|accounts|contracts|documents|files|notes|companies|vendors|partners|competitors){_NOT_A_RECORD}",
    re.IGNORECASE,
)


OWNED = re.compile(
    rf"(?:(?<=['’]s)|(?<=['’])|(?<=>)|(?<=\bdeal)|(?<=\bopportunity)|"
    rf"(?<=\baccount))\s+(?P<adjectives>{_ADJECTIVE}*)(?P<noun>{NOUN}){_NOT_A_RECORD}",
    re.IGNORECASE,
)


VERSION = re.compile(
    r"\b(?P<noun>quotes?|proposals?|offers?)\s+(?P<v>(?:version\s+|number\s+)?<v\d+>|(?:version|"
    r"number)\s+<x\d+>)(?:\s*(?:and|,|&|versus|vs\.?|with|to|or)\s*(?P<v2><v\d+>))?"
    r"|(?P<v3><v\d+>)\s+(?:and|vs\.?|versus|&|or)\s+(?P<v4><v\d+>)(?:\s+(?:quotes|proposals|offers|versions))?",
    re.IGNORECASE,
)


FRAMED = re.compile(
    rf"\b(?:the|our|that|this)\s+(?P<adjectives>{_ADJECTIVE}+)(?:(?:deal|"
    rf"opportunity)\s+)?(?P<name><n\d+>)(?:\s+(?:deal|opportunity))?\s+(?P<noun>quotes?|proposals?|offers?)\b",
    re.IGNORECASE,
)


NOUN_NAME = re.compile(
    rf"\b(?P<noun>{NOUN})(?:,|:| -)?\s+(?:named |called |titled |by the name of |with the name |with (?:the "
    rf")?id |id )?(?P<name><[ni]\d+>)",
    re.IGNORECASE,
)


NAME_NOUN = re.compile(
    rf"(?P<name><[ni]\d+>)\s+(?P<noun>deal|opportunity|opp|account|client|customer|company){_NOT_A_RECORD}",
    re.IGNORECASE,
)


NAME = re.compile(r"<[ni]\d+>")


PRONOUN = re.compile(
    r"\b(?P<person>her|him|she|he|hers|his)\b|\b(?P<group>them|they|those|these|their)\b"
    r"|\b(?P<it>it|its|that(?!\s+(?:is|was|were|has|have|are|does|do|says|will|should|can|we|i|you|they|"
    r"closes?|equals?|reads?|comes?|belong|<[^v])\b)"
    r"(?=\s*(?:[,.?!;:]|$|to\b|as\b|by\b|into\b|from\b|up\b|out\b|one\b))|this(?=\s*(?:[,.?!;:]|$|to\b|as\b|"
    r"by\b|into\b|up\b|one\b)))",
    re.IGNORECASE,
)


_MADE = (
    r"(?:created|added|made|opened|drafted|set up|registered|entered|cloned|copied|prepared|logged|issued|put "
    r"together|generated|duplicated|"
    r"uploaded|onboarded|saved|recorded)"
)


JUST_MADE = re.compile(
    rf"\b(?:the |that |this )?(?:(?P<noun>{NOUN})|one)\s+(?:that |which )?(?:you|we|i)(?:'ve|’ve| have)?(?: "
    rf"just)? {_MADE}\b"
    rf"|\b(?:the |that |this )?(?:just|newly|freshly)[- ]{_MADE} (?:(?P<noun2>{NOUN})|one)"
    rf"|\b(?:the|that|this|our) (?:brand[- ])?(?:new|fresh) (?:(?P<noun3>{NOUN})|one){_NOT_A_RECORD}"
    r"|\b(?:the|that|this) (?:(?:new|cloned|copied) )?(?P<copy>copy|clone|duplicate|replica|copied deal|"
    r"cloned deal)\b",
    re.IGNORECASE,
)


LISTED = re.compile(
    rf"\b(?:the )?(?P<adjectives>{_ADJECTIVE}*)(?:(?P<noun>{NOUN})|ones?)\s+(?:that |which )?(?:you|we)(?:'ve|"
    rf"’ve| have)?(?: just)? (?:listed|mentioned|showed|found|named|gave me|told me about)\b",
    re.IGNORECASE,
)


ALL_BEFORE = re.compile(r"\b(?:every|each|any|all|which|what|how many|many)\s+(?:open |closed )?$", re.IGNORECASE)


BELONGS_AFTER = re.compile(r"^\s+(?:belongs|is for|is with|is under|sits under|was sold)\b", re.IGNORECASE)


OUT_OF = re.compile(
    rf"\b(?:the\s+)?(?P<adjectives>{_ADJECTIVE}+)(?:(?:one|(?P<noun>deal|quote|offer|proposal|opportunity))\s+)?"
    rf"(?:of|between|among|out of|from)\s+(?:the\s+|those\s+|these\s+)?(?:two|three|four|both|pair|lot|bunch|"
    rf"them|those|these)\b(?:\s+(?P<noun2>{NOUN}))?",
    re.IGNORECASE,
)


LINK = re.compile(
    r"^\s*,?\s*(?:(?:that (?:is|are|was)|which (?:is|are)|(?:that )?we have|(?:that )?(?:do|did) we have|is "
    r"there|are there|there is|there are|we got|currently|sitting|"
    r"existing|on file|do we know|we know|are still open|are open|still open|open|is|do you see|you see)\s+)?"
    r"(?:(?:to close|closing|due) )?(?:for|on|of|under|at|with|from|against|by|belonging to|attached to|"
    r"tied to|linked to|behind|associated with|connected to|related to|"
    r"over at|does|do|did)\s+(?:the\s+|our\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)


OWNS = re.compile(r"^(?:['’]s?\s*|\s+)$")


WORKS_AT = re.compile(
    r"^\s*\(\s*(?:at |from )?(?:the |our )?$|^\s*,\s*(?:our |the |a )?contact (?:at|from)\s+(?:the\s+|our\s+)?$|"
    r"^\s*,?\s*(?:at|from|of|with|over at|who works at|works at|"
    r"working at)\s+(?:the\s+|our\s+)?$",
    re.IGNORECASE,
)
