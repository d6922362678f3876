"""Tells a secret from the name of one, so that no key or password is ever stored here. Pure.

A false alarm costs a sentence, a stored key costs an incident: shapes that vendors give to keys are refused in any
text; in fields that must name where a key is kept, so is anything long and random.
"""

import math
import re
from collections import Counter

FIX = "Keep it in your vault, and write down where it is kept (such as vault://llm/claims#key). Nothing of it was stored here."
LONG = 24
BITS = 3.6

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)")),
    ("an API key", re.compile(r"\b(?:sk|rk|pk)[-_](?:[a-z]+[-_]){0,3}[A-Za-z0-9_-]{16,}")),
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})")),
    ("a GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{18,}")),
    ("a Google API key", re.compile(r"\bAIza[0-9A-Za-z_-]{30,}")),
    ("a Slack token", re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10,}")),
    ("a Hugging Face token", re.compile(r"\bhf_[A-Za-z0-9]{25,}")),
    ("a key of another vendor", re.compile(r"\b(?:gsk|xai|pplx|r8|nvapi|fw|co|tgp_v1|dop_v1|SG)[-_.][A-Za-z0-9_.-]{24,}")),
    ("a signed token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.")),
    ("a password in an address", re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@")),
    (
        "a signature in an address",
        re.compile(r"[?&](?:sig|signature|X-Amz-Signature|api[-_]?key|access_token|token)=[^&\s]{8,}", re.I),
    ),
    ("a bearer token", re.compile(r"\bbearer\s+[A-Za-z0-9._~+/-]{16,}", re.I)),
    ("a password", re.compile(r"\b(?:password|passwd|secret|api[-_ ]?key|token)\s*[:=]\s*[\"']?[^\s\"',;]{6,}", re.I)),
)
SHAPES = tuple(shape for _, shape in _SHAPES)
"""What keys and passwords look like, for whoever takes them out of texts."""
_AWS_SECRET = re.compile(r"[A-Za-z0-9/+=]{40}")
_UUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.I)
_PLACE = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|arn:|projects/|[\w.-]+/[\w./#@:-]+$)", re.I)


def found_in(text: str, *, strict: bool = False) -> str:
    """Say which secret a text seems to hold, or nothing. `strict`: the text should be a name, so randomness counts too."""
    for what, shape in _SHAPES:
        if shape.search(text):
            return f"This looks like {what}."
    if strict and any(_AWS_SECRET.fullmatch(word) and _kinds(word) == 3 for word in text.split()):
        return "This looks like an AWS secret key."
    if strict and not _PLACE.match(text.strip()) and any(_is_random(word) for word in re.split(r"[\s/,;]+", text)):
        return "This looks like a key itself, not like the name of one."
    return ""


def _kinds(word: str) -> int:
    return sum(bool(re.search(kind, word)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def _is_random(word: str) -> bool:
    if len(word) < LONG or _UUID.match(word) or word.isdecimal():
        return False
    spoken = max((len(part) for part in re.findall(r"[A-Za-z]+", word)), default=0) > 11 or word.count("-") + word.count("_") > 2
    bits = -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())
    hexadecimal = bool(re.fullmatch(r"[0-9a-fA-F]{32,}", word))
    return hexadecimal or (_kinds(word) >= 2 and not spoken and bits >= BITS)
