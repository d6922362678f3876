"""One's own account: details, sign-in and security, tokens; and the service accounts of the company."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core import clock, company
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import actions, queries, rules, scopes
from governance.people.browsers import browser_of
from governance.people.forms import CompanyForm, ProfileForm, ReasonForm, ServiceForm, TokenForm
from governance.people.models import ApiToken, User
from governance.people.tables import person_state
from governance.people.views.sensitive import SensitivePage, ShownOncePage
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, Page, PageAction, Tab, go
from governance.ui.pages.object import TabLink
from governance.ui.tables import Column, Table

THEMES = (("light", "Light"), ("dark", "Dark"), ("system", "As the system"))


class AccountPage(Page):
    """One's own account; each part is an address."""

    part = "profile"
    title = "Your account"
    template = "governance/people/account.html"
    parts = (
        ("profile", "You", "account"),
        ("security", "Sign-in and security", "account-security"),
        ("tokens", "API tokens", "account-tokens"),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show one part."""
        links = [TabLink(label, reverse(name), None, key == self.part) for key, label, name in self.parts]
        more = getattr(self, f"_{self.part}")()
        return self.render(tabs=links, part=f"governance/people/_account_{self.part}.html", **more)

    def _profile(self) -> dict[str, Any]:
        day = queries.positions_of(self.user)
        given = self.user.delegations_given.valid(clock.now()).select_related("receiver", "position")
        return {"holdings": list(day), "given": list(given), "themes": THEMES}

    def _security(self) -> dict[str, Any]:
        kinds = list(Authenticator.objects.filter(user=self.user))
        return {
            "sessions": [(each, browser_of(each.user_agent)) for each in queries.sessions_of(self.user)],
            "session_key": self.request.session.session_key,
            "totp": next((each for each in kinds if each.type == Authenticator.Type.TOTP), None),
            "passkeys": [each for each in kinds if each.type == Authenticator.Type.WEBAUTHN],
            "recovery": next((each for each in kinds if each.type == Authenticator.Type.RECOVERY_CODES), None),
            "single_sign_on": bool(settings.OIDC_ISSUER),
        }

    def _tokens(self) -> dict[str, Any]:
        return {"tokens": list(queries.tokens_of(self.user)), "owner": self.user, "now": clock.now(), "labels": scopes.SCOPES}


class ChangeProfile(ActionPage):
    """One's own name, job title and time zone."""

    title, submit, form_class = "Change your details", "Save", ProfileForm

    def load(self) -> User:
        """Return oneself, as stored."""
        return User.objects.get(pk=self.user.pk)

    def initial(self, obj: User) -> dict[str, Any]:
        """Start from what is held."""
        return {"name": obj.name, "title": obj.title, "time_zone": obj.time_zone}

    def perform(self, obj: User, given: Mapping[str, Any]) -> User:
        """Change."""
        return actions.change_person(obj, actor=self.user, changes=dict(given), expected_version=self.seen_version)

    def success_url(self, result: User) -> str:
        """Go back to the account."""
        return reverse("account")

    def back_url(self, obj: Any) -> str:
        """Go back to the account."""
        return reverse("account")

    def said(self, result: User) -> str:
        """Say it."""
        return "Saved."


class EndSessions(Page):
    """Sign out one other browser, or all others."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End it, or them."""
        if kwargs.get("pk"):
            session = UserSession.objects.filter(user=self.user, pk=kwargs["pk"]).select_related("user").first()
            if session is None:
                raise NotVisible("That browser is signed out already.")
            actions.end_session(session, actor=self.user)
            messages.success(request, "That browser is signed out.")
        else:
            ended = actions.end_sessions(self.user, actor=self.user, except_key=request.session.session_key or "")
            messages.success(
                request, f"{ended} other browsers are signed out." if ended != 1 else "The other browser is signed out."
            )
        return go(request, reverse("account-security"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sessions are ended by a post only."""
        return go(request, reverse("account-security"))


class NewToken(ShownOncePage):
    """An API token for oneself, or for a service account."""

    title, submit, form_class = "Make an API token", "Make the token", TokenForm
    lead = "It may do what you choose here, and never more than its owner's role allows."

    def load(self) -> User:
        """Return whose token it will be."""
        ref = self.kwargs.get("ref")
        if ref is None:
            return self.user
        found = queries.services_list(self.user).filter(ref=ref).first()
        if found is None:
            raise NotVisible("There is no such service account.")
        return found

    def verdict(self, obj: User) -> Verdict:
        """Ask the rule."""
        return rules.may_keep_token(self.user, obj)

    def form_arguments(self, obj: User) -> dict[str, Any]:
        """Offer what the owner's role allows."""
        return {"role": obj.role}

    def perform(self, obj: User, given: Mapping[str, Any]) -> ApiToken:
        """Make it."""
        days = timedelta(days=given["days"])
        issued = actions.create_token(
            obj, actor=self.user, name=given["name"], scopes_wanted=given["scopes"], expires_at=clock.now() + days
        )
        self.secret = issued.secret
        return issued.token

    def back_url(self, obj: User) -> str:
        """Go back to the owner's tokens."""
        return reverse("account-tokens") if obj.pk == self.user.pk else reverse("service", args=[obj.ref])

    def shown(self) -> dict[str, Any]:
        """Say what it is."""
        text = "Copy it now: only its hash is kept, so it cannot be shown again. Send it as a bearer token."
        return {"title": "Your new token", "text": text, "done_url": self.back_url(self.obj)}


class RevokeToken(ActionPage):
    """End a token."""

    title, submit, tone, form_class = "Revoke the token", "Revoke", "stop", ReasonForm
    lead = "Programs that use it are refused from now on."

    def load(self) -> ApiToken:
        """Return the token. Raises NotVisible."""
        found = ApiToken.objects.visible_to(self.user).select_related("user").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible("There is no such token.")
        return found

    def verdict(self, obj: ApiToken) -> Verdict:
        """Ask the rule."""
        return rules.may_revoke_token(self.user, obj.user)

    def perform(self, obj: ApiToken, given: Mapping[str, Any]) -> ApiToken:
        """End it."""
        return actions.revoke_token(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: ApiToken) -> str:
        """Go back to the owner's tokens."""
        return self.back_url(result)

    def back_url(self, obj: ApiToken) -> str:
        """Go back to the owner's tokens."""
        mine = obj.user_id == self.user.pk
        if mine:
            return reverse("account-tokens")
        return reverse("service", args=[obj.user.ref]) if obj.user.kind == User.Kind.SERVICE else obj.user.get_absolute_url()

    def said(self, result: ApiToken) -> str:
        """Say it."""
        return f"{result.name} is revoked."


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
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
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


class CompanySettings(ActionPage):
    """The company's name and choices."""

    title, submit, form_class = "Company settings", "Save", CompanyForm

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_change_settings(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start from what is held."""
        here = company.current()
        return {name: getattr(here, name) for name in ("name", "time_zone", "classification", "public_titles")}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Change."""
        return actions.change_company(actor=self.user, **given)

    def success_url(self, result: Any) -> str:
        """Stay."""
        return reverse("company")

    def said(self, result: Any) -> str:
        """Say it."""
        return "Saved."
