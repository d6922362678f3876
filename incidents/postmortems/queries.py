"""Reads of postmortems, action items and cases asked for: who sees which, what waits, what repeats."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from governance.approvals import queries as approvals
from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.models import User
from incidents.cases import queries as cases
from incidents.cases.models import Incident, IncidentState, TimelineEntry
from incidents.postmortems import rules
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem, PostmortemCause, PostmortemSection
from registry.evals.models import EvalCase
from registry.surfaces import queries as surfaces

KEY = re.compile(r"^(?:[Pp][Mm]-)?0*(\d{1,18})$")
ITEM_KEY = re.compile(r"^(?:[Aa][Ii]-)?0*(\d{1,18})$")
CASE_KEY = re.compile(r"^(?:[Ee][Cc]-)?0*(\d{1,18})$")
SHOWN = (
    "incident__surface__team__lead",
    "incident__surface__owner",
    "incident__owner",
    "incident__commander",
    "incident__reporter",
    "incident__vendor",
)


def visible_to(user: Any) -> QuerySet[Postmortem]:
    """Return the postmortems a person may see: of incidents they see, and those they decide on."""
    found = Postmortem.objects.select_related("incident__surface", "author", "request")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    asked = approvals.visible_to(user).filter(subject_kind="postmortem").values("pk")
    return found.filter(Q(incident__in=cases.visible_to(user).values("pk")) | Q(request__in=asked))


def get(user: Any, key: str) -> Postmortem:
    """Return one postmortem by its key (PM-3) with what its page shows. Raises NotVisible."""
    named = KEY.match(key)
    rows = with_parts(visible_to(user).select_related(*SHOWN))
    found = rows.filter(pk=int(named.group(1)) if named else 0).first()
    if found is None:
        raise NotVisible(
            f"There is no postmortem {key[:40]} that you can see.", fix="Check the key, or ask the incident's owner."
        )
    return found


def with_parts(found: QuerySet[Postmortem]) -> QuerySet[Postmortem]:
    """Load with postmortems what they are made of, in four statements: texts, causes, what is to be done, cases asked for."""
    items = ActionItem.objects.select_related("owner", "done_by", "verified_by").order_by("due_on", "pk")
    asked = EvalCaseRequest.objects.select_related("suite", "first_run").order_by("pk")
    return found.prefetch_related(
        Prefetch("sections", PostmortemSection.objects.select_related("written_by").order_by("number")),
        Prefetch("causes", PostmortemCause.objects.order_by("pk")),
        Prefetch("incident__action_items", items),
        Prefetch("incident__eval_cases", asked),
    )


def of_incident(incident: Incident) -> Postmortem | None:
    """Return an incident's postmortem, if one was begun."""
    return Postmortem.objects.filter(incident=incident).select_related("author", "request").first()


def section(postmortem: Postmortem, kind: str) -> PostmortemSection:
    """Return one text of a postmortem. Raises NotVisible."""
    found = postmortem.sections.select_related("written_by").filter(kind=kind).first()
    if found is None:
        raise NotVisible(f"This postmortem has no text called {kind[:40]}.", fix="Go back to the postmortem.")
    return found


def moments(postmortem: Postmortem) -> list[TimelineEntry]:
    """Return the timeline entries that are drawn into a postmortem, in their order."""
    found = TimelineEntry.objects.filter(incident=postmortem.incident_id, pk__in=postmortem.moments)
    return list(found.select_related("author").order_by("at", "pk"))


def lacks(postmortem: Postmortem) -> list[str]:
    """Return in sentences what a postmortem needs before it can be put before its approvers; nothing when it is whole."""
    incident = postmortem.incident
    items, asked = list(incident.action_items.all()), list(incident.eval_cases.all())
    return rules.lacks(list(postmortem.sections.all()), list(postmortem.causes.all()), items, asked)


def listed(user: Any) -> QuerySet[Postmortem]:
    """Return postmortems with what their list shows: how many action items are not verified yet."""
    items = ActionItem.objects.filter(incident=OuterRef("incident"), state__in=ActionItem.PENDING).order_by()
    counted = items.values("incident").annotate(count=Count("pk")).values("count")
    return visible_to(user).annotate(pending=Coalesce(Subquery(counted), 0)).defer("content")


def items_visible_to(user: Any) -> QuerySet[ActionItem]:
    """Return the action items a person may see: of incidents they see, and their own."""
    found = ActionItem.objects.select_related("incident__surface", "incident__owner", "owner", "postmortem__author")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    return found.filter(Q(incident__in=cases.visible_to(user).values("pk")) | Q(owner=user))


def get_item(user: Any, key: str) -> ActionItem:
    """Return one action item by its key (AI-4). Raises NotVisible."""
    named = ITEM_KEY.match(key)
    rows = items_visible_to(user).select_related("done_by", "verified_by", "incident__surface__team__lead")
    found = rows.filter(pk=int(named.group(1)) if named else 0).first()
    if found is None:
        raise NotVisible(f"There is no action item {key[:40]} that you can see.", fix="Check the key, or ask its owner.")
    return found


def overdue(today: date) -> QuerySet[ActionItem]:
    """Return what is past its day and not done."""
    return ActionItem.objects.filter(state=ActionItem.State.OPEN, due_on__lt=today)


def due_soon(today: date, days: int = rules.SOON_DAYS) -> QuerySet[ActionItem]:
    """Return what is to be done from today on within some days."""
    last = today + timedelta(days=days)
    return ActionItem.objects.filter(state=ActionItem.State.OPEN, due_on__gte=today, due_on__lte=last)


