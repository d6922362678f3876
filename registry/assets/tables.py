"""The lists of assets and their versions: filters for page and API, and columns."""

from typing import Any

import django_filters
from django.core.validators import RegexValidator
from django.db.models import F, Q, QuerySet

from governance.people.models import Team, User
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.assets.models import Asset, AssetUse
from registry.surfaces.queries import KEY as SURFACE_KEY

TONES = {Asset.State.ACTIVE: "ok", Asset.State.RETIRED: "until"}


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen: those who answer for an asset, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(assets__isnull=False) | Q(pk=reader)).distinct()


class AssetFilters(django_filters.FilterSet):
    """What a list of assets can be narrowed to."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=Asset.Kind.choices, label="Kind")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    shared = django_filters.BooleanFilter(field_name="surface", lookup_expr="isnull", label="Shared")
    moved = django_filters.BooleanFilter(method="by_moved", label="Newer than approved")
    surface = django_filters.CharFilter(
        method="by_surface", label="Surface", validators=[RegexValidator(SURFACE_KEY, "Give a surface's key, such as S-0418.")]
    )
    contract_key = django_filters.CharFilter(label="Key in contracts")
    state = django_filters.MultipleChoiceFilter(choices=Asset.State.choices, label="State")

    class Meta:
        model = Asset
        fields: list[str] = []

    def search(self, queryset: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        """Find by name, key in contracts, surface or the beginning of a version's hash."""
        words = Q(name__icontains=value) | Q(contract_key__icontains=value) | Q(surface__name__icontains=value)
        return queryset.filter(words | Q(newest__digest__startswith=value.lower()))

    def by_surface(self, queryset: QuerySet[Asset], name: str, value: str) -> QuerySet[Asset]:
        """Keep what any revision of a surface (S-0418) names, and what belongs to it."""
        found = SURFACE_KEY.match(value.strip())
        if found is None:
            return queryset.none()
        number = int(found.group(1))
        named = AssetUse.objects.filter(revision__surface=number).values("version__asset")
        return queryset.filter(Q(surface=number) | Q(pk__in=named))

    def by_moved(self, queryset: QuerySet[Asset], name: str, value: bool) -> QuerySet[Asset]:
        """Keep prompts and sources that some revision in force names in another version than the newest."""
        older = AssetUse.objects.filter(revision__surface__in_force=F("revision")).exclude(
            version__digest=F("version__asset__newest__digest")
        )
        by_version = Asset.objects.filter(
            kind__in=(Asset.Kind.PROMPT, Asset.Kind.RETRIEVAL), pk__in=older.values("version__asset")
        )
        return queryset.filter(pk__in=by_version) if value else queryset.exclude(pk__in=by_version)


def _belongs(row: Asset) -> Any:
    if row.surface is None:
        return "Catalogue" if row.kind == Asset.Kind.TOOL else "Shared"
    return atoms.link(row.surface.get_absolute_url(), row.surface.name, row.surface.key)


def answers_for(row: Asset) -> User | None:
    """Return who answers for an asset: its owner, the owner of its surface, or of its tool in the catalogue."""
    if row.owner is not None:
        return row.owner
    if row.surface is not None:
        return row.surface.owner
    return row.tool.owner if row.tool is not None else None


def _newest(row: Asset) -> Any:
    return row.newest.label if row.newest is not None else atoms.DASH


class AssetTable(Table):
    """How assets are listed."""

    default_sort = "kind"
    columns = (
        Column("name", "Name", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("key", "Key", shown=False, sort="pk"),
        Column("kind", "Kind", "get_kind_display", sort=("kind", "name"), phone=True),
        Column("contract_key", "Key in contracts", sort="contract_key", shown=False),
        Column("newest", "Newest version", lambda row: row.newest.label if row.newest else "", phone=True, cell=_newest),
        Column(
            "made_at",
            "Recorded",
            lambda row: row.newest.made_at if row.newest else None,
            sort="newest__made_at",
            cell=lambda row: atoms.time(row.newest.made_at) if row.newest else atoms.DASH,
        ),
        Column("digest", "Hash", lambda row: row.newest.digest if row.newest else "", shown=False),
        Column("belongs", "Belongs to", lambda row: row.surface.key if row.surface else "", sort="surface__name", cell=_belongs),
        Column("in_force", "In force in", "in_force_count", sort="in_force_count", numeric=True),
        Column(
            "owner",
            "Answers for it",
            lambda row: str(answers_for(row) or ""),
            sort="owner__name",
            cell=lambda row: atoms.person(answers_for(row)),
        ),
        Column("team", "Team", "team.name", sort="team__name", shown=False),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            shown=False,
            cell=lambda row: atoms.state(TONES[row.state], row.get_state_display()),
        ),
    )
