"""The directory: people, one person, and what an administrator does with an account."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.contributions import OwnedSource, contribution
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import actions, queries, rules
from governance.people.forms import PersonForm, ResetForm, RoleForm
from governance.people.models import User
from governance.people.resetlinks import reset_link
from governance.people.tables import PersonFilters, PersonTable
from governance.people.views.activity import activity
from governance.people.views.bulk import MOVE
from governance.people.views.sensitive import SensitivePage, ShownOncePage
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View


class PeopleList(ListPage):
    """Everybody."""

    key, url_name, title = "people", "people", "People"
    table, filterset = PersonTable, PersonFilters
    lead = "Everybody who acts, owns and answers: {total}."
    search_hint = "Find by name, address or job title"
    views = (View("All"), View("Active", "is_active=true"), View("Left", "is_active=false"))
    actions = (
        PageAction(
            "Invite somebody",
            lambda user: reverse("invite"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_administer_people(user)),
        ),
        PageAction(
            "Invitations", lambda user: reverse("invitations"), shown=lambda user: bool(rules.may_administer_people(user))
        ),
    )
    bulk = (MOVE,)
    empty = Empty("Nobody here", "People come in by invitation or by single sign-on.")

    def rows(self, user: Any) -> QuerySet[User]:
        """Return the people a reader may know of."""
        return queries.people_list(user)


def _overview(page: ObjectPage, person: User) -> dict[str, Any]:
    now = clock.now()
    return {
        "holdings": list(queries.positions_of(person)),
        "leads": list(person.leads.all()),
        "given": list(person.delegations_given.valid(now).select_related("receiver", "position")),
        "received": list(person.delegations_received.valid(now).select_related("giver", "position")),
    }


def _owned(page: Any, person: User) -> dict[str, Any]:
    owned = [(contribution(OwnedSource, key).label, objs) for key, objs in page.owned if objs]
    return {"owned": owned, "may_reassign": rules.may_reassign(page.user)}


class PersonPage(ObjectPage):
    """One person, or one service account."""

    url_name, lookup, parent, noun = "person", "ref", ("People", "people"), "person"
    tabs = (
        Tab("", "Overview", "governance/people/_person.html", _overview),
        Tab("owns", "Owns", "governance/people/_owns.html", _owned, count=lambda user, obj: obj.owned_count or None),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            activity,
        ),
    )

    def rows(self, user: Any) -> QuerySet[User]:
        """Return the people a reader may know of."""
        return queries.people_list(user)

    owned: list[tuple[str, list[Any]]] = []

    def load(self) -> User:
        """Return the person with what they own: counted, and on that tab listed."""
        found: Any = super().load()
        self.owned = queries.owned_by(found) if self.slug == "owns" else []
        listed = sum(len(objs) for _, objs in self.owned)
        found.owned_count = listed if self.slug == "owns" else queries.count_owned(found)
        return found

    def header(self, obj: User) -> Header:
        """Say who it is and what can be done."""
        facts = [Fact("Role", obj.get_role_display()), Fact("E-mail", obj.email)]
        if obj.title:
            facts.insert(0, Fact("Job title", obj.title))
        if obj.team:
            facts.append(Fact("Team", atoms.link(obj.team.get_absolute_url(), obj.team.name)))
        if obj.expires_at:
            facts.append(Fact("Account ends", atoms.time(obj.expires_at)))
        return Header(obj.name, state=_state(obj), facts=tuple(facts), next=self._next(obj), buttons=self._buttons(obj))

    def _next(self, obj: User) -> Next | None:
        owned = 0 if obj.is_active else obj.owned_count  # type: ignore[attr-defined]
        if not owned:
            return None
        button = Button(
            "Reassign", reverse("person-reassign", args=[obj.ref]), "arrow", "primary", verdict=rules.may_reassign(self.user)
        )
        said = "thing has" if owned == 1 else "things have"
        return Next(f"{owned} {said} no active owner.", "What somebody who left owned counts as unowned.", "stop", (button,))

    def _buttons(self, obj: User) -> tuple[Button, ...]:
        if not rules.may_administer_people(self.user):
            mine = obj.pk == self.user.pk
            return (Button("Your account", reverse("account"), "person"),) if mine else ()
        here = lambda name: reverse(name, args=[obj.ref])  # noqa: E731 - four uses on the next lines
        change = Button("Change", here("person-change"), "edit", dialog=True)
        if not obj.is_active:
            return (Button("Let back in", here("person-reactivate"), dialog=True),) if not obj.erased_at else ()
        others = queries.other_administrators(obj)
        return (
            change,
            Button("Change role", here("person-role"), verdict=rules.may_change_role(self.user, obj, obj.role)),
            Button("Sign-in link", here("person-reset"), verdict=rules.may_make_reset_link(self.user, obj)),
            Button(
                "Deactivate",
                here("person-leave"),
                kind="stop",
                verdict=rules.may_deactivate(self.user, obj, other_administrators=others),
            ),
        )


def _state(person: User) -> tuple[str, str]:
    if person.erased_at:
        return "stop", "Erased"
    if not person.is_active:
        return "stop", "Left"
    return ("ok", "Active") if rules.is_working(person, clock.now()) else ("warn", "Ended")


class OfPerson:
    """Finds the person of the address."""

    user: Any
    kwargs: dict[str, Any]

    def load(self) -> User:
        """Return the person. Raises NotVisible."""
        found = queries.visible_to(self.user).select_related("team").filter(ref=self.kwargs["ref"]).first()
        if found is None:
            raise NotVisible("There is no such person, or you may not know of them.")
        return found


class ChangePerson(OfPerson, ActionPage):
    """An administrator changes a person's details."""

    title, submit, form_class = "Change details", "Save", PersonForm

    def verdict(self, obj: User) -> Verdict:
        """Ask the rule."""
        return rules.may_administer_people(self.user)

    def initial(self, obj: User) -> dict[str, Any]:
        """Start from what is held."""
        return {name: getattr(obj, name) for name in ("name", "email", "title", "team", "time_zone")}

    def perform(self, obj: User, given: Mapping[str, Any]) -> User:
        """Change."""
        return actions.change_person(obj, actor=self.user, changes=dict(given), expected_version=self.seen_version)

    def said(self, result: User) -> str:
        """Say it."""
        return f"{result.name} is saved."


