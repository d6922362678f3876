"""What a postmortem says on paper: the whole of it for inside, and without what policy keeps inside for outside."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from governance.approvals import queries as approvals
from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.core import clock, digest
from governance.core.redaction import Redaction, spoken
from governance.people.bench import day_of
from governance.people.models import User
from governance.policy.models import IncidentCategory
from incidents.cases.rules import HARM, RADIUS
from incidents.postmortems import content, demands, queries, rules
from incidents.postmortems.models import ActionItem, Postmortem
from incidents.postmortems.targets import TARGETS

PARTS = {
    "timeline": "the timeline",
    "actions": "what is to be done",
    "system_changes": "what in the system changes, and the eval cases",
    "people": "names of people",
    "vendor": "the vendor's name",
    "endpoints": "names of endpoints",
    "data_classes": "data classes",
    "trace_ids": "trace ids",
    "attachments": "attachments",
}
"""Parts that policy may keep inside, beside the texts of the template, which go by their headings."""
STEPS = (
    ("occurred_at", "Began"),
    ("reported_at", "Reported"),
    ("acknowledged_at", "Acknowledged"),
    ("mitigated_at", "Mitigated"),
    ("resolved_at", "Resolved"),
)
MARKS = {
    Postmortem.State.DRAFT: ("stop", "Not approved.", "It is being written. Nobody has agreed to it."),
    Postmortem.State.REVIEW: ("warn", "Not approved.", "It is before its approvers, under the hash below."),
}
STATES = {"open": "wait", "done": "wait", "verified": "ok", "dropped": "wait"}


def left_out_names() -> list[str]:
    """Return in words what the edition for outside leaves out, as policy has it now."""
    quoted = {part: f"“{name}”" for part, name in demands.section_names().items()}
    names, kept = {**PARTS, **quoted}, demands.redacted()
    return [name for part, name in names.items() if part in kept]


def inside(postmortem: Postmortem, user: Any) -> dict[str, Any]:
    """Return the whole as plain data; what was signed travels along, so that its hash can be checked."""
    said = signed(postmortem)
    found = _told(postmortem, said, frozenset(), Redaction({}))
    return {**found, "edition": "inside", "head": "Postmortem", "left_out": [], "content": said}


def outside(postmortem: Postmortem, user: Any) -> dict[str, Any]:
    """Return what may leave the house as plain data, with what was left out in words. Nothing else is in the file."""
    said, kept = signed(postmortem), demands.redacted()
    redaction = Redaction(_unsaid(postmortem, said, kept), addresses="people" in kept)
    found = _told(postmortem, said, kept, redaction)
    missing = [PARTS[part] for part in PARTS if part in kept and _has(part, said)]
    missing += [f"“{each['heading']}”" for each in said["sections"] if each["kind"] in kept and each["text"]]
    told = f"{redaction.places} place{'s'[: redaction.places != 1]} in the texts say a role instead of a name."
    return {
        **found,
        "edition": "outside",
        "head": "Postmortem, edition for outside",
        "classification": "For outside",
        "left_out": missing,
        "replaced": told if redaction.places else "",
    }


def outside_title(postmortem: Postmortem) -> str:
    """Return the title of the edition for outside, without what must not be said."""
    said, kept = signed(postmortem), demands.redacted()
    return f"Postmortem: {Redaction(_unsaid(postmortem, said, kept), addresses=True).text(postmortem.title)}"


def signed(postmortem: Postmortem) -> dict[str, Any]:
    """Return what approvers signed, or will sign as it stands now while it is a draft."""
    if postmortem.state != Postmortem.State.DRAFT:
        return dict(postmortem.content)
    return content.whole(postmortem, queries.moments(postmortem))


def _has(part: str, said: dict[str, Any]) -> bool:
    held = {
        "people": True,
        "timeline": said["timeline"],
        "actions": said["actions"],
        "system_changes": said["eval_cases"] or any(each["changes"]["type"] for each in said["actions"]),
        "vendor": said["incident"]["vendor"],
        "endpoints": said["incident"].get("endpoints"),
        "data_classes": said["incident"]["data_classes"],
        "trace_ids": said["incident"]["trace_ids"],
        "attachments": said.get("attachments"),
    }
    return bool(held[part])


def _unsaid(postmortem: Postmortem, said: dict[str, Any], kept: frozenset[str]) -> dict[str, str]:
    words: dict[str, str] = {}
    incident = postmortem.incident
    if "people" in kept:
        refs = {each["author"] for each in said["timeline"]} | {each["owner"] for each in said["actions"]} | {said["author"]}
        for person in User.objects.filter(ref__in=refs):
            words |= spoken(person.name, "a colleague")
        parts = (
            (postmortem.author, "the author"),
            (incident.surface.owner if incident.surface else None, "the surface's owner"),
            (incident.reporter, "the reporter"),
            (incident.scribe, "the scribe"),
            (incident.communications, "communications"),
            (incident.commander, "the commander"),
            (incident.owner, "the incident's owner"),
        )
        for person, role in parts:
            words |= spoken(person.name, role) if person is not None else {}
        words |= spoken(incident.reporter_name, "the reporter")
    if "vendor" in kept and said["incident"]["vendor"]:
        words[said["incident"]["vendor"]] = "[the vendor]"
    if "endpoints" in kept:
        words |= dict.fromkeys(said["incident"].get("endpoints", ()), "[an endpoint]")
    return words


def _told(postmortem: Postmortem, said: dict[str, Any], kept: frozenset[str], redaction: Redaction) -> dict[str, Any]:
    """Return everything that both editions show, without the parts that are kept inside."""
    names = dict(User.objects.filter(ref__in=_refs(said)).values_list("ref", "name"))
    mark, known = MARKS.get(Postmortem.State(postmortem.state)), demands.causes()
    incident, clean = said["incident"], redaction.text
    hides_people = "people" in kept
    steps = [[label, incident[name]] for name, label in STEPS if incident[name]]
    shown = [] if "timeline" in kept else said["timeline"]
    return {
        "postmortem": {"key": postmortem.key, "title": clean(said["title"])},
        "mark": {"level": mark[0], "label": mark[1], "text": mark[2]} if mark else None,
        "standing": {"value": postmortem.get_state_display(), "level": "held" if mark is None else "wait"},
        "approved_at": digest.plain(postmortem.approved_at),
        "incident": {"key": incident["key"], "title": clean(incident["title"]), "severity": incident["severity"]},
        "tier": incident["tier"],
        "surface": clean(incident["surface_name"]),
        "author": "" if hides_people else names.get(said["author"], ""),
        "facts": _facts(incident, kept),
        "steps": steps,
        "ticks": [each["at"] for each in shown],
        "sections": [
            {"heading": each["heading"], "text": clean(each["text"])}
            for each in said["sections"]
            if each["kind"] not in kept and each["text"]
        ],
        "timeline": [
            {"at": each["at"], "who": "" if hides_people else names.get(each["author"], ""), "text": clean(each["text"])}
            for each in shown
        ],
        "causes": [] if "causes" in kept else [
            {"label": demands.cause_named(each["cause"], known), "note": clean(each["note"])} for each in said["causes"]
        ],
        "actions": [] if "actions" in kept else _actions(postmortem, said, kept, names, redaction),
        "cases": [] if "system_changes" in kept else _cases(postmortem, said, redaction),
        "attachments": [] if "attachments" in kept else said.get("attachments", []),
        "trace_ids": [] if "trace_ids" in kept else incident["trace_ids"],
        "approvals": _approvals(postmortem, hides_people),
        "postmortem_sha256": digest.digest(said),
        "policy_version": postmortem.request.policy_version.label if postmortem.request and not mark else "",
    }  # fmt: skip


def _refs(said: dict[str, Any]) -> set[str]:
    return (
        {said["author"]}
        | {each["author"] for each in said["timeline"] if each["author"]}
        | {each["owner"] for each in said["actions"]}
    )


def _facts(incident: dict[str, Any], kept: frozenset[str]) -> list[dict[str, str]]:
    category = IncidentCategory.objects.filter(key=incident["category"]).values_list("name", flat=True).first()
    people = incident["people_estimated"]
    rows = [
        ("Kind", category or incident["category"]),
        ("User harm", HARM[incident["user_harm"]][0] if incident["user_harm"] is not None else ""),
        ("Blast radius", RADIUS[incident["blast_radius"]][0] if incident["blast_radius"] is not None else ""),
        ("People touched", f"at most {people:,}" if people is not None else ""),
        ("Vendor", "" if "vendor" in kept else incident["vendor"]),
        ("Endpoints", "" if "endpoints" in kept else ", ".join(incident.get("endpoints", ()))),
        ("Data classes", "" if "data_classes" in kept else ", ".join(incident["data_classes"])),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _actions(
    postmortem: Postmortem, said: dict[str, Any], kept: frozenset[str], names: dict[str, str], redaction: Redaction
) -> list[dict[str, str]]:
    """Return what was agreed, each with how far it is as this is made; later items of the incident follow."""
    now = {item.key: item for item in postmortem.incident.action_items.select_related("owner")}
    agreed = {each["key"] for each in said["actions"]}
    rows = [*said["actions"], *(content.action(item) for key, item in sorted(now.items()) if key not in agreed)]
    today, found = day_of(clock.now()), []
    for each in rows:
        item = now.get(each["key"])
        if item is None or (each["key"] not in agreed and item.state == ActionItem.State.DROPPED):
            continue
        late = rules.is_overdue(item, today)
        target = TARGETS.get(item.target_type)
        owner = names.get(str(each["owner"])) or item.owner.name
        found.append(
            {
                "key": item.key,
                "what": redaction.text(str(each["what"])),
                "owner": "" if "people" in kept else owner,
                "due": item.due_on.isoformat(),
                "state": "Overdue" if late else item.get_state_display(),
                "level": "stop" if late else STATES[item.state],
                "changes": ""
                if target is None or "system_changes" in kept
                else redaction.text(f"{target.label[0].lower()}{target.label[1:]}: {item.target_label}"),
            }
        )
    return found


def _cases(postmortem: Postmortem, said: dict[str, Any], redaction: Redaction) -> list[dict[str, str]]:
    """Return the cases asked for by name, and when each first ran; what goes in stays in the library."""
    asked = postmortem.incident.eval_cases.select_related("suite").order_by("pk")
    return [
        {
            "key": each.key,
            "name": redaction.text(each.name),
            "suite": each.suite.name,
            "state": f"First run: {each.first_outcome}" if each.first_outcome else "Not run yet",
            "level": "wait" if not each.first_outcome else "ok" if each.first_outcome == "pass" else "stop",
            "at": digest.plain(each.first_ran_at) or "",
        }
        for each in asked
    ]


def _approvals(postmortem: Postmortem, hides_people: bool) -> list[dict[str, Any]]:
    request = approvals.with_table(ApprovalRequest.objects.filter(pk=postmortem.request_id or 0)).first()
    if request is None or postmortem.state != Postmortem.State.APPROVED:
        return []
    found = []
    for step in request.steps.all():
        last = [each for each in step.decisions.all() if each.person_id == step.filled_by_id]
        if step.state == ApprovalStep.State.APPROVED and last:
            decision = max(last, key=lambda each: each.pk)
            found.append(
                {
                    "person": "" if hides_people else decision.person.name,
                    "position": step.position.name,
                    "at": digest.plain(decision.decided_at),
                    "sha256": decision.subject_digest,
                }
            )
    return sorted(found, key=lambda each: str(each["at"]))


def load(key: str) -> Postmortem:
    """Return a postmortem by its id or key, with what its editions need. Raises ValueError, DoesNotExist."""
    named = queries.KEY.match(key)
    if named is None:
        raise ValueError(f"{key[:40]!r} is not a key")
    people = ("owner", "commander", "communications", "scribe", "reporter", "vendor", "surface__owner")
    rows = Postmortem.objects.select_related("author", "request__policy_version", *(f"incident__{each}" for each in people))
    return queries.with_parts(rows).get(pk=int(named.group(1)))


def seen(user: Any) -> QuerySet[Any, Any]:
    """Return the ids of the postmortems that somebody sees, as text."""
    return _as_text(queries.visible_to(user))


def seen_approved(user: Any) -> QuerySet[Any, Any]:
    """Return the ids of the approved postmortems that somebody sees, as text."""
    return _as_text(queries.visible_to(user).filter(state=Postmortem.State.APPROVED))


def _as_text(rows: Iterable[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().annotate(id_text=Cast("pk", CharField())).values("id_text")  # type: ignore[attr-defined, no-any-return]
