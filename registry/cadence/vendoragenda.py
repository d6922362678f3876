"""Reviews of vendors: which are due, what their agenda says, and what closing one does to the vendor."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.contributions import AgendaLine, AgendaSection, ReviewSubject, contribute
from governance.people.models import User
from governance.policy import queries as policy
from governance.reviews.agenda import Window
from governance.reviews.models import Review
from registry.cadence.evalagenda import MOST, before, change_of, found_lines, moments, open_findings, said
from registry.catalog import actions as catalog
from registry.catalog.models import CatalogState, Vendor, VendorTerm
from registry.continuity.models import ContinuityPlan
from registry.money import amounts
from registry.money.spend import everything
from registry.usage import queries as usage

VENDOR = "registry.vendor"
IN_USE = (CatalogState.APPROVED, CatalogState.SUSPENDED)
Topic = VendorTerm.Topic


def _about(vendor: Vendor) -> tuple[str, str]:
    return VENDOR, str(vendor.pk)


def terms(window: Window, vendor: Vendor) -> list[AgendaLine]:
    """What its terms say otherwise than before these days, topic by topic; then the topics on which they say nothing."""
    begun, over = moments(window)
    history = VendorTerm.history.filter(vendor_id=vendor.pk, history_date__lt=over).order_by("history_date", "history_id")
    held: dict[str, list[Any]] = {}
    for row in history:
        held.setdefault(row.topic, []).append(row)
    lines = [line for topic, rows in held.items() if (line := _differs(vendor, topic, rows, begun)) is not None]
    missing = [str(topic.label) for topic in Topic if topic not in held]
    if missing:
        value, where = f"{len(missing)} of {len(Topic)}", vendor.get_absolute_url()
        lines.append(AgendaLine("Not written down", value, ", ".join(missing), where, "warn", _about(vendor)))
    return lines


def _differs(vendor: Vendor, topic: str, rows: list[Any], begun: Any) -> AgendaLine | None:
    """Return what one topic said before a moment beside what it says at the end, where that differs."""
    earlier = [row for row in rows if row.history_date < begun]
    was, now = (earlier[-1].says if earlier else ""), rows[-1].says
    if rows[-1].history_date < begun or was == now:
        return None
    detail = f"Before: {was[:180]} Now: {now[:180]}" if was else f"Written down: {now[:300]}"
    level = "warn" if was else ""
    return AgendaLine(
        str(Topic(topic).label), "changed" if was else "new", detail, vendor.get_absolute_url(), level, _about(vendor)
    )


def endpoints(window: Window, vendor: Vendor) -> list[AgendaLine]:
    """Its endpoints that end or are out of use."""
    lines = []
    for each in vendor.endpoints.exclude(state=CatalogState.RETIRED).select_related("owner").order_by("deprecates_on", "key"):
        if each.deprecates_on is not None:
            over = each.deprecates_on <= clock.today()
            value = f"{'ended' if over else 'ends'} {each.deprecates_on:%-d %B %Y}"
            level = "stop" if over else "warn"
        elif each.state == CatalogState.SUSPENDED:
            value, level = "suspended", "stop"
        else:
            continue
        lines.append(AgendaLine(str(each), value, each.model, each.get_absolute_url(), level, _about(vendor), each.owner))
    return lines


def spend(window: Window, vendor: Vendor) -> list[AgendaLine]:
    """What was spent with it in these days, beside as many days before, by endpoint."""
    reader, where, (start, end) = everything(), usage.Where(vendors=[vendor.pk]), before(window)
    now = usage.sums(reader, start=window.since, end=window.until, by=("endpoint",), where=where)
    then = {row.of["endpoint"]: row.cost for row in usage.sums(reader, start=start, end=end, by=("endpoint",), where=where)}
    names, currency = dict(vendor.endpoints.values_list("pk", "name")), policy.usage_rules().spending.currency
    lines = []
    for row in now:
        pk = row.of["endpoint"]
        moved = change_of(row.cost, then.get(pk))
        value = f"{amounts.said(row.cost, currency)}, {said(moved)}"
        lines.append(AgendaLine(names.get(pk, "An endpoint"), value, f"{row.calls:,} calls"))
    return lines


def findings(window: Window, vendor: Vendor) -> list[AgendaLine]:
    """What is found open on its endpoints."""
    return found_lines(open_findings().filter(endpoint__vendor=vendor)[:MOST], window)


def without(window: Window, vendor: Vendor) -> list[AgendaLine]:
    """What would be done on a day without it, and whether that was tried."""
    about, lines = _about(vendor), []
    if not vendor.exit_plan.strip():
        said_, where = "Nobody wrote down what we would do tomorrow without it", vendor.get_absolute_url()
        lines.append(AgendaLine(said_, url=where, level="stop", about=about, owner=vendor.owner))
    plan = ContinuityPlan.objects.filter(vendor=vendor, state=ContinuityPlan.State.ACTIVE).select_related("owner").first()
    if plan is None:
        where = reverse("vendor", args=[vendor.key])
        return [*lines, AgendaLine("There is no continuity plan", url=where, level="warn", about=about)]
    last = plan.drills.filter(run_at__isnull=False).order_by("-run_at").first()
    tried = (
        f"last tried {last.run_at:%-d %B %Y}: {last.get_outcome_display()}" if last is not None and last.run_at else "never tried"
    )
    late = plan.next_drill_on < clock.today()
    value = f"{'overdue since' if late else 'next drill'} {plan.next_drill_on:%-d %B %Y}"
    level = "stop" if late else "ok" if last is not None else "warn"
    return [*lines, AgendaLine(str(plan), value, tried, plan.get_absolute_url(), level, about, plan.owner)]


for key, label, made, quiet, order in (
    ("terms", "Terms since the last review", terms, "No topic says anything else than before.", 10),
    ("endpoints", "Deprecations and stops", endpoints, "Nothing of theirs ends or is out of use.", 30),
    ("spend", "Spend", spend, "Nothing was spent with them.", 40),
    ("findings", "Findings on their endpoints", findings, "Nothing is open.", 50),
    ("without", "A day without them", without, "", 60),
):
    contribute(AgendaSection(f"vendor.{key}", label, "vendor", made, quiet, order))


def choices(user: Any) -> QuerySet[Vendor]:
    """Return the vendors that a person may have reviewed."""
    return Vendor.objects.visible_to(user).exclude(state=CatalogState.RETIRED).order_by("name")


def load(pk: str) -> Vendor | None:
    """Return a vendor by its id."""
    return Vendor.objects.select_related("owner").filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


def named(user: Any, key: str) -> Vendor | None:
    """Return the vendor of a key, as far as a person sees it."""
    found: Vendor | None = choices(user).filter(key=key).first()
    return found


def due(day: date) -> Iterable[tuple[date, Vendor]]:
    """Return the vendors in use whose review is due by a day; one without a day was never reviewed, and is due now."""
    rows = Vendor.objects.filter(state__in=IN_USE, endpoints__isnull=False).select_related("owner").distinct().order_by("pk")
    for vendor in rows:
        if vendor.review_on is None or vendor.review_on <= day:
            yield vendor.review_on or clock.today(), vendor


def held(review: Review, actor: User) -> None:
    """Record on the vendor that it was reviewed: the next review follows from policy. Raises Denied."""
    vendor = load(review.subject_id)
    if vendor is not None:
        outcome = f"{review.key}: {review.get_outcome_display()}. {review.outcome_why}"
        catalog.review_vendor(vendor, actor=actor, note=outcome[:2000])


contribute(
    ReviewSubject("vendor", VENDOR, "Vendor", choices, load, named, due, lambda vendor: vendor.owner, held),
)
