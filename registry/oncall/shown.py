"""What on call contributes to the kernel's pages: the founding step, navigation, palette, search, badge, API."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    NavItem,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people.models import User
from governance.people.offers import FoundingStep
from governance.people.rows import is_insider
from governance.ui.extensions import FamilyTab, PersonBadge
from registry.oncall import actions, queries
from registry.oncall.models import EscalationPath, Rota

FAMILY = "on-call"


def on_call_word(user: Any) -> str:
    """Say under one's own name that one is on call."""
    return "On call" if queries.on_call_now(user) else ""


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find rotas and paths by name."""
    rotas = Rota.objects.visible_to(user).filter(name__icontains=words)
    paths = EscalationPath.objects.visible_to(user).filter(name__icontains=words)
    hits = [SearchHit(row.name, row.get_absolute_url(), "Rota", "clock") for row in rotas[:limit]]
    return [*hits, *(SearchHit(row.name, row.get_absolute_url(), "Escalation path", "bell") for row in paths[:limit])][:limit]


def _named(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Whom an entry puts on call, or takes off: one person, or all of a layer."""
    said = body["payload"].get("people") or [body["payload"].get("person")]
    return User.objects.filter(ref__in=[ref for ref in said if ref])


def _says(template: str) -> Callable[[Any, dict[str, Any]], str]:
    """Name the rota; the entry of an override carries its key as a field, that of a layer as its subject."""

    def say(entry: Any, body: dict[str, Any]) -> str:
        key = body["payload"].get("rota") or entry.subject_key
        return template.format(rota=Rota.objects.values_list("name", flat=True).get(key=key))

    return say


def _rota_page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("rota", args=[body["payload"].get("rota") or entry.subject_key])


def _page(url_name: str, user: Any) -> str:
    return reverse(url_name)


def _link(model: Any, url_name: str) -> Any:
    return lambda pk: reverse(url_name, args=[model.objects.values_list("key", flat=True).get(pk=pk)])


contribute(FoundingStep("on-call", actions.install_fallback, order=120))
contribute(NavItem("on-call", "On call", "rotas", "bell", group="Rules", order=40, visible=is_insider))
for _key, _label, _url, _order in (
    ("rotas", "Rotas", "rotas", 10),
    ("escalation-paths", "Escalation paths", "escalation-paths", 20),
    ("on-call-routes", "Routes", "on-call-routes", 30),
    ("on-call-feeds", "Your shifts", "on-call-feeds", 50),
):
    contribute(FamilyTab(_key, FAMILY, _label, _url, order=_order))
contribute(PersonBadge("on-call", on_call_word))
contribute(NoticeRule("rota.covered", _named, _says("You are put on call for a while: {rota}"), _rota_page))
contribute(NoticeRule("rota.cover_ended", _named, _says("You are no longer on call in place of others: {rota}"), _rota_page))
contribute(NoticeRule("rota.cover_cancelled", _named, _says("You are not needed on call after all: {rota}"), _rota_page))
contribute(NoticeRule("rota.layer_set", _named, _says("The turns you take have changed: {rota}"), _rota_page))
contribute(SearchSource("on-call", "On call", find, order=75))
for _key, _label, _url, _words in (
    ("on-call.now", "Who is on call", "rotas", "rota turn shift duty who call"),
    ("on-call.try", "Who would be told about an incident", "on-call-routes-try", "route escalation path who call"),
    ("on-call.shifts", "Your shifts and calendar feed", "on-call-feeds", "ics calendar rota duty"),
):
    contribute(PaletteCommand(_key, _label, partial(_page, _url), _words, "bell", visible=is_insider))
contribute(Commentable("registry.rota", lambda user: Rota.objects.visible_to(user)))
contribute(Commentable("registry.escalationpath", lambda user: EscalationPath.objects.visible_to(user)))
contribute(Commentable("registry.route", queries.routes))
contribute(ObjectLink("registry.rota", _link(Rota, "rota")))
contribute(ObjectLink("registry.escalationpath", _link(EscalationPath, "escalation-path")))
contribute(ObjectLink("registry.route", lambda pk: reverse("on-call-route", args=[f"RT-{pk}"])))
contribute(ApiRoute("rotas", "rotas", load=lambda: import_string("registry.oncall.api.RotaApi")))
contribute(ApiRoute("escalation-paths", "escalation-paths", load=lambda: import_string("registry.oncall.api.PathApi")))
contribute(ApiRoute("routes", "routes", load=lambda: import_string("registry.oncall.api.RouteApi")))
