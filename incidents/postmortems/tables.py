"""The library of postmortems, the list of action items, and the cases asked for: columns and filters for page, API, exports."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from governance.core import clock
from governance.people.bench import day_of
from governance.people.models import Team, User
from governance.policy.models import IncidentCategory, Severity
from governance.ui import atoms
from governance.ui.filters import HeldValues
from governance.ui.tables import Column, Table, state_column
from incidents.postmortems import demands, queries, rules
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem, PostmortemSection
from registry.catalog.models import Vendor
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

TONES = {Postmortem.State.DRAFT: "wait", Postmortem.State.REVIEW: "wait", Postmortem.State.APPROVED: "held"}


def severities() -> list[tuple[str, str]]:
    """Return the severities of the policy."""
    return [(each.key, f"{each.key} {each.name}") for each in Severity.objects.all()]


def categories() -> list[tuple[str, str]]:
    """Return the incident categories of the policy."""
    return [(each.key, each.name) for each in IncidentCategory.objects.all()]


def surfaces_seen(request: Any) -> QuerySet[Surface]:
    """Return the surfaces with incidents that the reader sees."""
    user = getattr(request, "user", None)
    return surfaces.visible_to(user).filter(incidents__isnull=False).distinct() if user is not None else Surface.objects.none()


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: owners of action items, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(action_items__isnull=False) | Q(pk=reader)).distinct()


def authors(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: authors of postmortems, and the reader."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(postmortems__isnull=False) | Q(pk=reader)).distinct()


class PostmortemFilters(django_filters.FilterSet):
    """Filters of the library."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Postmortem.State.choices, label="State")
    severity = django_filters.MultipleChoiceFilter(field_name="incident__severity", choices=severities, label="Severity")
    cause = django_filters.MultipleChoiceFilter(choices=lambda: demands.causes().items(), method="caused", label="Cause")
    category = django_filters.MultipleChoiceFilter(field_name="incident__category", choices=categories, label="Kind")
    surface = django_filters.ModelMultipleChoiceFilter(field_name="incident__surface", queryset=surfaces_seen, label="Surface")
    vendor = django_filters.ModelMultipleChoiceFilter(
        field_name="incident__vendor", queryset=Vendor.objects.all(), label="Vendor"
    )
    team = django_filters.ModelMultipleChoiceFilter(
        field_name="incident__surface__team", queryset=Team.objects.all(), label="Team"
    )
    tier = django_filters.MultipleChoiceFilter(
        field_name="incident__tier", choices=[(number, f"T{number}") for number in range(5)], label="Tier"
    )
    author = django_filters.ModelMultipleChoiceFilter(queryset=authors, label="Author")
    reported_after = django_filters.IsoDateTimeFilter(
        field_name="incident__reported_at", lookup_expr="gte", label="Incident reported from"
    )

    class Meta:
        model = Postmortem
        fields: list[str] = []

    def search(self, queryset: QuerySet[Postmortem], name: str, value: str) -> QuerySet[Postmortem]:
        """Find by title, by any text, by an action item, or by the incident's title and surface."""
        found = queryset
        for word in value.split()[:8]:
            texts = PostmortemSection.objects.filter(postmortem=OuterRef("pk"), text__icontains=word)
            items = ActionItem.objects.filter(incident=OuterRef("incident"), what__icontains=word)
            near = Q(title__icontains=word) | Q(incident__title__icontains=word) | Q(incident__surface__name__icontains=word)
            found = found.filter(near | Exists(texts) | Exists(items))
        return found

    def caused(self, queryset: QuerySet[Postmortem], name: str, value: list[str]) -> QuerySet[Postmortem]:
        """Keep those that name one of the causes."""
        return queryset.filter(causes__cause__in=value).distinct() if value else queryset


class PostmortemTable(Table):
    """How postmortems are listed."""

    default_sort = "-begun"
    columns = (
        Column(
            "title",
            "Postmortem",
            lead=True,
            sort="title",
            wrap=True,
            cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key),
        ),
        Column(
            "incident",
            "Incident",
            lambda row: row.incident.key,
            sort="incident",
            cell=lambda row: atoms.link(row.incident.get_absolute_url(), row.incident.key),
        ),
        Column("severity", "Severity", "incident.severity", sort="incident__severity", phone=True),
        Column("surface", "Surface", "incident.surface.name", sort="incident__surface__name"),
        Column(
            "tier", "Tier", "incident.tier", sort="incident__tier", cell=lambda row: atoms.tier(row.incident.tier), shown=False
        ),
        Column("author", "Author", "author.name", sort="author__name", cell=lambda row: atoms.person(row.author)),
        Column("pending", "Still to do", "pending", sort="pending", numeric=True),
        Column("begun", "Begun", "created_at", sort="pk", cell=lambda row: atoms.time(row.created_at, "date")),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(TONES[Postmortem.State(row.state)], row.get_state_display()),
        ),
    )

    def name(self, row: Postmortem) -> str:
        """Return how screen readers name the row."""
        return row.title


