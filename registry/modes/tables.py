"""The lists of modes: what runs lowered, every step, and surfaces to choose one from."""

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.modes import ladder
from registry.modes.models import ModeChange
from registry.surfaces.models import Mode, Surface
from registry.surfaces.tables import state_of

TONES = {mode: "stop" if mode == Mode.OFF else "warn" for mode in Mode} | {Mode.NORMAL: "held"}


def mode_of(mode: str) -> tuple[str, str]:
    """Return the mark and the words of a mode."""
    return TONES[Mode(mode)], str(Mode(mode).label)


class LoweredTable(Table):
    """How surfaces that run in a lowered mode are listed."""

    default_sort = "-since"
    columns = (
        Column("name", "Surface", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("tier", "Tier", sort="tier", phone=True, cell=lambda row: atoms.tier(row.tier)),
        Column("mode", "Mode", "get_mode_display", sort="mode", phone=True, cell=lambda row: atoms.state(*mode_of(row.mode))),
        Column("since", "Since", "step_at", sort="step_at", phone=True, cell=lambda row: atoms.time(row.step_at)),
        Column("reason", "Why", "step_reason", wrap=True),
        Column("by", "By", "step_by", cell=lambda row: atoms.person(row.step_by)),
        Column("standing", "As", "step_standing"),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner), shown=False),
        Column("state", "State", lambda row: state_of(row)[1], sort="state", shown=False),
    )

    def url(self, row: Surface) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class LeverTable(Table):
    """How surfaces are listed for choosing the one whose mode is to be lowered."""

    default_sort = "name"
    columns = (
        Column("name", "Surface", lead=True, sort="name", cell=lambda row: atoms.link(_lever(row), row.name, row.key)),
        Column("tier", "Tier", sort="tier", phone=True, cell=lambda row: atoms.tier(row.tier)),
        Column("mode", "Mode", "get_mode_display", sort="mode", phone=True, cell=lambda row: atoms.state(*mode_of(row.mode))),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        state_column(state_of, sort="state"),
    )

    def url(self, row: Surface) -> str:
        """Return where Enter leads."""
        return _lever(row)


def _lever(row: Surface) -> str:
    return reverse("surface-mode", args=[row.key])


class ChangeFilters(django_filters.FilterSet):
    """What the steps can be narrowed to."""

    q = django_filters.CharFilter(method="search", label="Words")
    after = django_filters.MultipleChoiceFilter(choices=Mode.choices, label="To")
    before = django_filters.MultipleChoiceFilter(choices=Mode.choices, label="From")
    raised = django_filters.BooleanFilter(field_name="request", lookup_expr="isnull", exclude=True, label="Raised")
    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number", min_value=1, max_value=2**53)
    drill = django_filters.CharFilter(label="Drill")

    class Meta:
        model = ModeChange
        fields: list[str] = []

    def search(self, queryset: QuerySet[ModeChange], name: str, value: str) -> QuerySet[ModeChange]:
        """Find by surface, reason or drill."""
        return queryset.filter(Q(surface__name__icontains=value) | Q(reason__icontains=value) | Q(drill__iexact=value))


class ChangeTable(Table):
    """How steps of modes are listed."""

    default_sort = "-at"
    columns = (
        Column(
            "surface",
            "Surface",
            "surface.name",
            lead=True,
            sort="surface__name",
            cell=lambda row: atoms.link(row.surface.get_absolute_url(), row.surface.name, row.key),
        ),
        Column("before", "From", "get_before_display", sort="before"),
        Column("after", "To", "get_after_display", sort="after", phone=True, cell=lambda row: atoms.state(*_step(row))),
        Column("at", "When", "at", sort="at", phone=True, cell=lambda row: atoms.time(row.at)),
        Column("reason", "Why", "reason", wrap=True),
        Column("by", "By", "actor.name", sort="actor__name", cell=lambda row: atoms.person(row.actor)),
        Column("standing", "As", "standing", shown=False),
        Column("drill", "Drill", "drill", sort="drill", shown=False),
        Column("fallback", "Instead", "fallback", shown=False, wrap=True),
    )

    def url(self, row: ModeChange) -> str:
        """Return where Enter leads."""
        return row.surface.get_absolute_url()


def _step(row: ModeChange) -> tuple[str, str]:
    tone = "stop" if ladder.lowers(row.before, row.after) else "held"
    return tone, str(row.get_after_display())
