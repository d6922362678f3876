"""Where django-allauth asks us: who may come in, how passwords are stored, what single sign-on is trusted with."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from governance.core import clock, context
from governance.core.errors import PlumblineError
from governance.people import actions, rules
from governance.people.models import Invitation, Role, User
from governance.people.system import system_actor


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; whoever left stays out; passwords go through the action."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from set-up, invitations and single sign-on only."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse accounts that have ended and accounts that are not a person's."""
        if not rules.is_working(user, clock.now()) or user.kind != User.Kind.PERSON:
            return redirect("account_inactive")
        return super().pre_login(request, user, **kwargs)

    def set_password(self, user: User, password: str) -> None:
        """Store a password that allauth's form has checked."""
        actions.set_password(user, actor=user, password=password)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing on signing in and out: the page that follows says it."""
        template = kwargs.get("message_template") or (args[2] if len(args) > 2 else "")
        if template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(*args, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: for accounts that are here, for the invited, and for domains that the settings allow."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever may come in was let in before allauth asks."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Leave matching by address to `pre_social_login`; allauth's own way would wipe the local password."""
        return

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or make the account behind a verified address. Whoever has none is shown why."""
        if sociallogin.state.get("process") == "connect":
            raise ImmediateHttpResponse(redirect("account"))
        if sociallogin.is_existing:
            return
        address = verified_address(sociallogin)
        person = _account_for(address, sociallogin) if address else None
        if person is None:
            said = {"address": address, "title": "You have no account here yet"}
            raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", said, status=403))
        if not rules.is_working(person, clock.now()):
            raise ImmediateHttpResponse(redirect("account_inactive"))
        sociallogin.user = person
        sociallogin.account.user = person
        sociallogin.account.save()
        actions.note_sign_in_change(person, actor=person, what="single sign-on connected")


def verified_address(sociallogin: SocialLogin) -> str:
    """Return the address that the provider vouches for; with OIDC_TRUST_EMAIL one that it merely states."""
    stated = [each for each in sociallogin.email_addresses if settings.OIDC_TRUST_EMAIL or _is_true(each.verified)]
    return stated[0].email.strip().lower() if stated else ""


def _is_true(claim: Any) -> bool:
    return claim is True or str(claim).lower() == "true"  # some providers send the word; "false" is not true


def _account_for(address: str, sociallogin: SocialLogin) -> User | None:
    found = User.objects.persons().filter(email__iexact=address).first()
    if found is not None:
        return found
    name = str(sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data).get("name") or "")
    try:
        return _admit(address, name)
    except PlumblineError:
        return None


def _admit(address: str, name: str) -> User | None:
    invitation = Invitation.objects.filter(email__iexact=address, state=Invitation.State.OPEN).first()
    if invitation is not None:
        return actions.accept_invitation(invitation, name=name or invitation.name or address, via="single sign-on")
    if address.partition("@")[2] in settings.OIDC_DOMAINS:
        with context.use(via="system"):
            return actions.add_person(name or address, actor=system_actor(), email=address, role=Role.MEMBER)
    return None
