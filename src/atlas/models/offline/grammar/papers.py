"""Papers: what clauses say about documents and notes, to be put on a record or asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Pick, Ref
from atlas.models.offline.grammar.clause import QUESTION, Clause
from atlas.models.offline.grammar.marks import Marked, Span
from atlas.models.offline.grammar.picks import pick_of
from atlas.models.offline.grammar.references import Mention
from atlas.models.offline.kinds import Kind

Want: TypeAlias = Literal["count", "who", "when", "where", "what"]

_TOPICS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.DOCUMENT,
        re.compile(
            r"<f\d+>|\b(?:documents?|attachments?|uploads?|uploaded|uploader|uploading)\b|"
            r"(?<!\bon )\bfiles?\b|\bfiled (?:for|under|with|by)\b|\bfile names?\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.NOTE,
        re.compile(r"\b(?:notes?|remarks?|memos?|comments?|wrote|written|noted|jotted)\b", re.IGNORECASE),
    ),
)
_SHEETS = re.compile(
    r"(?:sort|order|rank|arrange|count|name|read|quote|recite|repeat|open)\b[^.?!]*\b(?:documents?|files?|"
    r"attachments?|notes?|remarks?)\b",
    re.IGNORECASE,
)
_FACTS = re.compile(
    r"\bupload date\b|\buploader of\b|\bname of the (?:person|record)\b|\b(?:date|day) (?:on which |that |when "
    r")?(?:the "
    r")?(?:file |document )?<f|\b(?:the|which|what) "
    r"record (?:that )?(?:the )?(?:file |document )?<f",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"(?:upload|attach|file|store|save|archive|include|append|link)(?:ing)?\s+(?:a |the |this )?(?:new )?"
    r"(?:file |document )?(?:named |called )?(?:exactly )?<q\d+>|"
    r"[^<]*\b(?:file|document|sent|have|received)\b[^<]{0,30}<q\d+>|[^<]*\b(?:file|document)\b[^:]*:\s*<q\d+>",
    re.IGNORECASE,
)
_BRINGS = re.compile(
    r"^(?:<f|(?:upload|attach|file|store|save|archive|include|append|link|add|put|place|drop|log|register|"
    r"record)(?:ing)?\b)|"
    r"<e\d+> (?:us|me|over|in|along)\b|\b(?:sent|send|have(?! a question)|has|received|got|new|belongs?|"
    r"arrived|here is|goes)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r",?\s*\(?(?:\bwith\s+<n\d+>\s+as (?:the |its )?(?:uploader|author|writer)|\b(?:(?:uploaded|written|signed|"
    r"noted) by|"
    r"signed|(?:the )?(?:uploader|author|writer)(?: is|:)?)\s+<n\d+>)\)?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:please )?(?:attach|upload|add|file|store|save|archive|put|append|link|include|keep|log|enter|write|"
    r"record|note|register|post)\s+(?:it|that|this|them)\b|(?:attach|upload|file|store|save|add)$|"
    r"[^<]*\b(?:file )?name\b",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(r"\b(?:empty|blank)\b|\bnothing in it\b|\bno text\b|\bwithout (?:any )?text\b", re.IGNORECASE)
_TERMS = re.compile(r"[^.?!]*\bits (?:status|value|start|end)\b", re.IGNORECASE)
_AUTHOR = re.compile(
    r"\bby\s+(?P<a><n\d+>)|\b(?:did|has|have|does)\s+(?P<b><n\d+>)\s+(?:\w+\s+)?(?:upload|wr[io]t|file|add|"
    r"leave|left|"
    r"note|put)\w*|(?P<c><n\d+>)\s+(?:(?:has|have|had)\s+(?:uploaded|written|filed|added|left|noted)|uploaded|"
    r"uploads|"
    r"wrote|writes|added|left)\b|\b(?:uploads?|come|comes|coming|came|are)\s+from\s+(?P<d><n\d+>)",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\bwho\b(?! is on leave)|\bwhom\b|\bwhose\b|\b(?:uploader|author|writer)\b|\bname of the (?:person|"
    r"colleague)\b|"
    r"\bwhich (?:colleague|of us|person)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:the|which|what) (?:person|colleague|contact|author)", re.IGNORECASE)
_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day)\b|\bsince when\b|\bdate\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b|\bfigure\b", re.IGNORECASE)
_WHERE = re.compile(
    r"\b(?:attached|belongs?|filed|hangs?|where|sits|about|stored)\b|\b(?:on|for|under) (?:what|which)\b",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:oldest|newest|latest|earliest|most recent)(?: (?:one|file|note|document))? first\b|"
    r"\b(?:starting|beginning) with the (?:oldest|newest|latest|earliest|most recent)\b|\bfrom (?:the )?(?:oldest|"
    r"newest|latest|earliest|most recent)\b.*\bto (?:the )?(?:oldest|newest|latest|earliest|most recent)\b|"
    r"\b(?:in|by) (?:the )?(?:order|sequence)\b|\bsorted by\b|\bby (?:upload )?date\b|\bin order of\b",
    re.IGNORECASE,
)
_NEWEST_FIRST = re.compile(
    r"\b(?:newest|latest|most recent)(?: \w+)? first\b|\b(?:starting|beginning) with the (?:newest|latest|most)|"
    r"\bfrom (?:the )?(?:newest|latest|most recent)\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"\b(?:(?:added|uploaded|attached|written|left|made|filed)\b[^.?!]*\b)?(?:last|most recently|latest|newest|"
    r"most "
    r"recent)\b(?! one\b)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:oldest|earliest|first ever|(?:added|uploaded|written) first)\b", re.IGNORECASE)
_ONE_BACK = frozenset(("it", "noun", "new", "group"))


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question about documents or notes. `named` (by file name or text) and `one` point at one paper."""

    kind: Kind
    want: Want
    holder: Ref | None = None
    author: str = ""
    named: str = ""
    one: Ref | None = None
    pick: Pick | None = None
    order: Pick | None = None


