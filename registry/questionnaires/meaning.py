"""What the words of a question come to: the same thing said in other words gives the same tokens. Pure, and data."""

import re
from functools import lru_cache

from governance.core.tabular.choices import fold

# Said as several words, meant as one. In this order; each is put in place of what it matches in folded text.
_PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), word)
    for pattern, word in (
        (r"responsible ai", "responsibleai"),
        (r"machine learning|artificial intelligence|large language models?|language models?|generative ai|gen ai", "ai"),
        (r"sub processors?|sub contractors?", "subprocessor"),
        (r"third part(?:y|ies)", "vendor"),
        (r"fine tun\w*", "finetune"),
        (r"opt(?:ing)? out|opt outs?", "optout"),
        (r"human in the loop", "human oversight"),
        (r"red team\w*", "redteam"),
        (r"kill switch\w*", "off"),
        (r"(?:turn|switch|shut)\w* (?:it )?(?:off|down)", "off"),
        (r"re enabl\w+|(?:turn|switch)\w* (?:it )?(?:back )?on(?: again)?", "reenable"),
        (r"least privilege", "privilege"),
        (r"supply chain", "supplychain"),
        (r"intellectual property|ip infringement", "property"),
        (r"end of life|sunset\w*", "deprecate"),
        (r"model cards?|system cards?|fact ?sheets?", "modelcard"),
        (r"audit trails?|audit logs?", "log"),
        (r"data processing agreements?|dpas?", "agreement"),
        (r"soc ?2|iso ?\d+", "certificate"),
        (r"prompt injections?", "injection validation"),
        (r"risk (?:management )?framework|risk model", "riskmodel"),
    )
)
_GROUPS = {
    "ai": "ai ml llm llms genai gpt",
    "off": "disable disabled disabling deactivate deactivated deactivation halt halted stop stopped suspend off",
    "reenable": "reenable reenabled restore restored",
    "delete": "delete deleted deletion erase erased erasure remove removed removal unlearn unlearned purge",
    "retain": "retain retained retention store stored storage keep kept",
    "train": "train trained training trains",
    "staff": "staff employee employees personnel workforce people person",
    "customer": "customer customers client clients tenant tenants institution institutional institutions",
    "vendor": "vendor vendors provider providers supplier suppliers",
    "subprocessor": "subprocessor subprocessors subcontractor subcontractors",
    "place": "where location locations country countries region regions residency jurisdiction hosted located",
    "certificate": "certification certifications certified certificate certificates attestation attestations",
    "liable": "liable liability indemnity indemnify indemnification indemnities",
    "notice": "notice notices notify notified notification notifications announce advance",
    "deprecate": "deprecate deprecated deprecation retire retired retirement",
    "log": "log logs logged logging",
    "owner": "owner owners accountable accountability raci",
    "policy": "policy policies procedure procedures",
    "test": "test tests tested testing evaluate evaluated evaluation evaluations eval evals validate benchmark",
    "redteam": "redteam adversarial pentest penetration",
    "oversight": "oversight supervise supervision supervised review reviewed",
    "human": "human humans manual manually",
    "risk": "risk risks",
    "validation": "validate validated validation sanitise sanitize sanitised sanitized filter filtered",
    "document": "document documents documented documentation",
    "quickly": "quickly quick fast timely seconds time promptly immediately",
    "tool": "tool tools plugin plugins extension extensions",
    "privilege": "privilege privileges permission permissions",
    "limit": "limit limits limited restrict restricted restriction quota quotas cap capped",
    "isolation": "isolation isolated isolate segregated segregation sandbox sandboxed",
    "inventory": "inventory register catalog catalogue",
    "agreement": "agreement agreements contract contracts contractual",
    "impact": "impact impacts harm harms",
    "sensitive": "sensitive confidential personal pii",
    "version": "version versions",
    "list": "list name names list current",
    "access": "access read accessed",
}
_CANON = {word: token for token, line in _GROUPS.items() for word in line.split()}
_STOP = frozenset(
    "the a an of in for to is are this that these those which what who whom when does do did has have had been was were be it "
    "its your you our we us any if or and on by with from at as into how there can could will would should may must please "
    "describe provide explain state indicate specify confirm detail details not no yes also such etc e g i than then their "
    "them they company organization organisation organizational solution product service services system systems feature "
    "features use used uses using within used being both per each all other more over under between own whether so only "
    "because manner".split()
)


@lru_cache(maxsize=50_000)
def tokens(text: str) -> frozenset[str]:
    """Return what a question is about, as a set of tokens; never empty for a text with words in it."""
    said = fold(text)
    for pattern, word in _PHRASES:
        said = pattern.sub(word, said)
    words = [_CANON.get(word) or _stem(word) for word in said.split() if word not in _STOP]
    kept = frozenset(word for word in words if len(word) > 1 or word.isdigit())
    if "reenable" in kept:  # switching on again presupposes that it was off, and does not ask about that
        kept -= {"off"}
    return kept or frozenset(said.split())


def _stem(word: str) -> str:
    """Cut the commonest endings off, so that disclose, disclosed and disclosing are one."""
    for ending in ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
