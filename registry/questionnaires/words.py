"""What the words of a questionnaire mean: headers by what they say, and texts that ask something. Pure, and data."""

import re

from governance.core.tabular.choices import fold

QUESTION = (
    "question",
    "questions",
    "question text",
    "control question",
    "assessment question",
    "security question",
    "requirement",
    "requirements",
    "control",
    "query",
    "questionnaire",
    "item",
    "description",
    "criteria",
    "criterion",
    "ask",
)
ANSWER = (
    "answer",
    "answers",
    "response",
    "responses",
    "your answer",
    "your response",
    "vendor answer",
    "vendor answers",
    "vendor response",
    "supplier response",
    "supplier answer",
    "company response",
    "reply",
    "yes no",
    "yes no na",
    "y n",
    "y n na",
    "compliant",
    "status",
    "csp caiq answer",
)
DETAIL = (
    "comment",
    "comments",
    "additional information",
    "additional info",
    "explanation",
    "explain",
    "details",
    "detail",
    "notes",
    "note",
    "remarks",
    "remark",
    "evidence",
    "supporting information",
    "supporting evidence",
    "justification",
    "please explain",
    "implementation description",
    "csp implementation description",
    "elaboration",
)
CODE = ("id", "ref", "reference", "no", "number", "nr", "question id", "question no", "question number", "control id", "qid", "#")
SECTION = ("section", "domain", "category", "topic", "area", "control domain", "theme", "group", "chapter")
_NOT_OURS = frozenset(
    "guidance guide weight weighting score scoring reviewer analyst internal example instructions maximum max".split()
)
ASKING = re.compile(
    r"^(?:\W*\d+(?:\.\d+)*[.):]?\s+)?(?:please|describe|provide|list|explain|state|specify|indicate|identify|name|outline|confirm|"
    r"attach|give|detail|summari[sz]e|do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|shall|may|must|"
    r"who|what|when|where|which|why|how|if|in what|to what|for what|under what|on what)\b",
    re.I,
)


def header(text: str) -> str:
    """Return a header's words, folded: "Vendor Response (Y/N)" is "vendor response"."""
    bare = fold(re.sub(r"\([^)]*\)", " ", text).replace("#", " # ")) or fold(text)
    return bare.strip()


def kind_of(text: str) -> tuple[str, float]:
    """Return what a header names (question, answer, detail, code or section) and how surely, from 0 to 1."""
    said = header(text) if text.strip() != "#" else "#"
    if not said or len(said) > 60:
        return "", 0.0
    found = set(said.split())
    if found & _NOT_OURS:
        return "", 0.0
    best = ("", 0.0)
    for kind, names in (("question", QUESTION), ("answer", ANSWER), ("detail", DETAIL), ("code", CODE), ("section", SECTION)):
        for position, name in enumerate(names):
            weight = 1.0 - 0.02 * position
            if said == name and weight > best[1]:
                best = (kind, weight)
            elif len(name) > 3 and set(name.split()) <= found:
                part = weight * 0.6 * len(name) / max(len(said), len(name)) + 0.1
                best = (kind, part) if part > best[1] else best
    return best


def asks(text: str) -> bool:
    """Whether a text asks for something: it ends with a question mark, or begins as a question or a request does."""
    said = text.strip()
    return "?" in said or bool(ASKING.match(said))
