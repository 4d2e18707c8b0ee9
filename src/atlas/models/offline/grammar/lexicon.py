"""The words of requests: verbs by what they want done, nouns by the kind of record, and polite openings."""

from __future__ import annotations

import re

from atlas.models.offline.kinds import INFO, Kind

_OPENING = re.compile(
    r"^(?:\s*(?:before|for|after|ahead of|during|regarding) (?:my|the|our|this|a|today['’]s|tomorrow['’]s) "
    r"[a-z' -]{1,25}[:,]\s+|\s*(?:(?:hi|hey|hello)(?: there| team| all)?|ok|okay|thanks?(?: you| a lot| so "
    r"much)?|great|good|perfect|nice|cool|excellent|super|awesome|alright|all right|"
    r"right|sure|so|now|next|also|and|then|finally|lastly|afterwards|please|kindly|pls|plz|just|permanently|"
    r"completely|immediately|simply|directly|(?:a )?quick (?:one|question|thing|favou?r|update|check)|"
    r"quick(?:ly)?|(?:two|three) (?:things|changes|updates|deals have moved)(?=:)|"
    r"actually|sorry|one (?:more|last) (?:thing|question)|last (?:thing|one)|another thing|for the record|by "
    r"the way|btw|fyi|"
    r"good (?:morning|afternoon|evening)|when you (?:get a (?:chance|moment|minute|second)|have a (?:chance|"
    r"moment|minute|second|sec))|"
    r"if you (?:can|could|don't mind)|while you're at it|in that case|in the crm|in our crm|for me|real quick|"
    r"after that|once that'?s done|with that done|first(?: of all)?|second(?:ly)?|one more time|again|before "
    r"i forget|for (?:the|this) (?:meeting|call|review|report)|"
    r"(?:can|could|would|will) (?:you|u|we|i)(?: please| kindly| also| just| quickly| now| then| maybe| possibly)*|"
    r"(?:i|we)(?:'d|’d| would) (?:like|love|want|prefer)(?: you| for you)? to|"
    r"(?:i|we) (?:also )?(?:want|need|have|wish|'d like)(?: you)? to|i'?m going to need you to|(?:i|we)'ll "
    r"need you to|"
    r"would you mind|do you mind|mind|do me a favou?r(?: and|,)?|help me(?: to)?|go ahead and|make sure (?:to|"
    r"you|that you)|be sure to|"
    r"let's|lets|let us|it'?s time to|time to|you (?:can|should|may)|feel free to|"
    r"(?:i'?d|we'?d) (?:appreciate|be grateful|be glad) (?:it )?if you (?:could|would)|any (?:chance|way) "
    r"(?:you|we) (?:can|could)|"
    r"is it possible to|are you able to|remember to|don'?t forget to|(?:i|we) was(?:n't)? (?:hoping|"
    r"wondering) (?:if )?you could|"
    r"(?:i|we) (?:was|were) (?:hoping|wondering) (?:if )?you (?:could|can)|get (?:me )?ready to|(?:we|i) "
    r"should|we must|"
    r"(?:i|we) (?:have|need) to|need to|want to|needs? you to)"
    r"(?:\s*[,!:–—-]+|\.(?=\s)|\s)\s*)+",
    re.IGNORECASE,
)

