"""Invitations: sent, shown, renewed, taken back, and accepted at the door."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock, company
from governance.core.errors import NotVisible
from governance.core.verdict import ALLOW, Verdict
from governance.people import actions, queries, rules
from governance.people.actions.invitations import can_mail
from governance.people.forms import InviteForm, JoinForm, ReasonForm
from governance.people.models import Invitation, User
from governance.people.tables import InvitationFilters, InvitationTable
from governance.people.views.activity import activity
from governance.people.views.sensitive import ShownOncePage, enter
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab, View


class InvitationList(ListPage):
    """All invitations."""

    key, url_name, title = "invitations", "invitations", "Invitations"
    table, filterset = InvitationTable, InvitationFilters
    lead = "{total} sent so far. Each works once, for two weeks."
    search_hint = "Find by name or address"
    views = (View("All"), View("Open", "state=open"), View("Accepted", "state=accepted"))
    actions = (
        PageAction(
            "Invite somebody",
            lambda user: reverse("invite"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_administer_people(user)),
        ),
    )
    empty = Empty(
        "Nobody is invited yet",
        "Every approval needs somebody beside the one who asks. Invite the people who own, decide and check.",
        "Invite somebody",
        lambda user: reverse("invite"),
    )

    def rows(self, user: Any) -> QuerySet[Invitation]:
        """Return the invitations a reader may see."""
        return queries.invitations_list(user)


class InvitationPage(ObjectPage):
    """One invitation."""

    url_name, lookup, parent, noun = "invitation", "pk", ("Invitations", "invitations"), "invitation"
    tabs = (
        Tab(
            "",
            "Activity",
            "governance/ledger/_activity.html",
            activity,
        ),
    )

    def rows(self, user: Any) -> QuerySet[Invitation]:
        """Return the invitations a reader may see."""
        return queries.invitations_list(user)

    def header(self, obj: Invitation) -> Header:
        """Say where it stands."""
        facts = (
            Fact("Role", obj.get_role_display()),
            Fact("Team", obj.team.name if obj.team else "none yet"),
            Fact("Invited by", atoms.person(obj.invited_by)),
            Fact("Good until", atoms.time(obj.expires_at)),
            Fact("Mailed", atoms.time(obj.sent_at, missing="no")),
        )
        return Header(
            obj.name or obj.email, obj.email if obj.name else "", state=_state(obj), facts=facts, buttons=self._buttons(obj)
        )

    def _buttons(self, obj: Invitation) -> tuple[Button, ...]:
        if obj.state != Invitation.State.OPEN or not rules.may_administer_people(self.user):
            return ()
        link = Button("Make a new link", reverse("invitation-link", args=[obj.pk]), "link", "primary")
        mail = Button("Mail it again", reverse("invitation-mail", args=[obj.pk]), "mail", dialog=True)
        back = Button("Take it back", reverse("invitation-revoke", args=[obj.pk]), kind="stop", dialog=True)
        return (link, *((mail,) if can_mail() else ()), back)


def _state(obj: Invitation) -> tuple[str, str]:
    if obj.state == Invitation.State.OPEN and obj.expires_at <= clock.now():
        return "warn", "Too old"
    return {"open": ("wait", "Open"), "accepted": ("ok", "Accepted"), "revoked": ("stop", "Taken back")}[obj.state]


class _LinkShown(ShownOncePage):
    """Shows an invitation's link once."""

    invitation: Invitation

    def keep(self, issued: Any) -> Invitation:
        """Note the secret for the answer."""
        self.invitation = issued.invitation
        if issued.secret:
            self.secret = self.request.build_absolute_uri(reverse("invitation-accept", args=[issued.secret]))
        return self.invitation

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_administer_people(self.user)

    def success_url(self, result: Invitation) -> str:
        """Show the invitation, where the link went out by mail."""
        return reverse("invitation", args=[result.pk])

    def shown(self) -> dict[str, Any]:
        """Say what to do with it."""
        text = f"Give this link to {self.invitation.email}, and to nobody else. It works once, for two weeks."
        return {
            "title": "The invitation's link",
            "text": text,
            "done_url": reverse("invitation", args=[self.invitation.pk]),
            "again_url": reverse("invite"),
            "again": "Invite another",
        }


