"""What holds for the whole company: the charter, the policy, and what was erased on request."""

from collections.abc import Iterator, Mapping
from typing import Any

from governance.charter import printing
from governance.charter.models import Charter
from governance.erasure.models import Erasure
from governance.packs.sections import BUYER, Chapter, PackSection, Records, RecordSet, Window
from governance.policy.models import PolicyVersion
from registry.packing.fields import Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of
from registry.packing.paper import Print, Sheet, chapter

CHARTER = (
    Field("key", "Charter"),
    Field("number", "Version"),
    Field("title", "Title"),
    Field("in_force_since", "In force since"),
    Field("next_review_on", "Next review"),
    Field("sha256", "SHA-256 of what was signed"),
    Field("lead", "What it says first", prose=True),
    Field("facts", "Facts", prose=True),
    Field("rules", "What we hold to", prose=True),
    Field("tiers", "Tiers, and who approves"),
    Field("held", "What exists", prose=True),
    Field("incidents", "What counts as an incident", prose=True),
    Field("response", "What we do then", prose=True),
    Field("signatures", "Signed by"),
    Field("entry", "Entry that put it in force", cites=True),
)
VERSIONS = (
    Field("label", "Version"),
    Field("number", "Number"),
    Field("sha256", "SHA-256", "digest"),
    Field("summary", "What it changed", prose=True),
    Field("made_at", "Adopted"),
    Field("effective_at", "In force from"),
    Field("holds", "Holds at the checkpoint"),
    Field("entry", "Entry that adopted it", cites=True),
)
DOCUMENT = Field("document", "The whole policy")
TIERS = (
    Field("number", "Tier"),
    Field("name", "Name"),
    Field("example", "Such as"),
    Field("why", "Why"),
    Field("approvers", "Who approves a change"),
    Field("controls", "Controls that it adds"),
    Field("lane", "Lane"),
    Field("review_months", "Months between reviews"),
    Field("exception_days", "Longest exception, days"),
    Field("drill_days", "Days between drills"),
    Field("two_person", "Two people beside the requester"),
)
CONTROLS = (
    Field("key", "Control"),
    Field("name", "Name"),
    Field("kind", "How it is judged"),
    Field("why", "Why it is asked"),
    Field("tier", "Asked from tier"),
    Field("evidence", "What shows it"),
    Field("meets", "Items of frameworks that it meets"),
)
ERASURES = (
    Field("key", "Erasure"),
    Field("who", "Whose", lambda row: row.person.ref if row.person is not None else "somebody without an account"),
    Field("asked_on", "Asked on"),
    Field("basis", "On which ground", "get_basis_display"),
    Field("erased_at", "Erased", "decided_at"),
    Field("erased", "What was erased, and what stays", "result"),
    Field("entry", "Ledger entry", cites=True),
)


def charter(window: Window) -> Iterator[RecordSet]:
    """Give the charter that held at the checkpoint."""
    ground = Ground(window)
    told = "The company's model-risk charter as it held at the checkpoint, with its signatures."
    yield records(window, "charter", "Charter", CHARTER, _charter(ground), told, ground.voice)


def _charter(ground: Ground) -> Iterator[dict[str, Any]]:
    seen = Charter.objects.visible_to(ground.window.asked_by)
    rows = as_of(seen, ground.at, beside=("owner",))
    for row in rows:
        if row.state != Charter.State.IN_FORCE:
            continue
        said = printing.context(row, ground.window.asked_by)
        entries = ground.entries(("charter.in_force",), "governance.charter", [row.pk])
        same = ("lead", "tiers", "incidents", "response")
        yield {name: said[name] if name != "lead" else row.sections["lead"] for name in same} | {
            "key": row.key,
            "number": row.number,
            "title": row.title,
            "in_force_since": row.in_force_since,
            "next_review_on": row.next_review_on,
            "sha256": row.digest,
            "facts": [each for each in said["facts"] if ground.voice.names_people or each["label"] != "Model-risk owner"],
            "rules": said["rules"],
            "held": [_section(ground, section) for pair in said["pairs"] for section in pair],
            "signatures": [_signed(ground, each) for each in said["signatures"]],
            "entry": entries.get(str(row.pk)),
        }


def _section(ground: Ground, section: Mapping[str, Any]) -> dict[str, Any]:
    """One part about what exists, access paths without their accounts where the edition leaves accounts out."""
    shows = section["key"] != "access-paths" or ground.window.shows("account", "endpoints.account")
    return {**section, "lines": section["lines"] if shows else [line.partition(", account ")[0] for line in section["lines"]]}


def _signed(ground: Ground, each: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in each.items() if name != "person" or ground.voice.names_people}


def policy(window: Window) -> Iterator[RecordSet]:
    """Give the policies that held in the period, and what the last of them demands."""
    ground = Ground(window)
    fields = VERSIONS if window.edition == BUYER else (*VERSIONS, DOCUMENT)
    told = "Every version of the policy that held at any time in the period, under its hash."
    yield records(window, "policy-versions", "Policy", fields, _versions(ground), told, ground.voice)
    told = "What each tier demands under the policy that held at the checkpoint."
    yield records(window, "policy-tiers", "Tiers", TIERS, _tiers(ground), told, ground.voice)
    told = "The controls of the policy that held at the checkpoint."
    yield records(window, "policy-controls", "Controls of policy", CONTROLS, _controls(ground), told, ground.voice)


