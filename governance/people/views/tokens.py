"""API tokens: made for oneself or a service account, and ended."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import actions, queries, rules
from governance.people.forms import ReasonForm, TokenForm
from governance.people.models import ApiToken, User
from governance.people.views.sensitive import ShownOncePage
from governance.ui.pages import ActionPage


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
