"""What the catalogue contributes: approval kinds, navigation, search, briefing, owned things, API."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    BriefingLine,
    FirstStep,
    NavItem,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from registry.catalog import actions, queries
from registry.catalog.models import CatalogState, Endpoint
from registry.catalog.rules import Item

ICONS = {"vendor": "vendor", "endpoint": "endpoint", "tool": "tool"}
LABELS = {"vendor": "Vendors", "endpoint": "Endpoints", "tool": "Tools"}


def _nav(kind: str, order: int, model: type[Item]) -> None:
    contribute(
        NavItem(
            f"{kind}s",
            LABELS[kind],
            f"{kind}s",
            ICONS[kind],
            group="What exists",
            order=order,
            count=lambda user: model.objects.visible_to(user).exclude(state=CatalogState.RETIRED),
            visible=lambda user: user.role != "guest_auditor",
            family="" if kind == "vendor" else "vendors",
        )
    )
    contribute(
        PaletteCommand(
            f"{kind}.add",
            f"Add {'an' if kind == 'endpoint' else 'a'} {kind}",
            lambda user: reverse(f"{kind}-add"),
            words="new create register model catalogue",
            icon="plus",
            visible=roles.may_write,
        )
    )


def _find(kind: str, model: type[Item]) -> None:
    def find(user: Any, words: str, limit: int) -> list[SearchHit]:
        rows = model.objects.visible_to(user)
        near = rows.filter(name__icontains=words) | rows.filter(key__icontains=words)
        return [
            SearchHit(row.name, row.get_absolute_url(), f"{kind.capitalize()} · {row.key}", ICONS[kind])
            for row in near.order_by("name")[:limit]
        ]

    contribute(SearchSource(f"{kind}s", LABELS[kind], find, order=30))


def _approve(kind: str, model: type[Item]) -> None:
    contribute(
        ApprovalKind(
            key=kind,
            label=f"Use of {'an' if kind == 'endpoint' else 'a'} {kind}",
            load=lambda pk: queries.load(model, pk),
            visible=lambda user, item: model.objects.visible_to(user).filter(pk=item.pk).exists(),
            url=lambda item: item.get_absolute_url(),
            settled=actions.settle,
            template="registry/catalog/_decide.html",
            context=queries.deciding,
        )
    )


def _own(kind: str, model: type[Item], order: int) -> None:
    def owned(user: Any) -> Iterable[Any]:
        return model.objects.filter(owner=user).exclude(state=CatalogState.RETIRED).select_related("owner")

    def reassign(item: Any, actor: Any, to: Any, reason: str) -> Any:
        return actions.give_owner(item, actor=actor, to=to, reason=reason)

    contribute(OwnedSource(f"{kind}s", LABELS[kind], owned, reassign, order=order))
    contribute(
        BriefingLine(
            f"{kind}s.unowned",
            "unapproved",
            f"{kind}s that nobody answers for",
            lambda user: queries.unowned(user, model),
            lambda user: f"{reverse(f'{kind}s')}?unowned=true&state=proposed&state=approved&state=suspended",
            order=order + 20,
            level="stop",
            one=f"{kind} that nobody answers for",
        )
    )


for _order, (_kind, _model) in enumerate(queries.KINDS.items(), start=2):
    _nav(_kind, _order, _model)
    _find(_kind, _model)
    _approve(_kind, _model)
    _own(_kind, _model, _order * 10)
    contribute(Commentable(f"registry.{_kind}", _model.objects.visible_to))

contribute(
    BriefingLine(
        "vendors.review_due",
        "due",
        "vendors whose review is overdue",
        lambda user: queries.review_due(user),
        lambda user: f"{reverse('vendors')}?review_due=true&state=proposed&state=approved&state=suspended",
        order=40,
        level="warn",
        one="vendor whose review is overdue",
    )
)
contribute(
    BriefingLine(
        "endpoints.ending",
        "due",
        "endpoints whose model is taken away within 90 days",
        lambda user: queries.ending(user),
        lambda user: f"{reverse('endpoints')}?ending=true&state=proposed&state=approved&state=suspended",
        order=50,
        level="warn",
        one="endpoint whose model is taken away within 90 days",
    )
)
contribute(
    NavItem(
        "data-rules",
        "Data rules",
        "data-rules",
        "table",
        group="Rules",
        order=20,
        visible=lambda user: user.role != "guest_auditor",
    )
)
contribute(ApiRoute("vendors", "vendors", load=lambda: import_string("registry.catalog.api.VendorApi"), order=20))
contribute(ApiRoute("endpoints", "endpoints", load=lambda: import_string("registry.catalog.api.EndpointApi"), order=21))
contribute(ApiRoute("tools", "tools", load=lambda: import_string("registry.catalog.api.ToolApi"), order=22))
contribute(ApiRoute("data-rules", "data-rules", load=lambda: import_string("registry.catalog.api.RuleApi"), order=23))
contribute(
    FirstStep(
        "endpoints",
        "Add the endpoints you may call",
        "A contract names endpoints; the charter lists them as approved access paths.",
        done=Endpoint.objects.exists,
        url=lambda: reverse("endpoints"),
        order=40,
    )
)
