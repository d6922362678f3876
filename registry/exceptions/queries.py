"""Reads of exceptions: who sees which, and which hold on which surface at a moment."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from governance.approvals import queries as approvals
from governance.core import clock
from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.bench import day_of
from governance.policy import queries as policy
from registry.contracts import tiers as contract_tiers
from registry.exceptions import naming, rules
from registry.exceptions.models import ControlException, ExceptionSurface
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEY = re.compile(r"^(?:[Xx]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[ControlException]:
    """Return the exceptions a person may see: those on surfaces they see, their own, and those they decide on."""
    found = ControlException.objects.select_related("owner", "requester", "request", "extends")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    covering = ExceptionSurface.objects.filter(surface__in=surfaces.visible_to(user).values("pk")).values("exception")
    seen = Q(pk__in=covering)
    if roles.may_write(user):
        seen |= Q(owner=user) | Q(requester=user) | Q(request__in=approvals.visible_to(user).values("pk"))
    return found.filter(seen)


def get(user: Any, key: str) -> ControlException:
    """Return one exception by its key (X-12) with what its page shows. Raises NotVisible."""
    found = KEY.match(key)
    exception = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if exception is None:
        raise NotVisible(f"There is no exception {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return exception


def holding(at: datetime | None = None) -> QuerySet[ControlException]:
    """Return the exceptions that count at a moment (now), whether or not the job that ends them has run."""
    at = at or clock.now()
    return ControlException.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), active_at__lte=at, ends_at__gte=at)


def active_for(surfaces: Iterable[Surface | int], at: datetime | None = None) -> dict[int, dict[str, ControlException]]:
    """Return what is excepted at a moment (now): surface id -> control key -> the exception, the longest where several.

    One statement for any number of surfaces. Surfaces without exceptions are left out.
    """
    at = at or clock.now()
    wanted = {each if isinstance(each, int) else each.pk for each in surfaces}
    found: dict[int, dict[str, ControlException]] = {}
    # Few exceptions hold at a time, and surfaces may be 5,000: the database narrows by the few, we by the many.
    for cover in asked(active_question(at)):
        if cover.surface_id in wanted:
            found.setdefault(cover.surface_id, {}).update(dict.fromkeys(cover.exception.controls, cover.exception))
    return found


def active_question(at: datetime) -> QuerySet[ExceptionSurface]:
    """Return what `active_for` asks at a moment."""
    held = ExceptionSurface.objects.filter(exception__in=holding(at)).select_related("exception")
    return held.order_by("exception__ends_at", "exception__pk")


def longest_for(covered: Iterable[Surface], controls: Iterable[str], tiers: Mapping[int, Any] | None = None) -> rules.Longest:
    """Return how long an exception on these surfaces may last if it is asked for today.

    Where the tier itself is excepted, the one that the contract implies counts: the lower one is what is in question.
    """
    days = {number: tier.exception_days for number, tier in (tiers or policy.tiers()).items()}
    named, of_tier = list(covered), naming.TIER in set(controls)
    counted = [surface.tier for surface in named if surface.tier is not None]
    if of_tier:
        counted += [implied_tier(surface) for surface in named]
    return rules.longest(counted or [max(days)], days, day_of(clock.now()))


def implied_tier(surface: Surface) -> int:
    """Return the least tier that a surface's contracts imply: the one in force, and the one being written."""
    classes = held.data_class_facts()
    written = [surface.in_force.contract] if surface.in_force else []
    if (draft := surfaces.contract_draft(surface)) is not None:
        written.append(draft.content)
    return max((contract_tiers.minimum_tier(contract, classes) for contract in written), default=0)


def overlapping(
    covered: Iterable[Surface], controls: Iterable[str], *, apart_from: ControlException | None
) -> ControlException | None:
    """Return an exception that is asked for or holds for one of these controls on one of these surfaces."""
    waiting = Q(state=ControlException.State.REQUESTED) | Q(pk__in=holding().values("pk"))
    found = ControlException.objects.filter(waiting, covers__surface__in=[each.pk for each in covered]).distinct()
    wanted = set(controls)
    for exception in found.exclude(pk=apart_from.pk if apart_from else 0):
        if wanted & set(exception.controls):
            return exception
    return None