def topic_of(text: str) -> Kind | None:
    """Whether a clause is about documents or about notes."""
    return next((kind for kind, words in _TOPICS if words.search(text)), None)


def asks_for_papers(head: str) -> bool:
    """Whether a clause wants papers shown that does not begin like a question: "sort the files of X by date"."""
    if _FACTS.search(head):
        return True
    return _SHEETS.match(head) is not None and re.search(r"<q\d+>", head) is None and "<f" not in head


def leaves_blank(text: str) -> bool:
    """Whether a note is to say nothing."""
    return _NO_TEXT.search(text) is not None


def with_note_quoted(marked: Marked) -> Marked:
    """The request with the quoted words of a note as one text, though they may begin like a name."""
    if topic_of(marked.text) is not Kind.NOTE:
        return marked
    quoted = [tag for tag, span in marked.spans.items() if tag in marked.text and _says_something(span)]
    if not quoted:
        return marked
    tag = max(quoted, key=lambda tag: len(marked.spans[tag].said))
    new = f"<q{90 + len(marked.spans)}>"
    return Marked(marked.text.replace(tag, new), {**marked.spans, new: marked.spans[tag]})


def _says_something(span: Span) -> bool:
    """Whether a quoted piece is a remark and no name: it has words in lower case."""
    small = [word for word in span.said.split() if word.islower() and word not in ("of", "and", "for", "the")]
    return span.text[:1] in "\"“'‘" and len(span.said.split()) > 2 and bool(small)


def hands_in(head: str) -> bool:
    """Whether a clause brings a file, ordered or just stated: "I have nda.pdf here for X"."""
    if QUESTION.match(head) and not re.match(r"(?:have|file)\b", head, re.IGNORECASE):
        return False
    if re.search(
        r"\b(?:gets?|has|needs?|wants?)\b[^.?!<]*\b(?:a|an|another|one more) (?:new )?(?:document|file)\b", head
    ):
        return True
    if "<f" not in head and re.search(r"\b(?:note|remark|memo)\b", head, re.IGNORECASE):
        return False
    if re.search(
        r"<q\d+> as (?:the|its|their) (?:new )?(?:address|phone|job title|title|name)\b", head, re.IGNORECASE
    ):
        return False
    brought = re.search(r"<f\d+>", head) is not None and _BRINGS.search(head) is not None
    return brought or _SENT.match(head) is not None