def to_do(user: User) -> QuerySet[ActionItem]:
    """Return what a person has to do."""
    return ActionItem.objects.filter(owner=user, state=ActionItem.State.OPEN).select_related("incident").order_by("due_on", "pk")


def to_verify(user: User) -> QuerySet[ActionItem]:
    """Return what waits to be verified by a person: done by others, of incidents they answer for or wrote up."""
    mine = Q(incident__owner=user) | Q(postmortem__author=user) | Q(incident__commander=user)
    found = ActionItem.objects.filter(mine, state=ActionItem.State.DONE).exclude(owner=user).exclude(done_by=user)
    return found.select_related("incident").order_by("done_at", "pk")


def to_write(user: User) -> QuerySet[Incident]:
    """Return the incidents that a person answers for and that wait for a postmortem to be begun or finished."""
    ready = Postmortem.objects.filter(incident=OuterRef("pk")).exclude(state=Postmortem.State.DRAFT)
    return waiting().filter(~Exists(ready), owner=user).order_by("resolved_at", "pk")


def waiting() -> QuerySet[Incident]:
    """Return the incidents that are resolved and cannot close before a postmortem is approved."""
    approved = Postmortem.objects.filter(incident=OuterRef("pk"), state=Postmortem.State.APPROVED)
    resolved = (IncidentState.RESOLVED, IncidentState.POSTMORTEM)
    return Incident.objects.filter(~Exists(approved), state__in=resolved, postmortem_demanded=True)


def cases_visible_to(user: Any) -> QuerySet[EvalCaseRequest]:
    """Return the cases asked for that a person may see: of incidents they see."""
    found = EvalCaseRequest.objects.select_related("incident__surface", "suite", "postmortem", "asked_by", "first_run")
    if roles.reads_all(user):
        return found
    return found.filter(incident__in=cases.visible_to(user).values("pk"))


def get_case(user: Any, key: str) -> EvalCaseRequest:
    """Return one case asked for by its key (EC-3). Raises NotVisible."""
    named = CASE_KEY.match(key)
    found = cases_visible_to(user).filter(pk=int(named.group(1)) if named else 0).first()
    if found is None:
        raise NotVisible(f"There is no case {key[:40]} that you can see.", fix="Check the key, or ask the incident's owner.")
    return found


def first_run_of(asked: EvalCaseRequest) -> EvalCase | None:
    """Return how a case came out in the first run that carried it after it was asked for, or None."""
    found = EvalCase.objects.filter(run__suite=asked.suite_id, name=asked.name, run__received_at__gte=asked.created_at)
    return found.select_related("run").order_by("run__received_at", "run_id").first()


def ran_before(suite: Any, name: str) -> EvalCase | None:
    """Return the newest run of a case by this name, where the suite has one already."""
    return EvalCase.objects.filter(run__suite=suite, name=name).select_related("run").order_by("-run_id").first()


def not_yet_run() -> QuerySet[EvalCaseRequest]:
    """Return the cases that are asked for and no run has carried yet."""
    return EvalCaseRequest.objects.filter(first_run__isnull=True).select_related("incident", "suite", "postmortem", "asked_by")


def sees(user: Any, incident: Incident) -> bool:
    """Whether a person sees an incident."""
    return cases.visible_to(user).filter(pk=incident.pk).exists()


PATTERNS = (
    ("surface", (("surface_id", "surface__name"), ("surface_rows__surface_id", "surface_rows__surface__name"))),
    ("vendor", (("vendor_id", "vendor__name"),)),
    ("category", (("category", "category"),)),
    ("cause", (("postmortem__causes__cause", "postmortem__causes__cause"),)),
)
"""By what incidents are put together: name, and the columns of a group and of its label. A surface counts as the primary or
a further one, never twice for the same incident."""


def patterns(user: Any, since: Any = None, *, most: int = 12) -> dict[str, list[dict[str, Any]]]:
    """Return what happened more than once: for surface, vendor, category and cause the groups of two or more incidents.

    Each group has `value`, `label`, `total`, `misses` (near misses among them) and `open` (not closed). `since` bounds by
    when they were reported, an aware moment. Of surfaces only those that the person sees. One statement each, two for surfaces.
    """
    found = cases.visible_to(user).order_by()
    if since is not None:
        found = found.filter(reported_at__gte=since)
    seen = None if roles.reads_all(user) else surfaces.visible_to(user).values("pk")
    return {name: _repeated(found, columns, seen if name == "surface" else None)[:most] for name, columns in PATTERNS}


def _repeated(found: QuerySet[Incident], columns: Iterable[tuple[str, str]], among: Any = None) -> list[dict[str, Any]]:
    together: dict[Any, dict[str, Any]] = {}
    for column, label in columns:
        groups = found.exclude(**{column: None}).exclude(**({column: ""} if column == label else {}))
        if among is not None:
            groups = groups.filter(**{f"{column}__in": among})
        if column.startswith("surface_rows"):
            groups = groups.exclude(surface=F("surface_rows__surface"))
        for row in groups.values(value=F(column), label=F(label)).annotate(
            total=Count("pk", distinct=True),
            misses=Count("pk", filter=Q(near_miss=True), distinct=True),
            open=Count("pk", filter=~Q(state=IncidentState.CLOSED), distinct=True),
        ):
            known = together.setdefault(row["value"], {**row, "total": 0, "misses": 0, "open": 0})
            for name in ("total", "misses", "open"):
                known[name] += row[name]
    rows = [row for row in together.values() if row["total"] > 1]
    return sorted(rows, key=lambda row: (-row["total"], str(row["label"])))
