"""What money contributes: navigation, palette, search, inbox, briefing, notices, a surface's tab, documents, jobs, REST."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    DemoPart,
    DocumentKind,
    InboxLine,
    InboxSource,
    JobKind,
    NavItem,
    ObjectLink,
    ObjectTab,
    OwnedSource,
    PaletteCommand,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.people.models import User
from governance.people.rows import is_insider
from registry.money import chargeback, demo, queries, repricing, watching
from registry.money.actions import checking
from registry.money.actions import limits as limit_actions
from registry.money.models import SpendLimit

CHECK, LOOPS, REPORT = "money.check_limits", "money.loops", "money.chargeback"
GROUP = "What happened"


def _inside(user: Any) -> bool:
    return bool(is_insider(user))


contribute(NavItem("spend", "Spend", "spend", "budget", group=GROUP, order=35, visible=_inside))
contribute(
    NavItem("spend-limits", "Spend limits", "spend-limits", "lock", group=GROUP, order=36, visible=_inside, family="spend")
)
contribute(NavItem("prices", "Prices", "prices", "tag", group=GROUP, order=37, visible=_inside, family="spend"))


def _command(key: str, label: str, to: str, words: str, icon: str = "arrow", visible: Any = None) -> None:
    contribute(PaletteCommand(key, label, lambda user: reverse(to), words=words, icon=icon, visible=visible or _inside))


_command("spend", "Spend of the month", "spend", "money cost tokens forecast budget", "budget")
_command("spend-limit.set", "Set a spend limit", "spend-limit-new", "money budget hard soft cap", "plus", roles.may_write)
_command("spend-limits", "Spend limits", "spend-limits", "money budget cap hard soft")
_command("price.add", "Add a price", "price-add", "contract cost tokens", "plus", roles.may_write)
_command("rates", "Exchange rates", "exchange-rates", "currency dollar euro money")
_command("chargeback", "Chargeback of the month", "chargeback-month", "money teams invoice report", visible=roles.reads_all)


def find_prices(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find prices by endpoint, model or contract."""
    near = Q(endpoint__name__icontains=words) | Q(pattern__icontains=words) | Q(contract_ref__icontains=words)
    rows = queries.prices(user).filter(near).order_by("-pk")[:limit]
    return [SearchHit(f"Price of {each.what}", each.get_absolute_url(), each.key, "tag") for each in rows]


