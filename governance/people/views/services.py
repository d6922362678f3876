"""Service accounts: programs that act under a name of their own."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.people import actions, queries, rules, scopes
from governance.people.forms import ServiceForm
from governance.people.models import User
from governance.people.tables import person_state
from governance.people.views.activity import activity
from governance.people.views.sensitive import SensitivePage
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab
from governance.ui.tables import Column, Table


class ServiceTable(Table):
    """How service accounts are listed."""

    default_sort = "name"
    columns = (
        Column("name", "Name", lead=True, sort="name", cell=lambda r: atoms.link(reverse("service", args=[r.ref]), r.name)),
        Column("team", "Team", "team.name", sort="team__name", phone=True),
        Column("tokens", "Usable tokens", "usable_tokens", sort="usable_tokens", numeric=True, phone=True),
        Column("state", "State", "is_active", sort="is_active", cell=person_state),
        Column("created", "Made", "created_at", sort="created_at", cell=lambda r: atoms.time(r.created_at)),
    )

    def url(self, row: User) -> str:
        """Return its page."""
        return reverse("service", args=[row.ref])


class ServiceList(ListPage):
    """Programs that act under a name of their own."""

    key, url_name, title, table = "services", "services", "Service accounts", ServiceTable
    lead = "Programs that act under a name of their own, by token only: {total}."
    actions = (
        PageAction(
            "Add a service account",
            lambda user: reverse("service-add"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_administer_people(user)),
        ),
    )
    empty = Empty(
        "No service accounts yet",
        "CI and gateways act under accounts of their own, so that their doings stand apart in the ledger.",
        "Add a service account",
        lambda user: reverse("service-add"),
    )

    def rows(self, user: Any) -> QuerySet[User]:
        """Return the service accounts a reader may know of."""
        return queries.services_list(user)


def _tokens(page: ObjectPage, obj: User) -> dict[str, Any]:
    shown = list(queries.tokens_of(obj)) if rules.may_keep_token(page.user, obj) else []
    return {
        "tokens": shown,
        "owner": obj,
        "now": clock.now(),
        "labels": scopes.SCOPES,
        "may_keep": rules.may_keep_token(page.user, obj),
    }


class ServicePage(ObjectPage):
    """One service account and its tokens."""

    url_name, lookup, parent, noun = "service", "ref", ("Service accounts", "services"), "service account"
    tabs = (
        Tab("", "Tokens", "governance/people/_service.html", _tokens),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            activity,
        ),
    )

    def rows(self, user: Any) -> QuerySet[User]:
        """Return the service accounts a reader may know of."""
        return queries.services_list(user)

    def header(self, obj: User) -> Header:
        """Say what it is."""
        verdict = rules.may_keep_token(self.user, obj)
        make = Button("Make a token", reverse("service-token", args=[obj.ref]), "key", "primary", verdict=verdict)
        leave = Button("Deactivate", reverse("person-leave", args=[obj.ref]), kind="stop")
        facts = (Fact("Team", obj.team.name if obj.team else "none"), Fact("Reference", obj.ref))
        state = ("ok", "Active") if obj.is_active else ("stop", "Deactivated")
        return Header(obj.name, state=state, facts=facts, buttons=(make, leave) if verdict and obj.is_active else ())


class AddService(SensitivePage):
    """A new service account."""

    title, submit, form_class = "Add a service account", "Add it", ServiceForm
    lead = "It cannot sign in. It acts by tokens, which you make next."

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_administer_people(self.user)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> User:
        """Make it."""
        return actions.create_service_account(actor=self.user, **given)

    def success_url(self, result: User) -> str:
        """Go on to its tokens."""
        return reverse("service", args=[result.ref])

    def back_url(self, obj: Any) -> str:
        """Go back to the list."""
        return reverse("services")