class ItemFilters(django_filters.FilterSet):
    """Filters of action items."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=ActionItem.State.choices, label="State")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")
    due_within = django_filters.NumberFilter(method="soon", label="Due within days", min_value=0, max_value=400)
    changes = django_filters.BooleanFilter(method="pointed", label="Changes the system")
    incident = django_filters.NumberFilter(field_name="incident_id", label="Incident number")
    severity = django_filters.MultipleChoiceFilter(field_name="incident__severity", choices=severities, label="Severity")

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def search(self, queryset: QuerySet[ActionItem], name: str, value: str) -> QuerySet[ActionItem]:
        """Find by what is to be done or what it points at."""
        where = Q(what__icontains=value) | Q(detail__icontains=value) | Q(target_label__icontains=value)
        return queryset.filter(where | Q(incident__title__icontains=value))

    def late(self, queryset: QuerySet[ActionItem], name: str, value: bool) -> QuerySet[ActionItem]:
        """Keep what is past its day and not done, or all else."""
        late = queries.overdue(day_of(clock.now())).values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)

    def soon(self, queryset: QuerySet[ActionItem], name: str, value: Any) -> QuerySet[ActionItem]:
        """Keep what is to be done within so many days from today."""
        return queryset.filter(pk__in=queries.due_soon(day_of(clock.now()), int(value)).values("pk"))

    def pointed(self, queryset: QuerySet[ActionItem], name: str, value: bool) -> QuerySet[ActionItem]:
        """Keep items that point at something in the system, or those that do not."""
        return queryset.exclude(target_type="") if value else queryset.filter(target_type="")


def state_of(row: ActionItem) -> tuple[str, str]:
    """Return the mark and words of an item's state."""
    if rules.is_overdue(row, day_of(clock.now())):
        return "stop", "Overdue"
    marks = {"open": "wait", "done": "wait", "verified": "ok", "dropped": "until"}
    return marks[row.state], row.get_state_display()


class ItemTable(Table):
    """How action items are listed."""

    default_sort = "due_on"
    columns = (
        Column(
            "what",
            "What is to be done",
            lead=True,
            sort="what",
            wrap=True,
            cell=lambda row: atoms.link(row.get_absolute_url(), row.what, row.key),
        ),
        Column(
            "incident",
            "Incident",
            lambda row: row.incident.key,
            sort="incident",
            cell=lambda row: atoms.link(row.incident.get_absolute_url(), row.incident.key, row.incident.severity),
        ),
        Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner)),
        Column("due_on", "Due", sort="due_on", phone=True, cell=lambda row: atoms.time(row.due_on)),
        Column("changes", "Changes", "target_label", sort="target_label", wrap=True),
        state_column(state_of, sort="state", phone=True),
    )

    def tone(self, row: ActionItem) -> str:
        """Tint what is overdue."""
        return "off" if rules.is_overdue(row, day_of(clock.now())) else ""

    def name(self, row: ActionItem) -> str:
        """Return how screen readers name the row."""
        return row.what


class CaseFilters(django_filters.FilterSet):
    """Filters of cases asked for."""

    q = django_filters.CharFilter(method="search", label="Words")
    suite = HeldValues(field_name="suite__key", label="Suite")
    ran = django_filters.BooleanFilter(method="has_run", label="Has run")

    class Meta:
        model = EvalCaseRequest
        fields: list[str] = []

    def search(self, queryset: QuerySet[EvalCaseRequest], name: str, value: str) -> QuerySet[EvalCaseRequest]:
        """Find by name or by what goes in."""
        return queryset.filter(Q(name__icontains=value) | Q(words__icontains=value))

    def has_run(self, queryset: QuerySet[EvalCaseRequest], name: str, value: bool) -> QuerySet[EvalCaseRequest]:
        """Keep those that a run has carried, or those that none has."""
        return queryset.filter(first_run__isnull=not value)


def ran(row: EvalCaseRequest) -> tuple[str, str]:
    """Return the mark and words of whether a case has run."""
    if row.first_run_id is None:
        return "wait", "Not run yet"
    return ("ok", "Passed at first") if row.first_outcome == "pass" else ("stop", "Did not pass at first")


class CaseTable(Table):
    """How cases asked for are listed."""

    default_sort = "-asked"
    columns = (
        Column(
            "name",
            "Case",
            lead=True,
            sort="name",
            wrap=True,
            cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key),
        ),
        Column(
            "suite",
            "Suite",
            "suite.name",
            sort="suite__name",
            cell=lambda row: atoms.link(reverse("eval-suite", args=[row.suite.key]), row.suite.name),
        ),
        Column(
            "incident",
            "Because of",
            lambda row: row.incident.key,
            sort="incident",
            cell=lambda row: atoms.link(row.incident.get_absolute_url(), row.incident.key),
        ),
        Column("asked", "Asked", "created_at", sort="created_at", cell=lambda row: atoms.time(row.created_at, "date")),
        Column(
            "first_ran_at", "First ran", sort="first_ran_at", phone=True, cell=lambda row: atoms.time(row.first_ran_at, "date")
        ),
        Column("ran", "In CI", lambda row: ran(row)[1], phone=True, cell=lambda row: atoms.state(*ran(row))),
    )