def find_limits(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find limits by what they hold for."""
    near = Q(surface__name__icontains=words) | Q(team__name__icontains=words) | Q(vendor__name__icontains=words)
    rows = queries.visible_to(user).filter(near | Q(feature__icontains=words), state=SpendLimit.State.ACTIVE)
    return [
        SearchHit(f"Spend limit of {each.what}", each.get_absolute_url(), each.key, "lock")
        for each in rows.order_by("-pk")[:limit]
    ]


contribute(SearchSource("prices", "Prices", find_prices, order=90))
contribute(SearchSource("spend-limits", "Spend limits", find_limits, order=89))


def reached(user: Any) -> QuerySet[SpendLimit]:
    """Return the limits that a person sees and whose hard limit is reached in this month."""
    return queries.visible_to(user).filter(state=SpendLimit.State.ACTIVE, passed_month=queries.month())


def warned(user: Any) -> QuerySet[SpendLimit]:
    """Return the limits that a person sees and whose soft limit is passed, but not the hard one."""
    return queries.warned(queries.visible_to(user))


def mine(user: Any) -> QuerySet[SpendLimit]:
    """Return the limits that a person answers for and that are reached."""
    return reached(user).filter(owner=user)


def to_answer(user: Any) -> Iterable[InboxLine]:
    """Return a line for each limit that is reached."""
    for each in mine(user).order_by("pk")[:100]:
        yield InboxLine(
            verb="Do",
            title=f"Decide on the spend of {each.what}",
            url=each.get_absolute_url(),
            detail=f"{each.key} · the month's limit of {each.hard} {each.currency} is reached",
            tier=each.surface.tier if each.surface is not None else None,
            asked_at=each.updated_at,
        )


contribute(InboxSource("spend-limits", to_answer, rows=lambda user: (mine(user),), order=62))
contribute(
    BriefingLine(
        "money.reached",
        "burning",
        "spend limits are reached",
        reached,
        lambda user: f"{reverse('spend-limits')}?reached=true",
        order=24,
        level="stop",
        one="spend limit is reached",
    )
)
contribute(
    BriefingLine(
        "money.warned",
        "burning",
        "soft spend limits are passed",
        warned,
        lambda user: f"{reverse('spend-limits')}?warned=true",
        order=25,
        level="warn",
        one="soft spend limit is passed",
    )
)


def owned(user: User) -> Iterable[SpendLimit]:
    """Return the limits that a person owns and that hold."""
    rows = SpendLimit.objects.filter(owner=user, state=SpendLimit.State.ACTIVE)
    return rows.select_related("owner", "surface", "team", "vendor")


def reassign(limit: SpendLimit, actor: User, to: User, reason: str) -> SpendLimit:
    """Give a limit to another person when its owner leaves."""
    return limit_actions.give_owner(limit, actor=actor, to=to, reason=reason)


contribute(OwnedSource("spend-limits", "Spend limits", owned, reassign, order=62))


def _limit(entry: Any) -> SpendLimit | None:
    rows = SpendLimit.objects.select_related("owner", "surface__owner", "surface__team__lead", "team__lead")
    return rows.filter(pk=entry.subject_id).first()


def _answering(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    limit = _limit(entry)
    if limit is None:
        return []
    surface, team = limit.surface, limit.team
    people = [limit.owner, team.lead if team is not None else None]
    people += [surface.owner, surface.team.lead if surface.team is not None else None] if surface is not None else []
    return list({each.pk: each for each in people if each is not None and each.is_active}.values())


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("spend-limit", args=[entry.subject_key])


def _warns(entry: Any, body: dict[str, Any]) -> str:
    told = body["payload"]
    what = f"{told['what'][:1].upper()}{told['what'][1:]}"
    return (
        f"{what} spent {told['percent']} % of its limit of {told['month']}: {told['spent']} of {told['hard']} {told['currency']}."
    )


def _reaches(entry: Any, body: dict[str, Any]) -> str:
    told = body["payload"]
    what = f"{told['what'][:1].upper()}{told['what'][1:]}"
    return f"{what} reached its spend limit of {told['month']} ({told['hard']} {told['currency']}): {told['did']}."


contribute(NoticeRule("spend_limit.warned", _answering, _warns, _page))
contribute(NoticeRule("spend_limit.reached", _answering, _reaches, _page))
contribute(
    ObjectTab("spend", "registry.surface", "Spend", lambda surface: reverse("surface-spend", args=[surface.key]), order=48)
)
contribute(Commentable("registry.price", queries.prices))
contribute(Commentable("registry.spendlimit", queries.visible_to))
contribute(Commentable("registry.chargeback", queries.chargebacks))
contribute(ObjectLink("registry.price", lambda pk: reverse("price", args=[f"PR-{pk}"])))
contribute(ObjectLink("registry.exchangerate", lambda pk: reverse("exchange-rates")))
contribute(ObjectLink("registry.repricing", lambda pk: reverse("repricings")))
contribute(ObjectLink("registry.spendlimit", lambda pk: reverse("spend-limit", args=[f"SL-{pk}"])))
contribute(ObjectLink("registry.chargeback", lambda pk: reverse("chargeback", args=[f"CB-{pk}"])))
contribute(
    DocumentKind(
        key="chargeback",
        label="Chargeback",
        load=chargeback.load,
        context=chargeback.context,
        template="documents/chargeback.html",
        visible=lambda user, found: queries.chargebacks(user).filter(pk=found.pk).exists(),
        url=lambda found: reverse("chargeback", args=[found.key]),
        seen=chargeback.seen,
        order=90,
    )
)
contribute(DemoPart("money", demo.tell, order=800))
contribute(JobKind(repricing.JOB, repricing.run, label="Price calls anew", lease=timedelta(minutes=5)))
contribute(JobKind(CHECK, lambda job, progress: {"turned": checking.check()}, label="Look at spend limits"))
contribute(Schedule(CHECK, CHECK, every=timedelta(minutes=1)))
contribute(JobKind(LOOPS, watching.look, label="Look out for calls that loop"))
contribute(Schedule(LOOPS, LOOPS, every=timedelta(minutes=5)))
contribute(
    JobKind(REPORT, lambda job, progress: {"made": chargeback.make_due()}, label="Keep the chargeback of the month before")
)
contribute(Schedule(REPORT, REPORT, every=timedelta(hours=12)))


def _route(key: str, name: str, order: int) -> None:
    contribute(ApiRoute(key, key, load=lambda: import_string(f"registry.money.api.{name}"), order=order))


_route("prices", "PriceApi", 60)
_route("exchange-rates", "RateApi", 61)
_route("repricings", "RepricingApi", 62)
_route("spend", "SpendApi", 63)
_route("spend-limits", "SpendLimitApi", 64)
_route("chargebacks", "ChargebackApi", 65)