class Invite(_LinkShown):
    """Invite somebody."""

    title, submit, form_class = "Invite somebody", "Invite", InviteForm

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say how it reaches them."""
        if can_mail():
            return "They get a mail with a link that works once."
        return "No mail goes out from here, so you get a link to hand over. It is shown once."

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Invitation:
        """Invite."""
        return self.keep(actions.invite(actor=self.user, **given))

    def back_url(self, obj: Any) -> str:
        """Go back to the list."""
        return reverse("invitations")

    def said(self, result: Invitation) -> str:
        """Say that the mail is on its way."""
        return "" if self.secret else f"The invitation for {result.email} is on its way."


class _OfInvitation:
    """Finds the invitation of the address."""

    user: Any
    kwargs: dict[str, Any]

    def load(self) -> Invitation:
        """Return the invitation. Raises NotVisible."""
        found = queries.invitations_list(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible("There is no such invitation.")
        return found

    def back_url(self, obj: Invitation) -> str:
        """Go back to it."""
        return reverse("invitation", args=[obj.pk])

    def success_url(self, result: Invitation) -> str:
        """Show it."""
        return reverse("invitation", args=[result.pk])


class NewLink(_OfInvitation, _LinkShown):
    """A new link for an invitation; the old one ends."""

    title, submit = "Make a new link", "Make a new link"
    lead = "The link that was given out before stops working."

    def perform(self, obj: Invitation, given: Mapping[str, Any]) -> Invitation:
        """Make it."""
        return self.keep(actions.renew_invitation(obj, actor=self.user, expected_version=self.seen_version))


class MailAgain(_OfInvitation, ActionPage):
    """The mail once more, with a new link."""

    title, submit = "Mail the invitation again", "Mail it"

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_administer_people(self.user)

    def perform(self, obj: Invitation, given: Mapping[str, Any]) -> Invitation:
        """Mail it."""
        return actions.mail_again(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Invitation) -> str:
        """Say it."""
        return "The mail is on its way."


class RevokeInvitation(_OfInvitation, ActionPage):
    """Take an invitation back."""

    title, submit, tone, form_class = "Take the invitation back", "Take it back", "stop", ReasonForm

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_administer_people(self.user)

    def perform(self, obj: Invitation, given: Mapping[str, Any]) -> Invitation:
        """Take it back."""
        return actions.revoke_invitation(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Invitation) -> str:
        """Say it."""
        return "The link does not work any more."


class Join(ActionPage):
    """The page behind an invitation's link: name, password, and in."""

    public = True
    title, submit, form_class = "Welcome", "Come in", JoinForm
    template = "governance/people/join.html"

    def load(self) -> Invitation:
        """Return the open invitation of the link. Raises NotVisible."""
        return actions.open_invitation(self.kwargs["secret"])

    def verdict(self, obj: Any) -> Verdict:
        """Whoever has the link may."""
        return ALLOW

    def initial(self, obj: Invitation) -> dict[str, Any]:
        """Start with what the inviter knew."""
        return {"name": obj.name, "time_zone": company.current().time_zone}

    def perform(self, obj: Invitation, given: Mapping[str, Any]) -> User:
        """Let them in and sign them in."""
        person = actions.accept_invitation(obj, **given)
        enter(self.request, person)
        return person

    def back_url(self, obj: Any) -> str:
        """There is no way back."""
        return ""

    def success_url(self, result: User) -> str:
        """Go to the briefing."""
        return "/"

    def said(self, result: User) -> str:
        """Welcome them."""
        return f"Welcome, {result.name}. Protect your account with a passkey or an authenticator app under Sign-in and security."

    def extra(self, obj: Invitation) -> dict[str, Any]:
        """Name who invited, and where to."""
        return {"invitation": obj, "company": company.current()}
