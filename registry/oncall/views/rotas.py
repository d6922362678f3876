"""The list of rotas, and one rota with its calendar."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.ledger.queries import lines_for
from governance.people import queries as people
from governance.ui import atoms, paging
from governance.ui.browse import Browse
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.oncall import calendar, queries, reading, rules
from registry.oncall.models import Rota
from registry.oncall.tables import RotaFilters, RotaTable, state_of

ACTIVITY = "governance/ledger/_activity.html"


def may_make(user: Any) -> bool:
    """Whether a person may make a rota or a path: who governs, and who leads a team."""
    return bool(rules.may_keep_some(user, people.teams_led(user).exists()))


class RotaList(ListPage):
    """All rotas, each with who is on call now."""

    key, url_name, title, nav, family = "rotas", "rotas", "On call", "on-call", "on-call"
    table, filterset = RotaTable, RotaFilters
    lead = "{total} rotas: who is called when something goes wrong, turn by turn."
    search_hint = "Find by name"
    views = (View("All"), View("In use", "state=active"))
    actions = (
        PageAction("Your shifts", lambda user: reverse("on-call-feeds"), icon="clock"),
        PageAction("Make a rota", lambda user: reverse("rota-new"), icon="plus", primary=True, shown=may_make),
    )
    empty = Empty(
        "Nobody takes turns yet",
        "A rota says who is called at any hour, so that nobody has to know whom to ring. Make one for a team, and let an "
        "escalation path call it. Until then the fallback path tells the administrators.",
        "Make a rota",
        lambda user: reverse("rota-new") if may_make(user) else "",
        "Escalation paths",
        lambda user: reverse("escalation-paths"),
    )

    def rows(self, user: Any) -> QuerySet[Rota]:
        """Return the rotas that the reader may see."""
        return Rota.objects.visible_to(user).select_related("team")

    def slice(self, browse: Browse, base: QuerySet[Any]) -> paging.Slice:
        """Put beside each rota of the page who is on call in it."""
        found = super().slice(browse, base)
        called = queries.now_in(found.rows, clock.now())
        for row in found.rows:
            row.now = called.get(row.pk)
        return found


class RotaPage(ObjectPage):
    """One rota: who is on call now and next, its weeks, layers and overrides."""

    url_name, lookup, parent, noun = "rota", "key", ("On call", "rotas"), "rota"
    nav = "on-call"
    tabs = (
        Tab("", "Calendar", "registry/oncall/_calendar.html", lambda page, rota: page.calendar(rota)),
        Tab("layers", "Layers", "registry/oncall/_layers.html", lambda page, rota: {"layers": page.layers(rota)}),
        Tab("overrides", "Overrides", "registry/oncall/_overrides.html", lambda page, rota: page.overrides(rota)),
        Tab("activity", "Activity", ACTIVITY, lambda page, rota: lines_for(rota, page.request.GET.get("before"))),
    )

    def load(self) -> Rota:
        """Return the rota of the address, and read its turns from now on."""
        rota = queries.rota(self.user, self.kwargs["key"])
        self.now = clock.now()
        first, last = calendar.month_of(self.day(rota))
        ends = max(calendar.midnight(last, rota), self.now + timedelta(days=15))
        starts = min(calendar.midnight(first, rota), self.now)
        (self.held,) = reading.read([rota], starts, ends, working_at=self.now)
        self.turns = calendar.turns_of(self.held, self.now)
        return rota

    def day(self, rota: Rota) -> date:
        """Return the day that the address asks for, today where it asks for none."""
        asked = self.request.GET.get("day", "")
        try:
            found = date.fromisoformat(asked)
        except ValueError:
            found = clock.today()
        return found if abs(found - clock.today()) < timedelta(days=800) else clock.today()

    def header(self, obj: Rota) -> Header:
        """Say who is on call now, until when, and who follows."""
        on, upcoming = self.turns["on"], self.turns["next"]
        facts = [Fact("On call now", atoms.person(on.person if on else None, missing="nobody", me=self.user))]
        if on and self.turns["until"]:
            facts.append(Fact("Until", atoms.time(self.turns["until"])))
        if upcoming:
            facts.append(Fact("Then", atoms.person(upcoming.person, me=self.user)))
        facts += [Fact("Team", obj.team.name), Fact("Clock", obj.time_zone)]
        return Header(
            obj.name, obj.key, state=state_of(obj), facts=tuple(facts), next=self.next_step(obj), buttons=self.buttons(obj)
        )

    def next_step(self, rota: Rota) -> Next | None:
        """Say what is missing: somebody to take turns, or somebody for a time ahead."""
        if rota.state == Rota.State.RETIRED or not rules.may_change_rota(self.user, rota):
            return None
        add = Button("Add a layer", reverse("rota-layer-new", args=[rota.key]), kind="primary")
        if not rota.layers.all():
            return Next("Nobody takes turns in this rota.", "Add a layer: who, how long, from when.", "warn", (add,))
        if self.turns["gap"]:
            since, until = (f"{edge.astimezone(self.held.plan.zone):%A %-d %B, %H:%M}" for edge in self.turns["gap"])
            said = f"First from {since} to {until}, {rota.time_zone}."
            return Next("Nobody is on call for some of the next fourteen days.", said, "warn", (add,))
        return None

    def buttons(self, rota: Rota) -> tuple[Button, ...]:
        """Offer what this person may do."""
        found: list[Button] = []
        if rules.may_cover(self.user, rota, queries.is_in(self.user, rota)):
            found.append(Button("Put somebody else on", reverse("rota-cover", args=[rota.key]), icon="person", dialog=True))
        if rules.may_have_feed(self.user):
            found.append(Button("Calendar feed", f"{reverse('on-call-feed-new')}?rota={rota.key}", dialog=True))
        if rules.may_change_rota(self.user, rota):
            found += [
                Button("Change", reverse("rota-change", args=[rota.key]), icon="edit", dialog=True),
                Button("Retire", reverse("rota-retire", args=[rota.key]), kind="stop", dialog=True),
            ]
        return tuple(found)

    def calendar(self, rota: Rota) -> dict[str, Any]:
        """Return the week or the month of the address."""
        day = self.day(rota)
        whole = self.request.GET.get("span") == "month"
        first, last = calendar.month_of(day) if whole else calendar.week_of(day)
        before = (day.replace(day=1) - timedelta(days=1)) if whole else first - timedelta(days=7)
        after = (day.replace(day=1) + timedelta(days=31)).replace(day=1) if whole else last
        found = calendar.days(self.held, first, last, self.now, day.month if whole else 0)
        span = "&span=month" if whole else ""
        return {
            "weeks": [found[number : number + 7] for number in range(0, len(found), 7)],
            "whole": whole,
            "day": day,
            "called": f"{day:%B %Y}" if whole else f"{first:%-d %B} to {last - timedelta(days=1):%-d %B %Y}",
            "before": f"?day={before}{span}",
            "after": f"?day={after}{span}",
            "other": f"?day={day}{'' if whole else '&span=month'}",
            "is_past": last <= self.now.date(),
            "steps": list(rota.steps.select_related("path").filter(path__state="active")),
        }

    def layers(self, rota: Rota) -> list[dict[str, Any]]:
        """Return the layers, the highest first, with what may be done to them."""
        may = bool(rules.may_change_rota(self.user, rota))
        return [
            {
                "layer": layer,
                "people": [place.person for place in layer.people.all()],
                "turn": turn_of(layer),
                "hours": hours_of(layer.restriction),
                "change": reverse("rota-layer-change", args=[rota.key, layer.order]) if may else "",
                "remove": reverse("rota-layer-remove", args=[rota.key, layer.order]) if may else "",
            }
            for layer in rota.layers.all()
        ]

    def overrides(self, rota: Rota) -> dict[str, Any]:
        """Return the overrides to come, and whether this person may call them off."""
        may = bool(rules.may_cover(self.user, rota, queries.is_in(self.user, rota)))
        return {"overrides": list(queries.overrides_of(rota)[:200]), "may_cover": may, "now": self.now}


def turn_of(layer: Any) -> str:
    """Say how long a turn lasts and when it is handed over: every 2 weeks, on Monday at 09:00."""
    unit = {"hours": "hour", "daily": "day", "weekly": "week"}[layer.rotation]
    each = f"every {unit}" if layer.every == 1 else f"every {layer.every} {unit}s"
    day = f" on {rules.DAYS[layer.starts_on.weekday()]}" if layer.rotation == "weekly" else ""
    since = "counted from" if layer.rotation == "hours" else "at"
    return f"{each}{day}, {since} {layer.handover:%H:%M}"


def hours_of(restriction: Any) -> str:
    """Say in which hours a layer answers: Monday to Friday 18:00 to 08:00."""
    if not restriction:
        return "at all times"
    held = sorted(restriction["weekdays"])
    if held == list(range(7)):
        said = "every day"
    elif len(held) > 2 and held == list(range(held[0], held[-1] + 1)):
        said = f"{rules.DAYS[held[0]]} to {rules.DAYS[held[-1]]}"
    else:
        said = ", ".join(rules.DAYS[day] for day in held)
    return f"{said}, {restriction['from']} to {restriction['to']}"