def covers_of(user: Any, exception: ControlException) -> tuple[list[Surface], int]:
    """Return the surfaces of an exception that a person sees, and how many there are beside.

    Who answers for it, asked for it or decides on it knows all of them: they agree to the whole list.
    """
    every = exception.surfaces.select_related("owner", "team").order_by("pk")
    concerned = user.pk in {exception.owner_id, exception.requester_id} or roles.reads_all(user)
    if concerned or (exception.request_id and approvals.visible_to(user).filter(pk=exception.request_id).exists()):
        return list(every), 0
    seen = list(every.filter(pk__in=surfaces.visible_to(user).values("pk")))
    return seen, every.count() - len(seen)


def _leaning() -> QuerySet[ExceptionSurface]:
    """Return the covers whose surface holds a revision that came into force on the exception's strength.

    That is: while the exception held, and, where it is on record how the controls stood at that moment, with the exception
    in that record (which lists controls, neither the tier nor single items of checklists). Once a later revision is in
    force, that one had to stand by itself.
    """
    over = Coalesce(F("exception__ended_at"), F("exception__ends_at"))
    before, after = Value('"X-', TextField()), Value('"', TextField())
    key = Concat(before, Cast("exception_id", TextField()), after, output_field=TextField())
    found = ExceptionSurface.objects.filter(
        surface__in_force__isnull=False,
        surface__in_force_since__gte=F("exception__active_at"),
        surface__in_force_since__lte=over,
    )
    stood = Cast("surface__in_force__clearances__standing", TextField())
    named = Cast("exception__controls", TextField())
    unlisted = Q(named__contains=f'"{naming.TIER}"') | Q(named__contains=f'"{naming.BUDGET}"')
    unlisted |= Q(named__contains=f'"{naming.OWASP}') | Q(named__contains=f'"{naming.AUDIT}')
    told = Q(surface__in_force__clearances__isnull=True) | Q(stood__contains=key) | unlisted
    return found.annotate(stood=stood, named=named).filter(told)


def relied_on(exception: ControlException) -> QuerySet[Surface]:
    """Return the surfaces whose revision in force came into force on the strength of this exception."""
    covered = _leaning().filter(exception=exception).values("surface")
    return Surface.objects.filter(pk__in=covered).select_related("in_force", "owner").order_by("pk")


def relying() -> QuerySet[ControlException]:
    """Return the exceptions that are over, with something in force that came in on their strength.

    One that goes on in an extension is not over in that sense.
    """
    goes_on = holding().filter(extends=OuterRef("pk"))
    over = Q(state__in=(ControlException.State.EXPIRED, ControlException.State.ENDED)) | Q(
        state=ControlException.State.ACTIVE, ends_at__lt=clock.now()
    )
    return ControlException.objects.filter(over, Exists(_leaning().filter(exception=OuterRef("pk"))), ~Exists(goes_on))


def ending(within: int = rules.SOON_DAYS) -> QuerySet[ControlException]:
    """Return what is in force and ends within so many days, and is neither extended nor asked to be."""
    until = day_of(clock.now()) + timedelta(days=within)
    going_on = ControlException.objects.filter(extends=OuterRef("pk"), state__in=ControlException.OPEN_STATES)
    return holding().filter(~Exists(going_on), expires_on__lte=until)


def due_to_end() -> QuerySet[ControlException]:
    """Return what is past its last moment and not yet written down as expired."""
    return ControlException.objects.filter(state=ControlException.State.ACTIVE, ends_at__lt=clock.now())


def approvers(exception: ControlException) -> list[Any]:
    """Return who approved it."""
    if exception.request is None:
        return []
    return [step.filled_by for step in exception.request.steps.select_related("filled_by") if step.filled_by is not None]


def standing(row: ControlException) -> ControlException.State:
    """Return where an exception stands now: past its last moment it has expired, whether or not that is written down."""
    if row.state == ControlException.State.ACTIVE and not row.holds_at(clock.now()):
        return ControlException.State.EXPIRED
    return ControlException.State(row.state)


def days_left(row: ControlException) -> int:
    """Return the days from today, where the company is, to its last day; 0 on that day, and once it is over."""
    return max(0, (row.expires_on - day_of(clock.now())).days) if standing(row) == ControlException.State.ACTIVE else 0


def left(row: ControlException) -> str:
    """Say how long it still holds; nothing for one that does not."""
    if standing(row) != ControlException.State.ACTIVE:
        return ""
    days = days_left(row)
    return "ends today" if not days else f"{days} day{'s'[: days > 1]} left"
