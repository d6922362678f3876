"""Reads for running an incident: who may, what policy calls things, what each step asks, and what its page shows."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from governance.core.reading import once
from governance.ledger.models import Entry, Mention
from governance.people import roles
from governance.people.models import User
from governance.people.queries import active_people
from governance.policy import queries as policy
from governance.policy.models import DataClass, IncidentCategory, Severity
from incidents.alerts.models import AlertNotice
from incidents.cases.models import OPEN, Incident, TimelineEntry
from incidents.running import rules
from registry.oncall import queries as oncall
from registry.surfaces import queries as surfaces

INCIDENT = "incidents.incident"
NO_TIER = "SEV2"
"""From which severity on a postmortem is asked for where no surface, so no tier, is known: as most tiers do."""


def standing(user: Any, incident: Incident) -> rules.Standing:
    """Return what lets a person act on an incident beside role and part; asked once a page."""
    return once(("incident standing", user.pk, incident.pk), lambda: _standing(user, incident))


def _standing(user: Any, incident: Incident) -> rules.Standing:
    if not roles.may_write(user) or rules.may_respond(user, incident, rules.Standing()):
        return rules.Standing()
    surface = incident.surface
    if surface is not None and surfaces.may_edit(user, surface):
        return rules.Standing(edits_surface=True)
    return rules.Standing(on_call=oncall.on_call_now(user) or was_alerted(user, incident))


def was_alerted(user: Any, incident: Incident) -> bool:
    """Whether a person was called for an incident; one that was loaded for them knows it already."""
    known: bool | None = getattr(incident, "was_alerted", None) if getattr(incident, "loaded_for", None) == user.pk else None
    return known if known is not None else AlertNotice.objects.filter(alert__incident=incident, person=user).exists()


def severities() -> dict[str, str]:
    """Return policy's severities, the worst first: key to name."""
    return once("severities", lambda: dict(Severity.objects.order_by("order", "key").values_list("key", "name")))


def categories(*, retired: bool = False) -> dict[str, str]:
    """Return policy's categories in its order: key to name."""
    held = once("incident categories", lambda: list(IncidentCategory.objects.order_by("order", "key")))
    return {each.key: each.name for each in held if retired or not each.is_retired}


def plain_words() -> list[tuple[str, str]]:
    """Return the categories in words anyone knows, as choices."""
    found = IncidentCategory.objects.filter(is_retired=False).order_by("order", "key")
    return [(each.key, each.plain_words or each.name) for each in found]


def data_classes() -> list[tuple[str, str]]:
    """Return policy's data classes as choices, from the least to the most sensitive."""
    return list(DataClass.objects.filter(is_retired=False).values_list("key", "name"))


def threshold(tier: int | None) -> str:
    """Return the severity from which on a tier asks for a postmortem (R11)."""
    held = {each["number"]: str(each["postmortem_from"]) for each in policy.document()["tiers"]} if tier is not None else {}
    return held.get(tier, NO_TIER)


def seen_as(incident: Incident, version: int) -> dict[str, Any] | None:
    """Return an incident's fields as they were in a version, or None where there was none."""
    found: Mapping[str, Any] | None = incident.history.filter(version=version).values().first()
    return dict(found) if found else None


def with_seq(incident: Incident, rows: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Give each timeline entry its number in the ledger as `seq`; one question, whatever their number."""
    found = list(rows)
    own = [row for row in found if row.entry_seq is None]
    numbers: dict[int, int] = {}
    if own:
        mentions = Mention.objects.filter(subject_type=INCIDENT, subject_id=str(incident.pk)).values("entry")
        about = Q(subject_type=INCIDENT, subject_id=str(incident.pk)) | Q(pk__in=mentions)
        told = Entry.objects.filter(about, at__gte=min(row.written_at for row in own))
        for seq, body in told.values_list("seq", "body"):
            if row := json.loads(body)["payload"].get("row"):
                numbers[row] = seq
    for each in found:
        each.seq = each.entry_seq or numbers.get(each.pk)  # type: ignore[attr-defined]
    return found


def of_person(user: Any) -> QuerySet[Incident]:
    """Return the open incidents in which a person has a part that asks something of them."""
    mine = Q()
    for name in rules.ROLES:
        mine |= Q(**{name: user})
    return Incident.objects.filter(mine, state__in=OPEN)


def may_be_named(user: Any) -> QuerySet[User]:
    """Return who can be given a part: everybody active inside the company."""
    return active_people().order_by("name")