READ_HEAD = re.compile(
    r"(?:what|which|who|whom|whose|when|how|where|why|is|are|was|were|does|do|did|has|am|show|list|find|look|"
    r"search|tell|give|get|"
    r"pull|check|display|summari[sz]e|count|remind|fetch|see|view|read|retrieve|locate|let|compare|report|"
    r"grab|bring|confirm|verify|"
    r"any|anyone|anything|know|calculate|compute|add up|sum up|tally|total|say|name|enumerate|identify|"
    r"describe|look up|dig up|checking|looking|"
    r"finding|pulling|showing|telling|giving|recap|walk|run|double-check|share|print|open up|bring up|i "
    r"wonder|wondering|curious)\b",
    re.IGNORECASE,
)
MODIFY_HEAD = re.compile(
    r"(?:chang(?:e|ing)|updat(?:e|ing)|set(?:ting)?|mov(?:e|ing)|mark(?:ing)?|bump(?:ing)?|rais(?:e|ing)|"
    r"lower(?:ing)?|increas(?:e|ing)|"
    r"decreas(?:e|ing)|cut(?:ting)?|push(?:ing)?|extend(?:ing)?|postpon(?:e|ing)|shift(?:ing)?|renam(?:e|ing)|"
    r"switch(?:ing)?|mak(?:e|ing)|"
    r"adjust(?:ing)?|correct(?:ing)?|fix(?:ing)?|advanc(?:e|ing)|put(?:ting)?|assign(?:ing)?|reassign(?:ing)?|"
    r"hand(?:ing)?|transfer(?:ring)?|"
    r"flag(?:ging)?|drop(?:ping)?|reduc(?:e|ing)|edit(?:ing)?|modify(?:ing)?|turn(?:ing)?|flip(?:ping)?|"
    r"progress(?:ing)?|send(?:ing)?|"
    r"approv(?:e|ing)|reject(?:ing)?|clos(?:e|ing)|reopen(?:ing)?|re-open(?:ing)?|activat(?:e|ing)|"
    r"reactivat(?:e|ing)|deactivat(?:e|ing)|"
    r"win(?:ning)?|los(?:e|ing)|revis(?:e|ing)|replac(?:e|ing)|bring(?:ing)?|tak(?:e|ing)|double|halve|triple|"
    r"trim(?:ming)?|boost(?:ing)?|"
    r"delay(?:ing)?|slip|pull(?:ing)?|reschedul(?:e|ing)|add(?:ing)?|convert(?:ing)?|promot(?:e|ing)|"
    r"demot(?:e|ing)|amend(?:ing)?|"
    r"scale|knock|shave|give|let|have|get|use|tag|label|relabel|retitle|reset|refresh|overwrite|enter|record|"
    r"log|reflect|treat|"
    r"prolong|lengthen|shorten|stretch|park|qualify|disqualify|decline|accept|call|register|tweak|nudge|up|"
    r"apply|keep|leave|save|step|kick|roll|carry|plan(?:ning)?|fill(?:ing)?|discount(?:ing)?|"
    r"empty(?:ing)?|clear(?:ing)?|blank|"
    r"list(?= (?:our |the )?(?:contact )?(?:<n\d+>|him|her|them|it|(?:that|this|the same) (?:contact|person)) as)|"
    r"name(?= (?:<n\d+>|it\b|this\b|that\b|the \w+ <))|title(?= it)|write(?: down)?|note|store|wipe|erase|"
    r"remove|swap|alter|show(?= <n\d+> as)|schedule|stop|pause|repric(?:e|ing)|rework|redo|requote|resend|"
    r"freeze|resume|restart|finali[sz]e|book|enroll?|mirror|match|align|slide|bring|hold|describe(?= <n\d+> "
    r"as))\b|<e\d+>(?=\s)",
    re.IGNORECASE,
)
CREATE_HEAD = re.compile(
    r"(?:creat(?:e|ing)|add(?:ing)?|open(?:ing)?|set(?:ting)?[ -]?up|register(?:ing)?|start(?:ing)?|"
    r"log(?:ging)?|enter(?:ing)?|mak(?:e|ing)|"
    r"draft(?:ing)?|prepar(?:e|ing)|put(?:ting)?|writ(?:e|ing)|spin|onboard(?:ing)?|book(?:ing)?|issu(?:e|"
    r"ing)|rais(?:e|ing)|"
    r"generat(?:e|ing)|record(?:ing)?|need|want|draw|build(?:ing)?|get|give|new|kick|enrol+|sav(?:e|ing)|"
    r"insert|establish|file|produce|"
    r"work up|pull|send|quote|prepare|initiate|launch|stand|do|have|pop|throw|drop|fire|whip|type|input|"
    r"capture|key|another|a|one|begin|<e\d+>|track|enroll|<n\d+> (?:needs|wants|requires|asked for|has asked "
    r"for|would like|requested|has requested|is asking for))\b",
    re.IGNORECASE,
)
STRONG_CREATE = re.compile(
    r"(?:creat|add|open|set(?:ting)?[ -]?up|register|onboard|draft|prepar|generat|issu|start|log|new|enter|"
    r"record|writ|raise|book|build|draw|enrol|establish)",
    re.IGNORECASE,
)
CLONE = re.compile(
    r"\b(?:clon(?:e|ing)|duplicat(?:e|ing)(?! of)|copy(?:ing)?|replicat(?:e|ing)|(?:make|create|produce|need|"
    r"want|get|spin up|set up|add|prepare|do|build|take|have)(?: me)? (?:a |an |one |another )?(?:exact |"
    r"identical )?(?:copy|duplicate|clone|replica)|"
    r"(?:copy|duplicate|clone|replica) of)\b",
    re.IGNORECASE,
)
DELETE = re.compile(
    r"\b(?:delet(?:e|ing)|remov(?:e|ing)|eras(?:e|ing)|purg(?:e|ing)|get(?:ting)? rid of|scrap(?:ping)?|"
    r"discard(?:ing)?|trash|wip(?:e|ing)|drop(?:ping)?|"
    r"throw(?:ing)? (?:out|away)|bin|clear out|take\b[^.]{0,60}\b(?:out of|off) (?:the|our) (?:crm|system|"
    r"books|pipeline|database|list)|strike|nuke|clean out|eliminate|dump|ditch)\b",
    re.IGNORECASE,
)
CANCEL = re.compile(
    r"\b(?:cancel(?:l?ing)?|void(?:ing)?|withdraw(?:ing)?|call(?:ing)? off|rescind|revok(?:e|ing)|kill|scrap|"
    r"pull back|retract|annul|nix|drop|pull(?! up\b| me\b| together\b| the (?:details|record|file|data)))\b",
    re.IGNORECASE,
)
COMPARE = re.compile(
    r"\b(?:compar(?:e|es|ing|ison)|side[- ]by[- ]side|next to each other|stack up|difference between|versus|"
    r"vs\.?|against each "
    r"other|how far apart|price (?:gap|difference)|gap between|difference (?:in \w+ )?between|(?:how|by how) "
    r"much (?:more|less|higher|lower|cheaper|dearer)|by how much|differ)\b",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"\b(?:add|leave|put|jot|log|write|make|record|attach|append|pin|drop|post|save|create|file|enter|stick|"
    r"place|capture|note)\b[^.?!]{0,60}?\b(?:note|comment|remark|memo)s?\b"
    r"|^(?:note|jot)\b(?: down)?(?: on| against| for| under| that|:)"
    r"|\bnote (?:on|for|to|against|that)\b|\ba note\b",
    re.IGNORECASE,
)
UPLOAD = re.compile(
    r"\b(?:upload|attach|file|add|store|save|link|put|register|log|record|drop|append|archive|include|post|"
    r"place)(?:ing|ed)?\b[^.?!]{0,50}?(?:<f\d+>|\b(?:document|file|attachment|doc)\b)",
    re.IGNORECASE,
)