def _versions(ground: Ground) -> Iterator[Any]:
    window = ground.window
    rows = list(
        PolicyVersion.objects.filter(effective_at__lt=window.until, made_at__lte=ground.at).order_by("effective_at", "number")
    )
    ends = [row.effective_at for row in rows[1:]] + [None]
    kept = [row for row, end in zip(rows, ends, strict=True) if end is None or end >= window.since]
    entries = ground.entries(("policy.adopted",), "governance.policyversion", [row.pk for row in kept])
    for row in kept:
        found: Any = row
        found.entry, found.holds = entries.get(str(row.pk)), row.pk == ground.version.pk
        yield found


def _tiers(ground: Ground) -> Iterator[dict[str, Any]]:
    names = {each["key"]: each["name"] for each in ground.document["controls"]}
    for row in ground.document["tiers"]:
        same = ("number", "name", "lane", "review_months", "exception_days", "drill_days", "two_person")
        yield {name: row.get(name) for name in same} | {
            "example": row.get("example", ""),
            "why": row.get("why", ""),
            "approvers": [_approver(ground, each) for each in row["approvers"]],
            "controls": [names[key] for key in row["controls"]],
        }


def _approver(ground: Ground, step: Mapping[str, Any]) -> str:
    name = ground.positions.get(step["position"], step["position"])
    count = f"{step['count']} x " if step["count"] > 1 else ""
    return f"{count}{name}" + (" where regulated" if step["when"] == "regulated" else "")


def _controls(ground: Ground) -> Iterator[dict[str, Any]]:
    first = {key: row["number"] for row in reversed(ground.document["tiers"]) for key in row["controls"]}
    for row in ground.document["controls"]:
        yield {name: row.get(name) or "" for name in ("key", "name", "kind", "why", "evidence")} | {
            "tier": first.get(row["key"]),
            "meets": [f"{name} {item}" for name, items in sorted(row["meets"].items()) for item in items],
        }


def erasures(window: Window) -> Iterator[RecordSet]:
    """Give what was erased on request up to the checkpoint: whose by pseudonym, when, and what stays."""
    ground = Ground(window)
    told = "Personal data that was erased on request. The ledger keeps its salted digests, so that it still verifies."
    yield records(window, "erasures", "Erasures", ERASURES, _erasures(ground), told, ground.voice)


def _erasures(ground: Ground) -> Iterator[Any]:
    rows = as_of(Erasure.objects.visible_to(ground.window.asked_by), ground.at, beside=("person",))
    done = [row for row in rows if row.state == Erasure.State.DONE]
    entries = ground.entries(("erasure.done",), "governance.erasure", [row.pk for row in done])
    for row in done:
        row.entry = entries.get(str(row.pk))
        yield row


HELD = Sheet(
    "policy-versions",
    (
        Print("label", "Version", kind="strong", width="c14"),
        Print("effective_at", "In force from", kind="day", width="c20"),
        Print("summary", "What it changed"),
        Print("sha256", "SHA-256", kind="hash", width="c20"),
        Print(
            "holds",
            "State",
            kind="state",
            width="c11",
            state=lambda row: ("held", "Holds") if row["holds"] else ("wait", "Held"),
        ),
    ),
    title="Versions",
    empty="No policy held in the period.",
)
ASKS = Sheet(
    "policy-tiers",
    (
        Print("number", "Tier", kind="tier", width="c8"),
        Print("name", "Name", kind="strong", width="c17", under=("example",), most=90),
        Print("approvers", "Who approves a change", kind="list", width="c24"),
        Print("controls", "Controls that it adds", kind="list"),
        Print("exception_days", "Exception", kind="number", width="c11"),
    ),
    title="Tiers",
    empty="The policy has no tier.",
)
CATALOGUE = Sheet(
    "policy-controls",
    (
        Print("name", "Control", kind="strong", width="c28"),
        Print("tier", "From", kind="tier", width="c8"),
        Print("kind", "Judged", width="c14"),
        Print("why", "Why it is asked"),
    ),
    title="Controls",
    empty="The policy has no control.",
)
GONE = Sheet(
    "erasures",
    (
        Print("key", "Erasure", kind="code", width="c11"),
        Print("who", "Whose", kind="code", width="c34"),
        Print("erased_at", "Erased, UTC", kind="moment", width="c24"),
        Print("basis", "On which ground"),
        Print("entry", "Entry", kind="entry", width="c8"),
    ),
    empty="Nothing was erased on request.",
)


def charter_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the charter."""
    yield Chapter("charter", "Charter", "registry/packing/charter.html", _charters(found))


def _charters(found: Records) -> Iterator[Mapping[str, Any]]:
    rows = list(found.get("charter", ()))
    yield {"charter": rows[0] if rows else None, "left_out": "charter" not in found}


def policy_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the policy."""
    lead = "What decided, while the pack's period lasted, which paperwork a surface needs and who agrees."
    yield chapter("policy", "Policy", lead, found, HELD, ASKS, CATALOGUE)


def erasure_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the erasures."""
    lead = "Personal data that was erased on request. What the ledger keeps of it cannot be read any more, and still verifies."
    yield chapter("erasures", "Erasures", lead, found, GONE)


SECTIONS = (
    PackSection("charter", "Charter", 190, charter, charter_pages),
    PackSection("policy", "Policy", 200, policy, policy_pages),
    PackSection("erasures", "Erasures", 220, erasures, erasure_pages),
)