def without_author(text: str) -> str:
    """The clause with the name of an uploader or author blanked, so that it is not taken for a record's."""
    return _SIGNED.sub(lambda found: " " * len(found[0]), text)


def goes_on(before: Clause, text: str) -> bool:
    """Whether `text` says more about the paper that the clause before it makes: "please attach it"."""
    if before.kind is Kind.CONTRACT and _TERMS.match(text):
        return True
    if before.kind is Kind.NOTE and _NO_TEXT.search(text):
        return True
    return before.kind in (Kind.DOCUMENT, Kind.NOTE) and "<f" not in text and _GOES_ON.match(text) is not None


def paper_question(ask: Ask) -> PaperQuestion | None:
    """The question about papers that an ask is, None when it is about something else."""
    kind = topic_of(ask.text)
    if kind is None:
        return None
    text = ask.text
    author, tag = _author(ask)
    files = ask.marked.tags("f" if kind is Kind.DOCUMENT else "q", text)
    ordered = _ORDERED.search(text) is not None
    holder, one = _holder(ask, kind, tag, author), None
    if not files and not author and (holder is None or holder.back == "it"):
        one = _one(ask.found, kind)
    pick = None
    if not ordered and not files and (holder is not None or one is None):
        pick = _extreme(text)
        one = None if pick is not None and holder is not None else one
    return PaperQuestion(
        kind,
        _want(text, one is not None or bool(files), author),
        None if files or one is not None else holder,
        author,
        files[0].said if files else "",
        one,
        pick,
        Pick(column="newest", highest=_NEWEST_FIRST.search(text) is not None) if ordered else None,
    )


def _author(ask: Ask) -> tuple[str, str]:
    """The person whose papers are asked for, and the tag of the name."""
    found = _AUTHOR.search(ask.text)
    if found is None:
        return "", ""
    tag = next(value for value in found.groups() if value)
    return ask.marked.spans[tag].said.strip(), tag


def _holder(ask: Ask, kind: Kind, author: str, said: str) -> Ref | None:
    """The record that the papers are on; `author` is the tag and `said` the name of the person asked about."""
    candidates: list[Ref] = []
    for mention in ask.found:
        ref = mention.ref
        if ref.kinds == (kind,):
            if ref.of is None or (mention.tag and mention.tag == author):
                continue
            ref = ref.of
        elif mention.tag and mention.tag == author:
            continue
        if _PERSON.fullmatch(ask.text[mention.start : mention.end]):
            continue
        if ref.plural and not ref.name and ref.of is None:
            continue
        if (ref.name and ref.name != said) or ref.of or ref.kinds or ref.back == "person":
            candidates.append(ref)
    named = [ref for ref in candidates if ref.name or ref.of is not None]
    loose = [mention.ref for mention in ask.found if mention.ref.back == "it" and not mention.ref.kinds]
    return next(iter([*named, *candidates, *(loose if _of_it(ask) else [])]), None)


def _of_it(ask: Ask) -> bool:
    return re.search(r"\b(?:on|for|to|of|under|about|with) (?:it|that|this)\b", ask.text, re.IGNORECASE) is not None


def _one(found: tuple[Mention, ...], kind: Kind) -> Ref | None:
    """The words for one paper that was spoken of: "that file", "the second one", "it"."""
    for mention in found:
        ref = mention.ref
        if ref.of is not None or ref.name or ref.plural:
            continue
        if ref.kinds == (kind,) and (ref.back in _ONE_BACK):
            return ref
        if not ref.kinds and (ref.back == "it" or (ref.pick is not None and ref.pick.number)):
            return ref
    return None


def _extreme(text: str) -> Pick | None:
    if _LAST.search(text):
        return Pick(column="newest", highest=True)
    if _FIRST.search(text):
        return Pick(column="newest", highest=False)
    found = pick_of(text)
    return found if found is not None and found.column == "newest" else None


def _want(text: str, single: bool, author: str) -> Want:
    if _COUNT.search(text) and not single:
        return "count"
    if _WHO.search(text) and not author:
        return "who"
    if single and _WHEN.search(text):
        return "when"
    if single and _WHERE.search(text):
        return "where"
    return "what"
