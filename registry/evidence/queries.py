"""Reads of evidence; `visible_to` is the only door."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from governance.core import clock
from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.core.models import Job
from governance.people import roles
from registry.evidence.models import Evidence, EvidenceUse
from registry.evidence.rules import SOON
from registry.surfaces import queries as surfaces
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Surface, SurfaceGroupObjectPermission, SurfaceState, SurfaceUserObjectPermission

KEY = re.compile(r"^(?:[Ee][Vv]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[Evidence]:
    """Return the evidence a person may see (R3): all for readers of all, else their own, and what visible surfaces use."""
    found = Evidence.objects.select_related("collector", "blob")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    used = EvidenceUse.objects.filter(surface__in=surfaces.visible_to(user).values("pk")).values("evidence")
    seen = Q(pk__in=used)
    if roles.may_write(user):
        seen |= Q(collector=user)
    return found.filter(seen)


def rows(user: Any) -> QuerySet[Evidence]:
    """Return the evidence a person may see with what a list shows: how many surfaces use it, and the first day it ends on."""
    serving_it = EvidenceUse.objects.filter(evidence=OuterRef("pk")).exclude(surface__state=SurfaceState.RETIRED).order_by()
    surfaces_used = serving_it.values("evidence").annotate(found=Count("surface", distinct=True)).values("found")
    first = serving_it.values("evidence").annotate(found=Min("expires_on")).values("found")
    return visible_to(user).annotate(
        surfaces_used=Coalesce(Subquery(surfaces_used), 0), ends_on=Coalesce(Subquery(first), F("expires_on"))
    )


def get(user: Any, key: str) -> Evidence:
    """Return one piece of evidence by its key (EV-12). Raises NotVisible."""
    found = KEY.match(key)
    evidence = visible_to(user).select_related("renews").filter(pk=int(found.group(1)) if found else 0).first()
    if evidence is None:
        raise NotVisible(
            f"There is no evidence {key[:40]} that you can see.", fix="Check the key, or ask the owner of the surface it serves."
        )
    return evidence


def uses_of(found: Iterable[Surface | int]) -> dict[int, list[EvidenceUse]]:
    """Return what serves the controls of surfaces: surface id -> uses with their evidence, the newest first for a control.

    One statement for any number of surfaces; surfaces without evidence are left out. Withdrawn and expired evidence is
    in it, so that one can say why a control is not met: ask `rules.counts(use, today)` whether it speaks.
    """
    wanted = {each if isinstance(each, int) else each.pk for each in found}
    by_surface: dict[int, list[EvidenceUse]] = defaultdict(list)
    for use in asked(uses_question(wanted)):
        if use.surface_id in wanted:
            by_surface[use.surface_id].append(use)
    return dict(by_surface)


def uses_question(wanted: Collection[int]) -> QuerySet[EvidenceUse]:
    """Return what `uses_of` asks for surfaces by their ids."""
    found = EvidenceUse.objects.select_related("evidence__collector").order_by("surface_id", "control", "-pk")
    return found.filter(surface__in=sorted(wanted)) if len(wanted) <= 500 else found


def uses(evidence: Evidence) -> list[EvidenceUse]:
    """Return everything that one piece of evidence serves."""
    found = evidence.uses.select_related("surface__owner", "surface__team__lead", "evidence")
    return list(found.order_by("surface__name", "control"))


def seen_uses(user: Any, evidence: Evidence) -> tuple[list[EvidenceUse], int]:
    """Return what it serves on surfaces that a person sees, and on how many other surfaces it is used."""
    every = uses(evidence)
    seen = set(surfaces.visible_to(user).filter(pk__in={use.surface_id for use in every}).values_list("pk", flat=True))
    hidden = {use.surface_id for use in every} - seen
    return [use for use in every if use.surface_id in seen], len(hidden)


def first_end(evidence: Evidence, uses: Collection[EvidenceUse]) -> date | None:
    """Return the first day on which it stops counting for something, or its own end where it serves nothing."""
    ends = [use.expires_on for use in uses if use.expires_on and use.surface.state != SurfaceState.RETIRED]
    return min(ends, default=evidence.expires_on)


def editable(user: Any, uses: Collection[EvidenceUse]) -> set[int]:
    """Return the ids of the using surfaces that a person may edit, in two statements for any number of them."""
    found = {use.surface_id: use.surface for use in uses}
    may = {"permission__codename": surface_rules.EDIT, "content_object__in": found}
    granted = set(SurfaceUserObjectPermission.objects.filter(user=user, **may).values_list("content_object_id", flat=True))
    by_team = SurfaceGroupObjectPermission.objects.filter(group__user=user, **may)
    granted |= set(by_team.values_list("content_object_id", flat=True))
    grants = {pk: {surface_rules.EDIT} for pk in granted}
    return {pk for pk, surface in found.items() if surface_rules.may_edit(user, surface, grants.get(pk, ()))}


def may_attach(user: Any, surface: Surface) -> Any:
    """Say whether a person may attach evidence to a surface or take it off: whoever may edit it."""
    return surface_rules.may_edit(user, surface) or surface_rules.may_edit(user, surface, surfaces.grants_of(user, surface))


def serving(today: date) -> QuerySet[EvidenceUse]:
    """Return the uses that matter: current evidence on surfaces that are not retired."""
    return EvidenceUse.objects.filter(evidence__state=Evidence.State.CURRENT).exclude(surface__state=SurfaceState.RETIRED)


def expiring(found: QuerySet[Evidence], today: date, within: timedelta = SOON) -> QuerySet[Evidence]:
    """Keep the evidence that stops counting for some control soon: within 30 days, unless said otherwise."""
    ending = serving(today).filter(evidence=OuterRef("pk"), expires_on__gte=today, expires_on__lte=today + within)
    return found.filter(Exists(ending))


def expired(found: QuerySet[Evidence], today: date) -> QuerySet[Evidence]:
    """Keep the evidence that no longer counts for some control that it serves."""
    return found.filter(Exists(serving(today).filter(evidence=OuterRef("pk"), expires_on__lt=today)))


def to_renew(user: Any) -> QuerySet[Evidence]:
    """Return what a person has to renew: theirs, or on a surface they own, that ends within 30 days or has ended."""
    if not roles.may_write(user):
        return Evidence.objects.none()
    today = clock.today()
    ending = serving(today).filter(expires_on__lte=today + SOON)
    mine = ending.filter(Q(surface__owner=user) | Q(evidence__collector=user))
    first = mine.filter(evidence=OuterRef("pk")).order_by("expires_on").values("expires_on")[:1]
    found = Evidence.objects.filter(pk__in=mine.values("evidence")).annotate(ends_on=Subquery(first))
    return found.select_related("collector").order_by("ends_on", "pk")


def twins(user: Any, evidence: Evidence) -> QuerySet[Evidence]:
    """Return the other current evidence with the same content, as far as the person sees it."""
    same = visible_to(user).filter(blob=evidence.blob_id, state=Evidence.State.CURRENT).exclude(pk=evidence.pk)
    return same.order_by("pk") if evidence.blob_id else Evidence.objects.none()


def attachable(user: Any, surface: Surface, control: str, words: str = "") -> QuerySet[Evidence]:
    """Return current evidence that a person sees and that does not serve this control yet, newest first."""
    already = EvidenceUse.objects.filter(surface=surface, control=control).values("evidence")
    found = visible_to(user).filter(state=Evidence.State.CURRENT).exclude(pk__in=already)
    found = found.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=clock.today()))
    return search(found, words).order_by("-pk") if words else found.order_by("-pk")


def search(found: QuerySet[Evidence], words: str) -> QuerySet[Evidence]:
    """Find by key, title, file name, link, record or hash."""
    named = KEY.match(words.strip()) if words.strip()[:2].casefold() == "ev" else None
    if named:
        return found.filter(pk=int(named.group(1)))
    texts = Q(title__icontains=words) | Q(file_name__icontains=words) | Q(url__icontains=words)
    return found.filter(texts | Q(record_label__icontains=words) | Q(digest__istartswith=words))


VERIFY = "evidence.verify"


def last_check() -> Job | None:
    """Return the job that last read every kept file and compared its hash."""
    return Job.objects.filter(kind=VERIFY, state=Job.State.DONE).order_by("-finished_at").first()