_NOUNS = {kind: re.compile(rf"\b(?:{info.nouns})\b", re.IGNORECASE) for kind, info in INFO.items()}
NOUN = "|".join(info.nouns for info in INFO.values())
_ADJECTIVE = (
    r"(?:new|fresh|brand[- ]new|first|second|third|additional|separate|sales|price|formal|updated|revised|"
    r"extra|follow-up|quick|simple|"
    r"blank|key|primary|main|<[empqnxd]\d+>)"
)
INDEFINITE = re.compile(
    rf"\b(?:(?:an?|another|one more|one|some)\s+(?:{_ADJECTIVE}\s+)*(?P<a>{NOUN})\b|(?<!\bthe )(?<!\bthat "
    rf")(?<!\bthis )(?<!\bour )(?<!\byour )(?:new|fresh)\s+(?:{_ADJECTIVE}\s+)*(?P<b>{NOUN})\b"
    rf"|\bas\s+(?:an?\s+|our\s+|their\s+|the\s+)?(?:{_ADJECTIVE}\s+)*(?P<c>clients?|customers?|accounts?|"
    rf"contacts?|contact person|deal|opportunity|quote|(?:point of )?contact)\b)",
    re.IGNORECASE,
)


def without_opening(text: str) -> str:
    """A sentence from its first meaningful word on: greetings, politeness and "could you" are dropped."""
    return _OPENING.sub("", text, count=1)


def kind_of_noun(noun: str) -> Kind | None:
    """The kind of record a noun means; of "contact person" and "contact" alike a contact."""
    return next((kind for kind, pattern in _NOUNS.items() if pattern.fullmatch(noun.strip())), None)


def nouns(text: str) -> tuple[tuple[int, int, Kind, bool], ...]:
    """Nouns for records in `text`: start, end, kind, and whether the word is a plural; longest and first win."""
    found = [
        (match.start(), match.end(), kind, _plural(match[0]))
        for kind, pattern in _NOUNS.items()
        for match in pattern.finditer(text)
    ]
    kept: list[tuple[int, int, Kind, bool]] = []
    for piece in sorted(found, key=lambda f: (f[0] - f[1], f[0])):
        if all(piece[1] <= other[0] or piece[0] >= other[1] for other in kept):
            kept.append(piece)
    return tuple(sorted(kept))


def _plural(noun: str) -> bool:
    return noun.lower().endswith("s") or noun.lower() in ("people", "pipeline")
