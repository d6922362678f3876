"""From a finding to a registered surface: the registration begins filled in, and once it is done the program is known by it."""

import json
from collections.abc import Sequence
from typing import Any

from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import Pending, action
from governance.ledger.models import Entry
from governance.notifications.models import Tail
from governance.people.models import User
from registry.catalog.models import Vendor
from registry.findings import queries, rules, settling
from registry.findings.models import Finding
from registry.surfaces import actions as surfaces
from registry.surfaces import queries as surface_queries
from registry.surfaces.models import Draft, Pattern, Surface
from registry.usage.aliases import actions as aliases
from registry.usage.aliases.rules import may_name
from registry.usage.models import UsageAlias, UsagePath

REGISTERED = "surface.registered"
TAIL, BATCH = "findings", 500
NAMED = ((UsageAlias.Attribute.CLAIM, "claim"), (UsageAlias.Attribute.SERVICE, "service"), (UsageAlias.Attribute.AGENT, "agent"))


def begin(finding: Finding, *, actor: User) -> Draft:
    """Begin a registration with what was observed: name, way of building, vendor and team. Raises Denied."""
    require(rules.may_register(actor, finding))
    draft = surfaces.begin_registration(actor=actor)
    return surfaces.keep_answers(draft, actor=actor, step="what", given=_known(finding))


def _known(finding: Finding) -> dict[str, Any]:
    """Return what a registration can be filled in with; `source` leads back to the finding."""
    paths = list(queries.paths_of(finding).select_related("endpoint__vendor")[:50])
    given: dict[str, Any] = {"source": finding.key, "pattern": Pattern.OWN_BACKEND.value}
    if name := next((path.claim or path.service or path.agent for path in paths if path.claim or path.service or path.agent), ""):
        given["name"] = " ".join(name.replace("-", " ").replace("_", " ").split()).capitalize()[:400]
    models = sorted({path.model for path in paths if path.model})
    if models:
        given["purpose"] = f"Observed calling {', '.join(models[:5])}. Say what it is for."
    vendor = next((path.endpoint.vendor_id for path in paths if path.endpoint is not None), None)
    if vendor is None and (said := next((path.provider for path in paths if path.provider), "")):
        vendor = Vendor.objects.filter(name__icontains=said).values_list("pk", flat=True).first()
    if vendor is not None:
        given["vendor"] = vendor
    if finding.source is not None and finding.source.team_id is not None:
        given["team"] = finding.source.team_id
    return given


def after(entries: Sequence[Pending]) -> None:
    """Finish what a committed transaction registered from findings."""
    for entry in entries:
        if entry.kind == REGISTERED:
            _follow(str(entry.payload.get("source", "")), entry.subject_id, entry.actor_ref)


def catch_up() -> int:
    """Finish what was registered from findings and not followed, because a process died; return how many were looked at."""
    tail, _ = Tail.objects.get_or_create(name=TAIL)
    done = 0
    while rows := list(Entry.objects.filter(kind=REGISTERED, seq__gt=tail.seq).order_by("seq")[:BATCH]):
        for row in rows:
            _follow(str(json.loads(row.body)["payload"].get("source", "")), row.subject_id, row.actor_ref)
        done += len(rows)
        tail.seq = rows[-1].seq
        Tail.objects.filter(name=TAIL, seq__lt=tail.seq).update(seq=tail.seq)
    return done


def _follow(source: str, surface_id: str, actor_ref: str) -> None:
    """Make the program known by the surface, where whoever registered it may see the finding that it came from."""
    named = queries.KEY.match(source)
    if named is None:
        return
    actor, surface = User.objects.filter(ref=actor_ref).first(), Surface.objects.filter(pk=int(surface_id)).first()
    if actor is None or surface is None:
        return
    finding = queries.visible_to(actor).filter(pk=int(named.group(1)), state__in=Finding.UNSETTLED).first()
    if finding is not None and rules.may_register(actor, finding) and may_name(actor, surface):
        finish(finding, surface, actor=actor)
        settling.settle_among(list(Finding.objects.filter(pk=finding.pk).select_related(*settling.RELATED)))


@action
def finish(finding: Finding, surface: Surface, *, actor: User) -> list[UsageAlias]:
    """Have what the program calls itself mean the surface from now on. What means something already stays as it is.

    Raises Denied for whoever may not edit the surface.
    """
    made = []
    for attribute, value in sorted(_names(queries.paths_of(finding))):
        if UsageAlias.objects.filter(attribute=attribute, value=value).exists():
            continue
        made.append(aliases.make(actor=actor, attribute=attribute, value=value, surface=surface))
    told = {
        "kind": finding.get_kind_display().lower(), "title": finding.title, "surface": surface.key, "endpoint": "",
        "alias": ", ".join(alias.value for alias in made),
    }  # fmt: skip
    journal.record("finding.registered", actor=actor, subject=finding, payload=told, touches=(surface,))
    return made


def _names(paths: Any) -> set[tuple[str, str]]:
    """Return by which name each path was not known: the strongest that its program gave."""
    found: set[tuple[str, str]] = set()
    for path in paths:
        for attribute, name in NAMED:
            if value := getattr(path, name):
                found.add((attribute.value, value))
                break
    return found


def has_name(path: UsagePath) -> bool:
    """Whether a program gave itself any name."""
    return any(getattr(path, name) for _, name in NAMED)


def require_name(finding: Finding) -> None:
    """Raise Conflict where the calls carry no name by which a surface could be known."""
    if not any(has_name(path) for path in queries.paths_of(finding)):
        raise Conflict(
            "These calls carry no name that could mean a surface.",
            fix="Give the program a service name, or its own source for one surface.",
        )


def name(finding: Finding, surface: Surface, *, actor: User) -> Finding:
    """Say that a program is a surface that is registered already. Raises Denied, Conflict where the calls carry no name."""
    require(rules.may_register(actor, finding))
    require(surface_queries.may_edit(actor, surface))
    require_name(finding)
    finish(finding, surface, actor=actor)
    settling.settle_among(list(Finding.objects.filter(pk=finding.pk).select_related(*settling.RELATED)))
    finding.refresh_from_db()
    return finding