class ChangeRole(OfPerson, SensitivePage):
    """An administrator gives somebody another role."""

    title, submit, form_class = "Change role", "Change role", RoleForm
    lead = "A role says what one may do everywhere. Sharing a single thing is done on that thing."

    def verdict(self, obj: User) -> Verdict:
        """Ask the rule."""
        return rules.may_change_role(self.user, obj, obj.role)

    def initial(self, obj: User) -> dict[str, Any]:
        """Start from the present role."""
        return {"role": obj.role, "expires_at": obj.expires_at}

    def perform(self, obj: User, given: Mapping[str, Any]) -> User:
        """Change."""
        return actions.change_role(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: User) -> str:
        """Say it."""
        return f"{result.name} is now {result.get_role_display().lower()}."


class ResetLink(OfPerson, ShownOncePage):
    """An administrator makes a link by which somebody sets a new password, where no mail can bring it."""

    title, submit, form_class = "Make a sign-in link", "Make the link", ResetForm
    lead = "For somebody who has lost their password. Hand it over in person or by a channel you trust; the ledger tells of it."

    def verdict(self, obj: User) -> Verdict:
        """Ask the rule."""
        return rules.may_make_reset_link(self.user, obj)

    def perform(self, obj: User, given: Mapping[str, Any]) -> User:
        """Make it."""
        actions.note_reset_link(obj, actor=self.user, **given)
        self.secret = self.request.build_absolute_uri(reset_link(obj))
        return obj

    def shown(self) -> dict[str, Any]:
        """Say what it is."""
        text = f"With this link {self.obj.name} sets a new password. It works once, within three days."
        return {"title": "The link", "text": text, "done_url": self.obj.get_absolute_url()}
